//! `results benchmark | funnel | shrink | rank | regress | decompose`.

use super::Context;
use crate::answer::{Answer, TextTable, coefficient_table, coefficients, shown};
use crate::args::{
    Benchmark, CountOptions, Decompose, Funnel, LeaveOutWord, LimitsWord, LinkWord, Rank, Regress, ResultsCommand,
    Shrink, ShrinkWord, TermOptions,
};
use crate::data::{Data, Used, load, threads, varies};
use crate::failure::Failure;
use ::results::{Kind, LeaveOut, Limits, Link, Model, Steadied};
use serde_json::{Value, json};
use statistics::{Base, Clusters, Design, DesignSpec, Robust, least_squares, tested};
use timeline::Lang;

pub(crate) async fn run(context: &Context, command: &ResultsCommand) -> Result<u8, Failure> {
    threads(command.threads())?;
    match command {
        ResultsCommand::Benchmark(options) => benchmark(context, options),
        ResultsCommand::Funnel(options) => funnel(context, options),
        ResultsCommand::Shrink(options) => shrink(context, options),
        ResultsCommand::Rank(options) => rank(context, options),
        ResultsCommand::Regress(options) => regress(context, options),
        ResultsCommand::Municipalities(options) => super::municipalities::municipalities(context, options),
        ResultsCommand::Model(options) => super::municipalities::model(context, options),
        ResultsCommand::Decompose(options) => decompose(context, options),
        ResultsCommand::Indicators(options) => super::indicators::run(context, options).await,
        ResultsCommand::Supervise(options) => super::supervise::run(context, options).await,
        ResultsCommand::Learn(options) => super::learn::run(context, options).await,
        ResultsCommand::Report(options) => super::report::run(context, options),
        ResultsCommand::Digest(options) => super::digest::run(context, options).await,
    }
}

/// Levels to hold against, as `c=LEVEL`.
pub(crate) fn bases(terms: &TermOptions) -> Result<Vec<Base>, Failure> {
    let one = |text: &String| {
        let (column, level) = text.split_once('=').ok_or_else(|| {
            Failure::usage(
                format!("--base »{text}«: skriv kolonne=niveau"),
                format!("--base \"{text}\": write column=level"),
            )
        })?;
        if !terms.terms.iter().any(|t| t == column) {
            return Err(Failure::usage(
                format!("--base {text}: »{column}« er ikke blandt --terms"),
                format!("--base {text}: \"{column}\" is not among --terms"),
            ));
        }
        Ok(Base { column: column.to_owned(), level: level.to_owned() })
    };
    terms.base.iter().map(one).collect()
}

/// The design that terms ask for, with an intercept.
pub(crate) fn spec(terms: &TermOptions) -> Result<DesignSpec, Failure> {
    if let Some(stray) = terms.categorical.iter().find(|c| !terms.terms.contains(c)) {
        return Err(Failure::usage(
            format!("--categorical {stray}: kolonnen er ikke blandt --terms"),
            format!("--categorical {stray}: the column is not among --terms"),
        ));
    }
    Ok(DesignSpec {
        terms: terms.terms.clone(),
        categorical: terms.categorical.clone(),
        bases: bases(terms)?,
        intercept: true,
    })
}

/// Kind of errors, by its word.
pub(crate) fn robust(word: &str) -> Result<Robust, Failure> {
    Robust::from_code(word).ok_or_else(|| {
        let known = Robust::ALL.map(Robust::code).join(", ");
        Failure::usage(
            format!("--se »{word}« findes ikke; der er {known}"),
            format!("--se \"{word}\" is none; there are {known}"),
        )
    })
}

