//! Generalised linear models by iterated reweighted least squares (Newton's steps, halved where they overshoot).

use crate::distribution::ln_gamma;
use crate::error::Failure;
use crate::matrix::{BLOCK, Cholesky, Matrix, dot_short};
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
    /// Log likelihood, before the logarithm of `one_plus` is taken off.
    likelihood: f64,
    /// From 1 to 2: of many rows the product is taken first, and one logarithm of it.
    one_plus: f64,
}

impl Family {
    fn row(self, eta: f64, y: f64) -> Row {
        match self {
            Self::Logit => {
                let small = (-eta.abs()).exp();
                let most = 1.0 / (1.0 + small);
                let mean = if eta >= 0.0 { most } else { small * most };
                Row {
                    mean,
                    weight: small * most * most,
                    score: y - mean,
                    likelihood: y * eta - eta.max(0.0),
                    one_plus: 1.0 + small,
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
                    one_plus: 1.0,
                }
            }
            Self::Poisson => {
                let mean = eta.clamp(-700.0, 700.0).exp();
                Row { mean, weight: mean, score: y - mean, likelihood: y * eta - mean, one_plus: 1.0 }
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
/// their digits. What a model predicts is the same.
#[derive(Clone, Debug)]
pub struct Standardised {
    /// The columns.
    pub x: Matrix,
    /// The column of ones.
    ones: Option<usize>,
    centre: Vec<f64>,
    scale: Vec<f64>,
}

impl Standardised {
    /// Of columns as they are.
    pub fn new(x: &Matrix) -> Self {
        let (n, k) = (x.rows(), x.width());
        let ones = (0..k).find(|j| x.column(*j).iter().all(|v| *v == 1.0));
        let moved = |j: usize| {
            let column = x.column(j);
            if Some(j) == ones {
                return (0.0, 1.0);
            }
            let mean = column.iter().sum::<f64>() / n as f64;
            let about = if ones.is_some() { mean } else { 0.0 };
            let spread = (column.iter().map(|v| (v - about).powi(2)).sum::<f64>() / n as f64).sqrt();
            // A column of one value stays as it is: that it says nothing is found below.
            if spread > 1e-13 * mean.abs() && spread > 0.0 { (about, spread) } else { (0.0, 1.0) }
        };
        let (moves, columns): (Vec<(f64, f64)>, Vec<Vec<f64>>) = (0..k)
            .into_par_iter()
            .map(|j| {
                let (centre, scale) = moved(j);
                ((centre, scale), x.column(j).iter().map(|v| (v - centre) / scale).collect::<Vec<f64>>())
            })
            .unzip();
        let (centre, scale) = moves.into_iter().unzip();
        Self { x: Matrix::new(n, columns), ones, centre, scale }
    }

    /// A fit on these columns as one on the columns as they were given.
    #[must_use]
    pub fn as_given(&self, fit: GlmFit) -> GlmFit {
        let back = self.back();
        let coefficients = back.times(&fit.coefficients);
        let covariance = back.product(&fit.covariance).product(&back.transposed());
        GlmFit { coefficients, covariance, ..fit }
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

/// What one look at every row gives.
struct Look {
    /// `Xᵀ W X`.
    information: Matrix,
    /// `Xᵀ s`, by which the information is solved for a step.
    score: Vec<f64>,
    likelihood: f64,
}

/// Rows that are looked at while they lie near; no product of so many numbers below 2 is too large.
const NEAR: usize = 512;

impl Glm<'_> {
    /// Fit.
    ///
    /// # Errors
    /// Collinear columns, an outcome told perfectly, or steps that do not end.
    pub fn fit(&self) -> Result<GlmFit, Failure> {
        let scaled = Standardised::new(self.x);
        let inner = Glm { x: &scaled.x, ..*self };
        Ok(scaled.as_given(inner.fit_from(None)?))
    }

    /// Fit on columns that are standardised already, from coefficients that lie near where they are known.
    ///
    /// # Errors
    /// As [`Glm::fit`].
    pub fn fit_from(&self, near: Option<&[f64]>) -> Result<GlmFit, Failure> {
        let k = self.x.width();
        let counted = self.weights.map_or(self.x.rows(), |w| w.iter().filter(|w| **w > 0.0).count());
        if counted <= k {
            return Err(Failure::TooFew {
                rows: counted,
                needed: crate::said!("{k} koefficienter", "{k} coefficients"),
            });
        }
        // With the natural link, what is left after a step is about the square of it; with another, about a part of it.
        let natural = self.family != Family::Cloglog;
        let (least_gain, least_move) = if natural { (1e-11, 1e-6) } else { (1e-13, 1e-8) };
        let mut coefficients = near.map_or_else(|| vec![0.0; k], <[f64]>::to_vec);
        let mut now = self.look(near);
        let mut best = if near.is_some() { now.likelihood } else { f64::NEG_INFINITY };
        for step in 1..=STEPS {
            let first = step == 1 && near.is_none();
            let moves = self.factor(&now.information, &coefficients)?.solve(&now.score);
            let mut next: Vec<f64> = coefficients.iter().zip(moves).map(|(b, m)| b + m).collect();
            let mut found = self.look(Some(&next));
            let mut halvings = 0;
            while !first && (found.likelihood.is_nan() || found.likelihood < best - 1e-9 * best.abs()) && halvings < 30
            {
                next.iter_mut().zip(&coefficients).for_each(|(a, b)| *a = f64::midpoint(*a, *b));
                found = self.look(Some(&next));
                halvings += 1;
            }
            let moved: f64 =
                next.iter().zip(&coefficients).map(|(a, b)| (a - b).abs() / (1.0 + b.abs())).fold(0.0, f64::max);
            let gained = (found.likelihood - best).abs() / (found.likelihood.abs() + 0.1);
            best = found.likelihood;
            (coefficients, now) = (next, found);
            if !first && gained < least_gain && moved < least_move {
                return self.done(coefficients, &now, step);
            }
        }
        Err(self.why_not(&coefficients))
    }

    /// Every row at some coefficients, or at the start, where each row's mean is drawn from its own outcome. Blocks of rows
    /// are read once, by as many cores as there are, and added in order.
    fn look(&self, at: Option<&[f64]>) -> Look {
        let (n, k) = (self.x.rows(), self.x.width());
        let parts: Vec<(Vec<f64>, Vec<f64>, f64)> = (0..n.div_ceil(BLOCK))
            .into_par_iter()
            .map(|b| {
                let mut part = (vec![0.0; k * k], vec![0.0; k], 0.0);
                let (mut eta, mut w, mut s) = (vec![0.0; NEAR], vec![0.0; NEAR], vec![0.0; NEAR]);
                let end = ((b + 1) * BLOCK).min(n);
                for from in (b * BLOCK..end).step_by(NEAR) {
                    let to = (from + NEAR).min(end);
                    let near = to - from;
                    self.near(at, from, (&mut eta[..near], &mut w[..near], &mut s[..near]), &mut part.2);
                    // What the predictor was is in the way no longer: it holds a weighted column from here on.
                    let (w, s, weighted) = (&w[..near], &s[..near], &mut eta[..near]);
                    for j in 0..k {
                        let column = &self.x.column(j)[from..to];
                        for (place, (x, w)) in weighted.iter_mut().zip(column.iter().zip(w)) {
                            *place = x * w;
                        }
                        for i in 0..=j {
                            part.0[j * k + i] += dot_short(&self.x.column(i)[from..to], weighted);
                        }
                        part.1[j] += dot_short(column, s);
                    }
                }
                part
            })
            .collect();
        let mut look = Look { information: Matrix::zeros(k, k), score: vec![0.0; k], likelihood: 0.0 };
        for (_, score, likelihood) in &parts {
            look.score.iter_mut().zip(score).for_each(|(a, b)| *a += b);
            look.likelihood += likelihood;
        }
        for j in 0..k {
            for i in 0..=j {
                let sum = parts.iter().map(|p| p.0[j * k + i]).sum();
                look.information.set(i, j, sum);
                look.information.set(j, i, sum);
            }
        }
        look
    }

    /// Weight and score of the rows from one on, and what they add to the likelihood.
    fn near(&self, at: Option<&[f64]>, from: usize, into: (&mut [f64], &mut [f64], &mut [f64]), likelihood: &mut f64) {
        let (eta, w, s) = into;
        let y = &self.y[from..from + eta.len()];
        match at {
            Some(coefficients) => {
                eta.fill(0.0);
                for (j, b) in coefficients.iter().enumerate() {
                    for (place, x) in eta.iter_mut().zip(&self.x.column(j)[from..]) {
                        *place += x * b;
                    }
                }
                if let Some(offset) = self.offset {
                    eta.iter_mut().zip(&offset[from..]).for_each(|(e, o)| *e += o);
                }
            }
            None => eta.iter_mut().zip(y).for_each(|(e, y)| *e = self.family.start(*y)),
        }
        let mut product = 1.0;
        for (i, (eta, y)) in eta.iter().zip(y).enumerate() {
            let row = self.family.row(*eta, *y);
            let weight = self.weights.map_or(1.0, |w| w[from + i]);
            (w[i], s[i]) = (weight * row.weight, weight * row.score);
            if at.is_none() {
                s[i] += w[i] * (eta - self.offset.map_or(0.0, |o| o[from + i]));
            }
            *likelihood += weight * row.likelihood;
            if weight == 1.0 {
                product *= row.one_plus;
            } else if row.one_plus > 1.0 {
                *likelihood -= weight * row.one_plus.ln();
            }
        }
        *likelihood -= product.ln();
    }

    fn factor(&self, information: &Matrix, coefficients: &[f64]) -> Result<Cholesky, Failure> {
        Cholesky::new(information).map_err(|_| {
            // Where the columns are free of each other, it is the weights that vanish: the outcome is told perfectly.
            match Cholesky::new(&self.x.gram(self.weights)) {
                Err(j) => Failure::Collinear { column: self.names[j].clone() },
                Ok(_) => self.why_not(coefficients),
            }
        })
    }

    fn done(&self, coefficients: Vec<f64>, now: &Look, steps: usize) -> Result<GlmFit, Failure> {
        let weight = |i: usize| self.weights.map_or(1.0, |w| w[i]);
        let covariance = self.factor(&now.information, &coefficients)?.inverse();
        if self.family != Family::Poisson && now.likelihood.abs() < 1e-6 {
            return Err(self.why_not(&coefficients));
        }
        // A coefficient that runs away takes so small steps in the end that it looks arrived; its error gives it away. It is
        // held against that of a coefficient of the same column that every row tells of: the ratio is about 1 over the mean
        // of the outcome, times how collinear the column is.
        let runaway = |j: usize| {
            let all: f64 = self.x.column(j).iter().enumerate().map(|(i, v)| weight(i) * v * v).sum();
            covariance.at(j, j) * all
        };
        if let Some((ratio, worst)) = (0..coefficients.len())
            .into_par_iter()
            .map(|j| (runaway(j), j))
            .collect::<Vec<_>>()
            .into_iter()
            .max_by(|a, b| a.0.total_cmp(&b.0))
            && ratio > RUNAWAY
        {
            return Err(Failure::Separation { column: self.names[worst].clone() });
        }
        let mut log_likelihood = now.likelihood;
        if self.family == Family::Poisson {
            let counts = self.y.iter().enumerate().filter(|(_, y)| **y > 1.0);
            log_likelihood -= counts.map(|(i, y)| weight(i) * ln_gamma(y + 1.0)).sum::<f64>();
        }
        let mut linear = self.x.times(&coefficients);
        if let Some(offset) = self.offset {
            linear.iter_mut().zip(offset).for_each(|(e, o)| *e += o);
        }
        let fitted = linear.par_iter().zip(self.y).map(|(e, y)| self.family.row(*e, *y).mean).collect();
        Ok(GlmFit { coefficients, covariance, linear, fitted, log_likelihood, steps })
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
