//! Our own model: what explains, how well, and what happens when a condition is left out or added.

use super::ask::Ask;
use crate::benchmark::{Expected, When, publication};
use crate::error::Failure;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use charts::{Cell, Fall, Guide, Point, Scatter, Table, Waterfall, number, signed};
use figures::{BenefitGroup, RollingYear, municipalities};
use results::{Choice, OwnExpected, PARTS, Theme, r2};
use std::sync::Arc;
use timeline::Lang;

struct Toggle {
    name: &'static str,
    /// Nothing where it cannot be turned off.
    href: Option<String>,
    on: bool,
    count: usize,
}

/// How well a model does on a group.
struct Fit {
    group: &'static str,
    actual: String,
    published: String,
    usual: String,
    apart: String,
}

#[derive(Template)]
#[template(path = "results-model.html")]
pub(super) struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    toggles: Vec<Toggle>,
    usual_href: Option<String>,
    back_href: String,
    fits: Vec<Fit>,
    why: Option<(String, String, Table)>,
    agree: (String, Table),
    moved: Option<(String, Table)>,
    influence: (String, Table),
    conditions: Table,
    income: bool,
    influence_group: &'static str,
}

/// Left-out predictions of a model against two things.
fn fits(ask: &Ask, model: &OwnExpected, usual: &OwnExpected, year: RollingYear) -> Vec<Fit> {
    let n = |v: f64| number(v, 2, ask.danish());
    let one = |group: BenefitGroup| {
        let rows = publication().across(group, year);
        let actual: Vec<f64> = rows.iter().map(|(_, b)| b.actual_share).collect();
        let published: Vec<f64> = rows.iter().map(|(_, b)| b.expected_share).collect();
        let (ours, before) = (model.expected(group, year)?, usual.expected(group, year)?);
        let squares: f64 = ours.iter().zip(&published).map(|(a, b)| (a - b).powi(2)).sum();
        Some(Fit {
            group: group.name(ask.danish()),
            actual: n(r2(&actual, &ours)),
            published: n(r2(&published, &ours)),
            usual: n(r2(&actual, &before)),
            apart: n((squares / ours.len() as f64).sqrt()),
        })
    };
    BenefitGroup::ALL.into_iter().filter_map(one).collect()
}

pub(super) fn why(ask: &Ask, model: &OwnExpected, year: RollingYear, at: usize) -> Option<Waterfall> {
    let expected = model.expected(ask.group, year)?;
    let shares: f64 = PARTS
        .iter()
        .filter(|g| ask.group == BenefitGroup::All || **g == ask.group)
        .filter_map(|g| Some(model.part(*g)?.fit(model.periods.iter().position(|p| *p == year)?).intercept))
        .sum();
    let themes = model.themes(ask.group, year, at);
    let sum: f64 = themes.iter().map(|t| t.1).sum();
    let mut falls: Vec<Fall> = themes
        .iter()
        .map(|(t, add)| Fall { label: t.name(ask.danish()).to_owned(), value: *add, level: false })
        .collect();
    // The themes make the fitted value, in which the municipality itself counts; what is expected leaves it out.
    let without = expected[at] - shares - sum;
    falls.push(Fall {
        label: ask.lang.pick("Egne tal trukket fra", "Own figures left out").to_owned(),
        value: without,
        level: false,
    });
    falls.push(Fall {
        label: ask.lang.pick("Afstand til gennemsnittet", "Distance to the mean").to_owned(),
        value: expected[at] - shares,
        level: true,
    });
    let (name, level) = (&ask.place.name, number(expected[at], 2, ask.danish()));
    let mean = number(shares, 2, ask.danish());
    Some(Waterfall {
        title: match ask.lang {
            Lang::Da => format!("Hvorfor ventes {level} pct. i {name}, når kommunernes gennemsnit er {mean}?"),
            Lang::En => format!("Why is {level} % expected in {name}, when the mean of municipalities is {mean}?"),
        },
        unit: ask.lang.pick("procentpoint", "percentage points").to_owned(),
        falls,
        up_is_good: false,
        decimals: 2,
        danish: ask.danish(),
    })
}

