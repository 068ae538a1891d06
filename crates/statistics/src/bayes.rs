//! Small units steadied: what a unit's own count and the others together say of its rate.

use crate::distribution::{expit, ln_gamma, log1p_exp};
use crate::error::Failure;
use crate::optimise::{bfgs, brent, slope};

/// Beta-binomial: rates of units come from one beta.
#[derive(Clone, Debug, PartialEq)]
pub struct BetaBinomial {
    /// First parameter of the beta.
    pub alpha: f64,
    /// Second.
    pub beta: f64,
}

fn check(events: &[f64], trials: &[f64]) -> Result<(), Failure> {
    if events.len() < 3 {
        return Err(Failure::TooFew {
            rows: events.len(),
            needed: crate::said!("en spredning mellem enheder", "a spread of rates between units"),
        });
    }
    let rate = events.iter().sum::<f64>() / trials.iter().sum::<f64>();
    if rate.is_nan() || rate <= 0.0 || rate >= 1.0 {
        return Err(Failure::Cannot(crate::said!(
            "alle enheder har samme andel, 0 eller 1: der er intet at berolige",
            "every unit has the same rate, 0 or 1: there is nothing to steady"
        )));
    }
    Ok(())
}

/// `ln Γ(a + r) − ln Γ(a)`, also where `a` is so large that the two hardly differ.
fn rising(a: f64, r: f64) -> f64 {
    if a < 60.0 {
        return ln_gamma(a + r) - ln_gamma(a);
    }
    let series = |x: f64| 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    (a - 0.5) * (r / a).ln_1p() + r * (a + r).ln() - r + series(a + r) - series(a)
}

/// Log likelihood of one common rate, without the binomial coefficients: what no spread between units can fall below.
fn common_rate(events: &[f64], trials: &[f64]) -> f64 {
    let (r, n): (f64, f64) = (events.iter().sum(), trials.iter().sum());
    let p = r / n;
    r * p.ln() + (n - r) * (1.0 - p).ln()
}

/// A spread tells more than one common rate only if the likelihood says so.
const GAIN: f64 = 1e-6;

impl BetaBinomial {
    /// Maximum likelihood. Where units differ no more than chance, the beta has no end of narrowness.
    ///
    /// # Errors
    /// Too few units, no variation, or a spread no larger than chance.
    pub fn fit(events: &[f64], trials: &[f64]) -> Result<Self, Failure> {
        check(events, trials)?;
        let p0 = events.iter().sum::<f64>() / trials.iter().sum::<f64>();
        let loss = |at: &[f64]| -> f64 {
            // Mean on the logit scale and log of the sum: nearly independent of each other.
            let (mean, size) = (expit(at[0]), at[1].exp());
            let (a, b) = (mean * size, (1.0 - mean) * size);
            let of = |(r, n): (&f64, &f64)| rising(a, *r) + rising(b, n - r) - rising(a + b, *n);
            -events.iter().zip(trials).map(of).sum::<f64>()
        };
        let mut best: Option<crate::optimise::Lowest> = None;
        for size in [0.3f64, 3.0, 30.0, 300.0, 3000.0] {
            let found = bfgs(|x| (loss(x), slope(loss, x)), &[(p0 / (1.0 - p0)).ln(), size.ln()], 1e-9, 200);
            if best.as_ref().is_none_or(|b| found.value < b.value - 1e-9) {
                best = Some(found);
            }
        }
        let found =
            best.ok_or_else(|| Failure::Cannot(crate::said!("der er intet sted at begynde", "no starting point")))?;
        if -found.value < common_rate(events, trials) + GAIN || found.at[1] > 20.0 {
            return Err(Failure::Cannot(crate::said!(
                "enhederne er ikke mere forskellige, end tilfældet gør dem: en spredning kan ikke findes",
                "units differ no more than chance makes them: no beta-binomial spread can be told"
            )));
        }
        let (mean, size) = (expit(found.at[0]), found.at[1].exp());
        Ok(Self { alpha: mean * size, beta: (1.0 - mean) * size })
    }

    /// Mean and standard deviation of a unit's rate, given its count.
    pub fn posterior(&self, events: f64, trials: f64) -> (f64, f64) {
        let (a, b) = (self.alpha + events, self.beta + trials - events);
        let sum = a + b;
        (a / sum, (a * b / (sum * sum * (sum + 1.0))).sqrt())
    }
}

