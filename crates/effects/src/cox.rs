//! Proportional hazards: Efron's and Breslow's ties, strata, start-stop times, robust errors, a test of proportionality.
//!
//! Sources: Cox (1972); Efron (1977); Lin and Wei (1989); Grambsch and Therneau (1994) in the score form.

mod sweep;

use rayon::prelude::*;
use statistics::distribution::chi_square_upper;
use statistics::{Cholesky, Failure, Matrix, Tested};
use sweep::{Sorted, Sums, gram};

/// How tied events share their risk sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// Efron's average.
    Efron,
    /// Breslow's whole risk set for each.
    Breslow,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Cox<'a> {
    /// When watching begins.
    pub entry: Option<&'a [f64]>,
    /// When it ends.
    pub time: &'a [f64],
    /// Whether with the event.
    pub event: &'a [bool],
    /// Covariates; no intercept. Given away, since a fit has its own in another order.
    pub x: Matrix,
    /// Their names.
    pub names: &'a [String],
    /// Strata, numbered from 0.
    pub strata: Option<&'a [u32]>,
    /// Clusters for robust errors; each row its own where none.
    pub cluster: Option<&'a [u32]>,
    /// Robust errors.
    pub robust: bool,
    /// Ties.
    pub ties: Ties,
}

/// A chi-square test.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Its p.
    pub p_value: f64,
}