fn benchmark(context: &Context, options: &Benchmark) -> Result<u8, Failure> {
    let lang = context.lang;
    let robust = robust(&options.se)?;
    if robust.is_clustered() {
        return Err(Failure::usage(
            "Brug HC0, HC1, HC2 eller HC3 her; klynger hører til results regress.",
            "Use HC0, HC1, HC2 or HC3 here; clusters belong to results regress.",
        ));
    }
    let mut all = vec![options.unit.as_str(), options.outcome.as_str()];
    all.extend(options.terms.terms.iter().map(String::as_str));
    all.extend(options.weights.as_deref());
    let (data, used) = load(&options.data, all)?;
    varies(&used.frame, &options.outcome)?;
    let spec = spec(&options.terms)?;
    let model = Model {
        unit: options.unit.clone(),
        outcome: options.outcome.clone(),
        terms: spec.terms,
        categorical: spec.categorical,
        bases: spec.bases,
        weights: options.weights.clone(),
        robust,
        link: match options.link {
            LinkWord::Identity => Link::Identity,
            LinkWord::Logit => Link::Logit,
        },
        leave_out: match options.leave_out {
            LeaveOutWord::Row => LeaveOut::Row,
            LeaveOutWord::Unit => LeaveOut::Unit,
        },
        higher_is_better: options.higher_is_better,
        random_intercept: options.random_intercept,
    };
    let found = ::results::benchmark(&used.frame, &model)?;
    let mut answer = Answer::new("results-benchmark", "units", &data, &used, &options.answer);
    answer.set("n", found.n);
    answer.set("coefficients", coefficients(&found.coefficients));
    answer.set("sigma", found.sigma);
    answer.set("r2", found.r2);
    answer.set("press", found.press);
    let units: Vec<Value> = found
        .units
        .iter()
        .map(|u| {
            let mut one = json!({
                "unit": u.unit, "n": u.n, "observed": u.observed, "expected": u.expected, "gap": u.gap,
                "expected_left_out": u.expected_left_out, "gap_left_out": u.gap_left_out, "studentised": u.studentised,
                "leverage": u.leverage, "interval_low": u.interval_low, "interval_high": u.interval_high,
            });
            if let Some((blup, sd)) = u.blup {
                one["blup"] = json!(blup);
                one["blup_sd"] = json!(sd);
            }
            one
        })
        .collect();
    answer.set("units", units);
    if let Some(m) = &found.random_intercept {
        let value = json!({
            "coefficients": coefficients(&m.coefficients), "sd_unit": m.sd_unit, "sd_residual": m.sd_residual,
        });
        answer.set("random_intercept", value);
    }
    let alone: Vec<&str> = found.units.iter().filter(|u| u.gap_left_out.is_nan()).map(|u| u.unit.as_str()).collect();
    if !alone.is_empty() {
        let names = alone.join(", ");
        answer.warn(
            format!("{names}: afgør alene en koefficient, som en kategori med én række gør; uden den kan intet forudsiges"),
            format!("{names}: alone decides a coefficient, as a category of one row does; without it nothing can be predicted"),
        );
    }
    let outside = |u: &&::results::Unit| u.observed < u.interval_low || u.observed > u.interval_high;
    let (units, out) = (found.units.len(), found.units.iter().filter(outside).count());
    answer.line(lang.pick(
        format!(
            "{units} enheder; betingelserne forklarer {} af forskellene. {out} ligger uden for det, de lader vente (95 %).",
            shown(found.r2, lang)
        ),
        format!(
            "{units} units; the conditions tell {} of the differences. {out} lie outside what they lead one to expect (95 %).",
            shown(found.r2, lang)
        ),
    ));
    answer.line("");
    answer.table(&coefficient_table(&found.coefficients, lang));
    answer.line("");
    let head = match lang {
        Lang::Da => ["enhed", "n", "faktisk", "forventet", "forskel", "uden egen", "interval fra", "til"],
        Lang::En => ["unit", "n", "observed", "expected", "gap", "left out", "interval from", "to"],
    };
    let mut table = TextTable::new(&head);
    let mut sorted: Vec<&::results::Unit> = found.units.iter().collect();
    sorted.sort_by(|a, b| b.gap_left_out.total_cmp(&a.gap_left_out));
    for u in sorted {
        let mark = if outside(&u) { " *" } else { "" };
        table.row(vec![
            format!("{}{mark}", u.unit),
            u.n.to_string(),
            shown(u.observed, lang),
            shown(u.expected, lang),
            shown(u.gap, lang),
            shown(u.gap_left_out, lang),
            shown(u.interval_low, lang),
            shown(u.interval_high, lang),
        ]);
    }
    answer.table(&table);
    answer.line("");
    answer.line(if options.higher_is_better {
        lang.pick(
            "Forskel er faktisk minus forventet: over nul er bedre. »Uden egen« er uden enhedens egne tal. * uden for intervallet.",
            "Gap is observed minus expected: above zero is better. \"Left out\" is without the unit's own figures. * outside the interval.",
        )
    } else {
        lang.pick(
            "Forskel er forventet minus faktisk: over nul er bedre. »Uden egen« er uden enhedens egne tal. * uden for intervallet.",
            "Gap is expected minus observed: above zero is better. \"Left out\" is without the unit's own figures. * outside the interval.",
        )
    });
    answer.put(lang, &options.answer)
}

