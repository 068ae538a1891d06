//! What must hold whatever the numbers are: scale, order and threads say nothing.

mod common;

use common::{names, near};
use proptest::prelude::*;
use rayon::ThreadPoolBuilder;
use statistics::chance::Chance;
use statistics::{
    Clusters, Covariance, Failure, Family, Glm, GlmFit, LeastSquares, Matrix, Robust, least_squares, random_intercept,
};

/// Rows with an intercept and two numbers, weights and clusters; enough rows that columns are free of each other.
#[derive(Clone, Debug)]
struct Rows {
    x: Vec<[f64; 2]>,
    y: Vec<f64>,
    binary: Vec<f64>,
    w: Vec<f64>,
    clusters: Vec<u32>,
}

impl Rows {
    fn matrix(&self) -> Matrix {
        let n = self.x.len();
        let of = |j: usize| self.x.iter().map(|r| r[j]).collect::<Vec<f64>>();
        Matrix::new(n, vec![vec![1.0; n], of(0), of(1)])
    }

    fn clusters(&self) -> [Clusters; 1] {
        [Clusters::new(self.clusters.clone())]
    }

    fn in_order(&self, order: &[usize]) -> Self {
        let of = |v: &[f64]| order.iter().map(|i| v[*i]).collect::<Vec<f64>>();
        Self {
            x: order.iter().map(|i| self.x[*i]).collect(),
            y: of(&self.y),
            binary: of(&self.binary),
            w: of(&self.w),
            clusters: order.iter().map(|i| self.clusters[*i]).collect(),
        }
    }
}

fn rows() -> impl Strategy<Value = Rows> {
    let row = ([-5.0..5.0, -3.0..9.0f64], -10.0..10.0f64, 0..2u8, 0.1..4.0f64);
    prop::collection::vec(row, 20..45).prop_map(|all| Rows {
        x: all.iter().map(|r| r.0).collect(),
        y: all.iter().map(|r| r.1).collect(),
        binary: all.iter().map(|r| f64::from(r.2)).collect(),
        w: all.iter().map(|r| r.3).collect(),
        clusters: (0..all.len() as u32).map(|i| i % 5).collect(),
    })
}

fn fit(x: &Matrix, y: &[f64], w: Option<&[f64]>) -> LeastSquares {
    least_squares(x, &names(x.width()), y, w).expect("a fit")
}

fn model(family: Family, x: &Matrix, y: &[f64], w: Option<&[f64]>) -> Result<GlmFit, Failure> {
    Glm { x, names: &names(x.width()), y, offset: None, weights: w, family }.fit()
}

fn covariance(fit: &LeastSquares, x: &Matrix, robust: Robust, clusters: &[Clusters]) -> Covariance {
    fit.covariance(x, robust, clusters).expect("a covariance")
}

fn same(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(*a, *b, tolerance))
}

