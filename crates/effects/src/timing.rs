//! Timing of events: the effect of a treatment that begins during the spell, where those who get it differ in ways not
//! seen. Both hazards are proportional, constant in segments, and share masses of unobserved levels.
//!
//! Sources: Abbring and van den Berg (2003); Heckman and Singer (1984) for the masses.

use crate::cox::{Cox, CoxFit, Ties};
use rayon::prelude::*;
use statistics::optimise::{Lowest, bfgs};
use statistics::{Cholesky, Failure, Matrix, Tested};

/// Spells with a treatment during some of them.
#[derive(Clone, Debug)]
pub struct Timed {
    /// Time of exit or of being lost from sight.
    pub time: Vec<f64>,
    /// Whether it was an exit.
    pub event: Vec<bool>,
    /// When treatment began, where it did before the end.
    pub treated_at: Vec<Option<f64>>,
}

impl Timed {
    /// Cut at a horizon; a treatment at or after the end of the spell has not begun.
    pub fn new(time: &[f64], event: &[bool], treated_at: &[f64], horizon: Option<f64>) -> Self {
        let end = horizon.unwrap_or(f64::INFINITY);
        let cut: Vec<f64> = time.iter().map(|t| t.min(end)).collect();
        Self {
            event: event.iter().zip(time).map(|(e, t)| *e && *t <= end).collect(),
            treated_at: treated_at.iter().zip(&cut).map(|(at, t)| (!at.is_nan() && at < t).then_some(*at)).collect(),
            time: cut,
        }
    }
}

/// A mass of the unobserved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mass {
    /// Level of the exit hazard.
    pub exit: f64,
    /// Level of the treatment hazard.
    pub treatment: f64,
    /// Share.
    pub probability: f64,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Log of what treatment does to the exit hazard.
    pub delta: Tested,
    /// Covariates of exit, and of treatment.
    pub exit: Vec<Tested>,
    /// Of treatment.
    pub treatment: Vec<Tested>,
    /// Log hazards of segments 2 … against the first: exit, treatment.
    pub exit_segments: Vec<Tested>,
    /// Of treatment.
    pub treatment_segments: Vec<Tested>,
    /// Masses, largest first.
    pub masses: Vec<Mass>,
    /// Log likelihood.
    pub log_likelihood: f64,
    /// Without masses, for comparison.
    pub log_likelihood_one: f64,
    /// The treatment in a Cox model, where who gets it is taken as drawn.
    pub naive: Tested,
    /// Treated.
    pub n_treated: usize,
    /// Steps, the steepest slope left, and how many of the starts ended at the same height.
    pub convergence: (usize, f64, usize, usize),
}

struct Person {
    /// Time in each segment before treatment, and after it.
    before: Vec<f64>,
    after: Vec<f64>,
    event: Option<usize>,
    treated: Option<usize>,
}

struct Model {
    people: Vec<Person>,
    x: Vec<Vec<f64>>,
    k: usize,
    segments: usize,
    masses: usize,
}

/// An effect, or an error, on the log scale that no data carry.
const RUNAWAY: f64 = 100.0;

/// Blocks of persons summed in order, whatever the threads.
const BLOCK: usize = 1024;

impl Model {
    /// δ, β exit, β treatment, segments exit, segments treatment, levels exit, levels treatment, log odds of masses.
    fn size(&self) -> usize {
        1 + 2 * self.k + 2 * (self.segments - 1) + 3 * self.masses - 1
    }

