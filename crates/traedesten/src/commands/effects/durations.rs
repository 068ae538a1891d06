//! Durations: `km`, `aalen-johansen`, `fine-gray`, `cox`, `hazard`.

use super::{begin, covariates, load, load_with};
use crate::answer::{TextTable, coefficient_table, coefficients, shown, shown_p};
use crate::args::{AalenJohansen, Cox, CoxErrors, FineGray, Hazard, HazardWord, Km, RowsWord, TiesWord, Timing};
use crate::commands::Context;
use crate::failure::Failure;
use crate::lists::{Each, List};
use ::effects::competing;
use ::effects::cox::{Cox as Model, Test, Ties};
use ::effects::hazard::{HazardLink, RowsPer};
use ::effects::survival::{self, Curve, Durations};
use serde_json::{Value, json};
use statistics::Frame;
use timeline::Lang;

fn test_json(t: &Test) -> Value {
    json!({"chi_square": t.chi_square, "df": t.df, "p_value": t.p_value})
}

/// Times that are 0 or more where they are not missing.
fn not_before_zero<'f>(frame: &'f Frame, column: &str) -> Result<&'f [f64], Failure> {
    let all = frame.numbers(column)?;
    match all.iter().position(|t| *t < 0.0) {
        None => Ok(all),
        Some(row) => Err(statistics::Failure::Value {
            column: column.to_owned(),
            row: frame.row_number(row),
            what: statistics::said!(
                "en tid på {}; tider er 0 eller mere",
                "a time of {}; times are 0 or more",
                all[row]
            ),
        }
        .into()),
    }
}

/// Times to show, 0 or more.
fn shown_times(times: &[f64], tau: Option<f64>) -> Result<(), Failure> {
    if times.iter().any(|t| !t.is_finite() || *t < 0.0) || tau.is_some_and(|t| !t.is_finite() || t <= 0.0) {
        return Err(Failure::usage(
            "--times er 0 eller mere, og --rmst er over 0",
            "--times are 0 or more, and --rmst is above 0",
        ));
    }
    Ok(())
}

/// So many groups are compared at the most: the test holds each against each.
const MOST_GROUPS: usize = 200;

/// Groups of rows by a column, which are to be compared.
fn groups_of(frame: &Frame, column: &str) -> Result<(Vec<u32>, Vec<String>), Failure> {
    let (group, names) = frame.column(column)?.groups();
    if names.len() > MOST_GROUPS {
        let n = names.len();
        return Err(Failure::usage(
            format!("--group {column}: {n} grupper er for mange at sammenligne; højst {MOST_GROUPS}"),
            format!("--group {column}: {n} groups are too many to compare; at most {MOST_GROUPS}"),
        ));
    }
    Ok((group, names))
}

