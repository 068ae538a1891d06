//! How sure a gap is: how much a unit's gap moves from year to year by itself, and what that leaves of its rank.

use crate::rank::places;
use statistics::bayes::NormalNormal;
use statistics::chance::Chance;
use statistics::distribution::normal_cdf;

/// A unit's gaps. Positive is better.
#[derive(Clone, Debug, PartialEq)]
pub struct GapOverTime {
    /// Persons it is a share of.
    pub population: f64,
    /// Gaps of earlier periods that do not overlap, in one order for all units; the last one may be among them.
    pub gaps: Vec<f64>,
    /// The gap that is told.
    pub now: f64,
}

/// How much a gap moves by itself: variance `fixed + per_person / population`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// The part that size does not lessen.
    pub fixed: f64,
    /// The part that does.
    pub per_person: f64,
}

impl Noise {
    /// Variance of a unit of that size.
    pub fn variance(self, population: f64) -> f64 {
        self.fixed + self.per_person / population
    }

    /// From the spread of each unit's gaps about its own mean, once each period's mean over units is taken away. The two
    /// parts are fitted by least squares, each unit's squared spread weighted by what is expected of it (twice over), and
    /// neither part below 0.
    pub fn of(units: &[GapOverTime]) -> Self {
        let periods = units.first().map_or(0, |u| u.gaps.len());
        let mean = |t: usize| units.iter().map(|u| u.gaps[t]).sum::<f64>() / units.len() as f64;
        let means: Vec<f64> = (0..periods).map(mean).collect();
        let spread: Vec<(f64, f64)> = units
            .iter()
            .map(|u| {
                let left: Vec<f64> = u.gaps.iter().zip(&means).map(|(g, m)| g - m).collect();
                let own = left.iter().sum::<f64>() / periods as f64;
                let squares: f64 = left.iter().map(|l| (l - own).powi(2)).sum();
                (1.0 / u.population, squares / (periods as f64 - 1.0))
            })
            .collect();
        let mut noise = Self { fixed: 1.0, per_person: 0.0 };
        for _ in 0..20 {
            // Variance of a squared spread goes with the square of its mean.
            let weighted = spread.iter().map(|(x, s)| {
                let expected = noise.fixed + noise.per_person * x;
                (expected.max(1e-12).powi(-2), *x, *s)
            });
            let (mut w, mut wx, mut wxx, mut ws, mut wxs) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (weight, x, s) in weighted {
                w += weight;
                wx += weight * x;
                wxx += weight * x * x;
                ws += weight * s;
                wxs += weight * x * s;
            }
            let determinant = w * wxx - wx * wx;
            let (fixed, per_person) = ((ws * wxx - wxs * wx) / determinant, (w * wxs - wx * ws) / determinant);
            noise = match (fixed > 0.0, per_person > 0.0) {
                (true, true) => Self { fixed, per_person },
                (false, _) => Self { fixed: 0.0, per_person: wxs / wxx },
                (_, false) => Self { fixed: ws / w, per_person: 0.0 },
            };
        }
        noise
    }
}

/// A gap and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SureGap {
    /// The gap.
    pub gap: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Lower end of 95 %.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Drawn to the mean of all by as much as it is unsure.
    pub steadied: f64,
    /// Standard deviation of that.
    pub steadied_sd: f64,
    /// Probability of being better than expected.
    pub p_better: f64,
    /// Rank, 1 the best, that 2.5 % of draws do not exceed.
    pub rank_low: u32,
    /// Rank that 97.5 % of draws do not exceed.
    pub rank_high: u32,
    /// Probability of the best fifth.
    pub p_top_fifth: f64,
    /// Probability of the poorest fifth.
    pub p_bottom_fifth: f64,
}

/// What the gap can be said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The whole interval is better than expected, and stays so once steadied.
    Better,
    /// The whole interval is poorer, and stays so.
    Poorer,
    /// The whole interval lies close to what was expected: within a twentieth of it.
    AsExpected,
    /// It cannot be told.
    Untold,
}

/// As a part of what was expected, how near is near.
pub(crate) const NEAR: f64 = 0.05;

/// How probable the side must be once the gap is steadied.
const SURE: f64 = 0.975;

impl SureGap {
    /// What its interval allows to be said where `expected` was. Among 98 about five would look different by chance alone: so
    /// it must also hold once the gap is drawn to the others by as much as it is unsure.
    pub fn judgement(&self, expected: f64) -> Judgement {
        if self.low > 0.0 && self.p_better > SURE {
            Judgement::Better
        } else if self.high < 0.0 && self.p_better < 1.0 - SURE {
            Judgement::Poorer
        } else if self.low.abs().max(self.high.abs()) <= NEAR * expected {
            Judgement::AsExpected
        } else {
            Judgement::Untold
        }
    }
}

