//! What must hold whatever the numbers are.

#![allow(clippy::float_cmp, reason = "0 and 1 are codes")]

mod common;

use common::{Arms, People, covariates, design, matrix, names, near, take, take_all};
use effects::competing::aalen_johansen;
use effects::cox::{Cox, CoxFit, Ties};
use effects::experiment::{late, trial};
use effects::fine_gray::fine_gray;
use effects::hazard::{HazardLink, RowsPer, hazard};
use effects::learning::{DmlModel, Learner, dml};
use effects::matching::{Metric, matching};
use effects::panel::{Control, Panel, event_study, two_by_two};
use effects::spells::spells;
use effects::survival::{Durations, curve, group_test};
use effects::synthetic::{Table, simplex, synthetic_control};
use proptest::prelude::*;
use statistics::chance::Chance;
use statistics::{Clusters, Matrix, Robust};

fn order(seed: u64, n: usize) -> Vec<usize> {
    Chance::new(seed, 9).order(n)
}

fn cox(people: &People, columns: &[usize], ties: Ties, robust: bool) -> CoxFit {
    let x: Vec<Vec<f64>> = columns.iter().map(|j| people.x[*j].clone()).collect();
    let (x, event) = (matrix(&x), people.ended());
    let own: Vec<String> = columns.iter().map(|j| format!("x{j}")).collect();
    let model = Cox {
        entry: None,
        time: &people.time,
        event: &event,
        x,
        names: &own,
        strata: None,
        cluster: None,
        robust,
        ties,
    };
    model.fit().expect("a fit")
}

