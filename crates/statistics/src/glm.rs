//! Generalised linear models by iterated reweighted least squares (Newton's steps, halved where they overshoot).

use crate::distribution::{expit, ln_gamma, log1p_exp};
use crate::error::Failure;
use crate::matrix::{BLOCK, Cholesky, Matrix};
use rayon::prelude::*;

/// Distribution and link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Binomial with logit link; outcomes between 0 and 1.
    Logit,
    /// Binomial with complementary log-log link.
    Cloglog,
    /// Poisson with log link.
    Poisson,
}

/// A model to fit.
#[derive(Clone, Copy, Debug)]
pub struct Glm<'a> {
    /// Design.
    pub x: &'a Matrix,
    /// Names of its columns.
    pub names: &'a [String],
    /// Outcome.
    pub y: &'a [f64],
    /// Added to the linear predictor.
    pub offset: Option<&'a [f64]>,
    /// Prior weights.
    pub weights: Option<&'a [f64]>,
    /// Distribution and link.
    pub family: Family,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct GlmFit {
    /// Coefficients.
    pub coefficients: Vec<f64>,
    /// Inverse of the information.
    pub covariance: Matrix,
    /// Linear predictor.
    pub linear: Vec<f64>,
    /// Mean.
    pub fitted: Vec<f64>,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Steps taken.
    pub steps: usize,
}

const STEPS: usize = 60;

/// How much less than every row's a coefficient may be known by.
const RUNAWAY: f64 = 1e10;

/// Mean, weight and score of a row, each written so that it keeps its digits far out.
#[derive(Clone, Copy)]
struct Row {
    mean: f64,
    /// Squared slope of the mean over its variance.
    weight: f64,
    /// Slope of the log likelihood in the linear predictor.
    score: f64,
    likelihood: f64,
}

impl Family {
    fn row(self, eta: f64, y: f64) -> Row {
        match self {
            Self::Logit => {
                let mean = expit(eta);
                let small = (-eta.abs()).exp();
                Row {
                    mean,
                    weight: small / (1.0 + small).powi(2),
                    score: y - mean,
                    likelihood: y * eta - log1p_exp(eta),
                }
            }
            Self::Cloglog => {
                let hazard = eta.clamp(-700.0, 700.0).exp();
                let stays = (-hazard).exp();
                let mean = -(-hazard).exp_m1();
                let likelihood = if y > 0.0 { y * mean.max(1e-300).ln() } else { 0.0 } - (1.0 - y) * hazard;
                Row {
                    mean,
                    weight: hazard * (hazard / mean) * stays,
                    // (y − µ) with 1 − µ as it is, times h / µ.
                    score: ((y - 1.0) + stays) * (hazard / mean),
                    likelihood,
                }
            }
            Self::Poisson => {
                let mean = eta.clamp(-700.0, 700.0).exp();
                Row { mean, weight: mean, score: y - mean, likelihood: y * eta - mean }
            }
        }
    }

    fn start(self, y: f64) -> f64 {
        match self {
            Self::Logit => crate::distribution::logit(f64::midpoint(y, 0.5)),
            Self::Cloglog => (-(1.0 - f64::midpoint(y, 0.5)).ln()).ln(),
            Self::Poisson => (y + 0.1).ln(),
        }
    }
}

/// Columns centred and scaled where a column of ones can take up what centring moves, so that sums of squares keep
/// their digits.
struct Scaled {
    x: Matrix,
    /// The column of ones.
    ones: Option<usize>,
    centre: Vec<f64>,
    scale: Vec<f64>,
}

impl Scaled {
    fn new(x: &Matrix) -> Self {
        let (n, k) = (x.rows(), x.width());
        let ones = (0..k).find(|j| x.column(*j).iter().all(|v| *v == 1.0));
        let (mut centre, mut scale) = (vec![0.0; k], vec![1.0; k]);
        let mut columns = Vec::with_capacity(k);
        for j in 0..k {
            let column = x.column(j);
            if Some(j) != ones {
                let mean = column.iter().sum::<f64>() / n as f64;
                let about = if ones.is_some() { mean } else { 0.0 };
                let spread = (column.iter().map(|v| (v - about).powi(2)).sum::<f64>() / n as f64).sqrt();
                // A column of one value stays as it is: that it says nothing is found below.
                if spread > 1e-13 * mean.abs() && spread > 0.0 {
                    (centre[j], scale[j]) = (about, spread);
                }
            }
            columns.push(column.iter().map(|v| (v - centre[j]) / scale[j]).collect());
        }
        Self { x: Matrix::new(n, columns), ones, centre, scale }
    }

    /// From scaled coefficients to those of the columns as they are: `T b`.
    fn back(&self) -> Matrix {
        let k = self.scale.len();
        let mut t = Matrix::zeros(k, k);
        for j in 0..k {
            t.set(j, j, 1.0 / self.scale[j]);
            if let Some(ones) = self.ones.filter(|o| *o != j) {
                t.set(ones, j, -self.centre[j] / self.scale[j]);
            }
        }
        t
    }
}

