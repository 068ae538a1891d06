//! Double machine learning and effects that differ between people.
//!
//! Sources: Chernozhukov and others (2018); Kennedy (2023) for the doubly robust learner; Semenova and Chernozhukov (2021)
//! for the best linear projection; Chernozhukov, Demirer, Duflo and Fernandez-Val (2018) for calibration.

use crate::aipw::{mean_of, scores};
use crate::experiment::arms;
use crate::forest::{Binned, Growth, causal_forest, cross_fitted};
use statistics::{Column, Design, Failure, Matrix, Robust, Tested, least_squares, tested};

/// What predicts the nuisances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// A regression forest.
    Forest,
    /// Least squares, and a logit for the treatment.
    Linear,
}

/// Which model of the effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmlModel {
    /// Interactive: the effect may differ between people.
    Irm,
    /// Partially linear: one effect.
    Plr,
}

/// Folds of rows.
pub type Folds<'a> = (&'a [u32], usize);

/// Propensities are kept this far from 0 and 1 where a forest gives them.
const CLIP: f64 = 0.01;

fn growth(width: usize, trees: usize, min_leaf: usize, seed: u64) -> Growth {
    Growth { trees, min_leaf, features: width.div_ceil(3).max(1), seed }
}

/// Trees that tell outcome and treatment: they are averaged over once more by those of the effect, so half is enough.
fn nuisance_trees(trees: usize) -> usize {
    (trees / 2).clamp(100, 300).min(trees)
}

/// Linear predictions by folds.
fn linear(design: &Design, y: &[f64], folds: Folds<'_>, only: Option<&[bool]>) -> Result<Vec<f64>, Failure> {
    let n = y.len();
    let mut out = vec![0.0; n];
    for f in 0..folds.1 {
        let rows: Vec<usize> = (0..n).filter(|i| folds.0[*i] as usize != f && only.is_none_or(|o| o[*i])).collect();
        let own: Vec<f64> = rows.iter().map(|i| y[*i]).collect();
        let b = least_squares(&design.x.take(&rows), &design.names, &own, None)?.coefficients;
        for i in (0..n).filter(|i| folds.0[*i] as usize == f) {
            out[i] = (0..b.len()).map(|j| design.x.at(i, j) * b[j]).sum();
        }
    }
    Ok(out)
}

/// That what is learned on the other folds has both arms in it, and enough rows to be learned.
fn learnable(d: &[f64], folds: Folds<'_>, treatment: &str) -> Result<(), Failure> {
    if d.len() < 10 * folds.1.min(5) {
        return Err(Failure::TooFew {
            rows: d.len(),
            needed: statistics::said!("at lære af: ti rækker til hver del", "something to learn from: ten rows a fold"),
        });
    }
    for f in 0..folds.1 {
        let mut rest = (0..d.len()).filter(|i| folds.0[*i] as usize != f).map(|i| d[i]);
        let first = rest.next();
        if rest.all(|v| Some(v) == first) {
            return Err(Failure::Cannot(statistics::said!(
                "intet overlap: uden en af delene er »{treatment}« ens for alle",
                "no overlap: without one of the folds \"{treatment}\" is the same for everybody"
            )));
        }
    }
    Ok(())
}

/// Propensities kept from 0 and 1, where only a few had to be.
fn clipped(e: Vec<f64>, treatment: &str) -> Result<Vec<f64>, Failure> {
    let outside = e.iter().filter(|e| **e < CLIP || **e > 1.0 - CLIP).count();
    if outside * 5 > e.len() {
        return Err(Failure::Cannot(statistics::said!(
            "intet overlap: for {outside} af {} rækker kan »{treatment}« næsten helt forudsiges; ingen kan træde i de andres sted",
            "no overlap: for {outside} of {} rows \"{treatment}\" can almost be told; nobody can stand in for the others",
            e.len()
        )));
    }
    Ok(e.into_iter().map(|e| e.clamp(CLIP, 1.0 - CLIP)).collect())
}

/// Features of a design without its intercept.
fn features(design: &Design) -> Matrix {
    Matrix::new(design.x.rows(), (1..design.x.width()).map(|j| design.x.column(j).to_vec()).collect())
}

