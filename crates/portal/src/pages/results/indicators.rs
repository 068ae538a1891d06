//! Indicators of the registry's own caseload: choose one and a group, see months and units.

use crate::counted::Counted;
use crate::error::Failure;
use crate::pages::municipality::month_name;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use charts::{LineChart, LineSeries, Table, VerticalMark, number};
use figures::Series;
use results::indicators::{Answer, Count, Form, Group, Indicator, indicator, indicators};
use serde::Deserialize;
use timeline::Lang;

/// What is published about few is held back below this.
pub(super) const LEAST: u64 = results::LEAST;

#[derive(Deserialize, Default)]
pub(crate) struct Query {
    gruppe: Option<String>,
    indikator: Option<String>,
}

struct Line {
    name: &'static str,
    href: String,
    current: bool,
    now: String,
    before: String,
    unit: &'static str,
}

struct Unit {
    name: String,
    now: String,
    made_of: String,
    before: String,
}

#[derive(Template)]
#[template(path = "results-indicators.html")]
pub(super) struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    groups: Vec<(&'static str, &'static str, bool)>,
    code: &'static str,
    lines: Vec<Line>,
    /// Those that nobody is counted in, now or a year ago.
    empty: Vec<Line>,
    /// Nobody has left in all the months: the registry may hold only those who are here.
    no_exits: bool,
    now: String,
    before: String,
    chart: Option<String>,
    table: Table,
    with_published: bool,
    /// Some unit says of how many.
    with_number: bool,
    units: Vec<Unit>,
    formula: String,
    mind: &'static str,
    source: &'static str,
    least: u64,
}

fn shown(answer: Answer, lang: Lang) -> String {
    match answer {
        Answer::Value { value, .. } => number(value, usize::from(value.fract() != 0.0), lang == Lang::Da),
        Answer::Nobody => "–".to_owned(),
        Answer::NotYet => lang.pick("ikke endnu", "not yet").to_owned(),
        Answer::Few => lang.pick("for få", "too few").to_owned(),
    }
}

/// Of how many, where that says something.
fn made_of(i: &Indicator, answer: Answer, lang: Lang) -> String {
    match (i.form, answer) {
        (Form::Share(over, under), Answer::Value { over: a, under: b, .. })
            if over.is_of_people() && under.is_of_people() =>
        {
            format!("{a} {} {b}", lang.pick("af", "of"))
        }
        _ => String::new(),
    }
}

/// The published series that counts the same.
fn published(i: &Indicator, group: Group) -> Option<Series> {
    let same = match i.code {
        "aktiveringsgrad" => Series::ActivationDegree,
        "aktiveringsberoerte" => Series::ActivatedShare,
        "ordinaere-timer" => Series::OrdinaryHoursShare,
        _ => return None,
    };
    (group == Group::Kontanthjaelp).then_some(same)
}

fn choose<'a, T>(
    lang: Lang,
    word: Option<&'a str>,
    default: T,
    find: impl Fn(&'a str) -> Option<T>,
) -> Result<T, Failure> {
    match word.filter(|w| !w.is_empty()) {
        None => Ok(default),
        Some(word) => find(word).ok_or_else(|| {
            Failure::bad(lang, format!("{} \"{word}\".", lang.pick("Her er ingen, der hedder", "There is none called")))
        }),
    }
}

