//! Differences in differences: two by two, panels with two-way effects, and staggered starts.
//!
//! Sources: Card and Krueger (1994) for the design; Callaway and Sant'Anna (2021) for group-time effects.

use rayon::prelude::*;
use statistics::{Clusters, Failure, LeastSquares, Matrix, Robust, Tested, least_squares, tested};
use std::collections::BTreeMap;

/// A cell of a two by two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// 0 or 1.
    pub treated: f64,
    /// 0 or 1.
    pub post: f64,
    /// Rows.
    pub n: usize,
    /// Mean.
    pub mean: f64,
}

/// Two groups, two periods.
///
/// # Errors
/// An empty cell, or what the fit may say.
pub fn two_by_two(
    y: &[f64],
    treated: &[f64],
    post: &[f64],
    covariates: &Matrix,
    names: &[String],
    robust: Robust,
    clusters: &[Clusters],
) -> Result<(Vec<Cell>, Tested), Failure> {
    let n = y.len();
    let mut cells = Vec::new();
    for (t, p) in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
        let own: Vec<f64> = (0..n).filter(|i| treated[*i] == t && post[*i] == p).map(|i| y[i]).collect();
        if own.is_empty() {
            return Err(Failure::TooFew {
                rows: 0,
                needed: statistics::said!("cellen behandlet = {t}, efter = {p}", "the cell treated = {t}, post = {p}"),
            });
        }
        cells.push(Cell { treated: t, post: p, n: own.len(), mean: own.iter().sum::<f64>() / own.len() as f64 });
    }
    let crossed: Vec<f64> = treated.iter().zip(post).map(|(t, p)| t * p).collect();
    let x = Matrix::new(n, vec![vec![1.0; n], treated.to_vec(), post.to_vec(), crossed]);
    let x = x.beside((0..covariates.width()).map(|j| covariates.column(j).to_vec()));
    let mut all: Vec<String> = ["(Intercept)", "treated", "post", "treated:post"].map(str::to_owned).to_vec();
    all.extend(names.iter().cloned());
    let fit = least_squares(&x, &all, y, None)?;
    let covariance = fit.covariance(&x, robust, clusters)?;
    Ok((cells, tested(&all, &fit.coefficients, &covariance)[3].clone()))
}

/// A panel: outcome, treatment and covariates by unit and time.
pub struct Panel<'a> {
    /// Outcome.
    pub y: &'a [f64],
    /// Treatment.
    pub d: &'a [f64],
    /// Further covariates; no intercept.
    pub x: &'a Matrix,
    /// Their names.
    pub names: &'a [String],
    /// Unit of each row, from 0.
    pub unit: &'a [u32],
    /// Units.
    pub units: usize,
    /// Time of each row, from 0 in order.
    pub time: &'a [u32],
    /// Times.
    pub times: usize,
    /// Weights.
    pub weights: Option<&'a [f64]>,
}

