//! Weighted least squares by Householder's QR.

use crate::error::Failure;
use crate::matrix::{BLOCK, Matrix, dot};
use rayon::prelude::*;

/// A fit of `y` on the columns of `x`, weights `w`.
///
/// **Shapes.** `n` rows, `k` columns. `fitted` and `residuals` are in the units of `y`, unweighted.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// `k` coefficients.
    pub coefficients: Vec<f64>,
    /// `(Xᵀ W X)⁻¹`, `k × k`.
    pub bread: Matrix,
    /// `X b`.
    pub fitted: Vec<f64>,
    /// `y − X b`.
    pub residuals: Vec<f64>,
    /// Diagonal of the hat matrix.
    pub leverage: Vec<f64>,
    /// Residual standard deviation with `n − k` degrees of freedom.
    pub sigma: f64,
    /// Share of the variation about the mean that is told.
    pub r2: f64,
    /// `n − k`, not counting rows of weight zero.
    pub df: f64,
    /// Rows that count: all but those of weight zero.
    pub counted: f64,
    /// Square roots of the weights, where there are any.
    pub root_weights: Option<Vec<f64>>,
}

/// Weighted least squares.
///
/// # Errors
/// [`Failure::Collinear`] names the first column that the ones before it tell, [`Failure::TooFew`] where there are not more
/// rows than columns.
pub fn least_squares(x: &Matrix, names: &[String], y: &[f64], w: Option<&[f64]>) -> Result<LeastSquares, Failure> {
    let (n, k) = (x.rows(), x.width());
    let counted = w.map_or(n, |w| w.iter().filter(|w| **w > 0.0).count());
    if counted <= k {
        return Err(Failure::TooFew {
            rows: counted,
            needed: crate::said!("{k} koefficienter og en rest", "{k} coefficients and a residual"),
        });
    }
    let root_weights: Option<Vec<f64>> = w.map(|w| w.iter().map(|w| w.sqrt()).collect());
    let scaled = |v: &[f64]| -> Vec<f64> {
        match &root_weights {
            Some(root) => v.iter().zip(root).map(|(v, r)| v * r).collect(),
            None => v.to_vec(),
        }
    };
    let mut a: Vec<Vec<f64>> = (0..k).map(|j| scaled(x.column(j))).collect();
    let mut right = scaled(y);
    let upper = householder(&mut a, &mut right).map_err(|j| Failure::Collinear {
        column: names.get(j).cloned().unwrap_or_else(|| format!("column {}", j + 1)),
    })?;
    let mut coefficients = right[..k].to_vec();
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|j| upper.at(i, j) * coefficients[j]).sum();
        coefficients[i] = (coefficients[i] - known) / upper.at(i, i);
    }
    let inverse = upper_inverse(&upper);
    let bread = inverse.product(&inverse.transposed());
    let fitted = x.times(&coefficients);
    let residuals: Vec<f64> = y.iter().zip(&fitted).map(|(y, f)| y - f).collect();
    let leverage = leverages(x, &inverse, w);
    let weight = |i: usize| w.map_or(1.0, |w| w[i]);
    let rss: f64 = in_blocks(n, |i| weight(i) * residuals[i].powi(2));
    let total_weight = in_blocks(n, weight);
    let mean = in_blocks(n, |i| weight(i) * y[i]) / total_weight;
    let total = in_blocks(n, |i| weight(i) * (y[i] - mean).powi(2));
    let df = (counted - k) as f64;
    Ok(LeastSquares {
        coefficients,
        bread,
        fitted,
        residuals,
        leverage,
        sigma: (rss / df).sqrt(),
        r2: 1.0 - rss / total,
        df,
        counted: counted as f64,
        root_weights,
    })
}

/// A sum over rows, block by block.
fn in_blocks(n: usize, of: impl Fn(usize) -> f64) -> f64 {
    (0..n.div_ceil(BLOCK)).map(|b| (b * BLOCK..((b + 1) * BLOCK).min(n)).map(&of).sum::<f64>()).sum()
}

