//! Ridge regression: many conditions, few rows, and one number that says how far coefficients are held back.

use crate::matrix::{Matrix, dot, symmetric_eigen};

/// Columns put on one scale and taken apart once, so that every outcome and every penalty is cheap.
///
/// `n` rows, `p` columns without an intercept; columns have mean 0 and variance 1 (divisor `n`), constant ones count
/// nothing. The intercept is not penalised.
#[derive(Clone, Debug)]
pub struct RidgeBasis {
    z: Matrix,
    means: Vec<f64>,
    scales: Vec<f64>,
    /// Eigenvectors of `Z Zᵀ`, `n` by `n`.
    u: Matrix,
    /// Its eigenvalues.
    s2: Vec<f64>,
}

/// A fit at one penalty.
#[derive(Clone, Debug, PartialEq)]
pub struct RidgeFit {
    /// The penalty λ, on columns of variance 1 and sums over rows (Hoerl and Kennard 1970).
    pub lambda: f64,
    /// Mean of the outcome.
    pub intercept: f64,
    /// A coefficient per column, for one standard deviation of it (by its weight).
    pub coefficients: Vec<f64>,
    /// Fitted values.
    pub fitted: Vec<f64>,
    /// Each row predicted without it: `y − e / (1 − h)`, exact for the given scales.
    pub left_out: Vec<f64>,
    /// Diagonal of the hat matrix, the intercept's `1/n` within.
    pub leverage: Vec<f64>,
    /// Trace of the hat matrix: parameters in effect.
    pub parameters: f64,
    /// Sum of squared left-out errors.
    pub press: f64,
}

impl RidgeBasis {
    /// From columns of equal length, at least two rows.
    pub fn new(x: &Matrix) -> Self {
        Self::weighted(x, &vec![1.0; x.width()])
    }