impl Panel<'_> {
    /// Takes unit and time means out of a column, weighted, until nothing is left of them.
    fn within(&self, column: &[f64]) -> Vec<f64> {
        let w = |i: usize| self.weights.map_or(1.0, |w| w[i]);
        let (mut unit_weight, mut time_weight) = (vec![0.0; self.units], vec![0.0; self.times]);
        for i in 0..column.len() {
            unit_weight[self.unit[i] as usize] += w(i);
            time_weight[self.time[i] as usize] += w(i);
        }
        let mut out = column.to_vec();
        let size = column.iter().fold(0.0f64, |m, v| m.max(v.abs())).max(1e-300);
        let mut time_mean = vec![0.0; self.times];
        for _ in 0..10_000 {
            let mut unit_mean = vec![0.0; self.units];
            for i in 0..out.len() {
                out[i] -= time_mean[self.time[i] as usize];
                unit_mean[self.unit[i] as usize] += w(i) * out[i];
            }
            for (mean, weight) in unit_mean.iter_mut().zip(&unit_weight) {
                *mean /= weight;
            }
            time_mean.fill(0.0);
            for i in 0..out.len() {
                out[i] -= unit_mean[self.unit[i] as usize];
                time_mean[self.time[i] as usize] += w(i) * out[i];
            }
            for (mean, weight) in time_mean.iter_mut().zip(&time_weight) {
                *mean /= weight;
            }
            if time_mean.iter().fold(0.0f64, |m, v| m.max(v.abs())) <= 1e-13 * size {
                break;
            }
        }
        out
    }

    /// Two-way fixed effects. The number of parameters counts the effects of units and times.
    ///
    /// # Errors
    /// A treatment that does not vary within, or what the fit may say.
    pub fn two_way(&self, treatment: &str, robust: Robust, clusters: &[Clusters]) -> Result<(Tested, usize), Failure> {
        let n = self.y.len();
        let mut names = vec![treatment.to_owned()];
        names.extend(self.names.iter().cloned());
        let raw: Vec<&[f64]> = std::iter::once(self.d).chain((0..self.x.width()).map(|j| self.x.column(j))).collect();
        let mut all: Vec<Vec<f64>> = raw.par_iter().chain([&self.y]).map(|column| self.within(column)).collect();
        let y = all.pop().unwrap_or_default();
        for ((column, own), name) in raw.iter().zip(&all).zip(&names) {
            let (left, all): (f64, f64) = (own.iter().map(|v| v * v).sum(), column.iter().map(|v| v * v).sum());
            if left <= 1e-18 * all || left == 0.0 {
                return Err(Failure::Cannot(statistics::said!(
                    "»{name}« varierer ikke inden for enheder ud over det, alle har til fælles: dens effekt kan ikke skilles fra deres",
                    "\"{name}\" does not vary within units beyond what every unit shares: its effect cannot be told from theirs"
                )));
            }
        }
        let (mut last, mut varied) = (vec![f64::NAN; self.units], vec![false; self.units]);
        for (unit, d) in self.unit.iter().map(|u| *u as usize).zip(self.d) {
            varied[unit] |= !last[unit].is_nan() && last[unit] != *d;
            last[unit] = *d;
        }
        if varied.iter().filter(|v| **v).count() == 1 {
            return Err(Failure::Cannot(statistics::said!(
                "\"{treatment}\" skifter kun i en enhed: usikkerheden kan ikke findes; prøv effects scm",
                "\"{treatment}\" changes in one unit only: its error cannot be told; try effects scm"
            )));
        }
        let x = Matrix::new(n, all);
        let absorbed = self.units + self.times - 1;
        let k = absorbed + names.len();
        if n <= k {
            return Err(Failure::TooFew {
                rows: n,
                needed: statistics::said!(
                    "{k} koefficienter, enheders og tiders iblandt",
                    "{k} coefficients, those of units and times among them"
                ),
            });
        }
        let mut fit = least_squares(&x, &names, &y, self.weights)?;
        let df = (n - k) as f64;
        fit.sigma *= (fit.df / df).sqrt();
        fit.df = df;
        if matches!(robust, Robust::Hc2 | Robust::Hc3 | Robust::Cr2 | Robust::Cr3) {
            self.whole_leverage(&mut fit, robust)?;
        }
        let covariance = fit.covariance(&x, robust, clusters)?;
        Ok((tested(&names, &fit.coefficients, &covariance)[0].clone(), k))
    }

    /// Leverage of the whole design, with units and times: only for balanced panels, where it has a short form.
    fn whole_leverage(&self, fit: &mut LeastSquares, robust: Robust) -> Result<(), Failure> {
        if matches!(robust, Robust::Cr2 | Robust::Cr3)
            || self.weights.is_some()
            || self.y.len() != self.units * self.times
        {
            return Err(Failure::Cannot(statistics::said!(
                "{} med effekter af enhed og tid kræver et fuldt panel uden vægte og HC-fejl; brug HC1 eller CR1",
                "{} with two-way effects needs a balanced panel without weights and HC errors; use HC1 or CR1",
                robust.code()
            )));
        }
        let own = 1.0 / self.times as f64 + 1.0 / self.units as f64 - 1.0 / self.y.len() as f64;
        fit.leverage.iter_mut().for_each(|h| *h += own);
        Ok(())
    }

    /// First differences within units, with an intercept for each later period.
    ///
    /// # Errors
    /// As [`Panel::two_way`].
    pub fn first_difference(
        &self,
        treatment: &str,
        robust: Robust,
        clusters: &[Clusters],
    ) -> Result<(Tested, usize), Failure> {
        let mut by_unit: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for i in 0..self.y.len() {
            by_unit.entry(self.unit[i]).or_default().push(i);
        }
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for rows in by_unit.values_mut() {
            rows.sort_by_key(|i| self.time[*i]);
            // A missing period breaks the chain: only neighbours are held against each other.
            pairs.extend(rows.windows(2).filter(|p| self.time[p[1]] == self.time[p[0]] + 1).map(|p| (p[0], p[1])));
        }
        let n = pairs.len();
        let difference = |column: &[f64]| pairs.iter().map(|(a, b)| column[*b] - column[*a]).collect::<Vec<f64>>();
        let mut names: Vec<String> = Vec::new();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for t in 1..self.times {
            let own: Vec<f64> = pairs.iter().map(|(_, b)| f64::from(u8::from(self.time[*b] as usize == t))).collect();
            if own.iter().any(|v| *v > 0.0) {
                columns.push(own);
                names.push(format!("time={t}"));
            }
        }
        let place = names.len();
        names.push(treatment.to_owned());
        columns.push(difference(self.d));
        for j in 0..self.x.width() {
            names.push(self.names[j].clone());
            columns.push(difference(self.x.column(j)));
        }
        let x = Matrix::new(n, columns);
        let w: Option<Vec<f64>> = self.weights.map(|w| pairs.iter().map(|(_, b)| w[*b]).collect());
        let fit = least_squares(&x, &names, &difference(self.y), w.as_deref())?;
        let own: Vec<Clusters> = clusters
            .iter()
            .map(|c| Clusters { of_row: pairs.iter().map(|(_, b)| c.of_row[*b]).collect(), count: c.count })
            .collect();
        let covariance = fit.covariance(&x, robust, &own)?;
        Ok((tested(&names, &fit.coefficients, &covariance)[place].clone(), names.len()))
    }
}

