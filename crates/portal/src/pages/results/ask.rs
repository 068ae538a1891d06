//! What is asked of the results, and the address that asks it.

use crate::benchmark::{Expected, Found, Known, When, publication};
use crate::error::Failure;
use crate::pages::caseload::encode;
use figures::{BenefitGroup, Month, Municipality, find_municipality};
use results::Choice;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use timeline::Lang;

#[derive(Deserialize, Default)]
pub(crate) struct Query {
    kommune: Option<String>,
    ydelse: Option<String>,
    periode: Option<String>,
    kilde: Option<String>,
    pris: Option<String>,
    uden: Option<String>,
    med: Option<String>,
}

impl Query {
    pub(super) fn of(municipality: &str, period: Option<&str>, price: Option<f64>) -> Self {
        Self {
            kommune: Some(municipality.to_owned()),
            periode: period.map(str::to_owned),
            pris: price.map(|p| format!("{p:.0}")),
            ..Self::default()
        }
    }
}

#[derive(Clone)]
pub(super) struct Ask {
    pub lang: Lang,
    pub place: &'static Municipality,
    pub group: BenefitGroup,
    pub when: When,
    pub by: Expected,
    pub price: Option<f64>,
    /// Themes and conditions left out and added.
    pub without: BTreeSet<String>,
    pub with: BTreeSet<String>,
    pub choice: Choice,
    /// Whether what is drawn leads on to other pages: on paper it does not.
    pub linked: bool,
}

fn words(text: Option<&str>) -> BTreeSet<String> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