fn curve_of(people: &People) -> effects::survival::Curve {
    let durations = Durations::new(&people.time, &people.event(), None, ("t", "e")).expect("durations");
    curve(&durations, &[], None).expect("a curve")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_and_columns_says_nothing_of_hazards(seed in 0..10_000u64, ties: bool, robust: bool) {
        let people = People::new(seed, 60, 1, ties);
        let kind = if ties { Ties::Efron } else { Ties::Breslow };
        let plain = cox(&people, &[0, 1], kind, robust);
        let turned = cox(&people.in_order(&order(seed, 60)), &[1, 0], kind, robust);
        for j in 0..2 {
            near(plain.coefficients[j].estimate, turned.coefficients[1 - j].estimate, 1e-8);
            near(plain.coefficients[j].std_error, turned.coefficients[1 - j].std_error, 1e-8);
        }
        near(plain.log_likelihood, turned.log_likelihood, 1e-10);
        near(plain.concordance, turned.concordance, 1e-12);
        prop_assert_eq!(plain.baseline.len(), turned.baseline.len());
    }

    #[test]
    fn a_covariate_in_other_units_has_its_coefficient_in_them(seed in 0..10_000u64, by in 0.01..300.0f64, shift in -50.0..50.0f64) {
        let people = People::new(seed, 60, 1, true);
        let mut other = people.clone();
        other.x[0].iter_mut().for_each(|v| *v = *v * by + shift);
        let (a, b) = (cox(&people, &[0, 1], Ties::Efron, false), cox(&other, &[0, 1], Ties::Efron, false));
        near(a.coefficients[0].estimate, by * b.coefficients[0].estimate, 1e-6);
        near(a.coefficients[0].std_error, by * b.coefficients[0].std_error, 1e-6);
        near(a.coefficients[1].estimate, b.coefficients[1].estimate, 1e-6);
        near(a.log_likelihood, b.log_likelihood, 1e-9);
        for link in [HazardLink::Cloglog, HazardLink::Logit, HazardLink::Exponential] {
            let fit = |p: &People| {
                let per = if link == HazardLink::Exponential { RowsPer::Segment } else { RowsPer::Period };
                hazard(&p.time, &p.ended(), &matrix(&p.x), &names(2), &[0.0, 100.0], per, link).expect("a fit")
            };
            let (a, b) = (fit(&people), fit(&other));
            near(a.coefficients[1].estimate, by * b.coefficients[1].estimate, 1e-5);
            near(a.coefficients[2].estimate, b.coefficients[2].estimate, 1e-5);
            near(a.log_likelihood, b.log_likelihood, 1e-8);
        }
    }

    #[test]
    fn time_in_other_units_moves_only_the_level(seed in 0..10_000u64, by in 0.1..20.0f64) {
        let people = People::new(seed, 50, 1, false);
        let other = People { time: people.time.iter().map(|t| t * by).collect(), ..people.clone() };
        let (a, b) = (cox(&people, &[0, 1], Ties::Efron, true), cox(&other, &[0, 1], Ties::Efron, true));
        near(a.coefficients[0].estimate, b.coefficients[0].estimate, 1e-8);
        near(a.coefficients[0].std_error, b.coefficients[0].std_error, 1e-8);
        let level = |p: &People, end: f64| {
            let fit = hazard(&p.time, &p.ended(), &matrix(&p.x), &names(2), &[0.0, end], RowsPer::Segment, HazardLink::Exponential);
            fit.expect("a fit").coefficients
        };
        let (a, b) = (level(&people, 1000.0), level(&other, 1000.0 * by));
        near(a[0].estimate, b[0].estimate + by.ln(), 1e-6);
        near(a[1].estimate, b[1].estimate, 1e-6);
    }

    #[test]
    fn without_anybody_lost_the_curve_is_one_less_the_share_that_ended(seed in 0..10_000u64, n in 3..80usize, ties: bool) {
        let mut people = People::new(seed, n, 1, ties);
        people.cause.iter_mut().for_each(|c| *c = 1);
        for p in curve_of(&people).points {
            let ended = people.time.iter().filter(|t| **t <= p.time).count() as f64 / n as f64;
            near(p.survival, 1.0 - ended, 1e-12);
        }
    }

    #[test]
    fn incidences_add_up_to_what_the_curve_lost(seed in 0..10_000u64, n in 4..90usize, causes in 1..5u32, ties: bool) {
        let people = People::new(seed, n, causes, ties);
        let most = people.cause.iter().max().copied().unwrap_or(1) as usize;
        let found = aalen_johansen(&people.time, &people.cause, most, &[]);
        let points = found.points();
        let curve = curve_of(&people);
        prop_assert_eq!(points.len(), curve.points.len());
        for ((t, all), p) in points.zip(&curve.points) {
            near(t, p.time, 0.0);
            near(all.iter().map(|c| c.incidence).sum(), 1.0 - p.survival, 1e-12);
            prop_assert!(all.iter().all(|c| c.incidence >= 0.0 && c.std_error.is_finite()));
            if most == 1 && p.survival > 0.0 {
                near(all[0].std_error, p.std_error, 1e-9);
            }
        }
    }

    #[test]
    fn without_other_causes_incidence_is_modelled_as_hazard(seed in 0..10_000u64, ties: bool) {
        let people = People::new(seed, 70, 1, ties);
        let a = fine_gray(&people.time, &people.cause, 1, &matrix(&people.x), &names(2)).expect("a fit");
        let b = cox(&people, &[0, 1], Ties::Breslow, true);
        for j in 0..2 {
            near(a.coefficients[j].estimate, b.coefficients[j].estimate, 1e-6);
            near(a.coefficients[j].std_error, b.coefficients[j].std_error, 1e-5);
        }
        near(a.log_likelihood, b.log_likelihood, 1e-9);
    }

    #[test]
    fn the_order_of_rows_says_nothing_of_incidences(seed in 0..10_000u64, ties: bool) {
        let people = People::new(seed, 70, 3, ties);
        let fit = |p: &People| fine_gray(&p.time, &p.cause, 1, &matrix(&p.x), &names(2));
        let (a, b) = match (fit(&people), fit(&people.in_order(&order(seed, 70)))) {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                // Refused in either order, and truly: all who end of the cause are alike in the column named.
                prop_assert_eq!(a.err().map(|e| e.to_string()), b.err().map(|e| e.to_string()));
                let ended = (0..70).filter(|i| people.cause[*i] == 1).map(|i| people.x[1][i]);
                let share = ended.clone().sum::<f64>() / ended.count() as f64;
                prop_assert!(share == 0.0 || share == 1.0, "{}", share);
                return Ok(());
            }
        };
        for j in 0..2 {
            near(a.coefficients[j].estimate, b.coefficients[j].estimate, 1e-8);
            near(a.coefficients[j].std_error, b.coefficients[j].std_error, 1e-8);
        }
    }

    #[test]
    fn one_covariate_of_0_and_1_is_as_by_hand(seed in 0..10_000u64) {
        let people = People::new(seed, 40, 1, false);
        let fit = cox(&people, &[1], Ties::Efron, false);
        let score = |b: f64| {
            let at = |i: usize| (people.x[1][i], (b * people.x[1][i]).exp());
            (0..40).filter(|i| people.cause[*i] > 0).map(|i| {
                let set: Vec<usize> = (0..40).filter(|j| people.time[*j] >= people.time[i]).collect();
                let (top, all) = set.iter().fold((0.0, 0.0), |(top, all), j| (top + at(*j).0 * at(*j).1, all + at(*j).1));
                people.x[1][i] - top / all
            }).sum::<f64>()
        };
        let (mut low, mut high) = (-20.0, 20.0);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if score(middle) > 0.0 { low = middle } else { high = middle }
        }
        near(fit.coefficients[0].estimate, f64::midpoint(low, high), 1e-6);
    }

    #[test]
    fn the_order_of_rows_says_nothing_of_comparisons(seed in 0..10_000u64) {
        let arms = Arms::new(seed, 80, 0.5);
        let turn = order(seed, 80);
        let other = Arms { y: take(&arms.y, &turn), d: take(&arms.d, &turn), z: take(&arms.z, &turn), x: take_all(&arms.x, &turn) };
        let columns = |a: &Arms| [a.x[1].clone(), a.x[0].clone()];
        let t = |a: &Arms, x: &[Vec<f64>]| trial(&a.y, &a.d, "d", Some(&covariates(x)), Robust::Hc2, false).expect("a trial");
        let (a, b) = (t(&arms, &arms.x), t(&other, &columns(&other)));
        near(a.difference.estimate, b.difference.estimate, 1e-10);
        near(a.difference.df, b.difference.df, 1e-8);
        let (one, two) = (a.lin.expect("asked for").expect("lin"), b.lin.expect("asked for").expect("lin"));
        near(one.estimate, two.estimate, 1e-9);
        near(one.std_error, two.std_error, 1e-9);
        let w = |a: &Arms, x: &[Vec<f64>]| effects::aipw::aipw(&design(x), &a.y, &a.d, "d", None, None).expect("aipw");
        let (a, b) = (w(&arms, &arms.x), w(&other, &columns(&other)));
        near(a.ate.3.estimate, b.ate.3.estimate, 1e-8);
        near(a.ate.3.std_error, b.ate.3.std_error, 1e-8);
        near(a.att.2.estimate, b.att.2.estimate, 1e-8);
        // Of an instrument with many values, two stages without covariates are the ratio itself, error and all.
        let many: Vec<f64> = arms.x[0].iter().zip(&arms.z).map(|(x, z)| z + 0.1 * x).collect();
        let of_many = late(&arms.y, &arms.d, &many, ("d", "z"), &covariates(&Vec::new()), Robust::Hc0);
        // One that moves next to nobody divides by next to nothing, and loses its digits.
        if let Ok(of_many) = of_many && of_many.first_stage.statistic.abs() > 0.01 {
            near(of_many.two_stage.estimate, of_many.wald.estimate, 1e-8);
            near(of_many.two_stage.std_error, of_many.wald.std_error, 1e-8);
        }
        let l = |a: &Arms, x: &[Vec<f64>]| late(&a.y, &a.d, &a.z, ("d", "z"), &covariates(x), Robust::Hc1);
        if let (Ok(a), Ok(b)) = (l(&arms, &arms.x), l(&other, &columns(&other))) {
            near(a.reduced_form.estimate, b.reduced_form.estimate, 1e-8);
        }
        for metric in [Metric::Propensity, Metric::Mahalanobis, Metric::InverseVariance] {
            let m = |a: &Arms, x: &[Vec<f64>]| matching(&design(x), &a.y, &a.d, "d", metric, 2, true, true).expect("matched");
            let (a, b) = (m(&arms, &arms.x), m(&other, &columns(&other)));
            near(a.att.estimate, b.att.estimate, 1e-7);
            near(a.att.std_error, b.att.std_error, 1e-7);
            prop_assert_eq!(a.matched, b.matched);
        }
    }

    #[test]
    fn an_outcome_in_other_units_has_its_effect_in_them(seed in 0..10_000u64, by in 0.01..100.0f64, shift in -100.0..100.0f64) {
        let arms = Arms::new(seed, 80, 0.5);
        let y: Vec<f64> = arms.y.iter().map(|y| by * y + shift).collect();
        let w = |y: &[f64]| effects::aipw::aipw(&design(&arms.x), y, &arms.d, "d", None, None).expect("aipw");
        let (a, b) = (w(&arms.y), w(&y));
        near(by * a.ate.3.estimate, b.ate.3.estimate, 1e-7);
        near(by * a.ate.3.std_error, b.ate.3.std_error, 1e-7);
        near(by * a.ate.2, b.ate.2, 1e-7);
        near(by * a.att.0, b.att.0, 1e-7);
        let m = |y: &[f64]| matching(&design(&arms.x), y, &arms.d, "d", Metric::Mahalanobis, 1, true, false).expect("matched");
        near(by * m(&arms.y).att.std_error, m(&y).att.std_error, 1e-7);
    }

    #[test]
    fn what_covariates_tell_on_a_straight_line_is_taken_away(seed in 0..10_000u64, slope in -20.0..20.0f64, level in -50.0..50.0f64) {
        let arms = Arms::new(seed, 90, 0.6);
        let y: Vec<f64> = (0..90).map(|i| arms.y[i] + level + slope * arms.x[0][i]).collect();
        let fold: Vec<u32> = (0..90).map(|i| i % 3).collect();
        let d = |y: &[f64], model| {
            dml(&design(&arms.x), y, &arms.d, "d", model, Learner::Linear, (&fold, 3), 10, 1).expect("an effect")
        };
        for model in [DmlModel::Plr, DmlModel::Irm] {
            let (a, b) = (d(&arms.y, model), d(&y, model));
            near(a.estimate, b.estimate, 1e-8);
            near(a.std_error, b.std_error, 1e-8);
        }
        let t = |y: &[f64]| trial(y, &arms.d, "d", Some(&covariates(&arms.x)), Robust::Hc3, false).expect("a trial");
        near(t(&arms.y).adjusted.expect("adjusted").0.estimate, t(&y).adjusted.expect("adjusted").0.estimate, 1e-8);
    }

    #[test]
    fn a_comparison_with_a_copy_finds_nothing(seed in 0..10_000u64, n in 12..40usize, replace: bool) {
        let mut chance = Chance::new(seed, 3);
        let x: Vec<Vec<f64>> = (0..2).map(|_| { let one: Vec<f64> = (0..n).map(|_| chance.normal()).collect(); [one.clone(), one].concat() }).collect();
        let one: Vec<f64> = (0..n).map(|_| chance.normal()).collect();
        let y = [one.clone(), one].concat();
        let d: Vec<f64> = (0..2 * n).map(|i| f64::from(u8::from(i >= n))).collect();
        for metric in [Metric::Mahalanobis, Metric::InverseVariance] {
            let found = matching(&design(&x), &y, &d, "d", metric, 1, replace, false).expect("matched");
            near(found.att.estimate, 0.0, 1e-3);
            prop_assert_eq!(found.unmatched, 0);
            prop_assert!(found.balance.iter().all(|b| b.after.abs() < 1e-2));
        }
    }

    #[test]
    fn levels_of_units_and_times_change_nothing(seed in 0..10_000u64, weighted: bool) {
        let (units, times) = (9usize, 6usize);
        let mut chance = Chance::new(seed, 4);
        let n = units * times;
        let unit: Vec<u32> = (0..n).map(|i| (i / times) as u32).collect();
        let time: Vec<u32> = (0..n).map(|i| (i % times) as u32).collect();
        let y: Vec<f64> = (0..n).map(|_| chance.normal()).collect();
        let d: Vec<f64> = (0..n).map(|_| f64::from(u8::from(chance.uniform() < 0.5))).collect();
        let x = matrix(&[(0..n).map(|_| chance.normal()).collect()]);
        let w: Vec<f64> = (0..n).map(|_| if weighted { 0.3 + chance.uniform() } else { 1.0 }).collect();
        let (of_unit, of_time): (Vec<f64>, Vec<f64>) =
            ((0..units).map(|_| 100.0 * chance.normal()).collect(), (0..times).map(|_| 30.0 * chance.normal()).collect());
        let lifted: Vec<f64> = (0..n).map(|i| y[i] + of_unit[unit[i] as usize] + of_time[time[i] as usize]).collect();
        let own = names(1);
        let fit = |y: &[f64], w: Option<&[f64]>, keep: &[usize]| {
            let (unit, time, d) = (take(&unit, keep), take(&time, keep), take(&d, keep));
            let (y, x) = (take(y, keep), x.take(keep));
            let w = w.map(|w| take(w, keep));
            let panel = Panel { y: &y, d: &d, x: &x, names: &own, unit: &unit, units, time: &time, times, weights: w.as_deref() };
            let clusters = [Clusters::new(unit.clone())];
            (panel.two_way("d", Robust::Cr1, &clusters).expect("a fit").0, panel.first_difference("d", Robust::Hc1, &[]).expect("a fit").0)
        };
        let whole: Vec<usize> = (0..n).collect();
        // A panel with holes, and in another order.
        let holes: Vec<usize> = order(seed, n).into_iter().filter(|i| i % 11 != 3).collect();
        for keep in [&whole, &holes] {
            let (a, b) = (fit(&y, Some(&w), keep), fit(&lifted, Some(&w), keep));
            near(a.0.estimate, b.0.estimate, 1e-8);
            near(a.0.std_error, b.0.std_error, 1e-7);
        }
        let (a, b) = (fit(&y, None, &whole), fit(&lifted, None, &whole));
        near(a.1.estimate, b.1.estimate, 1e-8);
        if !weighted {
            let (a, b) = (fit(&y, None, &holes), fit(&y, Some(&w), &holes));
            near(a.0.estimate, b.0.estimate, 1e-10);
            near(a.0.std_error, b.0.std_error, 1e-9);
        }
    }

    #[test]
    fn a_row_twice_is_a_row_of_twice_the_weight(seed in 0..10_000u64) {
        let (units, times) = (8usize, 5usize);
        let mut chance = Chance::new(seed, 5);
        let n = units * times;
        let of = |i: usize| ((i / times) as u32, (i % times) as u32);
        let y: Vec<f64> = (0..n).map(|_| chance.normal()).collect();
        let d: Vec<f64> = (0..n).map(|_| chance.normal()).collect();
        let w: Vec<f64> = (0..n).map(|_| 1.0 + chance.below(3) as f64).collect();
        let copies: Vec<usize> = (0..n).flat_map(|i| std::iter::repeat_n(i, w[i] as usize)).collect();
        let none = Vec::new();
        let fit = |rows: &[usize], w: Option<&[f64]>| {
            let (unit, time): (Vec<u32>, Vec<u32>) = rows.iter().map(|i| of(*i)).unzip();
            let (y, d, x) = (take(&y, rows), take(&d, rows), Matrix::new(rows.len(), Vec::new()));
            let panel = Panel { y: &y, d: &d, x: &x, names: &none, unit: &unit, units, time: &time, times, weights: w };
            panel.two_way("d", Robust::Cr0, &[Clusters::new(unit.clone())]).expect("a fit").0
        };
        let (a, b) = (fit(&copies, None), fit(&(0..n).collect::<Vec<_>>(), Some(&w)));
        near(a.estimate, b.estimate, 1e-9);
        near(a.std_error, b.std_error, 1e-8);
    }

    #[test]
    fn a_staggered_start_of_two_periods_is_the_two_by_two(seed in 0..10_000u64, treated in 2..10usize, others in 2..10usize) {
        let units = treated + others;
        let mut chance = Chance::new(seed, 6);
        let y: Vec<f64> = (0..2 * units).map(|_| chance.normal()).collect();
        let unit: Vec<u32> = (0..2 * units).map(|i| (i / 2) as u32).collect();
        let post: Vec<f64> = (0..2 * units).map(|i| (i % 2) as f64).collect();
        let d: Vec<f64> = unit.iter().map(|u| f64::from(u8::from((*u as usize) < treated))).collect();
        let time: Vec<f64> = post.iter().map(|p| 2000.0 + p).collect();
        let cohort: Vec<f64> = d.iter().map(|d| if *d == 1.0 { 2001.0 } else { 0.0 }).collect();
        for control in [Control::Never, Control::NotYet] {
            let found = event_study(&y, &unit, units, &time, &cohort, control, ("u", "c")).expect("an effect");
            let none = Matrix::new(2 * units, Vec::new());
            let (cells, effect) = two_by_two(&y, &d, &post, &none, &[], Robust::Hc2, &[]).expect("an effect");
            near(found.simple.estimate, effect.estimate, 1e-10);
            near(found.overall.estimate, effect.estimate, 1e-10);
            near(found.dynamic[0].1.estimate, effect.estimate, 1e-10);
            near(cells[3].mean - cells[2].mean - cells[1].mean + cells[0].mean, effect.estimate, 1e-10);
            prop_assert!(found.pre_trend.is_none());
        }
    }

    #[test]
    fn the_best_weights_are_best(seed in 0..10_000u64, n in 1..14usize, rows in 1..20usize) {
        let mut chance = Chance::new(seed, 7);
        let a = matrix(&(0..n).map(|_| (0..rows).map(|_| chance.normal()).collect()).collect::<Vec<_>>());
        let mut q = a.gram(None);
        (0..n).for_each(|i| q.set(i, i, q.at(i, i) + 1e-6));
        let c = a.transposed_times(&(0..rows).map(|_| chance.normal()).collect::<Vec<_>>());
        let w = simplex(&q, &c).expect("weights");
        prop_assert!(w.iter().all(|w| *w >= 0.0));
        near(w.iter().sum(), 1.0, 1e-9);
        let slope: Vec<f64> = q.times(&w).iter().zip(&c).map(|(q, c)| q - c).collect();
        let lowest = slope.iter().copied().fold(f64::INFINITY, f64::min);
        for (w, s) in w.iter().zip(&slope) {
            prop_assert!(*w < 1e-9 || s - lowest < 1e-7, "weight {} where the slope is {} above the lowest", w, s - lowest);
        }
    }

    #[test]
    fn a_unit_that_is_another_is_weighed_as_it(seed in 0..10_000u64, units in 3..9usize, times in 20..24usize) {
        let mut chance = Chance::new(seed, 8);
        let mut y: Vec<Vec<f64>> = (0..units).map(|_| (0..times).map(|_| 10.0 + chance.normal()).collect()).collect();
        let first = times / 2 + 1;
        y[0] = y[1].clone();
        (first..times).for_each(|t| y[0][t] += 3.0);
        let flat: Vec<f64> = y.concat();
        let unit: Vec<u32> = (0..units * times).map(|i| (i / times) as u32).collect();
        let time: Vec<f64> = (0..units * times).map(|i| (i % times) as f64).collect();
        let labels: Vec<String> = (0..units).map(|u| format!("u{u}")).collect();
        let table = Table::new(&flat, &unit, labels, &time, "u0", first as f64, "u").expect("a table");
        let (found, _) = synthetic_control(&table, false).expect("weights");
        prop_assert!(found.weights.iter().all(|(_, w)| *w >= 0.0));
        near(found.weights.iter().map(|(_, w)| w).sum(), 1.0, 1e-8);
        prop_assert_eq!(found.weights[0].0.as_str(), "u1");
        near(found.weights[0].1, 1.0, 1e-4);
        near(found.att, 3.0, 1e-3);
    }

    #[test]
    fn spells_are_the_states_again(states in prop::collection::vec(prop::collection::vec(prop::option::of(0..4u32), 7), 1..12)) {
        let found = spells(states.len(), 7, |row, column| states[row][column]);
        let mut again: Vec<Vec<Option<u32>>> = vec![vec![None; 7]; states.len()];
        for s in &found.spells {
            prop_assert!(s.start <= s.end && s.length() == s.end - s.start + 1);
            (s.start..=s.end).for_each(|p| {
                assert!(again[s.person][p - 1].is_none(), "spells do not overlap");
                again[s.person][p - 1] = Some(s.state);
            });
        }
        prop_assert_eq!(&again, &states);
        prop_assert_eq!(found.periods, states.iter().flatten().flatten().count());
        prop_assert_eq!(found.states.values().map(|s| s.spells).sum::<usize>(), found.spells.len());
        let lengths: f64 = found.states.values().map(|s| s.mean_length * s.spells as f64).sum();
        near(lengths, found.periods as f64, 1e-9);
        let seen_ends = found.spells.iter().filter(|s| !s.censored).count();
        prop_assert_eq!(found.transitions.values().sum::<usize>(), seen_ends, "a spell that ends goes somewhere");
        prop_assert!(found.transitions.keys().all(|(a, b)| a != b));
    }
}