fn scatter(ask: &Ask, title: &str, units: (&str, &str), at: &[(f64, f64)], guides: Vec<Guide>) -> Scatter {
    let mut far: Vec<usize> = (0..at.len()).collect();
    far.sort_by(|a, b| (at[*b].1 - at[*b].0).abs().total_cmp(&(at[*a].1 - at[*a].0).abs()));
    let points = municipalities()
        .iter()
        .zip(at)
        .enumerate()
        .map(|(i, (m, at))| Point {
            label: m.name.clone(),
            at: *at,
            href: format!(
                "/resultater/model?{}",
                {
                    let mut other = ask.clone();
                    other.place = m;
                    other
                }
                .query()
            ),
            own: m.code == ask.place.code,
            named: far[..6].contains(&i),
        })
        .collect();
    Scatter {
        title: title.to_owned(),
        units: (units.0.to_owned(), units.1.to_owned()),
        points,
        guides,
        decimals: (1, 1),
        logarithmic: false,
        danish: ask.danish(),
    }
}

fn diagonal(at: &[(f64, f64)], label: &str) -> Guide {
    let all = || at.iter().flat_map(|(a, b)| [*a, *b]);
    let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
    let points = (0..=40).map(|i| low + (high - low) * f64::from(i) / 40.0).map(|v| (v, v)).collect();
    Guide { label: label.to_owned(), points, strong: true }
}

/// All benefits is a sum of models: the largest of them is looked at.
fn influence_group(ask: &Ask) -> BenefitGroup {
    if ask.group == BenefitGroup::All { BenefitGroup::Kontanthjaelp } else { ask.group }
}

/// How far each municipality draws its own fitted value, and how far it lies from what the others lead one to expect.
fn influence(ask: &Ask, model: &OwnExpected, year: RollingYear) -> Option<Scatter> {
    let at = model.periods.iter().position(|p| *p == year)?;
    let group = influence_group(ask);
    let part = model.part(group)?;
    let rows = publication().across(group, year);
    let expected = model.expected(group, year)?;
    let points: Vec<(f64, f64)> = rows
        .iter()
        .enumerate()
        .map(|(i, (_, b))| (part.leverage(at, i).unwrap_or_default(), expected[i] - b.actual_share))
        .collect();
    let title = match ask.lang {
        Lang::Da => format!("Hvem trækker mest i modellen for {}?", group.name(true)),
        Lang::En => format!("Who draws the model of {} most?", group.name(false)),
    };
    let units = match ask.lang {
        Lang::Da => ("hvor usædvanlige vilkårene er, 0 til 1", "forskel, procentpoint"),
        Lang::En => ("how unusual the conditions are, 0 to 1", "gap, percentage points"),
    };
    let mut scatter = scatter(ask, &title, units, &points, Vec::new());
    scatter.decimals = (2, 1);
    Some(scatter)
}

fn toggles(ask: &Ask) -> Vec<Toggle> {
    let on: Vec<Theme> = Theme::ALL.into_iter().filter(|t| ask.choice.has_theme(*t)).collect();
    let one = |theme: Theme| {
        let is_on = on.contains(&theme);
        let mut other = ask.clone();
        let code = theme.code().to_owned();
        // What was said of the theme and of each of its conditions gives way.
        for set in [&mut other.without, &mut other.with] {
            set.remove(&code);
            set.retain(|word| !Choice::of_theme(theme).any(|c| c.indicator == word));
        }
        if is_on && theme.by_default() {
            other.without.insert(code);
        } else if !is_on && !theme.by_default() {
            other.with.insert(code);
        }
        // The last theme cannot be turned off: nothing would be left to explain with.
        let last = is_on && on.len() == 1;
        Toggle {
            name: theme.name(ask.danish()),
            href: (!last).then(|| format!("/resultater/model?{}", other.query())),
            on: is_on,
            count: Choice::of_theme(theme).count(),
        }
    };
    Theme::ALL.into_iter().map(one).collect()
}

fn conditions(ask: &Ask, model: &OwnExpected) -> Table {
    let danish = ask.danish();
    let rows = model
        .explaining
        .conditions
        .iter()
        .filter(|c| !c.around)
        .map(|c| {
            vec![
                Cell::Text(c.name(danish)),
                Cell::Text(c.theme.name(danish).to_owned()),
                Cell::Number(f64::from(c.year), c.year.to_string()),
            ]
        })
        .collect();
    let words = if danish { ["Vilkår", "Tema", "År"] } else { ["Condition", "Theme", "Year"] };
    Table {
        caption: ask
            .lang
            .pick(
                "Vilkår, der forklarer. Naboernes gennemsnit af de samme er også med.",
                "Conditions that explain. The neighbours' mean of the same counts too.",
            )
            .to_owned(),
        columns: words.map(str::to_owned).to_vec(),
        rows,
    }
}