impl Ask {
    pub(super) fn new(usual: &str, query: &Query, lang: Lang) -> Result<Self, Failure> {
        let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let wanted = given(&query.kommune).unwrap_or_else(|| usual.to_owned());
        let place = find_municipality(&wanted).ok_or_else(|| {
            Failure::bad(
                lang,
                format!("{} \"{wanted}\".", lang.pick("Ingen kommune hedder", "No municipality is called")),
            )
        })?;
        let group = match given(&query.ydelse) {
            None => BenefitGroup::All,
            Some(word) => BenefitGroup::from_code(&word).ok_or_else(|| {
                let known = BenefitGroup::ALL.map(BenefitGroup::code).join(", ");
                let head = lang.pick("Ingen ydelsesgruppe hedder", "No group of benefits is called");
                Failure::bad(lang, format!("{head} \"{word}\". {} {known}.", lang.pick("Der er", "There are")))
            })?,
        };
        let years = publication().periods();
        let when = match given(&query.periode) {
            None => When::Year(*years.last().ok_or_else(|| Failure::not_found(lang))?),
            Some(text) => text
                .parse()
                .ok()
                .filter(|year| years.contains(year))
                .map(When::Year)
                .or_else(|| text.parse::<Month>().ok().map(When::To))
                .ok_or_else(|| {
                    let known: Vec<String> = years.iter().map(ToString::to_string).collect();
                    Failure::bad(
                        lang,
                        format!(
                            "\"{text}\" {} {}.",
                            lang.pick(
                                "er ikke en periode her; skriv en måned som 2026M07 eller en af",
                                "is no period here; write a month as 2026M07 or one of"
                            ),
                            known.join(", ")
                        ),
                    )
                })?,
        };
        let by = match given(&query.kilde).as_deref() {
            // No benchmark is published for months: only our own answers them.
            _ if matches!(when, When::To(_)) => Expected::Own,
            None | Some("star") => Expected::Published,
            Some("egen") => Expected::Own,
            Some(other) => {
                let known = lang
                    .pick("er ingen kilde her; der er star og egen.", "is no source here; there are star and egen.");
                return Err(Failure::bad(lang, format!("\"{other}\" {known}")));
            }
        };
        let price = match given(&query.pris) {
            None => None,
            Some(text) => {
                // Thousands are set apart with . in Danish and , in English, and either way with a space.
                let apart = if lang == Lang::Da { '.' } else { ',' };
                let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}') && *c != apart).collect();
                let number = plain.replace(',', ".").parse::<f64>().ok().filter(|p| (0.0..=10_000_000.0).contains(p));
                Some(number.ok_or_else(|| {
                    let says = lang.pick(
                        "er ingen pris; skriv kroner om året for en fuldtidsperson, for eksempel 150.000.",
                        "is no price; write kroner a year for a full-time person, for example 150000.",
                    );
                    Failure::bad(lang, format!("\"{text}\" {says}"))
                })?)
            }
        };
        let (without, with) = (words(query.uden.as_deref()), words(query.med.as_deref()));
        let choice = Choice::new(without.iter().map(String::as_str), with.iter().map(String::as_str))
            .map_err(|e| super::failed(lang, &e))?;
        Ok(Self { lang, place, group, when, by, price, without, with, choice, linked: true })
    }

    pub(super) fn danish(&self) -> bool {
        self.lang == Lang::Da
    }

    /// The query of this question.
    pub(super) fn query(&self) -> String {
        let mut out = format!(
            "kommune={}&ydelse={}&periode={}&kilde={}",
            encode(&self.place.code),
            self.group.code(),
            self.when.code(),
            if self.by == Expected::Own { "egen" } else { "star" }
        );
        if let Some(price) = self.price {
            out.push_str(&format!("&pris={price:.0}"));
        }
        for (name, words) in [("uden", &self.without), ("med", &self.with)] {
            if !words.is_empty() {
                let all: Vec<&str> = words.iter().map(String::as_str).collect();
                out.push_str(&format!("&{name}={}", encode(&all.join(","))));
            }
        }
        out
    }

    /// The address of the overview with something changed.
    pub(super) fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        if !self.linked {
            return String::new();
        }
        let mut other = self.clone();
        change(&mut other);
        format!("/resultater?{}", other.query())
    }

    /// All municipalities on a group of benefits.
    pub(super) fn found(&self, known: &Known, group: BenefitGroup) -> Result<Arc<Found>, Failure> {
        self.found_at(known, group, self.when)
    }

    /// The same at another time.
    pub(super) fn found_at(&self, known: &Known, group: BenefitGroup, when: When) -> Result<Arc<Found>, Failure> {
        let found = known.benchmarks.find(&known.figures, self.by, group, when, &self.choice);
        found.map_err(|e| super::failed(self.lang, &e))
    }

    /// Actual and expected share of the municipality.
    pub(super) fn level(&self, known: &Known, group: BenefitGroup, when: When) -> Result<Option<(f64, f64)>, Failure> {
        let level = known.benchmarks.level(&known.figures, (self.by, group, when, &self.choice), self.place);
        level.map_err(|e| super::failed(self.lang, &e))
    }

    /// All municipalities by the other's expectation, where there is one.
    pub(super) fn other(&self, known: &Known, group: BenefitGroup) -> Result<Option<Arc<Found>>, Failure> {
        if matches!(self.when, When::To(_)) {
            return Ok(None);
        }
        let by = if self.by == Expected::Own { Expected::Published } else { Expected::Own };
        let found = known.benchmarks.find(&known.figures, by, group, self.when, &self.choice);
        found.map(Some).map_err(|e| super::failed(self.lang, &e))
    }

    /// The name of a group as these figures hold it.
    pub(super) fn name(&self, group: BenefitGroup) -> &'static str {
        match (self.when, results::series_of(group)) {
            (When::To(_), Some((series, _))) => self.lang.pick(series.name().0, series.name().1),
            _ => group.name(self.danish()),
        }
    }

    /// What a share is a share of.
    pub(super) fn share_of(&self, group: BenefitGroup) -> &'static str {
        match (self.when, results::series_of(group)) {
            (When::To(_), Some((series, _))) => self.lang.pick(series.of().0, series.of().1),
            _ => self.lang.pick("pct. af de 16-66-årige", "% of those aged 16-66"),
        }
    }
}
