//! Generalised linear models by iterated reweighted least squares (Newton's steps, halved where they overshoot).

use crate::distribution::{expit, ln_gamma, log1p_exp};
use crate::error::Failure;
use crate::matrix::{Cholesky, Matrix};
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
    /// Logarithm of the likelihood. For Poisson without the term `ln y!`.
    pub log_likelihood: f64,
    /// Steps taken.
    pub steps: usize,
}

const STEPS: usize = 60;

/// Mean, derivative of the mean, variance and log likelihood of a row.
#[derive(Clone, Copy)]
struct Row {
    mean: f64,
    slope: f64,
    variance: f64,
    likelihood: f64,
}

impl Family {
    fn row(self, eta: f64, y: f64) -> Row {
        match self {
            Self::Logit => {
                let mean = expit(eta);
                let spread = mean * (1.0 - mean);
                Row { mean, slope: spread, variance: spread, likelihood: y * eta - log1p_exp(eta) }
            }
            Self::Cloglog => {
                let hazard = eta.clamp(-700.0, 700.0).exp();
                let mean = -(-hazard).exp_m1();
                let slope = hazard * (-hazard).exp();
                let likelihood = if y > 0.0 { y * mean.max(1e-300).ln() } else { 0.0 } - (1.0 - y) * hazard;
                Row { mean, slope, variance: (mean * (1.0 - mean)).max(1e-300), likelihood }
            }
            Self::Poisson => {
                let mean = eta.clamp(-700.0, 700.0).exp();
                Row { mean, slope: mean, variance: mean, likelihood: y * eta - mean }
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

impl Glm<'_> {
    /// Fit.
    ///
    /// # Errors
    /// Collinear columns, an outcome told perfectly, or steps that do not end.
    pub fn fit(&self) -> Result<GlmFit, Failure> {
        let (n, k) = (self.x.rows(), self.x.width());
        if n <= k {
            return Err(Failure::TooFew { rows: n, needed: format!("{k} coefficients") });
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
            rows.chunks(8192)
                .enumerate()
                .map(|(b, c)| c.iter().enumerate().map(|(i, r)| weight(b * 8192 + i) * r.likelihood).sum::<f64>())
                .sum()
        };
        let mut eta: Vec<f64> = self.y.iter().map(|y| self.family.start(*y)).collect();
        let mut coefficients = vec![0.0; k];
        let mut now = rows(&eta);
        let mut best = f64::NEG_INFINITY;
        for step in 1..=STEPS {
            let w: Vec<f64> = (0..n).map(|i| weight(i) * now[i].slope.powi(2) / now[i].variance).collect();
            // w (η − offset + (y − µ)/µ'), with the quotient kept finite where w is nothing.
            let wz: Vec<f64> = (0..n)
                .map(|i| {
                    let r = now[i];
                    w[i] * (eta[i] - offset(i)) + weight(i) * (self.y[i] - r.mean) * (r.slope / r.variance.max(1e-300))
                })
                .collect();
            let factor = self.factor(&w)?;
            let target = factor.solve(&self.x.transposed_times(&wz));
            let mut next = target.clone();
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

    fn factor(&self, w: &[f64]) -> Result<Cholesky, Failure> {
        Cholesky::new(&self.x.gram(Some(w))).map_err(|j| {
            // Where the columns are free of each other, it is the weights that vanish: the outcome is told perfectly.
            match Cholesky::new(&self.x.gram(None)) {
                Err(j) => Failure::Collinear { column: self.names[j].clone() },
                Ok(_) => Failure::Separation { column: self.names[j].clone() },
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
        let w: Vec<f64> = (0..now.len())
            .map(|i| self.weights.map_or(1.0, |w| w[i]) * now[i].slope.powi(2) / now[i].variance)
            .collect();
        let covariance = self.factor(&w)?.inverse();
        if self.family != Family::Poisson && best.abs() < 1e-6 {
            return Err(self.why_not(&coefficients));
        }
        let mut fit = GlmFit {
            coefficients,
            covariance,
            fitted: now.iter().map(|r| r.mean).collect(),
            linear: eta,
            log_likelihood: best,
            steps,
        };
        if self.family == Family::Poisson {
            // ln y! is nothing for counts of 0 and 1, and is left out for others as it says nothing of the model.
            fit.log_likelihood -= self.y.iter().filter(|y| **y > 1.0).map(|y| ln_gamma(y + 1.0)).sum::<f64>();
        }
        Ok(fit)
    }

    /// The column whose coefficient runs away furthest, on the scale of its own spread.
    fn why_not(&self, coefficients: &[f64]) -> Failure {
        let spread = |j: usize| {
            let column = self.x.column(j);
            let mean = column.iter().sum::<f64>() / column.len() as f64;
            (column.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / column.len() as f64).sqrt()
        };
        let worst = (0..coefficients.len())
            .max_by(|a, b| (coefficients[*a].abs() * spread(*a)).total_cmp(&(coefficients[*b].abs() * spread(*b))))
            .unwrap_or(0);
        if self.family == Family::Poisson {
            Failure::NotConverged { what: "the model".to_owned(), steps: STEPS }
        } else {
            Failure::Separation { column: self.names.get(worst).cloned().unwrap_or_default() }
        }
    }
}