pub(super) fn km(context: &Context, options: &Km) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    shown_times(&options.times, options.rmst)?;
    let columns = [Some(&of.time), Some(&of.event), options.entry.as_ref(), options.group.as_ref()];
    let (data, used) = load(&of.data, columns.into_iter().flatten().map(String::as_str))?;
    let frame = &used.frame;
    let entry = options.entry.as_deref().map(|c| frame.numbers(c)).transpose()?;
    let all = Durations::new(frame.numbers(&of.time)?, frame.indicator(&of.event)?, entry, (&of.time, &of.event))
        .map_err(|e| frame.renumbered(e))?;
    let groups = options.group.as_deref().map(|g| groups_of(frame, g)).transpose()?;
    let mut curves: Vec<(String, Curve)> =
        vec![("all".to_owned(), survival::curve(&all, &options.times, options.rmst)?)];
    if let Some((group, names)) = &groups {
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|a, b| names[*a].cmp(&names[*b]));
        for g in order {
            let rows: Vec<usize> = (0..group.len()).filter(|i| group[*i] as usize == g).collect();
            curves.push((names[g].clone(), survival::curve(&all.take(&rows), &options.times, options.rmst)?));
        }
    }
    let mut answer = begin("effects-km", "curves", &data, &used, &of.answer);
    let list: Vec<Value> = curves
        .iter()
        .map(|(name, c)| {
            let cells = |p: &survival::Point| {
                let hazard = [p.cumulative_hazard, p.cumulative_hazard_se];
                [p.time, p.at_risk, p.events, p.survival, p.std_error, p.ci_low, p.ci_high, hazard[0], hazard[1]]
            };
            let rmst = c.rmst.unwrap_or((f64::NAN, f64::NAN));
            let facts = vec![
                ("n", c.n as f64),
                ("median", c.median.unwrap_or(f64::NAN)),
                ("rmst", rmst.0),
                ("rmst_se", rmst.1),
            ];
            let points = answer.list(|| List {
                group: Some((name.clone(), facts)),
                names: &[
                    "time",
                    "at_risk",
                    "events",
                    "survival",
                    "std_error",
                    "ci_low",
                    "ci_high",
                    "cumulative_hazard",
                    "cumulative_hazard_se",
                ],
                each: None,
                cells: c.points.iter().flat_map(cells).collect(),
            });
            json!({
                "group": name, "n": c.n, "events": c.events, "median": c.median, "rmst": c.rmst.map(|r| r.0),
                "rmst_se": c.rmst.map(|r| r.1), "points": points,
            })
        })
        .collect();
    answer.set("curves", list);
    if of.answer.plot.is_some() {
        let line = |(name, c): &(String, Curve)| charts::Line {
            label: if name == "all" { lang.pick("alle", "all").to_owned() } else { name.clone() },
            points: std::iter::once((0.0, 1.0, None))
                .chain(c.points.iter().map(|p| (p.time, p.survival, Some((p.ci_low, p.ci_high)))))
                .collect(),
            strong: name == "all" || *name == curves[1].0,
        };
        let drawn = curves.iter().skip(usize::from(curves.len() > 1));
        answer.draw(
            charts::Curves {
                title: lang.pick("Overlevelse", "Survival").to_owned(),
                units: (of.time.clone(), lang.pick("andel uden hændelsen", "share without the event").to_owned()),
                lines: drawn.map(line).collect(),
                stepped: true,
                reach: (0.0, 1.0),
                mark: None,
                danish: lang == Lang::Da,
            }
            .svg(),
        );
    }
    let median =
        |c: &Curve| c.median.map_or_else(|| lang.pick("nås ikke", "not reached").to_owned(), |m| shown(m, lang));
    let (_, first) = &curves[0];
    answer.line(lang.pick(
        format!("{} personer, {} hændelser; halvdelen har haft den ved {}.", first.n, first.events, median(first)),
        format!("{} persons, {} events; half have had it by {}.", first.n, first.events, median(first)),
    ));
    let mut tests = Vec::new();
    if groups.as_ref().is_some_and(|(_, names)| names.len() < 2) {
        answer.warn(
            "alle er i samme gruppe: der er ingen at sammenligne med",
            "all are in the same group: there is nobody to compare with",
        );
    }
    if let Some((group, names)) = groups.as_ref().filter(|(_, names)| names.len() > 1) {
        for rho in &options.rho {
            let t = survival::group_test(&all, group, names.len(), *rho)?;
            let mut sorted: Vec<(&String, &(f64, f64))> = names.iter().zip(&t.groups).collect();
            sorted.sort_by(|a, b| a.0.cmp(b.0));
            let sums: Vec<Value> =
                sorted.into_iter().map(|(name, (o, e))| json!({"group": name, "observed": o, "expected": e})).collect();
            tests.push(
                json!({"rho": rho, "chi_square": t.chi_square, "df": t.df, "p_value": t.p_value, "groups": sums}),
            );
            answer.line(lang.pick(
                format!(
                    "Ens kurver (rho {rho}): chi² {} (frihedsgrader {}), p {}.",
                    shown(t.chi_square, lang),
                    t.df,
                    shown_p(t.p_value, lang)
                ),
                format!(
                    "Equal curves (rho {rho}): chi² {} on {} degrees of freedom, p {}.",
                    shown(t.chi_square, lang),
                    t.df,
                    shown_p(t.p_value, lang)
                ),
            ));
        }
    }
    answer.set("tests", tests);
    for (name, c) in &curves {
        answer.line("");
        let rmst = c.rmst.map_or_else(String::new, |(mean, se)| {
            format!(
                " · {} {} ± {}",
                lang.pick("middel til horisonten", "mean to the horizon"),
                shown(mean, lang),
                shown(1.96 * se, lang)
            )
        });
        answer.line(format!(
            "{name}: n {} · {} {} · median {}{rmst}",
            c.n,
            c.events,
            lang.pick("hændelser", "events"),
            median(c)
        ));
        let head = match lang {
            Lang::Da => ["tid", "under risiko", "hændelser", "uden", "95 % fra", "til", "kum. hasard"],
            Lang::En => ["time", "at risk", "events", "without", "95 % from", "to", "cum. hazard"],
        };
        let mut table = TextTable::new(&head);
        let step = c.points.len().div_ceil(30).max(1);
        for p in c.points.iter().step_by(step) {
            table.row(vec![
                shown(p.time, lang),
                shown(p.at_risk, lang),
                shown(p.events, lang),
                charts::number(p.survival, 4, lang == Lang::Da),
                charts::number(p.ci_low, 4, lang == Lang::Da),
                charts::number(p.ci_high, 4, lang == Lang::Da),
                shown(p.cumulative_hazard, lang),
            ]);
        }
        answer.table(&table);
        if step > 1 {
            answer.line(lang.pick(
                format!("(hver {step}. af {} tidspunkter; alle med --format json)", c.points.len()),
                format!("(every {step}th of {} times; all with --format json)", c.points.len()),
            ));
        }
    }
    answer.put(lang, &of.answer)
}

