//! Least squares against sums by hand, another program and refits; every covariance against its definition, written out
//! with matrices as large as the data.

mod common;

use common::{assert_all_near, assert_matrix_near, assert_near, errors, names, sample};
use statistics::{
    Cholesky, Clusters, Failure, LeastSquares, Matrix, Robust, Tested, least_squares, symmetric_eigen, tested,
};

fn fit(x: &Matrix, y: &[f64], w: Option<&[f64]>) -> LeastSquares {
    least_squares(x, &names(x.width()), y, w).expect("a fit")
}

// ---------------------------------------------------------------- the fit

#[test]
fn five_points_give_what_the_sums_by_hand_give() {
    // Means 3 and 4, Sxx = 10, Sxy = 6: slope 0.6, intercept 2.2, residual sum 2.4 of 6.0.
    let x = Matrix::new(5, vec![vec![1.0; 5], vec![1.0, 2.0, 3.0, 4.0, 5.0]]);
    let y = [2.0, 4.0, 5.0, 4.0, 5.0];
    let fit = fit(&x, &y, None);
    assert_all_near("coefficients", &fit.coefficients, &[2.2, 0.6], 1e-14);
    assert_all_near("fitted", &fit.fitted, &[2.8, 3.4, 4.0, 4.6, 5.2], 1e-14);
    assert_all_near("residuals", &fit.residuals, &[-0.8, 0.6, 1.0, -0.6, -0.2], 1e-14);
    assert_all_near("leverage", &fit.leverage, &[0.6, 0.3, 0.2, 0.3, 0.6], 1e-14);
    assert_near("sigma²", fit.sigma.powi(2), 0.8, 1e-14);
    assert_near("r²", fit.r2, 0.6, 1e-14);
    assert_near("df", fit.df, 3.0, 0.0);
    assert_matrix_near("bread", &fit.bread, &Matrix::new(2, vec![vec![1.1, -0.3], vec![-0.3, 0.1]]), 1e-14);
    // e / (1 − h): −2, 6/7, 1.25, −6/7, −0.5.
    assert_near("press", fit.press(), 4.0 + 72.0 / 49.0 + 1.5625 + 0.25, 1e-13);
    assert_all_near("left out", &fit.left_out(&y), &[4.0, 22.0 / 7.0, 3.75, 34.0 / 7.0, 5.5], 1e-13);
}

#[test]
fn an_unweighted_fit_equals_the_reference() {
    // computed with statsmodels 0.15.0
    let s = sample();
    let fit = fit(&s.x, &s.y, None);
    let b = [2.713_925_989_968_034_4, 0.762_771_061_395_175_6, -0.312_184_217_088_789, 0.891_574_394_309_246];
    assert_all_near("coefficients", &fit.coefficients, &b, 1e-12);
    let se = [0.506_408_748_445_486_1, 0.085_188_777_197_875_18, 0.088_872_207_724_775_44, 0.568_338_831_640_563_1];
    let classical = fit.covariance(&s.x, Robust::Classical, &[]).expect("a covariance");
    assert_all_near("errors", &errors(&classical.matrix), &se, 1e-12);
    assert_near("sigma", fit.sigma, 1.550_694_486_920_887_8, 1e-12);
    assert_near("r²", fit.r2, 0.749_682_410_831_222_6, 1e-12);
    assert_near("df", fit.df, 36.0, 0.0);
    let hat = [
        0.173_575_477_974_845_82,
        0.071_820_682_999_062_6,
        0.075_715_122_336_195_6,
        0.104_525_421_685_624_44,
        0.101_990_108_091_362_27,
    ];
    assert_all_near("leverage", &fit.leverage[..5], &hat, 1e-12);
    let studentised = [
        -2.007_534_006_270_451,
        0.327_824_391_619_832_9,
        0.679_096_825_212_135_3,
        0.619_123_807_974_822_7,
        -0.235_733_611_844_444_4,
    ];
    assert_all_near("studentised", &fit.studentised()[..5], &studentised, 1e-12);
    assert_near("press", fit.press(), 109.267_334_732_344_82, 1e-12);
}