pub(super) fn page(state: &AppState, reader: &Reader, ask: &Ask) -> Result<Page, Failure> {
    let failed = |e: &statistics::Failure| super::failed(ask.lang, e);
    let year = match ask.when {
        When::Year(year) => year,
        When::To(_) => *publication().periods().last().ok_or_else(|| Failure::not_found(ask.lang))?,
    };
    let model: Arc<OwnExpected> = state.known.benchmarks.model(&ask.choice).map_err(|e| failed(&e))?;
    let usual = state.known.benchmarks.model(&Choice::default()).map_err(|e| failed(&e))?;
    let at = municipalities().iter().position(|m| m.code == ask.place.code).unwrap_or_default();
    let rows = publication().across(ask.group, year);
    let ours = model.expected(ask.group, year).unwrap_or_default();
    let before = usual.expected(ask.group, year).unwrap_or_default();
    let pairs: Vec<(f64, f64)> = rows.iter().zip(&ours).map(|((_, b), o)| (b.expected_share, *o)).collect();
    let agree = scatter(
        ask,
        ask.lang.pick("Hvor enige er vi med STAR?", "How far do we agree with STAR?"),
        (ask.lang.pick("STARs forventning, pct.", "STAR's expectation, %"), ask.lang.pick("vores, pct.", "ours, %")),
        &pairs,
        vec![diagonal(&pairs, ask.lang.pick("enige", "agree"))],
    );
    let changed = ask.choice != Choice::default();
    let gap =
        |expected: &[f64]| -> Vec<f64> { rows.iter().zip(expected).map(|((_, b), e)| e - b.actual_share).collect() };
    let moved = changed.then(|| {
        let pairs: Vec<(f64, f64)> = gap(&before).into_iter().zip(gap(&ours)).collect();
        let scatter = scatter(
            ask,
            ask.lang.pick(
                "Hvad gør dit valg ved hver kommunes forskel?",
                "What does your choice do to each municipality's gap?",
            ),
            (
                ask.lang.pick("forskel med alle vilkår", "gap with all conditions"),
                ask.lang.pick("forskel med dit valg", "gap with your choice"),
            ),
            &pairs,
            vec![diagonal(&pairs, ask.lang.pick("uændret", "unchanged"))],
        );
        (scatter.svg(), scatter.table())
    });
    let influence = influence(ask, &model, year).map(|s| (s.svg(), s.table())).unwrap_or_default();
    let (all, own) = (model.explaining.own(), signed(gap(&ours)[at], 2, ask.danish()));
    let income = ask.choice.has_theme(Theme::Income);
    let heading = match ask.lang {
        Lang::Da if income => format!("Vores forventning bygger på {all} vilkår, hvoraf nogle delvist er et resultat"),
        Lang::En if income => format!("Our expectation rests on {all} conditions, some of them partly an outcome"),
        Lang::Da => format!("Vores forventning bygger på {all} vilkår, som en kommune ikke kan ændre på kort sigt"),
        Lang::En => {
            format!("Our expectation rests on {all} conditions that a municipality cannot change in the short run")
        }
    };
    let later = match (ask.when, ask.lang) {
        (When::Year(_), _) => String::new(),
        (_, Lang::Da) => format!(" Modellen vises for {}, det seneste år med STARs tal.", year.say(true)),
        (_, Lang::En) => format!(" The model is shown for {}, the last year with STAR's figures.", year.say(false)),
    };
    let under = match ask.lang {
        Lang::Da => format!(
            "{}, {}, {}: forskel {own} procentpoint. Hver kommune er forudsagt ud fra de 97 andre.{later}",
            ask.place.name,
            ask.group.name(true),
            year.say(true)
        ),
        Lang::En => format!(
            "{}, {}, {}: gap {own} percentage points. Each municipality is predicted from the 97 others.{later}",
            ask.place.name,
            ask.group.name(false),
            year.say(false)
        ),
    };
    let mut plain = ask.clone();
    (plain.without, plain.with) = Default::default();
    Ok(Page {
        shell: Shell::new(state, reader, "resultater", heading.clone()),
        lang: ask.lang,
        heading,
        under,
        toggles: toggles(ask),
        usual_href: changed.then(|| format!("/resultater/model?{}", plain.query())),
        back_href: ask.href(|a| a.by = Expected::Own),
        fits: fits(ask, &model, &usual, year),
        why: why(ask, &model, year, at).map(|w| (w.title.clone(), w.svg(), w.table())),
        agree: (agree.svg(), agree.table()),
        moved,
        influence,
        conditions: conditions(ask, &model),
        income,
        influence_group: influence_group(ask).name(ask.danish()),
    })
}
