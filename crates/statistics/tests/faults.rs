//! Cases that once went wrong, each the smallest that showed it.

mod common;

use common::{assert_all_near, assert_near, names, outcomes, sample};
use statistics::bayes::{BetaBinomial, LogitNormal};
use statistics::distribution::{binomial_quantile, expit, t_quantile};
use statistics::{
    Base, Cholesky, Clusters, Column, Design, DesignSpec, Failure, Family, Frame, Glm, GlmFit, Matrix, Robust,
    least_squares, random_intercept, symmetric_eigen,
};

fn model(family: Family, x: &Matrix, y: &[f64]) -> Result<GlmFit, Failure> {
    Glm { x, names: &names(x.width()), y, offset: None, weights: None, family }.fit()
}

#[test]
fn two_ways_that_give_a_negative_variance_are_no_certainty() {
    let s = sample();
    let fit = least_squares(&s.x, &names(4), &s.y, Some(&s.w)).expect("a fit");
    // The variance of x2 is −0.000755 by sums, as in other programs.
    assert!(fit.covariance(&s.x, Robust::Cr0, &[s.clusters, s.other]).is_err());
}

/// `y` from an arithmetic order, true with the chance that the model gives.
fn saturated(top: f64) -> (Matrix, Vec<f64>) {
    let x: Vec<f64> = (0..60u32).map(|i| -3.0 + f64::from(i) * (top + 3.0) / 59.0).collect();
    let y = (0..60u32).map(|i| {
        let p = 1.0 - (-x[i as usize].exp()).exp();
        f64::from(u8::from(f64::from((i * 37 + 11) % 60) / 60.0 < p))
    });
    let y = y.collect();
    (Matrix::new(60, vec![vec![1.0; 60], x]), y)
}

#[test]
fn cloglog_bears_rows_with_a_mean_of_nearly_one() {
    // computed with statsmodels 0.15.0
    let expected = [
        (3.0, [0.111_008_23, 1.252_935_48]),
        (3.5, [0.052_982_06, 1.115_109_46]),
        (4.0, [0.072_308_25, 0.805_701_84]),
        (5.0, [0.226_617_45, 0.945_843_01]),
        (6.0, [0.066_728_63, 0.889_081_28]),
    ];
    for (top, b) in expected {
        let (x, y) = saturated(top);
        let found = model(Family::Cloglog, &x, &y).unwrap_or_else(|e| panic!("up to {top}: {e}"));
        assert_all_near(&format!("up to {top}"), &found.coefficients, &b, 1e-4);
    }
}

#[test]
fn logit_bears_a_row_far_out() {
    let near: Vec<f64> = (0..30u32).map(|i| f64::from((i * 7) % 30) / 10.0 - 1.5).collect();
    let y: Vec<f64> =
        (0..30).map(|i| f64::from(u8::from(f64::from((i as u32 * 11) % 30) / 30.0 < expit(near[i])))).collect();
    for (far, outcome) in [(100.0, 1.0), (1000.0, 1.0), (-1000.0, 0.0)] {
        let (mut x, mut y) = (near.clone(), y.clone());
        x.push(far);
        y.push(outcome);
        let found = model(Family::Logit, &Matrix::new(31, vec![vec![1.0; 31], x]), &y).expect("a fit");
        // As without the row.
        assert_near("slope", found.coefficients[1], 1.119_180_072_434_48, 1e-9);
    }
}

#[test]
fn a_model_names_the_column_that_tells_the_outcome() {
    let o = outcomes();
    let told: Vec<f64> = o.x.column(1).iter().map(|v| f64::from(u8::from(*v > 5.0))).collect();
    assert_eq!(model(Family::Logit, &o.x, &told).unwrap_err(), Failure::Separation { column: "x1".to_owned() });
    let mark: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let part: Vec<f64> = (0..60).map(|i| if i % 3 == 0 { 1.0 } else { o.binary[i] }).collect();
    for family in [Family::Logit, Family::Cloglog] {
        let found = model(family, &o.x.beside([mark.clone()]), &part);
        assert_eq!(found.unwrap_err(), Failure::Separation { column: "x3".to_owned() }, "{family:?}");
    }
}