    /// Log likelihood and its slope.
    fn value(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let (k, s, m) = (self.k, self.segments, self.masses);
        let delta = at[0];
        let (be, bs) = (&at[1..=k], &at[(1 + k)..=(2 * k)]);
        let place = 1 + 2 * k;
        let level = |from: usize, i: usize| if i == 0 { 0.0 } else { at[from + i - 1] };
        let le: Vec<f64> = (0..s).map(|i| level(place, i)).collect();
        let ls: Vec<f64> = (0..s).map(|i| level(place + s - 1, i)).collect();
        let place_ve = place + 2 * (s - 1);
        let (ve, vs) = (&at[place_ve..place_ve + m], &at[place_ve + m..place_ve + 2 * m]);
        let odds: Vec<f64> = (0..m).map(|i| if i == 0 { 0.0 } else { at[place_ve + 2 * m + i - 1] }).collect();
        let top = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = odds.iter().map(|o| (o - top).exp()).sum();
        let log_p: Vec<f64> = odds.iter().map(|o| o - top - total.ln()).collect();
        let (exp_le, exp_ls): (Vec<f64>, Vec<f64>) =
            (le.iter().map(|l| l.exp()).collect(), ls.iter().map(|l| l.exp()).collect());
        let lift = delta.exp();
        let parts: Vec<(f64, Vec<f64>)> = self
            .people
            .par_chunks(BLOCK)
            .enumerate()
            .map(|(block, people)| {
                let mut sum = 0.0;
                let mut slope = vec![0.0; at.len()];
                let mut logs = vec![0.0; m];
                for (at_in, person) in people.iter().enumerate() {
                    let x = &self.x[block * BLOCK + at_in];
                    let xe: f64 = x.iter().zip(be).map(|(x, b)| x * b).sum();
                    let xs: f64 = x.iter().zip(bs).map(|(x, b)| x * b).sum();
                    let base_before: f64 = exp_le.iter().zip(&person.before).map(|(l, t)| l * t).sum();
                    let base_after: f64 = lift * exp_le.iter().zip(&person.after).map(|(l, t)| l * t).sum::<f64>();
                    let base_s: f64 = exp_ls.iter().zip(&person.before).map(|(l, t)| l * t).sum();
                    let (event, treated) =
                        (f64::from(u8::from(person.event.is_some())), f64::from(u8::from(person.treated.is_some())));
                    for i in 0..m {
                        let he = (ve[i] + xe).exp() * (base_before + base_after);
                        let hs = (vs[i] + xs).exp() * base_s;
                        let jump = person.event.map_or(0.0, |g| ve[i] + xe + le[g] + delta * treated);
                        let start = person.treated.map_or(0.0, |g| vs[i] + xs + ls[g]);
                        logs[i] = log_p[i] + jump - he + start - hs;
                    }
                    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let own: f64 = logs.iter().map(|l| (l - top).exp()).sum();
                    sum += top + own.ln();
                    for i in 0..m {
                        let q = (logs[i] - top).exp() / own;
                        let (re, rs) = ((ve[i] + xe).exp(), (vs[i] + xs).exp());
                        let (left_e, left_s) = (event - re * (base_before + base_after), treated - rs * base_s);
                        slope[0] += q * (event * treated - re * base_after);
                        for j in 0..k {
                            slope[1 + j] += q * left_e * x[j];
                            slope[1 + k + j] += q * left_s * x[j];
                        }
                        for g in 1..s {
                            let here_e = exp_le[g] * (person.before[g] + lift * person.after[g]);
                            let here_s = exp_ls[g] * person.before[g];
                            slope[place + g - 1] += q * (f64::from(u8::from(person.event == Some(g))) - re * here_e);
                            slope[place + s - 1 + g - 1] +=
                                q * (f64::from(u8::from(person.treated == Some(g))) - rs * here_s);
                        }
                        slope[place_ve + i] += q * left_e;
                        slope[place_ve + m + i] += q * left_s;
                        if i > 0 {
                            slope[place_ve + 2 * m + i - 1] += q - log_p[i].exp();
                        }
                    }
                }
                (sum, slope)
            })
            .collect();
        let mut slope = vec![0.0; at.len()];
        let mut sum = 0.0;
        for (part, own) in parts {
            sum += part;
            slope.iter_mut().zip(own).for_each(|(a, b)| *a += b);
        }
        (sum, slope)
    }

    fn search(&self, start: &[f64]) -> Lowest {
        let n = self.people.len() as f64;
        bfgs(
            |at| {
                let (value, slope) = self.value(at);
                (-value / n, slope.iter().map(|s| -s / n).collect())
            },
            start,
            1e-8,
            2000,
        )
    }
}

