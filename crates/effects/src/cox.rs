//! Proportional hazards: Efron's and Breslow's ties, strata, start-stop times, robust errors, a test of proportionality.
//!
//! Sources: Cox (1972); Efron (1977); Lin and Wei (1989); Grambsch and Therneau (1994) in the score form.

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

/// Rows sorted for sweeps: within each stratum by time, latest first.
struct Sweep {
    /// Order by time, latest first.
    by_time: Vec<u32>,
    /// Order by entry, latest first; empty where nobody enters late.
    by_entry: Vec<u32>,
}

/// Sums at a coefficient vector.
struct Sums {
    log_likelihood: f64,
    score: Vec<f64>,
    information: Matrix,
}

/// One death's share of an event time: 1 / denominator and the mean of the covariates in its risk set.
struct Visit<'v> {
    stratum: u32,
    time: f64,
    /// Deaths at this time.
    deaths: &'v [u32],
    /// For each of the tied deaths: denominator and weighted mean.
    parts: &'v [(f64, Vec<f64>)],
    /// For each: weighted second moment about the mean.
    spreads: &'v [Matrix],
}

impl Cox<'_> {
    fn sweeps(&self) -> Vec<(u32, Sweep)> {
        let n = self.time.len();
        let strata = self.strata.map_or(1, |s| s.iter().max().map_or(0, |m| *m as usize + 1));
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); strata];
        for i in 0..n {
            rows[self.strata.map_or(0, |s| s[i] as usize)].push(i as u32);
        }
        rows.into_iter()
            .enumerate()
            .map(|(s, rows)| {
                let mut by_time = rows.clone();
                by_time
                    .sort_unstable_by(|a, b| self.time[*b as usize].total_cmp(&self.time[*a as usize]).then(a.cmp(b)));
                let mut by_entry = Vec::new();
                if let Some(entry) = self.entry {
                    by_entry = rows;
                    by_entry.sort_unstable_by(|a, b| entry[*b as usize].total_cmp(&entry[*a as usize]).then(a.cmp(b)));
                }
                (s as u32, Sweep { by_time, by_entry })
            })
            .collect()
    }

    /// Visit every event time, latest first, with what its risk set says at `beta`. `x` is row-major and centred.
    fn visit(
        &self,
        x: &[f64],
        k: usize,
        risk: &[f64],
        sweeps: &[(u32, Sweep)],
        with_spread: bool,
        mut each: impl FnMut(&Visit<'_>),
    ) {
        for (stratum, sweep) in sweeps {
            let (mut s0, mut s1, mut s2) = (0.0, vec![0.0; k], vec![0.0; k * k]);
            let add = |i: usize, sign: f64, s0: &mut f64, s1: &mut [f64], s2: &mut [f64]| {
                let row = &x[i * k..(i + 1) * k];
                let r = sign * risk[i];
                *s0 += r;
                for a in 0..k {
                    let ra = r * row[a];
                    s1[a] += ra;
                    if with_spread {
                        for b in 0..=a {
                            s2[a * k + b] += ra * row[b];
                        }
                    }
                }
            };
            let (mut i, mut gone) = (0, 0);
            let (mut deaths, mut parts, mut spreads) = (Vec::new(), Vec::new(), Vec::new());
            while i < sweep.by_time.len() {
                let time = self.time[sweep.by_time[i] as usize];
                deaths.clear();
                let (mut d0, mut d1, mut d2) = (0.0, vec![0.0; k], vec![0.0; k * k]);
                while i < sweep.by_time.len() && self.time[sweep.by_time[i] as usize] == time {
                    let row = sweep.by_time[i] as usize;
                    add(row, 1.0, &mut s0, &mut s1, &mut s2);
                    if self.event[row] {
                        deaths.push(row as u32);
                        add(row, 1.0, &mut d0, &mut d1, &mut d2);
                    }
                    i += 1;
                }
                if deaths.is_empty() {
                    continue;
                }
                if let Some(entry) = self.entry {
                    // Those who enter at this time or later are not yet at risk.
                    while gone < sweep.by_entry.len() && entry[sweep.by_entry[gone] as usize] >= time {
                        add(sweep.by_entry[gone] as usize, -1.0, &mut s0, &mut s1, &mut s2);
                        gone += 1;
                    }
                }
                parts.clear();
                spreads.clear();
                let count = deaths.len();
                for l in 0..count {
                    let share = if self.ties == Ties::Efron { l as f64 / count as f64 } else { 0.0 };
                    if self.ties == Ties::Breslow && l > 0 {
                        let (den, mean): &(f64, Vec<f64>) = &parts[0];
                        let same = (*den, mean.clone());
                        parts.push(same);
                        if with_spread {
                            let spread: &Matrix = &spreads[0];
                            let same = spread.clone();
                            spreads.push(same);
                        }
                        continue;
                    }
                    let den = s0 - share * d0;
                    let mean: Vec<f64> = (0..k).map(|a| (s1[a] - share * d1[a]) / den).collect();
                    if with_spread {
                        let mut spread = Matrix::zeros(k, k);
                        for a in 0..k {
                            for b in 0..=a {
                                let value = (s2[a * k + b] - share * d2[a * k + b]) / den - mean[a] * mean[b];
                                spread.set(a, b, value);
                                spread.set(b, a, value);
                            }
                        }
                        spreads.push(spread);
                    }
                    parts.push((den, mean));
                }
                each(&Visit { stratum: *stratum, time, deaths: &deaths, parts: &parts, spreads: &spreads });
            }
        }
    }

    fn sums(&self, x: &[f64], k: usize, beta: &[f64], sweeps: &[(u32, Sweep)]) -> (Sums, Vec<f64>) {
        let linear: Vec<f64> =
            x.chunks_exact(k.max(1)).map(|row| row.iter().zip(beta).map(|(x, b)| x * b).sum()).collect();
        let linear = if k == 0 { vec![0.0; self.time.len()] } else { linear };
        let risk: Vec<f64> = linear.iter().map(|l: &f64| l.exp()).collect();
        let mut out = Sums { log_likelihood: 0.0, score: vec![0.0; k], information: Matrix::zeros(k, k) };
        self.visit(x, k, &risk, sweeps, true, |visit| {
            for row in visit.deaths {
                let i = *row as usize;
                out.log_likelihood += linear[i];
                for a in 0..k {
                    out.score[a] += x[i * k + a];
                }
            }
            for ((den, mean), spread) in visit.parts.iter().zip(visit.spreads) {
                out.log_likelihood -= den.ln();
                for a in 0..k {
                    out.score[a] -= mean[a];
                    for b in 0..k {
                        out.information.set(a, b, out.information.at(a, b) + spread.at(a, b));
                    }
                }
            }
        });
        (out, risk)
    }

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
        let sweeps = self.sweeps();
        let mut beta = vec![0.0; k];
        let (start, _) = self.sums(&x, k, &beta, &sweeps);
        let log_likelihood_null = start.log_likelihood;
        let factor = |information: &Matrix| {
            Cholesky::new(information).map_err(|j| Failure::Collinear { column: self.names[j].clone() })
        };
        let score_chi: f64 =
            start.score.iter().zip(factor(&start.information)?.solve(&start.score)).map(|(u, s)| u * s).sum();
        let mut now = start;
        let mut steps = 0;
        loop {
            steps += 1;
            if steps > STEPS {
                return Err(Failure::NotConverged { what: statistics::said!("modellen", "the model"), steps: STEPS });
            }
            let direction = match factor(&now.information) {
                Ok(f) => f.solve(&now.score),
                Err(e) if steps == 1 => return Err(e),
                Err(_) => return Err(self.runaway(&beta)),
            };
            let mut length = 1.0;
            let (next, value) = loop {
                let there: Vec<f64> = beta.iter().zip(&direction).map(|(b, d)| b + length * d).collect();
                let (sums, _) = self.sums(&x, k, &there, &sweeps);
                if sums.log_likelihood.is_finite()
                    && sums.log_likelihood >= now.log_likelihood - 1e-9 * now.log_likelihood.abs()
                    || length < 1e-6
                {
                    break (there, sums);
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
                break;
            }
        }
        let (_, risk) = self.sums(&x, k, &beta, &sweeps);
        let model = factor(&now.information).map_err(|_| self.runaway(&beta))?.inverse();
        if beta.iter().enumerate().any(|(j, b)| b.abs() > 8.0 && model.at(j, j).sqrt() > 50.0) {
            return Err(self.runaway(&beta));
        }
        let robust = self.robust || self.cluster.is_some();
        let covariance = if robust { self.robust_covariance(&x, k, &risk, &sweeps, &model) } else { model };
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
        self.visit(&x, k, &risk, &sweeps, false, |visit| {
            let step: f64 = visit.parts.iter().map(|(den, _)| 1.0 / den).sum();
            baseline.push((visit.stratum, visit.time, step * (-shift).exp()));
        });
        baseline.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
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
            concordance: self.concordance(&risk, &sweeps),
            baseline,
            proportionality: self.proportionality(&x, k, &risk, &sweeps),
            steps,
        })
    }

    fn runaway(&self, beta: &[f64]) -> Failure {
        let worst = (0..beta.len()).max_by(|a, b| beta[*a].abs().total_cmp(&beta[*b].abs())).unwrap_or(0);
        Failure::Separation { column: self.names[worst].clone() }
    }

    /// Sandwich of the score residuals, summed within clusters (Lin and Wei), on the scaled covariates.
    fn robust_covariance(&self, x: &[f64], k: usize, risk: &[f64], sweeps: &[(u32, Sweep)], model: &Matrix) -> Matrix {
        let n = self.time.len();
        // Of each event time, earliest first within its stratum: hazard step and its mean-weighted twin, summed up.
        let mut times: Vec<Vec<(f64, f64, Vec<f64>)>> = vec![Vec::new(); sweeps.len()];
        let mut residual = vec![0.0; n * k];
        self.visit(x, k, risk, sweeps, false, |visit| {
            let count = visit.parts.len() as f64;
            let (mut step, mut weighted) = (0.0, vec![0.0; k]);
            for (den, mean) in visit.parts {
                step += 1.0 / den;
                (0..k).for_each(|a| weighted[a] += mean[a] / den);
            }
            for row in visit.deaths {
                let i = *row as usize;
                for (l, (den, mean)) in visit.parts.iter().enumerate() {
                    let share = if self.ties == Ties::Efron { l as f64 / count } else { 0.0 };
                    for a in 0..k {
                        let away = x[i * k + a] - mean[a];
                        // The event itself, and back what the common sum takes too much from one who dies here.
                        residual[i * k + a] += away / count + risk[i] * share * away / den;
                    }
                }
            }
            times[visit.stratum as usize].push((visit.time, step, weighted));
        });
        for list in &mut times {
            list.reverse();
            for i in 1..list.len() {
                let (before, own) = list.split_at_mut(i);
                let last = &before[i - 1];
                own[0].1 += last.1;
                (0..k).for_each(|a| own[0].2[a] += last.2[a]);
            }
        }
        for i in 0..n {
            let list = &times[self.strata.map_or(0, |s| s[i] as usize)];
            let upto = list.partition_point(|(t, ..)| *t <= self.time[i]);
            let from = self.entry.map_or(0, |e| list.partition_point(|(t, ..)| *t <= e[i]));
            for (place, sign) in [(upto, 1.0), (from, -1.0)] {
                if let Some((_, hazard, weighted)) = place.checked_sub(1).map(|p| &list[p]) {
                    for a in 0..k {
                        residual[i * k + a] -= sign * risk[i] * (x[i * k + a] * hazard - weighted[a]);
                    }
                }
            }
        }
        let groups = self.cluster.map_or(n, |c| c.iter().max().map_or(0, |m| *m as usize + 1));
        let mut sums = vec![0.0; groups * k];
        for i in 0..n {
            let g = self.cluster.map_or(i, |c| c[i] as usize);
            (0..k).for_each(|a| sums[g * k + a] += residual[i * k + a]);
        }
        let mut meat = Matrix::zeros(k, k);
        for g in 0..groups {
            for a in 0..k {
                for b in 0..k {
                    meat.set(a, b, meat.at(a, b) + sums[g * k + a] * sums[g * k + b]);
                }
            }
        }
        model.product(&meat).product(model)
    }

    /// Pairs in which one is seen to end while the other is at risk.
    fn concordance(&self, risk: &[f64], sweeps: &[(u32, Sweep)]) -> f64 {
        let (mut right, mut tied, mut all) = (0.0, 0.0, 0.0);
        for (_, sweep) in sweeps {
            let mut values: Vec<f64> = sweep.by_time.iter().map(|i| risk[*i as usize]).collect();
            values.sort_unstable_by(f64::total_cmp);
            values.dedup();
            let place = |i: usize| values.partition_point(|v| *v < risk[i]) + 1;
            let mut tree = vec![0.0f64; values.len() + 1];
            let add = |tree: &mut Vec<f64>, mut at: usize, by: f64| {
                while at < tree.len() {
                    tree[at] += by;
                    at += at & at.wrapping_neg();
                }
            };
            let sum = |tree: &Vec<f64>, mut at: usize| {
                let mut out = 0.0;
                while at > 0 {
                    out += tree[at];
                    at -= at & at.wrapping_neg();
                }
                out
            };
            let (mut i, mut gone, mut held) = (0, 0, 0.0);
            let mut inside = vec![false; self.time.len()];
            while i < sweep.by_time.len() {
                let time = self.time[sweep.by_time[i] as usize];
                let from = i;
                while i < sweep.by_time.len() && self.time[sweep.by_time[i] as usize] == time {
                    let row = sweep.by_time[i] as usize;
                    if !self.event[row] {
                        add(&mut tree, place(row), 1.0);
                        held += 1.0;
                        inside[row] = true;
                    }
                    i += 1;
                }
                if let Some(entry) = self.entry {
                    while gone < sweep.by_entry.len() && entry[sweep.by_entry[gone] as usize] >= time {
                        let row = sweep.by_entry[gone] as usize;
                        if inside[row] {
                            add(&mut tree, place(row), -1.0);
                            held -= 1.0;
                            inside[row] = false;
                        }
                        gone += 1;
                    }
                }
                for at in from..i {
                    let row = sweep.by_time[at] as usize;
                    if self.event[row] {
                        let own = place(row);
                        let (below, upto) = (sum(&tree, own - 1), sum(&tree, own));
                        right += below;
                        tied += upto - below;
                        all += held;
                    }
                }
                for at in from..i {
                    let row = sweep.by_time[at] as usize;
                    if self.event[row] {
                        add(&mut tree, place(row), 1.0);
                        held += 1.0;
                        inside[row] = true;
                    }
                }
            }
        }
        (right + tied / 2.0) / all
    }

    /// Score test of `β + θ g(t)` with `g` time less the mean of event times.
    fn proportionality(&self, x: &[f64], k: usize, risk: &[f64], sweeps: &[(u32, Sweep)]) -> Vec<(String, Test)> {
        let (mut sum, mut count) = (0.0, 0.0);
        for (i, _) in self.event.iter().enumerate().filter(|(_, e)| **e) {
            sum += self.time[i];
            count += 1.0;
        }
        let mean_time: f64 = sum / count;
        let mut u = vec![0.0; k];
        let (mut bb, mut tb, mut tt) = (Matrix::zeros(k, k), Matrix::zeros(k, k), Matrix::zeros(k, k));
        self.visit(x, k, risk, sweeps, true, |visit| {
            let g = visit.time - mean_time;
            for row in visit.deaths {
                (0..k).for_each(|a| u[a] += g * x[*row as usize * k + a]);
            }
            for ((_, mean), spread) in visit.parts.iter().zip(visit.spreads) {
                for a in 0..k {
                    u[a] -= g * mean[a];
                    for b in 0..k {
                        let v = spread.at(a, b);
                        bb.set(a, b, bb.at(a, b) + v);
                        tb.set(a, b, tb.at(a, b) + g * v);
                        tt.set(a, b, tt.at(a, b) + g * g * v);
                    }
                }
            }
        });
        let Ok(factor) = Cholesky::new(&bb) else { return Vec::new() };
        let rest = tt.plus(&tb.product(&factor.inverse()).product(&tb.transposed()), -1.0);
        let mut out: Vec<(String, Test)> =
            (0..k).map(|j| (self.names[j].clone(), Test::new(u[j] * u[j] / rest.at(j, j), 1))).collect();
        if let Ok(whole) = Cholesky::new(&rest) {
            let chi: f64 = u.iter().zip(whole.solve(&u)).map(|(u, s)| u * s).sum();
            out.push(("GLOBAL".to_owned(), Test::new(chi, k)));
        }
        out
    }
}