impl Test {
    fn new(chi_square: f64, df: usize) -> Self {
        Self { chi_square, df, p_value: chi_square_upper(chi_square, df as f64) }
    }
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct CoxFit {
    /// Rows.
    pub n: usize,
    /// Events.
    pub events: usize,
    /// Log hazard ratios.
    pub coefficients: Vec<Tested>,
    /// Log likelihood without covariates.
    pub log_likelihood_null: f64,
    /// With.
    pub log_likelihood: f64,
    /// Twice the difference of the two.
    pub likelihood_ratio: Test,
    /// Of the coefficients against 0, with the errors shown.
    pub wald: Test,
    /// Score test.
    pub score: Test,
    /// Share of comparable pairs in which the higher risk ends first; ties count half.
    pub concordance: f64,
    /// Cumulative hazard at covariates 0, by stratum: number of the stratum, time, value.
    pub baseline: Vec<(u32, f64, f64)>,
    /// Score test of proportionality against time itself: each term, and all of them.
    pub proportionality: Vec<(String, Test)>,
    /// Steps taken.
    pub steps: usize,
}

const STEPS: usize = 50;

/// A log hazard ratio for one standard deviation beyond which a coefficient is looked at for having no end.
const FAR: f64 = 8.0;

impl Cox<'_> {
    /// Fit.
    ///
    /// # Errors
    /// No events, collinear or constant covariates, a coefficient without end, or steps that do not end.
    pub fn fit(mut self) -> Result<CoxFit, Failure> {
        let (n, k) = (self.time.len(), self.x.width());
        let events = self.event.iter().filter(|e| **e).count();
        if events == 0 {
            return Err(Failure::Cannot(statistics::said!(
                "ingen har haft hændelsen: en hasard kan ikke findes",
                "nobody has had the event: no hazard can be told"
            )));
        }
        if k == 0 {
            return Err(Failure::Cannot(statistics::said!(
                "nævn mindst en kolonne i --terms",
                "name at least one column in --terms"
            )));
        }
        if let Some(few) =
            self.cluster.map(|c| c.iter().collect::<std::collections::HashSet<_>>().len()).filter(|n| *n < 2)
        {
            return Err(Failure::TooFew {
                rows: few,
                needed: statistics::said!(
                    "klyngefejl: der skal være to klynger",
                    "clustered errors: there must be two clusters"
                ),
            });
        }
        // Centred and scaled, so that sums keep their digits; undone at the end.
        let of_column = |j: usize| {
            let column = self.x.column(j);
            let centre = column.iter().sum::<f64>() / n as f64;
            (centre, (column.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / n as f64).sqrt())
        };
        let (centre, scale): (Vec<f64>, Vec<f64>) = (0..k).into_par_iter().map(of_column).unzip();
        if let Some(j) = (0..k).find(|j| scale[*j].is_nan() || scale[*j] <= 1e-12 * (1.0 + centre[*j].abs())) {
            return Err(Failure::Constant { column: self.names[j].clone() });
        }
        let sorted = Sorted::new(&self, &centre, &scale);
        self.x = Matrix::zeros(0, 0);
        let at = |beta: &[f64]| {
            let linear = sorted.linear(beta);
            let risk: Vec<f64> = linear.par_iter().map(|l| l.exp()).collect();
            let (log_likelihood, [sums]) = sorted.sums(&linear, &risk, self.ties, |_| [1.0]);
            (log_likelihood, sums, linear, risk)
        };
        let mut beta = vec![0.0; k];
        let (log_likelihood_null, start, ..) = at(&beta);
        let factor = |information: &Matrix| {
            Cholesky::new(information).map_err(|j| Failure::Collinear { column: self.names[j].clone() })
        };
        let score_chi: f64 =
            start.score.iter().zip(factor(&start.information)?.solve(&start.score)).map(|(u, s)| u * s).sum();
        let (mut log_likelihood, mut now) = (log_likelihood_null, start);
        let mut steps = 0;
        let (linear, risk) = loop {
            steps += 1;
            if steps > STEPS {
                // A coefficient without end goes on growing until its information is lost in the last digits.
                if beta.iter().any(|b| b.abs() > FAR) {
                    return Err(self.runaway(&beta));
                }
                return Err(Failure::NotConverged { what: statistics::said!("modellen", "the model"), steps: STEPS });
            }
            let direction = match factor(&now.information) {
                Ok(f) => f.solve(&now.score),
                Err(e) if steps == 1 => return Err(e),
                Err(_) => return Err(self.runaway(&beta)),
            };
            let mut length = 1.0;
            let (next, reached, value, linear, risk) = loop {
                let there: Vec<f64> = beta.iter().zip(&direction).map(|(b, d)| b + length * d).collect();
                let (reached, sums, linear, risk) = at(&there);
                if reached.is_finite() && reached >= log_likelihood - 1e-9 * log_likelihood.abs() || length < 1e-6 {
                    break (there, reached, sums, linear, risk);
                }
                length *= 0.5;
            };
            let gained = (reached - log_likelihood).abs() / (reached.abs() + 1.0);
            let moved = next.iter().zip(&beta).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            (beta, log_likelihood, now) = (next, reached, value);
            if beta.iter().any(|b| b.abs() > 50.0) {
                return Err(self.runaway(&beta));
            }
            if gained < 1e-12 && moved < 1e-7 {
                break (linear, risk);
            }
        };
        let model = factor(&now.information).map_err(|_| self.runaway(&beta))?.inverse();
        if beta.iter().enumerate().any(|(j, b)| b.abs() > FAR && model.at(j, j).sqrt() > 50.0) {
            return Err(self.runaway(&beta));
        }
        let robust = self.robust || self.cluster.is_some();
        let covariance = if robust { self.robust_covariance(&sorted, &risk, &model) } else { model };
        let coefficients: Vec<Tested> = (0..k)
            .map(|j| {
                let error = covariance.at(j, j).max(0.0).sqrt() / scale[j];
                Tested::new(self.names[j].clone(), beta[j] / scale[j], error, f64::INFINITY)
            })
            .collect();
        let wald: f64 = match Cholesky::new(&covariance) {
            // With fewer clusters than coefficients there is no test of them all.
            Ok(f) if f.least_left() > 1e-9 => beta.iter().zip(f.solve(&beta)).map(|(b, s)| b * s).sum(),
            _ => f64::NAN,
        };
        let shift: f64 = (0..k).map(|j| beta[j] * centre[j] / scale[j]).sum();
        let with_deaths = sorted.runs.iter().zip(&now.hazard).filter(|(run, _)| !run.dying().is_empty());
        let mut baseline: Vec<(u32, f64, f64)> =
            with_deaths.map(|(run, hazard)| (run.stratum, run.time, hazard * (-shift).exp())).collect();
        // Latest first within each stratum: turned about.
        baseline.chunk_by_mut(|a, b| a.0 == b.0).for_each(<[_]>::reverse);
        Ok(CoxFit {
            n,
            events,
            coefficients,
            log_likelihood_null,
            log_likelihood,
            likelihood_ratio: Test::new(2.0 * (log_likelihood - log_likelihood_null), k),
            wald: Test::new(wald, k),
            score: Test::new(score_chi, k),
            concordance: sorted.concordance(&risk),
            baseline,
            proportionality: self.proportionality(&sorted, &now.information, &linear, &risk),
            steps,
        })
    }

    fn runaway(&self, beta: &[f64]) -> Failure {
        let worst = (0..beta.len()).max_by(|a, b| beta[*a].abs().total_cmp(&beta[*b].abs())).unwrap_or(0);
        Failure::Separation { column: self.names[worst].clone() }
    }