/// Half a 95 % interval in standard errors.
pub const Z95: f64 = 1.959_964;

/// Ranks are drawn so many times.
const DRAWS: usize = 10_000;

/// Intervals, steadied gaps and ranks with their uncertainty, from gaps and the variance of each.
pub fn sure(gaps: &[(f64, f64)], seed: u64) -> Vec<SureGap> {
    let (values, variances): (Vec<f64>, Vec<f64>) = gaps.iter().copied().unzip();
    // From fewer than three nothing can be learned of how far they lie from each other.
    let steadied = match gaps.len() {
        0..3 => gaps.iter().map(|(gap, variance)| (*gap, variance.sqrt())).collect(),
        _ => NormalNormal::of(&values, &variances).units,
    };
    // Rank 1 is the lowest of what is drawn: the best has the highest gap.
    let draw = |i: usize, chance: &mut Chance| -(steadied[i].0 + steadied[i].1 * chance.normal());
    let ranks = places(gaps.len(), DRAWS, seed, 0.0, draw);
    gaps.iter()
        .zip(&steadied)
        .zip(ranks)
        .map(|(((gap, variance), (centre, sd)), rank)| {
            let se = variance.sqrt();
            SureGap {
                gap: *gap,
                std_error: se,
                low: gap - Z95 * se,
                high: gap + Z95 * se,
                steadied: *centre,
                steadied_sd: *sd,
                p_better: normal_cdf(centre / sd.max(1e-12)),
                rank_low: rank.low,
                rank_high: rank.high,
                p_top_fifth: rank.p_top_fifth,
                p_bottom_fifth: rank.p_bottom_fifth,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaps made with a known spread: 0,1 points that size does not lessen and 60 per square root of persons.
    fn made(seed: u64, units: usize, periods: usize) -> Vec<GapOverTime> {
        let mut chance = Chance::new(seed, 0);
        (0..units)
            .map(|_| {
                let population = (chance.normal() + 10.0).exp();
                let level = 0.4 * chance.normal();
                let sd = (0.01 + 400.0 / population).sqrt();
                let gaps: Vec<f64> = (0..periods).map(|t| level + t as f64 * 0.3 + sd * chance.normal()).collect();
                GapOverTime { population, now: gaps[periods - 1], gaps }
            })
            .collect()
    }

    #[test]
    fn the_spread_that_was_put_in_comes_out() {
        let noise = Noise::of(&made(3, 4000, 3));
        assert!((noise.fixed - 0.01).abs() < 0.003, "{noise:?}");
        assert!((noise.per_person - 400.0).abs() < 40.0, "{noise:?}");
    }

    #[test]
    fn intervals_cover_and_a_steadied_gap_lies_between_its_own_and_the_mean() {
        let units = made(5, 2000, 3);
        let mut chance = Chance::new(9, 1);
        let noise = Noise { fixed: 0.01, per_person: 400.0 };
        let truth: Vec<f64> = units.iter().map(|_| 0.4 * chance.normal()).collect();
        let gaps: Vec<(f64, f64)> = units
            .iter()
            .zip(&truth)
            .map(|(u, t)| {
                let v = noise.variance(u.population);
                (t + v.sqrt() * chance.normal(), v)
            })
            .collect();
        let sure = sure(&gaps[..200], 1);
        let cover = sure.iter().zip(&truth).filter(|(s, t)| s.low <= **t && **t <= s.high).count();
        assert!((180..=198).contains(&cover), "{cover} of 200");
        let mean = NormalNormal::of(
            &gaps[..200].iter().map(|g| g.0).collect::<Vec<_>>(),
            &gaps[..200].iter().map(|g| g.1).collect::<Vec<_>>(),
        )
        .mu;
        for s in &sure {
            let (a, b) = (s.gap.min(mean), s.gap.max(mean));
            assert!((a - 1e-9..=b + 1e-9).contains(&s.steadied));
        }
    }

    #[test]
    fn the_best_ranks_first_and_one_who_is_unsure_ranks_widely() {
        let sure = sure(&[(1.0, 1e-6), (0.0, 1e-6), (-1.0, 1e-6), (0.1, 4.0)], 1);
        assert_eq!((sure[0].rank_low, sure[0].rank_high.max(2)), (1, 2));
        assert!(sure[3].rank_high - sure[3].rank_low >= 2);
        assert!(sure[0].p_better > 0.999 && sure[2].p_better < 0.001);
    }
}
