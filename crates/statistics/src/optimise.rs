//! Finding the lowest point of a function.

/// The lowest point between two ends, by Brent's method: golden sections and parabolas, no derivative.
pub fn brent(mut f: impl FnMut(f64) -> f64, low: f64, high: f64, tolerance: f64) -> (f64, f64) {
    let golden = 0.5 * (3.0 - 5f64.sqrt());
    let (mut a, mut b) = (low, high);
    let mut x = a + golden * (b - a);
    let (mut w, mut v) = (x, x);
    let mut fx = f(x);
    let (mut fw, mut fv) = (fx, fx);
    let (mut d, mut e): (f64, f64) = (0.0, 0.0);
    for _ in 0..500 {
        let middle = f64::midpoint(a, b);
        let tol = tolerance * x.abs() + 1e-12;
        if (x - middle).abs() <= 2.0 * tol - 0.5 * (b - a) {
            break;
        }
        let mut golden_step = true;
        if e.abs() > tol {
            let r = (x - w) * (fx - fv);
            let mut q = (x - v) * (fx - fw);
            let mut p = (x - v) * q - (x - w) * r;
            q = 2.0 * (q - r);
            if q > 0.0 {
                p = -p;
            }
            q = q.abs();
            let before = e;
            e = d;
            if p.abs() < (0.5 * q * before).abs() && p > q * (a - x) && p < q * (b - x) {
                d = p / q;
                let u = x + d;
                if u - a < 2.0 * tol || b - u < 2.0 * tol {
                    d = tol.copysign(middle - x);
                }
                golden_step = false;
            }
        }
        if golden_step {
            e = if x < middle { b - x } else { a - x };
            d = golden * e;
        }
        let u = if d.abs() >= tol { x + d } else { x + tol.copysign(d) };
        let fu = f(u);
        if fu <= fx {
            if u < x {
                b = x;
            } else {
                a = x;
            }
            (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu);
        } else {
            if u < x {
                a = u;
            } else {
                b = u;
            }
            if fu <= fw || w == x {
                (v, fv, w, fw) = (w, fw, u, fu);
            } else if fu <= fv || v == x || v == w {
                (v, fv) = (u, fu);
            }
        }
    }
    (x, fx)
}

/// Where a search ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowest {
    /// The point.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Whether the slope is flat there.
    pub converged: bool,
    /// Steps taken.
    pub steps: usize,
}

/// The lowest point near `start` of a function that gives its value and slope, by the BFGS method with a line search that
/// asks for enough decrease.
pub fn bfgs(mut f: impl FnMut(&[f64]) -> (f64, Vec<f64>), start: &[f64], tolerance: f64, most: usize) -> Lowest {
    let n = start.len();
    let mut x = start.to_vec();
    let (mut value, mut slope) = f(&x);
    let mut inverse: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let flat =
        |slope: &[f64], value: f64| slope.iter().fold(0.0f64, |m, g| m.max(g.abs())) <= tolerance * (1.0 + value.abs());
    for step in 0..most {
        if flat(&slope, value) {
            return Lowest { at: x, value, converged: true, steps: step };
        }
        let mut direction: Vec<f64> =
            inverse.iter().map(|row| -row.iter().zip(&slope).map(|(h, g)| h * g).sum::<f64>()).collect();
        let mut downhill: f64 = direction.iter().zip(&slope).map(|(d, g)| d * g).sum();
        if downhill >= 0.0 {
            direction = slope.iter().map(|g| -g).collect();
            downhill = -slope.iter().map(|g| g * g).sum::<f64>();
            for (i, row) in inverse.iter_mut().enumerate() {
                row.iter_mut().enumerate().for_each(|(j, h)| *h = f64::from(u8::from(i == j)));
            }
        }
        let longest = direction.iter().fold(0.0f64, |m, d| m.max(d.abs()));
        let mut length = if step == 0 { (1.0 / longest).min(1.0) } else { 1.0 };
        let mut found = None;
        for _ in 0..60 {
            let there: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let (v, g) = f(&there);
            if v.is_finite() && v <= value + 1e-4 * length * downhill {
                found = Some((there, v, g));
                break;
            }
            length *= 0.5;
        }
        let Some((there, v, g)) = found else {
            return Lowest { converged: flat(&slope, value * 100.0), at: x, value, steps: step };
        };
        let s: Vec<f64> = there.iter().zip(&x).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = g.iter().zip(&slope).map(|(a, b)| a - b).collect();
        let sy: f64 = s.iter().zip(&y).map(|(s, y)| s * y).sum();
        if sy > 1e-300 {
            let hy: Vec<f64> = inverse.iter().map(|row| row.iter().zip(&y).map(|(h, y)| h * y).sum()).collect();
            let yhy: f64 = y.iter().zip(&hy).map(|(y, h)| y * h).sum();
            for i in 0..n {
                for j in 0..n {
                    inverse[i][j] += (1.0 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
                }
            }
        }
        (x, value, slope) = (there, v, g);
    }
    Lowest { converged: flat(&slope, value), at: x, value, steps: most }
}

/// The slope of a function by central differences, for small problems.
pub fn slope(mut f: impl FnMut(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let mut at = x.to_vec();
    (0..x.len())
        .map(|i| {
            let h = 6e-6 * (1.0 + x[i].abs());
            at[i] = x[i] + h;
            let up = f(&at);
            at[i] = x[i] - h;
            let down = f(&at);
            at[i] = x[i];
            (up - down) / (2.0 * h)
        })
        .collect()
}
