//! Effects: `rct`, `late`, `aipw`.

use super::{begin, covariates, design, load, said};
use crate::answer::{Answer, TextTable, coefficient_table, coefficients, number, shown};
use crate::args::{Aipw, EffectOptions, Late, Match, MetricWord, Rct};
use crate::commands::Context;
use crate::commands::results::robust;
use crate::data::{Data, Used, varies};
use crate::failure::Failure;
use ::effects::aipw::Balance;
use serde_json::{Value, json};
use timeline::Lang;

pub(super) fn of_effect<'a>(
    of: &'a EffectOptions,
    more: impl IntoIterator<Item = &'a String>,
) -> Result<(Data, Used), Failure> {
    let columns = [&of.outcome, &of.treatment].into_iter().chain(&of.terms.terms).chain(more);
    let (data, used) = load(&of.data, columns.map(String::as_str))?;
    varies(&used.frame, &of.outcome)?;
    Ok((data, used))
}

/// Balance of each covariate, in the answer and as a table.
fn balanced(answer: &mut Answer, balance: &[Balance], lang: Lang) {
    let list: Vec<Value> =
        balance.iter().map(|b| json!({"term": b.term, "before": b.before, "after": b.after})).collect();
    answer.set("balance", list);
    let head = match lang {
        Lang::Da => ["balance (std.afv.)", "før", "efter"],
        Lang::En => ["balance (sd)", "before", "after"],
    };
    let mut table = TextTable::new(&head);
    for b in balance {
        table.row(vec![
            b.term.clone(),
            charts::number(b.before, 3, lang == Lang::Da),
            charts::number(b.after, 3, lang == Lang::Da),
        ]);
    }
    answer.table(&table);
    let worst = balance.iter().max_by(|a, b| a.after.abs().total_cmp(&b.after.abs()));
    if let Some(worst) = worst.filter(|b| b.after.abs() > 0.1) {
        answer.warn(
            format!(
                "der er stadig {} standardafvigelser mellem grupperne i »{}«",
                charts::number(worst.after, 2, true),
                worst.term
            ),
            format!(
                "the groups are still {} standard deviations apart in \"{}\"",
                charts::number(worst.after, 2, false),
                worst.term
            ),
        );
    }
}

/// Errors that need no clusters.
fn plain(word: &str) -> Result<statistics::Robust, Failure> {
    let robust = robust(word)?;
    if robust.is_clustered() {
        return Err(Failure::usage("Brug classical eller HC0 til HC3 her.", "Use classical or HC0 to HC3 here."));
    }
    Ok(robust)
}