/// Values from one normal, each with a known normal error: of counts on the logit scale, 0.5 added to both cells.
#[derive(Clone, Debug, PartialEq)]
pub struct NormalNormal {
    /// Mean of the values under REML.
    pub mu: f64,
    /// Variance between units, by restricted maximum likelihood.
    pub tau2_reml: f64,
    /// The same by DerSimonian and Laird.
    pub tau2_dl: f64,
    /// Cochran's Q.
    pub q: f64,
    /// Share of Q beyond chance, in percent.
    pub i2: f64,
    /// Best prediction of each unit's value, and its standard deviation.
    pub units: Vec<(f64, f64)>,
}

impl NormalNormal {
    /// Fit.
    ///
    /// # Errors
    /// Too few units.
    pub fn fit(events: &[f64], trials: &[f64]) -> Result<Self, Failure> {
        check(events, trials)?;
        let y: Vec<f64> = events.iter().zip(trials).map(|(r, n)| ((r + 0.5) / (n - r + 0.5)).ln()).collect();
        let v: Vec<f64> = events.iter().zip(trials).map(|(r, n)| 1.0 / (r + 0.5) + 1.0 / (n - r + 0.5)).collect();
        Ok(Self::of(&y, &v))
    }

    /// From values and the variance of each, two or more, every variance above 0.
    pub fn of(y: &[f64], v: &[f64]) -> Self {
        let k = y.len() as f64;
        let pooled = |tau2: f64| -> (f64, f64) {
            let w: Vec<f64> = v.iter().map(|v| 1.0 / (v + tau2)).collect();
            let sum: f64 = w.iter().sum();
            (w.iter().zip(y).map(|(w, y)| w * y).sum::<f64>() / sum, sum)
        };
        let (fixed, sum_w) = pooled(0.0);
        let q: f64 = y.iter().zip(v).map(|(y, v)| (y - fixed).powi(2) / v).sum();
        let sum_w2: f64 = v.iter().map(|v| v.powi(-2)).sum();
        let tau2_dl = ((q - (k - 1.0)) / (sum_w - sum_w2 / sum_w)).max(0.0);
        let deviance = |tau2: f64| {
            let (mu, sum) = pooled(tau2);
            let fit: f64 = y.iter().zip(v).map(|(y, v)| (y - mu).powi(2) / (v + tau2) + (v + tau2).ln()).sum();
            fit + sum.ln()
        };
        let widest = y.iter().map(|y| (y - fixed).powi(2)).fold(0.0, f64::max).max(1.0);
        let (root, lowest) = brent(|root| deviance(root * root), 0.0, (4.0 * widest).sqrt(), 1e-10);
        let tau2_reml = if deviance(0.0) <= lowest { 0.0 } else { root * root };
        let (mu, sum) = pooled(tau2_reml);
        let units = y
            .iter()
            .zip(v)
            .map(|(y, v)| {
                let own = tau2_reml / (tau2_reml + v);
                (mu + own * (y - mu), (own * v + (1.0 - own).powi(2) / sum).sqrt())
            })
            .collect();
        Self { mu, tau2_reml, tau2_dl, q, i2: (100.0 * (q - (k - 1.0)) / q).max(0.0), units }
    }
}

/// Logit-normal: maximum likelihood by adaptive Gauss-Hermite quadrature.
#[derive(Clone, Debug, PartialEq)]
pub struct LogitNormal {
    /// Mean logit.
    pub intercept: f64,
    /// Standard deviation between units.
    pub sd: f64,
    /// Mode of each unit's own part, and its standard deviation.
    pub units: Vec<(f64, f64)>,
}

/// Points of the quadrature.
const POINTS: usize = 25;

