//! Before and after: `did`, `panel`, `event-study`.

use super::causal::of_effect;
use super::{begin, clusters, covariates, errors, load, load_with, said};
use crate::answer::{Answer, TextTable, coefficient_table, number, shown, shown_p};
use crate::args::{ControlWord, Did, EventStudy, Panel};
use crate::commands::Context;
use crate::data::varies;
use crate::failure::Failure;
use ::effects::panel::{Control, Panel as Model, event_study as staggered, two_by_two};
use ::effects::trend::{TrendBounds, trend_bounds};
use serde_json::{Value, json};
use statistics::Column;
use timeline::Lang;

pub(super) fn did(context: &Context, options: &Did) -> Result<u8, Failure> {
    let lang = context.lang;
    let robust = errors(options.se.as_deref(), &options.cluster, "HC2", "CR2")?;
    let columns = [&options.outcome, &options.treated, &options.post];
    let columns = columns.into_iter().chain(&options.terms.terms).chain(&options.cluster);
    let (data, used) = load(&options.data, columns.map(String::as_str))?;
    let frame = &used.frame;
    varies(frame, &options.outcome)?;
    let x = covariates(frame, &options.terms)?;
    let (cells, effect) = two_by_two(
        frame.numbers(&options.outcome)?,
        frame.indicator(&options.treated)?,
        frame.indicator(&options.post)?,
        &x.x,
        &x.names,
        robust,
        &clusters(frame, &options.cluster)?,
    )?;
    let mut answer = begin("effects-did", "cells", &data, &used, &options.answer);
    let list: Vec<Value> =
        cells.iter().map(|c| json!({"treated": c.treated, "post": c.post, "n": c.n, "mean": c.mean})).collect();
    answer.set("cells", list);
    answer.set("effect", number(&effect));
    answer.line(format!("{}: {}.", options.outcome, said(&effect, lang)));
    answer.line("");
    let head = match lang {
        Lang::Da => ["behandlet", "efter", "rækker", "middel"],
        Lang::En => ["treated", "post", "rows", "mean"],
    };
    let mut table = TextTable::new(&head);
    for c in &cells {
        table.row(vec![shown(c.treated, lang), shown(c.post, lang), c.n.to_string(), shown(c.mean, lang)]);
    }
    answer.table(&table);
    answer.warn(
        "forskellen er kun en effekt, hvis grupperne ellers havde fulgtes ad",
        "the difference is an effect only if the groups would otherwise have moved together",
    );
    answer.put(lang, &options.answer)
}

