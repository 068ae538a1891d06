//! Regression discontinuity: what happens at a threshold that decides.
//!
//! Sources: local linear regression with robust bias-corrected intervals, Calonico, Cattaneo and Titiunik (2014), the
//! bandwidth after Calonico, Cattaneo, Farrell and Titiunik (2019); residuals from nearest neighbours, Abadie and Imbens
//! (2006); the jump of the density, McCrary (2008).

use statistics::{Cholesky, Failure, Matrix, Tested, least_squares, said};

/// How rows near the threshold count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Less the farther away.
    Triangular,
    /// All alike within the bandwidth.
    Uniform,
    /// In between.
    Epanechnikov,
}

impl Kernel {
    fn weight(self, distance: f64, h: f64) -> f64 {
        let u = (distance / h).abs();
        if u > 1.0 {
            return 0.0;
        }
        let w = match self {
            Self::Triangular => 1.0 - u,
            Self::Uniform => 0.5,
            Self::Epanechnikov => 0.75 * (1.0 - u * u),
        };
        w / h
    }

    /// Of the pilot bandwidth.
    const fn pilot(self) -> f64 {
        match self {
            Self::Triangular => 2.576,
            Self::Uniform => 1.843,
            Self::Epanechnikov => 2.34,
        }
    }
}

/// Order of the polynomial, and of the one that tells its bias.
const P: usize = 1;
const Q: usize = 2;
/// Neighbours that a row's residual is held against.
const NEIGHBOURS: usize = 3;
/// Distinct values on each side that a pilot bandwidth reaches to at least.
const REACH: usize = 10;
/// Fewest distinct values on a side.
const LEAST: usize = 8;

/// One side, in order; distances from the threshold.
struct Side {
    x: Vec<f64>,
    y: Vec<f64>,
}

/// One side's limit at the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Rows on the side.
    pub n: usize,
    /// Of them within the bandwidth.
    pub used: usize,
    /// Within the bandwidth of the bias.
    pub used_for_bias: usize,
    /// The limit.
    pub limit: f64,
    corrected: f64,
    variance: f64,
    robust: f64,
}

/// The jump at the threshold.
#[derive(Clone, Debug)]
pub struct Discontinuity {
    /// Bandwidth of the estimate.
    pub h: f64,
    /// Bandwidth of its bias.
    pub b: f64,
    /// Below the threshold.
    pub left: Limit,
    /// At it and above.
    pub right: Limit,
    /// Right minus left, its ordinary error.
    pub conventional: Tested,
    /// Bias taken out, the same error.
    pub bias_corrected: Tested,
    /// Bias taken out, with an error that knows it.
    pub robust: Tested,
    /// Distinct values on each side.
    pub distinct: (usize, usize),
}

fn powers(x: f64, order: usize) -> Vec<f64> {
    (0..=order).map(|j| x.powi(j as i32)).collect()
}

/// Polynomial fits of rows with a weight, by a factored Gram matrix.
struct Fit {
    rows: Vec<usize>,
    weights: Vec<f64>,
    inverse: Matrix,
    beta: Vec<f64>,
}

impl Side {
    fn fit(&self, order: usize, h: f64, kernel: Kernel) -> Option<Fit> {
        let rows: Vec<usize> = (0..self.x.len()).filter(|i| kernel.weight(self.x[*i], h) > 0.0).collect();
        if self.distinct(&rows) < order + 1 {
            return None;
        }
        let weights: Vec<f64> = rows.iter().map(|i| kernel.weight(self.x[*i], h)).collect();
        let k = order + 1;
        let (mut gram, mut cross) = (Matrix::zeros(k, k), vec![0.0; k]);
        for (i, w) in rows.iter().zip(&weights) {
            let r = powers(self.x[*i], order);
            for a in 0..k {
                cross[a] += w * r[a] * self.y[*i];
                for b in 0..k {
                    gram.set(a, b, gram.at(a, b) + w * r[a] * r[b]);
                }
            }
        }
        let factor = Cholesky::new(&gram).ok()?;
        Some(Fit { rows, weights, beta: factor.solve(&cross), inverse: factor.inverse() })
    }

