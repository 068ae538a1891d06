//! Before a trial: power. After a comparison: how strong a hidden cause would have to be.
//!
//! Sources: Bloom (1995) for the smallest detectable effect; Donner and Klar (2000) for clusters; VanderWeele and Ding (2017)
//! for the E-value; Cinelli and Hazlett (2020) for omitted-variable bounds; Rosenbaum (2002) for bounds by ranks.

use statistics::distribution::{normal_cdf, normal_quantile, t_quantile};
use statistics::{Design, Failure, Tested, least_squares};

/// A design with two arms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Standard deviation of the outcome.
    pub sd: f64,
    /// Share treated.
    pub share: f64,
    /// Significance, two-sided.
    pub alpha: f64,
    /// Share of the outcome that covariates tell.
    pub r2: f64,
    /// Persons in a cluster; 1 where persons are drawn.
    pub cluster_size: f64,
    /// Likeness within a cluster.
    pub icc: f64,
    /// Difference in take-up between those drawn and not.
    pub take_up: f64,
}

impl Plan {
    /// That the numbers can be.
    ///
    /// # Errors
    /// Names the one that cannot.
    pub fn check(&self) -> Result<(), Failure> {
        let within = |name: &str, v: f64, low: f64, high: f64| {
            if v > low && v < high {
                Ok(())
            } else {
                Err(Failure::Cannot(statistics::said!(
                    "--{name} {v}: mellem {low} og {high}",
                    "--{name} {v}: between {low} and {high}"
                )))
            }
        };
        within("share", self.share, 0.0, 1.0)?;
        within("alpha", self.alpha, 0.0, 0.5)?;
        within("sd", self.sd, 0.0, f64::INFINITY)?;
        within("r2", self.r2, -1e-12, 1.0)?;
        within("icc", self.icc, -1e-12, 1.0 + 1e-12)?;
        within("cluster-size", self.cluster_size, 1.0 - 1e-12, f64::INFINITY)?;
        within("take-up", self.take_up, 0.0, 1.0 + 1e-12)
    }

    /// Variance of the estimate times the number of persons.
    fn unit_variance(&self) -> f64 {
        let clusters = 1.0 + (self.cluster_size - 1.0) * self.icc;
        self.sd * self.sd * (1.0 - self.r2) * clusters
            / (self.share * (1.0 - self.share))
            / (self.take_up * self.take_up)
    }

    /// Degrees of freedom: persons, or clusters where those are drawn.
    fn df(&self, n: f64) -> f64 {
        (n / self.cluster_size - 2.0).max(1.0)
    }

    /// Power to find an effect with `n` persons.
    pub fn power(&self, n: f64, effect: f64) -> f64 {
        let error = (self.unit_variance() / n).sqrt();
        let critical = t_quantile(1.0 - self.alpha / 2.0, self.df(n));
        normal_cdf(effect.abs() / error - critical) + normal_cdf(-effect.abs() / error - critical)
    }

    /// The smallest effect that is found with that power.
    pub fn smallest(&self, n: f64, power: f64) -> f64 {
        let df = self.df(n);
        (t_quantile(1.0 - self.alpha / 2.0, df) + t_quantile(power, df)) * (self.unit_variance() / n).sqrt()
    }

    /// Persons needed to find an effect with that power, whole clusters.
    pub fn persons(&self, effect: f64, power: f64) -> f64 {
        let z = normal_quantile(1.0 - self.alpha / 2.0) + normal_quantile(power);
        let mut n = (z * z * self.unit_variance() / (effect * effect)).max(4.0 * self.cluster_size);
        for _ in 0..50 {
            let df = self.df(n);
            let t = t_quantile(1.0 - self.alpha / 2.0, df) + t_quantile(power, df);
            n = (t * t * self.unit_variance() / (effect * effect)).max(4.0 * self.cluster_size);
        }
        (n / self.cluster_size).ceil() * self.cluster_size
    }
}

/// How strong a hidden cause would have to be.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// The effect by ordinary regression.
    pub effect: Tested,
    /// Partial R² of the treatment with the outcome.
    pub partial_r2: f64,
    /// Share of what is left of both treatment and outcome that a hidden cause would have to tell to bring the effect to 0.
    pub robustness: f64,
    /// The same to make it no longer significant at 5 per cent.
    pub robustness_significance: f64,
    /// For a hidden cause as strong as each covariate: the effect that would be left.
    pub benchmarks: Vec<(String, f64)>,
    /// Where the outcome is 0 and 1: the risk ratio, its E-value, and that of the limit nearest to 1.
    pub e_value: Option<(f64, f64, f64)>,
}

fn e_value(ratio: f64) -> f64 {
    let rr = if ratio < 1.0 { 1.0 / ratio } else { ratio };
    rr + (rr * (rr - 1.0)).sqrt()
}

