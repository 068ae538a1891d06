//! That 95 % intervals hold the truth about 95 times in a hundred, on small made-up tables. `cargo xtask cover` runs the same
//! on many more and keeps the results in `docs/methods/coverage.md`.

#![allow(clippy::needless_range_loop, reason = "rows are drawn column by column")]
#![allow(clippy::float_cmp, reason = "0 and 1 are codes")]

mod common;

use common::{Arms, People, covariates, design, matrix, names};
use effects::aipw::aipw;
use effects::competing::aalen_johansen;
use effects::cox::{Cox, Ties};
use effects::discontinuity::{Kernel, density, discontinuity};
use effects::experiment::{late, trial};
use effects::fine_gray::fine_gray;
use effects::hazard::{HazardLink, RowsPer, hazard};
use effects::learning::{CateLearner, DmlModel, Learner, cate, dml};
use effects::matching::{Metric, matching};
use effects::panel::{Control, Panel, event_study, two_by_two};
use effects::survival::{Durations, curve};
use effects::synthetic::{Table, synthetic_did};
use effects::timing::{Timed, timing};
use rayon::prelude::*;
use statistics::chance::Chance;
use statistics::{Clusters, Matrix, Robust, Tested, least_squares, tested};

/// Tables for each interval where nothing else is asked for.
const TIMES: u64 = 200;

/// How many tables, and whether that is the full scale.
#[allow(clippy::disallowed_methods, reason = "how much is run is chosen by whoever runs it")]
fn times() -> (u64, bool) {
    let asked = std::env::var("TRAEDESTEN_COVERAGE").ok().and_then(|n| n.parse().ok());
    (asked.unwrap_or(TIMES), asked.is_some())
}

/// Each interval holds the truth in 90 to 99 of a hundred tables, and in 93 to 97 at full scale.
#[track_caller]
fn covers(name: &str, truth: f64, interval: impl Fn(u64) -> (f64, f64) + Sync) {
    fewer(1, name, truth, interval);
}

/// The same of so many times fewer tables, where one takes long; as many at full scale.
#[track_caller]
#[allow(clippy::print_stdout, reason = "read by the command that keeps the results")]
fn fewer(by: u64, name: &str, truth: f64, interval: impl Fn(u64) -> (f64, f64) + Sync) {
    let (times, full) = times();
    let times = if full { times } else { times / by };
    let held = (0..times)
        .into_par_iter()
        .filter(|seed| {
            let (low, high) = interval(1000 + seed);
            low <= truth && truth <= high
        })
        .count();
    if full {
        println!("covered\t{name}\t{held}\t{times}");
    }
    let share = held as f64 / times as f64;
    let sound = if full {
        0.93..=0.97
    } else if by > 1 {
        0.85..=1.0
    } else {
        0.90..=0.99
    };
    assert!(sound.contains(&share), "{name}: {held} of {times} intervals hold {truth}");
}

fn of(t: &Tested) -> (f64, f64) {
    (t.ci_low, t.ci_high)
}

#[test]
fn of_a_trial() {
    let one = |seed| {
        let arms = Arms::new(seed, 60, 0.0);
        trial(&arms.y, &arms.d, "d", Some(&covariates(&arms.x)), Robust::Hc2, false).expect("a trial")
    };
    covers("`rct`: difference of means (unequal variances), 60 rows", 1.0, |s| of(&one(s).difference));
    covers("`rct`: adjusted, HC2, 60 rows", 1.0, |s| of(&one(s).adjusted.expect("adjusted").0));
    covers("`rct`: Lin's interacted regression, HC2, 60 rows", 1.0, |s| {
        of(&one(s).lin.expect("asked for").expect("lin"))
    });
}

