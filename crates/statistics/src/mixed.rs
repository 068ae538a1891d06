//! A random intercept per unit, by restricted maximum likelihood.

use crate::error::Failure;
use crate::linear::least_squares;
use crate::matrix::{Cholesky, Matrix, dot};
use crate::optimise::brent;

/// `y = X b + u[unit] + e`, the variance of `e` divided by a row's weight.
#[derive(Clone, Debug)]
pub struct RandomIntercept {
    /// Fixed effects.
    pub coefficients: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// Standard deviation between units.
    pub sd_unit: f64,
    /// Standard deviation within.
    pub sd_residual: f64,
    /// Best prediction of each unit's own level.
    pub blup: Vec<f64>,
    /// Its standard deviation, given the fixed effects.
    pub blup_sd: Vec<f64>,
}

/// Fit, with all that is needed of the rows summed once per unit.
///
/// # Errors
/// Collinear columns or too few units.
pub fn random_intercept(
    x: &Matrix,
    names: &[String],
    y: &[f64],
    weights: Option<&[f64]>,
    unit: &[u32],
    units: usize,
) -> Result<RandomIntercept, Failure> {
    let (n, k) = (x.rows(), x.width());
    if units < 2 || n <= k + 1 {
        return Err(Failure::TooFew {
            rows: units,
            needed: crate::said!("en variation mellem enheder", "a variation between units"),
        });
    }
    if units == n {
        return Err(Failure::Cannot(crate::said!(
            "hver enhed har kun én række: forskelle mellem enheder kan ikke skilles fra tilfældige udsving",
            "each unit has one row only: differences between units cannot be told from chance"
        )));
    }
    let w = |i: usize| weights.map_or(1.0, |w| w[i]);
    // On the residuals of an ordinary fit, so that nothing depends on where y is counted from.
    let ordinary = least_squares(x, names, y, weights)?;
    let y = ordinary.residuals.as_slice();
    let mut sums = vec![vec![0.0; k]; units];
    let (mut y_sum, mut count) = (vec![0.0; units], vec![0.0; units]);
    for i in 0..n {
        let g = unit[i] as usize;
        for (place, j) in sums[g].iter_mut().zip(0..k) {
            *place += w(i) * x.at(i, j);
        }
        y_sum[g] += w(i) * y[i];
        count[g] += w(i);
    }
    let weighted: Vec<f64> = y.iter().enumerate().map(|(i, y)| w(i) * y).collect();
    let (xx, xy, yy) = (x.gram(weights), x.transposed_times(&weighted), dot(y, &weighted));
    let df = (n - k) as f64;
    // With t = τ²/σ² and the sum s of a unit's weights: its V⁻¹ is W − c w wᵀ, c = t / (1 + t s).
    let at = |t: f64| -> Result<(f64, Vec<f64>, Cholesky, f64), Failure> {
        let (mut a, mut b, mut c) = (xx.clone(), xy.clone(), yy);
        let mut log_det = 0.0;
        for g in 0..units {
            let shrink = t / (1.0 + t * count[g]);
            log_det += (t * count[g]).ln_1p();
            for j in 0..k {
                b[j] -= shrink * sums[g][j] * y_sum[g];
                for i in 0..k {
                    a.set(i, j, a.at(i, j) - shrink * sums[g][i] * sums[g][j]);
                }
            }
            c -= shrink * y_sum[g].powi(2);
        }
        let factor = Cholesky::new(&a).map_err(|j| Failure::Collinear { column: names[j].clone() })?;
        let coefficients = factor.solve(&b);
        let rss = c - coefficients.iter().zip(&b).map(|(x, y)| x * y).sum::<f64>();
        let sigma2 = (rss / df).max(f64::MIN_POSITIVE);
        let deviance = df * sigma2.ln() + factor.log_determinant() + log_det;
        Ok((deviance, coefficients, factor, sigma2))
    };
    at(1.0)?;
    let (log_t, lowest) = brent(|log_t| at(log_t.exp()).map_or(f64::INFINITY, |a| a.0), -25.0, 15.0, 1e-10);
    let t = if at(0.0)?.0 <= lowest { 0.0 } else { log_t.exp() };
    let (_, coefficients, factor, sigma2) = at(t)?;
    let residual = |g: usize| y_sum[g] - sums[g].iter().zip(&coefficients).map(|(s, b)| s * b).sum::<f64>();
    let shrink = |g: usize| t / (1.0 + t * count[g]);
    let inverse = factor.inverse();
    Ok(RandomIntercept {
        blup: (0..units).map(|g| shrink(g) * residual(g)).collect(),
        blup_sd: (0..units).map(|g| (sigma2 * shrink(g)).sqrt()).collect(),
        covariance: Matrix::zeros(k, k).plus(&inverse, sigma2),
        sd_unit: (t * sigma2).sqrt(),
        sd_residual: sigma2.sqrt(),
        coefficients: coefficients.iter().zip(&ordinary.coefficients).map(|(a, b)| a + b).collect(),
    })
}
