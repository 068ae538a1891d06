//! Tilsyn: the caseload's distance to every threshold in force.

use super::indicators::LEAST;
use crate::benchmark::{Expected, When, publication};
use crate::counted::Counted;
use crate::error::Failure;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use charts::{number, signed};
use figures::BenefitGroup;
use results::Choice;
use results::indicators::{Answer, Group, indicator};
use timeline::Lang;

struct Row {
    code: String,
    title: String,
    value: String,
    asked: String,
    state: String,
    reached: Option<bool>,
    detail: String,
    mark: &'static str,
}

struct Goal {
    title: &'static str,
    value: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "results-supervision.html")]
pub(super) struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    result: String,
    rows: Vec<Row>,
    goals: Vec<Goal>,
    least: u64,
}

pub(super) fn page(state: &AppState, reader: &Reader, counted: &Counted) -> Result<Page, Failure> {
    let (lang, danish) = (reader.lang, reader.lang == Lang::Da);
    let rows: Vec<Row> = counted
        .shares
        .iter()
        .map(|s| {
            let closed = s.met + s.not_met + s.exempt;
            let needed = (closed * usize::from(s.asked)).div_ceil(100);
            let lacking = needed.saturating_sub(s.met);
            let few = |n: usize| n > 0 && (n as u64) < LEAST;
            let held = [closed, s.met, closed - s.met, s.not_met, s.exempt, s.open].into_iter().any(few);
            let reached = (closed > 0 && !held).then_some(lacking == 0);
            let state = match (closed, held, lacking, lang) {
                (0, ..) => lang.pick("ingen frist er udløbet", "no deadline has passed").to_owned(),
                (_, true, ..) => lang.pick("for få til at vise", "too few to show").to_owned(),
                (_, _, 0, _) => lang.pick("nået", "reached").to_owned(),
                (_, _, n, Lang::Da) => format!("{n} mangler"),
                (_, _, n, Lang::En) => format!("{n} lacking"),
            };
            Row {
                code: s.code.clone(),
                title: s.title.say(lang).to_owned(),
                value: if closed == 0 || held {
                    "–".to_owned()
                } else {
                    number(100.0 * s.met as f64 / closed as f64, 1, danish)
                },
                asked: s.asked.to_string(),
                state,
                reached,
                detail: if held || closed == 0 {
                    String::new()
                } else {
                    match lang {
                        Lang::Da => format!("{} af {closed}, {} undtaget, {} endnu åbne", s.met, s.exempt, s.open),
                        Lang::En => format!("{} of {closed}, {} exempted, {} still open", s.met, s.exempt, s.open),
                    }
                },
                mark: s.mark.label(lang),
            }
        })
        .collect();
    let lacking = rows.iter().filter(|r| r.reached == Some(false)).count();
    let heading = match (rows.is_empty(), lacking, lang) {
        (true, _, Lang::Da) => "Loven stiller ingen krav om andele lige nu".to_owned(),
        (true, _, Lang::En) => "The law asks for no shares right now".to_owned(),
        (_, 0, Lang::Da) => "Alle andele, som loven kræver, og som kan vises, er nået".to_owned(),
        (_, 0, Lang::En) => "Every share that the law asks for and that can be shown is reached".to_owned(),
        (_, 1, Lang::Da) => "Én af de andele, som loven kræver, er ikke nået".to_owned(),
        (_, 1, Lang::En) => "One of the shares that the law asks for is not reached".to_owned(),
        (_, n, Lang::Da) => format!("{n} af de andele, som loven kræver, er ikke nået"),
        (_, n, Lang::En) => format!("{n} of the shares that the law asks for are not reached"),
    };
    let goal = |code: &str| {
        let i = indicator(code)?;
        let (value, detail) = match i.answer(&counted.grid, 0, counted.last(), Group::All, LEAST) {
            Answer::Value { value, over, under } => (
                format!("{}{}", number(value, 1, danish), lang.pick(" pct.", " %")),
                format!("{over} {} {under}", lang.pick("af", "of")),
            ),
            Answer::Nobody | Answer::NotYet => ("–".to_owned(), String::new()),
            Answer::Few => (lang.pick("for få", "too few").to_owned(), String::new()),
        };
        Some(Goal { title: lang.pick(i.name.0, i.name.1), value, detail })
    };
    let goals =
        ["hverken-tilbud-eller-timer", "under-fire-samtaler", "uden-samtale"].into_iter().filter_map(goal).collect();
    let newest = publication().periods().last().copied();
    let result = match newest {
        None => String::new(),
        Some(year) => {
            let found = state.known.benchmarks.find(
                &state.known.figures,
                Expected::Published,
                BenefitGroup::All,
                When::Year(year),
                &Choice::default(),
            );
            let found = found.map_err(|e| super::failed(lang, &e))?;
            found.of(&state.settings.municipality).map_or_else(String::new, |s| {
                let gap = signed(s.sure.gap, 2, danish);
                match lang {
                    Lang::Da => format!(
                        "{}: forskel {gap} procentpoint fra STARs forventning i {} (plus er bedre).",
                        s.place.name,
                        year.say(true)
                    ),
                    Lang::En => format!(
                        "{}: gap {gap} percentage points from STAR's expectation in {} (plus is better).",
                        s.place.name,
                        year.say(false)
                    ),
                }
            })
        }
    };
    Ok(Page {
        shell: Shell::new(state, reader, "resultater", heading.clone()),
        lang,
        heading,
        under: match lang {
            Lang::Da => format!(
                "{} borgerrejser, som de var kendt {}, og loven samme dag.",
                number(counted.citizens as f64, 0, true),
                crate::words::date(counted.on, lang)
            ),
            Lang::En => format!(
                "{} journeys as known on {}, and the law of that day.",
                number(counted.citizens as f64, 0, false),
                crate::words::date(counted.on, lang)
            ),
        },
        result,
        rows,
        goals,
        least: LEAST,
    })
}