    fn distinct(&self, rows: &[usize]) -> usize {
        rows.windows(2).filter(|p| self.x[p[0]] < self.x[p[1]]).count() + usize::from(!rows.is_empty())
    }

    /// Residuals against the mean of at least [`NEIGHBOURS`] nearest rows among `rows`, which lie in order; ties come together.
    fn residuals(&self, rows: &[usize]) -> Vec<f64> {
        let n = rows.len();
        let at = |i: usize| self.x[rows[i]];
        let wanted = NEIGHBOURS.min(n - 1);
        (0..n)
            .map(|i| {
                // First and last of those that share the row's value, and then outwards.
                let tied = |mut i: usize, step: isize| {
                    while let Some(next) = i.checked_add_signed(step).filter(|j| *j < n && at(*j) == at(i)) {
                        i = next;
                    }
                    i
                };
                let (mut low, mut high) = (tied(i, -1), tied(i, 1));
                while high - low < wanted {
                    let below = (low > 0).then(|| at(i) - at(low - 1));
                    let above = (high + 1 < n).then(|| at(high + 1) - at(i));
                    let (down, up) = match (below, above) {
                        // As far but for rounding is as far.
                        (Some(b), Some(a)) => {
                            let near = b.max(a) * f64::EPSILON.sqrt();
                            (b <= a + near, a <= b + near)
                        }
                        (b, a) => (b.is_some(), a.is_some()),
                    };
                    if down {
                        low = tied(low - 1, -1);
                    }
                    if up {
                        high = tied(high + 1, 1);
                    }
                }
                let others = (high - low) as f64;
                let sum: f64 = (low..=high).filter(|j| *j != i).map(|j| self.y[rows[j]]).sum();
                (others / (others + 1.0)).sqrt() * (self.y[rows[i]] - sum / others)
            })
            .collect()
    }

    /// `G⁻¹ (Σ e² r rᵀ) G⁻¹` at one place, where `r` are the weighted powers.
    fn variance(&self, fit: &Fit, order: usize, place: usize) -> f64 {
        let lead: Vec<f64> = (0..=order).map(|j| fit.inverse.at(place, j)).collect();
        let e = self.residuals(&fit.rows);
        let part = |(k, i): (usize, &usize)| {
            let r = powers(self.x[*i], order);
            let along: f64 = lead.iter().zip(&r).map(|(a, b)| a * b).sum();
            (fit.weights[k] * e[k] * along).powi(2)
        };
        fit.rows.iter().enumerate().map(part).sum()
    }

    /// Variance, bias and its own variance of a derivative, as the bandwidth that balances them needs.
    fn balance(&self, order: usize, nu: usize, h_v: f64, h_b: f64, regular: f64, kernel: Kernel) -> Option<[f64; 3]> {
        let v = self.fit(order, h_v, kernel)?;
        let variance = self.variance(&v, order, nu);
        let k = order + 1;
        let mut beyond = vec![0.0; k];
        for (i, w) in v.rows.iter().zip(&v.weights) {
            let (r, more) = (powers(self.x[*i], order), (self.x[*i] / h_v).powi(k as i32));
            beyond.iter_mut().zip(&r).for_each(|(b, r)| *b += w * r * more);
        }
        let constant = h_v.powi(nu as i32) * (0..k).map(|j| v.inverse.at(nu, j) * beyond[j]).sum::<f64>();
        let next = order + 1;
        let b = self.fit(next, h_b, kernel)?;
        let unsure = if regular > 0.0 { 3.0 * constant * constant * self.variance(&b, next, next) } else { 0.0 };
        let times = 2.0 * (next - nu) as f64;
        Some([
            (2 * nu + 1) as f64 * h_v.powi(2 * nu as i32 + 1) * variance,
            times.sqrt() * constant * b.beta[next],
            regular * times * unsure,
        ])
    }

