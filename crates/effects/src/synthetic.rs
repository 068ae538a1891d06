//! Synthetic control and synthetic difference in differences.
//!
//! Sources: Abadie, Diamond and Hainmueller (2010); Arkhangelsky and others (2021). Weights come from exact quadratic
//! programmes on the simplex.

use statistics::{Cholesky, Failure, Matrix};

/// Outcomes by unit and time, complete, with the treated unit and its first treated time.
#[derive(Clone, Debug)]
pub struct Table {
    /// Units, in the order met.
    pub units: Vec<String>,
    /// Times, in order.
    pub times: Vec<f64>,
    /// Outcome of each unit at each time.
    pub y: Vec<Vec<f64>>,
    /// The treated.
    pub treated: usize,
    /// First treated time, by its place.
    pub first: usize,
}

impl Table {
    /// From long rows.
    ///
    /// # Errors
    /// A unit that is missing at a time or seen twice, no such unit, or nothing before or after.
    pub fn new(
        y: &[f64],
        unit: &[u32],
        units: Vec<String>,
        time: &[f64],
        treated: &str,
        from: f64,
        column: &str,
    ) -> Result<Self, Failure> {
        let mut times = time.to_vec();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let mut table = vec![vec![f64::NAN; times.len()]; units.len()];
        for i in 0..y.len() {
            let place = &mut table[unit[i] as usize][times.partition_point(|t| *t < time[i])];
            if !place.is_nan() {
                return Err(Failure::Value {
                    column: column.to_owned(),
                    row: i + 1,
                    what: statistics::said!(
                        "{} er set to gange ved {}",
                        "{} is seen twice at {}",
                        units[unit[i] as usize],
                        time[i]
                    ),
                });
            }
            *place = y[i];
        }
        for (u, row) in table.iter().enumerate() {
            if let Some(t) = row.iter().position(|v| v.is_nan()) {
                return Err(Failure::Cannot(statistics::said!(
                    "{} er ikke set ved {}: udelad enheden eller de tidspunkter, der mangler den",
                    "{} is not seen at {}: leave the unit out, or the times that lack it",
                    units[u],
                    times[t]
                )));
            }
        }
        let found = units.iter().position(|u| u == treated).ok_or_else(|| {
            Failure::Asked(statistics::said!(
                "ingen enhed hedder »{treated}«; der er {}",
                "no unit is called \"{treated}\"; there are {}",
                units.join(", ")
            ))
        })?;
        let first = times.partition_point(|t| *t < from);
        if first < 2 || first >= times.len() {
            return Err(Failure::Cannot(statistics::said!(
                "behandling fra {from} giver {first} tidspunkter før og {} efter; der skal være to før og et efter",
                "treatment from {from} leaves {first} times before and {} after; there must be two before and one after",
                times.len() - first
            )));
        }
        if units.len() < 3 {
            return Err(Failure::TooFew {
                rows: units.len() - 1,
                needed: statistics::said!(
                    "en syntetisk kontrol: to andre enheder",
                    "a synthetic control: two other units"
                ),
            });
        }
        Ok(Self { units, times, y: table, treated: found, first })
    }

    fn donors(&self, treated: usize) -> Vec<usize> {
        (0..self.units.len()).filter(|u| *u != treated).collect()
    }

