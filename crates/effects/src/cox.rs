//! Proportional hazards: Efron's and Breslow's ties, strata, start-stop times, robust errors, a test of proportionality.
//!
//! Sources: Cox (1972); Efron (1977); Lin and Wei (1989); Grambsch and Therneau (1994) in the score form.

use rayon::prelude::*;
use statistics::distribution::chi_square_upper;
use statistics::{Cholesky, Failure, Matrix, Tested};

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
    /// Covariates; no intercept.
    pub x: &'a Matrix,
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

/// Rows in the order that sweeps take them: stratum by stratum, latest time first, deaths before the others of a time.
struct Sorted {
    k: usize,
    /// Place in the data of each row.
    rows: Vec<u32>,
    /// Covariates row by row, centred and scaled.
    x: Vec<f64>,
    /// Runs of one stratum and time.
    runs: Vec<Run>,
    /// Rows by entry, latest first, in the order of strata; empty where nobody enters late.
    by_entry: Vec<u32>,
    /// Entry of each sorted row; empty likewise.
    entry: Vec<f64>,
    /// For each sorted row the first run of its stratum (latest first) that lies at or before its entry: what is summed from
    /// there on is not its own.
    entry_run: Vec<u32>,
    /// Ends of the strata among runs and rows.
    strata: Vec<(usize, usize)>,
}

/// Rows of one stratum that end at one time.
struct Run {
    stratum: u32,
    time: f64,
    from: usize,
    to: usize,
    /// The first so many of them die.
    deaths: usize,
}

/// What an event time says, with tied deaths shared by Efron's average or all holding the whole risk set (Breslow). For the
/// `l`-th of `d` tied deaths the share taken out is `φ = l/d` (Efron) or 0, and the denominator `n = S0 − φ D0`; `S1`, `D1` are
/// the sums of risk times covariates over those at risk and over the deaths.
struct At<'s> {
    run: usize,
    /// `Σ 1/n`: the step of the cumulative hazard.
    step: f64,
    /// `Σ φ/n`.
    back: f64,
    /// `Σ 1/n²`, `Σ φ/n²`, `Σ φ²/n²`.
    squares: [f64; 3],
    /// `Σ ln n`.
    logs: f64,
    s1: &'s [f64],
    d1: &'s [f64],
}

/// Sums at a coefficient vector.
struct Sums {
    log_likelihood: f64,
    score: Vec<f64>,
    information: Matrix,
}

/// Rows whose products are summed together: a number that threads do not change.
const CHUNK: usize = 8192;

/// `Σ w x xᵀ` over rows, in the same order at any number of threads.
fn gram(x: &[f64], k: usize, weights: &[f64]) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = x
        .par_chunks(CHUNK * k)
        .zip(weights.par_chunks(CHUNK))
        .map(|(rows, weights)| {
            let mut sum = vec![0.0; k * k];
            for (row, w) in rows.chunks_exact(k).zip(weights) {
                for (line, v) in sum.chunks_exact_mut(k).zip(row) {
                    let wv = w * v;
                    for (cell, u) in line.iter_mut().zip(row) {
                        *cell += wv * u;
                    }
                }
            }
            sum
        })
        .collect();
    let mut out = vec![0.0; k * k];
    for part in parts {
        out.iter_mut().zip(part).for_each(|(o, p)| *o += p);
    }
    out
}

