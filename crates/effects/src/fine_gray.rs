//! Hazard of the subdistribution: what covariates do to the incidence of one cause among several.
//!
//! Source: Fine and Gray (1999), JASA 94; robust errors with the part that comes from the estimated censoring.

use statistics::{Cholesky, Failure, Matrix, Tested};

/// A fitted model.
#[derive(Clone, Debug)]
pub struct FineGray {
    /// Events of the cause.
    pub events: usize,
    /// Log subdistribution hazard ratios with robust errors.
    pub coefficients: Vec<Tested>,
    /// Log of the weighted partial likelihood.
    pub log_likelihood: f64,
    /// Steps taken.
    pub steps: usize,
}

struct Event {
    time: f64,
    /// Rows with the event here.
    rows: Vec<usize>,
    /// Censoring curve just before.
    g: f64,
}

/// Fit.
///
/// # Errors
/// No event of the cause, or steps that do not end.
pub fn fine_gray(time: &[f64], cause: &[u32], wanted: u32, x: &Matrix, names: &[String]) -> Result<FineGray, Failure> {
    let (n, k) = (time.len(), x.width());
    let events_all = cause.iter().filter(|c| **c == wanted).count();
    if events_all == 0 {
        return Err(Failure::Cannot(statistics::said!(
            "ingen er endt i årsag {wanted}",
            "nobody has ended in cause {wanted}"
        )));
    }
    let (mut centre, mut scale) = (vec![0.0; k], vec![1.0; k]);
    for j in 0..k {
        let column = x.column(j);
        centre[j] = column.iter().sum::<f64>() / n as f64;
        scale[j] = (column.iter().map(|v| (v - centre[j]).powi(2)).sum::<f64>() / n as f64).sqrt();
        if scale[j].is_nan() || scale[j] <= 1e-12 * (1.0 + centre[j].abs()) {
            return Err(Failure::Constant { column: names[j].clone() });
        }
    }
    let z: Vec<Vec<f64>> = (0..n).map(|i| (0..k).map(|j| (x.at(i, j) - centre[j]) / scale[j]).collect()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by(|a, b| time[*a].total_cmp(&time[*b]));
    // Kaplan-Meier of being lost from sight, just before each time; and its hazard at the times of loss.
    let mut g_before = vec![1.0; n];
    let mut losses: Vec<(f64, f64, f64)> = Vec::new(); // time, number lost, at risk
    let mut events: Vec<Event> = Vec::new();
    let (mut g, mut at) = (1.0, 0);
    while at < n {
        let t = time[order[at]];
        let mut next = at;
        let mut lost = 0.0;
        let mut rows = Vec::new();
        while next < n && time[order[next]] == t {
            let i = order[next];
            g_before[i] = g;
            lost += f64::from(u8::from(cause[i] == 0));
            if cause[i] == wanted {
                rows.push(i);
            }
            next += 1;
        }
        if !rows.is_empty() {
            events.push(Event { time: t, rows, g });
        }
        if lost > 0.0 {
            let at_risk = (n - at) as f64;
            losses.push((t, lost, at_risk));
            g *= 1.0 - lost / at_risk;
        }
        at = next;
    }
    let competing = |i: usize| cause[i] != 0 && cause[i] != wanted;
    // Sums at each event time: those still at risk, and those who ended otherwise, weighted by the censoring curve.
    let sums = |beta: &[f64]| -> (Vec<(f64, Vec<f64>, Matrix)>, Vec<f64>) {
        let risk: Vec<f64> = z.iter().map(|z| z.iter().zip(beta).map(|(z, b)| z * b).sum::<f64>().exp()).collect();
        let mut out: Vec<(f64, Vec<f64>, Matrix)> = vec![(0.0, vec![0.0; k], Matrix::zeros(k, k)); events.len()];
        let add = |to: &mut (f64, Vec<f64>, Matrix), i: usize, w: f64| {
            let r = risk[i] * w;
            to.0 += r;
            for a in 0..k {
                to.1[a] += r * z[i][a];
                for b in 0..k {
                    to.2.set(a, b, to.2.at(a, b) + r * z[i][a] * z[i][b]);
                }
            }
        };
        let mut still = (0.0, vec![0.0; k], Matrix::zeros(k, k));
        let mut at = n;
        for e in (0..events.len()).rev() {
            while at > 0 && time[order[at - 1]] >= events[e].time {
                at -= 1;
                add(&mut still, order[at], 1.0);
            }
            out[e] = still.clone();
        }
        let mut otherwise = (0.0, vec![0.0; k], Matrix::zeros(k, k));
        let mut at = 0;
        for (e, event) in events.iter().enumerate() {
            while at < n && time[order[at]] < event.time {
                let i = order[at];
                if competing(i) {
                    add(&mut otherwise, i, 1.0 / g_before[i]);
                }
                at += 1;
            }
            out[e].0 += event.g * otherwise.0;
            for a in 0..k {
                out[e].1[a] += event.g * otherwise.1[a];
            }
            out[e].2 = out[e].2.plus(&otherwise.2, event.g);
        }
        (out, risk)
    };
    let mut beta = vec![0.0; k];
    let (mut before, mut previous, mut halvings) = (f64::NEG_INFINITY, beta.clone(), 0);
    for step in 1..=200 {
        let (all, risk) = sums(&beta);
        let (mut likelihood, mut score, mut information) = (0.0, vec![0.0; k], Matrix::zeros(k, k));
        for (event, (s0, s1, s2)) in events.iter().zip(&all) {
            let d = event.rows.len() as f64;
            for i in &event.rows {
                likelihood += risk[*i].ln();
                (0..k).for_each(|a| score[a] += z[*i][a]);
            }
            likelihood -= d * s0.ln();
            for a in 0..k {
                score[a] -= d * s1[a] / s0;
                for b in 0..k {
                    let v = s2.at(a, b) / s0 - s1[a] * s1[b] / (s0 * s0);
                    information.set(a, b, information.at(a, b) + d * v);
                }
            }
        }
        // A step too far: half of it.
        if (likelihood.is_nan() || likelihood < before - 1e-9 * before.abs()) && before.is_finite() && halvings < 40 {
            beta.iter_mut().zip(&previous).for_each(|(b, p)| *b = f64::midpoint(*b, *p));
            halvings += 1;
            continue;
        }
        halvings = 0;
        let factor = Cholesky::new(&information).map_err(|j| Failure::Collinear { column: names[j].clone() })?;
        if (likelihood - before).abs() < 1e-11 * (likelihood.abs() + 1.0) {
            let model = factor.inverse();
            if let Some(j) = (0..k).find(|j| beta[*j].abs() > 8.0 && model.at(*j, *j).sqrt() > 50.0) {
                return Err(Failure::Separation { column: names[j].clone() });
            }
            let robust = robust(&events, &all, &losses, &risk, &z, time, cause, wanted, &g_before, &factor.inverse());
            let coefficients = (0..k)
                .map(|j| {
                    Tested::new(
                        names[j].clone(),
                        beta[j] / scale[j],
                        robust.at(j, j).max(0.0).sqrt() / scale[j],
                        f64::INFINITY,
                    )
                })
                .collect();
            return Ok(FineGray { events: events_all, coefficients, log_likelihood: likelihood, steps: step });
        }
        before = likelihood;
        previous.clone_from(&beta);
        beta.iter_mut().zip(factor.solve(&score)).for_each(|(b, s)| *b += s);
        if let Some(j) = beta.iter().position(|b| b.abs() > 50.0) {
            return Err(Failure::Separation { column: names[j].clone() });
        }
    }
    Err(Failure::NotConverged { what: statistics::said!("modellen", "the model"), steps: 200 })
}

#[expect(clippy::too_many_arguments, reason = "everything the variance is made of")]
fn robust(
    events: &[Event],
    all: &[(f64, Vec<f64>, Matrix)],
    losses: &[(f64, f64, f64)],
    risk: &[f64],
    z: &[Vec<f64>],
    time: &[f64],
    cause: &[u32],
    wanted: u32,
    g_before: &[f64],
    bread: &Matrix,
) -> Matrix {
    let (n, k) = (time.len(), bread.width());
    // Running sums over event times of dΛ and Z̄ dΛ, plain and weighted with the censoring curve.
    let mut plain: Vec<(f64, Vec<f64>)> = vec![(0.0, vec![0.0; k])];
    let mut weighted = plain.clone();
    for (event, (s0, s1, _)) in events.iter().zip(all) {
        let step = event.rows.len() as f64 / s0;
        for (sums, w) in [(&mut plain, 1.0), (&mut weighted, event.g)] {
            let mut next = sums.last().cloned().unwrap_or_else(|| (0.0, vec![0.0; k]));
            next.0 += w * step;
            (0..k).for_each(|a| next.1[a] += w * step * s1[a] / s0);
            sums.push(next);
        }
    }
    let upto = |t: f64| events.partition_point(|e| e.time <= t);
    let before = |t: f64| events.partition_point(|e| e.time < t);
    let mut eta = vec![vec![0.0; k]; n];
    for (e, event) in events.iter().enumerate() {
        for i in &event.rows {
            (0..k).for_each(|a| eta[*i][a] += z[*i][a] - all[e].1[a] / all[e].0);
        }
    }
    for i in 0..n {
        let own = &plain[upto(time[i])];
        for a in 0..k {
            eta[i][a] -= risk[i] * (z[i][a] * own.0 - own.1[a]);
        }
        if cause[i] != 0 && cause[i] != wanted {
            let (whole, own) = (&weighted[events.len()], &weighted[upto(time[i])]);
            for a in 0..k {
                let later = z[i][a] * (whole.0 - own.0) - (whole.1[a] - own.1[a]);
                eta[i][a] -= risk[i] / g_before[i] * later;
            }
        }
    }
    // What each time of loss does to the weights of those who ended otherwise before it.
    let mut order: Vec<usize> = (0..n).filter(|i| cause[*i] != 0 && cause[*i] != wanted).collect();
    order.sort_unstable_by(|a, b| time[*a].total_cmp(&time[*b]));
    let (mut at, mut b0, mut b1) = (0, 0.0, vec![0.0; k]);
    let mut q: Vec<Vec<f64>> = Vec::with_capacity(losses.len());
    for (u, ..) in losses {
        while at < order.len() && time[order[at]] < *u {
            let i = order[at];
            let r = risk[i] / g_before[i];
            b0 += r;
            (0..k).for_each(|a| b1[a] += r * z[i][a]);
            at += 1;
        }
        let (whole, own) = (&weighted[events.len()], &weighted[before(*u)]);
        q.push((0..k).map(|a| b1[a] * (whole.0 - own.0) - b0 * (whole.1[a] - own.1[a])).collect());
    }
    let mut running = vec![vec![0.0; k]];
    for ((_, lost, at_risk), q) in losses.iter().zip(&q) {
        let mut next = running.last().cloned().unwrap_or_default();
        (0..k).for_each(|a| next[a] += q[a] * lost / (at_risk * at_risk));
        running.push(next);
    }
    let mut meat = Matrix::zeros(k, k);
    for i in 0..n {
        let place = losses.partition_point(|(t, ..)| *t <= time[i]);
        let mut total = eta[i].clone();
        (0..k).for_each(|a| total[a] -= running[place][a]);
        if cause[i] == 0
            && let Some(at) = place.checked_sub(1).filter(|p| losses[*p].0 == time[i])
        {
            (0..k).for_each(|a| total[a] += q[at][a] / losses[at].2);
        }
        for a in 0..k {
            for b in 0..k {
                meat.set(a, b, meat.at(a, b) + total[a] * total[b]);
            }
        }
    }
    bread.product(&meat).product(bread)
}