#[test]
fn a_weighted_fit_equals_the_reference() {
    // computed with statsmodels 0.15.0
    let s = sample();
    let fit = fit(&s.x, &s.y, Some(&s.w));
    let b = [2.727_544_294_450_455, 0.782_682_692_914_269_7, -0.314_145_862_868_652_6, 0.896_922_171_577_103_6];
    assert_all_near("coefficients", &fit.coefficients, &b, 1e-12);
    let se = [0.457_511_136_980_877_8, 0.076_649_282_002_976_6, 0.080_206_248_198_283_5, 0.504_688_628_361_357_2];
    let classical = fit.covariance(&s.x, Robust::Classical, &[]).expect("a covariance");
    assert_all_near("errors", &errors(&classical.matrix), &se, 1e-12);
    assert_near("sigma", fit.sigma, 1.681_223_208_968_331_4, 1e-12);
    assert_near("r²", fit.r2, 0.802_926_256_895_771_6, 1e-12);
}

#[test]
fn leverage_sums_to_the_number_of_coefficients() {
    let s = sample();
    for w in [None, Some(s.w.as_slice())] {
        let fit = fit(&s.x, &s.y, w);
        assert_near("sum", fit.leverage.iter().sum(), 4.0, 1e-12);
        assert!(fit.leverage.iter().all(|h| (0.0..=1.0).contains(h)));
    }
}

#[test]
fn a_prediction_that_leaves_the_row_out_is_that_of_a_real_refit() {
    let s = sample();
    for w in [None, Some(s.w.as_slice())] {
        let whole = fit(&s.x, &s.y, w);
        let (left_out, studentised) = (whole.left_out(&s.y), whole.studentised());
        let mut press = 0.0;
        for row in 0..s.x.rows() {
            let keep: Vec<usize> = (0..s.x.rows()).filter(|i| *i != row).collect();
            let some = |v: &[f64]| keep.iter().map(|i| v[*i]).collect::<Vec<f64>>();
            let weights = w.map(some);
            let refit = fit(&s.x.take(&keep), &some(&s.y), weights.as_deref());
            let predicted: f64 = (0..4).map(|j| s.x.at(row, j) * refit.coefficients[j]).sum();
            assert_near("left out", left_out[row], predicted, 1e-11);
            let weight = w.map_or(1.0, |w| w[row]);
            press += weight * (s.y[row] - predicted).powi(2);
            // The residual over its standard deviation, the row having no part in sigma.
            let own = whole.residuals[row] * weight.sqrt() / (refit.sigma * (1.0 - whole.leverage[row]).sqrt());
            assert_near("studentised", studentised[row], own, 1e-11);
        }
        assert_near("press", whole.press(), press, 1e-11);
    }
}

#[test]
fn a_row_of_weight_zero_is_not_there() {
    let s = sample();
    let mut w = s.w.clone();
    w[3] = 0.0;
    w[17] = 0.0;
    let keep: Vec<usize> = (0..40).filter(|i| *i != 3 && *i != 17).collect();
    let some = |v: &[f64]| keep.iter().map(|i| v[*i]).collect::<Vec<f64>>();
    let (with, without) = (fit(&s.x, &s.y, Some(&w)), fit(&s.x.take(&keep), &some(&s.y), Some(&some(&w))));
    assert_all_near("coefficients", &with.coefficients, &without.coefficients, 1e-12);
    assert_near("sigma", with.sigma, without.sigma, 1e-12);
    assert_near("r²", with.r2, without.r2, 1e-12);
    assert_near("df", with.df, without.df, 0.0);
    assert_near("press", with.press(), without.press(), 1e-12);
    assert_near("leverage", with.leverage[3], 0.0, 0.0);
}

#[test]
fn the_first_column_that_the_others_tell_is_named() {
    let s = sample();
    let sum: Vec<f64> = (0..40).map(|i| 2.0 * s.x.at(i, 1) - s.x.at(i, 2) + 3.0).collect();
    let called: Vec<String> = ["(Intercept)", "age", "seniority", "woman", "sum"].map(str::to_owned).to_vec();
    let found = least_squares(&s.x.beside([sum.clone()]), &called, &s.y, None);
    assert_eq!(found.unwrap_err(), Failure::Collinear { column: "sum".to_owned() });
    // Standing before the last of those it is made of, it is that one which tells nothing more.
    let columns = [s.x.column(0), s.x.column(1), &sum, s.x.column(2)].map(<[f64]>::to_vec).to_vec();
    let found = least_squares(&Matrix::new(40, columns), &called, &s.y, Some(&s.w));
    assert_eq!(found.unwrap_err(), Failure::Collinear { column: "woman".to_owned() });
    // A column of zeros, and one that is the same in every row beside an intercept.
    for value in [0.0, 7.5] {
        let found = least_squares(&s.x.beside([vec![value; 40]]), &called, &s.y, None);
        assert_eq!(found.unwrap_err(), Failure::Collinear { column: "sum".to_owned() });
    }
}