#[test]
fn of_a_regression_with_unequal_errors() {
    covers("`results regress`: HC2 where errors grow with x, 200 rows", 0.5, |seed| {
        let mut chance = Chance::new(seed, 20);
        let x: Vec<f64> = (0..200).map(|_| chance.normal()).collect();
        let y: Vec<f64> = x.iter().map(|x| 1.0 + 0.5 * x + (0.3 + x.abs()) * chance.normal()).collect();
        let d = design(&[x]);
        let fit = least_squares(&d.x, &d.names, &y, None).expect("a fit");
        of(&tested(&d.names, &fit.coefficients, &fit.covariance(&d.x, Robust::Hc2, &[]).expect("errors"))[1])
    });
}

#[test]
fn of_weighting() {
    let one = |seed| {
        let arms = Arms::new(seed, 200, 0.5);
        aipw(&design(&arms.x), &arms.y, &arms.d, "d", None, None).expect("an effect")
    };
    covers("`aipw`: all, doubly robust, 200 rows", 1.0, |s| of(&one(s).ate.3));
    covers("`aipw`: the treated, 200 rows", 1.0, |s| of(&one(s).att.2));
}

#[test]
fn of_a_draw() {
    // Those who would be treated anyway differ in what is not seen; the draw moves half of the others.
    let one = |seed| {
        let mut chance = Chance::new(seed, 21);
        let n = 300;
        let (mut y, mut d, mut z) = (Vec::new(), Vec::new(), Vec::new());
        let x: Vec<f64> = (0..n).map(|_| chance.normal()).collect();
        for i in 0..n {
            let (unseen, drawn) = (chance.normal(), f64::from(u8::from(i % 2 == 0)));
            let own = f64::from(u8::from(unseen > 1.0 || (drawn == 1.0 && chance.uniform() < 0.6)));
            y.push(1.0 * own + 0.5 * x[i] + unseen + 0.5 * chance.normal());
            d.push(own);
            z.push(drawn);
        }
        late(&y, &d, &z, ("d", "z"), &covariates(&[x]), Robust::Hc1).expect("an effect")
    };
    covers("`late`: Wald, 300 rows", 1.0, |s| of(&one(s).wald));
    covers("`late`: two-stage least squares with a covariate, HC1, 300 rows", 1.0, |s| of(&one(s).two_stage));
}

#[test]
fn of_hazards() {
    let model = |seed: u64, robust: bool| {
        let people = People::new(seed, 100, 1, false);
        let (x, event) = (matrix(&people.x), people.ended());
        let cox = Cox {
            entry: None,
            time: &people.time,
            event: &event,
            x,
            names: &names(2),
            strata: None,
            cluster: None,
            robust,
            ties: Ties::Efron,
        };
        cox.fit().expect("a fit").coefficients
    };
    covers("`cox`: a covariate, Efron, 100 rows with ties", 0.4, |s| of(&model(s, false)[0]));
    covers("`cox`: a covariate of 0 and 1, 100 rows with ties", -0.5, |s| of(&model(s, false)[1]));
    covers("`cox`: robust errors, 100 rows with ties", 0.4, |s| of(&model(s, true)[0]));
    let exponential = |seed: u64| {
        let people = People::new(seed, 100, 1, false);
        let (x, event) = (matrix(&people.x), people.ended());
        hazard(&people.time, &event, &x, &names(2), &[0.0, 1000.0], RowsPer::Segment, HazardLink::Exponential)
            .expect("a fit")
            .coefficients
    };
    covers("`hazard`: exponential, a covariate, 100 rows", 0.4, |s| of(&exponential(s)[1]));
    covers("`hazard`: exponential, the level, 100 rows", -(8f64.ln()), |s| of(&exponential(s)[0]));
}