pub(super) fn panel(context: &Context, options: &Panel) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let by_unit = [options.unit.clone()];
    // Without another word, errors are clustered by unit.
    let clustered = options.se.as_deref().is_none_or(|se| se.to_ascii_uppercase().starts_with("CR"));
    let own: &[String] = if clustered && options.cluster.is_empty() { &by_unit } else { &options.cluster };
    let robust = errors(options.se.as_deref(), own, "HC1", "CR1")?;
    let more = [&options.unit, &options.time].into_iter().chain(&options.weights).chain(own);
    let (data, used) = of_effect(of, more)?;
    let frame = &used.frame;
    let x = covariates(frame, &of.terms)?;
    let (unit, units) = frame.column(&options.unit)?.groups();
    let (time, times) = in_order(frame.column(&options.time)?);
    let weights = options.weights.as_deref().map(|w| frame.numbers(w)).transpose()?;
    if let Some(row) = weights.and_then(|w| w.iter().position(|w| *w <= 0.0)) {
        return Err(Failure::input(format!("--weights, row {}: weights are above 0", used.frame.row_number(row))));
    }
    if let Some(row) = second_sight(&unit, &time, units.len(), times.len()) {
        return Err(statistics::Failure::Value {
            column: options.unit.clone(),
            row: used.frame.row_number(row),
            what: statistics::said!(
                "{} er set to gange ved {}",
                "{} is seen twice at {}",
                units[unit[row] as usize],
                times[time[row] as usize]
            ),
        }
        .into());
    }
    let model = Model {
        y: frame.numbers(&of.outcome)?,
        d: frame.numbers(&of.treatment)?,
        x: &x.x,
        names: &x.names,
        unit: &unit,
        units: units.len(),
        time: &time,
        times: times.len(),
        weights,
    };
    let clusters = clusters(frame, own)?;
    let (effect, k) = if options.first_difference {
        model.first_difference(&of.treatment, robust, &clusters)?
    } else {
        model.two_way(&of.treatment, robust, &clusters)?
    };
    let mut answer = begin("effects-panel", "summary", &data, &used, &of.answer);
    answer.set("units", units.len());
    answer.set("times", times.len());
    answer.set("parameters", k);
    answer.set("effect", number(&effect));
    answer.set("summary", crate::answer::coefficients(std::slice::from_ref(&effect)));
    let missing = units.len() * times.len() - unit.len();
    if missing > 0 {
        answer.warn(
            format!("{missing} af {} enheder og perioder mangler", units.len() * times.len()),
            format!("{missing} of {} units and periods are missing", units.len() * times.len()),
        );
    }
    answer.line(format!("{}: {}.", of.outcome, said(&effect, lang)));
    answer.line(lang.pick(
        format!("{} enheder, {} perioder, fejl {}.", units.len(), times.len(), robust.code()),
        format!("{} units, {} periods, errors {}.", units.len(), times.len(), robust.code()),
    ));
    answer.line("");
    answer.table(&coefficient_table(std::slice::from_ref(&effect), lang));
    answer.put(lang, &of.answer)
}

/// The first row whose unit was seen at its time before. A bit for each unit and time, unless few of them are seen.
fn second_sight(unit: &[u32], time: &[u32], units: usize, times: usize) -> Option<usize> {
    if units.saturating_mul(times) > unit.len().saturating_mul(64) {
        let mut seen = std::collections::HashSet::new();
        return (0..unit.len()).find(|i| !seen.insert((unit[*i], time[*i])));
    }
    let mut seen = vec![0u64; (units * times).div_ceil(64)];
    (0..unit.len()).find(|i| {
        let at = unit[*i] as usize * times + time[*i] as usize;
        let (word, bit) = (&mut seen[at / 64], 1 << (at % 64));
        let before = *word & bit != 0;
        *word |= bit;
        before
    })
}

/// Times numbered from 0 in their own order.
fn in_order(column: &Column) -> (Vec<u32>, Vec<String>) {
    let (group, names) = column.groups();
    let mut order: Vec<usize> = (0..names.len()).collect();
    // By size where all are numbers, else by letters.
    let numbers: Option<Vec<f64>> = names.iter().map(|n| n.parse().ok()).collect();
    match numbers {
        Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b])),
        None => order.sort_by(|a, b| names[*a].cmp(&names[*b])),
    }
    let mut place = vec![0; names.len()];
    order.iter().enumerate().for_each(|(at, i)| place[*i] = at as u32);
    (group.iter().map(|g| place[*g as usize]).collect(), order.into_iter().map(|i| names[i].clone()).collect())
}

