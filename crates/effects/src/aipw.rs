//! Propensity, weighting, standardisation, and both at once (augmented inverse probability weighting).
//!
//! Sources: Rosenbaum and Rubin (1983); Robins, Rotnitzky and Zhao (1994); Chernozhukov and others (2018) for
//! cross-fitting.

use crate::experiment::arms;
use statistics::chance::Chance;
use statistics::{Design, Failure, Family, Glm, Matrix, Tested, least_squares};

/// Balance of a covariate: difference of means in standard deviations.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// Covariate.
    pub term: String,
    /// Before weighting.
    pub before: f64,
    /// After weighting the others to look like the treated.
    pub after: f64,
}

/// Effects of a treatment that was not drawn, given that what matters is among the covariates.
#[derive(Clone, Debug)]
pub struct Aipw {
    /// Rows used.
    pub n: usize,
    /// Treated.
    pub n_treated: usize,
    /// Rows left out for a propensity outside the trim.
    pub trimmed: usize,
    /// Difference of means.
    pub raw_difference: f64,
    /// One common slope for everybody.
    pub regression: f64,
    /// Propensity: coefficients, log likelihood, lowest and highest.
    pub propensity: (Vec<Tested>, f64, f64, f64),
    /// Of all: Horvitz-Thompson, Hajek, standardisation, doubly robust.
    pub ate: (f64, f64, f64, Tested),
    /// Of the treated: Hajek, standardisation, doubly robust.
    pub att: (f64, f64, Tested),
    /// Number of controls that the weights amount to.
    pub effective_controls: f64,
    /// Balance of each covariate.
    pub balance: Vec<Balance>,
}

/// What is predicted for each row: propensity, and the outcome untreated and treated.
struct Nuisance {
    e: Vec<f64>,
    m0: Vec<f64>,
    m1: Vec<f64>,
}

/// Logit of treatment on a design with intercept.
///
/// # Errors
/// What the fit may say.
pub fn propensity(x: &Matrix, names: &[String], d: &[f64]) -> Result<statistics::GlmFit, Failure> {
    Glm { x, names, y: d, offset: None, weights: None, family: Family::Logit }.fit().map_err(|e| match e {
        Failure::Separation { column } => Failure::Cannot(statistics::said!("intet overlap: hvem der behandles, kan forudsiges helt, især af »{column}«; ingen kan træde i de andres sted", "no overlap: who is treated can be told perfectly, above all by \"{column}\"; nobody can stand in for the others"
        )),
        e => e,
    })
}

/// Folds for cross-fitting: from a column, or drawn.
///
/// # Errors
/// Fewer than two folds.
pub fn folds(n: usize, column: Option<(&[u32], usize)>, k: usize, seed: u64) -> Result<(Vec<u32>, usize), Failure> {
    let few = |rows: usize| Failure::TooFew {
        rows,
        needed: statistics::said!("krydstilpasning: der skal være to dele", "cross-fitting: there must be two folds"),
    };
    if column.is_none() && (k < 2 || k > n) {
        return Err(few(k));
    }
    let (fold, count) = match column {
        Some((fold, count)) => (fold.to_vec(), count),
        None => {
            let order = Chance::new(seed, 0).order(n);
            let mut fold = vec![0; n];
            order.iter().enumerate().for_each(|(place, i)| fold[*i] = (place % k) as u32);
            (fold, k)
        }
    };
    if count < 2 {
        return Err(few(count));
    }
    Ok((fold, count))
}

fn outcome(x: &Matrix, names: &[String], y: &[f64], rows: &[usize]) -> Result<Vec<f64>, Failure> {
    let own: Vec<f64> = rows.iter().map(|i| y[*i]).collect();
    Ok(least_squares(&x.take(rows), names, &own, None)?.coefficients)
}