#[test]
fn poisson_names_a_group_without_events() {
    let o = outcomes();
    let mark: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let count: Vec<f64> = (0..60).map(|i| if i % 3 == 0 { 0.0 } else { o.count[i] }).collect();
    let found = model(Family::Poisson, &o.x.beside([mark]), &count);
    assert_eq!(found.unwrap_err(), Failure::Separation { column: "x3".to_owned() });
}

#[test]
fn a_weighted_poisson_has_its_likelihood() {
    let o = outcomes();
    let glm = Glm {
        x: &o.x,
        names: &names(3),
        y: &o.count,
        offset: Some(&o.offset),
        weights: Some(&o.w),
        family: Family::Poisson,
    };
    // computed with statsmodels 0.15.0; 27.500738753728 without the term
    assert_near("likelihood", glm.fit().expect("a fit").log_likelihood, -212.816_581_133_900_03, 1e-12);
}

#[test]
fn a_model_bears_the_dates_that_least_squares_bear() {
    let t = |base: f64| (0..60u32).map(|i| base + f64::from(i % 31)).collect::<Vec<f64>>();
    let y: Vec<f64> = (0..60u32).map(|i| f64::from((i * 7) % 5 / 3)).collect();
    for base in [0.0, 2e7] {
        let x = Matrix::new(60, vec![vec![1.0; 60], t(base)]);
        assert!(least_squares(&x, &names(2), &y, None).is_ok());
        let found = model(Family::Logit, &x, &y).unwrap_or_else(|e| panic!("from {base}: {e}"));
        assert_near("slope", found.coefficients[1], 0.010_694_39, 1e-6);
    }
}

#[test]
fn a_random_intercept_does_not_depend_on_where_the_outcome_is_counted_from() {
    let unit: Vec<u32> = (0..60).map(|i| i % 6).collect();
    for shift in [0.0, 1e4, 1e6, 1e7] {
        let y: Vec<f64> = (0..60u32).map(|i| f64::from((i * 71 + 5) % 89) / 30.0 + f64::from(i % 6) + shift).collect();
        let found =
            random_intercept(&Matrix::new(60, vec![vec![1.0; 60]]), &names(1), &y, None, &unit, 6).expect("a fit");
        assert_near(&format!("between, from {shift}"), found.sd_unit, 1.835_681_009, 1e-5);
        assert_near(&format!("within, from {shift}"), found.sd_residual, 0.915_227_826, 1e-5);
    }
}

#[test]
fn a_beta_binomial_bears_one_unit_far_from_the_others() {
    // computed with scipy 1.17.1
    let found = BetaBinomial::fit(&FAR, &[1000.0; 8]).expect("the units differ by far more than chance");
    assert_near("alpha", found.alpha, 0.161_094_58, 1e-4);
    assert_near("beta", found.beta / 3.942_571_16, 1.0, 1e-4);
}

const FAR: [f64; 8] = [1.0, 0.0, 2.0, 1.0, 300.0, 0.0, 1.0, 2.0];

#[test]
fn a_logit_normal_bears_one_unit_far_from_the_others() {
    // computed with scipy 1.17.1, by a fine sum
    let found = LogitNormal::fit(&FAR, &[1000.0; 8]).expect("a fit");
    assert_near("intercept", found.intercept, -6.713_238_36, 1e-2);
    assert_near("sd", found.sd, 2.657_379_62, 1e-2);
}

#[test]
fn units_that_differ_no_more_than_chance_are_told_so() {
    for (events, trials) in
        [(vec![10.0, 11.0, 9.0, 10.0], 40.0), (vec![3.0, 3.0, 4.0, 3.0, 3.0], 10.0), (vec![50.0; 20], 100.0)]
    {
        let trials = vec![trials; events.len()];
        assert!(matches!(BetaBinomial::fit(&events, &trials), Err(Failure::Cannot(_))), "beta {events:?}");
        assert!(matches!(LogitNormal::fit(&events, &trials), Err(Failure::Cannot(_))), "logit {events:?}");
    }
}