pub(super) fn event_study(context: &Context, options: &EventStudy) -> Result<u8, Failure> {
    let lang = context.lang;
    // An empty start means never, so it is not a missing value.
    // A unit without a cohort is never treated.
    let needed = [options.outcome.as_str(), &options.unit, &options.time];
    let (data, used) = load_with(&options.data, needed, [options.cohort.as_str()])?;
    let frame = &used.frame;
    varies(frame, &options.outcome)?;
    let (unit, units) = frame.column(&options.unit)?.groups();
    let (_, times) = frame.column(&options.time)?.groups();
    let mut seen = vec![0; units.len()];
    for u in &unit {
        seen[*u as usize] += 1;
    }
    if let Some(u) = seen.iter().position(|n| *n < times.len()) {
        let lacking = seen.iter().filter(|n| **n < times.len()).count();
        return Err(statistics::Failure::Cannot(statistics::said!(
            "{lacking} af {} enheder er ikke set i alle {} perioder, først {}: udelad dem eller de perioder, der mangler dem",
            "{lacking} of {} units are not seen in every period (there are {}), first {}: leave them out, or the periods that lack them",
            units.len(),
            times.len(),
            units[u]
        ))
        .into());
    }
    if options.violation.iter().any(|m| !(*m >= 0.0 && m.is_finite())) || options.violation.is_empty() {
        return Err(Failure::usage("--violation: tal fra 0 og op", "--violation: numbers from 0 up"));
    }
    let control = if options.control == ControlWord::Never { Control::Never } else { Control::NotYet };
    let found = staggered(
        frame.numbers(&options.outcome)?,
        &unit,
        units.len(),
        frame.numbers(&options.time)?,
        frame.numbers(&options.cohort)?,
        control,
        (&options.unit, &options.cohort),
    )
    .map_err(|e| frame.renumbered(e))?;
    let mut answer = begin("effects-event-study", "dynamic", &data, &used, &options.answer);
    answer.set("units", found.units);
    let cells: Vec<Value> = found
        .group_time
        .iter()
        .map(|c| json!({"cohort": c.cohort, "time": c.time, "estimate": c.effect.estimate, "std_error": c.effect.std_error, "ci_low": c.effect.ci_low, "ci_high": c.effect.ci_high}))
        .collect();
    answer.set("group_time", cells);
    answer.set("simple", number(&found.simple));
    let dynamic: Vec<Value> = found
        .dynamic
        .iter()
        .map(|(e, t)| json!({"event_time": e, "estimate": t.estimate, "std_error": t.std_error, "ci_low": t.ci_low, "ci_high": t.ci_high}))
        .collect();
    answer.set("dynamic", dynamic);
    answer.set("overall", number(&found.overall));
    if options.answer.plot.is_some() {
        let points = found.dynamic.iter().map(|(e, t)| (*e, t.estimate, Some((t.ci_low, t.ci_high)))).collect();
        answer.draw(
            charts::Curves {
                title: lang.pick("Effekt efter tid siden starten", "Effect by time since the start").to_owned(),
                units: (
                    lang.pick("tid siden starten", "time since the start").to_owned(),
                    lang.pick("effekt, 95 %", "effect, 95 %").to_owned(),
                ),
                lines: vec![charts::Line { label: options.outcome.clone(), points, strong: true }],
                stepped: false,
                reach: (0.0, 0.0),
                mark: Some((0.0, lang.pick("start", "start").to_owned())),
                danish: lang == Lang::Da,
            }
            .svg(),
        );
    }
    let left = &found.left_out;
    answer.set(
        "left_out",
        json!({"units_treated_from_the_first_period": left.from_first, "cohorts_of_one_unit": left.alone,
            "cells_without_controls": left.cells, "compared_with_cohort": left.compared_with}),
    );
    if left.from_first > 0 {
        answer.warn(
            format!(
                "{} enheder er behandlet fra den første periode og er ikke med: intet er set af dem uden",
                left.from_first
            ),
            format!(
                "{} units are treated from the first period and left out: nothing is seen of them without",
                left.from_first
            ),
        );
    }
    if !left.alone.is_empty() {
        let all: Vec<String> = left.alone.iter().map(|g| shown(*g, lang)).collect();
        let all = all.join(", ");
        answer.warn(
            format!("kun én enhed begynder ved {all}: uden en usikkerhed er den ikke med"),
            format!("only one unit starts at {all}: without an error it is left out"),
        );
    }
    if let Some(last) = left.compared_with {
        let last = shown(last, lang);
        answer.warn(
            format!("ingen er aldrig behandlet: de, der begynder sidst ({last}), er sammenligning, og intet siges fra da af"),
            format!("nobody is never treated: those who start last ({last}) are compared with, and nothing is told from then on"),
        );
    }
    if left.cells > 0 {
        answer.warn(
            format!("{} hold og perioder har ikke to enheder at sammenligne med og er ikke med", left.cells),
            format!("{} cohorts and periods lack two units to compare with and are left out", left.cells),
        );
    }
    let bounds = trend_bounds(&found.dynamic, &found.overall, &options.violation);
    let told = bounds.as_ref().map(|b| {
        let rows: Vec<Value> = b
            .rows
            .iter()
            .map(|r| json!({"event_time": r.event_time, "violation": r.violation, "ci_low": r.low, "ci_high": r.high}))
            .collect();
        let breakdown: Vec<Value> = b.breakdown.iter().map(|(e, m)| json!({"event_time": e, "violation": m})).collect();
        json!({"largest_before": b.largest, "largest_before_upper": b.upper, "intervals": rows, "breakdown": breakdown})
    });
    answer.set("trend_bounds", told);
    let pre = found.pre_trend.map(|(chi, df, p)| json!({"chi_square": chi, "df": df, "p_value": p}));
    answer.set("pre_trend", pre);
    answer.line(format!("{}: {}.", options.outcome, said(&found.simple, lang)));
    if let Some((chi, df, p)) = found.pre_trend {
        answer.line(lang.pick(
            format!("Før starten: chi² {} med {df} frihedsgrader, p {}.", shown(chi, lang), shown_p(p, lang)),
            format!("Before the start: chi² {} on {df} degrees of freedom, p {}.", shown(chi, lang), shown_p(p, lang)),
        ));
        if p < 0.05 {
            answer.warn(
                "grupperne fulgtes ikke ad før starten: det, der kommer efter, kan være en fortsættelse",
                "the groups did not move together before the start: what comes after may be more of the same",
            );
        }
    }
    answer.line("");
    let head = match lang {
        Lang::Da => ["tid siden start", "effekt", "95 % fra", "til"],
        Lang::En => ["time since start", "effect", "95 % from", "to"],
    };
    let mut table = TextTable::new(&head);
    for (e, t) in &found.dynamic {
        table.row(vec![shown(*e, lang), shown(t.estimate, lang), shown(t.ci_low, lang), shown(t.ci_high, lang)]);
    }
    answer.table(&table);
    if let Some(bounds) = &bounds {
        bounded(&mut answer, bounds, lang);
    }
    answer.put(lang, &options.answer)
}

