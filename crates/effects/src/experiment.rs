//! Randomised designs, and draws that decide only in part who is treated.
//!
//! Sources: Neyman (1923), Welch (1947), Lin (2013), Angrist, Imbens and Rubin (1996).

use statistics::distribution::normal_quantile;
use statistics::{Design, Failure, Family, Glm, Matrix, Robust, Tested, least_squares, tested};

/// Mean, variance and number of one arm.
fn arm(y: &[f64], d: &[f64], which: f64) -> (f64, f64, f64) {
    let own: Vec<f64> = y.iter().zip(d).filter(|(_, d)| **d == which).map(|(y, _)| *y).collect();
    let n = own.len() as f64;
    let mean = own.iter().sum::<f64>() / n;
    let variance = own.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, variance, n)
}

/// That both arms have at least two rows.
///
/// # Errors
/// Names the empty or lonely arm.
pub fn arms(d: &[f64], name: &str) -> Result<(usize, usize), Failure> {
    let treated = d.iter().filter(|d| **d == 1.0).count();
    let control = d.len() - treated;
    for (n, which) in [(treated, 1), (control, 0)] {
        if n < 2 {
            return Err(Failure::TooFew {
                rows: n,
                needed: statistics::said!(
                    "en sammenligning: »{name}« = {which} i mindst to rækker",
                    "a comparison: \"{name}\" = {which} in at least two rows"
                ),
            });
        }
    }
    Ok((treated, control))
}

/// An outcome of 0 and 1.
#[derive(Clone, Debug)]
pub struct Binary {
    /// Share treated over share control.
    pub risk_ratio: f64,
    /// Its 95 % limits on the log scale.
    pub risk_ratio_ci: (f64, f64),
    /// Odds over odds.
    pub odds_ratio: f64,
    /// Standard error of the difference by the binomial in each arm.
    pub std_error_wald: f64,
    /// A logit with covariates.
    pub logit: Logit,
}

/// A logit of an outcome of 0 and 1 on treatment and covariates.
#[derive(Clone, Debug)]
pub struct Logit {
    /// Coefficients.
    pub coefficients: Vec<Tested>,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Mean prediction as treated less mean prediction as control.
    pub standardised_difference: f64,
}

/// A randomised comparison.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Rows treated.
    pub n_treated: usize,
    /// Means.
    pub mean_treated: f64,
    /// Of the others.
    pub mean_control: f64,
    /// Difference with unequal variances and Welch's degrees of freedom.
    pub difference: Tested,
    /// The same under one variance.
    pub std_error_pooled: f64,
    /// Adjusted for covariates, and its R².
    pub adjusted: Option<(Tested, f64)>,
    /// With covariates interacted (Lin), HC2; or why there is none, which the difference itself may stand without.
    pub lin: Option<Result<Tested, Failure>>,
    /// For an outcome of 0 and 1.
    pub binary: Option<Binary>,
}

/// Compare two arms. `covariates` is a design without intercept.
///
/// # Errors
/// An arm of fewer than two, or what the fits may say.
pub fn trial(
    y: &[f64],
    d: &[f64],
    treatment: &str,
    covariates: Option<&Design>,
    robust: Robust,
    binary: bool,
) -> Result<Trial, Failure> {
    let (n_treated, _) = arms(d, treatment)?;
    let ((m1, v1, n1), (m0, v0, n0)) = (arm(y, d, 1.0), arm(y, d, 0.0));
    let (e1, e0) = (v1 / n1, v0 / n0);
    // By shares, so that squares of large numbers do not run over.
    let (s1, s0) = (e1 / (e1 + e0), e0 / (e1 + e0));
    let df = 1.0 / (s1 * s1 / (n1 - 1.0) + s0 * s0 / (n0 - 1.0));
    if v1 + v0 <= 0.0 {
        return Err(Failure::Cannot(statistics::said!(
            "udfaldet er ens for alle i hver gruppe: usikkerheden kan ikke findes",
            "the outcome is the same for everybody in each arm: its error cannot be told"
        )));
    }
    let difference = Tested::new(treatment, m1 - m0, (e1 + e0).sqrt(), df);
    let pooled = (((n1 - 1.0) * v1 + (n0 - 1.0) * v0) / (n1 + n0 - 2.0) * (1.0 / n1 + 1.0 / n0)).sqrt();
    let n = y.len();
    let (mut adjusted, mut lin) = (None, None);
    if let Some(covariates) = covariates.filter(|c| c.x.width() > 0) {
        let mut names = vec!["(Intercept)".to_owned(), treatment.to_owned()];
        names.extend(covariates.names.iter().cloned());
        let base = Matrix::new(n, vec![vec![1.0; n], d.to_vec()]);
        let columns: Vec<Vec<f64>> = (0..covariates.x.width()).map(|j| covariates.x.column(j).to_vec()).collect();
        let x = base.beside(columns.clone());
        let fit = least_squares(&x, &names, y, None)?;
        let covariance = fit.covariance(&x, robust, &[])?;
        adjusted = Some((tested(&names, &fit.coefficients, &covariance)[1].clone(), fit.r2));
        let centred: Vec<Vec<f64>> = columns
            .iter()
            .map(|c| {
                let mean = c.iter().sum::<f64>() / n as f64;
                c.iter().map(|v| v - mean).collect()
            })
            .collect();
        let crossed: Vec<Vec<f64>> = centred.iter().map(|c| c.iter().zip(d).map(|(c, d)| c * d).collect()).collect();
        let mut lin_names = names.clone();
        lin_names.extend(covariates.names.iter().map(|name| format!("{treatment}:{name}")));
        let x = base.beside(centred).beside(crossed);
        lin = Some(least_squares(&x, &lin_names, y, None).and_then(|fit| {
            let covariance = fit.covariance(&x, Robust::Hc2, &[])?;
            Ok(tested(&lin_names, &fit.coefficients, &covariance)[1].clone())
        }));
    }
    let binary = if binary { Some(self::binary(y, d, treatment, covariates, (m1, n1), (m0, n0))?) } else { None };
    Ok(Trial {
        n_treated,
        mean_treated: m1,
        mean_control: m0,
        difference,
        std_error_pooled: pooled,
        adjusted,
        lin,
        binary,
    })
}