    /// The limit at the threshold, and what its bias is by a polynomial of one order more.
    fn limit(&self, h: f64, b: f64, kernel: Kernel) -> Option<Limit> {
        let (main, more) = (self.fit(P, h, kernel)?, self.fit(Q, b, kernel)?);
        let wide = h.max(b);
        let rows: Vec<usize> = (0..self.x.len()).filter(|i| kernel.weight(self.x[*i], wide) > 0.0).collect();
        let mut l = [0.0; P + 1];
        for (i, w) in main.rows.iter().zip(&main.weights) {
            let u = (self.x[*i] / h).powi(P as i32 + 1);
            l.iter_mut().zip(powers(self.x[*i], P)).for_each(|(l, r)| *l += w * r * u);
        }
        let e = self.residuals(&rows);
        let lead = |j: usize| main.inverse.at(0, j);
        let curve: Vec<f64> = (0..=Q).map(|j| more.inverse.at(P + 1, j)).collect();
        let push: f64 = h.powi(P as i32 + 1) * (0..=P).map(|j| lead(j) * l[j]).sum::<f64>();
        let (mut corrected, mut variance, mut robust) = (0.0, 0.0, 0.0);
        for (k, i) in rows.iter().enumerate() {
            let x = self.x[*i];
            let own: f64 = kernel.weight(x, h) * (0..=P).map(|j| lead(j) * x.powi(j as i32)).sum::<f64>();
            let bend: f64 = kernel.weight(x, b) * curve.iter().zip(powers(x, Q)).map(|(c, r)| c * r).sum::<f64>();
            let both = own - push * bend;
            corrected += both * self.y[*i];
            variance += (own * e[k]).powi(2);
            robust += (both * e[k]).powi(2);
        }
        Some(Limit {
            n: self.x.len(),
            used: main.rows.len(),
            used_for_bias: more.rows.len(),
            limit: main.beta[0],
            corrected,
            variance,
            robust,
        })
    }
}

fn sides(x: &[f64], y: &[f64], cutoff: f64, scale: f64) -> [Side; 2] {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let side = |right: bool| {
        let own: Vec<usize> = order.iter().copied().filter(|i| (x[*i] >= cutoff) == right).collect();
        Side { x: own.iter().map(|i| (x[*i] - cutoff) / scale).collect(), y: own.iter().map(|i| y[*i]).collect() }
    };
    [side(false), side(true)]
}