fn counted(options: &CountOptions) -> Result<(Data, Used), Failure> {
    load(&options.data, [options.unit.as_str(), &options.events, &options.trials])
}

fn funnel(context: &Context, options: &Funnel) -> Result<u8, Failure> {
    let lang = context.lang;
    let c = &options.counts;
    if let Some(level) = options.levels.iter().find(|l| !(0.0..1.0).contains(*l) || **l <= 0.0) {
        return Err(Failure::usage(
            format!("--levels {level}: skriv andele mellem 0 og 1, som 0.95"),
            format!("--levels {level}: write shares between 0 and 1, as 0.95"),
        ));
    }
    if !(0.0..0.5).contains(&options.winsorise) {
        return Err(Failure::usage(
            "--winsorise: skriv en andel fra 0 til under 0.5",
            "--winsorise: write a share from 0 to below 0.5",
        ));
    }
    let (data, used) = counted(c)?;
    let limits = match options.limits {
        LimitsWord::Exact => Limits::Exact,
        LimitsWord::Normal => Limits::Normal,
    };
    let found =
        ::results::funnel(&used.frame, &c.unit, &c.events, &c.trials, &options.levels, limits, options.winsorise)?;
    let mut answer = Answer::new("results-funnel", "units", &data, &used, &c.answer);
    answer.set("p0", found.p0);
    answer.set("overdispersion", found.overdispersion);
    answer.set("overdispersion_winsorised", found.overdispersion_winsorised);
    let units: Vec<Value> = found
        .units
        .iter()
        .map(|u| {
            let limits: Vec<Value> =
                u.limits.iter().map(|l| json!({"level": l.level, "low": l.low, "high": l.high})).collect();
            json!({"unit": u.unit, "events": u.events, "trials": u.trials, "rate": u.rate, "z": u.z, "limits": limits})
        })
        .collect();
    answer.set("units", units);
    let outside =
        |u: &::results::FunnelUnit, at: usize| u.limits.get(at).is_some_and(|l| u.rate < l.low || u.rate > l.high);
    let last = options.levels.len().saturating_sub(1);
    let out = found.units.iter().filter(|u| outside(u, last)).count();
    answer.line(lang.pick(
        format!(
            "Fælles andel {}. {out} af {} enheder ligger uden for {} procents grænse; spredningen er {} gange tilfældets.",
            shown(found.p0, lang),
            found.units.len(),
            shown(options.levels.last().copied().unwrap_or(0.0) * 100.0, lang),
            shown(found.overdispersion, lang)
        ),
        format!(
            "Common rate {}. {out} of {} units lie outside the {} per cent limits; the spread is {} times that of chance.",
            shown(found.p0, lang),
            found.units.len(),
            shown(options.levels.last().copied().unwrap_or(0.0) * 100.0, lang),
            shown(found.overdispersion, lang)
        ),
    ));
    answer.line("");
    let mut head: Vec<String> = match lang {
        Lang::Da => ["enhed", "hændelser", "antal", "andel", "z"],
        Lang::En => ["unit", "events", "trials", "rate", "z"],
    }
    .map(str::to_owned)
    .to_vec();
    for level in &options.levels {
        head.push(format!("{} % {}", shown(level * 100.0, lang), lang.pick("fra", "from")));
        head.push(lang.pick("til", "to").to_owned());
    }
    let mut table = TextTable::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for u in &found.units {
        let mut row = vec![
            format!("{}{}", u.unit, if outside(u, last) { " *" } else { "" }),
            shown(u.events, lang),
            shown(u.trials, lang),
            shown(u.rate, lang),
            shown(u.z, lang),
        ];
        row.extend(u.limits.iter().flat_map(|l| [shown(l.low, lang), shown(l.high, lang)]));
        table.row(row);
    }
    answer.table(&table);
    if found.overdispersion_winsorised > 1.5 {
        answer.warn(
            "enhederne spreder sig mere end tilfældet: en del af dem uden for grænserne kan skyldes betingelser, der ikke er med",
            "units spread more than chance: some outside the limits may be so for conditions that are not in the picture",
        );
    }
    answer.put(lang, &c.answer)
}

