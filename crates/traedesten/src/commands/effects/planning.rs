//! `power` and `sensitivity`.

use super::causal::of_effect;
use super::{begin, design, said};
use crate::answer::{TextTable, number, shown};
use crate::args::{AnswerFormat, Power, Sensitivity};
use crate::commands::Context;
use crate::failure::Failure;
use crate::output::put;
use ::effects::planning::{Plan, rosenbaum, sensitivity as bounds};
use serde_json::{Value, json};
use timeline::Lang;

pub(super) fn power(context: &Context, options: &Power) -> Result<u8, Failure> {
    let lang = context.lang;
    let plan = Plan {
        sd: options.sd,
        share: options.share,
        alpha: options.alpha,
        r2: options.r2,
        cluster_size: options.cluster_size,
        icc: options.icc,
        take_up: options.take_up,
    };
    plan.check()?;
    if !(0.0..1.0).contains(&options.power) || options.power <= options.alpha {
        return Err(Failure::usage(
            "--power: en andel over --alpha og under 1",
            "--power: a share above --alpha and below 1",
        ));
    }
    let people = options.n.is_none_or(|n| n.is_finite() && n >= 4.0 * options.cluster_size);
    if !people || options.effect.is_some_and(|e| !e.is_finite() || e < 1e-6 * options.sd) {
        return Err(Failure::usage(
            "--n er mindst fire personer eller klynger, og --effect er over 0",
            "--n is at least four persons or clusters, and --effect is above 0",
        ));
    }
    let (mut n, mut effect, mut power) = (options.n, options.effect, options.power);
    let sentence = match (n, effect) {
        (Some(n), Some(effect)) => {
            power = plan.power(n, effect);
            lang.pick(
                format!(
                    "Med {} personer findes en effekt på {} i {} procent af tilfældene.",
                    shown(n, lang),
                    shown(effect, lang),
                    shown(100.0 * power, lang)
                ),
                format!(
                    "With {} persons an effect of {} is found in {} per cent of cases.",
                    shown(n, lang),
                    shown(effect, lang),
                    shown(100.0 * power, lang)
                ),
            )
        }
        (Some(n), None) => {
            let smallest = plan.smallest(n, power);
            effect = Some(smallest);
            lang.pick(
                format!(
                    "Den mindste effekt, {} personer kan vise, er {} ({} standardafvigelser).",
                    shown(n, lang),
                    shown(smallest, lang),
                    shown(smallest / plan.sd, lang)
                ),
                format!(
                    "The smallest effect that {} persons can show is {} ({} standard deviations).",
                    shown(n, lang),
                    shown(smallest, lang),
                    shown(smallest / plan.sd, lang)
                ),
            )
        }
        (None, Some(effect)) => {
            let persons = plan.persons(effect, power);
            n = Some(persons);
            lang.pick(
                format!("Der skal {} personer til at vise en effekt på {}.", shown(persons, lang), shown(effect, lang)),
                format!("{} persons are needed to show an effect of {}.", shown(persons, lang), shown(effect, lang)),
            )
        }
        (None, None) => return Err(Failure::usage("Giv --n, --effect eller begge.", "Give --n, --effect or both.")),
    };
    let text = match options.answer.format {
        AnswerFormat::Json => {
            let out = json!({
                "schema": "traedesten/effects-power/1",
                "spec": {
                    "program": env!("CARGO_PKG_VERSION"), "command": std::env::args().skip(1).collect::<Vec<_>>(),
                    "sd": plan.sd, "share": plan.share, "alpha": plan.alpha, "r2": plan.r2, "cluster_size": plan.cluster_size,
                    "icc": plan.icc, "take_up": plan.take_up,
                },
                "warnings": [],
                "n": n, "clusters": n.map(|n| n / plan.cluster_size), "effect": effect,
                "effect_sd": effect.map(|e| e / plan.sd), "power": power,
            });
            format!("{out:#}\n")
        }
        AnswerFormat::Text => format!("{sentence}\n"),
        AnswerFormat::Csv | AnswerFormat::Xlsx => {
            return Err(Failure::usage(
                "Her er ingen liste; brug text eller json.",
                "There is no list here; use text or json.",
            ));
        }
    };
    put(text.as_bytes(), options.answer.out.as_deref()).map(|()| 0)
}

