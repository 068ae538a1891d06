//! Sweeps over risk sets, latest time first: the sums that Cox's likelihood is made of.

use super::{Cox, Ties};
use crate::order::{falling, rising};
use rayon::prelude::*;
use statistics::Matrix;
use std::ops::Range;

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
    /// Runs in order, cut where the data say, so that threads change nothing.
    blocks: Vec<Block>,
}

/// Rows of one stratum that end at one time.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) time: f64,
    pub(super) stratum: u32,
    from: u32,
    to: u32,
    /// The first so many of them die.
    deaths: u32,
}

impl Run {
    /// All of them.
    pub(super) const fn rows(&self) -> Range<usize> {
        self.from as usize..self.to as usize
    }

    /// Those who die.
    pub(super) const fn dying(&self) -> Range<usize> {
        self.from as usize..(self.from + self.deaths) as usize
    }

    /// The others.
    const fn lost(&self) -> Range<usize> {
        (self.from + self.deaths) as usize..self.to as usize
    }
}

/// Runs of one stratum that one core sweeps.
struct Block {
    runs: Range<usize>,
    /// Whether it is the first of its stratum.
    first: bool,
    /// First of those of its stratum in `by_entry`.
    gone: usize,
}

/// Sums over those at risk: of risk, and of risk times covariates.
#[derive(Clone)]
struct AtRisk {
    s0: f64,
    s1: Vec<f64>,
}

impl AtRisk {
    fn nobody(k: usize) -> Self {
        Self { s0: 0.0, s1: vec![0.0; k] }
    }

    fn add(&mut self, risk: f64, row: &[f64]) {
        self.s0 += risk;
        self.s1.iter_mut().zip(row).for_each(|(s, x)| *s += risk * x);
    }
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
    pub(super) score: Vec<f64>,
    pub(super) information: Matrix,
    /// Hazard from the earliest time of the stratum to that of each run.
    pub(super) hazard: Vec<f64>,
}

/// What sums are made of.
struct Moments {
    score: Vec<f64>,
    /// What is taken from the squares; the upper half alone.
    means: Vec<f64>,
}

impl Moments {
    fn new(k: usize) -> Self {
        Self { score: vec![0.0; k], means: vec![0.0; k * k] }
    }

    fn add(&mut self, at: &At<'_>, weight: f64) {
        let k = self.score.len();
        let [a, b, c] = at.squares;
        for i in 0..k {
            self.score[i] -= weight * (at.s1[i] * at.step - at.d1[i] * at.back);
            // Both halves of what the means' products are made of; the second is nothing without ties.
            let (own, tied) = (weight * (a * at.s1[i] - b * at.d1[i]), weight * (c * at.d1[i] - b * at.s1[i]));
            let line = self.means[i * k + i..(i + 1) * k].iter_mut();
            if b == 0.0 && c == 0.0 {
                line.zip(&at.s1[i..]).for_each(|(m, s)| *m += own * s);
            } else {
                line.zip(at.s1[i..].iter().zip(&at.d1[i..])).for_each(|(m, (s, d))| *m += own * s + tied * d);
            }
        }
    }
}

/// The part of a block.
struct Part<const G: usize> {
    log_likelihood: f64,
    of: [Moments; G],
}

/// Rows whose products are summed together, and the fewest of a block: a number that threads do not change.
const CHUNK: usize = 8192;