impl Sorted {
    /// `x` is row-major, centred and scaled, in the order of the data.
    fn new(cox: &Cox<'_>, x: &[f64], k: usize) -> Self {
        let stratum = |i: u32| cox.strata.map_or(0, |s| s[i as usize]);
        let mut rows: Vec<u32> = (0..cox.time.len() as u32).collect();
        rows.par_sort_unstable_by(|a, b| {
            stratum(*a)
                .cmp(&stratum(*b))
                // With 0 added, so that −0 is 0 here as it is below.
                .then((cox.time[*b as usize] + 0.0).total_cmp(&(cox.time[*a as usize] + 0.0)))
                .then(cox.event[*b as usize].cmp(&cox.event[*a as usize]))
                .then(a.cmp(b))
        });
        let mut sorted = vec![0.0; rows.len() * k];
        sorted.par_chunks_exact_mut(k).zip(&rows).for_each(|(to, i)| {
            let from = *i as usize * k;
            to.copy_from_slice(&x[from..from + k]);
        });
        let (mut runs, mut strata): (Vec<Run>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
        for (at, row) in rows.iter().enumerate() {
            let (s, time) = (stratum(*row), cox.time[*row as usize]);
            let dies = usize::from(cox.event[*row as usize]);
            match runs.last_mut() {
                #[allow(clippy::float_cmp, reason = "ties are times written alike")]
                Some(run) if run.stratum == s && run.time == time => {
                    run.to = at + 1;
                    run.deaths += dies;
                }
                last => {
                    if last.is_some_and(|run| run.stratum != s) {
                        strata.push((runs.len(), at));
                    }
                    runs.push(Run { stratum: s, time, from: at, to: at + 1, deaths: dies });
                }
            }
        }
        strata.push((runs.len(), rows.len()));
        let mut out =
            Self { k, x: sorted, runs, strata, by_entry: Vec::new(), entry: Vec::new(), entry_run: Vec::new(), rows };
        if let Some(entry) = cox.entry {
            out.entry = out.rows.iter().map(|i| entry[*i as usize]).collect();
            let (mut first_run, mut first_row) = (0, 0);
            for (end_run, end_row) in out.strata.clone() {
                let mut order: Vec<u32> = (first_row as u32..end_row as u32).collect();
                order.par_sort_unstable_by(|a, b| {
                    out.entry[*b as usize].total_cmp(&out.entry[*a as usize]).then(a.cmp(b))
                });
                out.by_entry.extend(order);
                for at in first_row..end_row {
                    let later = out.runs[first_run..end_run].partition_point(|r| r.time > out.entry[at]);
                    out.entry_run.push((first_run + later) as u32);
                }
                (first_run, first_row) = (end_run, end_row);
            }
        }
        out
    }

    fn row(&self, at: usize) -> &[f64] {
        &self.x[at * self.k..(at + 1) * self.k]
    }

    fn linear(&self, beta: &[f64]) -> Vec<f64> {
        self.x.par_chunks_exact(self.k).map(|row| row.iter().zip(beta).map(|(x, b)| x * b).sum()).collect()
    }

    /// Every event time, stratum by stratum, latest first.
    fn sweep(&self, risk: &[f64], ties: Ties, mut each: impl FnMut(&At<'_>)) {
        let k = self.k;
        let (mut first_run, mut gone) = (0, 0);
        let (mut s1, mut d1) = (vec![0.0; k], vec![0.0; k]);
        for (end_run, end_row) in &self.strata {
            let mut s0 = 0.0;
            s1.fill(0.0);
            for (number, run) in self.runs[first_run..*end_run].iter().enumerate() {
                let mut d0 = 0.0;
                d1.fill(0.0);
                for at in run.from..run.from + run.deaths {
                    d0 += risk[at];
                    d1.iter_mut().zip(self.row(at)).for_each(|(d, x)| *d += risk[at] * x);
                }
                s0 += d0;
                s1.iter_mut().zip(&d1).for_each(|(s, d)| *s += d);
                for at in run.from + run.deaths..run.to {
                    s0 += risk[at];
                    s1.iter_mut().zip(self.row(at)).for_each(|(s, x)| *s += risk[at] * x);
                }
                if run.deaths == 0 {
                    continue;
                }
                // Those who enter at this time or later are not yet at risk.
                while let Some(at) = self.by_entry.get(gone).map(|at| *at as usize) {
                    if at >= *end_row || self.entry[at] < run.time {
                        break;
                    }
                    s0 -= risk[at];
                    s1.iter_mut().zip(self.row(at)).for_each(|(s, x)| *s -= risk[at] * x);
                    gone += 1;
                }
                let d = run.deaths as f64;
                let mut now = At {
                    run: first_run + number,
                    step: 0.0,
                    back: 0.0,
                    squares: [0.0; 3],
                    logs: 0.0,
                    s1: &s1,
                    d1: &d1,
                };
                if ties == Ties::Breslow || run.deaths == 1 {
                    now.step = d / s0;
                    now.squares[0] = d / (s0 * s0);
                    now.logs = d * s0.ln();
                } else {
                    for l in 0..run.deaths {
                        let share = l as f64 / d;
                        let n = s0 - share * d0;
                        now.step += 1.0 / n;
                        now.back += share / n;
                        now.squares[0] += 1.0 / (n * n);
                        now.squares[1] += share / (n * n);
                        now.squares[2] += share * share / (n * n);
                        now.logs += n.ln();
                    }
                }
                each(&now);
            }
            first_run = *end_run;
            // Those of this stratum who entered after its last event time.
            while self.by_entry.get(gone).is_some_and(|at| (*at as usize) < *end_row) {
                gone += 1;
            }
        }
    }

    /// Log likelihood, and score and information with each event time weighted by `g` of it.
    ///
    /// The second moments over risk sets are not carried along: a row of risk `r` is in the sum of every event time from its
    /// entry to its end, so that `Σ S2/n` is `Σ w x xᵀ` with `w = r` times the hazard steps it lived through, less what Efron's
    /// share takes back where it dies. One product of the whole table, on all cores, in place of one for each event time.
    fn sums(&self, linear: &[f64], risk: &[f64], ties: Ties, g: impl Fn(f64) -> f64) -> Sums {
        let k = self.k;
        let mut log_likelihood = 0.0;
        let mut score = vec![0.0; k];
        let mut means = vec![0.0; k * k];
        let mut steps = vec![(0.0, 0.0); self.runs.len()];
        self.sweep(risk, ties, |at| {
            let run = &self.runs[at.run];
            let weight = g(run.time);
            for death in run.from..run.from + run.deaths {
                log_likelihood += linear[death];
                score.iter_mut().zip(self.row(death)).for_each(|(u, x)| *u += weight * x);
            }
            log_likelihood -= at.logs;
            steps[at.run] = (weight * at.step, weight * at.back);
            let [a, b, c] = at.squares;
            for i in 0..k {
                score[i] -= weight * (at.s1[i] * at.step - at.d1[i] * at.back);
                // Both halves of what the means' products are made of; the second is nothing without ties.
                let (own, tied) = (weight * (a * at.s1[i] - b * at.d1[i]), weight * (c * at.d1[i] - b * at.s1[i]));
                let line = &mut means[i * k..(i + 1) * k];
                if b == 0.0 && c == 0.0 {
                    line.iter_mut().zip(at.s1).for_each(|(m, s)| *m += own * s);
                } else {
                    for (m, (s, d)) in line.iter_mut().zip(at.s1.iter().zip(at.d1)) {
                        *m += own * s + tied * d;
                    }
                }
            }
        });
        // Hazard steps at this run and all earlier times of the stratum: runs stand latest first.
        let mut lived = vec![0.0; self.runs.len() + 1];
        let mut first = 0;
        for (end, _) in &self.strata {
            let mut sum = 0.0;
            for run in (first..*end).rev() {
                sum += steps[run].0;
                lived[run] = sum;
            }
            first = *end;
        }
        let mut weights = vec![0.0; self.rows.len()];
        for (run, (steps, lived)) in self.runs.iter().zip(steps.iter().zip(&lived)) {
            for at in run.from..run.to {
                let back = if at < run.from + run.deaths { steps.1 } else { 0.0 };
                weights[at] = risk[at] * (lived - back);
            }
        }
        for (at, run) in self.entry_run.iter().enumerate() {
            // A run past the stratum's end is nobody's: nothing happened before the entry.
            let run = *run as usize;
            if self.runs.get(run).is_some_and(|r| r.stratum == self.stratum_of(at)) {
                weights[at] -= risk[at] * lived[run];
            }
        }
        let squares = gram(&self.x, k, &weights);
        let mut information = Matrix::zeros(k, k);
        for a in 0..k {
            for b in 0..k {
                information.set(a, b, squares[a * k + b] - means[a * k + b]);
            }
        }
        Sums { log_likelihood, score, information }
    }

    fn stratum_of(&self, at: usize) -> u32 {
        let first = self.strata.partition_point(|(_, rows)| *rows <= at);
        let run = if first == 0 { 0 } else { self.strata[first - 1].0 };
        self.runs[run].stratum
    }
}

impl Cox<'_> {
    /// Fit.
    ///
    /// # Errors
    /// No events, collinear or constant covariates, a coefficient without end, or steps that do not end.
    pub fn fit(&self) -> Result<CoxFit, Failure> {
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
        let (mut centre, mut scale) = (vec![0.0; k], vec![1.0; k]);
        for j in 0..k {
            let column = self.x.column(j);
            centre[j] = column.iter().sum::<f64>() / n as f64;
            let spread = (column.iter().map(|v| (v - centre[j]).powi(2)).sum::<f64>() / n as f64).sqrt();
            if spread.is_nan() || spread <= 1e-12 * (1.0 + centre[j].abs()) {
                return Err(Failure::Constant { column: self.names[j].clone() });
            }
            scale[j] = spread;
        }
        let mut x = vec![0.0; n * k];
        for j in 0..k {
            for (i, v) in self.x.column(j).iter().enumerate() {
                x[i * k + j] = (v - centre[j]) / scale[j];
            }
        }
        let sorted = Sorted::new(self, &x, k);
        drop(x);
        let at = |beta: &[f64]| {
            let linear = sorted.linear(beta);
            let risk: Vec<f64> = linear.par_iter().map(|l| l.exp()).collect();
            let sums = sorted.sums(&linear, &risk, self.ties, |_| 1.0);
            (sums, linear, risk)
        };
        let mut beta = vec![0.0; k];
        let (start, ..) = at(&beta);
        let log_likelihood_null = start.log_likelihood;
        let factor = |information: &Matrix| {
            Cholesky::new(information).map_err(|j| Failure::Collinear { column: self.names[j].clone() })
        };
        let score_chi: f64 =
            start.score.iter().zip(factor(&start.information)?.solve(&start.score)).map(|(u, s)| u * s).sum();
        let mut now = start;
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
            let (next, value, linear, risk) = loop {
                let there: Vec<f64> = beta.iter().zip(&direction).map(|(b, d)| b + length * d).collect();
                let (sums, linear, risk) = at(&there);
                if sums.log_likelihood.is_finite()
                    && sums.log_likelihood >= now.log_likelihood - 1e-9 * now.log_likelihood.abs()
                    || length < 1e-6
                {
                    break (there, sums, linear, risk);
                }
                length *= 0.5;
            };
            let gained = (value.log_likelihood - now.log_likelihood).abs() / (value.log_likelihood.abs() + 1.0);
            let moved = next.iter().zip(&beta).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            (beta, now) = (next, value);
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
            Ok(f) => beta.iter().zip(f.solve(&beta)).map(|(b, s)| b * s).sum(),
            Err(_) => f64::NAN,
        };
        let shift: f64 = (0..k).map(|j| beta[j] * centre[j] / scale[j]).sum();
        let mut baseline: Vec<(u32, f64, f64)> = Vec::new();
        sorted.sweep(&risk, self.ties, |at| {
            let run = &sorted.runs[at.run];
            baseline.push((run.stratum, run.time, at.step * (-shift).exp()));
        });
        // Latest first within each stratum: turned about.
        baseline.chunk_by_mut(|a, b| a.0 == b.0).for_each(<[_]>::reverse);
        for i in 1..baseline.len() {
            if baseline[i].0 == baseline[i - 1].0 {
                baseline[i].2 += baseline[i - 1].2;
            }
        }
        Ok(CoxFit {
            n,
            events,
            coefficients,
            log_likelihood_null,
            log_likelihood: now.log_likelihood,
            likelihood_ratio: Test::new(2.0 * (now.log_likelihood - log_likelihood_null), k),
            wald: Test::new(wald, k),
            score: Test::new(score_chi, k),
            concordance: sorted.concordance(&risk),
            baseline,
            proportionality: self.proportionality(&sorted, &linear, &risk),
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
            let d = run.deaths as f64;
            let [a, b, c] = at.squares;
            let sums = &mut lived[at.run * (k + 1)..(at.run + 1) * (k + 1)];
            sums[0] = at.step;
            for j in 0..k {
                sums[j + 1] = at.s1[j] * a - at.d1[j] * b;
            }
            for row in run.from..run.from + run.deaths {
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
            for row in run.from..run.to {
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
    fn proportionality(&self, sorted: &Sorted, linear: &[f64], risk: &[f64]) -> Vec<(String, Test)> {
        let (mut sum, mut count) = (0.0, 0.0);
        for (i, _) in self.event.iter().enumerate().filter(|(_, e)| **e) {
            sum += self.time[i];
            count += 1.0;
        }
        let mean_time: f64 = sum / count;
        let g = |time: f64| time - mean_time;
        let with = |weight: &dyn Fn(f64) -> f64| sorted.sums(linear, risk, self.ties, weight);
        let bb = with(&|_| 1.0).information;
        let Sums { score: u, information: tb, .. } = with(&g);
        let tt = with(&|time| g(time) * g(time)).information;
        let Ok(factor) = Cholesky::new(&bb) else { return Vec::new() };
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

impl Sorted {
    /// Pairs in which one is seen to end while the other is at risk: the share in which the higher risk ends first, ties
    /// counted half. A tree of counts by rank of risk (Fenwick 1994).
    fn concordance(&self, risk: &[f64]) -> f64 {
        // Ranks from 1, alike where the risk is; over all strata, which changes nothing within one.
        let mut order: Vec<u32> = (0..risk.len() as u32).collect();
        order.par_sort_unstable_by(|a, b| risk[*a as usize].total_cmp(&risk[*b as usize]).then(a.cmp(b)));
        let mut rank = vec![0_u32; risk.len()];
        let mut last = 0;
        for (i, at) in order.iter().enumerate() {
            let alike = i > 0 && risk[order[i - 1] as usize].total_cmp(&risk[*at as usize]).is_eq();
            last += u32::from(!alike);
            rank[*at as usize] = last;
        }
        drop(order);
        let mut tree = vec![0_i32; last as usize + 1];
        let add = |tree: &mut [i32], at: u32, by: i32| {
            let mut at = at as usize;
            while at < tree.len() {
                tree[at] += by;
                at += at & at.wrapping_neg();
            }
        };
        let upto = |tree: &[i32], at: u32| {
            let (mut at, mut out) = (at as usize, 0_i64);
            while at > 0 {
                out += i64::from(tree[at]);
                at -= at & at.wrapping_neg();
            }
            out
        };
        let (mut right, mut tied, mut all) = (0_i64, 0_i64, 0_i64);
        let (mut first_run, mut gone) = (0, 0);
        let late = !self.by_entry.is_empty();
        let mut inside = vec![false; if late { risk.len() } else { 0 }];
        let enter = |tree: &mut [i32], inside: &mut [bool], rows: std::ops::Range<usize>| {
            for at in rows.clone() {
                add(tree, rank[at], 1);
                if late {
                    inside[at] = true;
                }
            }
            rows.len() as i64
        };
        for (number, (end_run, end_row)) in self.strata.iter().enumerate() {
            if number > 0 {
                tree.fill(0);
            }
            let mut held = 0_i64;
            for run in &self.runs[first_run..*end_run] {
                held += enter(&mut tree, &mut inside, run.from + run.deaths..run.to);
                while let Some(at) = self.by_entry.get(gone).map(|at| *at as usize) {
                    if at >= *end_row || self.entry[at] < run.time {
                        break;
                    }
                    if inside[at] {
                        add(&mut tree, rank[at], -1);
                        held -= 1;
                        inside[at] = false;
                    }
                    gone += 1;
                }
                for own in &rank[run.from..run.from + run.deaths] {
                    let below = upto(&tree, own - 1);
                    right += below;
                    tied += upto(&tree, *own) - below;
                    all += held;
                }
                held += enter(&mut tree, &mut inside, run.from..run.from + run.deaths);
            }
            first_run = *end_run;
            while self.by_entry.get(gone).is_some_and(|at| (*at as usize) < *end_row) {
                gone += 1;
            }
        }
        (right as f64 + tied as f64 / 2.0) / all as f64
    }
}
