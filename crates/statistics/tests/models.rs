//! Generalised linear models, a random intercept and steadied rates, against another program and sums written out.

mod common;

use common::{assert_all_near, assert_matrix_near, assert_near, errors, names, outcomes, units};
use statistics::bayes::{BetaBinomial, LogitNormal, NormalNormal};
use statistics::distribution::{expit, ln_gamma, log1p_exp, logit};
use statistics::{Failure, Family, Glm, GlmFit, Matrix, random_intercept};

fn fit(
    family: Family,
    x: &Matrix,
    y: &[f64],
    offset: Option<&[f64]>,
    weights: Option<&[f64]>,
) -> Result<GlmFit, Failure> {
    Glm { x, names: &names(x.width()), y, offset, weights, family }.fit()
}

// ---------------------------------------------------------------- generalised linear models

#[test]
fn generalised_linear_models_equal_the_reference() {
    // computed with statsmodels 0.15.0
    let plain = [
        (
            Family::Logit,
            [-1.536_577_446_252_125_3, 0.243_192_538_297_580_97, 0.008_910_843_315_764_985],
            [0.622_804_798_177_262_1, 0.100_448_184_212_469_95, 0.100_447_173_309_899_43],
            -37.755_818_628_200_46,
        ),
        (
            Family::Cloglog,
            [-1.525_063_220_256_461, 0.177_126_867_385_911_8, 0.008_976_497_242_357_565],
            [0.505_264_001_006_830_7, 0.074_172_010_756_845_78, 0.074_637_089_411_456_5],
            -37.850_964_730_073_436,
        ),
        (
            Family::Poisson,
            [0.623_126_285_364_329_6, 0.087_349_277_906_608_76, 0.003_094_858_529_405_362_2],
            [0.175_435_904_348_258_54, 0.026_434_897_550_293_15, 0.027_414_774_546_744_673],
            -112.740_595_395_649_22,
        ),
    ];
    let o = outcomes();
    for (family, b, se, likelihood) in plain {
        let y = if family == Family::Poisson { &o.count } else { &o.binary };
        let found = fit(family, &o.x, y, None, None).expect("a fit");
        assert_all_near(&format!("{family:?}"), &found.coefficients, &b, 1e-9);
        assert_all_near(&format!("{family:?} errors"), &errors(&found.covariance), &se, 1e-7);
        assert_near(&format!("{family:?} likelihood"), found.log_likelihood, likelihood, 1e-12);
        assert_all_near("linear", &found.linear, &o.x.times(&found.coefficients), 1e-12);
    }
}

#[test]
fn an_offset_and_weights_equal_the_reference() {
    // computed with statsmodels 0.15.0; errors to the seventh digit, as the reference takes them from the step before the last
    let expected = [
        (
            Family::Logit,
            [-1.630_963_160_700_937_4, 0.237_110_352_220_724_57, 0.001_231_447_912_142_358_3],
            [0.475_734_073_295_633_7, 0.076_486_826_615_304_77, 0.077_712_628_318_716_37],
            Some(-66.523_565_592_664_08),
        ),
        (
            Family::Cloglog,
            [-1.662_058_714_028_106, 0.176_398_853_398_182_4, -0.014_214_751_640_121_03],
            [0.387_359_811_352_322_56, 0.057_227_756_860_821_21, 0.057_392_341_398_558_484],
            Some(-67.509_483_653_636_62),
        ),
        (
            Family::Poisson,
            [0.485_370_501_687_030_16, 0.098_296_568_072_788_11, -0.063_550_134_573_160_55],
            [0.130_774_748_380_875_47, 0.019_708_609_556_706_88, 0.020_341_989_315_034_077],
            None, // the term ln y! stands in the faults
        ),
    ];
    let o = outcomes();
    for (family, b, se, likelihood) in expected {
        let y = if family == Family::Poisson { &o.count } else { &o.binary };
        let found = fit(family, &o.x, y, Some(&o.offset), Some(&o.w)).expect("a fit");
        assert_all_near(&format!("{family:?}"), &found.coefficients, &b, 1e-9);
        assert_all_near(&format!("{family:?} errors"), &errors(&found.covariance), &se, 1e-7);
        if let Some(likelihood) = likelihood {
            assert_near(&format!("{family:?} likelihood"), found.log_likelihood, likelihood, 1e-9);
        }
    }
}