fn binary(
    y: &[f64],
    d: &[f64],
    treatment: &str,
    covariates: Option<&Design>,
    (p1, n1): (f64, f64),
    (p0, n0): (f64, f64),
) -> Result<Binary, Failure> {
    if let Some(row) = y.iter().position(|y| *y != 0.0 && *y != 1.0) {
        return Err(Failure::Value {
            column: "outcome".to_owned(),
            row: row + 1,
            what: statistics::said!("{} er hverken 0 eller 1", "{} is neither 0 nor 1", y[row]),
        });
    }
    let n = y.len();
    let mut names = vec!["(Intercept)".to_owned(), treatment.to_owned()];
    let mut x = Matrix::new(n, vec![vec![1.0; n], d.to_vec()]);
    if let Some(c) = covariates {
        names.extend(c.names.iter().cloned());
        x = x.beside((0..c.x.width()).map(|j| c.x.column(j).to_vec()));
    }
    let fit = Glm { x: &x, names: &names, y, offset: None, weights: None, family: Family::Logit }.fit()?;
    let mean_at = |value: f64| {
        let eta = |i: usize| fit.linear[i] + (value - d[i]) * fit.coefficients[1];
        (0..n).map(|i| statistics::distribution::expit(eta(i))).sum::<f64>() / n as f64
    };
    let own = |(j, name): (usize, &String)| {
        Tested::new(name.clone(), fit.coefficients[j], fit.covariance.at(j, j).sqrt(), f64::INFINITY)
    };
    let logit = Logit {
        coefficients: names.iter().enumerate().map(own).collect(),
        log_likelihood: fit.log_likelihood,
        standardised_difference: mean_at(1.0) - mean_at(0.0),
    };
    let ratio = p1 / p0;
    let wide = normal_quantile(0.975) * ((1.0 - p1) / (p1 * n1) + (1.0 - p0) / (p0 * n0)).sqrt();
    Ok(Binary {
        risk_ratio: ratio,
        // Where nobody of an arm has the outcome the ratio has no limits.
        risk_ratio_ci: if p1 * p0 > 0.0 { (ratio * (-wide).exp(), ratio * wide.exp()) } else { (f64::NAN, f64::NAN) },
        odds_ratio: (p1 / (1.0 - p1)) / (p0 / (1.0 - p0)),
        std_error_wald: (p1 * (1.0 - p1) / n1 + p0 * (1.0 - p0) / n0).sqrt(),
        logit,
    })
}

/// A draw (instrument) that moves treatment.
#[derive(Clone, Debug)]
pub struct Late {
    /// Effect of the draw on the outcome over its effect on treatment, no covariates.
    pub wald: Tested,
    /// Ordinary regression, for comparison.
    pub ols: Tested,
    /// Two-stage least squares.
    pub two_stage: Tested,
    /// Effect of the draw on treatment.
    pub first_stage: Tested,
    /// Effect of the draw on the outcome.
    pub reduced_form: Tested,
    /// F of the first stage: below about 10 the draw is weak.
    pub first_stage_f: f64,
}

