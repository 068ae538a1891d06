//! Hazards constant in segments of time, and hazards of whole periods.
//!
//! Sources: Holford (1980) and Laird and Olivier (1981) for the exponential; Prentice and Gloeckler (1978) for the
//! complementary log-log.

use statistics::{Failure, Family, Glm, Matrix, Tested};

/// How persons become rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsPer {
    /// One for each whole unit of time.
    Period,
    /// One for each segment entered.
    Segment,
}

/// Link of the hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HazardLink {
    /// Complementary log-log: proportional hazards seen in periods.
    Cloglog,
    /// Logit: proportional odds of ending in a period.
    Logit,
    /// Poisson with the logarithm of the time at risk.
    Exponential,
}

/// A fitted hazard.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// Rows that persons became.
    pub rows: usize,
    /// Time at risk.
    pub exposure: f64,
    /// Events.
    pub events: f64,
    /// `segment=1` … first, no intercept; then the covariates.
    pub coefficients: Vec<Tested>,
    /// Log likelihood.
    pub log_likelihood: f64,
}

/// Fit. `bounds` are the ends of segments, from the start of the first to the end of the last; time past it is lost from
/// sight there. A time at a bound belongs to the segment that ends there.
///
/// # Errors
/// Bounds out of order, a segment without an event, or what the fit may say.
pub fn hazard(
    time: &[f64],
    event: &[bool],
    x: &Matrix,
    names: &[String],
    bounds: &[f64],
    per: RowsPer,
    link: HazardLink,
) -> Result<Hazard, Failure> {
    let rising = bounds.windows(2).all(|w| w[1] > w[0]) && bounds.iter().all(|b| b.is_finite() && *b >= 0.0);
    if bounds.len() < 2 || !rising {
        return Err(Failure::Asked(statistics::said!(
            "segmenter skal være stigende grænser, som 0,12,24",
            "segments must be rising bounds, as 0,12,24"
        )));
    }
    if per == RowsPer::Period && bounds.iter().any(|b| b.fract() != bounds[0].fract()) {
        return Err(Failure::Asked(statistics::said!(
            "med en række for hver hel periode skal grænserne ligge et helt antal perioder fra hinanden, som 0,12,24; eller brug --rows segment",
            "with a row for each whole period bounds must lie whole periods apart, as 0,12,24; or use --rows segment"
        )));
    }
    let segments = bounds.len() - 1;
    let end = bounds[segments];
    // Row of the person, segment, time at risk, outcome.
    let mut rows: Vec<(usize, usize, f64, f64)> = Vec::new();
    for i in 0..time.len() {
        let (t, seen) = if time[i] > end { (end, false) } else { (time[i], event[i]) };
        match per {
            RowsPer::Segment => {
                for s in 0..segments {
                    if t <= bounds[s] {
                        break;
                    }
                    let ends_here = t <= bounds[s + 1];
                    let dies = seen && ends_here;
                    let whole = t >= bounds[s + 1];
                    // A hazard of a whole segment is seen only where the segment was, or where it ended in the event.
                    if link == HazardLink::Exponential || whole || dies {
                        rows.push((i, s, t.min(bounds[s + 1]) - bounds[s], f64::from(u8::from(dies))));
                    }
                    if ends_here {
                        break;
                    }
                }
            }
            RowsPer::Period => {
                let mut from = bounds[0];
                while from < t {
                    let upto = from + 1.0;
                    let dies = seen && t <= upto;
                    let whole = t >= upto;
                    let s = bounds.partition_point(|b| *b <= from) - 1;
                    if link == HazardLink::Exponential || whole || dies {
                        rows.push((i, s, t.min(upto) - from, f64::from(u8::from(dies))));
                    }
                    from = upto;
                }
            }
        }
    }
    if rows.is_empty() {
        return Err(Failure::TooFew { rows: 0, needed: statistics::said!("en hasard", "a hazard") });
    }
    for s in 0..segments {
        if !rows.iter().any(|r| r.1 == s && r.3 > 0.0) {
            return Err(Failure::Cannot(statistics::said!(
                "ingen slutter mellem {} og {}: læg segmentet sammen med et naboled",
                "nobody ends between {} and {}: join the segment with a neighbour",
                bounds[s],
                bounds[s + 1]
            )));
        }
    }
    let indicator = |s: usize| rows.iter().map(|r| f64::from(u8::from(r.1 == s))).collect::<Vec<f64>>();
    let columns: Vec<Vec<f64>> = (0..segments)
        .map(indicator)
        .chain((0..x.width()).map(|j| rows.iter().map(|r| x.at(r.0, j)).collect()))
        .collect();
    let all: Vec<String> = (1..=segments).map(|s| format!("segment={s}")).chain(names.iter().cloned()).collect();
    let design = Matrix::new(rows.len(), columns);
    let y: Vec<f64> = rows.iter().map(|r| r.3).collect();
    let offset: Vec<f64> = rows.iter().map(|r| r.2.ln()).collect();
    let family = match link {
        HazardLink::Cloglog => Family::Cloglog,
        HazardLink::Logit => Family::Logit,
        HazardLink::Exponential => Family::Poisson,
    };
    let offset = (link == HazardLink::Exponential).then_some(offset.as_slice());
    let fit = Glm { x: &design, names: &all, y: &y, offset, weights: None, family }.fit()?;
    let coefficients = all
        .iter()
        .enumerate()
        .map(|(j, name)| {
            Tested::new(name.clone(), fit.coefficients[j], fit.covariance.at(j, j).max(0.0).sqrt(), f64::INFINITY)
        })
        .collect();
    Ok(Hazard {
        rows: rows.len(),
        exposure: rows.iter().map(|r| r.2).sum(),
        events: y.iter().sum(),
        coefficients,
        log_likelihood: fit.log_likelihood,
    })
}