#[test]
fn of_a_curve() {
    let one = |seed: u64| {
        let mut chance = Chance::new(seed, 22);
        let (mut time, mut event) = (Vec::new(), Vec::new());
        for _ in 0..60 {
            let (own, lost) = (-10.0 * chance.uniform().ln(), 20.0 * chance.uniform());
            time.push(own.min(lost));
            event.push(f64::from(u8::from(own <= lost)));
        }
        let durations = Durations::new(&time, &event, None, ("t", "e")).expect("durations");
        curve(&durations, &[5.0], Some(8.0)).expect("a curve")
    };
    covers("`km`: the curve at a time, log-log, 60 rows", (-0.5f64).exp(), |seed| {
        let point = one(seed).points[0];
        (point.ci_low, point.ci_high)
    });
    covers("`km`: the mean up to a horizon, 60 rows", 10.0 * (1.0 - (-0.8f64).exp()), |seed| {
        let (mean, error) = one(seed).rmst.expect("a mean");
        (mean - 1.96 * error, mean + 1.96 * error)
    });
}

/// Two causes, of which the first follows the model of Fine and Gray with 0.5 on a covariate: time, cause, covariate.
fn competing(seed: u64, n: usize, slope: f64) -> (Vec<f64>, Vec<u32>, Vec<f64>) {
    let mut chance = Chance::new(seed, 24);
    let (mut time, mut cause, mut x) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let own = chance.normal();
        let ratio = (slope * own).exp();
        // In the end 0.6 of those at the mean of the covariate leave by the first cause.
        let first = 1.0 - 0.4f64.powf(ratio);
        let by = if chance.uniform() < first { 1 } else { 2 };
        let t = if by == 1 {
            let reached = 1.0 - (1.0 - chance.uniform() * first).powf(1.0 / ratio);
            -(1.0 - reached / 0.6).ln()
        } else {
            -chance.uniform().ln()
        };
        let lost = 0.3 + 4.0 * chance.uniform();
        time.push(t.min(lost));
        cause.push(if t <= lost { by } else { 0 });
        x.push(own);
    }
    (time, cause, x)
}

#[test]
fn of_causes_that_compete() {
    covers("`fine-gray`: a covariate, 200 rows", 0.5, |seed| {
        let (time, cause, x) = competing(seed, 200, 0.5);
        of(&fine_gray(&time, &cause, 1, &matrix(&[x]), &names(1)).expect("a fit").coefficients[0])
    });
    covers("`aalen-johansen`: incidence at a time, 200 rows", 0.6 * (1.0 - (-1.0f64).exp()), |seed| {
        let (time, cause, _) = competing(seed, 200, 0.0);
        let found = aalen_johansen(&time, &cause, 2, &[1.0]);
        let one = found.last().expect("a point").1[0];
        (one.incidence - 1.96 * one.std_error, one.incidence + 1.96 * one.std_error)
    });
}

#[test]
fn of_timing() {
    // Those of a quicker kind also begin treatment sooner.
    fewer(4, "`timing`: the effect, two kinds of people, 600 rows", 0.5, |seed| {
        let mut chance = Chance::new(seed, 25);
        let (mut time, mut event, mut at) = (Vec::new(), Vec::new(), Vec::new());
        let x: Vec<f64> = (0..600).map(|_| chance.normal()).collect();
        for x in &x {
            let quick = f64::from(u8::from(chance.uniform() < 0.5));
            let begun = -chance.uniform().ln() / (0.05 * (1.2 * quick).exp());
            let pace = 0.05 * (1.5 * quick + 0.4 * x).exp();
            let spent = -chance.uniform().ln();
            let t = if spent / pace <= begun {
                spent / pace
            } else {
                begun + (spent - pace * begun) / (pace * 0.5f64.exp())
            };
            time.push(t.min(60.0));
            event.push(t <= 60.0);
            at.push(if begun < t.min(60.0) { begun } else { f64::NAN });
        }
        let timed = Timed::new(&time, &event, &at, None);
        // A search that does not end gives no interval, and is counted among those that miss.
        timing(&timed, &matrix(&[x]), &names(1), &[0.0], 2).map_or((f64::NAN, f64::NAN), |found| of(&found.delta))
    });
}