/// Fit. `bounds` are the starts of segments, the last open.
///
/// # Errors
/// No exit or no treatment in a segment, a model without an end, or a search that does not end.
pub fn timing(timed: &Timed, x: &Matrix, names: &[String], bounds: &[f64], masses: usize) -> Result<Timing, Failure> {
    let (n, k) = (timed.time.len(), x.width());
    for j in 0..k {
        if x.column(j).iter().all(|v| *v == x.at(0, j)) {
            return Err(Failure::Constant { column: names[j].clone() });
        }
    }
    let rising = bounds.windows(2).all(|w| w[1] > w[0]) && bounds.iter().all(|b| b.is_finite());
    if bounds.first() != Some(&0.0) || !rising {
        return Err(Failure::Cannot(statistics::said!(
            "segmenter skal være stigende begyndelser fra 0, som 0,13,26,52",
            "segments must be rising starts from 0, as 0,13,26,52"
        )));
    }
    let segments = bounds.len();
    let segment = |t: f64| bounds.partition_point(|b| *b < t).saturating_sub(1);
    let within = |from: f64, to: f64| -> Vec<f64> {
        (0..segments)
            .map(|g| {
                let end = bounds.get(g + 1).copied().unwrap_or(f64::INFINITY);
                (to.min(end) - from.max(bounds[g])).max(0.0)
            })
            .collect()
    };
    let people: Vec<Person> = (0..n)
        .map(|i| {
            let (t, at) = (timed.time[i], timed.treated_at[i]);
            Person {
                before: within(0.0, at.unwrap_or(t)),
                after: at.map_or_else(|| vec![0.0; segments], |at| within(at, t)),
                event: timed.event[i].then(|| segment(t)),
                treated: at.map(segment),
            }
        })
        .collect();
    for g in 0..segments {
        let to = bounds.get(g + 1).map_or_else(String::new, f64::to_string);
        if !people.iter().any(|p| p.event == Some(g)) || !people.iter().any(|p| p.treated == Some(g)) {
            return Err(Failure::Cannot(statistics::said!(
                "ingen går ud, eller ingen begynder behandling, fra {} til {to}: læg segmentet sammen med et naboled",
                "nobody leaves, or nobody begins treatment, from {} to {to}: join the segment with a neighbour",
                bounds[g]
            )));
        }
    }
    let rows: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let mut row = vec![0.0; k];
            x.row_into(i, &mut row);
            row
        })
        .collect();
    // One mass first: it has one top, and says where to begin with more.
    let one = Model { people, x: rows, k, segments, masses: 1 };
    let (events, exposure): (f64, f64) =
        (one.people.iter().filter(|p| p.event.is_some()).count() as f64, timed.time.iter().sum());
    let starts_of = one.people.iter().filter(|p| p.treated.is_some()).count() as f64;
    let before: f64 = one.people.iter().map(|p| p.before.iter().sum::<f64>()).sum();
    let mut start = vec![0.0; one.size()];
    let place_ve = 1 + 2 * k + 2 * (segments - 1);
    start[place_ve] = (events / exposure).ln();
    start[place_ve + 1] = (starts_of / before).ln();
    let single = one.search(&start);
    let model = Model { masses, ..one };
    let shared = &single.at[..place_ve];
    let (ve, vs) = (single.at[place_ve], single.at[place_ve + 1]);
    let mut best: Option<Lowest> = None;
    let mut ends: Vec<f64> = Vec::new();
    // Masses apart in both directions, and with either sign of their connection.
    let spreads: &[(f64, f64)] =
        if masses == 1 { &[(0.0, 0.0)] } else { &[(0.6, 0.6), (0.6, -0.6), (1.2, 0.3), (0.3, -1.2), (1.0, 1.0)] };
    for (de, ds) in spreads {
        let mut start = shared.to_vec();
        let place = |i: usize| if masses == 1 { 0.0 } else { 1.0 - 2.0 * i as f64 / (masses as f64 - 1.0) };
        start.extend((0..masses).map(|i| ve + de * place(i)));
        start.extend((0..masses).map(|i| vs + ds * place(i)));
        start.extend((1..masses).map(|_| 0.0));
        let found = model.search(&start);
        ends.push(found.value);
        if best.as_ref().is_none_or(|b| found.value < b.value) {
            best = Some(found);
        }
    }
    let best = best.ok_or_else(|| Failure::Cannot(statistics::said!("der er intet sted at begynde", "no start")))?;
    if !best.converged && best.steps >= 2000 {
        return Err(Failure::NotConverged { what: statistics::said!("søgningen", "the search"), steps: best.steps });
    }
    let same = ends.iter().filter(|v| (**v - best.value).abs() < 1e-6).count();
    finish(timed, x, names, &model, &single, &best, (same, ends.len()))
}