/// Standard deviation, or what the middle half says of it where that is less.
fn width(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let sd = (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    // The second of Hyndman and Fan's quantiles: the mean of two neighbours where a share ends between them.
    let quantile = |share: f64| {
        let place = share * n;
        let below = place.floor() as usize;
        if (place - place.floor()).abs() < 1e-9 && below >= 1 && below < sorted.len() {
            f64::midpoint(sorted[below - 1], sorted[below])
        } else {
            sorted[below.min(sorted.len() - 1)]
        }
    };
    let middle = (quantile(0.75) - quantile(0.25)) / 1.349;
    if middle > 0.0 { sd.min(middle) } else { sd }
}

fn cannot() -> Failure {
    Failure::Cannot(said!(
        "der er for få forskellige værdier nær grænsen til en kurve på hver side; giv en bredere --bandwidth",
        "there are too few distinct values near the cutoff for a curve on each side; give a wider --bandwidth"
    ))
}

/// The bandwidths that make the mean squared error of the jump least, for the estimate and for its bias.
fn bandwidths(sides: &[Side; 2], distinct: (usize, usize), kernel: Kernel) -> Option<(f64, f64)> {
    let [left, right] = sides;
    let far = [-left.x.first()?, *right.x.last()?];
    let most = far[0].max(far[1]);
    let reach = |side: &Side| -> f64 {
        let mut far: Vec<f64> = side.x.iter().map(|x| x.abs()).collect();
        far.sort_by(f64::total_cmp);
        far.dedup();
        far[REACH.min(far.len()) - 1] * (1.0 + f64::EPSILON.sqrt())
    };
    let least = reach(left).max(reach(right));
    // Ties tell nothing twice of how dense values lie.
    let counted = distinct.0 + distinct.1;
    let pilot = (kernel.pilot() * (counted as f64).powf(-0.2)).min(most).max(least);
    let both = |order: usize, nu: usize, h_b: [f64; 2], regular: f64| -> Option<f64> {
        let [lv, lb, lr] = left.balance(order, nu, pilot, h_b[0], regular, kernel)?;
        let [rv, rb, rr] = right.balance(order, nu, pilot, h_b[1], regular, kernel)?;
        Some(((lv + rv) / ((rb - lb).powi(2) + lr + rr)).powf(1.0 / (2 * order + 3) as f64))
    };
    let edge = 1.0 + f64::EPSILON.sqrt();
    let within = |h: f64| h.min(most).max(least);
    let first = within(both(Q + 1, Q + 1, [far[0] * edge, far[1] * edge], 0.0)?);
    let b = both(Q, P + 1, [first; 2], 1.0)?.min(most);
    let h = both(P, 0, [b; 2], 1.0)?.min(most);
    Some((h, b))
}

/// The jump of `y` at `cutoff` of the running variable. `bandwidth` are those of the estimate and of its bias, chosen where none
/// is given.
///
/// # Errors
/// Fewer than eight distinct values on a side; too few within the bandwidth.
pub fn discontinuity(
    y: &[f64],
    running: &[f64],
    cutoff: f64,
    bandwidth: Option<(f64, f64)>,
    kernel: Kernel,
) -> Result<Discontinuity, Failure> {
    let count = |right: bool| {
        let mut own: Vec<u64> =
            running.iter().filter(|x| (**x >= cutoff) == right).map(|x| (x + 0.0).to_bits()).collect();
        own.sort_unstable();
        own.dedup();
        own.len()
    };
    let distinct = (count(false), count(true));
    if distinct.0.min(distinct.1) < LEAST {
        return Err(Failure::TooFew {
            rows: distinct.0.min(distinct.1),
            needed: said!(
                "et spring ved {cutoff}: der skal være {LEAST} forskellige værdier på hver side",
                "a jump at {cutoff}: there must be {LEAST} distinct values on each side"
            ),
        });
    }
    // In units of the width, so that powers stay of one size.
    let scale = width(running);
    let parts = sides(running, y, cutoff, scale);
    let (h, b) = match bandwidth {
        Some((h, b)) => (h / scale, b / scale),
        None => bandwidths(&parts, distinct, kernel).ok_or_else(cannot)?,
    };
    if !(h.is_finite() && b.is_finite() && h > 0.0 && b > 0.0) {
        return Err(cannot());
    }
    let left = parts[0].limit(h, b, kernel).ok_or_else(cannot)?;
    let right = parts[1].limit(h, b, kernel).ok_or_else(cannot)?;
    let plain = (left.variance + right.variance).sqrt();
    let robust = (left.robust + right.robust).sqrt();
    if !(plain > 0.0 && robust > 0.0) {
        return Err(Failure::Cannot(said!(
            "udfaldet varierer ikke nær grænsen: usikkerheden kan ikke kendes",
            "the outcome does not vary near the cutoff: its error cannot be known"
        )));
    }
    let jump = |name: &str, estimate: f64, error: f64| Tested::new(name.to_owned(), estimate, error, f64::INFINITY);
    let corrected = right.corrected - left.corrected;
    Ok(Discontinuity {
        h: h * scale,
        b: b * scale,
        conventional: jump("conventional", right.limit - left.limit, plain),
        bias_corrected: jump("bias_corrected", corrected, plain),
        robust: jump("robust", corrected, robust),
        left,
        right,
        distinct,
    })
}

/// Whether the density of the running variable jumps at the threshold: then people may have moved themselves across it.
#[derive(Clone, Debug)]
pub struct Density {
    /// Logarithm of the density right over left.
    pub jump: Tested,
    /// Width of a bin.
    pub bin: f64,
    /// Bandwidth.
    pub bandwidth: f64,
}

/// McCrary's test: a histogram that no bin of which crosses the threshold, smoothed by local lines on each side. Nothing where
/// it cannot be made, as with few or heaped values.
pub fn density(running: &[f64], cutoff: f64) -> Option<Density> {
    let n = running.len() as f64;
    let mean = running.iter().sum::<f64>() / n;
    let sd = (running.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let bin = 2.0 * sd / n.sqrt();
    let (low, high) = running.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    // Bins are numbered from the threshold: 0 begins at it.
    let number = |v: f64| ((v - cutoff) / bin).floor() as i64;
    let (first, last) = (number(low), number(high));
    if first >= 0 || last < 0 || last - first > 1_000_000 {
        return None;
    }
    let mut counts = vec![0.0; (last - first + 1) as usize];
    for v in running {
        counts[(number(*v) - first) as usize] += 1.0;
    }
    let height: Vec<f64> = counts.iter().map(|c| c / n / bin).collect();
    let middle = |k: usize| (first + k as i64) as f64 * bin + bin / 2.0;
    let split = (-first) as usize;
    // The bandwidth by how a curve of fourth order bends on each side.
    let names: Vec<String> = (0..5).map(|j| format!("x{j}")).collect();
    let side = |range: std::ops::Range<usize>| -> Option<f64> {
        let far = range.clone().map(|k| middle(k).abs()).fold(0.0, f64::max);
        let at: Vec<f64> = range.clone().map(|k| middle(k) / far).collect();
        let columns = (0..5).map(|j| at.iter().map(|x| x.powi(j)).collect()).collect();
        let fit = least_squares(&Matrix::new(at.len(), columns), &names, &height[range], None).ok()?;
        let b = &fit.coefficients;
        let bend = |x: &f64| (2.0 * b[2] + 6.0 * b[3] * x + 12.0 * b[4] * x * x) / (far * far);
        let bends: f64 = at.iter().map(|x| bend(x).powi(2)).sum();
        let length = at.iter().map(|x| x.abs()).fold(0.0, f64::max) * far + bin / 2.0;
        Some(3.348 * (fit.sigma.powi(2) * length / bends).powf(0.2))
    };
    let bandwidth = f64::midpoint(side(0..split)?, side(split..height.len())?);
    // Beyond the ends there is nothing, and that counts.
    let beyond = (bandwidth / bin).ceil() as i64;
    let limit = |right: bool| -> Option<f64> {
        let (mut s0, mut s1, mut s2, mut t0, mut t1) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for k in -beyond..height.len() as i64 + beyond {
            let x = (first + k) as f64 * bin + bin / 2.0;
            let w = 1.0 - (x / bandwidth).abs();
            if w <= 0.0 || (x > 0.0) != right {
                continue;
            }
            let f = usize::try_from(k).ok().and_then(|k| height.get(k)).copied().unwrap_or(0.0);
            (s0, s1, s2, t0, t1) = (s0 + w, s1 + w * x, s2 + w * x * x, t0 + w * f, t1 + w * f * x);
        }
        let det = s0 * s2 - s1 * s1;
        (det > 0.0).then(|| (s2 * t0 - s1 * t1) / det)
    };
    let (left, right) = (limit(false)?, limit(true)?);
    if left <= 0.0 || right <= 0.0 {
        return None;
    }
    let error = (24.0 / 5.0 / (n * bandwidth) * (1.0 / left + 1.0 / right)).sqrt();
    Some(Density { jump: Tested::new("density".to_owned(), (right / left).ln(), error, f64::INFINITY), bin, bandwidth })
}
