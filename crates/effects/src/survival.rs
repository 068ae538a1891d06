//! Kaplan-Meier, Nelson-Aalen, restricted mean and the log-rank family, with delayed entry.
//!
//! Sources: Kaplan and Meier (1958); Greenwood (1926); Harrington and Fleming (1982); Fleming and Harrington (1991).

use crate::order::tally;
use rayon::prelude::*;
use statistics::distribution::{chi_square_upper, normal_quantile};
use statistics::{Cholesky, Failure, Matrix};

/// Durations: a time for each person, whether it ended in the event, and when watching began.
#[derive(Clone, Debug)]
pub struct Durations {
    /// Time of event or of being lost from sight.
    pub time: Vec<f64>,
    /// Whether the event was seen.
    pub event: Vec<bool>,
    /// When watching began, later than time 0; none where all are watched from the start.
    pub entry: Option<Vec<f64>>,
}

impl Durations {
    /// Checked.
    ///
    /// # Errors
    /// A time below 0, or an entry that is not before its time.
    pub fn new(time: &[f64], event: &[f64], entry: Option<&[f64]>, names: (&str, &str)) -> Result<Self, Failure> {
        let value = |column: &str, row: usize, what: statistics::Said| Failure::Value {
            column: column.to_owned(),
            row: row + 1,
            what,
        };
        for row in 0..time.len() {
            if time[row] < 0.0 {
                return Err(value(
                    names.0,
                    row,
                    statistics::said!(
                        "en tid på {}; tider er 0 eller mere",
                        "a time of {}; times are 0 or more",
                        time[row]
                    ),
                ));
            }
            if event[row] != 0.0 && event[row] != 1.0 {
                return Err(value(
                    names.1,
                    row,
                    statistics::said!("{} er hverken 0 eller 1", "{} is neither 0 nor 1", event[row]),
                ));
            }
            if let Some(entry) = entry
                && entry[row] >= time[row]
            {
                return Err(value(
                    names.0,
                    row,
                    statistics::said!(
                        "slutter ved {}, men ses først fra {}",
                        "ends at {}, but is watched only from {}",
                        time[row],
                        entry[row]
                    ),
                ));
            }
        }
        Ok(Self {
            time: time.to_vec(),
            event: event.iter().map(|e| *e == 1.0).collect(),
            entry: entry.map(<[f64]>::to_vec),
        })
    }

    /// The rows at `keep`.
    #[must_use]
    pub fn take(&self, keep: &[usize]) -> Self {
        Self {
            time: keep.iter().map(|i| self.time[*i]).collect(),
            event: keep.iter().map(|i| self.event[*i]).collect(),
            entry: self.entry.as_ref().map(|e| keep.iter().map(|i| e[*i]).collect()),
        }
    }

    /// Distinct times in order with the number at risk just before each, and the events at it.
    fn steps(&self, mut each: impl FnMut(Step)) {
        let mut entries = self.entry.clone().unwrap_or_default();
        entries.sort_unstable_by(f64::total_cmp);
        let (mut entered, mut left) = (0, 0);
        let step = |time: f64, counts: &[u32]| {
            while entered < entries.len() && entries[entered] < time {
                entered += 1;
            }
            let in_sight = if self.entry.is_some() { entered } else { self.time.len() };
            let gone = counts[0] + counts[1];
            let at_risk = (in_sight - left) as f64;
            left += gone as usize;
            each(Step { time, at_risk, events: f64::from(counts[1]), gone: f64::from(gone) });
        };
        tally(&self.time, |i| usize::from(self.event[i]), 2, step);
    }

    fn all_steps(&self) -> Vec<Step> {
        let mut all = Vec::new();
        self.steps(|step| all.push(step));
        all
    }
}

#[derive(Clone, Copy, Debug)]
struct Step {
    time: f64,
    at_risk: f64,
    events: f64,
    /// Those who end here, with the event or without.
    gone: f64,
}

/// A point of a curve: its value just after a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Time.
    pub time: f64,
    /// At risk just before.
    pub at_risk: f64,
    /// Events since the point before.
    pub events: f64,
    /// Share without the event.
    pub survival: f64,
    /// Greenwood's standard error.
    pub std_error: f64,
    /// Lower 95 % limit on the log-log scale.
    pub ci_low: f64,
    /// Upper.
    pub ci_high: f64,
    /// Nelson-Aalen cumulative hazard.
    pub cumulative_hazard: f64,
    /// Its standard error.
    pub cumulative_hazard_se: f64,
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Persons.
    pub n: usize,
    /// Events.
    pub events: usize,
    /// The time when half have had the event; none where they never have.
    pub median: Option<f64>,
    /// Restricted mean and its standard error, where a horizon is given.
    pub rmst: Option<(f64, f64)>,
    /// Points: at the event times, or at those asked for.
    pub points: Vec<Point>,
}