fn shrink(context: &Context, options: &Shrink) -> Result<u8, Failure> {
    let lang = context.lang;
    let c = &options.counts;
    let (data, used) = counted(c)?;
    let model = match options.model {
        ShrinkWord::BetaBinomial => Steadied::BetaBinomial,
        ShrinkWord::NormalNormal => Steadied::NormalNormal,
        ShrinkWord::LogitNormal => Steadied::LogitNormal,
    };
    let found = ::results::shrink(&used.frame, &c.unit, &c.events, &c.trials, model)?;
    let mut answer = Answer::new("results-shrink", "units", &data, &used, &c.answer);
    let parameters: serde_json::Map<String, Value> =
        found.parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    answer.set("parameters", Value::Object(parameters));
    let units: Vec<Value> = found
        .units
        .iter()
        .map(|u| {
            let mut one = json!({
                "unit": u.unit, "events": u.events, "trials": u.trials, "rate": u.events / u.trials,
                "estimate": u.estimate, "sd": u.sd,
            });
            if let (Some(effect), Some(sd)) = (u.effect, u.effect_sd) {
                one["effect"] = json!(effect);
                one["effect_sd"] = json!(sd);
            }
            one
        })
        .collect();
    answer.set("units", units);
    let said: Vec<String> = found.parameters.iter().map(|(n, v)| format!("{n} = {}", shown(*v, lang))).collect();
    answer.line(lang.pick(
        format!(
            "{} enheder, trukket mod det fælles efter, hvor lidt de selv siger. {}.",
            found.units.len(),
            said.join(", ")
        ),
        format!(
            "{} units, drawn to what they share by how little they say themselves. {}.",
            found.units.len(),
            said.join(", ")
        ),
    ));
    answer.line("");
    let head = match lang {
        Lang::Da => ["enhed", "hændelser", "antal", "rå andel", "rolig andel", "±"],
        Lang::En => ["unit", "events", "trials", "raw rate", "steadied", "±"],
    };
    let mut table = TextTable::new(&head);
    for u in &found.units {
        table.row(vec![
            u.unit.clone(),
            shown(u.events, lang),
            shown(u.trials, lang),
            shown(u.events / u.trials, lang),
            shown(u.estimate, lang),
            shown(1.96 * u.sd, lang),
        ]);
    }
    answer.table(&table);
    answer.put(lang, &c.answer)
}

fn rank(context: &Context, options: &Rank) -> Result<u8, Failure> {
    let lang = context.lang;
    let c = &options.counts;
    let (data, used) = counted(c)?;
    let draws = options.draws as usize;
    let (fit, found) = ::results::rank(&used.frame, &c.unit, &c.events, &c.trials, draws, c.answer.seed)?;
    let mut answer = Answer::new("results-rank", "units", &data, &used, &c.answer);
    answer.set("draws", draws);
    answer.set("parameters", json!({"alpha": fit.alpha, "beta": fit.beta}));
    let units: Vec<Value> = found
        .iter()
        .map(|u| {
            json!({
                "unit": u.unit, "estimate": u.estimate, "mean_rank": u.mean_rank, "median_rank": u.median_rank,
                "low": u.low, "high": u.high, "p_lowest": u.p_lowest, "p_highest": u.p_highest,
                "p_top_fifth": u.p_top_fifth, "p_bottom_fifth": u.p_bottom_fifth, "p_above_p0": u.p_above_p0,
            })
        })
        .collect();
    answer.set("units", units);
    let widest = found.iter().map(|u| u.high - u.low + 1).max().unwrap_or(0);
    answer.line(lang.pick(
        format!(
            "{} enheder; 1 er den laveste andel. Den mest usikre plads spænder over {widest} pladser (95 %).",
            found.len()
        ),
        format!("{} units; 1 is the lowest rate. The least certain rank spans {widest} places (95 %).", found.len()),
    ));
    answer.line("");
    let head = match lang {
        Lang::Da => ["enhed", "andel", "middelplads", "fra", "til", "P(laveste femtedel)", "P(højeste femtedel)"],
        Lang::En => ["unit", "rate", "mean rank", "from", "to", "P(lowest fifth)", "P(highest fifth)"],
    };
    let mut table = TextTable::new(&head);
    let mut sorted: Vec<&::results::Ranked> = found.iter().collect();
    sorted.sort_by(|a, b| a.mean_rank.total_cmp(&b.mean_rank));
    for u in sorted {
        table.row(vec![
            u.unit.clone(),
            shown(u.estimate, lang),
            charts::number(u.mean_rank, 1, lang == Lang::Da),
            u.low.to_string(),
            u.high.to_string(),
            charts::number(u.p_top_fifth, 3, lang == Lang::Da),
            charts::number(u.p_bottom_fifth, 3, lang == Lang::Da),
        ]);
    }
    answer.table(&table);
    answer.put(lang, &c.answer)
}