pub(super) fn aalen_johansen(context: &Context, options: &AalenJohansen) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    shown_times(&options.times, None)?;
    let columns = [Some(&of.time), Some(&of.event), options.group.as_ref()];
    let (data, used) = load(&of.data, columns.into_iter().flatten().map(String::as_str))?;
    let frame = &used.frame;
    let time = not_before_zero(frame, &of.time)?.to_vec();
    let (cause, causes) = competing::causes(frame.numbers(&of.event)?, &of.event).map_err(|e| frame.renumbered(e))?;
    let groups = options.group.as_deref().map(|g| groups_of(frame, g)).transpose()?;
    let mut curves = vec![("all".to_owned(), competing::aalen_johansen(&time, &cause, causes, &options.times))];
    let mut gray = Vec::new();
    if let Some((group, names)) = &groups {
        let mut order: Vec<(usize, &String)> = names.iter().enumerate().collect();
        order.sort_by(|a, b| a.1.cmp(b.1));
        for (g, name) in order {
            let rows: Vec<usize> = (0..group.len()).filter(|i| group[*i] as usize == g).collect();
            let t: Vec<f64> = rows.iter().map(|i| time[*i]).collect();
            let c: Vec<u32> = rows.iter().map(|i| cause[*i]).collect();
            curves.push((name.clone(), competing::aalen_johansen(&t, &c, causes, &options.times)));
        }
        for k in (1..=causes as u32).filter(|k| cause.contains(k)) {
            gray.push(competing::gray(&time, &cause, k, group, names.len())?);
        }
    }
    let mut sizes = std::collections::BTreeMap::from([("all".to_owned(), time.len())]);
    if let Some((group, names)) = &groups {
        for (g, name) in names.iter().enumerate() {
            sizes.insert(name.clone(), group.iter().filter(|own| **own as usize == g).count());
        }
    }
    let mut answer = begin("effects-aalen-johansen", "curves", &data, &used, &of.answer);
    let list: Vec<Value> = curves
        .iter()
        .map(|(name, curve)| {
            let n = sizes.get(name).map_or(f64::NAN, |n| *n as f64);
            let points = answer.list(|| List {
                group: Some((name.clone(), vec![("n", n)])),
                names: &["time"],
                each: Some(Each { key: "causes", names: &["cause", "incidence", "std_error"], count: causes }),
                cells: curve
                    .points()
                    .flat_map(|(time, all)| {
                        let of = all.iter().flat_map(|c| [f64::from(c.cause), c.incidence, c.std_error]);
                        std::iter::once(time).chain(of)
                    })
                    .collect(),
            });
            json!({"group": name, "n": sizes.get(name), "points": points})
        })
        .collect();
    answer.set("curves", list);
    if of.answer.plot.is_some() {
        let of_cause = |(name, curve): &(String, competing::Incidences), cause: usize| charts::Line {
            label: match name.as_str() {
                "all" => format!("{} {}", lang.pick("årsag", "cause"), cause + 1),
                name => format!("{name}, {}", cause + 1),
            },
            points: std::iter::once((0.0, 0.0, None))
                .chain(curve.points().map(|(time, all)| {
                    let (v, half) = (all[cause].incidence, 1.96 * all[cause].std_error);
                    (time, v, Some(((v - half).max(0.0), (v + half).min(1.0))))
                }))
                .collect(),
            strong: cause == 0,
        };
        let drawn = curves.iter().skip(usize::from(curves.len() > 1));
        let lines =
            drawn.flat_map(|c| (0..causes).map(move |cause| (c, cause))).map(|(c, cause)| of_cause(c, cause)).collect();
        answer.draw(
            charts::Curves {
                title: lang.pick("Andel med hver årsag", "Share with each cause").to_owned(),
                units: (of.time.clone(), lang.pick("andel", "share").to_owned()),
                lines,
                stepped: true,
                reach: (0.0, 0.1),
                mark: None,
                danish: lang == Lang::Da,
            }
            .svg(),
        );
    }
    let tests: Vec<Value> = gray
        .iter()
        .map(|g| json!({"cause": g.cause, "chi_square": g.chi_square, "df": g.df, "p_value": g.p_value}))
        .collect();
    answer.set("gray", tests);
    let last = curves[0].1.last();
    let ends: Vec<String> = last.map_or_else(Vec::new, |(_, all)| {
        all.iter()
            .map(|c| {
                format!(
                    "{} {}: {}",
                    lang.pick("årsag", "cause"),
                    c.cause,
                    charts::number(c.incidence, 4, lang == Lang::Da)
                )
            })
            .collect()
    });
    answer.line(lang.pick(
        format!(
            "{} personer; ved {} er andelen endt i {}.",
            time.len(),
            shown(last.map_or(0.0, |l| l.0), lang),
            ends.join(", ")
        ),
        format!(
            "{} persons; by {} the share ended in {}.",
            time.len(),
            shown(last.map_or(0.0, |l| l.0), lang),
            ends.join(", ")
        ),
    ));
    for g in &gray {
        answer.line(lang.pick(
            format!(
                "Grays test, årsag {}: chi² {}, p {}.",
                g.cause,
                shown(g.chi_square, lang),
                shown_p(g.p_value, lang)
            ),
            format!(
                "Gray's test, cause {}: chi² {}, p {}.",
                g.cause,
                shown(g.chi_square, lang),
                shown_p(g.p_value, lang)
            ),
        ));
    }
    for (name, curve) in &curves {
        answer.line("");
        answer.line(format!("{name}:"));
        let mut head = vec![lang.pick("tid", "time").to_owned()];
        for k in 1..=causes {
            head.push(format!("{} {k}", lang.pick("årsag", "cause")));
            head.push("±".to_owned());
        }
        let mut table = TextTable::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
        for (t, all) in curve.points().step_by(curve.points().len().div_ceil(30).max(1)) {
            let mut row = vec![shown(t, lang)];
            for c in all {
                row.push(charts::number(c.incidence, 4, lang == Lang::Da));
                row.push(charts::number(1.96 * c.std_error, 4, lang == Lang::Da));
            }
            table.row(row);
        }
        answer.table(&table);
    }
    answer.put(lang, &of.answer)
}