#[test]
fn no_trials_are_no_rate() {
    assert!(BetaBinomial::fit(&[0.0; 3], &[0.0; 3]).is_err());
}

#[test]
fn the_median_of_an_odd_number_of_fair_trials_is_the_lower_one() {
    for trials in (1..60).step_by(2) {
        assert_eq!(binomial_quantile(0.5, trials, 0.5), (trials - 1) / 2, "{trials} trials");
    }
}

#[test]
fn a_quantile_without_degrees_of_freedom_is_none() {
    assert!(t_quantile(0.975, 0.0).is_nan());
    assert!(t_quantile(0.975, -1.0).is_nan());
}

#[test]
fn rows_of_weight_zero_and_clusters_without_rows_do_not_count() {
    let s = sample();
    let mut w = vec![1.0; 40];
    w[..10].fill(0.0);
    let keep: Vec<usize> = (10..40).collect();
    let all = least_squares(&s.x, &names(4), &s.y, Some(&w)).expect("a fit");
    let x = s.x.take(&keep);
    let some = least_squares(&x, &names(4), &s.y[10..], None).expect("a fit");
    for robust in [Robust::Hc1, Robust::Cr1s] {
        let a = all.covariance(&s.x, robust, std::slice::from_ref(&s.clusters)).expect("a covariance");
        let own = [Clusters::new(s.clusters.of_row[10..].to_vec())];
        let b = some.covariance(&x, robust, &own).expect("a covariance");
        assert_near(robust.code(), a.matrix.at(1, 1).sqrt(), b.matrix.at(1, 1).sqrt(), 1e-10);
    }
    let apart = Clusters::new(s.clusters.of_row.iter().map(|c| c * 10).collect());
    let a = all.covariance(&s.x, Robust::Cr1, &[s.clusters]).expect("a covariance");
    let b = all.covariance(&s.x, Robust::Cr1, &[apart]).expect("a covariance");
    assert_near("CR1", b.matrix.at(1, 1).sqrt(), a.matrix.at(1, 1).sqrt(), 1e-10);
    assert_all_near("df", &b.df, &a.df, 0.0);
}

#[test]
fn minus_zero_is_the_level_zero() {
    let frame = Frame::new(4).with("a", Column::Number(vec![-0.0, 0.0, 1.0, 2.0]));
    let spec = DesignSpec {
        terms: vec!["a".to_owned()],
        categorical: vec!["a".to_owned()],
        bases: vec![Base { column: "a".to_owned(), level: "1".to_owned() }],
        intercept: true,
    };
    let design = Design::new(&frame, &spec).expect("a design");
    assert_eq!(design.x.column(1), [1.0, 1.0, 0.0, 0.0]);
}

#[test]
fn without_an_intercept_the_first_category_has_every_level() {
    let frame = Frame::new(4)
        .with("age", Column::Number(vec![1.0, 2.0, 3.0, 5.0]))
        .with("sex", Column::Text { codes: vec![0, 1, 0, 1], levels: vec!["f".to_owned(), "m".to_owned()] });
    let spec = DesignSpec { terms: vec!["age".to_owned(), "sex".to_owned()], ..DesignSpec::default() };
    assert_eq!(Design::new(&frame, &spec).expect("a design").names, ["age", "sex=f", "sex=m"]);
}