/// What is left of the effects when the groups need not have moved together.
fn bounded(answer: &mut Answer, bounds: &TrendBounds, lang: Lang) {
    let (largest, upper) = (shown(bounds.largest, lang), shown(bounds.upper, lang));
    answer.line("");
    answer.line(match lang {
        Lang::Da => format!(
            "Hvis grupperne skred fra hinanden efter starten: M gange så meget pr. periode som det største skred før ({largest}, højst {upper})."
        ),
        Lang::En => format!(
            "If the groups moved apart after the start: M times as much a period as the most before ({largest}, at most {upper})."
        ),
    });
    let mut heads = vec![lang.pick("tid siden start", "time since start").to_owned()];
    let violations: Vec<f64> =
        bounds.rows.iter().map(|r| r.violation).take(bounds.rows.len() / bounds.breakdown.len()).collect();
    heads.extend(violations.iter().map(|m| format!("M = {}", shown(*m, lang))));
    heads.push(lang.pick("0 er udelukket til M", "0 is left out up to M").to_owned());
    let mut table = TextTable::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
    for ((event_time, most), rows) in bounds.breakdown.iter().zip(bounds.rows.chunks(violations.len().max(1))) {
        let name = event_time.map_or_else(|| lang.pick("gennemsnit", "mean").to_owned(), |e| shown(e, lang));
        let to = lang.pick("til", "to");
        let intervals = rows.iter().map(|r| format!("{} {to} {}", shown(r.low, lang), shown(r.high, lang)));
        table.row([name].into_iter().chain(intervals).chain([shown(*most, lang)]).collect());
    }
    answer.table(&table);
}
