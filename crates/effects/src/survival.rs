//! Kaplan-Meier, Nelson-Aalen, restricted mean and the log-rank family, with delayed entry.
//!
//! Sources: Kaplan and Meier (1958); Greenwood (1926); Harrington and Fleming (1982); Fleming and Harrington (1991).

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
    fn steps(&self) -> Vec<Step> {
        let order = crate::order::by(&self.time);
        let mut entries = self.entry.clone().unwrap_or_default();
        entries.sort_unstable_by(f64::total_cmp);
        let (mut entered, mut left) = (0, 0);
        let mut steps: Vec<Step> = Vec::new();
        let mut i = 0;
        while i < order.len() {
            let time = self.time[order[i] as usize];
            let mut next = i;
            let mut events = 0;
            while next < order.len() && self.time[order[next] as usize] == time {
                events += u32::from(self.event[order[next] as usize]);
                next += 1;
            }
            while entered < entries.len() && entries[entered] < time {
                entered += 1;
            }
            let in_sight = if self.entry.is_some() { entered } else { order.len() };
            steps.push(Step {
                time,
                at_risk: (in_sight - left) as f64,
                events: f64::from(events),
                gone: (next - i) as f64,
            });
            left = next;
            i = next;
        }
        steps
    }
}

#[derive(Clone, Copy, Debug)]
struct Step {
    time: f64,
    at_risk: f64,
    events: f64,
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
    let steps = durations.steps();
    if steps.is_empty() {
        return Err(Failure::TooFew { rows: 0, needed: statistics::said!("en kurve", "a curve") });
    }
    let z = normal_quantile(0.975);
    let (mut s, mut greenwood, mut hazard, mut hazard_var) = (1.0, 0.0, 0.0, 0.0);
    let mut all: Vec<Point> = Vec::new();
    let mut median = None;
    for step in &steps {
        if step.events > 0.0 {
            let before = s;
            s *= 1.0 - step.events / step.at_risk;
            greenwood += step.events / (step.at_risk * (step.at_risk - step.events));
            hazard += step.events / step.at_risk;
            hazard_var += step.events / (step.at_risk * step.at_risk);
            if median.is_none() && s <= 0.5 + 1e-9 && before > 0.5 {
                let flat = (s - 0.5).abs() < 1e-9;
                let next = steps.iter().find(|later| later.time > step.time && later.events > 0.0);
                median = Some(match next.filter(|_| flat) {
                    Some(next) => f64::midpoint(step.time, next.time),
                    None => step.time,
                });
            }
        }
        let (low, high) = if s > 0.0 && s < 1.0 {
            let wide = (z * greenwood.sqrt() / s.ln().abs()).exp();
            (s.powf(wide), s.powf(1.0 / wide))
        } else if s >= 1.0 {
            (1.0, 1.0)
        } else {
            (f64::NAN, f64::NAN)
        };
        all.push(Point {
            time: step.time,
            at_risk: step.at_risk,
            events: step.events,
            survival: s,
            std_error: if s > 0.0 { s * greenwood.sqrt() } else { f64::NAN },
            ci_low: low,
            ci_high: high,
            cumulative_hazard: hazard,
            cumulative_hazard_se: hazard_var.sqrt(),
        });
    }
    let rmst = tau.map(|tau| restricted_mean(&all, &steps, tau)).transpose()?;
    let points = if times.is_empty() {
        all.iter().filter(|p| p.events > 0.0).copied().collect()
    } else {
        at_times(durations, &all, times)
    };
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

/// Area under the curve up to `tau`, and its standard error by Greenwood's sum weighted with the area still to come.
fn restricted_mean(all: &[Point], steps: &[Step], tau: f64) -> Result<(f64, f64), Failure> {
    let last = all.last().map_or(0.0, |p| p.time);
    if tau > last && all.last().is_some_and(|p| p.survival > 0.0) {
        return Err(Failure::Cannot(statistics::said!(
            "ingen ses længere end {last}, så middel op til {tau} kan ikke findes; vælg en horisont på højst {last}",
            "nobody is watched beyond {last}, so the mean up to {tau} cannot be told; choose a horizon of at most {last}"
        )));
    }
    let mut area = 0.0;
    let mut pieces = Vec::new();
    let (mut from, mut s) = (0.0, 1.0);
    for p in all.iter().filter(|p| p.time <= tau) {
        area += s * (p.time - from);
        pieces.push(area);
        (from, s) = (p.time, p.survival);
    }
    area += s * (tau - from);
    let variance: f64 = pieces
        .iter()
        .zip(steps)
        .filter(|(_, step)| step.events > 0.0 && step.at_risk > step.events)
        .map(|(upto, step)| (area - upto).powi(2) * step.events / (step.at_risk * (step.at_risk - step.events)))
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
    let pooled = durations.steps();
    let own: Vec<Vec<Step>> = (0..groups)
        .map(|g| {
            let rows: Vec<usize> = (0..group.len()).filter(|i| group[*i] as usize == g).collect();
            durations.take(&rows).steps()
        })
        .collect();
    let mut place = vec![0; groups];
    // Someone of a group who is at risk at a time without a step of the group's own.
    let at_risk = |g: usize, place: usize, time: f64| -> f64 {
        match (&durations.entry, own[g].get(place)) {
            (None, Some(step)) => step.at_risk,
            (None, None) => 0.0,
            (Some(entry), _) => {
                let counts = |i: &usize| group[*i] as usize == g && durations.time[*i] >= time && entry[*i] < time;
                (0..group.len()).filter(counts).count() as f64
            }
        }
    };
    let (mut observed, mut expected) = (vec![0.0; groups], vec![0.0; groups]);
    let mut v = Matrix::zeros(groups, groups);
    let mut s = 1.0f64;
    for step in &pooled {
        let mut risks = vec![0.0; groups];
        let mut deaths = vec![0.0; groups];
        for g in 0..groups {
            while own[g].get(place[g]).is_some_and(|own| own.time < step.time) {
                place[g] += 1;
            }
            if step.events > 0.0 {
                risks[g] = at_risk(g, place[g], step.time);
            }
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
        let _ = step.gone;
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
