//! Small dense linear algebra on tall matrices, column by column.

use rayon::prelude::*;

/// Rows of a block: sums over many rows are taken block by block and added in order, whatever the number of threads.
pub(crate) const BLOCK: usize = 8192;

/// A column-major matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: Vec<Vec<f64>>,
}

impl Matrix {
    /// From columns of one length.
    ///
    /// # Panics
    /// Where lengths differ.
    pub fn new(rows: usize, columns: Vec<Vec<f64>>) -> Self {
        assert!(columns.iter().all(|c| c.len() == rows), "columns of one length");
        Self { rows, columns }
    }

    /// All zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns: vec![vec![0.0; rows]; columns] }
    }

    /// Ones on the diagonal.
    pub fn identity(n: usize) -> Self {
        let mut out = Self::zeros(n, n);
        for i in 0..n {
            out.columns[i][i] = 1.0;
        }
        out
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// A column.
    pub fn column(&self, j: usize) -> &[f64] {
        &self.columns[j]
    }

    /// Its columns.
    pub fn into_columns(self) -> Vec<Vec<f64>> {
        self.columns
    }

    /// A column to write in.
    pub fn column_mut(&mut self, j: usize) -> &mut [f64] {
        &mut self.columns[j]
    }

    /// An entry.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.columns[j][i]
    }

    /// Set an entry.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.columns[j][i] = value;
    }

    /// The row written into `out`.
    pub fn row_into(&self, i: usize, out: &mut [f64]) {
        for (place, column) in out.iter_mut().zip(&self.columns) {
            *place = column[i];
        }
    }

    /// The rows at `keep`.
    #[must_use]
    pub fn take(&self, keep: &[usize]) -> Self {
        let take = |c: &Vec<f64>| keep.iter().map(|i| c[*i]).collect();
        let columns = if keep.len() < BLOCK {
            self.columns.iter().map(take).collect()
        } else {
            self.columns.par_iter().map(take).collect()
        };
        Self { rows: keep.len(), columns }
    }

    /// With columns more at the right.
    #[must_use]
    pub fn beside(&self, more: impl IntoIterator<Item = Vec<f64>>) -> Self {
        Self::new(self.rows, self.columns.iter().cloned().chain(more).collect())
    }

    /// `self * v`.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.rows];
        let blocks = out.par_chunks_mut(BLOCK).enumerate();
        blocks.for_each(|(b, block)| {
            for (column, factor) in self.columns.iter().zip(v) {
                for (place, x) in block.iter_mut().zip(&column[b * BLOCK..]) {
                    *place += x * factor;
                }
            }
        });
        out
    }

    /// `selfᵀ * v`.
    pub fn transposed_times(&self, v: &[f64]) -> Vec<f64> {
        self.columns.par_iter().map(|column| dot(column, v)).collect()
    }

    /// `selfᵀ diag(w) self`; all weights one where `w` is `None`.
    #[must_use]
    pub fn gram(&self, w: Option<&[f64]>) -> Self {
        let k = self.width();
        let blocks = self.rows.div_ceil(BLOCK).max(1);
        let parts: Vec<Vec<f64>> = (0..blocks)
            .into_par_iter()
            .map(|b| {
                let (from, to) = (b * BLOCK, ((b + 1) * BLOCK).min(self.rows));
                let mut part = vec![0.0; k * k];
                let mut weighted = vec![0.0; to - from];
                for j in 0..k {
                    let column = &self.columns[j][from..to];
                    match w {
                        Some(w) => {
                            for (place, (x, w)) in weighted.iter_mut().zip(column.iter().zip(&w[from..to])) {
                                *place = x * w;
                            }
                        }
                        None => weighted.copy_from_slice(column),
                    }
                    for i in 0..=j {
                        part[j * k + i] = dot_short(&self.columns[i][from..to], &weighted);
                    }
                }
                part
            })
            .collect();
        let mut out = Self::zeros(k, k);
        for j in 0..k {
            for i in 0..=j {
                let sum = parts.iter().map(|p| p[j * k + i]).sum();
                out.set(i, j, sum);
                out.set(j, i, sum);
            }
        }
        out
    }

    /// `self * other`.
    #[must_use]
    pub fn product(&self, other: &Self) -> Self {
        Self { rows: self.rows, columns: other.columns.iter().map(|c| self.times(c)).collect() }
    }

    /// The other way round.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let columns = (0..self.rows).map(|i| self.columns.iter().map(|c| c[i]).collect()).collect();
        Self { rows: self.width(), columns }
    }

    /// Entry by entry.
    #[must_use]
    pub fn plus(&self, other: &Self, factor: f64) -> Self {
        let columns = self.columns.iter().zip(&other.columns);
        let columns = columns.map(|(a, b)| a.iter().zip(b).map(|(x, y)| x + factor * y).collect()).collect();
        Self { rows: self.rows, columns }
    }

    /// The form `aᵀ self b`.
    pub fn form(&self, a: &[f64], b: &[f64]) -> f64 {
        dot_short(a, &self.times(b))
    }
}