#[test]
fn an_intercept_alone_gives_the_share() {
    let o = outcomes();
    let x = Matrix::new(60, vec![vec![1.0; 60]]);
    let share = o.binary.iter().sum::<f64>() / 60.0;
    let found = fit(Family::Logit, &x, &o.binary, None, None).expect("a fit");
    assert_near("logit", found.coefficients[0], logit(share), 1e-12);
    assert_near("variance", found.covariance.at(0, 0), 1.0 / (60.0 * share * (1.0 - share)), 1e-12);
    let expected = 60.0 * (share * share.ln() + (1.0 - share) * (1.0 - share).ln());
    assert_near("likelihood", found.log_likelihood, expected, 1e-12);
    let found = fit(Family::Cloglog, &x, &o.binary, None, None).expect("a fit");
    assert_near("cloglog", found.coefficients[0], (-(1.0 - share).ln()).ln(), 1e-12);
    let found = fit(Family::Poisson, &x, &o.count, None, None).expect("a fit");
    assert_near("poisson", found.coefficients[0], (o.count.iter().sum::<f64>() / 60.0).ln(), 1e-12);
    // With exposure as an offset it is the rate.
    let exposure: Vec<f64> = o.w.iter().map(|w| w.ln()).collect();
    let found = fit(Family::Poisson, &x, &o.count, Some(&exposure), None).expect("a fit");
    let rate = o.count.iter().sum::<f64>() / o.w.iter().sum::<f64>();
    assert_near("rate", found.coefficients[0], rate.ln(), 1e-12);
}

#[test]
fn shares_with_trials_as_weights_are_the_rows_one_by_one() {
    // Three groups of 4, 5 and 6 rows with 1, 3 and 5 events.
    let group = [(0.0, 1.0, 4.0), (1.0, 3.0, 5.0), (3.0, 5.0, 6.0)];
    let x = Matrix::new(3, vec![vec![1.0; 3], group.iter().map(|g| g.0).collect()]);
    let share: Vec<f64> = group.iter().map(|g| g.1 / g.2).collect();
    let trials: Vec<f64> = group.iter().map(|g| g.2).collect();
    let (mut each, mut outcome) = (Vec::new(), Vec::new());
    for (value, events, trials) in group {
        for i in 0..trials as usize {
            each.push(value);
            outcome.push(f64::from(u8::from((i as f64) < events)));
        }
    }
    let long = Matrix::new(15, vec![vec![1.0; 15], each]);
    for family in [Family::Logit, Family::Cloglog] {
        let a = fit(family, &x, &share, None, Some(&trials)).expect("a fit");
        let b = fit(family, &long, &outcome, None, None).expect("a fit");
        assert_all_near("coefficients", &a.coefficients, &b.coefficients, 1e-10);
        assert_matrix_near("covariance", &a.covariance, &b.covariance, 1e-8);
        assert_near("likelihood", a.log_likelihood, b.log_likelihood, 1e-12);
    }
}

#[test]
fn the_score_is_nothing_at_a_fit() {
    let o = outcomes();
    for family in [Family::Logit, Family::Poisson] {
        let y = if family == Family::Poisson { &o.count } else { &o.binary };
        let found = fit(family, &o.x, y, Some(&o.offset), Some(&o.w)).expect("a fit");
        let gap: Vec<f64> = (0..60).map(|i| o.w[i] * (y[i] - found.fitted[i])).collect();
        assert_all_near("score", &o.x.transposed_times(&gap), &[0.0; 3], 1e-8);
    }
}

#[test]
fn an_outcome_that_a_column_tells_perfectly_is_named_by_it() {
    let o = outcomes();
    // A mark of every third row, none of which has the outcome: told in part.
    let mark: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let part: Vec<f64> = (0..60).map(|i| if i % 3 == 0 { 0.0 } else { o.binary[i] }).collect();
    for family in [Family::Logit, Family::Cloglog] {
        let found = fit(family, &o.x.beside([mark.clone()]), &part, None, None);
        assert_eq!(found.unwrap_err(), Failure::Separation { column: "x3".to_owned() }, "{family:?}");
    }
}

#[test]
fn a_model_names_a_collinear_column_and_wants_more_rows_than_columns() {
    let o = outcomes();
    let sum: Vec<f64> = (0..60).map(|i| o.x.at(i, 1) - 2.0 * o.x.at(i, 2)).collect();
    for family in [Family::Logit, Family::Cloglog, Family::Poisson] {
        let found = fit(family, &o.x.beside([sum.clone()]), &o.binary, None, None);
        assert_eq!(found.unwrap_err(), Failure::Collinear { column: "x3".to_owned() });
        let found = fit(family, &o.x.take(&[0, 1, 2]), &o.binary[..3], None, None);
        assert!(matches!(found, Err(Failure::TooFew { rows: 3, .. })));
    }
}

