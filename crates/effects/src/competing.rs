//! Several ways to end: Aalen-Johansen incidence and Gray's test.
//!
//! Sources: Aalen and Johansen (1978); Gray (1988), Annals of Statistics 16; the variance of the test follows Gray's own
//! program, with its corrections for ties.

use crate::order::{by, tally};
use statistics::distribution::chi_square_upper;
use statistics::{Cholesky, Failure, Matrix};

/// Incidence of one cause at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incidence {
    /// Cause, 1, 2 …
    pub cause: u32,
    /// Share that has ended in it.
    pub incidence: f64,
    /// Its standard error (delta method).
    pub std_error: f64,
}

/// Incidence of each cause over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidences {
    times: Vec<f64>,
    /// Of each cause, time after time.
    of: Vec<Incidence>,
    causes: usize,
}

impl Incidences {
    /// Times, each with the incidence of every cause just after it.
    pub fn points(&self) -> impl ExactSizeIterator<Item = (f64, &[Incidence])> {
        self.times.iter().copied().zip(self.of.chunks_exact(self.causes))
    }

    /// The last of them.
    pub fn last(&self) -> Option<(f64, &[Incidence])> {
        self.points().last()
    }
}

/// Causes 1 … as the column has them; 0 is lost from sight.
///
/// # Errors
/// A value that is no cause.
pub fn causes(column: &[f64], name: &str) -> Result<(Vec<u32>, usize), Failure> {
    for (row, value) in column.iter().enumerate() {
        if value.fract() != 0.0 || !(0.0..=50.0).contains(value) {
            return Err(Failure::Value {
                column: name.to_owned(),
                row: row + 1,
                what: statistics::said!(
                    "{value} er ingen årsag; skriv 0 for ude af syne og 1, 2 … for årsager",
                    "{value} is no cause; write 0 for lost from sight and 1, 2 … for causes"
                ),
            });
        }
    }
    let all: Vec<u32> = column.iter().map(|c| *c as u32).collect();
    let most = all.iter().max().copied().unwrap_or(0) as usize;
    if most == 0 {
        return Err(Failure::Cannot(statistics::said!("ingen har haft nogen hændelse", "nobody has had any event")));
    }
    Ok((all, most))
}

/// Aalen-Johansen incidence of each cause, at the event times or at those asked for.
pub fn aalen_johansen(time: &[f64], cause: &[u32], causes: usize, times: &[f64]) -> Incidences {
    let mut at_risk = time.len() as f64;
    let mut s = 1.0;
    // Sums of the delta method, opened up so that each time costs a step: a = d / (n (n − d)).
    let (mut a, mut af, mut aff) = (0.0, vec![0.0; causes + 1], vec![0.0; causes + 1]);
    let (mut own, mut cross, mut cross_f) = (vec![0.0; causes + 1], vec![0.0; causes + 1], vec![0.0; causes + 1]);
    let mut f = vec![0.0; causes + 1];
    let mut all = Incidences { times: Vec::new(), of: Vec::new(), causes };
    let step = |t: f64, counts: &[u32]| {
        let n = at_risk;
        let ended: u32 = counts[1..].iter().sum();
        at_risk -= f64::from(ended + counts[0]);
        if ended == 0 {
            return;
        }
        let d = f64::from(ended);
        for k in 1..=causes {
            let dk = f64::from(counts[k]);
            f[k] += s * dk / n;
            own[k] += s * s * (dk / (n * n)) * ((n - dk) / n);
            cross[k] += s * dk / (n * n);
            cross_f[k] += f[k] * s * dk / (n * n);
        }
        if n > d {
            let step = d / (n * (n - d));
            a += step;
            for k in 1..=causes {
                af[k] += step * f[k];
                aff[k] += step * f[k] * f[k];
            }
        }
        s *= 1.0 - d / n;
        all.times.push(t);
        all.of.extend((1..=causes).map(|k| {
            let variance =
                a * f[k] * f[k] - 2.0 * f[k] * af[k] + aff[k] + own[k] - 2.0 * (f[k] * cross[k] - cross_f[k]);
            Incidence { cause: k as u32, incidence: f[k], std_error: variance.max(0.0).sqrt() }
        }));
    };
    tally(time, |i| cause[i] as usize, causes + 1, step);
    if times.is_empty() {
        return all;
    }
    let mut asked = Incidences { times: times.to_vec(), of: Vec::new(), causes };
    for t in times {
        match all.times.partition_point(|time| time <= t) {
            0 => asked.of.extend((1..=causes).map(|k| Incidence { cause: k as u32, incidence: 0.0, std_error: 0.0 })),
            upto => asked.of.extend_from_slice(&all.of[(upto - 1) * causes..upto * causes]),
        }
    }
    asked
}

/// Gray's test that the incidence of a cause is the same in every group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrayTest {
    /// Cause.
    pub cause: u32,
    /// Statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Its p.
    pub p_value: f64,
}