/// The adjustment for weights that are no inverse variances: `(I − H)(I − H)ᵀ` of each cluster to the power −½.
#[test]
fn weighted_cr2_takes_errors_of_equal_spread() {
    let s = sample();
    let (n, k) = (40, 4);
    let fit = least_squares(&s.x, &names(k), &s.y, Some(&s.w)).expect("a fit");
    let mut weighted = s.x.clone();
    for j in 0..k {
        weighted.column_mut(j).iter_mut().zip(&s.w).for_each(|(v, w)| *v *= w);
    }
    let bread = Cholesky::new(&s.x.gram(Some(&s.w))).expect("free columns").inverse();
    let free = Matrix::identity(n).plus(&s.x.product(&bread).product(&weighted.transposed()), -1.0);
    let spread = free.product(&free.transposed());
    let mut meat = Matrix::zeros(k, k);
    for g in 0..s.clusters.count {
        let rows: Vec<usize> = (0..n).filter(|i| s.clusters.of_row[*i] as usize == g).collect();
        let (values, vectors) = symmetric_eigen(&spread.take(&rows).transposed().take(&rows));
        let e: Vec<f64> = rows.iter().map(|i| fit.residuals[*i]).collect();
        let turned: Vec<f64> =
            vectors.transposed_times(&e).iter().zip(&values).map(|(v, value)| v / value.sqrt()).collect();
        let score = weighted.take(&rows).transposed_times(&vectors.times(&turned));
        for j in 0..k {
            for i in 0..k {
                meat.set(i, j, meat.at(i, j) + score[i] * score[j]);
            }
        }
    }
    let expected = common::errors(&bread.product(&meat).product(&bread));
    let found = fit.covariance(&s.x, Robust::Cr2, &[s.clusters]).expect("a covariance");
    assert_all_near("errors", &common::errors(&found.matrix), &expected, 1e-9);
}

fn text(values: impl IntoIterator<Item = String>) -> Column {
    let mut levels: Vec<String> = Vec::new();
    let codes = values
        .into_iter()
        .map(|value| {
            let place = levels.iter().position(|l| *l == value).unwrap_or_else(|| {
                levels.push(value);
                levels.len() - 1
            });
            place as u32
        })
        .collect();
    Column::Text { codes, levels }
}

#[test]
fn a_slip_in_a_column_of_numbers_is_named_and_codes_are_categories() {
    let ages = |last: &str| (20..60).map(|age: u32| age.to_string()).chain([last.to_owned()]).collect::<Vec<_>>();
    let of = |values: Vec<String>| {
        let frame = Frame::new(values.len()).with("a", text(values));
        (frame.categories("a"), frame.numbers("a").map(<[f64]>::to_vec))
    };
    let (slip, _) = of(ages("x12"));
    let slip = slip.expect_err("a slip");
    assert!(matches!(&slip, Failure::Value { column, row: 41, .. } if column == "a"), "{slip}");
    assert!(slip.to_string().contains("--categorical a") && slip.is_input(), "{slip}");
    assert!(of(ages("0101")).0.is_ok(), "a column with codes in it is one of codes");
    assert!(of(ages("60")).0.is_ok(), "numbers written as text throughout");
    assert!(of(vec!["1".to_owned(), "2".to_owned(), "3+".to_owned()]).0.is_ok(), "a few categories");
    // The mark that most have decides which is the slip.
    let decimals =
        |mark: &str, last: &str| (0..40).map(|n| format!("{n}{mark}5")).chain([last.to_owned()]).collect::<Vec<_>>();
    for (mark, last) in [(".", "2,7"), (",", "2.7"), (",", "ukendt")] {
        let (_, numbers) = of(decimals(mark, last));
        let named = numbers.expect_err("text");
        assert!(matches!(&named, Failure::NotANumber { row: 41, found, .. } if found == last), "{named}");
    }
}

#[test]
fn a_column_constant_among_the_rows_that_count_is_no_perfect_prediction() {
    let n = 40;
    let fold: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i < 10))).collect();
    let weights: Vec<f64> = fold.iter().map(|f| 1.0 - f).collect();
    let y: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let x = Matrix::new(n, vec![vec![1.0; n], fold]);
    let own = names(2);
    let glm = Glm { x: &x, names: &own, y: &y, offset: None, weights: Some(&weights), family: Family::Logit };
    assert!(matches!(glm.fit_from(None), Err(Failure::Collinear { .. })), "{:?}", glm.fit_from(None).err());
}