pub(super) fn rct(context: &Context, options: &Rct) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let robust = plain(&options.se)?;
    let (data, used) = of_effect(of, [])?;
    let frame = &used.frame;
    let (y, d) = (frame.numbers(&of.outcome)?, frame.indicator(&of.treatment)?);
    if options.binary {
        frame.indicator(&of.outcome)?;
    }
    let x = if of.terms.terms.is_empty() { None } else { Some(covariates(frame, &of.terms)?) };
    let found = ::effects::experiment::trial(y, d, &of.treatment, x.as_ref(), robust, options.binary)?;
    let mut answer = begin("effects-rct", "summary", &data, &used, &of.answer);
    answer.set("n_treated", found.n_treated);
    answer.set("mean_treated", found.mean_treated);
    answer.set("mean_control", found.mean_control);
    let mut difference = number(&found.difference);
    difference["std_error_pooled"] = json!(found.std_error_pooled);
    answer.set("difference", difference);
    let mut rows = vec![(lang.pick("forskel", "difference"), &found.difference)];
    if let Some((adjusted, r2)) = &found.adjusted {
        let mut value = number(adjusted);
        value["r2"] = json!(r2);
        answer.set("adjusted", value);
        rows.push((lang.pick("justeret", "adjusted"), adjusted));
    }
    match &found.lin {
        Some(Ok(lin)) => {
            answer.set("lin", number(lin));
            rows.push((lang.pick("justeret, vekselvirkning", "adjusted, interacted"), lin));
        }
        Some(Err(why)) => {
            answer.set("lin", Value::Null);
            answer.warn(format!("uden vekselvirkning: {}", why.danish()), format!("without the interacted one: {why}"));
        }
        None => {}
    }
    let best = rows.last().map_or(&found.difference, |(_, t)| t);
    answer.line(format!("{}: {}.", of.outcome, said(best, lang)));
    answer.line(lang.pick(
        format!(
            "{} behandlede med middel {}, {} andre med {}.",
            found.n_treated,
            shown(found.mean_treated, lang),
            y.len() - found.n_treated,
            shown(found.mean_control, lang)
        ),
        format!(
            "{} treated with mean {}, {} others with {}.",
            found.n_treated,
            shown(found.mean_treated, lang),
            y.len() - found.n_treated,
            shown(found.mean_control, lang)
        ),
    ));
    answer.line("");
    let named: Vec<statistics::Tested> =
        rows.iter().map(|(name, t)| statistics::Tested { term: (*name).to_owned(), ..(*t).clone() }).collect();
    answer.table(&coefficient_table(&named, lang));
    answer.set("summary", coefficients(&named));
    if let Some(b) = &found.binary {
        answer.set("risk_ratio", b.risk_ratio);
        answer.set("risk_ratio_ci_low", b.risk_ratio_ci.0);
        answer.set("risk_ratio_ci_high", b.risk_ratio_ci.1);
        answer.set("odds_ratio", b.odds_ratio);
        answer.set("std_error_wald", b.std_error_wald);
        let logit = &b.logit;
        answer.set(
            "logit",
            json!({"coefficients": coefficients(&logit.coefficients), "log_likelihood": logit.log_likelihood}),
        );
        answer.set("standardised_difference", logit.standardised_difference);
        answer.line("");
        answer.line(lang.pick(
            format!(
                "Risikoforhold {} (95 % {} til {}), oddsforhold {}, standardiseret forskel {}.",
                shown(b.risk_ratio, lang),
                shown(b.risk_ratio_ci.0, lang),
                shown(b.risk_ratio_ci.1, lang),
                shown(b.odds_ratio, lang),
                shown(logit.standardised_difference, lang)
            ),
            format!(
                "Risk ratio {} (95 % {} to {}), odds ratio {}, standardised difference {}.",
                shown(b.risk_ratio, lang),
                shown(b.risk_ratio_ci.0, lang),
                shown(b.risk_ratio_ci.1, lang),
                shown(b.odds_ratio, lang),
                shown(logit.standardised_difference, lang)
            ),
        ));
    }
    answer.put(lang, &of.answer)
}

pub(super) fn late(context: &Context, options: &Late) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let robust = plain(&options.se)?;
    let (data, used) = of_effect(of, [&options.instrument])?;
    let frame = &used.frame;
    let x = covariates(frame, &of.terms)?;
    let found = ::effects::experiment::late(
        frame.numbers(&of.outcome)?,
        frame.numbers(&of.treatment)?,
        frame.numbers(&options.instrument)?,
        (&of.treatment, &options.instrument),
        &x,
        robust,
    )?;
    let mut answer = begin("effects-late", "summary", &data, &used, &of.answer);
    let rows = [
        ("wald", &found.wald),
        ("ols", &found.ols),
        ("two_stage", &found.two_stage),
        ("first_stage", &found.first_stage),
        ("reduced_form", &found.reduced_form),
    ];
    for (key, t) in rows {
        answer.set(key, number(t));
    }
    answer.set("first_stage_f", found.first_stage_f);
    answer.line(lang.pick(
        format!("{}: {} for dem, som lodtrækningen flytter.", of.outcome, said(&found.two_stage, lang)),
        format!("{}: {} for those whom the draw moves.", of.outcome, said(&found.two_stage, lang)),
    ));
    answer.line("");
    let named: Vec<statistics::Tested> =
        rows.iter().map(|(name, t)| statistics::Tested { term: (*name).to_owned(), ..(*t).clone() }).collect();
    answer.table(&coefficient_table(&named, lang));
    answer.set("summary", coefficients(&named));
    if frame.indicator(&of.treatment).is_err() {
        answer.warn(
            format!(
                "»{}« er ikke 0 og 1: effekten er for et trin op, et gennemsnit over de trin, som flyttes",
                of.treatment
            ),
            format!(
                "\"{}\" is not 0 and 1: the effect is of a step up, an average over the steps that are moved",
                of.treatment
            ),
        );
    }
    if found.first_stage_f < 10.0 {
        answer.warn(
            format!(
                "lodtrækningen flytter for få (F {}): estimatet er upålideligt",
                shown(found.first_stage_f, Lang::Da)
            ),
            format!(
                "the draw moves too few (F {}): the estimate cannot be relied on",
                shown(found.first_stage_f, Lang::En)
            ),
        );
    }
    answer.put(lang, &of.answer)
}