pub(super) fn fine_gray(context: &Context, options: &FineGray) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let columns = [&of.time, &of.event].into_iter().chain(&options.terms.terms);
    let (data, used) = load(&of.data, columns.map(String::as_str))?;
    if options.terms.terms.is_empty() {
        return Err(Failure::usage("Nævn mindst en kolonne i --terms.", "Name at least one column in --terms."));
    }
    let x = covariates(&used.frame, &options.terms)?;
    let (cause, _) =
        competing::causes(used.frame.numbers(&of.event)?, &of.event).map_err(|e| used.frame.renumbered(e))?;
    let fit = ::effects::fine_gray::fine_gray(
        not_before_zero(&used.frame, &of.time)?,
        &cause,
        options.cause,
        &x.x,
        &x.names,
    )?;
    let mut answer = begin("effects-fine-gray", "coefficients", &data, &used, &of.answer);
    answer.set("events", fit.events);
    answer.set("coefficients", coefficients(&fit.coefficients));
    answer.set("log_likelihood", fit.log_likelihood);
    answer.line(lang.pick(
        format!(
            "{} af {} endte i årsag {}. Tallene er logaritmen af forholdet mellem hasarder for incidensen.",
            fit.events,
            used.frame.rows(),
            options.cause
        ),
        format!(
            "{} of {} ended in cause {}. Figures are logarithms of hazard ratios for the incidence.",
            fit.events,
            used.frame.rows(),
            options.cause
        ),
    ));
    answer.line("");
    answer.table(&coefficient_table(&fit.coefficients, lang));
    answer.put(lang, &of.answer)
}