fn finish(
    timed: &Timed,
    x: &Matrix,
    names: &[String],
    model: &Model,
    single: &Lowest,
    best: &Lowest,
    (same, starts): (usize, usize),
) -> Result<Timing, Failure> {
    let (k, s, m) = (model.k, model.segments, model.masses);
    let at = &best.at;
    let (log_likelihood, slope) = model.value(at);
    // Curvature from differences of the slope.
    let size = at.len();
    let mut information = Matrix::zeros(size, size);
    let mut there = at.clone();
    for i in 0..size {
        let h = 1e-5 * (1.0 + at[i].abs());
        there[i] = at[i] + h;
        let up = model.value(&there).1;
        there[i] = at[i] - h;
        let down = model.value(&there).1;
        there[i] = at[i];
        for j in 0..size {
            information.set(i, j, (down[j] - up[j]) / (2.0 * h));
        }
    }
    let symmetric = Matrix::zeros(size, size).plus(&information, 0.5).plus(&information.transposed(), 0.5);
    let covariance = Cholesky::new(&symmetric)
        .map_err(|_| {
            Failure::Cannot(statistics::said!(
                "data kan ikke skelne {m} masser: sandsynligheden har ingen enkelt top; prøv færre --masses",
                "the data do not tell {m} masses apart: the likelihood has no single top; try fewer --masses"
            ))
        })?
        .inverse();
    let one = |name: String, i: usize| Tested::new(name, at[i], covariance.at(i, i).max(0.0).sqrt(), f64::INFINITY);
    let place = 1 + 2 * k;
    let place_ve = place + 2 * (s - 1);
    let delta = one("delta".to_owned(), 0);
    if !(delta.std_error < RUNAWAY && delta.estimate.abs() < RUNAWAY) {
        return Err(Failure::Cannot(statistics::said!(
            "effekten løber løbsk: med {m} masser bærer data den ikke; prøv færre --masses eller segmenter",
            "the effect runs away: with {m} masses the data do not carry it; try fewer --masses or segments"
        )));
    }
    let odds: Vec<f64> = (0..m).map(|i| if i == 0 { 0.0 } else { at[place_ve + 2 * m + i - 1] }).collect();
    let total: f64 = odds.iter().map(|o| o.exp()).sum();
    let mut masses: Vec<Mass> = (0..m)
        .map(|i| Mass { exit: at[place_ve + i], treatment: at[place_ve + m + i], probability: odds[i].exp() / total })
        .collect();
    masses.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let n = model.people.len() as f64;
    let steepest = slope.iter().fold(0.0f64, |m, v| m.max(v.abs())) / n;
    Ok(Timing {
        delta,
        exit: (0..k).map(|j| one(names[j].clone(), 1 + j)).collect(),
        treatment: (0..k).map(|j| one(names[j].clone(), 1 + k + j)).collect(),
        exit_segments: (1..s).map(|g| one(format!("segment={}", g + 1), place + g - 1)).collect(),
        treatment_segments: (1..s).map(|g| one(format!("segment={}", g + 1), place + s - 1 + g - 1)).collect(),
        masses,
        log_likelihood,
        log_likelihood_one: -single.value * n,
        naive: naive(timed, x, names)?,
        n_treated: timed.treated_at.iter().flatten().count(),
        convergence: (best.steps, steepest, same, starts),
    })
}

/// Cox with the treatment switching on.
fn naive(timed: &Timed, x: &Matrix, names: &[String]) -> Result<Tested, Failure> {
    let (mut entry, mut time, mut event, mut rows, mut on) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for i in 0..timed.time.len() {
        let mut part = |from: f64, to: f64, ends: bool, treated: f64| {
            entry.push(from);
            time.push(to);
            event.push(ends);
            rows.push(i);
            on.push(treated);
        };
        match timed.treated_at[i] {
            Some(at) if at > 0.0 => {
                part(0.0, at, false, 0.0);
                part(at, timed.time[i], timed.event[i], 1.0);
            }
            Some(_) => part(0.0, timed.time[i], timed.event[i], 1.0),
            None => part(0.0, timed.time[i], timed.event[i], 0.0),
        }
    }
    let mut all = vec!["treated".to_owned()];
    all.extend(names.iter().cloned());
    let design =
        Matrix::new(rows.len(), vec![on]).beside((0..x.width()).map(|j| rows.iter().map(|i| x.at(*i, j)).collect()));
    let model = Cox {
        entry: Some(&entry),
        time: &time,
        event: &event,
        x: design,
        names: &all,
        strata: None,
        cluster: None,
        robust: false,
        ties: Ties::Efron,
    };
    let CoxFit { coefficients, .. } = model.fit()?;
    Ok(coefficients[0].clone())
}