/// Fit propensity and outcomes on `from` and predict for `to`.
fn nuisance(
    design: &Design,
    y: &[f64],
    d: &[f64],
    from: &[usize],
    to: &[usize],
    into: &mut Nuisance,
) -> Result<(), Failure> {
    let own_d: Vec<f64> = from.iter().map(|i| d[*i]).collect();
    let fit = propensity(&design.x.take(from), &design.names, &own_d)?;
    let arm = |which: f64| from.iter().copied().filter(|i| d[*i] == which).collect::<Vec<usize>>();
    let b0 = outcome(&design.x, &design.names, y, &arm(0.0))?;
    let b1 = outcome(&design.x, &design.names, y, &arm(1.0))?;
    let mut row = vec![0.0; design.x.width()];
    for i in to {
        design.x.row_into(*i, &mut row);
        let times = |b: &[f64]| row.iter().zip(b).map(|(x, b)| x * b).sum::<f64>();
        into.e[*i] = statistics::distribution::expit(times(&fit.coefficients));
        into.m0[*i] = times(&b0);
        into.m1[*i] = times(&b1);
    }
    Ok(())
}

/// Doubly robust scores of each row for the effect in all, cross-fitted by folds.
///
/// # Errors
/// What the fits may say.
pub fn scores(design: &Design, y: &[f64], d: &[f64], fold: &[u32], count: usize) -> Result<Vec<f64>, Failure> {
    let n = y.len();
    let mut found = Nuisance { e: vec![0.0; n], m0: vec![0.0; n], m1: vec![0.0; n] };
    for f in 0..count {
        let (from, to): (Vec<usize>, Vec<usize>) = (0..n).partition(|i| fold[*i] as usize != f);
        nuisance(design, y, d, &from, &to, &mut found)?;
    }
    Ok((0..n).map(|i| score(&found, y, d, i)).collect())
}

fn score(p: &Nuisance, y: &[f64], d: &[f64], i: usize) -> f64 {
    let (m1, m0, e) = (p.m1[i], p.m0[i], p.e[i]);
    // Each arm by itself, so that a propensity of 1 says nothing of the treated.
    m1 - m0 + if d[i] == 1.0 { (y[i] - m1) / e } else { -(y[i] - m0) / (1.0 - e) }
}

/// A mean of scores with its standard error, n − 1.
pub fn mean_of(term: &str, scores: &[f64]) -> Tested {
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let variance = scores.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Tested::new(term, mean, (variance / n).sqrt(), f64::INFINITY)
}