// ---------------------------------------------------------------- a random intercept

#[test]
fn a_random_intercept_equals_the_reference() {
    // computed with statsmodels 0.15.0 (REML)
    let (x, y, unit) = units();
    let found = random_intercept(&x, &names(2), &y, None, &unit, 7).expect("a fit");
    assert_all_near("coefficients", &found.coefficients, &[4.008_074_663_798_517, 0.533_673_180_834_078_4], 1e-7);
    // (Xᵀ V⁻¹ X)⁻¹ with V of these two spreads, computed with numpy 2.4.6; the reference's own is a numerical one.
    let covariance = Matrix::new(
        2,
        vec![
            vec![0.565_259_317_275_628_1, -0.011_111_103_509_392_373],
            vec![-0.011_111_103_509_392_371, 0.002_251_280_109_144_414_5],
        ],
    );
    assert_matrix_near("covariance", &found.covariance, &covariance, 1e-6);
    assert_near("between", found.sd_unit, 1.854_947_419_821_178_8, 1e-6);
    assert_near("within", found.sd_residual, 0.930_240_864_824_622_3, 1e-6);
    let blup = [
        -2.449_930_362_702_613_4,
        -1.617_736_402_077_918_4,
        -0.736_139_538_937_355_7,
        -0.606_177_941_274_596,
        1.224_535_735_020_844_1,
        1.884_681_121_508_561_3,
        2.300_767_388_462_900_5,
    ];
    assert_all_near("own levels", &found.blup, &blup, 1e-6);
    let sd = [
        0.451_153_809_465_369_54,
        0.345_447_192_930_180_1,
        0.345_447_192_930_180_1,
        0.345_447_192_930_180_1,
        0.345_447_192_930_180_1,
        0.323_838_977_716_381_3,
        0.323_838_977_716_381_3,
    ];
    assert_all_near("their spread", &found.blup_sd, &sd, 1e-6);
}

#[test]
fn with_units_of_one_size_the_variances_are_those_of_the_analysis_of_variance() {
    // Four units of three rows. Means 2, 5, 4, 9; within 2·4 = 8 on 8 df; between 3·26 = 78 on 3 df.
    let y = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 3.0, 4.0, 5.0, 8.0, 9.0, 10.0];
    let unit = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
    let found = random_intercept(&Matrix::new(12, vec![vec![1.0; 12]]), &names(1), &y, None, &unit, 4).expect("a fit");
    assert_near("mean", found.coefficients[0], 5.0, 1e-13);
    assert_near("within", found.sd_residual.powi(2), 1.0, 1e-7);
    assert_near("between", found.sd_unit.powi(2), (26.0 - 1.0) / 3.0, 1e-7);
    let shrink = 25.0 / 26.0;
    assert_all_near("own levels", &found.blup, &[-3.0 * shrink, 0.0, -shrink, 4.0 * shrink], 1e-7);
}

#[test]
fn units_that_differ_less_than_chance_have_no_spread_of_their_own() {
    // Every unit has the same mean.
    let y = [1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 2.0, 3.0, 1.0];
    let found =
        random_intercept(&Matrix::new(9, vec![vec![1.0; 9]]), &names(1), &y, None, &[0, 0, 0, 1, 1, 1, 2, 2, 2], 3)
            .expect("a fit");
    assert_near("between", found.sd_unit, 0.0, 0.0);
    assert_near("within", found.sd_residual, (6.0f64 / 8.0).sqrt(), 1e-12);
    assert_eq!(found.blup, [0.0; 3]);
}

#[test]
fn a_random_intercept_names_a_collinear_column_and_wants_two_units() {
    let (x, y, unit) = units();
    let twice = x.column(1).iter().map(|v| 2.0 * v).collect();
    let found = random_intercept(&x.beside([twice]), &names(3), &y, None, &unit, 7);
    assert_eq!(found.unwrap_err(), Failure::Collinear { column: "x2".to_owned() });
    let found = random_intercept(&x, &names(2), &y, None, &[0; 48], 1);
    assert!(matches!(found, Err(Failure::TooFew { .. })));
}

// ---------------------------------------------------------------- rates steadied

