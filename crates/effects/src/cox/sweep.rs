//! Sweeps over risk sets, latest time first: the sums that Cox's likelihood is made of.

use super::{Cox, Ties};
use rayon::prelude::*;
use statistics::Matrix;

/// Rows in the order that sweeps take them: stratum by stratum, latest time first, deaths before the others of a time.
pub(super) struct Sorted {
    pub(super) k: usize,
    /// Place in the data of each row.
    pub(super) rows: Vec<u32>,
    /// Covariates row by row, centred and scaled.
    pub(super) x: Vec<f64>,
    /// Runs of one stratum and time.
    pub(super) runs: Vec<Run>,
    /// Rows by entry, latest first, in the order of strata; empty where nobody enters late.
    pub(super) by_entry: Vec<u32>,
    /// Entry of each sorted row; empty likewise.
    pub(super) entry: Vec<f64>,
    /// For each sorted row the first run of its stratum (latest first) that lies at or before its entry: what is summed from
    /// there on is not its own.
    pub(super) entry_run: Vec<u32>,
    /// Ends of the strata among runs and rows.
    pub(super) strata: Vec<(usize, usize)>,
}

/// Rows of one stratum that end at one time.
pub(super) struct Run {
    pub(super) stratum: u32,
    pub(super) time: f64,
    pub(super) from: usize,
    pub(super) to: usize,
    /// The first so many of them die.
    pub(super) deaths: usize,
}

/// What an event time says, with tied deaths shared by Efron's average or all holding the whole risk set (Breslow). For the
/// `l`-th of `d` tied deaths the share taken out is `φ = l/d` (Efron) or 0, and the denominator `n = S0 − φ D0`; `S1`, `D1` are
/// the sums of risk times covariates over those at risk and over the deaths.
pub(super) struct At<'s> {
    pub(super) run: usize,
    /// `Σ 1/n`: the step of the cumulative hazard.
    pub(super) step: f64,
    /// `Σ φ/n`.
    pub(super) back: f64,
    /// `Σ 1/n²`, `Σ φ/n²`, `Σ φ²/n²`.
    pub(super) squares: [f64; 3],
    /// `Σ ln n`.
    pub(super) logs: f64,
    pub(super) s1: &'s [f64],
    pub(super) d1: &'s [f64],
}

/// Sums at a coefficient vector.
pub(super) struct Sums {
    pub(super) log_likelihood: f64,
    pub(super) score: Vec<f64>,
    pub(super) information: Matrix,
}

/// Rows whose products are summed together: a number that threads do not change.
const CHUNK: usize = 8192;

/// `Σ w x xᵀ` over rows, in the same order at any number of threads.
pub(super) fn gram(x: &[f64], k: usize, weights: &[f64]) -> Vec<f64> {
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
    pub(super) fn new(cox: &Cox<'_>, x: &[f64], k: usize) -> Self {
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

    pub(super) fn row(&self, at: usize) -> &[f64] {
        &self.x[at * self.k..(at + 1) * self.k]
    }

    pub(super) fn linear(&self, beta: &[f64]) -> Vec<f64> {
        self.x.par_chunks_exact(self.k).map(|row| row.iter().zip(beta).map(|(x, b)| x * b).sum()).collect()
    }

    /// Every event time, stratum by stratum, latest first.
    pub(super) fn sweep(&self, risk: &[f64], ties: Ties, mut each: impl FnMut(&At<'_>)) {
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
    pub(super) fn sums(&self, linear: &[f64], risk: &[f64], ties: Ties, g: impl Fn(f64) -> f64) -> Sums {
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

    pub(super) fn stratum_of(&self, at: usize) -> u32 {
        let first = self.strata.partition_point(|(_, rows)| *rows <= at);
        let run = if first == 0 { 0 } else { self.strata[first - 1].0 };
        self.runs[run].stratum
    }
}

impl Sorted {
    /// Pairs in which one is seen to end while the other is at risk: the share in which the higher risk ends first, ties
    /// counted half. A tree of counts by rank of risk (Fenwick 1994).
    pub(super) fn concordance(&self, risk: &[f64]) -> f64 {
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