pub(super) fn cox(context: &Context, options: &Cox) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let more = [options.entry.as_ref(), options.strata.as_ref(), options.cluster.as_ref()];
    let columns = [&of.time, &of.event].into_iter().chain(&options.terms.terms).chain(more.into_iter().flatten());
    let (data, used) = load(&of.data, columns.map(String::as_str))?;
    let frame = &used.frame;
    let x = covariates(frame, &options.terms)?;
    let time = frame.numbers(&of.time)?;
    let entry = options.entry.as_deref().map(|c| frame.numbers(c)).transpose()?;
    let event: Vec<f64> = match options.cause {
        Some(cause) => {
            let (all, _) = competing::causes(frame.numbers(&of.event)?, &of.event).map_err(|e| frame.renumbered(e))?;
            all.iter().map(|c| f64::from(u8::from(*c == cause))).collect()
        }
        None => frame.indicator(&of.event)?.to_vec(),
    };
    let checked = Durations::new(time, &event, entry, (&of.time, &of.event)).map_err(|e| frame.renumbered(e))?;
    let groups =
        |column: &Option<String>| column.as_deref().map(|c| Ok::<_, Failure>(frame.column(c)?.groups().0)).transpose();
    let (strata, cluster) = (groups(&options.strata)?, groups(&options.cluster)?);
    let strata_names = match &options.strata {
        Some(column) => frame.column(column)?.groups().1,
        None => Vec::new(),
    };
    let model = Model {
        entry,
        time,
        event: &checked.event,
        x: x.x,
        names: &x.names,
        strata: strata.as_deref(),
        cluster: cluster.as_deref().filter(|_| options.se != Some(CoxErrors::Model)),
        robust: options.se == Some(CoxErrors::Robust),
        ties: if options.ties == TiesWord::Efron { Ties::Efron } else { Ties::Breslow },
    };
    let fit = model.fit()?;
    let mut answer = begin("effects-cox", "coefficients", &data, &used, &of.answer);
    answer.set("events", fit.events);
    answer.set("coefficients", coefficients(&fit.coefficients));
    answer.set("log_likelihood_null", fit.log_likelihood_null);
    answer.set("log_likelihood", fit.log_likelihood);
    answer.set(
        "tests",
        json!({"likelihood_ratio": test_json(&fit.likelihood_ratio), "wald": test_json(&fit.wald), "score": test_json(&fit.score)}),
    );
    answer.set("concordance", fit.concordance);
    let baseline = if strata.is_some() {
        let one = |(stratum, time, hazard): &(u32, f64, f64)| json!({"time": time, "cumulative_hazard": hazard, "stratum": strata_names[*stratum as usize]});
        fit.baseline.iter().map(one).collect()
    } else {
        answer.list(|| List {
            group: None,
            names: &["time", "cumulative_hazard"],
            each: None,
            cells: fit.baseline.iter().flat_map(|(_, time, hazard)| [*time, *hazard]).collect(),
        })
    };
    answer.set("baseline", baseline);
    let proportionality: Vec<Value> = fit
        .proportionality
        .iter()
        .map(|(term, t)| json!({"term": term, "chi_square": t.chi_square, "df": t.df, "p_value": t.p_value}))
        .collect();
    answer.set("proportionality", proportionality);
    answer.line(lang.pick(
        format!(
            "{} rækker, {} hændelser; rækkefølgen gættes rigtigt i {} af parrene.",
            fit.n,
            fit.events,
            charts::number(fit.concordance, 3, lang == Lang::Da)
        ),
        format!(
            "{} rows, {} events; the order is guessed right in {} of pairs.",
            fit.n,
            fit.events,
            charts::number(fit.concordance, 3, lang == Lang::Da)
        ),
    ));
    answer.line("");
    let head = match lang {
        Lang::Da => ["", "hasardforhold", "95 % fra", "til", "log", "std.fejl", "p", "proportional p"],
        Lang::En => ["", "hazard ratio", "95 % from", "to", "log", "std.error", "p", "proportional p"],
    };
    let mut table = TextTable::new(&head);
    for (j, t) in fit.coefficients.iter().enumerate() {
        table.row(vec![
            t.term.clone(),
            shown(t.estimate.exp(), lang),
            shown(t.ci_low.exp(), lang),
            shown(t.ci_high.exp(), lang),
            shown(t.estimate, lang),
            shown(t.std_error, lang),
            shown_p(t.p_value, lang),
            fit.proportionality.get(j).map_or_else(String::new, |(_, t)| shown_p(t.p_value, lang)),
        ]);
    }
    answer.table(&table);
    if let Some((_, t)) = fit.proportionality.iter().find(|(term, t)| term == "GLOBAL" && t.p_value < 0.05) {
        let p = shown_p(t.p_value, Lang::En);
        answer.warn(
            format!("hasarderne er næppe proportionale (p {p}): et gennemsnitligt forhold kan dække over, at det skifter med tiden"),
            format!("the hazards are hardly proportional (p {p}): an average ratio may hide that it changes with time"),
        );
    }
    if fit.events < 10 * fit.coefficients.len() {
        answer.warn(
            format!("{} hændelser til {} koefficienter er få", fit.events, fit.coefficients.len()),
            format!("{} events are few for {} coefficients", fit.events, fit.coefficients.len()),
        );
    }
    answer.put(lang, &of.answer)
}