const EVENTS: [f64; 10] = [3.0, 12.0, 7.0, 20.0, 1.0, 9.0, 30.0, 5.0, 15.0, 2.0];
const TRIALS: [f64; 10] = [20.0, 40.0, 35.0, 50.0, 18.0, 25.0, 90.0, 40.0, 36.0, 30.0];

fn beta_binomial_likelihood(a: f64, b: f64) -> f64 {
    let of = |(r, n): (&f64, &f64)| {
        ln_gamma(a + r) + ln_gamma(b + n - r) - ln_gamma(a + b + n) - ln_gamma(a) - ln_gamma(b) + ln_gamma(a + b)
    };
    EVENTS.iter().zip(&TRIALS).map(of).sum()
}

#[test]
fn a_beta_binomial_equals_the_reference() {
    // computed with scipy 1.17.1
    let found = BetaBinomial::fit(&EVENTS, &TRIALS).expect("a fit");
    let mean = 3.686_258_536_599_577_3 / (3.686_258_536_599_577_3 + 11.144_946_781_518_618);
    assert_near("mean", found.alpha / (found.alpha + found.beta), mean, 1e-7);
    assert_near("alpha", found.alpha, 3.686_258_536_599_577_3, 1e-5);
    assert_near("beta", found.beta, 11.144_946_781_518_618, 1e-5);
    let best = beta_binomial_likelihood(found.alpha, found.beta);
    assert_near("likelihood", best, -219.697_899_440_658_63, 1e-12);
    for (a, b) in [(1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)] {
        assert!(beta_binomial_likelihood(found.alpha * a, found.beta * b) < best);
    }
}

#[test]
fn a_steadied_rate_is_the_beta_with_the_counts_added() {
    let prior = BetaBinomial { alpha: 2.0, beta: 6.0 };
    // Beta(5, 7): mean 5/12, variance 35 / (144 · 13).
    let (mean, sd) = prior.posterior(3.0, 4.0);
    assert_near("mean", mean, 5.0 / 12.0, 1e-15);
    assert_near("sd", sd, (35.0f64 / (144.0 * 13.0)).sqrt(), 1e-15);
    assert_near("nothing seen", prior.posterior(0.0, 0.0).0, 0.25, 1e-15);
}

#[test]
fn normal_normal_equals_the_reference() {
    // computed with scipy 1.17.1; DerSimonian and Laird, Q and I² also with statsmodels 0.15.0
    let found = NormalNormal::fit(&EVENTS, &TRIALS).expect("a fit");
    assert_near("mu", found.mu, -1.055_057_166_325_047_4, 1e-7);
    assert_near("reml", found.tau2_reml, 0.283_798_027_221_293_27, 1e-6);
    assert_near("dl", found.tau2_dl, 0.230_828_568_438_682_13, 1e-12);
    assert_near("q", found.q, 23.380_803_159_549_14, 1e-12);
    assert_near("i²", found.i2, 61.506_882_639_640_04, 1e-12);
    // The same numbers from the definition of a best prediction.
    let v: Vec<f64> = EVENTS.iter().zip(&TRIALS).map(|(r, n)| 1.0 / (r + 0.5) + 1.0 / (n - r + 0.5)).collect();
    let sum: f64 = v.iter().map(|v| 1.0 / (v + found.tau2_reml)).sum();
    for (i, (mean, sd)) in found.units.iter().enumerate() {
        let own = found.tau2_reml / (found.tau2_reml + v[i]);
        let logit = ((EVENTS[i] + 0.5) / (TRIALS[i] - EVENTS[i] + 0.5)).ln();
        assert_near("unit", *mean, own * logit + (1.0 - own) * found.mu, 1e-13);
        assert_near("unit's sd", *sd, (v[i] * own + (1.0 - own).powi(2) / sum).sqrt(), 1e-13);
    }
}

#[test]
fn normal_normal_without_spread_has_none() {
    let found = NormalNormal::fit(&[10.0, 11.0, 9.0, 10.0], &[40.0; 4]).expect("a fit");
    assert_near("reml", found.tau2_reml, 0.0, 0.0);
    assert_near("dl", found.tau2_dl, 0.0, 0.0);
    assert_near("i²", found.i2, 0.0, 0.0);
    assert!(found.units.iter().all(|u| common::near(u.0, found.mu, 1e-15)));
}

