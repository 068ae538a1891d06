//! Distributions, by name.

use statrs::distribution::{
    Binomial, ChiSquared, Continuous, ContinuousCDF, DiscreteCDF, FisherSnedecor, Normal, StudentsT,
};
use statrs::function::erf::erfc;
pub use statrs::function::gamma::ln_gamma;

/// Φ(x).
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// The density of the standard normal.
pub fn normal_density(x: f64) -> f64 {
    Normal::standard().pdf(x)
}

/// Φ⁻¹(p).
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    Normal::standard().inverse_cdf(p)
}

/// Two-sided p of a standard normal.
pub fn normal_two_sided(z: f64) -> f64 {
    if z.is_nan() { f64::NAN } else { erfc(z.abs() / std::f64::consts::SQRT_2) }
}

/// Two-sided p of Student's t; of the normal where `df` is infinite.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    match StudentsT::new(0.0, 1.0, df) {
        Ok(d) if df.is_finite() && df < 1e8 => 2.0 * d.sf(t.abs()),
        _ => normal_two_sided(t),
    }
}

/// Quantile of Student's t; of the normal where `df` is infinite.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    match StudentsT::new(0.0, 1.0, df) {
        Ok(d) if df.is_finite() && df < 1e8 => {
            // A Newton step or two on the library's bisection.
            let mut x = d.inverse_cdf(p);
            for _ in 0..3 {
                let step = (d.cdf(x) - p) / d.pdf(x);
                if step.is_finite() {
                    x -= step;
                }
            }
            x
        }
        _ => normal_quantile(p),
    }
}

/// Upper tail of chi-square.
pub fn chi_square_upper(x: f64, df: f64) -> f64 {
    if x.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    ChiSquared::new(df).map_or(f64::NAN, |d| d.sf(x.max(0.0)))
}

/// Upper tail of F.
pub fn f_upper(x: f64, df1: f64, df2: f64) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    FisherSnedecor::new(df1, df2).map_or(f64::NAN, |d| d.sf(x.max(0.0)))
}

/// The smallest `x` with `P(X ≤ x) ≥ p` of a binomial, as R's `qbinom`.
pub fn binomial_quantile(p: f64, trials: u64, rate: f64) -> u64 {
    let Ok(d) = Binomial::new(rate.clamp(0.0, 1.0), trials) else { return 0 };
    // Rounding must not push a quantile up where the sum equals p but for the last bits.
    let enough = |x: u64| d.cdf(x) >= p * (1.0 - 1e-12);
    let (mut low, mut high) = (0, trials);
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The logit of a share.
pub fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

/// The share of a logit.
pub fn expit(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// `ln(1 + eˣ)` without overflow.
pub fn log1p_exp(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}