    /// As [`new`](Self::new), with a standard deviation per column that it is brought to, above 0: a column with a lower
    /// one is held back more.
    pub fn weighted(x: &Matrix, weights: &[f64]) -> Self {
        let (n, p) = (x.rows(), x.width());
        let mut columns = Vec::with_capacity(p);
        let (mut means, mut scales) = (Vec::with_capacity(p), Vec::with_capacity(p));
        for j in 0..p {
            let column = x.column(j);
            let mean = column.iter().sum::<f64>() / n as f64;
            let spread = (column.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
            let scale = if spread > 1e-12 * mean.abs().max(1.0) { spread / weights[j] } else { f64::INFINITY };
            columns.push(column.iter().map(|v| (v - mean) / scale).collect());
            means.push(mean);
            scales.push(scale);
        }
        let z = Matrix::new(n, columns);
        let (s2, u) = symmetric_eigen(&z.transposed().gram(None));
        Self { z, means, scales, u, s2: s2.into_iter().map(|v| v.max(0.0)).collect() }
    }

    /// A fit at a penalty above 0.
    pub fn fit(&self, y: &[f64], lambda: f64) -> RidgeFit {
        let n = y.len();
        let intercept = y.iter().sum::<f64>() / n as f64;
        let centred: Vec<f64> = y.iter().map(|v| v - intercept).collect();
        let along = self.u.transposed_times(&centred);
        let kept: Vec<f64> = self.s2.iter().map(|s| s / (s + lambda)).collect();
        let weights: Vec<f64> = along.iter().zip(&self.s2).map(|(a, s)| a / (s + lambda)).collect();
        let alpha = self.u.times(&weights);
        let coefficients = self.z.transposed_times(&alpha);
        let shift: Vec<f64> = along.iter().zip(&kept).map(|(a, k)| a * k).collect();
        let fitted: Vec<f64> = self.u.times(&shift).iter().map(|v| v + intercept).collect();
        let leverage: Vec<f64> =
            (0..n).map(|i| 1.0 / n as f64 + (0..n).map(|j| kept[j] * self.u.at(i, j).powi(2)).sum::<f64>()).collect();
        let left_out: Vec<f64> = (0..n).map(|i| y[i] - (y[i] - fitted[i]) / (1.0 - leverage[i])).collect();
        let press = y.iter().zip(&left_out).map(|(y, p)| (y - p).powi(2)).sum();
        RidgeFit {
            lambda,
            intercept,
            coefficients,
            fitted,
            left_out,
            parameters: leverage.iter().sum(),
            leverage,
            press,
        }
    }

    /// The fit whose left-out errors are smallest, among the penalties given.
    ///
    /// # Panics
    /// Where no penalty is given.
    pub fn best(&self, y: &[f64], penalties: &[f64]) -> RidgeFit {
        let fits = penalties.iter().map(|l| self.fit(y, *l));
        fits.min_by(|a, b| a.press.total_cmp(&b.press)).expect("a penalty to choose from")
    }

    /// A new row by a fit.
    pub fn predict(&self, fit: &RidgeFit, row: &[f64]) -> f64 {
        let z: Vec<f64> = row.iter().enumerate().map(|(j, v)| (v - self.means[j]) / self.scales[j]).collect();
        fit.intercept + dot(&z, &fit.coefficients)
    }

    /// What each column adds to a row's expected value, in the unit of the outcome.
    pub fn contributions(&self, fit: &RidgeFit, row: usize) -> Vec<f64> {
        (0..self.z.width()).map(|j| self.z.at(row, j) * fit.coefficients[j]).collect()
    }
}

/// Penalties evenly spaced by logarithm.
pub fn penalties(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = (high / low).ln() / (count.max(2) - 1) as f64;
    (0..count).map(|i| low * (step * i as f64).exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::least_squares;

    fn sample(n: usize, p: usize) -> (Matrix, Vec<f64>) {
        let mut chance = Chance::new(7, 0);
        let columns: Vec<Vec<f64>> =
            (0..p).map(|j| (0..n).map(|_| chance.normal() * (j + 1) as f64).collect()).collect();
        let y = (0..n).map(|i| 3.0 + columns[0][i] - 0.2 * columns[1][i] + chance.normal()).collect();
        (Matrix::new(n, columns), y)
    }

    #[test]
    fn without_a_penalty_it_is_least_squares() {
        let (x, y) = sample(40, 4);
        let ridge = RidgeBasis::new(&x).fit(&y, 1e-5);
        let names: Vec<String> = (0..5).map(|i| i.to_string()).collect();
        let with_one = Matrix::new(40, vec![vec![1.0; 40]]).beside((0..4).map(|j| x.column(j).to_vec()));
        let ols = least_squares(&with_one, &names, &y, None).unwrap();
        for i in 0..40 {
            assert!((ridge.fitted[i] - ols.fitted[i]).abs() < 1e-4);
            assert!((ridge.left_out[i] - ols.left_out(&y)[i]).abs() < 1e-4);
        }
        assert!((ridge.parameters - 5.0).abs() < 1e-4);
    }

    /// The textbook solution `(ZᵀZ + λI)⁻¹ Zᵀ(y − ȳ)` by Cholesky.
    #[test]
    fn it_solves_the_penalised_equations() {
        let (x, y) = sample(30, 5);
        let basis = RidgeBasis::new(&x);
        let fit = basis.fit(&y, 12.5);
        let gram = basis.z.gram(None).plus(&Matrix::identity(5), 12.5);
        let centred: Vec<f64> = y.iter().map(|v| v - fit.intercept).collect();
        let beta = crate::Cholesky::new(&gram).unwrap().solve(&basis.z.transposed_times(&centred));
        for (a, b) in fit.coefficients.iter().zip(&beta) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
        let row: Vec<f64> = (0..5).map(|j| x.at(3, j)).collect();
        assert!((basis.predict(&fit, &row) - fit.fitted[3]).abs() < 1e-9);
        let parts: f64 = basis.contributions(&fit, 3).iter().sum();
        assert!((fit.intercept + parts - fit.fitted[3]).abs() < 1e-9);
    }

    /// Left out in closed form, against fitting again without the row on the same scales.
    #[test]
    fn a_left_out_row_is_what_a_fit_without_it_says() {
        let (x, y) = sample(25, 30);
        let basis = RidgeBasis::new(&x);
        let fit = basis.fit(&y, 8.0);
        for out in [0, 11, 24] {
            let rest: Vec<usize> = (0..25).filter(|i| *i != out).collect();
            let z = basis.z.take(&rest);
            let ys: Vec<f64> = rest.iter().map(|i| y[*i]).collect();
            // An intercept that is not penalised: centre, then solve.
            let mean = ys.iter().sum::<f64>() / 24.0;
            let centres: Vec<f64> = (0..30).map(|j| z.column(j).iter().sum::<f64>() / 24.0).collect();
            let zc = Matrix::new(24, (0..30).map(|j| z.column(j).iter().map(|v| v - centres[j]).collect()).collect());
            let gram = zc.gram(None).plus(&Matrix::identity(30), 8.0);
            let yc: Vec<f64> = ys.iter().map(|v| v - mean).collect();
            let beta = crate::Cholesky::new(&gram).unwrap().solve(&zc.transposed_times(&yc));
            let said = mean + (0..30).map(|j| (basis.z.at(out, j) - centres[j]) * beta[j]).sum::<f64>();
            assert!((said - fit.left_out[out]).abs() < 1e-8, "{said} {}", fit.left_out[out]);
        }
    }

    #[test]
    fn a_constant_column_counts_nothing() {
        let (x, y) = sample(20, 2);
        let more = x.beside([vec![7.0; 20]]);
        let (a, b) = (RidgeBasis::new(&x).fit(&y, 3.0), RidgeBasis::new(&more).fit(&y, 3.0));
        assert!(a.fitted.iter().zip(&b.fitted).all(|(a, b)| (a - b).abs() < 1e-9));
        assert_eq!(b.coefficients[2], 0.0);
    }

    #[test]
    fn penalties_span_what_is_asked() {
        let all = penalties(0.1, 1000.0, 5);
        assert!((all[0] - 0.1).abs() < 1e-12 && (all[4] - 1000.0).abs() < 1e-6 && (all[2] - 10.0).abs() < 1e-9);
    }
}
