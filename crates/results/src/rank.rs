//! Rank with its uncertainty: a rank is a guess, and says how sure it is.

use crate::counts;
use rayon::prelude::*;
use statistics::bayes::BetaBinomial;
use statistics::chance::Chance;
use statistics::{Failure, Frame};

/// A ranked unit. Rank 1 is the lowest rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Label.
    pub unit: String,
    /// Steadied rate.
    pub estimate: f64,
    /// Mean rank.
    pub mean_rank: f64,
    /// Median rank.
    pub median_rank: u32,
    /// Rank that 2.5 per cent of draws do not exceed.
    pub low: u32,
    /// Rank that 97.5 per cent of draws do not exceed.
    pub high: u32,
    /// Probability of the lowest rate of all.
    pub p_lowest: f64,
    /// Probability of the highest.
    pub p_highest: f64,
    /// Probability of a rank among the first fifth (the lowest rates).
    pub p_top_fifth: f64,
    /// Probability of a rank among the last fifth (the highest rates).
    pub p_bottom_fifth: f64,
    /// Probability of a rate above the pooled one.
    pub p_above_p0: f64,
}

/// Draws of a block: each block has its own stream of chance, so that threads do not matter.
const BLOCK: usize = 1000;

struct Tally {
    ranks: Vec<u32>,
    above: Vec<u32>,
}

/// Where one unit ranked over all draws. Rank 1 is the lowest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Places {
    pub mean: f64,
    pub median: u32,
    pub low: u32,
    pub high: u32,
    pub p_lowest: f64,
    pub p_highest: f64,
    pub p_top_fifth: f64,
    pub p_bottom_fifth: f64,
    pub p_above: f64,
}

/// Ranks of `units` over draws of a value for each, and how often each lay above `line`.
pub(crate) fn places(
    units: usize,
    draws: usize,
    seed: u64,
    line: f64,
    draw: impl Fn(usize, &mut Chance) -> f64 + Sync,
) -> Vec<Places> {
    let blocks: Vec<Tally> = (0..draws.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let mut chance = Chance::new(seed, block as u64);
            let mut tally = Tally { ranks: vec![0; units * units], above: vec![0; units] };
            let (mut values, mut order) = (vec![0.0; units], (0..units).collect::<Vec<usize>>());
            for _ in 0..BLOCK.min(draws - block * BLOCK) {
                for (i, (value, above)) in values.iter_mut().zip(&mut tally.above).enumerate() {
                    *value = draw(i, &mut chance);
                    *above += u32::from(*value > line);
                }
                order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
                for (place, i) in order.iter().enumerate() {
                    tally.ranks[i * units + place] += 1;
                }
            }
            tally
        })
        .collect();
    let all = draws as f64;
    let one = |i: usize| {
        let count = |place: usize| blocks.iter().map(|b| u64::from(b.ranks[i * units + place])).sum::<u64>() as f64;
        let counts: Vec<f64> = (0..units).map(count).collect();
        let at = |share: f64| {
            let mut sum = 0.0;
            let place = counts.iter().position(|c| {
                sum += c;
                sum >= share * all
            });
            place.unwrap_or(units - 1) as u32 + 1
        };
        let fifth = units as f64 / 5.0;
        let within = |from: f64, to: f64| {
            let ranks = counts.iter().enumerate().map(|(place, c)| (place as f64 + 1.0, c));
            ranks.filter(|(rank, _)| *rank > from && *rank <= to).map(|(_, c)| c).sum::<f64>() / all
        };
        Places {
            mean: counts.iter().enumerate().map(|(place, c)| (place + 1) as f64 * c).sum::<f64>() / all,
            median: at(0.5),
            low: at(0.025),
            high: at(0.975),
            p_lowest: counts[0] / all,
            p_highest: counts[units - 1] / all,
            p_top_fifth: within(0.0, fifth),
            p_bottom_fifth: within(units as f64 - fifth, units as f64),
            p_above: blocks.iter().map(|b| f64::from(b.above[i])).sum::<f64>() / all,
        }
    };
    (0..units).map(one).collect()
}

/// Ranks over draws of each unit's rate given its count, with the beta of all units held at its maximum likelihood.
///
/// # Errors
/// As [`crate::shrink`].
pub fn rank(
    frame: &Frame,
    unit: &str,
    events: &str,
    trials: &str,
    draws: usize,
    seed: u64,
) -> Result<(BetaBinomial, Vec<Ranked>), Failure> {
    let (labels, r, n) = counts(frame, unit, events, trials)?;
    let fit = BetaBinomial::fit(&r, &n)?;
    let p0 = r.iter().sum::<f64>() / n.iter().sum::<f64>();
    let draw = |i: usize, chance: &mut Chance| chance.beta(fit.alpha + r[i], fit.beta + n[i] - r[i]);
    let placed = places(labels.len(), draws, seed, p0, draw);
    let ranked = labels
        .into_iter()
        .zip(placed)
        .enumerate()
        .map(|(i, (unit, p))| Ranked {
            unit,
            estimate: fit.posterior(r[i], n[i]).0,
            mean_rank: p.mean,
            median_rank: p.median,
            low: p.low,
            high: p.high,
            p_lowest: p.p_lowest,
            p_highest: p.p_highest,
            p_top_fifth: p.p_top_fifth,
            p_bottom_fifth: p.p_bottom_fifth,
            p_above_p0: p.p_above,
        })
        .collect();
    Ok((fit, ranked))
}