impl Glm<'_> {
    /// Fit.
    ///
    /// # Errors
    /// Collinear columns, an outcome told perfectly, or steps that do not end.
    pub fn fit(&self) -> Result<GlmFit, Failure> {
        let scaled = Scaled::new(self.x);
        let inner = Glm {
            x: &scaled.x,
            names: self.names,
            y: self.y,
            offset: self.offset,
            weights: self.weights,
            family: self.family,
        };
        let mut fit = inner.fit_scaled()?;
        let back = scaled.back();
        fit.coefficients = back.times(&fit.coefficients);
        fit.covariance = back.product(&fit.covariance).product(&back.transposed());
        Ok(fit)
    }

    fn fit_scaled(&self) -> Result<GlmFit, Failure> {
        let (n, k) = (self.x.rows(), self.x.width());
        if n <= k {
            return Err(Failure::TooFew { rows: n, needed: crate::said!("{k} koefficienter", "{k} coefficients") });
        }
        let offset = |i: usize| self.offset.map_or(0.0, |o| o[i]);
        let weight = |i: usize| self.weights.map_or(1.0, |w| w[i]);
        let linear = |b: &[f64]| -> Vec<f64> {
            let mut eta = self.x.times(b);
            if let Some(o) = self.offset {
                eta.iter_mut().zip(o).for_each(|(e, o)| *e += o);
            }
            eta
        };
        let rows = |eta: &[f64]| -> Vec<Row> {
            eta.par_iter().zip(self.y.par_iter()).map(|(e, y)| self.family.row(*e, *y)).collect()
        };
        let likelihood = |rows: &[Row]| -> f64 {
            let block = |(b, c): (usize, &[Row])| -> f64 {
                c.iter().enumerate().map(|(i, r)| weight(b * BLOCK + i) * r.likelihood).sum()
            };
            rows.chunks(BLOCK).enumerate().map(block).sum()
        };
        let mut eta: Vec<f64> = self.y.iter().map(|y| self.family.start(*y)).collect();
        let mut coefficients = vec![0.0; k];
        let mut now = rows(&eta);
        let mut best = f64::NEG_INFINITY;
        for step in 1..=STEPS {
            let w: Vec<f64> = (0..n).map(|i| weight(i) * now[i].weight).collect();
            let wz: Vec<f64> = (0..n).map(|i| w[i] * (eta[i] - offset(i)) + weight(i) * now[i].score).collect();
            let factor = self.factor(&w, &coefficients)?;
            let mut next = factor.solve(&self.x.transposed_times(&wz));
            let mut next_eta = linear(&next);
            let mut next_rows = rows(&next_eta);
            let mut value = likelihood(&next_rows);
            let mut halvings = 0;
            while step > 1 && (value.is_nan() || value < best - 1e-9 * best.abs()) && halvings < 30 {
                next.iter_mut().zip(&coefficients).for_each(|(a, b)| *a = f64::midpoint(*a, *b));
                next_eta = linear(&next);
                next_rows = rows(&next_eta);
                value = likelihood(&next_rows);
                halvings += 1;
            }
            let moved: f64 =
                next.iter().zip(&coefficients).map(|(a, b)| (a - b).abs() / (1.0 + b.abs())).fold(0.0, f64::max);
            let gained = (value - best).abs() / (value.abs() + 0.1);
            (coefficients, eta, now, best) = (next, next_eta, next_rows, value);
            if step > 1 && gained < 1e-13 && moved < 1e-8 {
                return self.done(coefficients, eta, &now, best, step);
            }
        }
        Err(self.why_not(&coefficients))
    }

    fn factor(&self, w: &[f64], coefficients: &[f64]) -> Result<Cholesky, Failure> {
        Cholesky::new(&self.x.gram(Some(w))).map_err(|_| {
            // Where the columns are free of each other, it is the weights that vanish: the outcome is told perfectly.
            match Cholesky::new(&self.x.gram(None)) {
                Err(j) => Failure::Collinear { column: self.names[j].clone() },
                Ok(_) => self.why_not(coefficients),
            }
        })
    }

    fn done(
        &self,
        coefficients: Vec<f64>,
        eta: Vec<f64>,
        now: &[Row],
        best: f64,
        steps: usize,
    ) -> Result<GlmFit, Failure> {
        let weight = |i: usize| self.weights.map_or(1.0, |w| w[i]);
        let w: Vec<f64> = (0..now.len()).map(|i| weight(i) * now[i].weight).collect();
        let covariance = self.factor(&w, &coefficients)?.inverse();
        if self.family != Family::Poisson && best.abs() < 1e-6 {
            return Err(self.why_not(&coefficients));
        }
        // A coefficient that runs away takes so small steps in the end that it looks arrived; its error gives it away. It is
        // held against that of a coefficient of the same column that every row tells of: the ratio is about 1 over the mean
        // of the outcome, times how collinear the column is.
        let runaway = |j: usize| {
            let all: f64 = self.x.column(j).iter().enumerate().map(|(i, v)| weight(i) * v * v).sum();
            covariance.at(j, j) * all
        };
        if let Some((ratio, worst)) =
            (0..coefficients.len()).map(|j| (runaway(j), j)).max_by(|a, b| a.0.total_cmp(&b.0))
            && ratio > RUNAWAY
        {
            return Err(Failure::Separation { column: self.names[worst].clone() });
        }
        let mut log_likelihood = best;
        if self.family == Family::Poisson {
            let counts = self.y.iter().enumerate().filter(|(_, y)| **y > 1.0);
            log_likelihood -= counts.map(|(i, y)| weight(i) * ln_gamma(y + 1.0)).sum::<f64>();
        }
        Ok(GlmFit {
            coefficients,
            covariance,
            fitted: now.iter().map(|r| r.mean).collect(),
            linear: eta,
            log_likelihood,
            steps,
        })
    }

    /// The column whose coefficient runs away furthest; columns are scaled, so that they can be held against each other.
    fn why_not(&self, coefficients: &[f64]) -> Failure {
        let constant = |j: usize| self.x.column(j).iter().all(|v| *v == 1.0);
        let worst = (0..coefficients.len())
            .filter(|j| !constant(*j))
            .max_by(|a, b| coefficients[*a].abs().total_cmp(&coefficients[*b].abs()))
            .unwrap_or(0);
        Failure::Separation { column: self.names.get(worst).cloned().unwrap_or_default() }
    }
}