/// Four running sums: the compiler makes them one wide one.
pub(crate) fn dot_short(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (heads_a, heads_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f64 = heads_a.remainder().iter().zip(heads_b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in heads_a.zip(heads_b) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f64>() + tail
}

/// The sum of products, in blocks.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.chunks(BLOCK).zip(b.chunks(BLOCK)).map(|(a, b)| dot_short(a, b)).sum()
}

/// `L Lᵀ` of a symmetric positive matrix.
#[derive(Clone, Debug)]
pub struct Cholesky {
    lower: Matrix,
}

impl Cholesky {
    /// Factor; `Err` gives the first column that the ones before it tell.
    ///
    /// # Errors
    /// The number of the column.
    pub fn new(matrix: &Matrix) -> Result<Self, usize> {
        let n = matrix.width();
        let mut lower = Matrix::zeros(n, n);
        for j in 0..n {
            let own: f64 = (0..j).map(|k| lower.at(j, k).powi(2)).sum();
            let rest = matrix.at(j, j) - own;
            if rest.is_nan() || rest <= 1e-13 * matrix.at(j, j).abs() || matrix.at(j, j) <= 0.0 {
                return Err(j);
            }
            let root = rest.sqrt();
            lower.set(j, j, root);
            for i in j + 1..n {
                let known: f64 = (0..j).map(|k| lower.at(i, k) * lower.at(j, k)).sum();
                lower.set(i, j, (matrix.at(i, j) - known) / root);
            }
        }
        Ok(Self { lower })
    }

    /// `L y = b`.
    pub fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut y = b.to_vec();
        for i in 0..y.len() {
            let known: f64 = (0..i).map(|k| self.lower.at(i, k) * y[k]).sum();
            y[i] = (y[i] - known) / self.lower.at(i, i);
        }
        y
    }

    /// `Lᵀ x = y`.
    pub fn backward(&self, y: &[f64]) -> Vec<f64> {
        let mut x = y.to_vec();
        for i in (0..x.len()).rev() {
            let known: f64 = (i + 1..x.len()).map(|k| self.lower.at(k, i) * x[k]).sum();
            x[i] = (x[i] - known) / self.lower.at(i, i);
        }
        x
    }

    /// `A x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.backward(&self.forward(b))
    }

    /// The inverse of `A`.
    pub fn inverse(&self) -> Matrix {
        let n = self.lower.width();
        let unit = |j: usize| (0..n).map(|i| f64::from(u8::from(i == j))).collect::<Vec<f64>>();
        let mut out = Matrix::new(n, (0..n).map(|j| self.solve(&unit(j))).collect());
        for j in 0..n {
            for i in 0..j {
                let mean = f64::midpoint(out.at(i, j), out.at(j, i));
                out.set(i, j, mean);
                out.set(j, i, mean);
            }
        }
        out
    }

    /// How much of a column the ones before it leave, at least: near 0, what is solved for has lost its digits.
    pub fn least_left(&self) -> f64 {
        let left = |j: usize| {
            let whole: f64 = (0..=j).map(|k| self.lower.at(j, k).powi(2)).sum();
            self.lower.at(j, j).powi(2) / whole
        };
        (0..self.lower.width()).map(left).fold(1.0, f64::min)
    }

    /// The logarithm of the determinant of `A`.
    pub fn log_determinant(&self) -> f64 {
        2.0 * (0..self.lower.width()).map(|i| self.lower.at(i, i).ln()).sum::<f64>()
    }

    /// The lower triangle.
    pub const fn lower(&self) -> &Matrix {
        &self.lower
    }
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations: exact for the small matrices here.
pub fn symmetric_eigen(matrix: &Matrix) -> (Vec<f64>, Matrix) {
    let n = matrix.width();
    let mut a = matrix.clone();
    let mut vectors = Matrix::identity(n);
    for _ in 0..100 {
        let off: f64 = (0..n).flat_map(|j| (0..j).map(move |i| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
        let scale: f64 = (0..n).map(|i| a.at(i, i).powi(2)).sum();
        if off <= 1e-30 * scale || off == 0.0 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a.at(p, q) == 0.0 {
                    continue;
                }
                let theta = (a.at(q, q) - a.at(p, p)) / (2.0 * a.at(p, q));
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (a.at(k, p), a.at(k, q));
                    a.set(k, p, c * x - s * y);
                    a.set(k, q, s * x + c * y);
                }
                for k in 0..n {
                    let (x, y) = (a.at(p, k), a.at(q, k));
                    a.set(p, k, c * x - s * y);
                    a.set(q, k, s * x + c * y);
                }
                for k in 0..n {
                    let (x, y) = (vectors.at(k, p), vectors.at(k, q));
                    vectors.set(k, p, c * x - s * y);
                    vectors.set(k, q, s * x + c * y);
                }
            }
        }
    }
    ((0..n).map(|i| a.at(i, i)).collect(), vectors)
}