/// Folds from a column, or drawn.
pub(super) fn folds(
    used: &Used,
    column: Option<&String>,
    draw: Option<usize>,
    seed: u64,
) -> Result<Option<(Vec<u32>, usize)>, Failure> {
    match (column, draw) {
        (Some(column), _) => {
            let (fold, names) = used.frame.column(column)?.groups();
            Ok(Some(::effects::aipw::folds(fold.len(), Some((&fold, names.len())), 0, seed)?))
        }
        (None, Some(k)) => Ok(Some(::effects::aipw::folds(used.frame.rows(), None, k, seed)?)),
        (None, None) => Ok(None),
    }
}

pub(super) fn aipw(context: &Context, options: &Aipw) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let (data, used) = of_effect(of, options.folds.as_ref())?;
    let frame = &used.frame;
    let trim = match options.trim[..] {
        [] => None,
        [low, high] if (0.0..1.0).contains(&low) && low < high && high <= 1.0 => Some((low, high)),
        _ => {
            return Err(Failure::usage(
                "--trim: skriv to andele, som 0.05,0.95",
                "--trim: write two shares, as 0.05,0.95",
            ));
        }
    };
    let x = design(frame, &of.terms)?;
    let folds = folds(&used, options.folds.as_ref(), options.cross_fit, of.answer.seed)?;
    let found = ::effects::aipw::aipw(
        &x,
        frame.numbers(&of.outcome)?,
        frame.indicator(&of.treatment)?,
        &of.treatment,
        folds.as_ref().map(|(f, k)| (f.as_slice(), *k)),
        trim,
    )?;
    let mut answer = begin("effects-aipw", "balance", &data, &used, &of.answer);
    answer.set("n", found.n);
    answer.set("n_treated", found.n_treated);
    answer.set("trimmed", found.trimmed);
    answer.set("raw_difference", found.raw_difference);
    answer.set("regression", found.regression);
    let (coefs, likelihood, low, high) = &found.propensity;
    answer.set(
        "propensity",
        json!({"coefficients": coefficients(coefs), "log_likelihood": likelihood, "min": low, "max": high}),
    );
    if of.answer.plot.is_some() {
        let names = (lang.pick("behandlede", "treated").to_owned(), lang.pick("de andre", "the others").to_owned());
        answer.draw(
            charts::Overlap {
                title: lang.pick("Hvem kan sammenlignes", "Who can be compared").to_owned(),
                unit: lang.pick("tilbøjelighed til at blive behandlet", "propensity to be treated").to_owned(),
                names,
                parts: found.overlap.clone(),
                danish: lang == Lang::Da,
            }
            .svg(),
        );
    }
    let (ipw, hajek, regression, aipw) = &found.ate;
    // No error is given for these three: the doubly robust one has it.
    let bare =
        |value: &f64| json!({"estimate": value, "std_error": null, "ci_low": null, "ci_high": null, "p_value": null});
    answer.set(
        "ate",
        json!({"ipw": bare(ipw), "ipw_normalised": bare(hajek), "regression": bare(regression), "aipw": number(aipw)}),
    );
    let (att_hajek, att_regression, att) = &found.att;
    answer.set(
        "att",
        json!({"ipw_normalised": bare(att_hajek), "regression": bare(att_regression), "aipw": number(att)}),
    );
    answer.set("effective_controls", found.effective_controls);
    answer.line(lang.pick(
        format!("{}: {} i gennemsnit for alle, {} for de behandlede.", of.outcome, said(aipw, lang), said(att, lang)),
        format!("{}: {} on average for all, {} for the treated.", of.outcome, said(aipw, lang), said(att, lang)),
    ));
    answer.line(lang.pick(
        format!(
            "Rå forskel {}. {} behandlede; de andre vejer som {} personer.",
            shown(found.raw_difference, lang),
            found.n_treated,
            shown(found.effective_controls, lang)
        ),
        format!(
            "Raw difference {}. {} treated; the others weigh as {} persons.",
            shown(found.raw_difference, lang),
            found.n_treated,
            shown(found.effective_controls, lang)
        ),
    ));
    answer.line("");
    let head = match lang {
        Lang::Da => ["", "vægtet", "standardiseret", "dobbelt robust", "±"],
        Lang::En => ["", "weighted", "standardised", "doubly robust", "±"],
    };
    let mut table = TextTable::new(&head);
    for (name, w, r, t) in [
        (lang.pick("alle", "all"), hajek, regression, aipw),
        (lang.pick("behandlede", "treated"), att_hajek, att_regression, att),
    ] {
        table.row(vec![
            name.to_owned(),
            shown(*w, lang),
            shown(*r, lang),
            shown(t.estimate, lang),
            shown(1.96 * t.std_error, lang),
        ]);
    }
    answer.table(&table);
    answer.line("");
    balanced(&mut answer, &found.balance, lang);
    if *low < 0.01 || *high > 0.99 {
        answer.warn(
            format!("tilbøjeligheden går fra {} til {}: nogle har næsten ingen at blive sammenlignet med; prøv --trim 0.05,0.95", shown(*low, Lang::Da), shown(*high, Lang::Da)),
            format!("propensity runs from {} to {}: some have hardly anyone to be held against; try --trim 0.05,0.95", shown(*low, Lang::En), shown(*high, Lang::En)),
        );
    }
    answer.put(lang, &of.answer)
}