/// Of an instrument with more than two values: how outcome and treatment move with it, one over the other, with an error that
/// allows the spread to differ (HC0).
fn ratio(y: &[f64], d: &[f64], z: &[f64], treatment: &str) -> Tested {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (my, md, mz) = (mean(y), mean(d), mean(z));
    let along = |v: &[f64], m: f64| v.iter().zip(z).map(|(v, z)| (v - m) * (z - mz)).sum::<f64>();
    let (up, across) = (along(y, my), along(d, md));
    let estimate = up / across;
    let spread = |i: usize| ((z[i] - mz) * (y[i] - my - estimate * (d[i] - md))).powi(2);
    let error = (0..z.len()).map(spread).sum::<f64>().sqrt() / across.abs();
    Tested::new(treatment, estimate, error, f64::INFINITY)
}

/// Local average effect of those whom the draw moves.
///
/// # Errors
/// A draw that moves nobody, or what the fits may say.
pub fn late(
    y: &[f64],
    d: &[f64],
    z: &[f64],
    (treatment, instrument): (&str, &str),
    covariates: &Design,
    robust: Robust,
) -> Result<Late, Failure> {
    let binary = |v: &[f64]| v.iter().all(|x| *x == 0.0 || *x == 1.0);
    for (values, name) in [(z, instrument), (d, treatment)] {
        if binary(values) {
            arms(values, name)?;
        } else if values.iter().all(|v| *v == values[0]) {
            return Err(Failure::Constant { column: name.to_owned() });
        }
    }
    let n = y.len();
    let columns: Vec<Vec<f64>> = (0..covariates.x.width()).map(|j| covariates.x.column(j).to_vec()).collect();
    let with = |first: &[f64], name: &str| {
        let mut names = vec!["(Intercept)".to_owned(), name.to_owned()];
        names.extend(covariates.names.iter().cloned());
        (Matrix::new(n, vec![vec![1.0; n], first.to_vec()]).beside(columns.clone()), names)
    };
    let one = |x: &Matrix, names: &[String], y: &[f64]| -> Result<(Tested, statistics::LeastSquares), Failure> {
        let fit = least_squares(x, names, y, None)?;
        let covariance = fit.covariance(x, robust, &[])?;
        Ok((tested(names, &fit.coefficients, &covariance)[1].clone(), fit))
    };
    let (zx, z_names) = with(z, instrument);
    let (first_stage, first) = one(&zx, &z_names, d)?;
    let (reduced_form, _) = one(&zx, &z_names, y)?;
    let (dx, d_names) = with(d, treatment);
    let (ols, _) = one(&dx, &d_names, y)?;
    if first_stage.estimate.abs() < 1e-9 {
        return Err(Failure::Cannot(statistics::said!(
            "»{instrument}« flytter ingen ind i eller ud af »{treatment}«",
            "\"{instrument}\" moves nobody into or out of \"{treatment}\""
        )));
    }
    // Second stage on the projection, with residuals of the real treatment.
    let (px, p_names) = with(&first.fitted, treatment);
    let mut second = least_squares(&px, &p_names, y, None)?;
    let fitted = dx.times(&second.coefficients);
    second.residuals = y.iter().zip(&fitted).map(|(y, f)| y - f).collect();
    second.sigma = (second.residuals.iter().map(|e| e * e).sum::<f64>() / second.df).sqrt();
    let covariance = second.covariance(&px, robust, &[])?;
    let two_stage = tested(&p_names, &second.coefficients, &covariance)[1].clone();
    let first_stage_f = first_stage.statistic.powi(2);
    if !binary(z) {
        let wald = ratio(y, d, z, treatment);
        return Ok(Late { wald, ols, two_stage, first_stage, reduced_form, first_stage_f });
    }
    // Wald: the same without covariates, with its delta-method error.
    let ((y1, vy1, n1), (y0, vy0, n0)) = (arm(y, z, 1.0), arm(y, z, 0.0));
    let ((d1, vd1, _), (d0, vd0, _)) = (arm(d, z, 1.0), arm(d, z, 0.0));
    if (d1 - d0).abs() < 1e-12 {
        return Err(Failure::Cannot(statistics::said!(
            "»{instrument}« flytter ingen ind i eller ud af »{treatment}«",
            "\"{instrument}\" moves nobody into or out of \"{treatment}\""
        )));
    }
    let wald = (y1 - y0) / (d1 - d0);
    let covariance_in = |which: f64, my: f64, md: f64, n: f64| {
        let own = (0..z.len()).filter(|i| z[*i] == which);
        own.map(|i| (y[i] - my) * (d[i] - md)).sum::<f64>() / (n - 1.0)
    };
    let part = |vy: f64, vd: f64, c: f64, n: f64| (vy + wald * wald * vd - 2.0 * wald * c) / n;
    let variance =
        part(vy1, vd1, covariance_in(1.0, y1, d1, n1), n1) + part(vy0, vd0, covariance_in(0.0, y0, d0, n0), n0);
    let wald = Tested::new(treatment, wald, variance.sqrt() / (d1 - d0).abs(), f64::INFINITY);
    Ok(Late { wald, ols, two_stage, first_stage, reduced_form, first_stage_f })
}