/// Zero and minus zero are one time, whichever way a file writes them.
#[test]
fn minus_zero_is_zero_to_a_hazard() {
    let time = |zero: f64| vec![0.0, zero, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let event = [false, true, true, false, true, true, false, true];
    let x = Matrix::new(8, vec![vec![0.3, -1.0, 0.7, 0.2, -0.4, 1.1, 0.5, -0.9]]);
    let names = vec!["x".to_owned()];
    let fit = |time: &[f64]| {
        let model = Cox {
            entry: None,
            time,
            event: &event,
            x: x.clone(),
            names: &names,
            strata: None,
            cluster: None,
            robust: false,
            ties: Ties::Efron,
        };
        model.fit().expect("a fit").coefficients[0].estimate
    };
    assert!((fit(&time(0.0)) - fit(&time(-0.0))).abs() < 1e-12);
}

/// Many rows are swept in several blocks, those who enter late in one: an entry before every time is none.
#[test]
fn a_sweep_in_blocks_is_a_sweep() {
    let people = People::new(7, 30_000, 2, false);
    let (x, event) = (matrix(&people.x), people.ended());
    let names: Vec<String> = (0..x.width()).map(|j| format!("x{j}")).collect();
    let entry = vec![-1.0; event.len()];
    for (ties, whole) in [(Ties::Efron, true), (Ties::Breslow, false)] {
        // Times in whole numbers are tied.
        let time: Vec<f64> = people.time.iter().map(|t| if whole { t.ceil() } else { *t }).collect();
        let fit = |entry: Option<&[f64]>| {
            let (event, x, names) = (&event, x.clone(), &names);
            let model = Cox { entry, time: &time, event, x, names, strata: None, cluster: None, robust: true, ties };
            model.fit().expect("a fit")
        };
        let (blocks, one) = (fit(None), fit(Some(&entry)));
        let same = |a: f64, b: f64| assert!((a - b).abs() <= 1e-8 * (1.0 + b.abs()), "{a} and {b}");
        same(blocks.log_likelihood, one.log_likelihood);
        same(blocks.concordance, one.concordance);
        for (a, b) in blocks.coefficients.iter().zip(&one.coefficients) {
            same(a.estimate, b.estimate);
            same(a.std_error, b.std_error);
        }
        for ((_, a), (_, b)) in blocks.proportionality.iter().zip(&one.proportionality) {
            same(a.chi_square, b.chi_square);
        }
        for (a, b) in blocks.baseline.iter().zip(&one.baseline) {
            same(a.2, b.2);
        }
    }
}

/// Those who enter before every time are watched from the start, also when groups are compared.
#[test]
fn an_early_entry_changes_no_comparison() {
    let people = People::new(11, 300, 1, true);
    let group: Vec<u32> = people.x[1].iter().map(|x| *x as u32).collect();
    let entry = vec![-1.0; group.len()];
    let of = |entry: Option<&[f64]>| {
        let durations = Durations::new(&people.time, &people.event(), entry, ("t", "e")).expect("durations");
        group_test(&durations, &group, 2, 1.0).expect("a test")
    };
    assert_eq!(of(None), of(Some(&entry)));
    // And who enters late is at risk from then on alone: a comparison by hand.
    let late = Durations::new(
        &[3.0, 5.0, 6.0, 4.0, 7.0],
        &[1.0, 1.0, 1.0, 1.0, 0.0],
        Some(&[0.0, 3.5, 0.0, 0.0, 4.5]),
        ("t", "e"),
    );
    let found = group_test(&late.expect("durations"), &[0, 0, 0, 1, 1], 2, 0.0).expect("a test");
    // At 3: 2 and 1 at risk; at 4: 2 and 1; at 5: 2 and 1; at 6: 1 and 1.
    assert!((found.groups[0].1 - (2.0 / 3.0 + 2.0 / 3.0 + 2.0 / 3.0 + 0.5)).abs() < 1e-12);
}
