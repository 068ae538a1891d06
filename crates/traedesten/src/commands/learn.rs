//! `results learn`: where in the house, and in which municipalities, it goes better than expected of the people there.

use super::journeys::journeys;
use super::municipalities::{code, word};
use super::{Context, today};
use crate::answer::{Answer, TextTable};
use crate::args::{Learn, OutcomeWord};
use crate::failure::Failure;
use ::figures::{Municipality, Publication};
use ::registry::{PracticeNote, Registry};
use ::results::learn::{
    Cell, LEAST_STAFF, Learners, LearningMap, Outcome, Practice, Shown, Window, better_outside, method_name,
    published_as,
};
use ::results::{Standing, published};
use charts::{number, signed};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use timeline::Lang;

/// So many municipalities to learn from.
const OUTSIDE: usize = 5;

pub(crate) async fn run(context: &Context, options: &Learn) -> Result<u8, Failure> {
    let lang = context.lang;
    let on = options.of.on.unwrap_or_else(today);
    let place = context.municipality(options.of.municipality.as_deref())?;
    let outcome = match options.outcome {
        OutcomeWord::JobEllerTimer => Outcome::WorkOrHours,
        OutcomeWord::Selvforsoergelse => Outcome::SelfSupport,
    };
    let journeys =
        journeys(context, options.of.journeys.as_deref(), options.of.at.registry.clone(), "results-learn", on).await?;
    let mut learners = Learners::new(Window::before(on, options.months, options.windows));
    for journey in &journeys {
        learners.push(journey);
    }
    let map = learners.map(outcome, usize::from(options.least)).map_err(Failure::from)?;
    let notes = match options.of.journeys {
        Some(_) => Vec::new(),
        None => {
            let url = context.registry_url(options.of.at.registry.clone())?;
            Registry::open_existing(&url, context.vault()?).await?.practices().await?
        }
    };
    let source = (
        format!("Kilde: {} borgerrejser, som de er kendt den {on}; STARs benchmark.", journeys.len()),
        format!("Source: {} journeys as known on {on}; STAR's benchmark.", journeys.len()),
    );
    let mut answer = Answer::of_shipped("results-learn", "cells", source, &options.answer);
    answer.set("outcome", outcome.code());
    let windows: Vec<Value> = map.windows.iter().map(|w| json!({"from": w.start, "to": w.end})).collect();
    answer.set("windows", windows);
    answer.set("least_persons", options.least);
    answer.set("least_staff", LEAST_STAFF);
    answer.set("persons", map.rows);
    answer.set("persons_without_unit", map.without_unit);
    answer.set("spread", map.spread);
    answer.set("cells", map.cells.iter().map(cell).collect::<Vec<_>>());
    let ask: Vec<Value> = map.ask().iter().map(|c| json!({"unit": c.unit, "group": c.group.code()})).collect();
    answer.set("ask", ask);
    let outside = outside(&map, place);
    let others: Vec<Value> = outside
        .iter()
        .flat_map(|(benefit, found)| {
            found.iter().map(move |s| {
                json!({"benefit": benefit, "municipality": s.place.name, "code": s.place.code, "expected": s.expected,
            "gap": s.sure.gap, "ci_low": s.sure.low, "ci_high": s.sure.high})
            })
        })
        .collect();
    answer.set("outside", others);
    answer.set("practices", notes.iter().map(note).collect::<Vec<_>>());
    if map.without_unit > 0 {
        answer.warn(
            format!("{} personer på ydelse havde ingen enhed den første dag og er ikke med", map.without_unit),
            format!("{} persons on benefit had no unit on the first day and are left out", map.without_unit),
        );
    }
    text(&mut answer, &map, &notes, &outside, options, lang);
    answer.put(lang, &options.answer)
}

fn practice(p: Option<Practice>) -> Value {
    p.map_or(Value::Null, |p| {
        json!({"persons": p.persons, "talks_a_month": p.talks_a_month, "offered_percent": p.offered,
            "business_percent": p.business, "hours_percent": p.hours})
    })
}

const fn state(shown: &Shown) -> &'static str {
    match shown {
        Shown::Told { .. } => "told",
        Shown::Alone => "alone",
        Shown::FewPersons => "few_persons",
        Shown::FewStaff => "few_staff",
    }
}

fn cell(c: &Cell) -> Value {
    let mut out = json!({"unit": c.unit, "group": c.group.code(), "persons": c.persons, "state": state(&c.shown),
        "observed_percent": null, "expected_percent": null, "gap": null, "std_error": null, "ci_low": null,
        "ci_high": null, "steadied": null, "p_better": null, "judgement": null,
        "practice": practice(c.practice), "practice_others": practice(c.others)});
    if let Shown::Told { observed, expected, sure, judgement } = c.shown {
        for (key, value) in [
            ("observed_percent", observed),
            ("expected_percent", expected),
            ("gap", sure.gap),
            ("std_error", sure.std_error),
            ("ci_low", sure.low),
            ("ci_high", sure.high),
            ("steadied", sure.steadied),
            ("p_better", sure.p_better),
        ] {
            out[key] = json!(value);
        }
        out["judgement"] = json!(code(judgement));
    }
    out
}

fn note(n: &PracticeNote) -> Value {
    json!({"unit": n.says.unit, "group": n.says.group, "method": n.says.method, "title": n.says.title,
        "contact": n.says.contact, "does": n.says.does, "for_whom": n.says.for_whom, "learned": n.says.learned,
        "failed": n.says.failed, "at": n.at.to_string()})
}

