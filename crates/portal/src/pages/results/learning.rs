//! The learning map: where in the house it goes better than expected of the people there, whom to ask, and what they do.

use super::indicators::LEAST;
use super::overview::says;
use super::practice::{Editing, Note, notes_of};
use crate::benchmark::{Expected, When, publication};
use crate::counted::{Counted, SPANS};
use crate::error::Failure;
use crate::pages::caseload::encode;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use charts::{number, signed};
use registry::PracticeNote;
use results::learn::{
    Cell, LEAST_PERSONS, LEAST_STAFF, LearningMap, METHODS, Outcome, Practice, Shown, better_outside, published_as,
};
use results::{Choice, Judgement};
use serde::Deserialize;
use std::collections::BTreeSet;
use timeline::{Lang, Maalgruppe};

/// So many municipalities to learn from.
const OUTSIDE: usize = 5;

#[derive(Deserialize, Default, Clone)]
pub(crate) struct Query {
    pub udfald: Option<String>,
    pub maaneder: Option<String>,
    /// The field that is looked into.
    pub team: Option<String>,
    pub gruppe: Option<String>,
    /// What descriptions of practice are found by.
    pub metode: Option<String>,
    pub maalgruppe: Option<String>,
    /// A description to write: `ny`, or the number of one to change.
    pub skriv: Option<String>,
    /// What was just done, to say it and offer to undo it.
    pub gemt: Option<String>,
}

/// What is asked, checked.
#[derive(Clone)]
pub(super) struct Asked {
    pub outcome: Outcome,
    pub months: u16,
    pub team: Option<String>,
    pub group: Option<Maalgruppe>,
    pub method: Option<String>,
    pub for_group: Option<Maalgruppe>,
}

impl Asked {
    pub(super) fn new(query: &Query, lang: Lang) -> Result<Self, Failure> {
        let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let wrong = |word: &str, known: &[&str]| {
            let head = lang.pick("kendes ikke her. Der er", "is not known here. There are");
            Failure::bad(lang, format!("\"{word}\" {head} {}.", known.join(", ")))
        };
        let outcome = match given(&query.udfald) {
            None => Outcome::WorkOrHours,
            Some(word) => Outcome::from_code(&word).ok_or_else(|| wrong(&word, &Outcome::ALL.map(Outcome::code)))?,
        };
        let months = match given(&query.maaneder) {
            None => SPANS[1],
            Some(word) => {
                let known = SPANS.map(|m| m.to_string());
                let found = word.parse().ok().filter(|m| SPANS.contains(m));
                found.ok_or_else(|| wrong(&word, &known.each_ref().map(String::as_str)))?
            }
        };
        let group = |text: &Option<String>| match given(text) {
            None => Ok(None),
            Some(word) => {
                let codes: Vec<&str> = Maalgruppe::ALL.iter().map(|g| g.code()).collect();
                Maalgruppe::from_code(&word).map(Some).ok_or_else(|| wrong(&word, &codes))
            }
        };
        let method = given(&query.metode);
        if let Some(word) = &method
            && !METHODS.iter().any(|m| m.0 == word)
        {
            return Err(wrong(word, &METHODS.map(|m| m.0)));
        }
        Ok(Self {
            outcome,
            months,
            team: given(&query.team),
            group: group(&query.gruppe)?,
            method,
            for_group: group(&query.maalgruppe)?,
        })
    }

    /// The address of this question.
    pub(super) fn href(&self) -> String {
        let mut out = format!("/resultater/laering?udfald={}&maaneder={}", self.outcome.code(), self.months);
        let mut put = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                out.push_str(&format!("&{key}={}", encode(value)));
            }
        };
        put("team", self.team.as_deref());
        put("gruppe", self.group.map(Maalgruppe::code));
        put("metode", self.method.as_deref());
        put("maalgruppe", self.for_group.map(Maalgruppe::code));
        out
    }

    /// The target group that descriptions are found by, or nothing; for templates.
    pub(super) fn for_code(&self) -> &'static str {
        self.for_group.map_or("", |g| g.code())
    }

    /// The method, the same.
    pub(super) fn method_code(&self) -> &str {
        self.method.as_deref().unwrap_or("")
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.href()
    }
}

/// A field of the map.
struct Field {
    /// Its name for those who hear the page.
    label: String,
    value: String,
    interval: String,
    class: &'static str,
    href: Option<String>,
    current: bool,
}

struct Row {
    unit: String,
    fields: Vec<Option<Field>>,
}

type Get = fn(&Practice) -> Option<f64>;

/// What was done, here and elsewhere in the house.
struct Done {
    what: &'static str,
    here: String,
    others: String,
}

