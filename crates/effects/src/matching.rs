//! Matching, with the errors of Abadie and Imbens (2006) and bias adjustment (Abadie and Imbens 2011).
//!
//! With replacement ties share their weight, as in Sekhon's Matching package. Without replacement, on the propensity: from
//! the highest score down each treated takes the closest control left at or below it in the order of scores, and one
//! above only where none is left below, as MatchIt 4.5 does.

use crate::aipw::{Balance, propensity};
use crate::experiment::arms;
use rayon::prelude::*;
use statistics::{Cholesky, Design, Failure, Matrix, Tested, least_squares};

/// What nearness is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// The linear predictor of the propensity.
    Propensity,
    /// The covariance of the covariates.
    Mahalanobis,
    /// Each covariate over its own standard deviation.
    InverseVariance,
}

/// Matched.
#[derive(Clone, Debug)]
pub struct Matched {
    /// Effect on the treated.
    pub att: Tested,
    /// Treated and controls in the comparison: rows of both sides used.
    pub matched: usize,
    /// Treated without a partner.
    pub unmatched: usize,
    /// Balance of each covariate.
    pub balance: Vec<Balance>,
}

/// Squared distances closer than this are ties.
const TIE: f64 = 1e-5;

/// Match controls to the treated. `design` has an intercept first.
///
/// # Errors
/// An arm that is too small, no overlap, covariates that cannot be told apart, or more neighbours than controls.
pub fn matching(
    design: &Design,
    y: &[f64],
    d: &[f64],
    treatment: &str,
    metric: Metric,
    neighbours: usize,
    replace: bool,
    bias_adjust: bool,
) -> Result<Matched, Failure> {
    let (treated, controls) = arms(d, treatment)?;
    if neighbours > controls {
        return Err(Failure::TooFew {
            rows: controls,
            needed: statistics::said!(
                "{neighbours} makkere til hver behandlet",
                "{neighbours} neighbours for each treated"
            ),
        });
    }
    let n = y.len();
    let rows1: Vec<usize> = (0..n).filter(|i| d[*i] == 1.0).collect();
    let rows0: Vec<usize> = (0..n).filter(|i| d[*i] == 0.0).collect();
    let scaled = coordinates(design, d, metric)?;
    let pairs: Vec<Vec<(usize, f64)>> = if replace {
        nearest(&scaled, &rows1, &rows0, neighbours)
    } else if neighbours > 1 {
        return Err(Failure::Cannot(statistics::said!(
            "mere end én makker kræver --replace",
            "more than one neighbour needs --replace"
        )));
    } else if metric == Metric::Propensity {
        from_the_top(&scaled, d)
    } else {
        greedy(&scaled, &rows1, &rows0)
    };
    let own: Vec<(usize, &Vec<(usize, f64)>)> =
        rows1.iter().copied().zip(&pairs).filter(|(_, partners)| !partners.is_empty()).collect();
    let (mut k1, mut k2) = (vec![0.0; n], vec![0.0; n]);
    for (_, partners) in &own {
        for (j, w) in *partners {
            k1[*j] += w;
            k2[*j] += w * w;
        }
    }
    let shift: Vec<f64> = if bias_adjust { slopes(design, y, &rows0, &k1)? } else { vec![0.0; design.x.width()] };
    let adjusted = |i: usize, j: usize| {
        let away: f64 = (1..design.x.width()).map(|c| (design.x.at(i, c) - design.x.at(j, c)) * shift[c]).sum();
        y[i] - y[j] - away
    };
    let n1 = own.len() as f64;
    let effect =
        |(i, partners): &(usize, &Vec<(usize, f64)>)| partners.iter().map(|(j, w)| w * adjusted(*i, *j)).sum::<f64>();
    let effects: Vec<f64> = own.iter().map(effect).collect();
    let att = effects.iter().sum::<f64>() / n1;
    let spread = |(i, partners): &(usize, &Vec<(usize, f64)>)| {
        partners.iter().map(|(j, w)| w * (adjusted(*i, *j) - att).powi(2)).sum::<f64>()
    };
    let sigma2 = 0.5 * own.iter().map(spread).sum::<f64>() / n1;
    let between: f64 = effects.iter().map(|t| (t - att).powi(2)).sum();
    let reuse: f64 = rows0.iter().map(|j| k1[*j] * k1[*j] - k2[*j]).sum();
    let error = ((between + sigma2 * reuse).max(0.0) / (n1 * n1)).sqrt();
    let used = rows0.iter().filter(|j| k1[**j] > 0.0).count();
    let balance = (1..design.x.width())
        .map(|c| {
            let x = design.x.column(c);
            let moments = |rows: &[usize]| {
                let m = rows.iter().map(|i| x[*i]).sum::<f64>() / rows.len() as f64;
                (m, rows.iter().map(|i| (x[*i] - m).powi(2)).sum::<f64>() / (rows.len() as f64 - 1.0))
            };
            let ((m1, v1), (m0, v0)) = (moments(&rows1), moments(&rows0));
            let sd = f64::midpoint(v1, v0).sqrt();
            let kept = own.iter().map(|(i, _)| x[*i]).sum::<f64>() / n1;
            let after = rows0.iter().map(|j| k1[*j] * x[*j]).sum::<f64>() / n1;
            Balance { term: design.names[c].clone(), before: (m1 - m0) / sd, after: (kept - after) / sd }
        })
        .collect();
    Ok(Matched {
        att: Tested::new(treatment, att, error, f64::INFINITY),
        matched: own.len() + used,
        unmatched: treated - own.len(),
        balance,
    })
}