pub(super) fn matching(context: &Context, options: &Match) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    if options.neighbours == 0 {
        return Err(Failure::usage("--neighbours: mindst 1", "--neighbours: at least 1"));
    }
    if of.terms.terms.is_empty() {
        return Err(Failure::usage("Nævn mindst en kolonne i --terms.", "Name at least one column in --terms."));
    }
    let (data, used) = of_effect(of, [])?;
    let frame = &used.frame;
    let x = design(frame, &of.terms)?;
    let metric = match options.method {
        MetricWord::Propensity => ::effects::matching::Metric::Propensity,
        MetricWord::Mahalanobis => ::effects::matching::Metric::Mahalanobis,
        MetricWord::InverseVariance => ::effects::matching::Metric::InverseVariance,
    };
    let found = ::effects::matching::matching(
        &x,
        frame.numbers(&of.outcome)?,
        frame.indicator(&of.treatment)?,
        &of.treatment,
        metric,
        options.neighbours,
        options.replace,
        options.bias_adjust,
    )?;
    let mut answer = begin("effects-match", "balance", &data, &used, &of.answer);
    answer.set("att", number(&found.att));
    answer.set("matched", found.matched);
    answer.set("unmatched", found.unmatched);
    answer.line(lang.pick(
        format!(
            "{}: {} for de behandlede; {} rækker i sammenligningen.",
            of.outcome,
            said(&found.att, lang),
            found.matched
        ),
        format!(
            "{}: {} for the treated; {} rows in the comparison.",
            of.outcome,
            said(&found.att, lang),
            found.matched
        ),
    ));
    answer.line("");
    balanced(&mut answer, &found.balance, lang);
    if found.unmatched > 0 {
        answer.warn(
            format!("{} behandlede fik ingen makker og er ikke med", found.unmatched),
            format!("{} treated have no partner and are left out", found.unmatched),
        );
    }
    answer.put(lang, &of.answer)
}