/// By benefit: municipalities like this one that surely do better, in the newest published year.
fn outside(map: &LearningMap, place: &Municipality) -> Vec<(&'static str, Vec<Standing>)> {
    let Some(publication) = Publication::shipped().last() else { return Vec::new() };
    let Some(year) = publication.periods().last().copied() else { return Vec::new() };
    let mut found = BTreeMap::new();
    for benefit in map.cells.iter().filter_map(|c| published_as(c.benefit)) {
        found.entry(benefit.code()).or_insert_with(|| {
            let all = published(publication, benefit, year);
            better_outside(&all, &place.code, OUTSIDE).into_iter().cloned().collect::<Vec<_>>()
        });
    }
    found.into_iter().collect()
}

fn reason(shown: &Shown, lang: Lang) -> String {
    match (shown, lang) {
        (Shown::Told { .. }, _) => String::new(),
        (Shown::Alone, Lang::Da) => "ingen andre i huset har gruppen".to_owned(),
        (Shown::Alone, Lang::En) => "nobody else in the house has the group".to_owned(),
        (Shown::FewPersons, Lang::Da) => "for få personer".to_owned(),
        (Shown::FewPersons, Lang::En) => "too few persons".to_owned(),
        (Shown::FewStaff, Lang::Da) => format!("færre end {LEAST_STAFF} medarbejdere"),
        (Shown::FewStaff, Lang::En) => format!("fewer than {LEAST_STAFF} staff"),
    }
}

fn text(
    answer: &mut Answer,
    map: &LearningMap,
    notes: &[PracticeNote],
    outside: &[(&'static str, Vec<Standing>)],
    options: &Learn,
    lang: Lang,
) {
    let danish = lang == Lang::Da;
    let name = map.outcome.name(danish);
    let ask = map.ask();
    answer.line(match (ask.len(), lang) {
        (0, Lang::Da) => format!("Intet team er sikkert bedre end forventet af dets borgere ({name})."),
        (0, Lang::En) => format!("No team is surely better than expected of its citizens ({name})."),
        (1, Lang::Da) => format!("Ét sted går det sikkert bedre end forventet af borgerne der ({name}):"),
        (1, Lang::En) => format!("In one place it surely goes better than expected of the citizens there ({name}):"),
        (n, Lang::Da) => format!("{n} steder går det sikkert bedre end forventet af borgerne der ({name}):"),
        (n, Lang::En) => format!("In {n} places it surely goes better than expected of the citizens there ({name}):"),
    });
    for cell in ask {
        answer.line(format!("  {} · {}", cell.unit, cell.group.label(lang)));
    }
    answer.line("");
    let mut table = TextTable::new(&if danish {
        ["team", "målgruppe", "personer", "gik godt", "forventet", "forskel", "95 %", ""]
    } else {
        ["team", "target group", "persons", "went well", "expected", "gap", "95 %", ""]
    });
    for c in &map.cells {
        let persons = c.persons.map_or_else(|| "–".to_owned(), |n| number(f64::from(n), 0, danish));
        let mut row = vec![c.unit.clone(), c.group.label(lang).to_owned(), persons];
        row.extend(match c.shown {
            Shown::Told { observed, expected, sure, judgement } => [
                number(observed, 1, danish),
                number(expected, 1, danish),
                signed(sure.gap, 1, danish),
                format!("{} {} {}", signed(sure.low, 1, danish), lang.pick("til", "to"), signed(sure.high, 1, danish)),
                word(judgement, lang).to_owned(),
            ],
            ref other => ["–".into(), "–".into(), "–".into(), String::new(), reason(other, lang)],
        });
        table.row(row);
    }
    answer.table(&table);
    answer.line("");
    answer.line(match lang {
        Lang::Da => format!(
            "Forventet: som det gik de andre teams' borgere med samme alder, køn, tid på ydelse og målgruppe; procent, plus er \
             bedre. {} af {} måneder. Enkelte medarbejdere vises aldrig: et felt kræver mindst {} personer og \
             {LEAST_STAFF} medarbejdere.",
            if options.windows == 1 { "1 vindue".to_owned() } else { format!("{} vinduer", options.windows) },
            options.months, options.least
        ),
        Lang::En => format!(
            "Expected: as it went for the other teams' citizens of the same age, sex, time on benefit and target group; per \
             cent, plus is better. {} of {} months. Single members of staff are never shown: a field takes at least \
             {} persons and {LEAST_STAFF} staff.",
            if options.windows == 1 { "1 window".to_owned() } else { format!("{} windows", options.windows) },
            options.months, options.least
        ),
    });
    for (benefit, found) in outside {
        let names: Vec<&str> = found.iter().map(|s| s.place.name.as_str()).collect();
        let says = match (names.is_empty(), lang) {
            (true, Lang::Da) => "ingen af de mest lignende kommuner er sikkert bedre".to_owned(),
            (true, Lang::En) => "none of the most similar municipalities is surely better".to_owned(),
            (false, _) => names.join(", "),
        };
        answer.line(format!("{} ({benefit}): {says}", lang.pick("Uden for huset", "Outside the house")));
    }
    for n in notes {
        answer.line(format!(
            "{} · {} · {}: {} ({})",
            n.says.unit,
            n.says.group,
            method_name(&n.says.method, danish),
            n.says.title,
            n.says.contact
        ));
    }
}