/// Reflects `a` to upper triangular, and `right` with it; gives the triangle, or the first column that the others tell.
fn householder(a: &mut [Vec<f64>], right: &mut [f64]) -> Result<Matrix, usize> {
    let k = a.len();
    let mut upper = Matrix::zeros(k, k);
    for j in 0..k {
        let whole = dot(&a[j], &a[j]).sqrt();
        let (done, rest) = a.split_at_mut(j + 1);
        let pivot = &mut done[j];
        let norm = dot(&pivot[j..], &pivot[j..]).sqrt();
        if norm.is_nan() || norm <= 1e-10 * whole || whole == 0.0 {
            return Err(j);
        }
        let alpha = if pivot[j] > 0.0 { -norm } else { norm };
        for i in 0..j {
            upper.set(i, j, pivot[i]);
        }
        upper.set(j, j, alpha);
        pivot[j] -= alpha;
        let v = &pivot[j..];
        let square = dot(v, v);
        let reflect = |column: &mut [f64]| {
            let factor = 2.0 * dot(v, &column[j..]) / square;
            for (place, v) in column[j..].iter_mut().zip(v) {
                *place -= factor * v;
            }
        };
        rest.par_iter_mut().for_each(|column| reflect(column));
        reflect(right);
    }
    Ok(upper)
}

fn upper_inverse(upper: &Matrix) -> Matrix {
    let k = upper.width();
    let mut out = Matrix::zeros(k, k);
    for j in 0..k {
        out.set(j, j, 1.0 / upper.at(j, j));
        for i in (0..j).rev() {
            let known: f64 = (i + 1..=j).map(|m| upper.at(i, m) * out.at(m, j)).sum();
            out.set(i, j, -known / upper.at(i, i));
        }
    }
    out
}

/// Diagonal of `W½ X (Xᵀ W X)⁻¹ Xᵀ W½`, from the inverse of the triangle.
fn leverages(x: &Matrix, inverse: &Matrix, w: Option<&[f64]>) -> Vec<f64> {
    let k = x.width();
    let mut out = vec![0.0; x.rows()];
    out.par_chunks_mut(BLOCK).enumerate().for_each(|(b, block)| {
        let mut row = vec![0.0; k];
        for (at, place) in block.iter_mut().enumerate() {
            let i = b * BLOCK + at;
            x.row_into(i, &mut row);
            let mut sum = 0.0;
            for j in 0..k {
                let part: f64 = (0..=j).map(|m| row[m] * inverse.at(m, j)).sum();
                sum += part * part;
            }
            *place = sum * w.map_or(1.0, |w| w[i]);
        }
    });
    out
}

impl LeastSquares {
    /// How much of its own prediction is not a row's own: `1 − h`. Nothing where the row alone decides it, as a category of
    /// one row does.
    pub fn free(&self, row: usize) -> Option<f64> {
        let free = 1.0 - self.leverage[row];
        (free > 1e-9).then_some(free)
    }

    /// Prediction of each row by a fit without it: `y − e / (1 − h)`. Not a number where the row alone decides it.
    pub fn left_out(&self, y: &[f64]) -> Vec<f64> {
        let one = |i: usize| self.free(i).map_or(f64::NAN, |free| y[i] - self.residuals[i] / free);
        (0..y.len()).map(one).collect()
    }

    /// Residuals over their own standard deviation with the row left out of it (externally studentised).
    pub fn studentised(&self) -> Vec<f64> {
        let rss = self.sigma.powi(2) * self.df;
        let root = |i: usize| self.root_weights.as_ref().map_or(1.0, |r| r[i]);
        (0..self.residuals.len())
            .map(|i| {
                let (e, free) = (self.residuals[i] * root(i), self.free(i).unwrap_or(f64::NAN));
                let without = ((rss - e * e / free) / (self.df - 1.0)).max(0.0).sqrt();
                e / (without * free.sqrt())
            })
            .collect()
    }

    /// The sum of squared errors of predictions that leave the row out; not a number where one cannot be made.
    pub fn press(&self) -> f64 {
        let w = |i: usize| self.root_weights.as_ref().map_or(1.0, |r| r[i] * r[i]);
        in_blocks(self.residuals.len(), |i| w(i) * (self.residuals[i] / self.free(i).unwrap_or(f64::NAN)).powi(2))
    }
}
