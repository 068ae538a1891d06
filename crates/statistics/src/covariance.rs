//! Covariance of least-squares coefficients: classical, heteroscedasticity-robust and clustered.
//!
//! Definitions as in R's sandwich and clubSandwich: MacKinnon and White (1985) for HC, Bell and McCaffrey (2002) and
//! Pustejovsky and Tipton (2018) for CR2 with Satterthwaite degrees of freedom, Cameron, Gelbach and Miller (2011) for two
//! ways of clustering.

use crate::distribution::{t_quantile, t_two_sided};
use crate::error::Failure;
use crate::linear::LeastSquares;
use crate::matrix::{Matrix, dot_short, symmetric_eigen};
use rayon::prelude::*;

/// Which covariance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Robust {
    /// `σ² (XᵀX)⁻¹`.
    Classical,
    /// No correction.
    Hc0,
    /// Times `n / (n − k)`.
    Hc1,
    /// Squared residuals over `1 − h`.
    Hc2,
    /// Squared residuals over `(1 − h)²`.
    Hc3,
    /// Clustered, no correction.
    Cr0,
    /// Times `G / (G − 1)`.
    Cr1,
    /// Times `G / (G − 1) · (n − 1) / (n − k)`.
    Cr1s,
    /// Residuals of a cluster times `(I − H)^(−½)`.
    Cr2,
    /// Residuals of a cluster times `(I − H)⁻¹`.
    Cr3,
}

impl Robust {
    /// Every kind, in order.
    pub const ALL: [Self; 10] = [
        Self::Classical,
        Self::Hc0,
        Self::Hc1,
        Self::Hc2,
        Self::Hc3,
        Self::Cr0,
        Self::Cr1,
        Self::Cr1s,
        Self::Cr2,
        Self::Cr3,
    ];

    /// The word of the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Classical => "classical",
            Self::Hc0 => "HC0",
            Self::Hc1 => "HC1",
            Self::Hc2 => "HC2",
            Self::Hc3 => "HC3",
            Self::Cr0 => "CR0",
            Self::Cr1 => "CR1",
            Self::Cr1s => "CR1S",
            Self::Cr2 => "CR2",
            Self::Cr3 => "CR3",
        }
    }

    /// The kind of that word, in whatever case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code().eq_ignore_ascii_case(code))
    }

    /// Whether it needs clusters.
    pub const fn is_clustered(self) -> bool {
        matches!(self, Self::Cr0 | Self::Cr1 | Self::Cr1s | Self::Cr2 | Self::Cr3)
    }
}

/// Which cluster each row is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    /// A number from 0 for each row.
    pub of_row: Vec<u32>,
    /// How many.
    pub count: usize,
}

impl Clusters {
    /// From numbers of groups.
    pub fn new(of_row: Vec<u32>) -> Self {
        let count = of_row.iter().max().map_or(0, |m| *m as usize + 1);
        Self { of_row, count }
    }

    /// Clusters of both at once.
    #[must_use]
    pub fn crossed(&self, other: &Self) -> Self {
        let mut seen = std::collections::HashMap::new();
        let of_row: Vec<u32> = self
            .of_row
            .iter()
            .zip(&other.of_row)
            .map(|pair| {
                let next = seen.len() as u32;
                *seen.entry(pair).or_insert(next)
            })
            .collect();
        Self { count: seen.len(), of_row }
    }

    fn rows(&self) -> Vec<Vec<usize>> {
        let mut out = vec![Vec::new(); self.count];
        for (row, cluster) in self.of_row.iter().enumerate() {
            out[*cluster as usize].push(row);
        }
        out
    }
}

/// A covariance with the degrees of freedom of each coefficient.
#[derive(Clone, Debug)]
pub struct Covariance {
    /// `k × k`.
    pub matrix: Matrix,
    /// Degrees of freedom of each t.
    pub df: Vec<f64>,
}

/// A tested coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// Its name.
    pub term: String,
    /// Estimate.
    pub estimate: f64,
    /// Standard error.
    pub std_error: f64,
    /// Estimate over standard error.
    pub statistic: f64,
    /// Two-sided p.
    pub p_value: f64,
    /// Lower end of the 95 % interval.
    pub ci_low: f64,
    /// Upper end.
    pub ci_high: f64,
    /// Degrees of freedom; infinite for the normal.
    pub df: f64,
}