/// `Σ w x xᵀ` over rows, in the same order at any number of threads.
pub(super) fn gram(x: &[f64], k: usize, weights: &[f64]) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = x
        .par_chunks(CHUNK * k)
        .zip(weights.par_chunks(CHUNK))
        .map(|(rows, weights)| {
            let mut sum = vec![0.0; k * k];
            // Four rows at a time, so that a sum is fetched once for four; and one half, as the other is the same.
            for (rows, w) in rows.chunks(4 * k).zip(weights.chunks(4)) {
                if let (&[a, b, c, d], true) = (w, rows.len() == 4 * k) {
                    let (r, rest) = rows.split_at(k);
                    let (s, rest) = rest.split_at(k);
                    let (t, u) = rest.split_at(k);
                    for i in 0..k {
                        let (a, b, c, d) = (a * r[i], b * s[i], c * t[i], d * u[i]);
                        let others = r[i..].iter().zip(&s[i..]).zip(t[i..].iter().zip(&u[i..]));
                        for (cell, ((r, s), (t, u))) in sum[i * k + i..(i + 1) * k].iter_mut().zip(others) {
                            *cell += (a * r + b * s) + (c * t + d * u);
                        }
                    }
                } else {
                    for (row, w) in rows.chunks_exact(k).zip(w) {
                        for i in 0..k {
                            let w = w * row[i];
                            let line = sum[i * k + i..(i + 1) * k].iter_mut();
                            line.zip(&row[i..]).for_each(|(cell, v)| *cell += w * v);
                        }
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
    for i in 0..k {
        for j in 0..i {
            out[i * k + j] = out[j * k + i];
        }
    }
    out
}

impl Sorted {
    /// Covariates less `centre`, over `scale`.
    pub(super) fn new(cox: &Cox<'_>, centre: &[f64], scale: &[f64]) -> Self {
        let k = cox.x.width();
        let stratum = |i: u32| cox.strata.map_or(0, |s| s[i as usize]);
        let mut keys: Vec<(u32, u64, bool, u32)> = (0..cox.time.len() as u32)
            .into_par_iter()
            .map(|i| (stratum(i), falling(cox.time[i as usize]), !cox.event[i as usize], i))
            .collect();
        keys.par_sort_unstable();
        let rows: Vec<u32> = keys.into_iter().map(|key| key.3).collect();
        let mut sorted = vec![0.0; rows.len() * k];
        sorted.par_chunks_mut(CHUNK * k).zip(rows.par_chunks(CHUNK)).for_each(|(to, rows)| {
            for j in 0..k {
                let column = cox.x.column(j);
                for (row, i) in to.chunks_exact_mut(k).zip(rows) {
                    row[j] = (column[*i as usize] - centre[j]) / scale[j];
                }
            }
        });
        let (mut runs, mut strata): (Vec<Run>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
        for (at, row) in rows.iter().enumerate() {
            let (s, time) = (stratum(*row), cox.time[*row as usize]);
            let dies = u32::from(cox.event[*row as usize]);
            match runs.last_mut() {
                #[allow(clippy::float_cmp, reason = "ties are times written alike")]
                Some(run) if run.stratum == s && run.time == time => {
                    run.to = at as u32 + 1;
                    run.deaths += dies;
                }
                last => {
                    if last.is_some_and(|run| run.stratum != s) {
                        strata.push((runs.len(), at));
                    }
                    runs.push(Run { stratum: s, time, from: at as u32, to: at as u32 + 1, deaths: dies });
                }
            }
        }
        strata.push((runs.len(), rows.len()));
        let mut out = Self {
            k,
            x: sorted,
            runs,
            strata,
            blocks: Vec::new(),
            by_entry: Vec::new(),
            entry: Vec::new(),
            entry_run: Vec::new(),
            rows,
        };
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
        out.blocks = out.cut();
        out
    }

    /// Blocks of at least [`CHUNK`] rows; where some enter late, the whole of each stratum.
    fn cut(&self) -> Vec<Block> {
        let mut out = Vec::new();
        let (mut run, mut row) = (0, 0);
        for (end_run, end_row) in &self.strata {
            let (mut first, gone) = (true, row);
            while run < *end_run {
                let from = self.runs[run].rows().start + CHUNK;
                let next = self.runs[run..*end_run].partition_point(|r| r.rows().end < from) + 1;
                let end = if self.by_entry.is_empty() { (run + next).min(*end_run) } else { *end_run };
                out.push(Block { runs: run..end, first, gone });
                (run, first) = (end, false);
            }
            row = *end_row;
        }
        out
    }

    pub(super) fn row(&self, at: usize) -> &[f64] {
        &self.x[at * self.k..(at + 1) * self.k]
    }

    pub(super) fn linear(&self, beta: &[f64]) -> Vec<f64> {
        self.x.par_chunks_exact(self.k).map(|row| row.iter().zip(beta).map(|(x, b)| x * b).sum()).collect()
    }

    /// Those at risk as each block begins: all in the blocks of its stratum before it.
    fn before(&self, risk: &[f64]) -> Vec<AtRisk> {
        let inside = |(number, block): (usize, &Block)| {
            let mut sum = AtRisk::nobody(self.k);
            // Nobody asks for the sum of a stratum's last block.
            if self.blocks.get(number + 1).is_some_and(|next| !next.first) {
                let rows = self.runs[block.runs.start].rows().start..self.runs[block.runs.end - 1].rows().end;
                rows.for_each(|at| sum.add(risk[at], self.row(at)));
            }
            sum
        };
        let sums: Vec<AtRisk> = self.blocks.par_iter().enumerate().map(inside).collect();
        let mut now = AtRisk::nobody(self.k);
        let starts = self.blocks.iter().zip(sums).map(|(block, sum)| {
            if block.first {
                now = AtRisk::nobody(self.k);
            }
            let start = now.clone();
            now.s0 += sum.s0;
            now.s1.iter_mut().zip(sum.s1).for_each(|(a, b)| *a += b);
            start
        });
        starts.collect()
    }

    /// Every event time, stratum by stratum, latest first.
    pub(super) fn sweep(&self, risk: &[f64], ties: Ties, mut each: impl FnMut(&At<'_>)) {
        for (block, start) in self.blocks.iter().zip(self.before(risk)) {
            self.sweep_block(block, start, risk, ties, &mut each);
        }
    }

    fn sweep_block(&self, block: &Block, start: AtRisk, risk: &[f64], ties: Ties, mut each: impl FnMut(&At<'_>)) {
        let k = self.k;
        let (mut all, mut dead) = (start, AtRisk::nobody(k));
        let mut gone = block.gone;
        let end = self.runs[block.runs.end - 1].rows().end;
        for number in block.runs.clone() {
            let run = &self.runs[number];
            if run.deaths > 0 {
                dead.s0 = 0.0;
                dead.s1.fill(0.0);
                run.dying().for_each(|at| dead.add(risk[at], self.row(at)));
                all.s0 += dead.s0;
                all.s1.iter_mut().zip(&dead.s1).for_each(|(s, d)| *s += d);
            }
            run.lost().for_each(|at| all.add(risk[at], self.row(at)));
            if run.deaths == 0 {
                continue;
            }
            // Those who enter at this time or later are not yet at risk.
            while let Some(at) = self.by_entry.get(gone).map(|at| *at as usize) {
                if at >= end || self.entry[at] < run.time {
                    break;
                }
                all.add(-risk[at], self.row(at));
                gone += 1;
            }
            let (d, s0) = (f64::from(run.deaths), all.s0);
            let mut now =
                At { run: number, step: 0.0, back: 0.0, squares: [0.0; 3], logs: 0.0, s1: &all.s1, d1: &dead.s1 };
            if ties == Ties::Breslow || run.deaths == 1 {
                now.step = d / s0;
                now.squares[0] = d / (s0 * s0);
                now.logs = d * s0.ln();
            } else {
                for l in 0..run.deaths {
                    let share = f64::from(l) / d;
                    let n = s0 - share * dead.s0;
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
    }

    /// Log likelihood, and for each of `G` weights that `g` gives an event time, sums with event times weighted by it.
    ///
    /// The second moments over risk sets are not carried along: a row of risk `r` is in the sum of every event time from its
    /// entry to its end, so that `Σ S2/n` is `Σ w x xᵀ` with `w = r` times the hazard steps it lived through, less what Efron's
    /// share takes back where it dies. One product of the whole table, on all cores, in place of one for each event time.
    pub(super) fn sums<const G: usize>(
        &self,
        linear: &[f64],
        risk: &[f64],
        ties: Ties,
        g: impl Fn(f64) -> [f64; G] + Sync,
    ) -> (f64, [Sums; G]) {
        let k = self.k;
        // Of each run `Σ 1/n` and `Σ φ/n`.
        let mut steps = vec![(0.0, 0.0); self.runs.len()];
        let part = |((block, start), steps): ((&Block, AtRisk), &mut [(f64, f64)])| {
            let mut out = Part { log_likelihood: 0.0, of: std::array::from_fn(|_| Moments::new(k)) };
            self.sweep_block(block, start, risk, ties, |at| {
                let run = &self.runs[at.run];
                steps[at.run - block.runs.start] = (at.step, at.back);
                out.log_likelihood += run.dying().map(|death| linear[death]).sum::<f64>() - at.logs;
                for (weight, sums) in g(run.time).into_iter().zip(&mut out.of) {
                    sums.add(at, weight);
                    for death in run.dying() {
                        sums.score.iter_mut().zip(self.row(death)).for_each(|(u, x)| *u += weight * x);
                    }
                }
            });
            out
        };
        let mut rest = &mut steps[..];
        let own_steps: Vec<&mut [(f64, f64)]> =
            self.blocks.iter().filter_map(|block| rest.split_off_mut(..block.runs.len())).collect();
        let starts = self.before(risk);
        let parts: Vec<Part<G>> = self.blocks.par_iter().zip(starts).zip(own_steps).map(part).collect();
        let log_likelihood = parts.iter().map(|p| p.log_likelihood).sum();
        let mut of: [Moments; G] = std::array::from_fn(|_| Moments::new(k));
        for part in parts {
            for (all, part) in of.iter_mut().zip(part.of) {
                all.score.iter_mut().zip(part.score).for_each(|(a, b)| *a += b);
                all.means.iter_mut().zip(part.means).for_each(|(a, b)| *a += b);
            }
        }
        let mut which = 0;
        let sums = of.map(|moments| {
            which += 1;
            self.summed(moments, risk, &steps, |time| g(time)[which - 1])
        });
        (log_likelihood, sums)
    }

    fn summed(&self, moments: Moments, risk: &[f64], steps: &[(f64, f64)], weight: impl Fn(f64) -> f64) -> Sums {
        let Moments { score, means } = moments;
        // Hazard steps at this run and all earlier times of the stratum: runs stand latest first.
        let mut hazard = vec![0.0; self.runs.len()];
        let mut weights = vec![0.0; self.rows.len()];
        let mut first = 0;
        for (end, _) in &self.strata {
            let mut lived = 0.0;
            for at in (first..*end).rev() {
                let (run, (step, back)) = (&self.runs[at], steps[at]);
                let weight = weight(run.time);
                lived += weight * step;
                hazard[at] = lived;
                run.dying().for_each(|at| weights[at] = risk[at] * (lived - weight * back));
                run.lost().for_each(|at| weights[at] = risk[at] * lived);
            }
            first = *end;
        }
        for (at, run) in self.entry_run.iter().enumerate() {
            // A run past the stratum's end is nobody's: nothing happened before the entry.
            let run = *run as usize;
            if self.runs.get(run).is_some_and(|r| r.stratum == self.stratum_of(at)) {
                weights[at] -= risk[at] * hazard[run];
            }
        }
        let squares = gram(&self.x, self.k, &weights);
        let mut information = Matrix::zeros(self.k, self.k);
        for a in 0..self.k {
            for b in a..self.k {
                let value = squares[a * self.k + b] - means[a * self.k + b];
                information.set(a, b, value);
                information.set(b, a, value);
            }
        }
        Sums { score, information, hazard }
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
        let mut order: Vec<(u64, u32)> = risk.par_iter().map(|r| rising(*r)).zip(0..risk.len() as u32).collect();
        order.par_sort_unstable();
        let mut rank = vec![0_u32; risk.len()];
        let mut last = 0;
        for (i, (risk, at)) in order.iter().enumerate() {
            last += u32::from(i == 0 || order[i - 1].0 != *risk);
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
        let enter = |tree: &mut [i32], inside: &mut [bool], rows: Range<usize>| {
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
                held += enter(&mut tree, &mut inside, run.lost());
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
                for own in &rank[run.dying()] {
                    let below = upto(&tree, own - 1);
                    right += below;
                    tied += upto(&tree, *own) - below;
                    all += held;
                }
                held += enter(&mut tree, &mut inside, run.dying());
            }
            first_run = *end_run;
            while self.by_entry.get(gone).is_some_and(|at| (*at as usize) < *end_row) {
                gone += 1;
            }
        }
        (right as f64 + tied as f64 / 2.0) / all as f64
    }
}