pub(super) fn sensitivity(context: &Context, options: &Sensitivity) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let (data, used) = of_effect(of, options.pair.as_ref())?;
    let frame = &used.frame;
    let (y, d) = (frame.numbers(&of.outcome)?, frame.indicator(&of.treatment)?);
    let x = design(frame, &of.terms)?;
    let found = bounds(&x, y, d, &of.treatment)?;
    let main = if found.benchmarks.is_empty() { "summary" } else { "benchmarks" };
    let mut answer = begin("effects-sensitivity", main, &data, &used, &of.answer);
    answer.set("effect", number(&found.effect));
    answer.set("summary", crate::answer::coefficients(std::slice::from_ref(&found.effect)));
    answer.set("partial_r2", found.partial_r2);
    answer.set("robustness_value", found.robustness);
    answer.set("robustness_value_significance", found.robustness_significance);
    let list: Vec<Value> =
        found.benchmarks.iter().map(|(term, left)| json!({"term": term, "effect_left": left})).collect();
    answer.set("benchmarks", list);
    answer.line(format!("{}: {}.", of.outcome, said(&found.effect, lang)));
    let percent = |v: f64| charts::number(100.0 * v, 1, lang == Lang::Da);
    answer.line(lang.pick(
        format!("En skjult årsag skal forklare {} procent af det, der er tilbage af både behandling og udfald, for at fjerne effekten, og {} procent for at gøre den usikker.", percent(found.robustness), percent(found.robustness_significance)),
        format!("A hidden cause would have to tell {} per cent of what is left of both treatment and outcome to take the effect away, and {} per cent to make it uncertain.", percent(found.robustness), percent(found.robustness_significance)),
    ));
    if let Some((ratio, value, near)) = found.e_value {
        answer.set("risk_ratio", ratio);
        answer.set("e_value", value);
        answer.set("e_value_limit", near);
        answer.line(lang.pick(
            format!("E-værdi {} (for grænsen nærmest 1: {}).", shown(value, lang), shown(near, lang)),
            format!("E-value {} (for the limit nearest to 1: {}).", shown(value, lang), shown(near, lang)),
        ));
    }
    answer.line("");
    let mut table = TextTable::new(&[
        lang.pick("skjult årsag som", "hidden cause like"),
        lang.pick("effekt tilbage", "effect left"),
    ]);
    for (term, left) in &found.benchmarks {
        table.row(vec![term.clone(), shown(*left, lang)]);
    }
    answer.table(&table);
    if let Some(pair) = &options.pair {
        let (group, labels) = frame.column(pair)?.groups();
        let mut sides: Vec<[Option<f64>; 2]> = vec![[None; 2]; labels.len()];
        for i in 0..y.len() {
            let side = usize::from(d[i] > 0.5);
            if sides[group[i] as usize][side].replace(y[i]).is_some() {
                return Err(statistics::Failure::Value {
                    column: pair.clone(),
                    row: used.frame.row_number(i),
                    what: statistics::said!(
                        "et par har en behandlet og en anden",
                        "a pair has one treated and one other"
                    ),
                }
                .into());
            }
        }
        let differences: Vec<f64> = sides.iter().filter_map(|[c, t]| Some((*t)? - (*c)?)).collect();
        if differences.len() < 5 {
            return Err(statistics::Failure::TooFew {
                rows: differences.len(),
                needed: statistics::said!("grænser efter par", "bounds by pairs"),
            }
            .into());
        }
        let gammas = [1.0, 1.25, 1.5, 2.0, 3.0, 5.0];
        let list: Vec<Value> =
            gammas.iter().map(|g| json!({"gamma": g, "p_value": rosenbaum(&differences, *g)})).collect();
        answer.set("rosenbaum", list);
        answer.line("");
        let mut table = TextTable::new(&["gamma", lang.pick("største p", "largest p")]);
        for gamma in gammas {
            table.row(vec![shown(gamma, lang), charts::number(rosenbaum(&differences, gamma), 4, lang == Lang::Da)]);
        }
        answer.table(&table);
    }
    answer.put(lang, &of.answer)
}