fn same_matrix(a: &Matrix, b: &Matrix, tolerance: f64) -> bool {
    (0..a.width()).all(|j| same(a.column(j), b.column(j), tolerance))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weights_in_another_unit_change_nothing(rows in rows(), factor in 0.01..100.0f64) {
        let x = rows.matrix();
        let scaled: Vec<f64> = rows.w.iter().map(|w| w * factor).collect();
        let (a, b) = (fit(&x, &rows.y, Some(&rows.w)), fit(&x, &rows.y, Some(&scaled)));
        prop_assert!(same(&a.coefficients, &b.coefficients, 1e-12));
        prop_assert!(same(&a.leverage, &b.leverage, 1e-12));
        prop_assert!(same(&a.studentised(), &b.studentised(), 1e-10));
        prop_assert!(near(a.r2, b.r2, 1e-12));
        for robust in Robust::ALL {
            let (va, vb) = (covariance(&a, &x, robust, &rows.clusters()), covariance(&b, &x, robust, &rows.clusters()));
            prop_assert!(same_matrix(&va.matrix, &vb.matrix, 1e-11), "{}", robust.code());
            prop_assert!(same(&va.df, &vb.df, 1e-9), "{}", robust.code());
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in rows(), seed in any::<u64>()) {
        let order = Chance::new(seed, 0).order(rows.x.len());
        let turned = rows.in_order(&order);
        let (x, z) = (rows.matrix(), turned.matrix());
        let (a, b) = (fit(&x, &rows.y, Some(&rows.w)), fit(&z, &turned.y, Some(&turned.w)));
        prop_assert!(same(&a.coefficients, &b.coefficients, 1e-12));
        prop_assert!(near(a.sigma, b.sigma, 1e-12));
        prop_assert!(near(a.press(), b.press(), 1e-12));
        let residuals: Vec<f64> = order.iter().map(|i| a.residuals[*i]).collect();
        prop_assert!(same(&residuals, &b.residuals, 1e-12));
        for robust in Robust::ALL {
            let (va, vb) =
                (covariance(&a, &x, robust, &rows.clusters()), covariance(&b, &z, robust, &turned.clusters()));
            prop_assert!(same_matrix(&va.matrix, &vb.matrix, 1e-12), "{}", robust.code());
            prop_assert!(same(&va.df, &vb.df, 1e-10), "{}", robust.code());
        }
        let unit = |r: &Rows| random_intercept(&r.matrix(), &names(3), &r.y, None, &r.clusters, 5).expect("a fit");
        let (a, b) = (unit(&rows), unit(&turned));
        // A flat top: the height is told to 1e-15, the place to its root.
        prop_assert!(same(&a.coefficients, &b.coefficients, 1e-6));
        if let (Ok(a), Ok(b)) = (
            model(Family::Logit, &x, &rows.binary, Some(&rows.w)),
            model(Family::Logit, &z, &turned.binary, Some(&turned.w)),
        ) {
            prop_assert!(same(&a.coefficients, &b.coefficients, 1e-9));
            prop_assert!(near(a.log_likelihood, b.log_likelihood, 1e-12));
        }
    }

    #[test]
    fn a_row_twice_is_a_row_of_weight_two(rows in rows(), which in prop::collection::vec(any::<bool>(), 45)) {
        let n = rows.x.len();
        let twice: Vec<usize> = (0..n).flat_map(|i| std::iter::repeat_n(i, if which[i] { 2 } else { 1 })).collect();
        let long = rows.in_order(&twice);
        let w: Vec<f64> = (0..n).map(|i| if which[i] { 2.0 } else { 1.0 }).collect();
        let (a, b) = (fit(&rows.matrix(), &rows.y, Some(&w)), fit(&long.matrix(), &long.y, None));
        prop_assert!(same(&a.coefficients, &b.coefficients, 1e-11));
        prop_assert!(same_matrix(&a.bread, &b.bread, 1e-11));
        prop_assert!(near(a.r2, b.r2, 1e-11));
        for family in [Family::Logit, Family::Cloglog] {
            let (a, b) =
                (model(family, &rows.matrix(), &rows.binary, Some(&w)), model(family, &long.matrix(), &long.binary, None));
            prop_assert_eq!(a.is_ok(), b.is_ok());
            if let (Ok(a), Ok(b)) = (a, b) {
                prop_assert!(same(&a.coefficients, &b.coefficients, 1e-7));
                prop_assert!(same_matrix(&a.covariance, &b.covariance, 1e-5));
                prop_assert!(near(a.log_likelihood, b.log_likelihood, 1e-11));
            }
        }
    }

    #[test]
    fn a_column_in_another_unit_scales_its_coefficient_alone(rows in rows(), power in -3..4i32) {
        let factor = 10f64.powi(power);
        let x = rows.matrix();
        let mut scaled = x.clone();
        scaled.column_mut(1).iter_mut().for_each(|v| *v *= factor);
        let (a, b) = (fit(&x, &rows.y, Some(&rows.w)), fit(&scaled, &rows.y, Some(&rows.w)));
        let back = [b.coefficients[0], b.coefficients[1] * factor, b.coefficients[2]];
        prop_assert!(same(&a.coefficients, &back, 1e-10));
        prop_assert!(same(&a.leverage, &b.leverage, 1e-11));
        prop_assert!(same(&a.residuals, &b.residuals, 1e-10));
        for robust in [Robust::Classical, Robust::Hc3, Robust::Cr1] {
            let (va, vb) =
                (covariance(&a, &x, robust, &rows.clusters()), covariance(&b, &scaled, robust, &rows.clusters()));
            for (j, unit) in [1.0, factor, 1.0].into_iter().enumerate() {
                prop_assert!(near(va.matrix.at(j, j).sqrt(), vb.matrix.at(j, j).sqrt() * unit, 1e-10));
            }
        }
        if let (Ok(a), Ok(b)) =
            (model(Family::Logit, &x, &rows.binary, None), model(Family::Logit, &scaled, &rows.binary, None))
        {
            let back = [b.coefficients[0], b.coefficients[1] * factor, b.coefficients[2]];
            prop_assert!(same(&a.coefficients, &back, 1e-7));
        }
    }

    #[test]
    fn a_number_added_to_the_outcome_moves_the_intercept_alone(rows in rows(), shift in -100.0..100.0f64) {
        let x = rows.matrix();
        let moved: Vec<f64> = rows.y.iter().map(|y| y + shift).collect();
        let (a, b) = (fit(&x, &rows.y, Some(&rows.w)), fit(&x, &moved, Some(&rows.w)));
        let back = [b.coefficients[0] - shift, b.coefficients[1], b.coefficients[2]];
        prop_assert!(same(&a.coefficients, &back, 1e-10));
        prop_assert!(same(&a.residuals, &b.residuals, 1e-10));
        prop_assert!(near(a.r2, b.r2, 1e-10));
    }

    #[test]
    fn residuals_stand_at_right_angles_to_every_column(rows in rows()) {
        let x = rows.matrix();
        let a = fit(&x, &rows.y, Some(&rows.w));
        let weighted: Vec<f64> = a.residuals.iter().zip(&rows.w).map(|(e, w)| e * w).collect();
        prop_assert!(same(&x.transposed_times(&weighted), &[0.0; 3], 1e-10));
        prop_assert!(near(a.leverage.iter().sum::<f64>(), 3.0, 1e-11));
        prop_assert!(a.df > 0.0 && a.sigma >= 0.0 && a.r2 <= 1.0);
    }
}

/// Three blocks of rows, the last not full.
fn tall() -> (Matrix, Vec<f64>, Vec<f64>, Vec<f64>, Clusters) {
    let n = 20_000;
    let mut chance = Chance::new(42, 0);
    let columns =
        vec![vec![1.0; n], (0..n).map(|_| chance.normal()).collect(), (0..n).map(|_| chance.gamma(2.0)).collect()];
    let x = Matrix::new(n, columns);
    let y: Vec<f64> = (0..n).map(|i| 1.0 + 0.5 * x.at(i, 1) - 0.2 * x.at(i, 2) + chance.normal()).collect();
    let binary = y.iter().map(|y| f64::from(u8::from(*y > 0.8))).collect();
    let w = (0..n).map(|_| 0.5 + chance.uniform()).collect();
    let clusters = Clusters::new((0..n as u32).map(|i| i % 40).collect());
    (x, y, binary, w, clusters)
}

/// The bits of everything that is estimated.
fn everything() -> Vec<u64> {
    let (x, y, binary, w, clusters) = tall();
    let mut out = Vec::new();
    for w in [None, Some(w.as_slice())] {
        let fit = fit(&x, &y, w);
        out.extend_from_slice(&fit.coefficients);
        out.extend([fit.sigma, fit.r2, fit.press()]);
        out.extend_from_slice(&fit.leverage);
        out.extend(fit.studentised());
        for robust in Robust::ALL {
            let found = covariance(&fit, &x, robust, std::slice::from_ref(&clusters));
            (0..3).for_each(|j| out.extend_from_slice(found.matrix.column(j)));
            out.extend(found.df);
        }
        for family in [Family::Logit, Family::Cloglog, Family::Poisson] {
            let fit = model(family, &x, &binary, w).expect("a fit");
            out.extend_from_slice(&fit.coefficients);
            out.push(fit.log_likelihood);
        }
    }
    let unit = random_intercept(&x, &names(3), &y, None, &clusters.of_row, clusters.count).expect("a fit");
    out.extend(unit.coefficients);
    out.extend(unit.blup);
    out.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn an_answer_has_the_same_bytes_at_one_thread_and_at_several() {
    let at = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(everything)
    };
    let one = at(1);
    assert_eq!(one, at(2));
    assert_eq!(one, at(5));
}