#[test]
fn a_year_far_from_zero_is_no_collinear_column() {
    // Years 2015 to 2024 beside an intercept: the spread is a seven-hundredth of the size.
    let year: Vec<f64> = (0..40).map(|i| 2015.0 + f64::from(i % 10)).collect();
    let y: Vec<f64> = year.iter().map(|t| 5.0 + 0.25 * (t - 2015.0)).collect();
    let fit = fit(&Matrix::new(40, vec![vec![1.0; 40], year]), &y, None);
    assert_near("slope", fit.coefficients[1], 0.25, 1e-11);
}

#[test]
fn as_many_rows_as_columns_are_too_few() {
    let s = sample();
    for n in 0..=4 {
        let keep: Vec<usize> = (0..n).collect();
        let found = least_squares(&s.x.take(&keep), &names(4), &s.y[..n], None);
        assert!(matches!(found, Err(Failure::TooFew { rows, .. }) if rows == n), "{n} rows");
    }
    let mut w = vec![0.0; 40];
    w[..4].fill(1.0);
    let found = least_squares(&s.x, &names(4), &s.y, Some(&w));
    assert!(matches!(found, Err(Failure::TooFew { rows: 4, .. })), "rows of weight zero do not count");
}

// ---------------------------------------------------------------- robust covariance

#[test]
fn heteroscedasticity_robust_errors_equal_the_reference() {
    // computed with statsmodels 0.15.0
    let s = sample();
    let plain = [
        [0.440_623_499_742_781_4, 0.085_561_753_217_975_42, 0.084_011_552_492_122_5, 0.575_841_037_894_437_2],
        [0.464_457_949_927_268_5, 0.090_190_006_922_014_55, 0.088_555_951_880_634_04, 0.606_989_749_980_584_1],
        [0.467_795_201_873_534_74, 0.091_533_489_186_052_43, 0.090_163_436_238_042_47, 0.625_999_294_441_845_2],
        [0.497_508_395_393_522_43, 0.098_086_118_310_011_16, 0.096_933_970_348_994_47, 0.681_515_738_155_449_1],
    ];
    let weighted = [
        [0.363_314_378_777_599_87, 0.073_363_941_541_391_35, 0.067_608_356_147_659_7, 0.462_736_555_531_217_3],
        [0.382_966_981_208_785_5, 0.077_332_384_466_080_29, 0.071_265_464_762_150_58, 0.487_767_157_366_544_4],
        [0.387_712_184_078_491_8, 0.078_968_222_374_193_44, 0.072_161_374_259_810_66, 0.499_191_768_734_396_7],
        [0.415_436_747_607_522_97, 0.085_211_661_605_405_64, 0.077_166_272_938_055_99, 0.539_751_957_614_009_2],
    ];
    for (w, expected) in [(None, plain), (Some(s.w.as_slice()), weighted)] {
        let fit = fit(&s.x, &s.y, w);
        for (robust, expected) in [Robust::Hc0, Robust::Hc1, Robust::Hc2, Robust::Hc3].into_iter().zip(expected) {
            let found = fit.covariance(&s.x, robust, &[]).expect("a covariance");
            assert_all_near(robust.code(), &errors(&found.matrix), &expected, 1e-11);
            assert_eq!(found.df, [36.0; 4]);
        }
    }
}