/// Effects. `design` has an intercept; `folds` asks for cross-fitting of the doubly robust ones; rows with a propensity
/// outside `trim` are left out.
///
/// # Errors
/// An arm that is too small, no overlap, or what the fits may say.
pub fn aipw(
    design: &Design,
    y: &[f64],
    d: &[f64],
    treatment: &str,
    folds: Option<(&[u32], usize)>,
    trim: Option<(f64, f64)>,
) -> Result<Aipw, Failure> {
    arms(d, treatment)?;
    if let Some((low, high)) = trim {
        let fit = propensity(&design.x, &design.names, d)?;
        let keep: Vec<usize> = (0..y.len()).filter(|i| fit.fitted[*i] >= low && fit.fitted[*i] <= high).collect();
        if keep.len() < y.len() {
            let own = Design { x: design.x.take(&keep), names: design.names.clone() };
            let take = |v: &[f64]| keep.iter().map(|i| v[*i]).collect::<Vec<f64>>();
            let fold: Option<Vec<u32>> = folds.map(|(f, _)| keep.iter().map(|i| f[*i]).collect());
            let own_folds = fold.as_deref().zip(folds.map(|(_, k)| k));
            let mut out = aipw(&own, &take(y), &take(d), treatment, own_folds, None)?;
            out.trimmed = y.len() - keep.len();
            return Ok(out);
        }
    }
    let n = y.len();
    let all: Vec<usize> = (0..n).collect();
    let fit = propensity(&design.x, &design.names, d)?;
    let mut whole = Nuisance { e: vec![0.0; n], m0: vec![0.0; n], m1: vec![0.0; n] };
    nuisance(design, y, d, &all, &all, &mut whole)?;
    let crossed = match folds {
        None => None,
        Some((fold, count)) => {
            let mut found = Nuisance { e: vec![0.0; n], m0: vec![0.0; n], m1: vec![0.0; n] };
            for f in 0..count {
                let (from, to): (Vec<usize>, Vec<usize>) = (0..n).partition(|i| fold[*i] as usize != f);
                nuisance(design, y, d, &from, &to, &mut found)?;
            }
            Some(found)
        }
    };
    let robust = crossed.as_ref().unwrap_or(&whole);
    let treated = d.iter().sum::<f64>();
    let p = treated / n as f64;
    let sum = |of: &dyn Fn(usize) -> f64| (0..n).map(of).sum::<f64>();
    let e = &whole.e;
    let own = |i: usize, which: f64, share: f64| if d[i] == which { 1.0 / share } else { 0.0 };
    let (w1, w0) = (sum(&|i| own(i, 1.0, e[i])), sum(&|i| own(i, 0.0, 1.0 - e[i])));
    let (y1, y0) = (sum(&|i| own(i, 1.0, e[i]) * y[i]), sum(&|i| own(i, 0.0, 1.0 - e[i]) * y[i]));
    let odds = |i: usize| if d[i] == 1.0 { 0.0 } else { e[i] / (1.0 - e[i]) };
    let odds_sum = sum(&odds);
    let mean1 = sum(&|i| d[i] * y[i]) / treated;
    let raw_difference = mean1 - sum(&|i| (1.0 - d[i]) * y[i]) / (n as f64 - treated);
    let psi: Vec<f64> = (0..n).map(|i| score(robust, y, d, i)).collect();
    let ate = mean_of(treatment, &psi);
    let on_treated: Vec<f64> = (0..n)
        .map(|i| {
            let away = y[i] - robust.m0[i];
            if d[i] == 1.0 { away / p } else { -robust.e[i] / (1.0 - robust.e[i]) * away / p }
        })
        .collect();
    let att = on_treated.iter().sum::<f64>() / n as f64;
    let att_error = (sum(&|i| (on_treated[i] - d[i] / p * att).powi(2)) / n as f64 / n as f64).sqrt();
    let mut names = design.names.clone();
    names.push(treatment.to_owned());
    let common = least_squares(&design.x.beside([d.to_vec()]), &names, y, None)?;
    let balance = (1..design.x.width())
        .map(|j| {
            let x = design.x.column(j);
            let moments = |which: f64| {
                let own: Vec<f64> = (0..n).filter(|i| d[*i] == which).map(|i| x[i]).collect();
                let mean = own.iter().sum::<f64>() / own.len() as f64;
                (mean, own.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (own.len() as f64 - 1.0))
            };
            let ((m1, v1), (m0, v0)) = (moments(1.0), moments(0.0));
            let spread = f64::midpoint(v1, v0).sqrt();
            let weighted = sum(&|i| odds(i) * x[i]) / odds_sum;
            Balance { term: design.names[j].clone(), before: (m1 - m0) / spread, after: (m1 - weighted) / spread }
        })
        .collect();
    let coefficients = design
        .names
        .iter()
        .enumerate()
        .map(|(j, name)| {
            Tested::new(name.clone(), fit.coefficients[j], fit.covariance.at(j, j).max(0.0).sqrt(), f64::INFINITY)
        })
        .collect();
    Ok(Aipw {
        n,
        n_treated: treated as usize,
        trimmed: 0,
        raw_difference,
        regression: common.coefficients.last().copied().unwrap_or(f64::NAN),
        propensity: (
            coefficients,
            fit.log_likelihood,
            e.iter().copied().fold(f64::INFINITY, f64::min),
            e.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ),
        ate: ((y1 - y0) / n as f64, y1 / w1 - y0 / w0, sum(&|i| whole.m1[i] - whole.m0[i]) / n as f64, ate),
        att: (
            mean1 - sum(&|i| odds(i) * y[i]) / odds_sum,
            sum(&|i| d[i] * (whole.m1[i] - whole.m0[i])) / treated,
            Tested::new(treatment, att, att_error, f64::INFINITY),
        ),
        effective_controls: odds_sum * odds_sum / sum(&|i| odds(i).powi(2)),
        balance,
    })
}