/// The field that is looked into.
struct Detail {
    heading: String,
    sentence: String,
    reason: String,
    done: Vec<Done>,
    outside_heading: String,
    outside: Vec<(String, String, String)>,
    outside_none: String,
    notes: Vec<Note>,
    write_href: String,
}

#[derive(Template)]
#[template(path = "results-learning.html")]
pub(super) struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    asked: Asked,
    groups: Vec<&'static str>,
    rows: Vec<Row>,
    detail: Option<Detail>,
    notes: Vec<Note>,
    all_notes: usize,
    note_groups: Vec<(&'static str, &'static str)>,
    editing: Option<Editing>,
    toast: Option<(String, Option<String>)>,
    without_unit: usize,
    write_href: String,
}

fn field(asked: &Asked, cell: &Cell, current: bool, lang: Lang) -> Field {
    let danish = lang == Lang::Da;
    let name = format!("{}, {}", cell.unit, cell.group.label(lang));
    let href = || Some(asked.with(|a| (a.team, a.group) = (Some(cell.unit.clone()), Some(cell.group))));
    let empty = |value: &str, link: bool| Field {
        label: format!("{name}: {value}"),
        value: value.to_owned(),
        interval: String::new(),
        class: "none",
        href: if link { href() } else { None },
        current,
    };
    match cell.shown {
        Shown::Told { sure, judgement, .. } => {
            let value = signed(sure.gap, 1, danish);
            let to = lang.pick("til", "to");
            let interval = format!("{} {to} {}", signed(sure.low, 1, danish), signed(sure.high, 1, danish));
            Field {
                label: format!("{name}: {value}, {interval}, {}", says(judgement, lang)),
                value: match judgement {
                    Judgement::Better => format!("▲ {value}"),
                    Judgement::Poorer => format!("▼ {value}"),
                    _ => value,
                },
                interval,
                class: match judgement {
                    Judgement::Better => "better",
                    Judgement::Poorer => "poorer",
                    Judgement::AsExpected => "near",
                    Judgement::Untold => "untold",
                },
                href: href(),
                current,
            }
        }
        Shown::Alone => empty(lang.pick("kun her", "only here"), true),
        Shown::FewPersons => empty(lang.pick("for få", "too few"), true),
        Shown::FewStaff => empty(lang.pick("for få ansatte", "too few staff"), true),
    }
}

fn table(asked: &Asked, map: &LearningMap, current: Option<&Cell>, lang: Lang) -> (Vec<&'static str>, Vec<Row>) {
    let groups: BTreeSet<Maalgruppe> = map.cells.iter().map(|c| c.group).collect();
    let units: BTreeSet<&str> = map.cells.iter().map(|c| c.unit.as_str()).collect();
    let rows = units
        .into_iter()
        .map(|unit| Row {
            unit: unit.to_owned(),
            fields: groups
                .iter()
                .map(|group| {
                    let cell = map.cells.iter().find(|c| c.unit == unit && c.group == *group)?;
                    Some(field(asked, cell, current.is_some_and(|c| std::ptr::eq(c, cell)), lang))
                })
                .collect(),
        })
        .collect();
    (groups.iter().map(|g| g.label(lang)).collect(), rows)
}

fn done(here: Option<Practice>, others: Option<Practice>, lang: Lang) -> Vec<Done> {
    let Some(here) = here else { return Vec::new() };
    let danish = lang == Lang::Da;
    let shown = |value: Option<f64>, decimals: usize, unit: &str| {
        value.map_or_else(
            || lang.pick("for få", "too few").to_owned(),
            |v| format!("{}{unit}", number(v, decimals, danish)),
        )
    };
    let percent = lang.pick(" pct.", " %");
    let rows: [(&str, &str, Get, usize, &str); 4] = [
        ("Holdte samtaler om måneden", "Talks held a month", |p| p.talks_a_month, 2, ""),
        ("Med et tilbud undervejs", "With an offer on the way", |p| p.offered, 0, percent),
        ("Med praktik, løntilskud eller timer", "With internship, subsidy or hours", |p| p.business, 0, percent),
        ("Med ordinære timer", "With ordinary hours", |p| p.hours, 0, percent),
    ];
    let row = |(da, en, get, decimals, unit): &(&'static str, &'static str, Get, usize, &str)| Done {
        what: lang.pick(*da, *en),
        here: shown(get(&here), *decimals, unit),
        others: others.map_or_else(|| "–".to_owned(), |o| shown(get(&o), *decimals, unit)),
    };
    rows.iter().map(row).collect()
}

