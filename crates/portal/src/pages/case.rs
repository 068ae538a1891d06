//! A citizen's timeline.

use crate::error::{Failure, render};
use crate::forms::{self, Field, Values};
use crate::pages::caseload::{address as list_address, encode, pairs, query_of};
use crate::picture::{View, lanes};
use crate::shell::{Reader, Shell};
use crate::state::{AppState, DEMO_USER};
use crate::words;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Redirect, Response};
use jiff::ToSpan;
use law::{Finding, Mark, Verdict};
use registry::{CaseQuery, Look};
use std::sync::Arc;
use timeline::{
    CitizenId, Date, Event, Fact, FactId, GoalState, Holder, Journey, Lang, Person, Role, StepState, Summary,
    add_months,
};

/// How much of a life is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Zoom {
    ThreeMonths,
    OneYear,
    #[default]
    TwoYears,
    All,
}

impl Zoom {
    const ALL: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::ThreeMonths, "3mdr", "3 mdr.", "3 months"),
        (Self::OneYear, "1aar", "1 år", "1 year"),
        (Self::TwoYears, "2aar", "2 år", "2 years"),
        (Self::All, "alt", "Alt", "All"),
    ];

    /// First and last day shown: most of it behind, some of it ahead.
    fn window(self, journey: &Journey, today: Date) -> (Date, Date) {
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
struct Ask {
    zoom: Zoom,
    list: bool,
    known_on: Option<Date>,
    fact: Option<u32>,
    correct: Option<u32>,
    take_back: Option<u32>,
    add: Option<String>,
    day: Option<Date>,
    planned: bool,
    saved: Option<(u32, String)>,
    from_list: Option<(String, u64)>,
}

impl Ask {
    fn read(raw: &str) -> Self {
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
    fn base(&self) -> Vec<String> {
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

    fn href(&self, id: CitizenId, extra: &str) -> String {
        let mut parts = self.base();
        if !extra.is_empty() {
            parts.push(extra.to_owned());
        }
        if parts.is_empty() { format!("/sager/{id}") } else { format!("/sager/{id}?{}", parts.join("&")) }
    }
}

struct Choice {
    label: String,
    href: String,
    current: bool,
}

struct Detail {
    heading: String,
    days: String,
    rows: Vec<(&'static str, String)>,
    learned: String,
    source: String,
    recorded: String,
    earlier: Vec<String>,
    correct_href: Option<String>,
    take_back_href: Option<String>,
    replaced: Option<String>,
}

pub(crate) struct FormView {
    pub heading: String,
    pub kind: String,
    pub replaces: Option<u32>,
    pub fields: Vec<(Field, String, Option<String>)>,
    pub hidden: Vec<(&'static str, String)>,
    pub faults: usize,
}

enum Panel {
    Closed,
    Detail(Box<Detail>),
    Form(FormView),
    TakeBack(u32, String, bool),
}

struct EventLine {
    when: String,
    what: String,
    href: String,
    was: Option<String>,
    note: Option<String>,
}

/// What the law says, in a line.
struct LawLine {
    title: String,
    href: String,
    verdict: String,
    due: String,
    cite: String,
    mark: &'static str,
    sure: bool,
}

struct Toast {
    text: String,
    undo: Option<String>,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    shell: Shell,
    lang: Lang,
    citizen: String,
    heading: String,
    cpr: String,
    cpr_open: bool,
    cpr_href: String,
    facts_line: String,
    now: Vec<(String, String)>,
    calm: String,
    zooms: Vec<Choice>,
    ways: Vec<Choice>,
    kinds: Vec<(String, &'static str)>,
    picture: String,
    picture_shown: bool,
    months: Vec<(String, Vec<EventLine>)>,
    law: Vec<LawLine>,
    goal: Option<(String, String)>,
    steps: Vec<(String, String, String)>,
    latest: Vec<EventLine>,
    panel: Panel,
    close_href: String,
    known_on: Option<String>,
    known_value: String,
    today_value: String,
    today_href: String,
    hidden: Vec<(&'static str, String)>,
    toast: Option<Toast>,
    back_href: String,
    previous: Option<String>,
    next: Option<String>,
    looks_href: String,
    talk_href: String,
}

/// Stands for the form that takes a fact back.
pub(crate) const TAKE_BACK: &str = "take-back";

/// The id in an address.
pub(crate) fn citizen_of(text: &str, lang: Lang) -> Result<CitizenId, Failure> {
    text.parse().map_err(|_| Failure::not_found(lang))
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    Path(citizen): Path<String>,
    RawQuery(raw): RawQuery,
    reader: Reader,
) -> Result<Response, Failure> {
    page_with(&state, &citizen, raw.as_deref().unwrap_or(""), &reader, None, None).await
}

/// Show the CPR number: a logged click.
pub(crate) async fn reveal(
    State(state): State<Arc<AppState>>,
    Path(citizen): Path<String>,
    RawQuery(raw): RawQuery,
    reader: Reader,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let id = citizen_of(&citizen, lang)?;
    let fail = |e| Failure::registry(lang, &e);
    log(&state, id, "cpr").await.map_err(fail)?;
    let cpr = state.registry.cpr(id).await.map_err(fail)?.map(|c| {
        let digits = c.reveal();
        format!("{}-{}", &digits[..6], &digits[6..])
    });
    let mut response = page_with(&state, &citizen, raw.as_deref().unwrap_or(""), &reader, cpr, None).await?;
    // The number is shown once, and no address leads back to it.
    response.headers_mut().insert("hx-push-url", http::HeaderValue::from_static("false"));
    Ok(response)
}

/// An address of a form, typed or loaded again: the case itself.
pub(crate) async fn again(Path(citizen): Path<String>, RawQuery(raw): RawQuery) -> Redirect {
    let query = raw.map_or_else(String::new, |q| format!("?{q}"));
    Redirect::to(&format!("/sager/{}{query}", encode(&citizen)))
}

/// The same for an address with a fact in it.
pub(crate) async fn again_fact(Path((citizen, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/sager/{}", encode(&citizen)))
}

async fn log(state: &AppState, id: CitizenId, what: &str) -> Result<(), registry::RegistryError> {
    let look = Look { at: jiff::Timestamp::now(), who: DEMO_USER.to_owned(), what: what.to_owned(), reason: None };
    if what == "cpr" { state.registry.log_look(id, &look).await } else { state.registry.log_look_once(id, &look).await }
}

/// The page; `cpr` where it was opened, `form` where one was sent back with faults.
pub(crate) async fn page_with(
    state: &Arc<AppState>,
    citizen: &str,
    raw: &str,
    reader: &Reader,
    cpr: Option<String>,
    form: Option<(String, Option<u32>, Values, Vec<(String, String)>)>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let id = citizen_of(citizen, lang)?;
    let fail = |e| Failure::registry(lang, &e);
    let whole = state.registry.journey(id).await.map_err(fail)?;
    let ask = Ask::read(raw);
    log(state, id, if ask.known_on.is_some() { "as-known" } else { "case" }).await.map_err(fail)?;
    let neighbours = match &ask.from_list {
        None => (None, None),
        Some((list, nr)) => {
            let query = query_of(list);
            let around = state.registry.neighbours(&query, nr.saturating_sub(1)).await.map_err(fail)?;
            let to =
                |other: Option<CitizenId>, nr: u64| other.map(|o| format!("/sager/{o}?liste={}&nr={nr}", encode(list)));
            (to(around.0, nr.saturating_sub(1)), to(around.1, nr + 1))
        }
    };
    let today = ask.known_on.unwrap_or(reader.today).min(reader.today);
    let journey = if ask.known_on.is_some() { whole.known_on(today) } else { whole };
    let panel = match form {
        Some((kind, Some(fact), ..)) if kind == TAKE_BACK => {
            let fact = journey.fact(FactId(fact)).ok_or_else(|| Failure::not_found(lang))?;
            Panel::TakeBack(fact.id.0, words::with_days(fact, lang), true)
        }
        Some((kind, replaces, values, faults)) => Panel::Form(
            form_view(&kind, replaces, &values, &faults, &ask, lang).ok_or_else(|| Failure::not_found(lang))?,
        ),
        None => panel(&journey, &ask, id, reader, lang),
    };
    let bad = matches!(&panel, Panel::Form(f) if f.faults > 0) || matches!(&panel, Panel::TakeBack(_, _, true));
    let page = page(state, reader, &journey, &ask, id, today, cpr, panel, neighbours);
    let mut response = render(&page, lang);
    if bad {
        *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
        response.headers_mut().insert("hx-push-url", http::HeaderValue::from_static("false"));
    }
    Ok(response)
}

fn panel(journey: &Journey, ask: &Ask, id: CitizenId, reader: &Reader, lang: Lang) -> Panel {
    if ask.known_on.is_none() {
        if let Some(fact) = ask.correct.and_then(|n| journey.fact(FactId(n))) {
            let values = forms::fill(fact.holds, &fact.event, lang);
            if let Some(view) = form_view(fact.event.kind(), Some(fact.id.0), &values, &[], ask, lang) {
                return Panel::Form(view);
            }
        }
        if let Some(fact) = ask.take_back.and_then(|n| journey.fact(FactId(n))) {
            return Panel::TakeBack(fact.id.0, words::with_days(fact, lang), false);
        }
        if let Some(kind) = &ask.add {
            let day = ask.day.unwrap_or(reader.today);
            // A talk to be agreed has no day yet.
            let planned = kind == "talk" && ask.planned;
            let mut values = Values::new();
            if !planned {
                values.insert("fra".to_owned(), day.to_string());
            }
            let defaults: &[(&str, &str)] = match kind.as_str() {
                "talk" if planned => &[("status", "planned"), ("form", "in_person"), ("hvem", "kommune")],
                "talk" => &[("status", "held"), ("form", "in_person"), ("hvem", "kommune")],
                "goal" => &[("status", "set"), ("egne", "ja")],
                "step" => &[("status", "agreed"), ("hvem", lang.pick("borgeren", "the citizen"))],
                "progression" => &[("af", "citizen")],
                "company_contact" => &[("hvordan", "phone")],
                "assignment" => &[("rolle", "sagsbehandler")],
                _ => &[],
            };
            values.extend(defaults.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
            if let Some(view) = form_view(kind, None, &values, &[], ask, lang) {
                return Panel::Form(view);
            }
        }
    }
    match ask.fact.and_then(|n| journey.fact(FactId(n))) {
        Some(fact) => Panel::Detail(Box::new(detail(journey, fact, ask, id, lang))),
        None => Panel::Closed,
    }
}

fn form_view(
    kind: &str,
    replaces: Option<u32>,
    values: &Values,
    faults: &[(String, String)],
    ask: &Ask,
    lang: Lang,
) -> Option<FormView> {
    let fields = forms::fields(kind, lang)?;
    let label = forms::kind_label(kind, lang).unwrap_or(lang.pick("Målgruppe", "Target group"));
    let heading = match replaces {
        None => format!("{}: {}", lang.pick("Tilføj", "Add"), label.to_lowercase()),
        Some(_) => format!("{}: {}", lang.pick("Ret", "Correct"), label.to_lowercase()),
    };
    let fields = fields
        .into_iter()
        .map(|f| {
            let value = values.get(f.name).cloned().unwrap_or_default();
            let fault = faults.iter().find(|(name, _)| name == f.name).map(|(_, what)| what.clone());
            (f, value, fault)
        })
        .collect();
    Some(FormView { heading, kind: kind.to_owned(), replaces, fields, hidden: hidden(ask), faults: faults.len() })
}

/// The view, as hidden fields of a form.
fn hidden(ask: &Ask) -> Vec<(&'static str, String)> {
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

fn detail(journey: &Journey, fact: &Fact, ask: &Ask, id: CitizenId, lang: Lang) -> Detail {
    let replaced = journey.replaced_by(fact.id);
    let open = ask.known_on.is_none() && replaced.is_none() && !matches!(fact.event, Event::Withdrawn { .. });
    let recorded = fact.recorded.as_ref().map_or_else(
        || lang.pick("lagt ind fra fil", "came with a file").to_owned(),
        |r| {
            let who = if r.by == DEMO_USER { lang.pick("demobruger", "demo user").to_owned() } else { r.by.clone() };
            let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC);
            r.at.map_or_else(
                || who.clone(),
                |at| {
                    let at = at.to_zoned(zone);
                    format!("{who}, {} {:02}:{:02}", words::date(at.date(), lang), at.hour(), at.minute())
                },
            )
        },
    );
    Detail {
        heading: words::headline(&fact.event, lang),
        days: words::period(fact.holds, lang),
        rows: words::details(&fact.event, lang),
        learned: words::date(fact.learned, lang),
        source: words::source(&fact.source, lang),
        recorded,
        earlier: journey
            .earlier_versions(fact.id)
            .into_iter()
            .map(|f| {
                format!(
                    "{} ({} {})",
                    words::with_days(f, lang),
                    lang.pick("kendt fra", "known from"),
                    words::date(f.learned, lang)
                )
            })
            .collect(),
        correct_href: (open && forms::fields(fact.event.kind(), lang).is_some())
            .then(|| ask.href(id, &format!("ret={}", fact.id))),
        take_back_href: open.then(|| ask.href(id, &format!("tag-tilbage={}", fact.id))),
        replaced: replaced.map(|f| match &f.event {
            Event::Withdrawn { .. } => {
                format!("{} {}", lang.pick("Taget tilbage", "Taken back"), words::date(f.learned, lang))
            }
            _ => format!("{} {}", lang.pick("Rettet", "Corrected"), words::date(f.learned, lang)),
        }),
    }
}

fn page(
    state: &AppState,
    reader: &Reader,
    journey: &Journey,
    ask: &Ask,
    id: CitizenId,
    today: Date,
    cpr: Option<String>,
    panel: Panel,
    (previous, next): (Option<String>, Option<String>),
) -> Page {
    let lang = reader.lang;
    let summary = Summary::of(journey, today);
    let unknown = Person::named(lang.pick("(uden navn)", "(no name)"));
    let person = journey.person.as_ref().unwrap_or(&unknown);
    let heading = heading(&person.name, &summary, today, lang);
    let (from, to) = ask.zoom.window(journey, today);
    let href = |n: u32| format!("{}#panel", ask.href(id, &format!("oplysning={n}")));
    let width = if matches!(panel, Panel::Closed) { 1180.0 } else { 760.0 };
    let assessment = state.law.assess(journey, today);
    let view =
        View { from, to, today, known_on: ask.known_on, lang, width, findings: &assessment.findings, href: &href };
    let picture = lanes(journey, &view).svg();
    let zooms = Zoom::ALL
        .iter()
        .map(|(zoom, _, da, en)| Choice {
            label: lang.pick(*da, *en).to_owned(),
            href: Ask { zoom: *zoom, ..ask.clone() }.href(id, ""),
            current: *zoom == ask.zoom,
        })
        .collect();
    let ways = [(false, "Billede", "Picture"), (true, "Liste", "List")]
        .into_iter()
        .map(|(list, da, en)| Choice {
            label: lang.pick(da, en).to_owned(),
            href: Ask { list, ..ask.clone() }.href(id, ""),
            current: list == ask.list,
        })
        .collect();
    let mut back = CaseQuery::default();
    if let Some((list, nr)) = &ask.from_list {
        back = query_of(list);
        back.page = nr.saturating_sub(1) / registry::PAGE_SIZE;
    }
    let today_ask = Ask { known_on: None, ..ask.clone() };
    Page {
        shell: Shell::new(state, reader, "sager", person.name.clone()),
        lang,
        citizen: id.to_string(),
        heading,
        cpr_open: cpr.is_some(),
        cpr_href: {
            let view = ask.href(id, "");
            let query = view.split_once('?').map_or_else(String::new, |(_, q)| format!("?{q}"));
            format!("/sager/{id}/cpr{query}")
        },
        cpr: cpr.unwrap_or_else(|| {
            person.born.map_or_else(String::new, |b| format!("{} {}", lang.pick("født", "born"), words::date(b, lang)))
        }),
        facts_line: facts_line(journey, &summary, person, today, lang),
        now: do_now(journey, &summary, &assessment.findings, ask, id, today, lang),
        law: law_lines(&assessment.findings, lang),
        calm: lang
            .pick("Intet haster. Ingen dato inden for 30 dage.", "Nothing is urgent. No date within 30 days.")
            .to_owned(),
        zooms,
        ways,
        kinds: forms::KINDS
            .iter()
            .map(|(kind, da, en)| (format!("{}#panel", ask.href(id, &format!("tilfoej={kind}"))), lang.pick(*da, *en)))
            .collect(),
        picture,
        picture_shown: !ask.list,
        months: months(journey, ask, id, lang),
        goal: goal(journey, lang),
        steps: steps(journey, lang),
        latest: latest(journey, ask, id, lang),
        panel,
        close_href: ask.href(id, ""),
        known_on: ask.known_on.map(|d| words::date(d, lang)),
        known_value: today.to_string(),
        today_value: reader.today.to_string(),
        today_href: today_ask.href(id, ""),
        hidden: hidden(ask),
        toast: toast(ask, id, lang),
        back_href: list_address(&back),
        previous,
        next,
        looks_href: format!("/sager/{id}/set-af"),
        talk_href: format!("{}#panel", ask.href(id, "tilfoej=talk")),
    }
}

/// The heading answers: where is this citizen now, and what comes?
fn heading(name: &str, s: &Summary, today: Date, lang: Lang) -> String {
    use timeline::NextWhat;
    let Some(next) = s.next else {
        return match (s.benefit, s.job_starts) {
            (None, Some(_)) => format!("{name} {}", lang.pick("er i job", "is in a job")),
            _ => format!("{name} {}", lang.pick("har intet aftalt", "has nothing agreed")),
        };
    };
    let when = words::long(next.on, today, lang);
    match (next.what, lang) {
        (NextWhat::Talk(c), Lang::Da) if next.on == today => format!("{name} har samtale i dag ({})", c.da()),
        (NextWhat::Talk(c), Lang::En) if next.on == today => format!("{name} has a talk today ({})", c.en()),
        (NextWhat::Talk(c), Lang::Da) => format!("{name} har samtale {when} ({})", c.da()),
        (NextWhat::Talk(c), Lang::En) => format!("{name} has a talk on {when} ({})", c.en()),
        (NextWhat::OfferStarts(o), Lang::Da) => format!("{name} begynder i {} {when}", o.da().to_lowercase()),
        (NextWhat::OfferStarts(o), Lang::En) => format!("{name} starts {} on {when}", o.en().to_lowercase()),
        (NextWhat::OfferEnds(o), Lang::Da) => format!("{name} er i {} til {when}", o.da().to_lowercase()),
        (NextWhat::OfferEnds(o), Lang::En) => format!("{name} is in {} until {when}", o.en().to_lowercase()),
        (NextWhat::StepDue, Lang::Da) => format!("{name} har et skridt i planen senest {when}"),
        (NextWhat::StepDue, Lang::En) => format!("{name} has a step of the plan due by {when}"),
        (NextWhat::JobStarts, Lang::Da) => format!("{name} begynder i job {when}"),
        (NextWhat::JobStarts, Lang::En) => format!("{name} starts a job on {when}"),
    }
}

fn facts_line(journey: &Journey, s: &Summary, person: &Person, today: Date, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(group) = s.group {
        parts.push(group.label(lang).to_lowercase());
    }
    if let Some(benefit) = s.benefit {
        let week = format!("{} {}", lang.pick("uge", "week"), s.weeks);
        parts.push(format!("{}, {week}", benefit.label(lang).to_lowercase()));
    } else {
        parts.push(lang.pick("ingen ydelse nu", "no benefit now").to_owned());
    }
    for fact in journey.current().filter(|f| f.holds.contains(today)) {
        if let Event::Assignment { role, name, .. } = &fact.event {
            let since = words::date(fact.holds.from, lang);
            let label = if *role == Role::Sagsbehandler { lang.pick("rådgiver", "adviser") } else { role.label(lang) };
            parts.push(format!("{label} {name} {} {since}", lang.pick("siden", "since")));
        }
    }
    if let Some(prefers) = &person.prefers {
        parts.push(format!("{} {prefers}", lang.pick("foretrækker", "prefers")));
    }
    parts.join(" · ")
}

/// At most three things, each with why.
fn do_now(
    journey: &Journey,
    s: &Summary,
    findings: &[Finding],
    ask: &Ask,
    id: CitizenId,
    today: Date,
    lang: Lang,
) -> Vec<(String, String)> {
    let mut out: Vec<(Date, String, String)> = Vec::new();
    let soon = today.saturating_add(30.days());
    for fact in journey.current() {
        let href = format!("{}#panel", ask.href(id, &format!("oplysning={}", fact.id)));
        let near = |d: Date| d >= today && d <= soon;
        match &fact.event {
            Event::Talk { purpose, channel, .. } if words::is_planned_talk(&fact.event) && near(fact.holds.from) => {
                let purpose =
                    purpose.as_ref().map_or_else(String::new, |p| format!(" {}: {p}.", lang.pick("Formål", "Purpose")));
                let text = format!(
                    "{} {} ({}).{purpose}",
                    lang.pick("Samtale", "Talk on"),
                    words::long(fact.holds.from, today, lang),
                    channel.label(lang)
                );
                out.push((fact.holds.from, text, href));
            }
            Event::Offer { offer, company, .. } if fact.holds.from > today && near(fact.holds.from) => {
                let at =
                    company.as_ref().map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name));
                let text = format!(
                    "{}{at} {} {}.",
                    offer.label(lang),
                    lang.pick("begynder", "starts on"),
                    words::long(fact.holds.from, today, lang)
                );
                out.push((fact.holds.from, text, href));
            }
            Event::Offer { offer, company, .. } if fact.holds.from <= today => {
                if let Some(to) = fact.holds.to.filter(|d| near(*d)) {
                    let at = company
                        .as_ref()
                        .map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name));
                    let after = company.as_ref().map_or_else(
                        || lang.pick("Aftal, hvad der følger efter.", "Agree on what follows."),
                        |_| lang.pick("Spørg til ordinære timer nu.", "Ask about ordinary hours now."),
                    );
                    let text = format!(
                        "{}{at} {} {}. {after}",
                        offer.label(lang),
                        lang.pick("slutter", "ends on"),
                        words::long(to, today, lang)
                    );
                    out.push((to, text, href));
                }
            }
            Event::Step { text, who, state: StepState::Agreed, due: Some(due) } if near(*due) => {
                let text = format!(
                    "{}: {text} ({who}), {} {}.",
                    lang.pick("Skridt", "Step"),
                    lang.pick("senest", "by"),
                    words::long(*due, today, lang)
                );
                out.push((*due, text, href));
            }
            Event::Employment { company, .. } if near(fact.holds.from) => {
                let at =
                    company.as_ref().map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name));
                let text = format!(
                    "{}{at} {} {}. {}",
                    "Job",
                    lang.pick("begynder", "starts on"),
                    words::long(fact.holds.from, today, lang),
                    lang.pick("Følg op i den første uge.", "Follow up in the first week.")
                );
                out.push((fact.holds.from, text, href));
            }
            _ => {}
        }
    }
    for f in findings.iter().filter(|f| f.verdict == Verdict::Open && f.holder != Some(Holder::AKasse)) {
        if let Some(due) = f.due.filter(|d| *d >= today && *d <= soon) {
            let counts = f
                .counts
                .map_or_else(String::new, |(done, asked)| format!(" {done} {} {asked},", lang.pick("af", "of")));
            let title = lang.pick(&f.title.0, &f.title.1);
            let by = words::long(due, today, lang);
            let text = format!("{title}:{counts} {} {by} ({}).", lang.pick("senest", "by"), f.cite);
            out.push((due, text, format!("/love/{}", f.code)));
        }
    }
    out.sort();
    let mut out: Vec<(String, String)> = out.into_iter().map(|(_, text, href)| (text, href)).collect();
    if s.benefit.is_some() && s.next_talk.is_none() {
        let silence = s.last_talk.map_or_else(
            || lang.pick("Der er ikke holdt nogen endnu.", "None has been held yet.").to_owned(),
            |(day, ..)| match lang {
                Lang::Da => format!("Den seneste var {}.", words::long(day, today, lang)),
                Lang::En => format!("The last was on {}.", words::long(day, today, lang)),
            },
        );
        out.push((
            format!("{} {silence}", lang.pick("Ingen samtale er aftalt.", "No talk is planned.")),
            format!("{}#panel", ask.href(id, "tilfoej=talk&aftal=1")),
        ));
    }
    if s.stalled {
        let text = match lang {
            Lang::Da => format!(
                "Stille i mindst {} uger: hverken tilbud, timer, job eller et skridt, der blev gjort.",
                Summary::STALLED_AFTER_WEEKS
            ),
            Lang::En => {
                format!("Quiet for at least {} weeks: no offer, hours, job or step done.", Summary::STALLED_AFTER_WEEKS)
            }
        };
        out.push((text, format!("{}#panel", ask.href(id, "tilfoej=step"))));
    }
    out.truncate(3);
    out
}

/// Deadlines first, then what holds without one.
fn law_lines(findings: &[Finding], lang: Lang) -> Vec<LawLine> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| (f.verdict == Verdict::Holds, f.verdict == Verdict::Met, f.due));
    sorted
        .into_iter()
        .map(|f| {
            let counts = f
                .counts
                .map_or_else(String::new, |(done, asked)| format!(", {done} {} {asked}", lang.pick("af", "of")));
            let why = match f.verdict {
                Verdict::Unknown(missing) => format!(": {}", missing.say(lang)),
                Verdict::Holds => format!(" ({})", f.kind.label(lang)),
                _ => String::new(),
            };
            LawLine {
                title: lang.pick(&f.title.0, &f.title.1).clone(),
                href: format!("/love/{}", f.code),
                verdict: format!("{}{counts}{why}", f.verdict.label(lang)),
                due: f.due.map_or_else(String::new, |d| words::date(d, lang)),
                cite: f.cite.clone(),
                mark: f.mark.label(lang),
                sure: f.mark == Mark::Verified,
            }
        })
        .collect()
}

fn goal(journey: &Journey, lang: Lang) -> Option<(String, String)> {
    journey
        .current()
        .filter_map(|f| match &f.event {
            Event::Goal { text, state: GoalState::Set | GoalState::Changed, own_words } => {
                let whose = if *own_words {
                    lang.pick("egne ord", "own words")
                } else {
                    lang.pick("rådgiverens ord", "the adviser's words")
                };
                Some((f.holds.from, f.id, text.clone(), format!("{whose}, {}", words::date(f.holds.from, lang))))
            }
            _ => None,
        })
        .max_by_key(|g| (g.0, g.1))
        .map(|(_, _, text, whose)| (text, whose))
}

fn steps(journey: &Journey, lang: Lang) -> Vec<(String, String, String)> {
    let mut open: Vec<(Option<Date>, String, String)> = journey
        .current()
        .filter_map(|f| match &f.event {
            Event::Step { text, who, state: StepState::Agreed, due } => Some((*due, text.clone(), who.clone())),
            _ => None,
        })
        .collect();
    open.sort();
    open.into_iter()
        .map(|(due, text, who)| (text, who, due.map_or_else(String::new, |d| words::short(d, lang))))
        .collect()
}

fn event_line(journey: &Journey, fact: &Fact, ask: &Ask, id: CitizenId, lang: Lang) -> EventLine {
    let was = journey.earlier_versions(fact.id).first().map(|f| words::with_days(f, lang));
    let note = match &fact.event {
        Event::Withdrawn { .. } => Some(lang.pick("taget tilbage", "taken back").to_owned()),
        _ if was.is_some() => Some(lang.pick("rettelse", "correction").to_owned()),
        _ => None,
    };
    EventLine {
        when: words::period(fact.holds, lang),
        what: words::headline(&fact.event, lang),
        href: format!("{}#panel", ask.href(id, &format!("oplysning={}", fact.id))),
        was,
        note,
    }
}

/// Every fact that is not replaced, newest first, by month; withdrawals show what was taken back.
fn months(journey: &Journey, ask: &Ask, id: CitizenId, lang: Lang) -> Vec<(String, Vec<EventLine>)> {
    let mut facts: Vec<&Fact> = journey.facts.iter().filter(|f| journey.replaced_by(f.id).is_none()).collect();
    facts.sort_by_key(|f| (std::cmp::Reverse(f.holds.from), std::cmp::Reverse(f.id)));
    let mut out: Vec<(String, Vec<EventLine>)> = Vec::new();
    for fact in facts {
        let month = words::month(fact.holds.from, lang);
        let line = event_line(journey, fact, ask, id, lang);
        match out.last_mut() {
            Some((last, lines)) if *last == month => lines.push(line),
            _ => out.push((month, vec![line])),
        }
    }
    out
}

/// The five things learned last.
fn latest(journey: &Journey, ask: &Ask, id: CitizenId, lang: Lang) -> Vec<EventLine> {
    let mut facts: Vec<&Fact> = journey.facts.iter().filter(|f| journey.replaced_by(f.id).is_none()).collect();
    facts.sort_by_key(|f| (std::cmp::Reverse(f.learned), std::cmp::Reverse(f.id)));
    facts
        .into_iter()
        .take(5)
        .map(|f| EventLine { when: words::short(f.learned, lang), ..event_line(journey, f, ask, id, lang) })
        .collect()
}

fn toast(ask: &Ask, id: CitizenId, lang: Lang) -> Option<Toast> {
    let (fact, what) = ask.saved.as_ref()?;
    let text = match what.as_str() {
        "rettet" => lang.pick(
            "Rettet. Den tidligere oplysning er gemt under den nye.",
            "Corrected. The earlier fact is kept under the new one.",
        ),
        "fortrudt" => lang.pick("Fortrudt.", "Undone."),
        "taget" => lang.pick("Taget tilbage.", "Taken back."),
        _ => lang.pick("Gemt.", "Saved."),
    };
    let undo = matches!(what.as_str(), "ny" | "rettet").then(|| format!("/sager/{id}/oplysninger/{fact}/tag-tilbage"));
    Some(Toast { text: text.to_owned(), undo })
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