    /// Treated less the plain mean of the others, after less before.
    fn did(&self, treated: usize) -> f64 {
        let donors = self.donors(treated);
        let gap =
            |t: usize| self.y[treated][t] - donors.iter().map(|u| self.y[*u][t]).sum::<f64>() / donors.len() as f64;
        mean((self.first..self.times.len()).map(gap)) - mean((0..self.first).map(gap))
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for v in values {
        sum += v;
        n += 1.0;
    }
    sum / n
}

/// Weights `w ≥ 0` with sum 1 that minimise `½ wᵀ Q w − cᵀ w`, by active sets; `Q` positive definite.
///
/// # Errors
/// A search that does not end.
pub fn simplex(q: &Matrix, c: &[f64]) -> Result<Vec<f64>, Failure> {
    let n = c.len();
    // Begin at the best corner.
    let start =
        (0..n).min_by(|a, b| (0.5 * q.at(*a, *a) - c[*a]).total_cmp(&(0.5 * q.at(*b, *b) - c[*b]))).unwrap_or(0);
    let mut w = vec![0.0; n];
    w[start] = 1.0;
    let mut free = vec![start];
    let scale = (0..n).map(|i| q.at(i, i).abs()).fold(0.0, f64::max).max(1e-300);
    for _ in 0..50 * (n + 10) {
        // The best point of the face that the free weights span.
        let k = free.len();
        let mut face = Matrix::zeros(k, k);
        for a in 0..k {
            for b in 0..k {
                face.set(a, b, q.at(free[a], free[b]));
            }
        }
        let factor = Cholesky::new(&face).map_err(|_| {
            Failure::Cannot(statistics::said!(
                "to af de andre enheder er ens: udelad den ene",
                "two of the other units are the same: leave one out"
            ))
        })?;
        let own: Vec<f64> = free.iter().map(|i| c[*i]).collect();
        let (to_c, to_one) = (factor.solve(&own), factor.solve(&vec![1.0; k]));
        let mu = (to_c.iter().sum::<f64>() - 1.0) / to_one.iter().sum::<f64>();
        let best: Vec<f64> = to_c.iter().zip(&to_one).map(|(a, b)| a - mu * b).collect();
        if best.iter().all(|v| *v > 0.0) {
            free.iter().zip(&best).for_each(|(i, v)| w[*i] = *v);
            // Does any other weight want in?
            let slope = |i: usize| (0..n).map(|j| q.at(i, j) * w[j]).sum::<f64>() - c[i] + mu;
            let wanting = (0..n)
                .filter(|i| !free.contains(i))
                .map(|i| (i, slope(i)))
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .filter(|(_, s)| *s < -1e-11 * scale);
            match wanting {
                Some((i, _)) => free.push(i),
                None => return Ok(w),
            }
        } else {
            // Go as far as no weight is below 0; the one that gets there leaves.
            let mut step = 1.0f64;
            for (at, i) in free.iter().enumerate() {
                if best[at] <= 0.0 {
                    step = step.min(w[*i] / (w[*i] - best[at]));
                }
            }
            free.iter().zip(&best).for_each(|(i, v)| w[*i] += step * (v - w[*i]));
            free.retain(|i| w[*i] > 1e-14);
            (0..n).filter(|i| !free.contains(i)).collect::<Vec<_>>().into_iter().for_each(|i| w[i] = 0.0);
        }
    }
    Err(Failure::NotConverged {
        what: statistics::said!("søgningen efter vægte", "the search for weights"),
        steps: 50 * (n + 10),
    })
}

/// Weights of the columns of `a` that come closest to `b`, with a ridge on the weights.
fn closest(a: &Matrix, b: &[f64], ridge: f64) -> Result<Vec<f64>, Failure> {
    let mut q = a.gram(None);
    for i in 0..q.width() {
        q.set(i, i, q.at(i, i) + ridge);
    }
    simplex(&q, &a.transposed_times(b))
}

/// A synthetic control.
#[derive(Clone, Debug)]
pub struct Control {
    /// Weight of each other unit, largest first; those of nothing left out.
    pub weights: Vec<(String, f64)>,
    /// Root mean square of the gap before.
    pub pre_rmspe: f64,
    /// Mean gap after.
    pub att: f64,
    /// Gap at each time.
    pub gaps: Vec<(f64, f64)>,
    /// Root mean square gap after over that before.
    pub ratio: f64,
    /// Difference in differences against the plain mean of the others.
    pub did: f64,
}

fn control(table: &Table, treated: usize) -> Result<Control, Failure> {
    let donors = table.donors(treated);
    let pre = table.first;
    let a = Matrix::new(pre, donors.iter().map(|u| table.y[*u][..pre].to_vec()).collect());
    let squares: f64 = (0..donors.len()).map(|j| a.column(j).iter().map(|v| v * v).sum::<f64>()).sum();
    let w = closest(&a, &table.y[treated][..pre], 1e-10 * squares / donors.len() as f64)?;
    let gap = |t: usize| table.y[treated][t] - donors.iter().zip(&w).map(|(u, w)| w * table.y[*u][t]).sum::<f64>();
    let gaps: Vec<(f64, f64)> = (0..table.times.len()).map(|t| (table.times[t], gap(t))).collect();
    let rms = |part: &[(f64, f64)]| mean(part.iter().map(|(_, g)| g * g)).sqrt();
    let pre_rmspe = rms(&gaps[..pre]);
    let mut weights: Vec<(String, f64)> =
        donors.iter().zip(&w).filter(|(_, w)| **w > 1e-9).map(|(u, w)| (table.units[*u].clone(), *w)).collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(Control {
        weights,
        att: mean(gaps[pre..].iter().map(|(_, g)| *g)),
        ratio: rms(&gaps[pre..]) / pre_rmspe,
        pre_rmspe,
        gaps,
        did: table.did(treated),
    })
}

/// Synthetic control of the treated unit; where placebos are asked for, also of each other unit taken as treated.
///
/// # Errors
/// As the weights.
pub fn synthetic_control(table: &Table, placebo: bool) -> Result<(Control, Option<Vec<Control>>), Failure> {
    let own = control(table, table.treated)?;
    let others = placebo.then(|| table.donors(table.treated).into_iter().map(|u| control(table, u)).collect());
    Ok((own, others.transpose()?))
}

impl Control {
    /// Its rank among others by how much larger the gap became; 1 is the largest.
    pub fn rank(&self, others: &[Self]) -> usize {
        1 + others.iter().filter(|other| other.ratio > self.ratio).count()
    }
}

/// Synthetic difference in differences.
#[derive(Clone, Debug)]
pub struct Sdid {
    /// Effect.
    pub effect: f64,
    /// Standard deviation of the effect over the other units, each taken as treated; where placebos are asked for.
    pub std_error: Option<f64>,
    /// Plain difference in differences.
    pub did: f64,
    /// Size of the ridge on unit weights.
    pub zeta: f64,
    /// Weights of times before.
    pub time_weights: Vec<(f64, f64)>,
    /// Weights of units.
    pub unit_weights: Vec<(String, f64)>,
}

fn centred(columns: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    columns
        .into_iter()
        .map(|c| {
            let m = mean(c.iter().copied());
            c.into_iter().map(|v| v - m).collect()
        })
        .collect()
}

fn sdid_of(table: &Table, treated: usize, donors: &[usize]) -> Result<Sdid, Failure> {
    let (pre, all) = (table.first, table.times.len());
    let changes: Vec<f64> =
        donors.iter().flat_map(|u| (1..pre).map(move |t| table.y[*u][t] - table.y[*u][t - 1])).collect();
    let m = mean(changes.iter().copied());
    let sd = (changes.iter().map(|c| (c - m).powi(2)).sum::<f64>() / (changes.len() as f64 - 1.0)).sqrt();
    let zeta = ((all - pre) as f64).powf(0.25) * sd;
    let a = Matrix::new(pre, centred(donors.iter().map(|u| table.y[*u][..pre].to_vec()).collect()));
    let b = centred(vec![table.y[treated][..pre].to_vec()]).remove(0);
    let omega = closest(&a, &b, zeta * zeta * pre as f64)?;
    let over =
        Matrix::new(donors.len(), centred((0..pre).map(|t| donors.iter().map(|u| table.y[*u][t]).collect()).collect()));
    let after = |u: usize| mean((pre..all).map(|t| table.y[u][t]));
    let target = centred(vec![donors.iter().map(|u| after(*u)).collect()]).remove(0);
    let squares: f64 = (0..pre).map(|j| over.column(j).iter().map(|v| v * v).sum::<f64>()).sum();
    let lambda = closest(&over, &target, 1e-10 * squares / pre as f64)?;
    let change = |u: usize| after(u) - (0..pre).map(|t| lambda[t] * table.y[u][t]).sum::<f64>();
    let effect = change(treated) - donors.iter().zip(&omega).map(|(u, w)| w * change(*u)).sum::<f64>();
    let mut unit_weights: Vec<(String, f64)> =
        donors.iter().zip(&omega).filter(|(_, w)| **w > 1e-9).map(|(u, w)| (table.units[*u].clone(), *w)).collect();
    unit_weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(Sdid {
        effect,
        std_error: None,
        did: table.did(treated),
        zeta,
        time_weights: (0..pre).filter(|t| lambda[*t] > 1e-9).map(|t| (table.times[t], lambda[t])).collect(),
        unit_weights,
    })
}

/// The effect with weights of units and times, each with an intercept.
///
/// # Errors
/// As the weights.
pub fn synthetic_did(table: &Table, placebo: bool) -> Result<Sdid, Failure> {
    let donors = table.donors(table.treated);
    if placebo && donors.len() < 3 {
        return Err(Failure::TooFew {
            rows: donors.len(),
            needed: statistics::said!("placebo: tre andre enheder", "placebos: three other units"),
        });
    }
    let mut own = sdid_of(table, table.treated, &donors)?;
    if placebo {
        let mut effects = Vec::new();
        for u in &donors {
            let others: Vec<usize> = donors.iter().copied().filter(|o| o != u).collect();
            effects.push(sdid_of(table, *u, &others)?.effect);
        }
        let m = mean(effects.iter().copied());
        own.std_error =
            Some((effects.iter().map(|e| (e - m).powi(2)).sum::<f64>() / (effects.len() as f64 - 1.0)).sqrt());
    }
    Ok(own)
}