/// Gray's test for one cause.
///
/// # Errors
/// Fewer than two groups, or a variance that cannot be turned round.
pub fn gray(time: &[f64], cause: &[u32], wanted: u32, group: &[u32], groups: usize) -> Result<GrayTest, Failure> {
    if groups < 2 {
        return Err(Failure::TooFew {
            rows: groups,
            needed: statistics::said!(
                "en sammenligning: der skal være to grupper",
                "a comparison: there must be two groups"
            ),
        });
    }
    let order: Vec<usize> = by(time).into_iter().map(|i| i as usize).collect();
    let mut at_risk = vec![0.0; groups];
    group.iter().for_each(|g| at_risk[*g as usize] += 1.0);
    let square = || vec![vec![0.0; groups]; groups];
    let (mut f1_before, mut f1) = (vec![0.0; groups], vec![0.0; groups]);
    let (mut s_before, mut s) = (vec![1.0; groups], vec![1.0; groups]);
    let (mut c, mut v, mut v2) = (square(), square(), square());
    let (mut v3, mut score) = (vec![0.0; groups], vec![0.0; groups]);
    let mut f_before = 0.0;
    let mut i = 0;
    while i < order.len() {
        let t = time[order[i]];
        let mut next = i;
        let (mut d1, mut d2, mut gone) = (vec![0.0; groups], vec![0.0; groups], vec![0.0; groups]);
        while next < order.len() && time[order[next]] == t {
            let row = order[next];
            let g = group[row] as usize;
            match cause[row] {
                0 => {}
                k if k == wanted => d1[g] += 1.0,
                _ => d2[g] += 1.0,
            }
            gone[g] += 1.0;
            next += 1;
        }
        let (n1, n2): (f64, f64) = (d1.iter().sum(), d2.iter().sum());
        if n1 + n2 > 0.0 {
            let (mut tr, mut tq) = (0.0, 0.0);
            for g in (0..groups).filter(|g| at_risk[*g] > 0.0) {
                s[g] = s_before[g] * (at_risk[g] - d1[g] - d2[g]) / at_risk[g];
                f1[g] = f1_before[g] + s_before[g] * d1[g] / at_risk[g];
                tr += at_risk[g] / s_before[g];
                tq += at_risk[g] * (1.0 - f1_before[g]) / s_before[g];
            }
            let f = f_before + n1 / tr;
            let mut a = square();
            for p in (0..groups).filter(|g| at_risk[*g] > 0.0) {
                let hp = at_risk[p] / s_before[p];
                for q in (0..groups).filter(|g| at_risk[*g] > 0.0) {
                    let same = f64::from(u8::from(p == q));
                    a[p][q] = hp * (same - at_risk[q] / (s_before[q] * tr));
                    c[p][q] += a[p][q] * n1 / (tr * (1.0 - f_before));
                }
                score[p] += d1[p] - n1 * at_risk[p] * (1.0 - f1_before[p]) / (s_before[p] * tq);
            }
            if n1 > 0.0 {
                for k in (0..groups).filter(|g| at_risk[*g] > 0.0) {
                    let t4 = if s[k] > 0.0 { 1.0 - (1.0 - f) / s[k] } else { 1.0 };
                    let t5 = if n1 > 1.0 { 1.0 - (n1 - 1.0) / (tr * s_before[k] - 1.0) } else { 1.0 };
                    let t3 = t5 * s_before[k] * n1 / (tr * at_risk[k]);
                    v3[k] += t4 * t4 * t3;
                    for p in 0..groups {
                        let t1 = a[p][k] - t4 * c[p][k];
                        v2[p][k] += t1 * t4 * t3;
                        for q in 0..groups {
                            v[p][q] += t1 * (a[q][k] - t4 * c[q][k]) * t3;
                        }
                    }
                }
            }
            if n2 > 0.0 {
                for k in (0..groups).filter(|g| s[*g] > 0.0 && d2[*g] > 0.0) {
                    let t4 = (1.0 - f) / s[k];
                    let t5 = if d2[k] > 1.0 { 1.0 - (d2[k] - 1.0) / (at_risk[k] - 1.0) } else { 1.0 };
                    let t3 = t5 * s_before[k] * s_before[k] * d2[k] / (at_risk[k] * at_risk[k]);
                    v3[k] += t4 * t4 * t3;
                    for p in 0..groups {
                        let t1 = t4 * c[p][k];
                        v2[p][k] -= t1 * t4 * t3;
                        for q in 0..groups {
                            v[p][q] += t1 * t4 * c[q][k] * t3;
                        }
                    }
                }
            }
            f_before = f;
            f1_before.clone_from(&f1);
            s_before.clone_from(&s);
        }
        for g in 0..groups {
            at_risk[g] -= gone[g];
        }
        i = next;
    }
    let df = groups - 1;
    let mut covariance = Matrix::zeros(df, df);
    for p in 0..df {
        for q in 0..df {
            let more: f64 =
                (0..groups).map(|k| c[p][k] * c[q][k] * v3[k] + c[p][k] * v2[q][k] + c[q][k] * v2[p][k]).sum();
            covariance.set(p, q, v[p][q] + more);
        }
    }
    let factor = Cholesky::new(&covariance).map_err(|_| {
        Failure::Cannot(statistics::said!(
            "årsag {wanted} kan ikke sammenlignes mellem grupperne: for få hændelser",
            "cause {wanted} cannot be compared between the groups: too few events"
        ))
    })?;
    let part = &score[..df];
    let chi_square: f64 = part.iter().zip(factor.solve(part)).map(|(u, x)| u * x).sum();
    Ok(GrayTest { cause: wanted, chi_square, df, p_value: chi_square_upper(chi_square, df as f64) })
}