pub(super) fn hazard(context: &Context, options: &Hazard) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let columns = [&of.time, &of.event].into_iter().chain(&options.terms.terms);
    let (data, used) = load(&of.data, columns.map(String::as_str))?;
    let frame = &used.frame;
    let x = covariates(frame, &options.terms)?;
    let checked = Durations::new(frame.numbers(&of.time)?, frame.indicator(&of.event)?, None, (&of.time, &of.event))
        .map_err(|e| frame.renumbered(e))?;
    let per = if options.rows == RowsWord::Period { RowsPer::Period } else { RowsPer::Segment };
    let link = match options.link {
        HazardWord::Cloglog => HazardLink::Cloglog,
        HazardWord::Logit => HazardLink::Logit,
        HazardWord::Exponential => HazardLink::Exponential,
    };
    let fit = ::effects::hazard::hazard(&checked.time, &checked.event, &x.x, &x.names, &options.segments, per, link)?;
    let mut answer = begin("effects-hazard", "coefficients", &data, &used, &of.answer);
    let start = options.segments.first().copied().unwrap_or(0.0);
    let early = (0..checked.time.len()).filter(|i| checked.event[*i] && checked.time[*i] <= start).count();
    if early > 0 {
        answer.warn(
            format!("{early} hændelser ved eller før {start} har ingen tid under risiko og er ikke med"),
            format!("{early} events at or before {start} have no time at risk and are left out"),
        );
    }
    answer.set("rows", fit.rows);
    answer.set("exposure", fit.exposure);
    answer.set("events", fit.events);
    answer.set("coefficients", coefficients(&fit.coefficients));
    answer.set("log_likelihood", fit.log_likelihood);
    answer.line(lang.pick(
        format!(
            "{} hændelser på {} tidsenheder, {} rækker.",
            shown(fit.events, lang),
            shown(fit.exposure, lang),
            fit.rows
        ),
        format!(
            "{} events over {} units of time, {} rows.",
            shown(fit.events, lang),
            shown(fit.exposure, lang),
            fit.rows
        ),
    ));
    answer.line("");
    answer.table(&coefficient_table(&fit.coefficients, lang));
    answer.put(lang, &of.answer)
}