pub(super) fn sentence(cell: &Cell, map: &LearningMap, lang: Lang) -> String {
    let danish = lang == Lang::Da;
    let (name, n) = (map.outcome.name(danish), |v: f64| number(v, 1, danish));
    match (&cell.shown, lang) {
        (Shown::Told { observed, expected, sure, judgement }, Lang::Da) => format!(
            "{} pct. var {name}, mod {} pct. forventet af netop disse borgere: {} procentpoint, {} til {}. Det er {}.",
            n(*observed),
            n(*expected),
            signed(sure.gap, 1, true),
            signed(sure.low, 1, true),
            signed(sure.high, 1, true),
            match judgement {
                Judgement::Better => "sikkert bedre",
                Judgement::Poorer => "sikkert dårligere",
                Judgement::AsExpected => "som forventet",
                Judgement::Untold => "for usikkert til at sige noget om",
            }
        ),
        (Shown::Told { observed, expected, sure, judgement }, Lang::En) => format!(
            "{} % were {name}, against {} % expected of just these citizens: {} percentage points, {} to {}. That is {}.",
            n(*observed),
            n(*expected),
            signed(sure.gap, 1, false),
            signed(sure.low, 1, false),
            signed(sure.high, 1, false),
            match judgement {
                Judgement::Better => "surely better",
                Judgement::Poorer => "surely worse",
                Judgement::AsExpected => "as expected",
                Judgement::Untold => "too uncertain to say anything of",
            }
        ),
        (Shown::Alone, Lang::Da) => {
            "Ingen andre i huset har nok borgere i målgruppen. Sammenlign uden for huset.".to_owned()
        }
        (Shown::Alone, Lang::En) => {
            "Nobody else in the house has enough citizens of the target group. Compare outside.".to_owned()
        }
        (Shown::FewPersons, Lang::Da) => {
            format!(
                "Her er under {LEAST_PERSONS} personer, eller under {LEAST} som det gik godt eller ikke godt. Så få siger ikke noget sikkert, og de skal ikke kunne kendes."
            )
        }
        (Shown::FewPersons, Lang::En) => {
            format!(
                "Here are fewer than {LEAST_PERSONS} persons, or fewer than {LEAST} for whom it went well or did not. So few tell nothing surely, and must not be recognised."
            )
        }
        (Shown::FewStaff, Lang::Da) => {
            format!(
                "Her er under {LEAST_STAFF} medarbejdere. Så ville tallet handle om en person, og det vises aldrig."
            )
        }
        (Shown::FewStaff, Lang::En) => {
            format!("Here are fewer than {LEAST_STAFF} staff. The figure would be about a person, and is never shown.")
        }
    }
}

fn detail(
    state: &AppState,
    asked: &Asked,
    map: &LearningMap,
    cell: &Cell,
    notes: &[PracticeNote],
    lang: Lang,
) -> Result<Detail, Failure> {
    let danish = lang == Lang::Da;
    let mut outside = Vec::new();
    let year = publication().periods().last().copied();
    let benefit = published_as(cell.benefit);
    if let Some((benefit, year)) = benefit.zip(year) {
        let choice = Choice::default();
        let found = state
            .known
            .benchmarks
            .find(&state.known.figures, Expected::Published, benefit, When::Year(year), &choice)
            .map_err(|e| super::failed(lang, &e))?;
        for s in better_outside(&found.standings, &state.settings.municipality, OUTSIDE) {
            let href = format!("/resultater?kommune={}&ydelse={}&periode={year}", s.place.code, benefit.code());
            let interval = format!(
                "{} ({} {} {})",
                signed(s.sure.gap, 2, danish),
                signed(s.sure.low, 2, danish),
                lang.pick("til", "to"),
                signed(s.sure.high, 2, danish)
            );
            outside.push((s.place.name.clone(), href, interval));
        }
    }
    let name = benefit.map_or("", |b| b.name(danish));
    Ok(Detail {
        heading: format!("{} · {}", cell.unit, cell.group.label(lang)),
        sentence: sentence(cell, map, lang),
        reason: cell.persons.map_or_else(String::new, |n| match lang {
            Lang::Da => format!(
                "{} personer, talt én gang for hvert af {} vinduer.",
                number(f64::from(n), 0, true),
                map.windows.len()
            ),
            Lang::En => format!(
                "{} persons, counted once for each of {} windows.",
                number(f64::from(n), 0, false),
                map.windows.len()
            ),
        }),
        done: done(cell.practice, cell.others, lang),
        outside_heading: match (benefit, lang) {
            (None, Lang::Da) => "Hvem uden for huset?".to_owned(),
            (None, Lang::En) => "Who outside the house?".to_owned(),
            (_, Lang::Da) => format!("Hvem uden for huset på {}?", name.to_lowercase()),
            (_, Lang::En) => format!("Who outside the house on {}?", name.to_lowercase()),
        },
        outside,
        outside_none: match (benefit, lang) {
            (None, Lang::Da) => "STARs benchmark har ingen tal for denne ydelse.".to_owned(),
            (None, Lang::En) => "STAR's benchmark has no figures for this benefit.".to_owned(),
            (_, Lang::Da) => "Ingen af de mest lignende kommuner klarer sig sikkert bedre.".to_owned(),
            (_, Lang::En) => "None of the most similar municipalities surely does better.".to_owned(),
        },
        notes: notes_of(notes, asked, lang, |n| n.says.unit == cell.unit && n.says.group == cell.group.code()),
        write_href: format!(
            "{}&skriv=ny#skriv",
            asked.with(|a| (a.team, a.group) = (Some(cell.unit.clone()), Some(cell.group)))
        ),
    })
}