impl Tested {
    /// From an estimate, its standard error and degrees of freedom.
    pub fn new(term: impl Into<String>, estimate: f64, std_error: f64, df: f64) -> Self {
        let statistic = estimate / std_error;
        let wide = t_quantile(0.975, df) * std_error;
        Self {
            term: term.into(),
            estimate,
            std_error,
            statistic,
            p_value: t_two_sided(statistic, df),
            ci_low: estimate - wide,
            ci_high: estimate + wide,
            df,
        }
    }
}

/// Coefficients with their tests.
pub fn tested(names: &[String], coefficients: &[f64], covariance: &Covariance) -> Vec<Tested> {
    names
        .iter()
        .enumerate()
        .map(|(j, name)| {
            Tested::new(name.clone(), coefficients[j], covariance.matrix.at(j, j).sqrt(), covariance.df[j])
        })
        .collect()
}

impl LeastSquares {
    /// The covariance of the coefficients.
    ///
    /// # Errors
    /// Clusters that are missing, or too few.
    pub fn covariance(&self, x: &Matrix, robust: Robust, clusters: &[Clusters]) -> Result<Covariance, Failure> {
        let covariance = self.covariance_or_none(x, robust, clusters)?;
        if (0..x.width()).any(|j| covariance.matrix.at(j, j) <= 0.0) && clusters.len() > 1 {
            return Err(Failure::Cannot(crate::said!(
                "med klynger på begge måder bliver en varians mindre end 0: der er for få klynger; brug den ene",
                "clustered in both ways a variance comes out below 0: there are too few clusters; cluster in one way"
            )));
        }
        Ok(covariance)
    }

    /// The same where a coefficient may be left without an error: clustered in both ways a variance can come out below 0.
    ///
    /// # Errors
    /// As [`LeastSquares::covariance`].
    pub fn covariance_or_none(&self, x: &Matrix, robust: Robust, clusters: &[Clusters]) -> Result<Covariance, Failure> {
        let k = x.width();
        if robust == Robust::Hc3
            && let Some(row) = (0..x.rows()).find(|i| self.free(*i).is_none() && self.root_weight(*i) > 0.0)
        {
            return Err(Failure::Cannot(crate::said!(
                "række {} afgør alene en koefficient, som en kategori med én række gør: HC3 findes ikke; brug HC1 eller HC2",
                "row {} alone decides a coefficient, as a category of one row does: there is no HC3; use HC1 or HC2",
                row + 1
            )));
        }
        if !robust.is_clustered() {
            return Ok(Covariance { matrix: self.unclustered(x, robust), df: vec![self.df; k] });
        }
        if let Some(few) = clusters.iter().find(|c| c.count < 2) {
            return Err(Failure::TooFew {
                rows: few.count,
                needed: crate::said!(
                    "klyngefejl: der skal være to klynger",
                    "clustered errors: there must be two clusters"
                ),
            });
        }
        match clusters {
            [] => Err(Failure::Cannot(crate::said!("{} kræver klynger", "{} needs clusters", robust.code()))),
            [one] => Ok(self.clustered(x, robust, one)),
            [a, b, ..] => {
                let both = a.crossed(b);
                let (va, vb) = (self.clustered(x, robust, a), self.clustered(x, robust, b));
                let vab = self.clustered(x, robust, &both);
                let matrix = va.matrix.plus(&vb.matrix, 1.0).plus(&vab.matrix, -1.0);
                let fewest = a.count.min(b.count) as f64 - 1.0;
                Ok(Covariance { matrix, df: vec![fewest; k] })
            }
        }
    }

    fn root_weight(&self, i: usize) -> f64 {
        self.root_weights.as_ref().map_or(1.0, |r| r[i])
    }

    fn unclustered(&self, x: &Matrix, robust: Robust) -> Matrix {
        let n = x.rows();
        if robust == Robust::Classical {
            return Matrix::zeros(x.width(), x.width()).plus(&self.bread, self.sigma.powi(2));
        }
        let squares: Vec<f64> = (0..n)
            .map(|i| {
                let e = self.residuals[i] * self.root_weight(i).powi(2);
                // A row that alone decides a coefficient leaves no residual: its term is 0.
                let free = self.free(i).unwrap_or(1.0);
                match robust {
                    Robust::Hc2 => e * e / free,
                    Robust::Hc3 => e * e / (free * free),
                    _ => e * e,
                }
            })
            .collect();
        let meat = x.gram(Some(&squares));
        let factor = if robust == Robust::Hc1 { self.counted / self.df } else { 1.0 };
        let matrix = self.bread.product(&meat).product(&self.bread);
        Matrix::zeros(x.width(), x.width()).plus(&matrix, factor)
    }