pub(super) fn page(state: &AppState, reader: &Reader, counted: &Counted, query: &Query) -> Result<Page, Failure> {
    let (lang, danish) = (reader.lang, reader.lang == Lang::Da);
    let group = choose(lang, query.gruppe.as_deref(), Group::All, Group::from_code)?;
    let all = indicators();
    let chosen = choose(lang, query.indikator.as_deref(), &all[0], indicator)?;
    let (grid, last) = (&counted.grid, counted.last());
    let year_ago = last.saturating_sub(12);
    // With what its units give away counted too.
    let at = |i: &Indicator, month: usize| i.answers(grid, month, group, LEAST)[0];
    let (now, before) = (grid.month(last).say(danish), grid.month(year_ago).say(danish));
    let name = lang.pick(chosen.name.0, chosen.name.1);
    let unit = lang.pick(chosen.unit.0, chosen.unit.1);
    let value = shown(at(chosen, last), lang);
    let heading = match at(chosen, last) {
        Answer::Value { .. } => format!("{name}, {}: {value} {unit}", group.name(danish)),
        Answer::Nobody => format!("{name}, {}: {}", group.name(danish), lang.pick("ingen at tælle", "nobody to count")),
        Answer::NotYet => {
            format!("{name}, {}: {}", group.name(danish), lang.pick("kendes ikke endnu", "not known yet"))
        }
        Answer::Few => {
            format!("{name}, {}: {}", group.name(danish), lang.pick("for få til at vise", "too few to show"))
        }
    };
    let under = match lang {
        Lang::Da => format!(
            "{now}. {} borgerrejser i registret, som de var kendt {}.",
            number(counted.citizens as f64, 0, true),
            crate::words::date(counted.on, lang)
        ),
        Lang::En => format!(
            "{now}. {} journeys in the registry, as known on {}.",
            number(counted.citizens as f64, 0, false),
            crate::words::date(counted.on, lang)
        ),
    };
    let beside = published(chosen, group);
    let own = (0..grid.months)
        .map(|m| {
            let value = match at(chosen, m) {
                Answer::Value { value, .. } => Some(value),
                Answer::Nobody | Answer::NotYet | Answer::Few => None,
            };
            (grid.month(m).number(), value)
        })
        .collect::<Vec<_>>();
    let any = own.iter().any(|p| p.1.is_some());
    let largest = own.iter().filter_map(|p| p.1).fold(0.0, f64::max);
    let mut series =
        vec![LineSeries { label: lang.pick("Registret", "The registry").to_owned(), own: true, points: own }];
    if let Some(other) = beside {
        let points = (0..grid.months).map(|m| {
            let month = grid.month(m);
            (month.number(), state.known.figures.value(other, &state.settings.municipality, month))
        });
        series.push(LineSeries { label: "Jobindsats".to_owned(), own: false, points: points.collect() });
    }
    let breaks = beside.map_or_else(Vec::new, |s| {
        let mark = |b: &figures::Break| VerticalMark {
            month: b.from.number(),
            label: lang.pick("ny lov", "new law").to_owned(),
        };
        s.breaks().iter().map(mark).collect()
    });
    let chart = LineChart {
        title: format!("{name}, {}", group.name(danish)),
        unit: unit.to_owned(),
        series,
        breaks,
        // Whole numbers where they are large: there is no room for more, and no meaning in it.
        decimals: usize::from(largest < 1000.0 && !matches!(chosen.form, Form::Number(_))),
        danish,
        month_name,
    };
    let none = |i: &&Indicator| [last, year_ago].iter().all(|m| matches!(at(i, *m), Answer::Nobody | Answer::NotYet));
    let line = |i: &Indicator| Line {
        name: lang.pick(i.name.0, i.name.1),
        href: format!("/resultater/indikatorer?gruppe={}&indikator={}", group.code(), i.code),
        current: i.code == chosen.code,
        now: shown(at(i, last), lang),
        before: shown(at(i, year_ago), lang),
        unit: lang.pick(i.unit.0, i.unit.1),
    };
    let no_exits = (0..grid.months).all(|m| grid.get(0, m, Group::All, Count::Exit) == 0);
    let (unit_now, unit_before) =
        (chosen.answers(grid, last, group, LEAST), chosen.answers(grid, year_ago, group, LEAST));
    let mut units: Vec<Unit> = unit_now
        .iter()
        .zip(&unit_before)
        .enumerate()
        .skip(1)
        .map(|(n, (now, before))| Unit {
            name: counted.units.get(n - 1).cloned().unwrap_or_else(|| lang.pick("Uden enhed", "No unit").to_owned()),
            now: shown(*now, lang),
            made_of: made_of(chosen, *now, lang),
            before: shown(*before, lang),
        })
        .collect();
    units.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Page {
        shell: Shell::new(state, reader, "resultater", heading.clone()),
        lang,
        heading,
        under: crate::words::sentence(&under),
        groups: Group::ALL.into_iter().map(|g| (g.code(), g.name(danish), g == group)).collect(),
        code: chosen.code,
        lines: all.iter().filter(|i| !none(i)).map(line).collect(),
        empty: all.iter().filter(none).map(line).collect(),
        no_exits,
        now: crate::words::sentence(&now),
        before: crate::words::sentence(&before),
        chart: any.then(|| chart.svg()),
        table: chart.table(),
        with_published: beside.is_some(),
        with_number: units.iter().any(|u| !u.made_of.is_empty()),
        units,
        formula: crate::words::sentence(&chosen.formula(danish)),
        mind: lang.pick(chosen.mind.0, chosen.mind.1),
        source: chosen.source,
        least: LEAST,
    })
}