#[test]
fn clustered_errors_equal_the_reference() {
    // computed with statsmodels 0.15.0
    let s = sample();
    let plain = [
        [0.523_965_975_877_832_3, 0.105_357_393_653_890_27, 0.097_043_322_110_287_56, 0.635_797_588_204_472_3],
        [0.597_413_129_283_992_1, 0.120_125_911_096_661_54, 0.110_646_411_040_129_69, 0.724_920_785_408_040_8],
    ];
    let weighted = [
        [0.381_501_466_130_395_54, 0.075_568_698_656_887_5, 0.049_697_442_899_208_015, 0.612_535_465_270_619_5],
        [0.434_978_596_321_168_1, 0.086_161_573_115_305_35, 0.056_663_803_083_944_635, 0.698_397_884_503_226_9],
    ];
    let clusters = [s.clusters];
    for (w, expected) in [(None, plain), (Some(s.w.as_slice()), weighted)] {
        let fit = fit(&s.x, &s.y, w);
        let of = |robust| fit.covariance(&s.x, robust, &clusters).expect("a covariance");
        assert_all_near("CR0", &errors(&of(Robust::Cr0).matrix), &expected[0], 1e-11);
        assert_all_near("CR1S", &errors(&of(Robust::Cr1s).matrix), &expected[1], 1e-11);
        let between: Vec<f64> = expected[0].iter().map(|e| e * 1.2f64.sqrt()).collect();
        assert_all_near("CR1", &errors(&of(Robust::Cr1).matrix), &between, 1e-11);
        assert_eq!(of(Robust::Cr1).df, [5.0; 4]);
    }
}

#[test]
fn two_ways_of_clustering_equal_the_reference() {
    // computed with statsmodels 0.15.0
    let s = sample();
    let expected =
        [0.365_494_107_454_193_3, 0.069_854_315_268_297_22, 0.070_753_189_497_780_3, 0.600_110_572_266_600_9];
    let fit = fit(&s.x, &s.y, None);
    let found = fit.covariance(&s.x, Robust::Cr0, &[s.clusters, s.other]).expect("a covariance");
    assert_all_near("errors", &errors(&found.matrix), &expected, 1e-11);
    assert_eq!(found.df, [4.0; 4], "the fewest clusters less one");
}

#[test]
fn two_ways_are_the_sum_of_both_less_their_intersection() {
    let s = sample();
    let both = s.clusters.crossed(&s.other);
    {
        let fit = fit(&s.x, &s.y, None);
        for robust in Robust::ALL.into_iter().filter(|r| r.is_clustered()) {
            let of = |clusters: &[Clusters]| fit.covariance(&s.x, robust, clusters).expect("a covariance").matrix;
            let (a, b, ab) = (
                of(std::slice::from_ref(&s.clusters)),
                of(std::slice::from_ref(&s.other)),
                of(std::slice::from_ref(&both)),
            );
            let found = of(&[s.clusters.clone(), s.other.clone()]);
            assert_matrix_near(robust.code(), &found, &a.plus(&b, 1.0).plus(&ab, -1.0), 1e-13);
        }
    }
    // The same clusters twice are those clusters.
    let fit = fit(&s.x, &s.y, None);
    let one = fit.covariance(&s.x, Robust::Cr1, std::slice::from_ref(&s.clusters)).expect("a covariance");
    let twice = fit.covariance(&s.x, Robust::Cr1, &[s.clusters.clone(), s.clusters]).expect("a covariance");
    assert_matrix_near("twice", &twice.matrix, &one.matrix, 1e-13);
}

#[test]
fn rows_that_are_their_own_clusters_give_the_heteroscedasticity_robust_errors() {
    let s = sample();
    let own = [Clusters::new((0..40).collect())];
    for w in [None, Some(s.w.as_slice())] {
        let fit = fit(&s.x, &s.y, w);
        for (clustered, plain) in [(Robust::Cr0, Robust::Hc0), (Robust::Cr2, Robust::Hc2), (Robust::Cr3, Robust::Hc3)] {
            if w.is_some() && clustered == Robust::Cr2 {
                continue; // with weights another working model than that of HC2
            }
            let (c, h) = (fit.covariance(&s.x, clustered, &own), fit.covariance(&s.x, plain, &[]));
            assert_matrix_near(plain.code(), &c.expect("one").matrix, &h.expect("another").matrix, 1e-12);
        }
    }
}

