//! Who lies outside chance: rates against their number of trials.

use crate::counts;
use statistics::{Failure, Frame, distribution};

/// How limits are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// Quantiles of the binomial over `n`.
    Exact,
    /// `p0 ± z √(p0 (1 − p0) / n)`, not cut at 0 and 1.
    Normal,
}

/// The limits of one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Share of chance within.
    pub level: f64,
    /// Lower.
    pub low: f64,
    /// Upper.
    pub high: f64,
}

/// A unit in the funnel.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelUnit {
    /// Label.
    pub unit: String,
    /// Events.
    pub events: f64,
    /// Trials.
    pub trials: f64,
    /// Events over trials.
    pub rate: f64,
    /// Distance from the common rate in standard errors.
    pub z: f64,
    /// Limits of each level.
    pub limits: Vec<Limit>,
}

/// A funnel.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// The pooled rate.
    pub p0: f64,
    /// Mean squared z: above 1, units differ by more than chance.
    pub overdispersion: f64,
    /// The same with the outermost z drawn in to the quantiles at `winsorise` and `1 − winsorise`.
    pub overdispersion_winsorised: f64,
    /// Units, in the order of the file.
    pub units: Vec<FunnelUnit>,
}

/// Quantile of sorted values between which is drawn a line (R's type 7).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// A funnel of rates (Spiegelhalter 2005, Statistics in Medicine 24).
///
/// # Errors
/// Counts that are none, or a common rate of 0 or 1.
pub fn funnel(
    frame: &Frame,
    unit: &str,
    events: &str,
    trials: &str,
    levels: &[f64],
    limits: Limits,
    winsorise: f64,
) -> Result<Funnel, Failure> {
    let (labels, r, n) = counts(frame, unit, events, trials)?;
    let p0 = r.iter().sum::<f64>() / n.iter().sum::<f64>();
    if p0 <= 0.0 || p0 >= 1.0 {
        return Err(Failure::Cannot(statistics::said!(
            "den fælles andel er {p0}: ingen enhed kan ligge uden for den",
            "the common rate is {p0}: no unit can lie outside it"
        )));
    }
    let units: Vec<FunnelUnit> = labels
        .into_iter()
        .enumerate()
        .map(|(i, unit)| {
            let spread = (p0 * (1.0 - p0) / n[i]).sqrt();
            let rate = r[i] / n[i];
            let limit = |level: &f64| {
                let tail = (1.0 - level) / 2.0;
                match limits {
                    Limits::Exact => {
                        let at = |p: f64| distribution::binomial_quantile(p, n[i] as u64, p0) as f64 / n[i];
                        Limit { level: *level, low: at(tail), high: at(1.0 - tail) }
                    }
                    Limits::Normal => {
                        let wide = distribution::normal_quantile(1.0 - tail) * spread;
                        Limit { level: *level, low: p0 - wide, high: p0 + wide }
                    }
                }
            };
            FunnelUnit {
                unit,
                events: r[i],
                trials: n[i],
                rate,
                z: (rate - p0) / spread,
                limits: levels.iter().map(limit).collect(),
            }
        })
        .collect();
    let mut z: Vec<f64> = units.iter().map(|u| u.z).collect();
    z.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&z, winsorise), quantile(&z, 1.0 - winsorise));
    let mean = |f: &dyn Fn(f64) -> f64| z.iter().map(|z| f(*z)).sum::<f64>() / z.len() as f64;
    Ok(Funnel {
        p0,
        overdispersion: mean(&|z| z * z),
        overdispersion_winsorised: mean(&|z| z.clamp(low, high).powi(2)),
        units,
    })
}