/// Which units stand in for those not treated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Those never treated.
    Never,
    /// Those never treated or not yet treated.
    NotYet,
}

/// The effect on one cohort at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupTime {
    /// First treated period.
    pub cohort: f64,
    /// Time.
    pub time: f64,
    /// Estimate and error.
    pub effect: Tested,
}

/// Staggered starts.
#[derive(Clone, Debug)]
pub struct EventStudy {
    /// Units.
    pub units: usize,
    /// Every cohort and time.
    pub group_time: Vec<GroupTime>,
    /// Mean of the treated cells, by the size of cohorts.
    pub simple: Tested,
    /// By time since the start.
    pub dynamic: Vec<(f64, Tested)>,
    /// Mean over time since the start from 0 on.
    pub overall: Tested,
    /// That all effects before the start are 0: statistic, degrees of freedom, p.
    pub pre_trend: Option<(f64, usize, f64)>,
    /// What could not be used.
    pub left_out: LeftOut,
}

/// What staggered starts leave out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeftOut {
    /// Units that start in the first period or before: nothing is seen of them without treatment.
    pub from_first: usize,
    /// Cohorts of one unit: they have no error.
    pub alone: Vec<f64>,
    /// Cells without two units to compare with.
    pub cells: usize,
    /// Nobody is never treated: the last cohort is compared with, and nothing is told from its start on.
    pub compared_with: Option<f64>,
}