/// Omitted-variable bounds of a regression; `design` has an intercept first and no treatment.
///
/// # Errors
/// What the fits may say.
pub fn sensitivity(design: &Design, y: &[f64], d: &[f64], treatment: &str) -> Result<Sensitivity, Failure> {
    let mut names = design.names.clone();
    names.push(treatment.to_owned());
    let k = design.x.width();
    let x = design.x.beside([d.to_vec()]);
    let fit = least_squares(&x, &names, y, None)?;
    let error = fit.sigma * fit.bread.at(k, k).sqrt();
    let effect = Tested::new(treatment, fit.coefficients[k], error, fit.df);
    let t = effect.statistic;
    let value = |f: f64| if f <= 0.0 { 0.0 } else { 0.5 * ((f.powi(4) + 4.0 * f * f).sqrt() - f * f) };
    let f = t.abs() / fit.df.sqrt();
    let critical = t_quantile(0.975, fit.df - 1.0) / (fit.df - 1.0).sqrt();
    // A hidden cause as strong as a covariate: its share of the treatment and of the outcome given the rest.
    let on_treatment = least_squares(&design.x, &design.names, d, None)?;
    let mut benchmarks = Vec::new();
    for j in 1..k {
        let share = |t: f64, df: f64| t * t / (t * t + df);
        let td = on_treatment.coefficients[j] / (on_treatment.sigma * on_treatment.bread.at(j, j).sqrt());
        let ty = fit.coefficients[j] / (fit.sigma * fit.bread.at(j, j).sqrt());
        let (rd, ry) = (share(td, on_treatment.df), share(ty, fit.df));
        let hidden_d = rd / (1.0 - rd);
        let with_covariate = rd * rd / ((1.0 - rd) * (1.0 - rd));
        // As strong as this covariate a hidden cause would have to tell more than all of the treatment: no such cause.
        if hidden_d >= 1.0 || with_covariate >= 1.0 {
            continue;
        }
        let stretch = (1.0 + with_covariate.sqrt()) / (1.0 - with_covariate).sqrt();
        let hidden_y = (stretch * stretch * ry / (1.0 - ry)).min(1.0);
        let bias = error * fit.df.sqrt() * (hidden_y * hidden_d / (1.0 - hidden_d)).sqrt();
        benchmarks.push((design.names[j].clone(), effect.estimate - effect.estimate.signum() * bias));
    }
    let binary = y.iter().all(|y| *y == 0.0 || *y == 1.0);
    let e_value = if binary {
        let mean = |which: f64| {
            let own: Vec<f64> = y.iter().zip(d).filter(|(_, d)| **d == which).map(|(y, _)| *y).collect();
            (own.iter().sum::<f64>() / own.len() as f64, own.len() as f64)
        };
        let ((p1, n1), (p0, n0)) = (mean(1.0), mean(0.0));
        let ratio = p1 / p0;
        let wide = normal_quantile(0.975) * ((1.0 - p1) / (p1 * n1) + (1.0 - p0) / (p0 * n0)).sqrt();
        let (low, high) = (ratio * (-wide).exp(), ratio * wide.exp());
        let near = if low <= 1.0 && high >= 1.0 {
            1.0
        } else if ratio > 1.0 {
            e_value(low)
        } else {
            e_value(high)
        };
        (ratio.is_finite() && ratio > 0.0).then(|| (ratio, e_value(ratio), near))
    } else {
        None
    };
    Ok(Sensitivity {
        partial_r2: t * t / (t * t + fit.df),
        robustness: value(f),
        robustness_significance: value(f - critical),
        effect,
        benchmarks,
        e_value,
    })
}

/// Rosenbaum's bounds: for a hidden cause that changes the odds of treatment within a pair by `gamma`, the largest p of
/// Wilcoxon's signed rank test.
pub fn rosenbaum(differences: &[f64], gamma: f64) -> f64 {
    let mut all: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    all.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let n = all.len();
    let mut ranks = vec![0.0; n];
    let mut i = 0;
    while i < n {
        let mut next = i;
        while next < n && all[next].abs() == all[i].abs() {
            next += 1;
        }
        ranks[i..next].iter_mut().for_each(|r| *r = (i + next + 1) as f64 / 2.0);
        i = next;
    }
    let up: f64 = all.iter().zip(&ranks).filter(|(d, _)| **d > 0.0).map(|(_, r)| r).sum();
    let sum: f64 = ranks.iter().sum();
    let squares: f64 = ranks.iter().map(|r| r * r).sum();
    let p = gamma / (1.0 + gamma);
    let statistic = up.max(sum - up);
    1.0 - normal_cdf((statistic - p * sum) / (p * (1.0 - p) * squares).sqrt())
}