/// The effect by double machine learning. `design` has an intercept first.
///
/// # Errors
/// An arm that is too small, or what the fits may say.
pub fn dml(
    design: &Design,
    y: &[f64],
    d: &[f64],
    treatment: &str,
    model: DmlModel,
    learner: Learner,
    folds: Folds<'_>,
    trees: usize,
    seed: u64,
) -> Result<Tested, Failure> {
    if model == DmlModel::Irm {
        arms(d, treatment)?;
    }
    learnable(d, folds, treatment)?;
    let n = y.len();
    if model == DmlModel::Irm && learner == Learner::Linear {
        return Ok(mean_of(treatment, &scores(design, y, d, folds.0, folds.1)?));
    }
    let binned = (learner == Learner::Forest).then(|| Binned::new(&features(design)));
    let predict = |target: &[f64], only: Option<&[bool]>, seed: u64| -> Result<Vec<f64>, Failure> {
        match &binned {
            Some(b) => {
                Ok(cross_fitted(b, target, folds.0, folds.1, only, growth(design.x.width() - 1, trees, 10, seed)))
            }
            None => linear(design, target, folds, only),
        }
    };
    match model {
        DmlModel::Irm => {
            let e = clipped(predict(d, None, seed)?, treatment)?;
            let treated: Vec<bool> = d.iter().map(|d| *d == 1.0).collect();
            let control: Vec<bool> = treated.iter().map(|t| !t).collect();
            let m1 = predict(y, Some(&treated), seed.wrapping_add(101))?;
            let m0 = predict(y, Some(&control), seed.wrapping_add(202))?;
            let psi: Vec<f64> = (0..n)
                .map(|i| m1[i] - m0[i] + d[i] * (y[i] - m1[i]) / e[i] - (1.0 - d[i]) * (y[i] - m0[i]) / (1.0 - e[i]))
                .collect();
            Ok(mean_of(treatment, &psi))
        }
        DmlModel::Plr => {
            let l = predict(y, None, seed)?;
            let m = predict(d, None, seed.wrapping_add(101))?;
            let v: Vec<f64> = d.iter().zip(&m).map(|(d, m)| d - m).collect();
            let u: Vec<f64> = y.iter().zip(&l).map(|(y, l)| y - l).collect();
            let vv: f64 = v.iter().map(|v| v * v).sum();
            let centre = d.iter().sum::<f64>() / n as f64;
            if vv <= 0.02 * d.iter().map(|d| (d - centre).powi(2)).sum::<f64>() {
                return Err(Failure::Cannot(statistics::said!(
                    "kolonnerne forudsiger behandlingen helt: der er intet tilbage at lære af",
                    "the covariates tell the treatment perfectly: there is nothing left to learn from"
                )));
            }
            let theta = u.iter().zip(&v).map(|(u, v)| u * v).sum::<f64>() / vv;
            let meat: f64 = u.iter().zip(&v).map(|(u, v)| (v * (u - theta * v)).powi(2)).sum();
            Ok(Tested::new(treatment, theta, (meat / (vv * vv)).sqrt(), f64::INFINITY))
        }
    }
}

/// Which learner of effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CateLearner {
    /// Honest causal forest.
    CausalForest,
    /// A forest in each arm.
    T,
    /// Doubly robust scores on a straight line.
    Dr,
}

/// Effects that differ between people.
#[derive(Clone, Debug)]
pub struct Cate {
    /// Mean effect from doubly robust scores.
    pub ate: Tested,
    /// Scores on the covariates, HC1.
    pub projection: Vec<Tested>,
    /// Mean score of each group.
    pub groups: Vec<(String, Tested)>,
    /// Whether predicted differences are real: mean and differential, both about 1 where they are.
    pub calibration: Vec<Tested>,
    /// Effect of each row, and its standard error where the learner has one.
    pub predictions: Vec<(f64, Option<f64>)>,
}