/// Group-time effects without covariates. Before the start each period is held against the one before it, after it
/// against the last before the start.
///
/// # Errors
/// No cohort, no controls, or a unit that is not seen in every period.
pub fn event_study(
    y: &[f64],
    unit: &[u32],
    units: usize,
    time: &[f64],
    cohort: &[f64],
    control: Control,
    names: (&str, &str),
) -> Result<EventStudy, Failure> {
    let mut times: Vec<f64> = time.to_vec();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let mut table = vec![vec![f64::NAN; times.len()]; units];
    let mut start = vec![f64::NAN; units];
    for i in 0..y.len() {
        let (u, t) = (unit[i] as usize, times.partition_point(|t| *t < time[i]));
        if !table[u][t].is_nan() {
            return Err(Failure::Value {
                column: names.0.to_owned(),
                row: i + 1,
                what: statistics::said!("enheden er set to gange ved {}", "the unit is seen twice at {}", time[i]),
            });
        }
        table[u][t] = y[i];
        // A start after the last period is none that is seen.
        let last = times[times.len() - 1];
        let own = if cohort[i].is_nan() || cohort[i] == 0.0 || cohort[i] > last { f64::INFINITY } else { cohort[i] };
        if !start[u].is_nan() && start[u] != own {
            return Err(Failure::Value {
                column: names.1.to_owned(),
                row: i + 1,
                what: statistics::said!("enheden har to forskellige begyndelser", "the unit has two different starts"),
            });
        }
        start[u] = own;
    }
    let gaps = table.iter().filter(|row| row.iter().any(|v| v.is_nan())).count();
    if gaps > 0 {
        return Err(Failure::Cannot(statistics::said!(
            "{gaps} af {units} enheder er ikke set i alle perioder: udelad dem eller de perioder, der mangler dem",
            "{gaps} of {units} units are not seen in every period: leave them out, or the periods that lack them"
        )));
    }
    let mut left_out = LeftOut::default();
    let used: Vec<usize> = (0..units).filter(|u| start[*u] > times[0]).collect();
    left_out.from_first = units - used.len();
    let table: Vec<Vec<f64>> = used.iter().map(|u| std::mem::take(&mut table[*u])).collect();
    let mut start: Vec<f64> = used.iter().map(|u| start[*u]).collect();
    let units = used.len();
    if control == Control::NotYet && !start.iter().any(|g| g.is_infinite()) {
        // As Callaway and Sant'Anna's own program does.
        let last = start.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        start.iter_mut().filter(|g| **g == last).for_each(|g| *g = f64::INFINITY);
        times.retain(|t| *t < last);
        left_out.compared_with = last.is_finite().then_some(last);
    }
    let mut cohorts: Vec<f64> = start.iter().copied().filter(|g| g.is_finite()).collect();
    cohorts.sort_by(f64::total_cmp);
    cohorts.dedup();
    let size = |g: &f64| start.iter().filter(|s| *s == g).count();
    if cohorts.iter().any(|g| size(g) > 1) {
        (left_out.alone, cohorts) = cohorts.into_iter().partition(|g| size(g) == 1);
    }
    if let (true, Some(last)) = (cohorts.is_empty(), left_out.compared_with) {
        return Err(Failure::Cannot(statistics::said!(
            "alle enheder begynder ved {last}: der er ingen at sammenligne med",
            "every unit starts at {last}: there is nobody to compare with"
        )));
    }
    if cohorts.is_empty() {
        return Err(Failure::Cannot(statistics::said!(
            "ingen enhed begynder efter den første periode: der er intet før at holde den op mod",
            "no unit starts after the first period: there is no before to hold it against"
        )));
    }
    let n = units as f64;
    let mut cells: Vec<(f64, f64, f64, Vec<f64>)> = Vec::new();
    for g in &cohorts {
        let first = times.partition_point(|t| t < g);
        for t in 1..times.len() {
            let base = if times[t] >= *g { first - 1 } else { t - 1 };
            let is_control = |u: usize| match control {
                Control::Never => start[u].is_infinite(),
                Control::NotYet => start[u] > times[t].max(times[base]) && start[u] != *g,
            };
            let change = |u: usize| table[u][t] - table[u][base];
            let treated: Vec<usize> = (0..units).filter(|u| start[*u] == *g).collect();
            let controls: Vec<usize> = (0..units).filter(|u| is_control(*u)).collect();
            if treated.len() < 2 {
                return Err(Failure::TooFew {
                    rows: treated.len(),
                    needed: statistics::said!(
                        "en usikkerhed for dem, der begynder ved {g}: der skal være to enheder",
                        "an error for those who start at {g}: there must be two units"
                    ),
                });
            }
            if controls.len() < 2 && control == Control::NotYet {
                left_out.cells += 1;
                continue;
            }
            if controls.len() < 2 {
                return Err(Failure::TooFew {
                    rows: controls.len(),
                    needed: statistics::said!(
                        "en sammenligning for dem, der begynder ved {g}, ved {}",
                        "a comparison for those who start at {g}, at {}",
                        times[t]
                    ),
                });
            }
            let mean = |all: &[usize]| all.iter().map(|u| change(*u)).sum::<f64>() / all.len() as f64;
            let (m1, m0) = (mean(&treated), mean(&controls));
            let mut influence = vec![0.0; units];
            treated.iter().for_each(|u| influence[*u] += n / treated.len() as f64 * (change(*u) - m1));
            controls.iter().for_each(|u| influence[*u] -= n / controls.len() as f64 * (change(*u) - m0));
            cells.push((*g, times[t], m1 - m0, influence));
        }
    }
    let error = |influence: &[f64]| (influence.iter().map(|v| v * v).sum::<f64>() / n / n).sqrt();
    let share: BTreeMap<u64, f64> =
        cohorts.iter().map(|g| (g.to_bits(), start.iter().filter(|s| *s == g).count() as f64 / n)).collect();
    // Means weighted by the size of cohorts, whose shares are estimated as well.
    let weighted = |own: &[&(f64, f64, f64, Vec<f64>)]| -> (f64, Vec<f64>) {
        let total: f64 = own.iter().map(|c| share[&c.0.to_bits()]).sum();
        let estimate = own.iter().map(|c| share[&c.0.to_bits()] * c.2).sum::<f64>() / total;
        let mut influence = vec![0.0; units];
        for cell in own {
            let p = share[&cell.0.to_bits()];
            for u in 0..units {
                let in_cohort = f64::from(u8::from(start[u] == cell.0)) - p;
                influence[u] += p / total * cell.3[u] + in_cohort * (cell.2 - estimate) / total;
            }
        }
        (estimate, influence)
    };
    let named =
        |name: String, estimate: f64, influence: &[f64]| Tested::new(name, estimate, error(influence), f64::INFINITY);
    let post: Vec<_> = cells.iter().filter(|c| c.1 >= c.0).collect();
    if post.is_empty() {
        return Err(Failure::Cannot(statistics::said!(
            "ingen enhed begynder, mens den ses: der er intet efter",
            "no unit starts while it is seen: there is no after"
        )));
    }
    let (simple, simple_influence) = weighted(&post);
    let mut since: Vec<f64> = cells.iter().map(|c| c.1 - c.0).collect();
    since.sort_by(f64::total_cmp);
    since.dedup();
    let mut dynamic = Vec::new();
    let (mut overall, mut overall_influence, mut after) = (0.0, vec![0.0; units], 0.0);
    for e in since {
        let own: Vec<_> = cells.iter().filter(|c| c.1 - c.0 == e).collect();
        let (estimate, influence) = weighted(&own);
        if e >= 0.0 {
            after += 1.0;
            overall += estimate;
            overall_influence.iter_mut().zip(&influence).for_each(|(a, b)| *a += b);
        }
        dynamic.push((e, named(format!("{e}"), estimate, &influence)));
    }
    overall /= after;
    overall_influence.iter_mut().for_each(|v| *v /= after);
    let pre: Vec<_> = cells.iter().filter(|c| c.1 < c.0).collect();
    let pre_trend = joint(&pre, n);
    Ok(EventStudy {
        units,
        left_out,
        simple: named("simple".to_owned(), simple, &simple_influence),
        overall: named("overall".to_owned(), overall, &overall_influence),
        dynamic,
        pre_trend,
        group_time: cells
            .iter()
            .map(|c| GroupTime { cohort: c.0, time: c.1, effect: named(format!("{},{}", c.0, c.1), c.2, &c.3) })
            .collect(),
    })
}

/// Joint test that cells are 0.
fn joint(cells: &[&(f64, f64, f64, Vec<f64>)], n: f64) -> Option<(f64, usize, f64)> {
    let k = cells.len();
    let mut v = Matrix::zeros(k, k);
    for a in 0..k {
        for b in 0..k {
            let sum: f64 = cells[a].3.iter().zip(&cells[b].3).map(|(x, y)| x * y).sum();
            v.set(a, b, sum / n / n);
        }
    }
    let factor = statistics::Cholesky::new(&v).ok()?;
    let estimates: Vec<f64> = cells.iter().map(|c| c.2).collect();
    let chi: f64 = estimates.iter().zip(factor.solve(&estimates)).map(|(e, s)| e * s).sum();
    (k > 0).then(|| (chi, k, statistics::distribution::chi_square_upper(chi, k as f64)))
}