#[test]
fn of_effects_that_differ() {
    let one = |seed: u64, n: usize, learner: CateLearner, trees: usize| {
        let mut arms = Arms::new(seed, n, 0.5);
        for i in 0..n {
            arms.y[i] += 0.5 * arms.x[0][i] * arms.d[i];
        }
        let fold: Vec<u32> = (0..n as u32).map(|i| i % 5).collect();
        cate(&design(&arms.x), &arms.y, &arms.d, "d", learner, (&fold, 5), trees, seed, None).expect("effects")
    };
    covers("`cate`: mean effect, doubly robust, 300 rows", 1.0, |s| of(&one(s, 300, CateLearner::Dr, 10).ate));
    covers("`cate`: slope of the effect, doubly robust, 300 rows", 0.5, |s| {
        of(&one(s, 300, CateLearner::Dr, 10).projection[1])
    });
    fewer(4, "`cate`: mean effect, causal forest of 100 trees, 1,000 rows", 1.0, |s| {
        of(&one(s, 1000, CateLearner::CausalForest, 100).ate)
    });
}

#[test]
fn of_one_treated_unit() {
    covers("`sdid`: the effect, placebo error, 30 units, 12 periods", 1.0, |seed| {
        let mut chance = Chance::new(seed, 26);
        let (mut y, mut unit, mut time) = (Vec::new(), Vec::new(), Vec::new());
        for u in 0..30 {
            let (level, trend) = (2.0 * chance.normal(), 0.1 * chance.normal());
            for t in 0..12 {
                let effect = f64::from(u8::from(u == 0 && t >= 8));
                y.push(level + 0.3 * f64::from(t) + trend * f64::from(t) + effect + 0.5 * chance.normal());
                unit.push(u);
                time.push(f64::from(t));
            }
        }
        let units = (0..30).map(|u| format!("u{u}")).collect();
        let table = Table::new(&y, &unit, units, &time, "u0", 8.0, "u").expect("a table");
        let found = synthetic_did(&table, true).expect("an effect");
        let error = found.std_error.expect("an error");
        (found.effect - 1.96 * error, found.effect + 1.96 * error)
    });
}

/// Units with levels of their own and errors that last: outcome, treatment, unit, time from 0.
fn panel(seed: u64, units: usize, times: usize) -> (Vec<f64>, Vec<f64>, Vec<u32>, Vec<u32>) {
    let mut chance = Chance::new(seed, 23);
    let (mut y, mut d, mut unit, mut time) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for u in 0..units {
        let level = 2.0 * chance.normal();
        let mut error = chance.normal();
        for t in 0..times {
            error = 0.6 * error + 0.8 * chance.normal();
            let treated = u % 2 == 0 && t >= times / 2;
            let own = f64::from(u8::from(treated));
            y.push(level + 0.3 * t as f64 + own + error);
            d.push(own);
            unit.push(u as u32);
            time.push(t as u32);
        }
    }
    (y, d, unit, time)
}