fn regress(context: &Context, options: &Regress) -> Result<u8, Failure> {
    let lang = context.lang;
    let default = if options.cluster.is_empty() { "classical" } else { "CR2" };
    let robust = robust(options.se.as_deref().unwrap_or(default))?;
    if robust.is_clustered() && options.cluster.is_empty() {
        return Err(Failure::usage(
            format!("--se {} kræver --cluster KOLONNE", robust.code()),
            format!("--se {} needs --cluster COLUMN", robust.code()),
        ));
    }
    if !robust.is_clustered() && !options.cluster.is_empty() {
        return Err(Failure::usage(
            "--cluster kræver --se CR0, CR1, CR1S, CR2 eller CR3",
            "--cluster needs --se CR0, CR1, CR1S, CR2 or CR3",
        ));
    }
    if options.cluster.len() > 2 {
        return Err(Failure::usage("Højst to --cluster.", "At most two --cluster."));
    }
    let mut all = vec![options.outcome.as_str()];
    all.extend(options.terms.terms.iter().map(String::as_str));
    all.extend(options.weights.as_deref());
    all.extend(options.cluster.iter().map(String::as_str));
    let (data, used) = load(&options.data, all)?;
    varies(&used.frame, &options.outcome)?;
    let design = Design::new(&used.frame, &spec(&options.terms)?)?;
    let y = used.frame.numbers(&options.outcome)?;
    let w = options.weights.as_deref().map(|w| used.frame.numbers(w)).transpose()?;
    if let Some(row) = w.and_then(|w| w.iter().position(|w| *w < 0.0)) {
        return Err(Failure::input(format!("--weights, row {}: a weight below 0", used.frame.row_number(row))));
    }
    let fit = least_squares(&design.x, &design.names, y, w)?;
    let clusters: Vec<Clusters> = options
        .cluster
        .iter()
        .map(|c| Ok(Clusters::new(used.frame.column(c)?.groups().0)))
        .collect::<Result<_, statistics::Failure>>()?;
    let covariance = fit.covariance_or_none(&design.x, robust, &clusters)?;
    let found = tested(&design.names, &fit.coefficients, &covariance);
    let without: Vec<&str> = found.iter().filter(|t| t.std_error.is_nan()).map(|t| t.term.as_str()).collect();
    if without.len() == found.len() {
        fit.covariance(&design.x, robust, &clusters)?;
    }
    let mut answer = Answer::new("results-regress", "coefficients", &data, &used, &options.answer);
    answer.set("n", y.len());
    let counts: Vec<usize> = clusters.iter().map(|c| c.count).collect();
    answer.set(
        "clusters",
        match counts[..] {
            [] => Value::Null,
            [one] => json!(one),
            _ => json!(counts),
        },
    );
    answer.set("se", robust.code());
    answer.set("coefficients", coefficients(&found));
    answer.set("r2", fit.r2);
    answer.set("sigma", fit.sigma);
    if !without.is_empty() {
        let names = without.join(", ");
        answer.warn(
            format!("med klynger på begge måder bliver variansen af {names} mindre end 0: der er for få klynger til en fejl"),
            format!("clustered in both ways the variance of {names} comes out below 0: there are too few clusters for an error"),
        );
    }
    if let Some(few) = counts.iter().find(|c| **c < 10) {
        answer.warn(
            format!("kun {few} klynger: fejlene er usikre; CR2 med sine frihedsgrader er det sikreste"),
            format!(
                "only {few} clusters: the errors are themselves uncertain; CR2 with its degrees of freedom is safest"
            ),
        );
    }
    if let Some(first) = found.get(1) {
        answer.line(lang.pick(
            format!(
                "{}: {} (95 % {} til {}), {} rækker, R² {}, fejl {}.",
                first.term,
                shown(first.estimate, lang),
                shown(first.ci_low, lang),
                shown(first.ci_high, lang),
                y.len(),
                shown(fit.r2, lang),
                robust.code()
            ),
            format!(
                "{}: {} (95 % {} to {}), {} rows, R² {}, errors {}.",
                first.term,
                shown(first.estimate, lang),
                shown(first.ci_low, lang),
                shown(first.ci_high, lang),
                y.len(),
                shown(fit.r2, lang),
                robust.code()
            ),
        ));
        answer.line("");
    }
    answer.table(&coefficient_table(&found, lang));
    answer.put(lang, &options.answer)
}