/// Coordinates in which squared distance is plain, row by row.
fn coordinates(design: &Design, d: &[f64], metric: Metric) -> Result<Vec<Vec<f64>>, Failure> {
    let n = d.len();
    let k = design.x.width();
    let sd = |v: &[f64]| {
        let m = v.iter().sum::<f64>() / n as f64;
        (v.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (n as f64 - 1.0)).sqrt()
    };
    match metric {
        Metric::Propensity => {
            let fit = propensity(&design.x, &design.names, d)?;
            let scale = sd(&fit.linear);
            Ok(fit.linear.iter().map(|l| vec![l / scale]).collect())
        }
        Metric::InverseVariance => {
            let scales: Vec<f64> = (1..k).map(|c| sd(design.x.column(c))).collect();
            if let Some(c) = scales.iter().position(|s| *s <= 0.0 || s.is_nan()) {
                return Err(Failure::Constant { column: design.names[c + 1].clone() });
            }
            Ok((0..n).map(|i| (1..k).map(|c| design.x.at(i, c) / scales[c - 1]).collect()).collect())
        }
        Metric::Mahalanobis => {
            let means: Vec<f64> = (1..k).map(|c| design.x.column(c).iter().sum::<f64>() / n as f64).collect();
            let centred: Vec<Vec<f64>> =
                (1..k).map(|c| design.x.column(c).iter().map(|v| v - means[c - 1]).collect()).collect();
            let gram = Matrix::new(n, centred).gram(None);
            for c in 1..k {
                let scale = sd(design.x.column(c));
                if scale.is_nan() || scale <= 1e-12 * (1.0 + means[c - 1].abs()) {
                    return Err(Failure::Constant { column: design.names[c].clone() });
                }
            }
            let covariance = Matrix::zeros(k - 1, k - 1).plus(&gram, 1.0 / (n as f64 - 1.0));
            let factor = Cholesky::new(&covariance)
                .map_err(|j| Failure::Collinear { column: design.names.get(j + 1).cloned().unwrap_or_default() })?;
            Ok((0..n).map(|i| factor.forward(&(1..k).map(|c| design.x.at(i, c)).collect::<Vec<f64>>())).collect())
        }
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// With replacement: all within a tie of the last neighbour share the weight.
fn nearest(at: &[Vec<f64>], rows1: &[usize], rows0: &[usize], neighbours: usize) -> Vec<Vec<(usize, f64)>> {
    rows1
        .par_iter()
        .map(|i| {
            let all: Vec<f64> = rows0.iter().map(|j| distance(&at[*i], &at[*j])).collect();
            let mut sorted = all.clone();
            let (_, last, _) = sorted.select_nth_unstable_by(neighbours - 1, f64::total_cmp);
            let within = *last + TIE;
            let own: Vec<usize> = rows0.iter().zip(&all).filter(|(_, d)| **d <= within).map(|(j, _)| *j).collect();
            let w = 1.0 / own.len() as f64;
            own.into_iter().map(|j| (j, w)).collect()
        })
        .collect()
}

/// Without replacement on the propensity, from the highest score down.
fn from_the_top(at: &[Vec<f64>], d: &[f64]) -> Vec<Vec<(usize, f64)>> {
    let n = d.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| at[*a][0].total_cmp(&at[*b][0]));
    let mut taken = vec![false; n];
    let mut found: Vec<Option<usize>> = vec![None; n];
    for place in (0..n).rev().filter(|p| d[order[*p]] == 1.0) {
        let free = |p: &usize| d[order[*p]] == 0.0 && !taken[order[*p]];
        let partner = (0..place).rev().find(free).or_else(|| (place + 1..n).find(free));
        if let Some(p) = partner {
            taken[order[p]] = true;
            found[order[place]] = Some(order[p]);
        }
    }
    (0..n).filter(|i| d[*i] == 1.0).map(|i| found[i].map(|j| (j, 1.0)).into_iter().collect()).collect()
}

/// Without replacement: each treated, in the order of rows, takes the nearest that is left.
fn greedy(at: &[Vec<f64>], rows1: &[usize], rows0: &[usize]) -> Vec<Vec<(usize, f64)>> {
    let mut free: Vec<usize> = rows0.to_vec();
    rows1
        .iter()
        .map(|i| {
            let best = (0..free.len())
                .min_by(|a, b| distance(&at[*i], &at[free[*a]]).total_cmp(&distance(&at[*i], &at[free[*b]])));
            best.map(|p| (free.remove(p), 1.0)).into_iter().collect()
        })
        .collect()
}

/// Slopes of the outcome among the matched controls, weighted by how often each is used.
fn slopes(design: &Design, y: &[f64], rows0: &[usize], weight: &[f64]) -> Result<Vec<f64>, Failure> {
    let own: Vec<usize> = rows0.iter().copied().filter(|j| weight[*j] > 0.0).collect();
    let (y, w): (Vec<f64>, Vec<f64>) = own.iter().map(|j| (y[*j], weight[*j])).unzip();
    Ok(least_squares(&design.x.take(&own), &design.names, &y, Some(&w))?.coefficients)
}