#[test]
fn of_panels() {
    let one = |seed: u64, differences: bool| {
        let (y, d, unit, time) = panel(seed, 40, 6);
        let x = Matrix::new(y.len(), Vec::new());
        let panel =
            Panel { y: &y, d: &d, x: &x, names: &[], unit: &unit, units: 40, time: &time, times: 6, weights: None };
        let fit = if differences { Panel::first_difference } else { Panel::two_way };
        of(&fit(&panel, "d", Robust::Cr1, &[Clusters::new(unit.clone())]).expect("a fit").0)
    };
    covers("`panel`: two-way effects, CR1 by unit, 40 units, 6 periods", 1.0, |s| one(s, false));
    covers("`panel`: first differences, CR1 by unit, 40 units, 6 periods", 1.0, |s| one(s, true));
    covers("`did`: two groups and two times, CR2 by unit, 40 units", 1.0, |seed| {
        let (y, _, unit, time) = panel(seed, 40, 2);
        let treated: Vec<f64> = unit.iter().map(|u| f64::from(u8::from(u % 2 == 0))).collect();
        let post: Vec<f64> = time.iter().map(|t| f64::from(*t)).collect();
        let (none, clusters) = (Matrix::new(y.len(), Vec::new()), [Clusters::new(unit)]);
        of(&two_by_two(&y, &treated, &post, &none, &[], Robust::Cr2, &clusters).expect("an effect").1)
    });
    covers("`event-study`: mean of all effects, 50 units, 4 periods", 1.0, |seed| {
        let (y, _, unit, time) = panel(seed, 50, 4);
        let time: Vec<f64> = time.iter().map(|t| f64::from(*t)).collect();
        let cohort: Vec<f64> = unit.iter().map(|u| if u % 2 == 0 { 2.0 } else { 0.0 }).collect();
        of(&event_study(&y, &unit, 50, &time, &cohort, Control::Never, ("u", "c")).expect("effects").simple)
    });
}

#[test]
fn of_matching() {
    covers("`match`: nearest with replacement, bias taken out, 160 rows", 1.0, |seed| {
        let arms = Arms::new(seed, 160, 0.5);
        of(&matching(&design(&arms.x), &arms.y, &arms.d, "d", Metric::Mahalanobis, 1, true, true).expect("matched").att)
    });
}

#[test]
fn of_double_machine_learning() {
    let one = |seed: u64, rows: usize, model: DmlModel| {
        let arms = Arms::new(seed, rows, 0.5);
        let fold: Vec<u32> = (0..rows as u32).map(|i| i % 5).collect();
        let (d, folds) = (design(&arms.x), (fold.as_slice(), 5));
        of(&dml(&d, &arms.y, &arms.d, "d", model, Learner::Linear, folds, 10, 1).expect("an effect"))
    };
    covers("`dml`: partially linear, linear learners, 5 folds, 150 rows", 1.0, |s| one(s, 150, DmlModel::Plr));
    covers("`dml`: interactive, linear learners, 5 folds, 300 rows", 1.0, |s| one(s, 300, DmlModel::Irm));
}

#[test]
fn of_a_threshold() {
    let draw = |seed: u64| {
        let mut chance = Chance::new(seed, 40);
        let x: Vec<f64> = (0..1500).map(|_| 2.0 * chance.uniform() - 1.0).collect();
        let line = |x: f64| x + 1.5 * x * x - if x < 0.0 { 0.0 } else { x.powi(3) };
        let y: Vec<f64> = x.iter().map(|x| line(*x) + f64::from(u8::from(*x >= 0.0)) + 0.3 * chance.normal()).collect();
        (y, x)
    };
    covers("`rd`: robust bias-corrected, own bandwidths, 1,500 rows", 1.0, |s| {
        let (y, x) = draw(s);
        of(&discontinuity(&y, &x, 0.0, None, Kernel::Triangular).expect("a jump").robust)
    });
    covers("`rd`: jump of the density where there is none, 1,500 rows", 0.0, |s| {
        let mut chance = Chance::new(s, 41);
        let x: Vec<f64> = (0..1500).map(|_| chance.normal() + 0.3).collect();
        of(&density(&x, 0.0).expect("a density").jump)
    });
}

#[test]
fn people_who_move_themselves_across_a_threshold_are_seen() {
    let mut chance = Chance::new(5, 42);
    let moved =
        |x: f64, chance: &mut Chance| if (-0.15..0.0).contains(&x) && chance.uniform() < 0.7 { x + 0.15 } else { x };
    let x: Vec<f64> = (0..4000)
        .map(|_| {
            let x = chance.normal();
            moved(x, &mut chance)
        })
        .collect();
    let found = density(&x, 0.0).expect("a density");
    assert!(found.jump.estimate > 0.5 && found.jump.p_value < 1e-6, "{found:?}");
}