    /// Sandwich of the score residuals, summed within clusters (Lin and Wei), on the scaled covariates.
    fn robust_covariance(&self, sorted: &Sorted, risk: &[f64], model: &Matrix) -> Matrix {
        let (n, k) = (sorted.rows.len(), sorted.k);
        let mut residual = vec![0.0; n * k];
        // Of each run: hazard step and the step weighted by the means, then summed from the earliest time on.
        let mut lived = vec![0.0; sorted.runs.len() * (k + 1)];
        sorted.sweep(risk, self.ties, |at| {
            let run = &sorted.runs[at.run];
            let d = run.dying().len() as f64;
            let [a, b, c] = at.squares;
            let sums = &mut lived[at.run * (k + 1)..(at.run + 1) * (k + 1)];
            sums[0] = at.step;
            for j in 0..k {
                sums[j + 1] = at.s1[j] * a - at.d1[j] * b;
            }
            for row in run.dying() {
                for j in 0..k {
                    let x = sorted.x[row * k + j];
                    // The event itself, and back what the common sum takes too much from one who dies here.
                    let away = x - (at.s1[j] * at.step - at.d1[j] * at.back) / d;
                    residual[row * k + j] = away + risk[row] * (x * at.back - (at.s1[j] * b - at.d1[j] * c));
                }
            }
        });
        let mut first = 0;
        for (end, _) in &sorted.strata {
            for run in (first..end.saturating_sub(1)).rev() {
                for j in 0..=k {
                    lived[run * (k + 1) + j] += lived[(run + 1) * (k + 1) + j];
                }
            }
            first = *end;
        }
        let take = |residual: &mut [f64], row: usize, run: usize, sign: f64| {
            let sums = &lived[run * (k + 1)..(run + 1) * (k + 1)];
            for j in 0..k {
                residual[row * k + j] -= sign * risk[row] * (sorted.x[row * k + j] * sums[0] - sums[j + 1]);
            }
        };
        for (number, run) in sorted.runs.iter().enumerate() {
            for row in run.rows() {
                take(&mut residual, row, number, 1.0);
            }
        }
        for (row, run) in sorted.entry_run.iter().enumerate() {
            let run = *run as usize;
            if sorted.runs.get(run).is_some_and(|r| r.stratum == sorted.stratum_of(row)) {
                take(&mut residual, row, run, -1.0);
            }
        }
        let groups = self.cluster.map_or(n, |c| c.iter().max().map_or(0, |m| *m as usize + 1));
        let sums = match self.cluster {
            None => residual,
            Some(cluster) => {
                let mut sums = vec![0.0; groups * k];
                for (row, i) in sorted.rows.iter().enumerate() {
                    let g = cluster[*i as usize] as usize;
                    (0..k).for_each(|a| sums[g * k + a] += residual[row * k + a]);
                }
                sums
            }
        };
        let squares = gram(&sums, k, &vec![1.0; groups]);
        let mut meat = Matrix::zeros(k, k);
        for a in 0..k {
            for b in 0..k {
                meat.set(a, b, squares[a * k + b]);
            }
        }
        model.product(&meat).product(model)
    }

    /// Score test of `β + θ g(t)` with `g` time less the mean of event times.
    fn proportionality(
        &self,
        sorted: &Sorted,
        information: &Matrix,
        linear: &[f64],
        risk: &[f64],
    ) -> Vec<(String, Test)> {
        let (mut sum, mut count) = (0.0, 0.0);
        for (i, _) in self.event.iter().enumerate().filter(|(_, e)| **e) {
            sum += self.time[i];
            count += 1.0;
        }
        let mean_time: f64 = sum / count;
        let g = |time: f64| time - mean_time;
        let (_, [first, second]) = sorted.sums(linear, risk, self.ties, |time| [g(time), g(time) * g(time)]);
        let (Sums { score: u, information: tb, .. }, tt) = (first, second.information);
        let Ok(factor) = Cholesky::new(information) else { return Vec::new() };
        let rest = tt.plus(&tb.product(&factor.inverse()).product(&tb.transposed()), -1.0);
        let mut out: Vec<(String, Test)> =
            (0..sorted.k).map(|j| (self.names[j].clone(), Test::new(u[j] * u[j] / rest.at(j, j), 1))).collect();
        if let Ok(whole) = Cholesky::new(&rest) {
            let chi: f64 = u.iter().zip(whole.solve(&u)).map(|(u, s)| u * s).sum();
            out.push(("GLOBAL".to_owned(), Test::new(chi, sorted.k)));
        }
        out
    }
}