pub(super) fn page(
    state: &AppState,
    reader: &Reader,
    counted: &Counted,
    asked: Asked,
    notes: &[PracticeNote],
    editing: Option<Editing>,
    toast: Option<(String, Option<String>)>,
) -> Result<Page, Failure> {
    let lang = reader.lang;
    let danish = lang == Lang::Da;
    let map = counted.learning(asked.months, asked.outcome);
    let empty = LearningMap {
        outcome: asked.outcome,
        windows: Vec::new(),
        cells: Vec::new(),
        rows: 0,
        without_unit: 0,
        spread: 1.0,
    };
    let map = match map {
        Ok(map) => map,
        Err(statistics::Failure::TooFew { .. }) => &empty,
        Err(other) => return Err(super::failed(lang, other)),
    };
    let ask = map.ask();
    let chosen = match (&asked.team, asked.group) {
        (Some(team), Some(group)) => map.cells.iter().find(|c| c.unit == *team && c.group == group),
        _ => ask.first().copied().or_else(|| map.cells.iter().find(|c| c.judgement().is_some())),
    };
    let heading = match (map.cells.is_empty(), ask.len(), lang) {
        (true, _, Lang::Da) => "Her er ingen teams at lære af endnu".to_owned(),
        (true, _, Lang::En) => "There are no teams to learn from yet".to_owned(),
        (_, 0, Lang::Da) => "Intet sted i huset går det sikkert bedre end forventet".to_owned(),
        (_, 0, Lang::En) => "Nowhere in the house does it surely go better than expected".to_owned(),
        (_, 1, Lang::Da) => format!("Spørg {} om {}", ask[0].unit, lower(ask[0].group.label(lang))),
        (_, 1, Lang::En) => format!("Ask {} about the {}", ask[0].unit, lower(ask[0].group.label(lang))),
        (_, n, Lang::Da) => format!("{n} steder i huset går det sikkert bedre end forventet: spørg dem"),
        (_, n, Lang::En) => format!("In {n} places in the house it surely goes better than expected: ask them"),
    };
    let under = match (map.windows.first().zip(map.windows.last()), lang) {
        (None, _) => String::new(),
        (Some((first, last)), Lang::Da) => format!(
            "Hvor mange på ydelse var {} {} måneder senere, mod det, deres alder, køn, tid på ydelse og målgruppe lader vente. {} til {}.",
            map.outcome.name(danish),
            asked.months,
            crate::words::date(first.start, lang),
            crate::words::date(last.end, lang)
        ),
        (Some((first, last)), Lang::En) => format!(
            "How many on benefit were {} {} months later, against what their age, sex, time on benefit and target group lead one to expect. {} to {}.",
            map.outcome.name(danish),
            asked.months,
            crate::words::date(first.start, lang),
            crate::words::date(last.end, lang)
        ),
    };
    let (groups, rows) = table(&asked, map, chosen, lang);
    let detail = chosen.map(|cell| detail(state, &asked, map, cell, notes, lang)).transpose()?;
    let found = notes_of(notes, &asked, lang, |n| {
        asked.method.as_ref().is_none_or(|m| n.says.method == *m)
            && asked.for_group.is_none_or(|g| n.says.group == g.code())
    });
    let write_href = format!("{}&skriv=ny#skriv", asked.href());
    Ok(Page {
        shell: Shell::new(state, reader, "resultater", heading.clone()),
        lang,
        heading,
        under,
        groups,
        rows,
        detail,
        notes: found,
        all_notes: notes.len(),
        note_groups: Maalgruppe::ALL.iter().map(|g| (g.code(), g.label(lang))).collect(),
        editing,
        toast,
        without_unit: map.without_unit,
        write_href,
        asked,
    })
}

/// A group's name inside a sentence.
fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