/// The logarithm of the likelihood by a fine sum over eighteen standard deviations.
fn logit_normal_likelihood(b: f64, s: f64) -> f64 {
    let width = 18.0 / 6000.0;
    let unit = |(r, n): (&f64, &f64)| {
        let at = |i: i32| {
            let u = f64::from(i) * width - 9.0;
            let eta = b + s * u;
            r * eta - n * log1p_exp(eta) - 0.5 * u * u
        };
        let top = (0..=6000).map(at).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = (0..=6000).map(|i| (at(i) - top).exp()).sum();
        top + (sum * width).ln() - 0.5 * (2.0 * std::f64::consts::PI).ln()
    };
    EVENTS.iter().zip(&TRIALS).map(unit).sum()
}

#[test]
fn a_logit_normal_is_the_highest_point_of_the_likelihood_summed_out() {
    let found = LogitNormal::fit(&EVENTS, &TRIALS).expect("a fit");
    // computed with scipy 1.17.1, from the same fine sum
    assert_near("intercept", found.intercept, -1.192_300_548_165_286_4, 2e-6);
    assert_near("sd", found.sd, 0.619_230_998_960_290_8, 2e-6);
    let best = logit_normal_likelihood(found.intercept, found.sd);
    assert_near("likelihood", best, -219.831_485_636_691_1, 1e-11);
    for (b, s) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)] {
        assert!(logit_normal_likelihood(found.intercept + b, found.sd + s) < best);
    }
    // A unit's part is where its own density is highest.
    for (i, (part, sd)) in found.units.iter().enumerate() {
        let p = expit(found.intercept + part);
        let slope = EVENTS[i] - TRIALS[i] * p - part / found.sd.powi(2);
        assert_near("slope", slope, 0.0, 1e-8);
        let curve = TRIALS[i] * p * (1.0 - p) + found.sd.powi(-2);
        assert_near("sd", *sd, curve.powf(-0.5), 1e-10);
    }
}

#[test]
fn steadied_rates_lie_between_the_units_own_and_the_common_one() {
    let between = |a: f64, x: f64, b: f64| a.min(b) - 1e-12 <= x && x <= a.max(b) + 1e-12;
    let beta = BetaBinomial::fit(&EVENTS, &TRIALS).expect("a fit");
    let normal = NormalNormal::fit(&EVENTS, &TRIALS).expect("a fit");
    let logits = LogitNormal::fit(&EVENTS, &TRIALS).expect("a fit");
    for i in 0..EVENTS.len() {
        let own = EVENTS[i] / TRIALS[i];
        let (mean, sd) = beta.posterior(EVENTS[i], TRIALS[i]);
        assert!(between(own, mean, beta.alpha / (beta.alpha + beta.beta)));
        assert!(sd > 0.0 && sd < (own * (1.0 - own) / TRIALS[i]).sqrt() * 1.5);
        let half_added = ((EVENTS[i] + 0.5) / (TRIALS[i] - EVENTS[i] + 0.5)).ln();
        assert!(between(half_added, normal.units[i].0, normal.mu));
        assert!(between(logit(own), logits.intercept + logits.units[i].0, logits.intercept));
    }
    // The smallest unit is drawn the furthest of its way.
    let drawn = |i: usize| (beta.posterior(EVENTS[i], TRIALS[i]).0 - EVENTS[i] / TRIALS[i]).abs();
    let prior = beta.alpha / (beta.alpha + beta.beta);
    let way = |i: usize| drawn(i) / (EVENTS[i] / TRIALS[i] - prior).abs();
    assert!(way(4) > way(6));
}

#[test]
fn without_variation_there_is_nothing_to_steady() {
    for events in [[0.0; 4], [10.0; 4]] {
        let trials = [10.0; 4];
        assert!(matches!(BetaBinomial::fit(&events, &trials), Err(Failure::Cannot(_))));
        assert!(matches!(NormalNormal::fit(&events, &trials), Err(Failure::Cannot(_))));
        assert!(matches!(LogitNormal::fit(&events, &trials), Err(Failure::Cannot(_))));
    }
    let (events, trials) = ([3.0, 4.0], [10.0, 10.0]);
    assert!(matches!(BetaBinomial::fit(&events, &trials), Err(Failure::TooFew { rows: 2, .. })));
    assert!(matches!(NormalNormal::fit(&events, &trials), Err(Failure::TooFew { rows: 2, .. })));
    assert!(matches!(LogitNormal::fit(&events, &trials), Err(Failure::TooFew { rows: 2, .. })));
}