/// Kaplan-Meier and Nelson-Aalen. `times` asks for other points than the event times; `tau` for the restricted mean.
///
/// # Errors
/// No rows, or a restricted mean beyond what is seen.
pub fn curve(durations: &Durations, times: &[f64], tau: Option<f64>) -> Result<Curve, Failure> {
    if durations.time.is_empty() {
        return Err(Failure::TooFew { rows: 0, needed: statistics::said!("en kurve", "a curve") });
    }
    let z = normal_quantile(0.975);
    let (mut s, mut greenwood, mut hazard, mut hazard_var) = (1.0, 0.0, 0.0, 0.0);
    let (mut median, mut flat, mut last) = (None, false, 0.0);
    let mut points: Vec<Point> = Vec::new();
    durations.steps(|Step { time, at_risk, events, .. }| {
        last = time;
        if events == 0.0 {
            return;
        }
        if flat {
            (flat, median) = (false, median.map(|m| f64::midpoint(m, time)));
        }
        let before = s;
        s *= 1.0 - events / at_risk;
        greenwood += events / (at_risk * (at_risk - events));
        hazard += events / at_risk;
        hazard_var += events / (at_risk * at_risk);
        if median.is_none() && s <= 0.5 + 1e-9 && before > 0.5 {
            // Where the curve is level at a half, the middle of the level.
            (median, flat) = (Some(time), (s - 0.5).abs() < 1e-9);
        }
        points.push(Point {
            time,
            at_risk,
            events,
            survival: s,
            // Variances, until the next step.
            std_error: greenwood,
            ci_low: 1.0,
            ci_high: 1.0,
            cumulative_hazard: hazard,
            cumulative_hazard_se: hazard_var,
        });
    });
    points.par_iter_mut().for_each(|p| {
        let (s, greenwood) = (p.survival, p.std_error);
        p.std_error = if s > 0.0 { s * greenwood.sqrt() } else { f64::NAN };
        p.cumulative_hazard_se = p.cumulative_hazard_se.sqrt();
        if s > 0.0 && s < 1.0 {
            let log = s.ln();
            let wide = (z * greenwood.sqrt() / log.abs()).exp();
            (p.ci_low, p.ci_high) = ((log * wide).exp(), (log / wide).exp());
        } else if s <= 0.0 {
            (p.ci_low, p.ci_high) = (f64::NAN, f64::NAN);
        }
    });
    let rmst = tau.map(|tau| restricted_mean(&points, last, tau)).transpose()?;
    let points = if times.is_empty() { points } else { at_times(durations, &points, times) };
    Ok(Curve { n: durations.time.len(), events: durations.event.iter().filter(|e| **e).count(), median, rmst, points })
}

fn at_times(durations: &Durations, all: &[Point], times: &[f64]) -> Vec<Point> {
    let start = Point {
        time: 0.0,
        at_risk: 0.0,
        events: 0.0,
        survival: 1.0,
        std_error: 0.0,
        ci_low: 1.0,
        ci_high: 1.0,
        cumulative_hazard: 0.0,
        cumulative_hazard_se: 0.0,
    };
    let mut before = 0;
    times
        .iter()
        .map(|time| {
            let upto = all.partition_point(|p| p.time <= *time);
            let last = upto.checked_sub(1).map_or(start, |i| all[i]);
            let events = all[before.min(upto)..upto].iter().map(|p| p.events).sum::<f64>() + 0.0;
            before = upto;
            let entered = |i: usize| durations.entry.as_ref().is_none_or(|e| e[i] < *time);
            let at_risk = (0..durations.time.len()).filter(|i| durations.time[*i] >= *time && entered(*i)).count();
            Point { time: *time, at_risk: at_risk as f64, events, ..last }
        })
        .collect()
}

/// Area under the curve up to `tau`, and its standard error by Greenwood's sum weighted with the area still to come. `last` is the
/// last time that anybody is seen.
fn restricted_mean(points: &[Point], last: f64, tau: f64) -> Result<(f64, f64), Failure> {
    if tau > last && points.last().is_none_or(|p| p.survival > 0.0) {
        return Err(Failure::Cannot(statistics::said!(
            "ingen ses længere end {last}, så middel op til {tau} kan ikke findes; vælg en horisont på højst {last}",
            "nobody is watched beyond {last}, so the mean up to {tau} cannot be told; choose a horizon of at most {last}"
        )));
    }
    let mut area = 0.0;
    let mut pieces = Vec::new();
    let (mut from, mut s) = (0.0, 1.0);
    for p in points.iter().take_while(|p| p.time <= tau) {
        area += s * (p.time - from);
        pieces.push((area, p));
        (from, s) = (p.time, p.survival);
    }
    area += s * (tau - from);
    let variance: f64 = pieces
        .into_iter()
        .filter(|(_, p)| p.at_risk > p.events)
        .map(|(upto, p)| (area - upto).powi(2) * p.events / (p.at_risk * (p.at_risk - p.events)))
        .sum();
    Ok((area, variance.sqrt()))
}

