//! Small units steadied, so that they do not jump about.

use crate::counts;
use statistics::bayes::{BetaBinomial, LogitNormal, NormalNormal};
use statistics::{Failure, Frame, distribution};

/// Which model steadies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steadied {
    /// Rates from one beta.
    BetaBinomial,
    /// Logits from one normal, their errors normal.
    NormalNormal,
    /// Logits from one normal, counts binomial.
    LogitNormal,
}

/// A steadied unit.
#[derive(Clone, Debug, PartialEq)]
pub struct ShrunkUnit {
    /// Label.
    pub unit: String,
    /// Events.
    pub events: f64,
    /// Trials.
    pub trials: f64,
    /// Steadied rate.
    pub estimate: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// On the logit scale: the unit's level (normal-normal) or its distance from the intercept (logit-normal).
    pub effect: Option<f64>,
    /// Standard deviation of that.
    pub effect_sd: Option<f64>,
}

/// What was fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunk {
    /// Parameters by name.
    pub parameters: Vec<(&'static str, f64)>,
    /// Units, in the order of the file.
    pub units: Vec<ShrunkUnit>,
}

/// Steady the rates of units.
///
/// # Errors
/// Counts that are none, or units that differ no more than chance.
pub fn shrink(frame: &Frame, unit: &str, events: &str, trials: &str, model: Steadied) -> Result<Shrunk, Failure> {
    let (labels, r, n) = counts(frame, unit, events, trials)?;
    // From the logit scale: the rate, and its standard deviation by the slope there.
    let from_logit = |level: f64, sd: f64| {
        let p = distribution::expit(level);
        (p, sd * p * (1.0 - p))
    };
    let (parameters, found): (Vec<_>, Vec<(f64, f64, Option<f64>, Option<f64>)>) = match model {
        Steadied::BetaBinomial => {
            let fit = BetaBinomial::fit(&r, &n)?;
            let units = r.iter().zip(&n).map(|(r, n)| fit.posterior(*r, *n)).map(|(m, s)| (m, s, None, None));
            (vec![("alpha", fit.alpha), ("beta", fit.beta)], units.collect())
        }
        Steadied::NormalNormal => {
            let fit = NormalNormal::fit(&r, &n)?;
            let units = fit.units.iter().map(|(level, sd)| {
                let (p, p_sd) = from_logit(*level, *sd);
                (p, p_sd, Some(*level), Some(*sd))
            });
            let parameters = vec![
                ("mu", fit.mu),
                ("tau2_reml", fit.tau2_reml),
                ("tau2_dl", fit.tau2_dl),
                ("q", fit.q),
                ("i2", fit.i2),
            ];
            (parameters, units.collect())
        }
        Steadied::LogitNormal => {
            let fit = LogitNormal::fit(&r, &n)?;
            let units = fit.units.iter().map(|(u, sd)| {
                let (p, p_sd) = from_logit(fit.intercept + u, *sd);
                (p, p_sd, Some(*u), Some(*sd))
            });
            (vec![("intercept", fit.intercept), ("sd", fit.sd)], units.collect())
        }
    };
    let units = labels
        .into_iter()
        .zip(found)
        .enumerate()
        .map(|(i, (unit, (estimate, sd, effect, effect_sd)))| ShrunkUnit {
            unit,
            events: r[i],
            trials: n[i],
            estimate,
            sd,
            effect,
            effect_sd,
        })
        .collect();
    Ok(Shrunk { parameters, units })
}
