//! What an address of a case asks for, and how addresses are made.

use crate::forms::Values;
use crate::pages::caseload::{encode, pairs};
use axum::response::Redirect;
use jiff::ToSpan;
use timeline::{CitizenId, Date, Journey, add_months};

/// How much of a life is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Zoom {
    ThreeMonths,
    OneYear,
    #[default]
    TwoYears,
    All,
}

impl Zoom {
    pub(super) const ALL: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::ThreeMonths, "3mdr", "3 mdr.", "3 months"),
        (Self::OneYear, "1aar", "1 år", "1 year"),
        (Self::TwoYears, "2aar", "2 år", "2 years"),
        (Self::All, "alt", "Alt", "All"),
    ];

    /// First and last day shown: most of it behind, some of it ahead.
    pub(super) fn window(self, journey: &Journey, today: Date) -> (Date, Date) {
        match self {
            Self::ThreeMonths => (add_months(today, -2), today.saturating_add(35.days())),
            Self::OneYear => (add_months(today, -10), add_months(today, 2)),
            Self::TwoYears => (add_months(today, -21), add_months(today, 4)),
            Self::All => {
                let first = journey.current().map(|f| f.holds.from).min().unwrap_or(today);
                let last = journey.current().filter_map(|f| f.holds.to).max().unwrap_or(today);
                (first.min(add_months(today, -6)), last.clamp(add_months(today, 1), add_months(today, 12)))
            }
        }
    }
}

/// What the address asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask {
    pub(super) zoom: Zoom,
    pub(super) list: bool,
    pub(super) known_on: Option<Date>,
    pub(super) fact: Option<u32>,
    pub(super) correct: Option<u32>,
    pub(super) take_back: Option<u32>,
    pub(super) add: Option<String>,
    pub(super) day: Option<Date>,
    pub(super) planned: bool,
    pub(super) saved: Option<(u32, String)>,
    pub(super) from_list: Option<(String, u64)>,
}

impl Ask {
    pub(super) fn read(raw: &str) -> Self {
        let mut ask = Self::default();
        let mut list = None;
        for (key, value) in pairs(raw) {
            match key.as_str() {
                "vis" => ask.zoom = Zoom::ALL.iter().find(|z| z.1 == value).map_or(Zoom::default(), |z| z.0),
                "som" => ask.list = value == "liste",
                "kendt" => ask.known_on = value.parse().ok(),
                "oplysning" => ask.fact = value.parse().ok(),
                "ret" => ask.correct = value.parse().ok(),
                "tag-tilbage" => ask.take_back = value.parse().ok(),
                "tilfoej" => ask.add = Some(value),
                "dag" => ask.day = value.parse().ok(),
                "aftal" => ask.planned = value == "1",
                "gemt" => {
                    ask.saved = value.split_once('-').and_then(|(n, what)| Some((n.parse().ok()?, what.to_owned())));
                }
                "liste" => list = Some(value),
                "nr" => ask.from_list = list.take().and_then(|l| Some((l, value.parse().ok()?))),
                _ => {}
            }
        }
        ask
    }

    /// The view without what is open in the panel.
    pub(super) fn base(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if self.zoom != Zoom::default() {
            parts.push(format!("vis={}", Zoom::ALL.iter().find(|z| z.0 == self.zoom).map_or("", |z| z.1)));
        }
        if self.list {
            parts.push("som=liste".to_owned());
        }
        if let Some(day) = self.known_on {
            parts.push(format!("kendt={day}"));
        }
        if let Some((list, nr)) = &self.from_list {
            parts.push(format!("liste={}&nr={nr}", encode(list)));
        }
        parts
    }

    pub(super) fn href(&self, id: CitizenId, extra: &str) -> String {
        let mut parts = self.base();
        if !extra.is_empty() {
            parts.push(extra.to_owned());
        }
        if parts.is_empty() { format!("/sager/{id}") } else { format!("/sager/{id}?{}", parts.join("&")) }
    }
}

/// The view, as hidden fields of a form.
pub(super) fn hidden(ask: &Ask) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if ask.zoom != Zoom::default() {
        out.push(("vis", Zoom::ALL.iter().find(|z| z.0 == ask.zoom).map_or("", |z| z.1).to_owned()));
    }
    if ask.list {
        out.push(("som", "liste".to_owned()));
    }
    if let Some((list, nr)) = &ask.from_list {
        out.push(("liste", list.clone()));
        out.push(("nr", nr.to_string()));
    }
    out
}

/// Where a form leads back to.
pub(crate) fn back_to(id: CitizenId, values: &Values, extra: &str) -> Redirect {
    let mut raw = String::new();
    for key in ["vis", "som", "liste", "nr"] {
        if let Some(value) = values.get(key).filter(|v| !v.is_empty()) {
            raw.push_str(&format!("{key}={}&", encode(value)));
        }
    }
    Redirect::to(&Ask::read(&raw).href(id, extra))
}

/// The same view as hidden fields, as a query.
pub(crate) fn view_query(values: &Values) -> String {
    ["vis", "som", "liste", "nr"]
        .iter()
        .filter_map(|k| values.get(*k).filter(|v| !v.is_empty()).map(|v| format!("{k}={}", encode(v))))
        .collect::<Vec<_>>()
        .join("&")
}