/// A test of equal curves.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupTest {
    /// Weights are the pooled curve to this power; 0 is the log-rank test.
    pub rho: f64,
    /// Statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Its p.
    pub p_value: f64,
    /// Observed and expected (weighted) events of each group.
    pub groups: Vec<(f64, f64)>,
}

/// The Fleming-Harrington family: groups are numbered from 0 for each row.
///
/// # Errors
/// Fewer than two groups with someone at risk, or no event.
pub fn group_test(durations: &Durations, group: &[u32], groups: usize, rho: f64) -> Result<GroupTest, Failure> {
    if groups < 2 {
        return Err(Failure::TooFew {
            rows: groups,
            needed: statistics::said!(
                "en sammenligning: der skal være to grupper",
                "a comparison: there must be two groups"
            ),
        });
    }
    let pooled = durations.all_steps();
    let own: Vec<Vec<Step>> = (0..groups)
        .map(|g| {
            let rows: Vec<usize> = (0..group.len()).filter(|i| group[*i] as usize == g).collect();
            durations.take(&rows).all_steps()
        })
        .collect();
    let mut of_group: Vec<(usize, Vec<f64>)> = vec![(0, Vec::new()); groups];
    for (i, g) in group.iter().enumerate() {
        let (n, entries) = &mut of_group[*g as usize];
        *n += 1;
        entries.extend(durations.entry.as_ref().map(|entry| entry[i]));
    }
    of_group.iter_mut().for_each(|(_, entries)| entries.sort_unstable_by(f64::total_cmp));
    // Of each group: its next step, those who have entered, those who are gone.
    let (mut place, mut entered, mut left) = (vec![0; groups], vec![0; groups], vec![0.0; groups]);
    let (mut observed, mut expected) = (vec![0.0; groups], vec![0.0; groups]);
    let mut v = Matrix::zeros(groups, groups);
    let mut s = 1.0f64;
    for step in &pooled {
        let mut risks = vec![0.0; groups];
        let mut deaths = vec![0.0; groups];
        for g in 0..groups {
            while let Some(gone) = own[g].get(place[g]).filter(|own| own.time < step.time) {
                left[g] += gone.gone;
                place[g] += 1;
            }
            let (n, entries) = &of_group[g];
            while entries.get(entered[g]).is_some_and(|entry| *entry < step.time) {
                entered[g] += 1;
            }
            let in_sight = if durations.entry.is_some() { entered[g] } else { *n };
            risks[g] = in_sight as f64 - left[g];
            deaths[g] = own[g].get(place[g]).filter(|own| own.time == step.time).map_or(0.0, |own| own.events);
        }
        if step.events == 0.0 {
            continue;
        }
        let w = s.powf(rho);
        let n: f64 = risks.iter().sum();
        for g in 0..groups {
            observed[g] += w * deaths[g];
            expected[g] += w * step.events * risks[g] / n;
        }
        if n > 1.0 {
            let common = w * w * step.events * (n - step.events) / (n - 1.0);
            for a in 0..groups {
                for b in 0..groups {
                    let same = f64::from(u8::from(a == b));
                    v.set(a, b, v.at(a, b) + common * (risks[a] / n) * (same - risks[b] / n));
                }
            }
        }
        s *= 1.0 - step.events / step.at_risk;
    }
    let df = groups - 1;
    let mut part = Matrix::zeros(df, df);
    for a in 0..df {
        for b in 0..df {
            part.set(a, b, v.at(a, b));
        }
    }
    let difference: Vec<f64> = (0..df).map(|g| observed[g] - expected[g]).collect();
    let factor = Cholesky::new(&part).map_err(|_| {
        Failure::Cannot(statistics::said!(
            "grupperne kan ikke sammenlignes: en af dem er aldrig under risiko ved en hændelse",
            "the groups cannot be compared: one of them is never at risk at an event"
        ))
    })?;
    let chi_square: f64 = difference.iter().zip(factor.solve(&difference)).map(|(d, x)| d * x).sum();
    Ok(GroupTest {
        rho,
        chi_square,
        df,
        p_value: chi_square_upper(chi_square, df as f64),
        groups: observed.into_iter().zip(expected).collect(),
    })
}