pub(super) fn timing(context: &Context, options: &Timing) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    // An empty start of treatment means never, so it is not a missing value.
    let columns = [&of.time, &of.event].into_iter().chain(&options.terms.terms);
    let (data, used) = load_with(&of.data, columns.map(String::as_str), [options.treated_at.as_str()])?;
    let frame = &used.frame;
    let x = covariates(frame, &options.terms)?;
    let checked = Durations::new(frame.numbers(&of.time)?, frame.indicator(&of.event)?, None, (&of.time, &of.event))
        .map_err(|e| frame.renumbered(e))?;
    let at = not_before_zero(frame, &options.treated_at)?;
    let timed = ::effects::timing::Timed::new(&checked.time, &checked.event, at, options.horizon);
    let fit = ::effects::timing::timing(&timed, &x.x, &x.names, &options.segments, usize::from(options.masses))?;
    let mut answer = begin("effects-timing", "masses", &data, &used, &of.answer);
    answer.set("n_treated", fit.n_treated);
    answer.set("delta", crate::answer::number(&fit.delta));
    let segments = |all: &[statistics::Tested]| -> Vec<Value> {
        all.iter()
            .enumerate()
            .map(|(i, t)| {
                let mut one = crate::answer::number(t);
                one["segment"] = json!(i + 2);
                one
            })
            .collect()
    };
    answer.set("exit", json!({"coefficients": coefficients(&fit.exit), "segments": segments(&fit.exit_segments)}));
    answer.set(
        "treatment",
        json!({"coefficients": coefficients(&fit.treatment), "segments": segments(&fit.treatment_segments)}),
    );
    let masses: Vec<Value> = fit
        .masses
        .iter()
        .map(|m| json!({"exit": m.exit, "treatment": m.treatment, "probability": m.probability}))
        .collect();
    answer.set("masses", masses);
    answer.set("log_likelihood", fit.log_likelihood);
    answer.set("log_likelihood_one_mass", fit.log_likelihood_one);
    answer.set("naive", crate::answer::number(&fit.naive));
    let (steps, slope, same, starts) = fit.convergence;
    answer.set(
        "convergence",
        json!({"steps": steps, "steepest_slope": slope, "starts": starts, "starts_at_the_same_top": same}),
    );
    answer.line(lang.pick(
        format!(
            "Behandlingen ganger hasarden med {} (log {}); uden at tage hensyn til det, man ikke ser, {}.",
            shown(fit.delta.estimate.exp(), lang),
            super::said(&fit.delta, lang),
            shown(fit.naive.estimate.exp(), lang)
        ),
        format!(
            "Treatment multiplies the hazard by {} (log {}); not minding what is not seen, by {}.",
            shown(fit.delta.estimate.exp(), lang),
            super::said(&fit.delta, lang),
            shown(fit.naive.estimate.exp(), lang)
        ),
    ));
    answer.line(lang.pick(
        format!(
            "Log likelihood {} mod {} med en masse; {same} af {starts} begyndelser endte samme sted.",
            shown(fit.log_likelihood, lang),
            shown(fit.log_likelihood_one, lang)
        ),
        format!(
            "Log likelihood {} against {} with one mass; {same} of {starts} starts ended in the same place.",
            shown(fit.log_likelihood, lang),
            shown(fit.log_likelihood_one, lang)
        ),
    ));
    for (name, all, segments) in [
        (lang.pick("Afgang", "Exit"), &fit.exit, &fit.exit_segments),
        (lang.pick("Behandling", "Treatment"), &fit.treatment, &fit.treatment_segments),
    ] {
        answer.line("");
        answer.line(name);
        let rows: Vec<statistics::Tested> = all.iter().chain(segments).cloned().collect();
        answer.table(&coefficient_table(&rows, lang));
    }
    answer.line("");
    let head = match lang {
        Lang::Da => ["andel", "niveau, afgang", "niveau, behandling"],
        Lang::En => ["share", "level, exit", "level, treatment"],
    };
    let mut table = TextTable::new(&head);
    for m in &fit.masses {
        table.row(vec![
            charts::number(m.probability, 3, lang == Lang::Da),
            shown(m.exit, lang),
            shown(m.treatment, lang),
        ]);
    }
    answer.table(&table);
    if same < 2 && starts > 1 {
        answer.warn(
            "kun én begyndelse nåede toppen: prøv med færre masser, før tallet bruges",
            "only one start reached the top: try fewer masses before the figure is used",
        );
    }
    answer.put(lang, &of.answer)
}