/// Nodes and weights for `∫ f(x) e^(−x²) dx`, by Newton's steps on the Hermite polynomials.
pub fn gauss_hermite(n: usize) -> Vec<(f64, f64)> {
    let mut out = vec![(0.0, 0.0); n];
    let quarter_pi = std::f64::consts::PI.powf(-0.25);
    let half = n.div_ceil(2);
    let mut z = 0.0;
    for i in 0..half {
        z = match i {
            0 => (2.0 * n as f64 + 1.0).sqrt() - 1.855_75 * (2.0 * n as f64 + 1.0).powf(-1.0 / 6.0),
            1 => z - 1.14 * (n as f64).powf(0.426) / z,
            2 => 1.86 * z - 0.86 * out[0].0,
            3 => 1.91 * z - 0.91 * out[1].0,
            _ => 2.0 * z - out[i - 2].0,
        };
        let mut derivative = 1.0;
        for _ in 0..100 {
            let (mut p1, mut p2) = (quarter_pi, 0.0);
            for j in 0..n {
                let p3 = p2;
                p2 = p1;
                let j = j as f64;
                p1 = z * (2.0 / (j + 1.0)).sqrt() * p2 - (j / (j + 1.0)).sqrt() * p3;
            }
            derivative = (2.0 * n as f64).sqrt() * p2;
            let step = p1 / derivative;
            z -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        let weight = 2.0 / (derivative * derivative);
        out[i] = (z, weight);
        out[n - 1 - i] = (-z, weight);
    }
    out
}

impl LogitNormal {
    /// Fit.
    ///
    /// # Errors
    /// Too few units, or a search that does not end.
    pub fn fit(events: &[f64], trials: &[f64]) -> Result<Self, Failure> {
        check(events, trials)?;
        let nodes = gauss_hermite(POINTS);
        let density = |r: f64, n: f64, b: f64, s: f64, u: f64| {
            let eta = b + s * u;
            r * eta - n * log1p_exp(eta) - 0.5 * u * u
        };
        // In standard units: u is N(0, 1) and enters as s u.
        let mode = |r: f64, n: f64, b: f64, s: f64| -> (f64, f64) {
            let mut u = 0.0;
            let mut curve = 1.0;
            for _ in 0..500 {
                let p = expit(b + s * u);
                curve = n * p * (1.0 - p) * s * s + 1.0;
                // Never further than one: a long step from far out would overshoot.
                let step = ((s * (r - n * p) - u) / curve).clamp(-1.0, 1.0);
                u += step;
                if step.abs() < 1e-13 {
                    break;
                }
            }
            (u, curve)
        };
        let loss = |at: &[f64]| -> f64 {
            let (b, s) = (at[0], at[1].exp());
            let unit = |(r, n): (&f64, &f64)| {
                let (u, curve) = mode(*r, *n, b, s);
                let width = (2.0 / curve).sqrt();
                let top = density(*r, *n, b, s, u);
                let sum: f64 =
                    nodes.iter().map(|(x, w)| w * (density(*r, *n, b, s, u + width * x) - top + x * x).exp()).sum();
                top + (sum * width).ln()
            };
            -events.iter().zip(trials).map(unit).sum::<f64>()
        };
        let p0 = events.iter().sum::<f64>() / trials.iter().sum::<f64>();
        let mut best: Option<crate::optimise::Lowest> = None;
        for spread in [0.1f64, 0.5, 1.5, 3.0] {
            let found = bfgs(|x| (loss(x), slope(loss, x)), &[(p0 / (1.0 - p0)).ln(), spread.ln()], 1e-9, 300);
            if best.as_ref().is_none_or(|b| found.value < b.value - 1e-9) {
                best = Some(found);
            }
        }
        let found =
            best.ok_or_else(|| Failure::Cannot(crate::said!("der er intet sted at begynde", "no starting point")))?;
        // The density of the standard normal was left without its constant.
        let constant = 0.5 * (2.0 * std::f64::consts::PI).ln();
        let reached = -found.value - events.len() as f64 * constant;
        if reached < common_rate(events, trials) + GAIN || found.at[1] < -12.0 {
            return Err(Failure::Cannot(crate::said!(
                "enhederne er ikke mere forskellige, end tilfældet gør dem: spredningen mellem dem er nul",
                "units differ no more than chance makes them: the spread between them is nothing"
            )));
        }
        let steep = slope(loss, &found.at).iter().fold(0.0f64, |m, g| m.max(g.abs()));
        if !found.converged && steep > 1e-4 * (1.0 + found.value.abs()) {
            return Err(Failure::NotConverged {
                what: crate::said!("den logit-normale model", "the logit-normal model"),
                steps: found.steps,
            });
        }
        let (b, s) = (found.at[0], found.at[1].exp());
        let units = events
            .iter()
            .zip(trials)
            .map(|(r, n)| {
                let (u, curve) = mode(*r, *n, b, s);
                (s * u, s / curve.sqrt())
            })
            .collect();
        Ok(Self { intercept: b, sd: s, units })
    }
}