    /// Everything on the scale of the root weights, on which the fit is ordinary. A cluster of many rows is never expanded:
    /// `(I − B Bᵀ)^p` differs from `I` only in the few columns of `B = X M^½`.
    fn clustered(&self, x: &Matrix, robust: Robust, clusters: &Clusters) -> Covariance {
        if let (Robust::Cr2, Some(root)) = (robust, &self.root_weights) {
            let weights: Vec<f64> = root.iter().map(|r| r * r).collect();
            return self.equal_spread(x, &weights, clusters);
        }
        let k = x.width();
        // A number without a row that counts is no cluster.
        let mut counts = vec![false; clusters.count];
        for (row, cluster) in clusters.of_row.iter().enumerate() {
            counts[*cluster as usize] |= self.root_weight(row) > 0.0;
        }
        let groups = counts.iter().filter(|c| **c).count() as f64;
        let power = match robust {
            Robust::Cr2 => -0.5,
            Robust::Cr3 => -1.0,
            _ => {
                let factor = match robust {
                    Robust::Cr1 => groups / (groups - 1.0),
                    // Rows of weight 0 do not count.
                    Robust::Cr1s => groups / (groups - 1.0) * (self.counted - 1.0) / self.df,
                    _ => 1.0,
                };
                let meat = self.plain_scores(x, clusters).gram(None);
                let matrix = self.bread.product(&meat).product(&self.bread);
                return Covariance { matrix: Matrix::zeros(k, k).plus(&matrix, factor), df: vec![groups - 1.0; k] };
            }
        };
        let lists = clusters.rows();
        let (values, vectors) = symmetric_eigen(&self.bread);
        let mut half = Matrix::zeros(k, k);
        for j in 0..k {
            for i in 0..k {
                let sum = (0..k).map(|m| vectors.at(i, m) * values[m].max(0.0).sqrt() * vectors.at(j, m)).sum();
                half.set(i, j, sum);
            }
        }
        let mut scores: Vec<Vec<f64>> = Vec::with_capacity(clusters.count);
        // For the degrees of freedom of CR2: Xᵀ A X of each cluster, and Xᵀ A² X.
        let mut adjusted: Vec<(Matrix, Matrix)> = Vec::new();
        for rows in lists {
            let own = x.take(&rows);
            let scaled = Matrix::new(
                rows.len(),
                (0..k)
                    .map(|j| rows.iter().zip(own.column(j)).map(|(i, v)| v * self.root_weight(*i)).collect())
                    .collect(),
            );
            let e: Vec<f64> = rows.iter().map(|i| self.residuals[*i] * self.root_weight(*i)).collect();
            let mut score = scaled.transposed_times(&e);
            let b = scaled.product(&half);
            let gram = b.gram(None);
            let (d2, v) = symmetric_eigen(&gram);
            let bv = b.product(&v);
            let xt_bv = scaled.transposed().product(&bv);
            let bv_e = bv.transposed_times(&e);
            // Beyond the identity: ((1 − d²)^p − 1) / d²; where 1 − d² is nothing, the direction is taken away.
            let beyond = |d2: f64, power: f64| {
                if d2 <= 1e-14 {
                    -power
                } else if 1.0 - d2 < 1e-10 {
                    -1.0 / d2
                } else {
                    ((1.0 - d2).powf(power) - 1.0) / d2
                }
            };
            let factors: Vec<f64> = d2.iter().map(|d| beyond(*d, power)).collect();
            let more: Vec<f64> = factors.iter().zip(&bv_e).map(|(f, v)| f * v).collect();
            for (place, extra) in score.iter_mut().zip(xt_bv.times(&more)) {
                *place += extra;
            }
            if robust == Robust::Cr2 {
                let full = scaled.gram(None);
                let with = |power: f64| {
                    let mut out = full.clone();
                    for j in 0..k {
                        for i in 0..k {
                            let extra: f64 =
                                (0..k).map(|m| xt_bv.at(i, m) * beyond(d2[m], power) * xt_bv.at(j, m)).sum();
                            out.set(i, j, out.at(i, j) + extra);
                        }
                    }
                    out
                };
                adjusted.push((with(-0.5), with(-1.0)));
            }
            scores.push(score);
        }
        let mut meat = Matrix::zeros(k, k);
        for score in &scores {
            for j in 0..k {
                for i in 0..k {
                    meat.set(i, j, meat.at(i, j) + score[i] * score[j]);
                }
            }
        }
        let matrix = self.bread.product(&meat).product(&self.bread);
        let df = if robust == Robust::Cr2 {
            (0..k).map(|j| self.satterthwaite(j, &adjusted)).collect()
        } else {
            vec![groups - 1.0; k]
        };
        Covariance { matrix, df }
    }

