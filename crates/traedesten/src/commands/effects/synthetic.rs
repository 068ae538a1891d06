//! One treated unit: `scm`, `sdid`.

use super::{begin, load};
use crate::answer::{Answer, TextTable, shown};
use crate::args::Synthetic;
use crate::commands::Context;
use crate::data::{Used, varies};
use crate::failure::Failure;
use ::effects::synthetic::{Control, Table, synthetic_control, synthetic_did};
use serde_json::{Value, json};
use timeline::Lang;

fn table(used: &Used, options: &Synthetic) -> Result<Table, Failure> {
    let frame = &used.frame;
    let (unit, units) = frame.column(&options.unit)?.groups();
    let y = frame.numbers(&options.outcome)?;
    Ok(Table::new(y, &unit, units, frame.numbers(&options.time)?, &options.treated, options.from, &options.unit)?)
}

fn opened(options: &Synthetic, name: &'static str, main: &'static str) -> Result<(Answer, Table), Failure> {
    let (data, used) = load(&options.data, [options.outcome.as_str(), &options.unit, &options.time])?;
    varies(&used.frame, &options.outcome)?;
    let table = table(&used, options)?;
    Ok((begin(name, main, &data, &used, &options.answer), table))
}

fn weights_table(weights: &[(String, f64)], lang: Lang) -> TextTable {
    let mut out = TextTable::new(&[lang.pick("enhed", "unit"), lang.pick("vægt", "weight")]);
    for (unit, w) in weights.iter().take(20) {
        out.row(vec![unit.clone(), charts::number(*w, 4, lang == Lang::Da)]);
    }
    out
}

pub(super) fn scm(context: &Context, options: &Synthetic) -> Result<u8, Failure> {
    let lang = context.lang;
    let (mut answer, table) = opened(options, "effects-scm", "gaps")?;
    let (found, placebos) = synthetic_control(&table, options.placebo)?;
    let rank = placebos.as_ref().map(|others| found.rank(others));
    let weights: Vec<Value> = found.weights.iter().map(|(u, w)| json!({"unit": u, "weight": w})).collect();
    answer.set("weights", weights);
    answer.set("pre_rmspe", found.pre_rmspe);
    answer.set("att", found.att);
    let gaps: Vec<Value> = found.gaps.iter().map(|(t, g)| json!({"time": t, "gap": g})).collect();
    answer.set("gaps", gaps);
    if options.answer.plot.is_some() {
        let line = |(label, control, strong): (&str, &Control, bool)| charts::Line {
            label: label.to_owned(),
            points: control.gaps.iter().map(|(t, g)| (*t, *g, None)).collect(),
            strong,
        };
        let others = placebos.iter().flatten().enumerate();
        // Those taken as treated have one name between them.
        let named = |i: usize| if i == 0 { lang.pick("de andre", "the others") } else { "" };
        let lines = others.map(|(i, c)| (named(i), c, false)).chain([(options.treated.as_str(), &found, true)]);
        answer.draw(
            charts::Curves {
                title: lang.pick("Afstand til den syntetiske", "Gap to the synthetic").to_owned(),
                units: (options.time.clone(), options.outcome.clone()),
                lines: lines.map(line).collect(),
                stepped: false,
                reach: (0.0, 0.0),
                mark: Some((options.from, lang.pick("behandlet", "treated").to_owned())),
                danish: lang == Lang::Da,
            }
            .svg(),
        );
    }
    answer.set("ratio", found.ratio);
    answer.set("placebo_rank", rank);
    answer.set("units", table.units.len());
    answer.set("did", found.did);
    answer.line(lang.pick(
        format!(
            "{}: {} i gennemsnit fra {}. Før afveg den syntetiske {} (rod af middelkvadrat).",
            options.treated,
            shown(found.att, lang),
            options.from,
            shown(found.pre_rmspe, lang)
        ),
        format!(
            "{}: {} on average from {}. Before, the synthetic was off by {} (root mean square).",
            options.treated,
            shown(found.att, lang),
            options.from,
            shown(found.pre_rmspe, lang)
        ),
    ));
    if let Some(rank) = rank {
        answer.line(lang.pick(
            format!("Sammenlignet med de andre som om de var behandlet: nummer {rank} af {} efter hvor meget større afvigelsen blev.", table.units.len()),
            format!("Against the others taken as treated: number {rank} of {} by how much larger the gap became.", table.units.len()),
        ));
    }
    answer.line("");
    answer.table(&weights_table(&found.weights, lang));
    answer.line("");
    let mut text = TextTable::new(&[lang.pick("tid", "time"), lang.pick("afvigelse", "gap")]);
    for (t, g) in &found.gaps {
        text.row(vec![format!("{t}"), shown(*g, lang)]);
    }
    answer.table(&text);
    answer.put(lang, &options.answer)
}

pub(super) fn sdid(context: &Context, options: &Synthetic) -> Result<u8, Failure> {
    let lang = context.lang;
    let (mut answer, table) = opened(options, "effects-sdid", "unit_weights")?;
    let found = synthetic_did(&table, options.placebo)?;
    answer.set("effect", found.effect);
    answer.set("std_error", found.std_error);
    answer.set("did", found.did);
    answer.set("zeta", found.zeta);
    let times: Vec<Value> = found.time_weights.iter().map(|(t, w)| json!({"time": t, "weight": w})).collect();
    answer.set("time_weights", times);
    let units: Vec<Value> = found.unit_weights.iter().map(|(u, w)| json!({"unit": u, "weight": w})).collect();
    answer.set("unit_weights", units);
    answer.set("units", table.units.len());
    let error = found.std_error.map_or_else(String::new, |e| format!(" ± {}", shown(1.96 * e, lang)));
    answer.line(lang.pick(
        format!(
            "{}: {}{error} fra {}; simpel forskel i forskelle {}.",
            options.treated,
            shown(found.effect, lang),
            options.from,
            shown(found.did, lang)
        ),
        format!(
            "{}: {}{error} from {}; plain difference in differences {}.",
            options.treated,
            shown(found.effect, lang),
            options.from,
            shown(found.did, lang)
        ),
    ));
    if found.std_error.is_none() {
        answer.warn("usikkerheden fås med --placebo", "its uncertainty comes with --placebo");
    }
    answer.line("");
    answer.table(&weights_table(&found.unit_weights, lang));
    answer.line("");
    let times: Vec<(String, f64)> = found.time_weights.iter().map(|(t, w)| (format!("{t}"), *w)).collect();
    answer.table(&weights_table(&times, lang));
    answer.put(lang, &options.answer)
}