#[test]
fn under_equal_spread_cr2_is_unbiased() {
    // E[e eᵀ] = I − H: putting that in place of e eᵀ must give (XᵀX)⁻¹. Done by fitting every unit vector as outcome,
    // residuals of which are the columns of I − H, and adding the covariances.
    let s = sample();
    let clusters = [s.clusters];
    let mut sum = Matrix::zeros(4, 4);
    for row in 0..40 {
        let y: Vec<f64> = (0..40).map(|i| f64::from(u8::from(i == row))).collect();
        let one = fit(&s.x, &y, None).covariance(&s.x, Robust::Cr2, &clusters).expect("a covariance");
        sum = sum.plus(&one.matrix, 1.0);
    }
    assert_matrix_near("sum", &sum, &fit(&s.x, &s.y, None).bread, 1e-12);
}

#[test]
fn clusters_must_be_given_and_be_two() {
    let s = sample();
    let fit = fit(&s.x, &s.y, None);
    for robust in Robust::ALL.into_iter().filter(|r| r.is_clustered()) {
        let found = fit.covariance(&s.x, robust, &[]);
        assert_eq!(found.unwrap_err().to_string(), format!("{} needs clusters", robust.code()));
        let one = Clusters::new(vec![0; 40]);
        let found = fit.covariance(&s.x, robust, std::slice::from_ref(&one));
        assert!(matches!(found, Err(Failure::TooFew { rows: 1, .. })));
        let found = fit.covariance(&s.x, robust, &[s.clusters.clone(), one]);
        assert!(matches!(found, Err(Failure::TooFew { rows: 1, .. })));
    }
}

#[test]
fn every_kind_is_found_by_its_word_in_any_case() {
    for robust in Robust::ALL {
        assert_eq!(Robust::from_code(&robust.code().to_lowercase()), Some(robust));
    }
    assert_eq!(Robust::from_code("HC4"), None);
}

#[test]
fn a_tested_coefficient_carries_its_interval() {
    // computed with scipy 1.17.1
    let one = Tested::new("age", 5.0, 2.0, 36.0);
    assert_near("statistic", one.statistic, 2.5, 0.0);
    assert_near("low", one.ci_low, 5.0 - 2.0 * 2.028_094_000_980_452, 1e-12);
    assert_near("high", one.ci_high, 5.0 + 2.0 * 2.028_094_000_980_452, 1e-12);
    assert_near("p", one.p_value, 0.017_113_829_906_915_394, 1e-12);
    let s = sample();
    let fit = fit(&s.x, &s.y, None);
    let covariance = fit.covariance(&s.x, Robust::Hc3, &[]).expect("a covariance");
    let all = tested(&names(4), &fit.coefficients, &covariance);
    assert_eq!(all.len(), 4);
    assert_near("error", all[3].std_error, covariance.matrix.at(3, 3).sqrt(), 1e-15);
    assert_eq!(all[3].term, "x3");
}

// ---------------------------------------------------------------- CR2 and CR3, written out

/// A power of a symmetric matrix; where an eigenvalue is nothing its direction is left out.
fn power(matrix: &Matrix, p: f64) -> Matrix {
    let n = matrix.width();
    let (values, vectors) = symmetric_eigen(matrix);
    let mut out = Matrix::zeros(n, n);
    for (m, value) in values.iter().enumerate().filter(|(_, v)| **v > 1e-9) {
        for j in 0..n {
            for i in 0..n {
                out.set(i, j, out.at(i, j) + vectors.at(i, m) * value.powf(p) * vectors.at(j, m));
            }
        }
    }
    out
}

/// Rows and columns at `keep`.
fn block(matrix: &Matrix, keep: &[usize]) -> Matrix {
    matrix.take(keep).transposed().take(keep).transposed()
}

struct WrittenOut {
    matrix: Matrix,
    df: Vec<f64>,
}