    /// `Xᵀ W e` of each cluster, a row each.
    fn plain_scores(&self, x: &Matrix, clusters: &Clusters) -> Matrix {
        let of_column = |j: usize| {
            let mut out = vec![0.0; clusters.count];
            for (row, value) in x.column(j).iter().enumerate() {
                out[clusters.of_row[row] as usize] += value * self.residuals[row] * self.root_weight(row).powi(2);
            }
            out
        };
        Matrix::new(clusters.count, (0..x.width()).into_par_iter().map(of_column).collect())
    }

    /// CR2 of a weighted fit, with errors of equal spread as the working model (as clubSandwich takes it). With
    /// `Z = [X, W X]` of a cluster its block of `(I − H)(I − H)ᵀ` is `I + Z S Zᵀ`, and so is never expanded.
    fn equal_spread(&self, x: &Matrix, weights: &[f64], clusters: &Clusters) -> Covariance {
        let k = x.width();
        // About 1, so that X and W X are of one size; the bread goes the other way.
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let weights: Vec<f64> = weights.iter().map(|w| w / mean).collect();
        let bread = Matrix::zeros(k, k).plus(&self.bread, mean);
        let squares: Vec<f64> = weights.iter().map(|w| w * w).collect();
        let corner = bread.product(&x.gram(Some(&squares))).product(&bread);
        let mut s = Matrix::zeros(2 * k, 2 * k);
        for i in 0..k {
            for j in 0..k {
                s.set(i, j, corner.at(i, j));
                s.set(i, k + j, -bread.at(i, j));
                s.set(k + i, j, -bread.at(i, j));
            }
        }
        let mut meat = Matrix::zeros(k, k);
        // Of each cluster: RᵀR and ZᵀR, with R = A W X.
        let mut parts: Vec<(Matrix, Matrix)> = Vec::new();
        for rows in clusters.rows() {
            if rows.iter().all(|i| weights[*i] <= 0.0) {
                continue;
            }
            let own = x.take(&rows);
            let weighted: Vec<Vec<f64>> =
                (0..k).map(|j| rows.iter().zip(own.column(j)).map(|(i, v)| weights[*i] * v).collect()).collect();
            let wx = Matrix::new(rows.len(), weighted.clone());
            let z = own.beside(weighted);
            let norms: Vec<f64> =
                (0..2 * k).map(|a| dot_short(z.column(a), z.column(a)).sqrt().max(f64::MIN_POSITIVE)).collect();
            let unit = |a: usize| z.column(a).iter().map(|v| v / norms[a]).collect::<Vec<f64>>();
            let zs = Matrix::new(rows.len(), (0..2 * k).map(unit).collect());
            let mut scaled = s.clone();
            for i in 0..2 * k {
                for j in 0..2 * k {
                    scaled.set(i, j, s.at(i, j) * norms[i] * norms[j]);
                }
            }
            let (values, vectors) = symmetric_eigen(&zs.gram(None));
            let top = values.iter().copied().fold(0.0, f64::max);
            let kept: Vec<usize> = (0..2 * k).filter(|i| values[*i] > 1e-12 * top).collect();
            let column = |i: &usize| -> Vec<f64> {
                let v: Vec<f64> = (0..2 * k).map(|a| vectors.at(a, *i) / values[*i].sqrt()).collect();
                zs.times(&v)
            };
            let u = Matrix::new(rows.len(), kept.iter().map(column).collect());
            let r = kept.len();
            let mut t = Matrix::zeros(r, r);
            for (a, i) in kept.iter().enumerate() {
                for (b, j) in kept.iter().enumerate() {
                    let form = scaled.form(vectors.column(*i), vectors.column(*j));
                    t.set(a, b, form * (values[*i] * values[*j]).sqrt());
                }
            }
            let (lambda, p) = symmetric_eigen(&t);
            // Beyond the identity; a direction that the fit has used up is taken away.
            let beyond: Vec<f64> =
                lambda.iter().map(|l| if 1.0 + l < 1e-10 { -1.0 } else { (1.0 + l).powf(-0.5) - 1.0 }).collect();
            let up = u.product(&p);
            let apply = |v: &[f64]| -> Vec<f64> {
                let inner: Vec<f64> = up.transposed_times(v).iter().zip(&beyond).map(|(a, b)| a * b).collect();
                v.iter().zip(up.times(&inner)).map(|(v, more)| v + more).collect()
            };
            let adjusted = Matrix::new(rows.len(), (0..k).map(|j| apply(wx.column(j))).collect());
            let e: Vec<f64> = rows.iter().map(|i| self.residuals[*i]).collect();
            let score = adjusted.transposed_times(&e);
            for i in 0..k {
                for j in 0..k {
                    meat.set(i, j, meat.at(i, j) + score[i] * score[j]);
                }
            }
            parts.push((adjusted.gram(None), z.transposed().product(&adjusted)));
        }
        let df = (0..k)
            .map(|c| {
                let mc = bread.column(c);
                let all: Vec<(f64, Vec<f64>)> = parts.iter().map(|(rr, zr)| (rr.form(mc, mc), zr.times(mc))).collect();
                let top = all.iter().map(|(own, _)| *own).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
                let mut zz = Matrix::zeros(2 * k, 2 * k);
                let (mut trace, mut sum) = (0.0, 0.0);
                for (own, z) in &all {
                    let (own, z): (f64, Vec<f64>) = (own / top, z.iter().map(|v| v / top.sqrt()).collect());
                    let more = s.form(&z, &z);
                    trace += own + more;
                    sum += own * own + 2.0 * own * more;
                    for i in 0..2 * k {
                        for j in 0..2 * k {
                            zz.set(i, j, zz.at(i, j) + z[i] * z[j]);
                        }
                    }
                }
                let both = s.product(&zz);
                let both = both.product(&both);
                trace * trace / (sum + (0..2 * k).map(|i| both.at(i, i)).sum::<f64>())
            })
            .collect();
        Covariance { matrix: bread.product(&meat).product(&bread), df }
    }

