//! Propensity, weighting, standardisation, and both at once (augmented inverse probability weighting).
//!
//! Sources: Rosenbaum and Rubin (1983); Robins, Rotnitzky and Zhao (1994); Chernozhukov and others (2018) for
//! cross-fitting.

use crate::experiment::arms;
use rayon::prelude::*;
use statistics::chance::Chance;
use statistics::{Cholesky, Design, Failure, Family, Glm, GlmFit, Matrix, Standardised, Tested, least_squares};

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
    /// Share of the treated and of the others in each twentieth of the propensity.
    pub overlap: Vec<(f64, f64)>,
    /// Of all: Horvitz-Thompson, Hajek, standardisation, doubly robust.
    pub ate: (f64, f64, f64, Tested),
    /// Of the treated: Hajek, standardisation, doubly robust.
    pub att: (f64, f64, Tested),
    /// Number of controls that the weights amount to.
    pub effective_controls: f64,
    /// Balance of each covariate.
    pub balance: Vec<Balance>,
}

/// Share of the treated and of the others in each twentieth from 0 to 1.
fn overlap(d: &[f64], e: &[f64]) -> Vec<(f64, f64)> {
    const PARTS: usize = 20;
    let mut counts = [(0.0, 0.0); PARTS];
    for (d, e) in d.iter().zip(e) {
        let part = &mut counts[((e * PARTS as f64) as usize).min(PARTS - 1)];
        if *d == 1.0 { part.0 += 1.0 } else { part.1 += 1.0 }
    }
    let (treated, others) = counts.iter().fold((0.0, 0.0), |(a, b), part| (a + part.0, b + part.1));
    counts.iter().map(|(a, b)| (a / treated, b / others)).collect()
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
pub fn propensity(x: &Matrix, names: &[String], d: &[f64]) -> Result<GlmFit, Failure> {
    Glm { x, names, y: d, offset: None, weights: None, family: Family::Logit }.fit().map_err(no_overlap)
}

fn no_overlap(failure: Failure) -> Failure {
    match failure {
        Failure::Separation { column } => Failure::Cannot(statistics::said!(
            "intet overlap: hvem der behandles, kan forudsiges helt, især af »{column}«; ingen kan træde i de andres sted",
            "no overlap: who is treated can be told perfectly, above all by \"{column}\"; nobody can stand in for the others"
        )),
        other => other,
    }
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

/// Sums of squares and products of some rows, from which least squares can be solved together with others'.
#[derive(Clone)]
struct Sums {
    gram: Matrix,
    right: Vec<f64>,
    rows: usize,
}

impl Sums {
    fn none(k: usize) -> Self {
        Self { gram: Matrix::zeros(k, k), right: vec![0.0; k], rows: 0 }
    }

    fn add(&mut self, other: &Self) {
        self.gram = self.gram.plus(&other.gram, 1.0);
        self.right.iter_mut().zip(&other.right).for_each(|(a, b)| *a += b);
        self.rows += other.rows;
    }

    /// Coefficients, where the columns are so free of each other that sums of squares keep their digits.
    fn solved(&self) -> Option<Vec<f64>> {
        let factor = Cholesky::new(&self.gram).ok().filter(|f| f.least_left() > 1e-6 && self.rows > f.lower().width());
        factor.map(|f| f.solve(&self.right))
    }
}

/// What propensity and outcomes are fitted on: columns standardised once, sums of each fold and arm taken once.
struct Fitting<'a> {
    standardised: Standardised,
    names: &'a [String],
    y: &'a [f64],
    d: &'a [f64],
    folds: Option<(&'a [u32], usize)>,
    /// Of each fold: untreated, treated.
    sums: Vec<[Sums; 2]>,
}

impl<'a> Fitting<'a> {
    fn new(design: &'a Design, y: &'a [f64], d: &'a [f64], folds: Option<(&'a [u32], usize)>) -> Self {
        let standardised = Standardised::new(&design.x);
        let x = &standardised.x;
        let of = |i: usize| folds.map_or(0, |(fold, _)| fold[i] as usize);
        let mut rows = vec![[Vec::new(), Vec::new()]; folds.map_or(1, |(_, count)| count)];
        for i in 0..y.len() {
            rows[of(i)][usize::from(d[i] == 1.0)].push(i);
        }
        let sums = |rows: Vec<usize>| {
            let own = x.take(&rows);
            let y: Vec<f64> = rows.iter().map(|i| y[*i]).collect();
            Sums { gram: own.gram(None), right: own.transposed_times(&y), rows: rows.len() }
        };
        let sums = rows.into_iter().map(|arms| arms.map(sums)).collect();
        Self { standardised, names: &design.names, y, d, folds, sums }
    }

    const fn x(&self) -> &Matrix {
        &self.standardised.x
    }

    /// Coefficients of an arm's outcome, from every row or from those of the other folds.
    fn outcome(&self, treated: bool, without: Option<usize>) -> Result<Vec<f64>, Failure> {
        let arm = usize::from(treated);
        let mut all = Sums::none(self.x().width());
        self.sums.iter().enumerate().filter(|(f, _)| Some(*f) != without).for_each(|(_, s)| all.add(&s[arm]));
        if let Some(found) = all.solved() {
            return Ok(found);
        }
        let out = |i: &usize| without.is_some() && self.folds.map(|(fold, _)| fold[*i] as usize) == without;
        let rows: Vec<usize> = (0..self.y.len()).filter(|i| (self.d[*i] == 1.0) == treated && !out(i)).collect();
        let own: Vec<f64> = rows.iter().map(|i| self.y[*i]).collect();
        Ok(least_squares(&self.x().take(&rows), self.names, &own, None)?.coefficients)
    }

    /// Propensity from some rows, from coefficients near by.
    fn propensity(&self, weights: Option<&[f64]>, near: Option<&[f64]>) -> Result<GlmFit, Failure> {
        let glm = Glm { x: self.x(), names: self.names, y: self.d, offset: None, weights, family: Family::Logit };
        glm.fit_from(near).map_err(no_overlap)
    }

    /// Predictions from every row, with the fit of propensity `fit`.
    fn whole(&self, fit: &GlmFit) -> Result<Nuisance, Failure> {
        let m = |treated: bool| Ok::<_, Failure>(self.x().times(&self.outcome(treated, None)?));
        Ok(Nuisance { e: fit.fitted.clone(), m0: m(false)?, m1: m(true)? })
    }

    /// Predictions of each row from the folds it is not in.
    fn crossed(&self, fold: &[u32], count: usize, near: Option<&[f64]>) -> Result<Nuisance, Failure> {
        let (mut e, mut m0, mut m1) = (Vec::new(), Vec::new(), Vec::new());
        for f in 0..count {
            let weights: Vec<f64> = fold.iter().map(|own| f64::from(u8::from(*own as usize != f))).collect();
            e.push(self.propensity(Some(&weights), near)?.coefficients);
            m0.push(self.outcome(false, Some(f))?);
            m1.push(self.outcome(true, Some(f))?);
        }
        let [mut e, m0, m1] = [e, m0, m1].map(|b| self.by_fold(fold, &b));
        e.par_iter_mut().for_each(|e| *e = statistics::distribution::expit(*e));
        Ok(Nuisance { e, m0, m1 })
    }

    /// `x b`, with the coefficients of each row's fold.
    fn by_fold(&self, fold: &[u32], coefficients: &[Vec<f64>]) -> Vec<f64> {
        let mut out = vec![0.0; fold.len()];
        out.par_chunks_mut(ROWS).zip(fold.par_chunks(ROWS)).enumerate().for_each(|(block, (out, fold))| {
            for j in 0..self.x().width() {
                let own: Vec<f64> = coefficients.iter().map(|b| b[j]).collect();
                for ((place, f), x) in out.iter_mut().zip(fold).zip(&self.x().column(j)[block * ROWS..]) {
                    *place += own[*f as usize] * x;
                }
            }
        });
        out
    }

    /// The coefficient of treatment beside one common slope for everybody.
    fn common(&self, treatment: &str) -> Result<f64, Failure> {
        let k = self.x().width();
        let [mut all, mut treated] = [Sums::none(k), Sums::none(k)];
        for [untreated, own] in &self.sums {
            treated.add(own);
            all.add(own);
            all.add(untreated);
        }
        // The first column is the ones: what it gives with a column is the sum of that.
        let mut gram = Matrix::zeros(k + 1, k + 1);
        for j in 0..k {
            (0..k).for_each(|i| gram.set(i, j, all.gram.at(i, j)));
            gram.set(k, j, treated.gram.at(0, j));
            gram.set(j, k, treated.gram.at(0, j));
        }
        gram.set(k, k, treated.rows as f64);
        let right = all.right.iter().copied().chain([treated.right[0]]).collect();
        if let Some(found) = (Sums { gram, right, rows: all.rows }).solved() {
            return Ok(found[k]);
        }
        let mut names = self.names.to_vec();
        names.push(treatment.to_owned());
        let fit = least_squares(&self.x().beside([self.d.to_vec()]), &names, self.y, None)?;
        Ok(fit.coefficients.last().copied().unwrap_or(f64::NAN))
    }
}

/// Rows that are predicted at a time.
const ROWS: usize = 4096;

/// Doubly robust scores of each row for the effect in all, cross-fitted by folds.
///
/// # Errors
/// What the fits may say.
pub fn scores(design: &Design, y: &[f64], d: &[f64], fold: &[u32], count: usize) -> Result<Vec<f64>, Failure> {
    let found = Fitting::new(design, y, d, Some((fold, count))).crossed(fold, count, None)?;
    Ok((0..y.len()).map(|i| score(&found, y, d, i)).collect())
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
    let fitting = Fitting::new(design, y, d, folds);
    let fit = fitting.propensity(None, None)?;
    let whole = fitting.whole(&fit)?;
    let crossed = folds.map(|(fold, count)| fitting.crossed(fold, count, Some(&fit.coefficients))).transpose()?;
    let fit = fitting.standardised.as_given(fit);
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
    let balance = (1..design.x.width())
        .into_par_iter()
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
        regression: fitting.common(treatment)?,
        propensity: (
            coefficients,
            fit.log_likelihood,
            e.iter().copied().fold(f64::INFINITY, f64::min),
            e.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ),
        overlap: overlap(d, e),
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