/// On the scale of the root weights: `Σ M Xᵀ A e eᵀ A X M`, `A = (I − H)^p` of each cluster; and degrees of freedom from
/// the whole `G × G` matrix of `cᵀ M Xᵀ A (I − H) (I − H)ᵀ A X M c`.
fn written_out(x: &Matrix, y: &[f64], w: Option<&[f64]>, clusters: &Clusters, p: f64) -> WrittenOut {
    let (n, k) = (x.rows(), x.width());
    let root = |i: usize| w.map_or(1.0, |w| w[i].sqrt());
    let mut scaled = x.clone();
    for j in 0..k {
        scaled.column_mut(j).iter_mut().enumerate().for_each(|(i, v)| *v *= root(i));
    }
    let outcome: Vec<f64> = (0..n).map(|i| y[i] * root(i)).collect();
    let turned = scaled.transposed();
    let bread = Cholesky::new(&turned.product(&scaled)).expect("free columns").inverse();
    let free = Matrix::identity(n).plus(&scaled.product(&bread).product(&turned), -1.0);
    let e = free.times(&outcome);
    let mut meat = Matrix::zeros(k, k);
    let mut shares: Vec<Vec<Vec<f64>>> = vec![Vec::new(); k];
    for g in 0..clusters.count {
        let rows: Vec<usize> = (0..n).filter(|i| clusters.of_row[*i] as usize == g).collect();
        let adjust = power(&block(&free, &rows), p);
        let own = scaled.take(&rows);
        let e: Vec<f64> = rows.iter().map(|i| e[*i]).collect();
        let score = own.transposed_times(&adjust.times(&e));
        for j in 0..k {
            for i in 0..k {
                meat.set(i, j, meat.at(i, j) + score[i] * score[j]);
            }
        }
        for (j, of) in shares.iter_mut().enumerate() {
            let inner = adjust.times(&own.times(bread.column(j)));
            let mut whole = vec![0.0; n];
            rows.iter().zip(&inner).for_each(|(i, v)| whole[*i] = *v);
            of.push(free.times(&whole));
        }
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let df = shares
        .iter()
        .map(|of| {
            let trace: f64 = of.iter().map(|a| dot(a, a)).sum();
            let squares: f64 = of.iter().flat_map(|a| of.iter().map(|b| dot(a, b).powi(2))).sum();
            trace * trace / squares
        })
        .collect();
    WrittenOut { matrix: bread.product(&meat).product(&bread), df }
}

#[test]
fn cr2_and_its_degrees_of_freedom_are_those_written_out() {
    let s = sample();
    // With weights the working model is another: `faults.rs` has its numbers.
    {
        let w = None;
        for clusters in [&s.clusters, &s.other, &s.clusters.crossed(&s.other)] {
            let expected = written_out(&s.x, &s.y, w, clusters, -0.5);
            let fit = fit(&s.x, &s.y, w);
            let found = fit.covariance(&s.x, Robust::Cr2, std::slice::from_ref(clusters)).expect("a covariance");
            assert_matrix_near("CR2", &found.matrix, &expected.matrix, 1e-11);
            assert_all_near("df", &found.df, &expected.df, 1e-9);
            assert!(found.df.iter().all(|df| *df > 1.0 && *df < clusters.count as f64));
        }
    }
}

#[test]
fn cr3_is_that_written_out() {
    let s = sample();
    for w in [None, Some(s.w.as_slice())] {
        for clusters in [&s.clusters, &s.other] {
            let expected = written_out(&s.x, &s.y, w, clusters, -1.0);
            let fit = fit(&s.x, &s.y, w);
            let found = fit.covariance(&s.x, Robust::Cr3, std::slice::from_ref(clusters)).expect("a covariance");
            assert_matrix_near("CR3", &found.matrix, &expected.matrix, 1e-11);
        }
    }
}

#[test]
fn cr3_is_the_spread_of_refits_that_leave_a_cluster_out() {
    // Σ (b₋g − b)(b₋g − b)ᵀ, with no factor.
    let s = sample();
    for w in [None, Some(s.w.as_slice())] {
        let whole = fit(&s.x, &s.y, w);
        let mut expected = Matrix::zeros(4, 4);
        for g in 0..s.clusters.count {
            let keep: Vec<usize> = (0..40).filter(|i| s.clusters.of_row[*i] as usize != g).collect();
            let some = |v: &[f64]| keep.iter().map(|i| v[*i]).collect::<Vec<f64>>();
            let weights = w.map(some);
            let refit = fit(&s.x.take(&keep), &some(&s.y), weights.as_deref());
            let gap: Vec<f64> = refit.coefficients.iter().zip(&whole.coefficients).map(|(a, b)| a - b).collect();
            for j in 0..4 {
                for i in 0..4 {
                    expected.set(i, j, expected.at(i, j) + gap[i] * gap[j]);
                }
            }
        }
        let found = whole.covariance(&s.x, Robust::Cr3, std::slice::from_ref(&s.clusters)).expect("a covariance");
        assert_matrix_near("CR3", &found.matrix, &expected, 1e-11);
    }
}

#[test]
fn cr2_takes_away_the_directions_that_a_clusters_own_indicator_spans() {
    // An indicator of each cluster but the first: I − H of a cluster is singular, and its root a pseudo-inverse.
    let s = sample();
    let marks = (1..s.clusters.count as u32)
        .map(|g| s.clusters.of_row.iter().map(|c| f64::from(u8::from(*c == g))).collect::<Vec<f64>>());
    let x = s.x.beside(marks);
    {
        let w = None;
        let expected = written_out(&x, &s.y, w, &s.clusters, -0.5);
        let fit = fit(&x, &s.y, w);
        let found = fit.covariance(&x, Robust::Cr2, std::slice::from_ref(&s.clusters)).expect("a covariance");
        assert_matrix_near("CR2", &found.matrix, &expected.matrix, 1e-10);
        assert_all_near("df of the numbers", &found.df[1..4], &expected.df[1..4], 1e-8);
    }
}

#[test]
fn cr2_bears_columns_of_different_size_beside_cluster_indicators() {
    let s = sample();
    let marks: Vec<Vec<f64>> = (1..s.clusters.count as u32)
        .map(|g| s.clusters.of_row.iter().map(|c| f64::from(u8::from(*c == g))).collect())
        .collect();
    let at = |factor: f64| {
        let mut x = s.x.beside(marks.clone());
        x.column_mut(1).iter_mut().for_each(|v| *v *= factor);
        let fit = least_squares(&x, &names(x.width()), &s.y, None).expect("a fit");
        let of = |robust| fit.covariance(&x, robust, std::slice::from_ref(&s.clusters)).expect("a covariance");
        let (two, three) = (of(Robust::Cr2), of(Robust::Cr3));
        [two.matrix.at(1, 1).sqrt() * factor, two.df[1], three.matrix.at(1, 1).sqrt() * factor]
    };
    let expected = at(1.0);
    for factor in [1e3, 1e4, 1e5, 1e6, 1e7] {
        assert_all_near(&format!("times {factor}"), &at(factor), &expected, 1e-6);
    }
}

// ---------------------------------------------------------------- small matrices

#[test]
fn eigenvalues_and_vectors_make_the_matrix_again() {
    let s = sample();
    let gram = s.x.gram(Some(&s.w));
    let (values, vectors) = symmetric_eigen(&gram);
    let mut scaled = vectors.clone();
    for (j, value) in values.iter().enumerate() {
        scaled.column_mut(j).iter_mut().for_each(|v| *v *= value);
    }
    assert_matrix_near("again", &scaled.product(&vectors.transposed()), &gram, 1e-13);
    assert_matrix_near("at right angles", &vectors.transposed().product(&vectors), &Matrix::identity(4), 1e-14);
    let (flat, _) = symmetric_eigen(&Matrix::zeros(3, 3));
    assert_eq!(flat, [0.0; 3]);
    let (mut equal, _) = symmetric_eigen(&Matrix::new(2, vec![vec![2.0, 1.0], vec![1.0, 2.0]]));
    equal.sort_by(f64::total_cmp);
    assert_all_near("1 and 3", &equal, &[1.0, 3.0], 1e-15);
}

#[test]
fn a_cholesky_factor_solves_inverts_and_tells_the_first_dependent_column() {
    let a = Matrix::new(3, vec![vec![4.0, 2.0, 0.6], vec![2.0, 5.0, 1.0], vec![0.6, 1.0, 3.0]]);
    let factor = Cholesky::new(&a).expect("positive");
    assert_matrix_near("inverse", &a.product(&factor.inverse()), &Matrix::identity(3), 1e-14);
    assert_all_near("solution", &a.times(&factor.solve(&[1.0, -2.0, 0.5])), &[1.0, -2.0, 0.5], 1e-14);
    assert_matrix_near("again", &factor.lower().product(&factor.lower().transposed()), &a, 1e-14);
    // 4·(15 − 1) − 2·(6 − 0.6) + 0.6·(2 − 3) = 44.6
    assert_near("log determinant", factor.log_determinant(), 44.6f64.ln(), 1e-14);
    let told = Matrix::new(3, vec![vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0], vec![3.0, 6.0, 10.0]]);
    assert_eq!(Cholesky::new(&told).unwrap_err(), 1);
}