fn decompose(context: &Context, options: &Decompose) -> Result<u8, Failure> {
    let lang = context.lang;
    let all = [&options.kind, &options.share, &options.rate, &options.reference_share, &options.reference_rate]
        .map(String::as_str);
    let (data, used) = load(&options.data, all)?;
    if used.frame.rows() == 0 {
        return Err(statistics::Failure::TooFew {
            rows: 0,
            needed: statistics::said!("en opdeling", "a decomposition"),
        }
        .into());
    }
    let shares = |column: &str| -> Result<Vec<f64>, Failure> {
        let values = used.frame.numbers(column)?;
        if let Some(at) = values.iter().position(|v| *v < 0.0) {
            return Err(Failure::from(statistics::Failure::Value {
                column: column.to_owned(),
                row: used.frame.row_number(at),
                what: statistics::said!("{} er under 0", "{} is below 0", values[at]),
            }));
        }
        let sum: f64 = values.iter().sum();
        if sum <= 0.0 {
            return Err(Failure::from(statistics::Failure::Constant { column: column.to_owned() }));
        }
        Ok(values.iter().map(|v| v / sum).collect())
    };
    let side = |share: &str, rate: &str| -> Result<Vec<Kind>, Failure> {
        let rates = used.frame.numbers(rate)?;
        Ok(shares(share)?.into_iter().zip(rates).map(|(share, rate)| Kind { share, rate: *rate }).collect())
    };
    let own = side(&options.share, &options.rate)?;
    let reference = side(&options.reference_share, &options.reference_rate)?;
    let parts = ::results::kitagawa(&own, &reference);
    let total = |kinds: &[Kind]| kinds.iter().map(|k| k.share * k.rate).sum::<f64>();
    let (a, b) = (total(&own), total(&reference));
    let (composition, rate) = parts.iter().fold((0.0, 0.0), |(c, r), p| (c + p.composition, r + p.rate));
    let mut answer = Answer::new("results-decompose", "kinds", &data, &used, &options.answer);
    answer.set("own", a);
    answer.set("reference", b);
    answer.set("difference", a - b);
    answer.set("composition", composition);
    answer.set("rate", rate);
    let labels = used.frame.column(&options.kind)?;
    let kinds: Vec<Value> = parts
        .iter()
        .enumerate()
        .map(|(i, p)| {
            json!({"kind": labels.label(i), "share": own[i].share, "reference_share": reference[i].share,
                "rate": own[i].rate, "reference_rate": reference[i].rate, "by_composition": p.composition, "by_rate": p.rate})
        })
        .collect();
    answer.set("kinds", kinds);
    let n = |v: f64| shown(v, lang);
    answer.line(lang.pick(
        format!(
            "{} mod {}: forskellen på {} er {} af sammensætning og {} af, hvad der sker for hver slags.",
            n(a),
            n(b),
            n(a - b),
            n(composition),
            n(rate)
        ),
        format!(
            "{} against {}: of the difference of {}, {} is composition and {} is what happens to each kind.",
            n(a),
            n(b),
            n(a - b),
            n(composition),
            n(rate)
        ),
    ));
    answer.line("");
    let head = match lang {
        Lang::Da => ["slags", "andel", "mod", "rate", "mod", "sammensætning", "rate"],
        Lang::En => ["kind", "share", "against", "rate", "against", "composition", "rate"],
    };
    let mut table = TextTable::new(&head);
    for (i, p) in parts.iter().enumerate() {
        table.row(vec![
            labels.label(i),
            n(own[i].share),
            n(reference[i].share),
            n(own[i].rate),
            n(reference[i].rate),
            n(p.composition),
            n(p.rate),
        ]);
    }
    answer.table(&table);
    answer.put(lang, &options.answer)
}