/// Estimate. `groups` asks for means by group.
///
/// # Errors
/// An arm that is too small, or what the fits may say.
pub fn cate(
    design: &Design,
    y: &[f64],
    d: &[f64],
    treatment: &str,
    learner: CateLearner,
    folds: Folds<'_>,
    trees: usize,
    seed: u64,
    groups: Option<&Column>,
) -> Result<Cate, Failure> {
    arms(d, treatment)?;
    learnable(d, folds, treatment)?;
    let n = y.len();
    let (scores, predictions) = match learner {
        CateLearner::Dr => (scores(design, y, d, folds.0, folds.1)?, None),
        CateLearner::T | CateLearner::CausalForest => {
            let binned = Binned::new(&features(design));
            let width = design.x.width() - 1;
            let fit = |target: &[f64], only: Option<&[bool]>, seed: u64| {
                cross_fitted(&binned, target, folds.0, folds.1, only, growth(width, nuisance_trees(trees), 5, seed))
            };
            let e = clipped(fit(d, None, seed), treatment)?;
            if learner == CateLearner::T {
                let treated: Vec<bool> = d.iter().map(|d| *d == 1.0).collect();
                let control: Vec<bool> = treated.iter().map(|t| !t).collect();
                let (m1, m0) =
                    (fit(y, Some(&treated), seed.wrapping_add(101)), fit(y, Some(&control), seed.wrapping_add(202)));
                let score = |i: usize| {
                    m1[i] - m0[i] + d[i] * (y[i] - m1[i]) / e[i] - (1.0 - d[i]) * (y[i] - m0[i]) / (1.0 - e[i])
                };
                let predictions: Vec<(f64, Option<f64>)> = (0..n).map(|i| (m1[i] - m0[i], None)).collect();
                ((0..n).map(score).collect(), Some(predictions))
            } else {
                let m = fit(y, None, seed.wrapping_add(303));
                let ry: Vec<f64> = y.iter().zip(&m).map(|(y, m)| y - m).collect();
                let rd: Vec<f64> = d.iter().zip(&e).map(|(d, e)| d - e).collect();
                let all = Growth { trees, min_leaf: 5, features: width, seed };
                let found = causal_forest(&binned, &ry, &rd, all);
                let score = |i: usize| {
                    let tau = found[i].0;
                    tau + rd[i] / (e[i] * (1.0 - e[i])) * (ry[i] - tau * rd[i])
                };
                let scores = (0..n).map(score).collect();
                (scores, Some(found.into_iter().map(|(t, s)| (t, Some(s))).collect()))
            }
        }
    };
    let fit = least_squares(&design.x, &design.names, &scores, None)?;
    let covariance = fit.covariance(&design.x, Robust::Hc1, &[])?;
    let projection = tested(&design.names, &fit.coefficients, &covariance);
    let predictions: Vec<(f64, Option<f64>)> = predictions.unwrap_or_else(|| {
        let mut row = vec![0.0; design.x.width()];
        (0..n)
            .map(|i| {
                design.x.row_into(i, &mut row);
                (fit.fitted[i], Some(covariance.matrix.form(&row, &row).max(0.0).sqrt()))
            })
            .collect()
    });
    if let Some(column) = groups {
        let (group, labels) = column.groups();
        for (g, label) in labels.iter().enumerate() {
            let rows = group.iter().filter(|own| **own as usize == g).count();
            if rows < 2 {
                return Err(Failure::TooFew {
                    rows,
                    needed: statistics::said!("gruppen »{label}«: to rækker", "the group \"{label}\": two rows"),
                });
            }
        }
    }
    let groups = groups.map_or_else(Vec::new, |column| {
        let (group, labels) = column.groups();
        let mut all: Vec<(String, Tested)> = labels
            .iter()
            .enumerate()
            .map(|(g, label)| {
                let own: Vec<f64> = (0..n).filter(|i| group[*i] as usize == g).map(|i| scores[i]).collect();
                (label.clone(), mean_of(label, &own))
            })
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    });
    Ok(Cate {
        ate: mean_of(treatment, &scores),
        projection,
        groups,
        calibration: calibration(&scores, &predictions).unwrap_or_default(),
        predictions,
    })
}

/// Scores on the mean prediction and on each row's distance from it.
fn calibration(scores: &[f64], predictions: &[(f64, Option<f64>)]) -> Result<Vec<Tested>, Failure> {
    let n = scores.len();
    let mean = predictions.iter().map(|p| p.0).sum::<f64>() / n as f64;
    let x = Matrix::new(n, vec![vec![mean; n], predictions.iter().map(|p| p.0 - mean).collect()]);
    let names = ["mean_prediction".to_owned(), "differential_prediction".to_owned()];
    let fit = least_squares(&x, &names, scores, None)?;
    let covariance = fit.covariance(&x, Robust::Hc3, &[])?;
    Ok(tested(&names, &fit.coefficients, &covariance))
}