    /// Degrees of freedom of one coefficient under a working model of independent errors.
    fn satterthwaite(&self, coefficient: usize, adjusted: &[(Matrix, Matrix)]) -> f64 {
        let k = self.bread.width();
        let mc: Vec<f64> = self.bread.column(coefficient).to_vec();
        // Of each cluster: s = |A X M c|², z = Xᵀ A X M c; then P = diag(s) − Zᵀ M Z.
        let parts: Vec<(f64, Vec<f64>)> =
            adjusted.iter().map(|(half, whole)| (whole.form(&mc, &mc), half.times(&mc))).collect();
        // On a scale of their own, so that squares of large numbers do not run over.
        let top = parts.iter().map(|(s, _)| s.abs()).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let scaled = |(s, z): (f64, Vec<f64>)| (s / top, z.into_iter().map(|v| v / top.sqrt()).collect::<Vec<f64>>());
        let parts: Vec<(f64, Vec<f64>)> = parts.into_iter().map(scaled).collect();
        let mut zz = Matrix::zeros(k, k);
        let (mut trace, mut squares) = (0.0, 0.0);
        for (s, z) in &parts {
            let own = dot_short(z, &self.bread.times(z));
            trace += s - own;
            squares += s * s - 2.0 * s * own;
            for j in 0..k {
                for i in 0..k {
                    zz.set(i, j, zz.at(i, j) + z[i] * z[j]);
                }
            }
        }
        let mz = self.bread.product(&zz);
        let both = mz.product(&mz);
        squares += (0..k).map(|i| both.at(i, i)).sum::<f64>();
        trace * trace / squares
    }
}
