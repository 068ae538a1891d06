//! Made-up persons for the tests.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::needless_range_loop, reason = "rows are drawn column by column")]

use statistics::chance::Chance;
use statistics::{Design, Matrix};

/// Names `x0`, `x1` …
pub fn names(k: usize) -> Vec<String> {
    (0..k).map(|j| format!("x{j}")).collect()
}

/// Covariates as a matrix.
pub fn matrix(columns: &[Vec<f64>]) -> Matrix {
    Matrix::new(columns.first().map_or(0, Vec::len), columns.to_vec())
}

/// A design with an intercept first.
pub fn design(columns: &[Vec<f64>]) -> Design {
    let n = columns.first().map_or(0, Vec::len);
    let mut all = vec![vec![1.0; n]];
    all.extend(columns.iter().cloned());
    let mut own = vec!["(Intercept)".to_owned()];
    own.extend(names(columns.len()));
    Design { x: Matrix::new(n, all), names: own }
}

/// A design without an intercept.
pub fn covariates(columns: &[Vec<f64>]) -> Design {
    Design { x: matrix(columns), names: names(columns.len()) }
}

/// Equal but for what rounding does.
#[track_caller]
pub fn near(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within * (1.0 + a.abs().max(b.abs())), "{a} is not {b}");
}

/// The values at `order`.
pub fn take<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
    order.iter().map(|i| values[*i]).collect()
}

/// Columns with their rows at `order`.
pub fn take_all(columns: &[Vec<f64>], order: &[usize]) -> Vec<Vec<f64>> {
    columns.iter().map(|c| take(c, order)).collect()
}

/// Durations with covariates: `time`, 0 for lost from sight else the cause, two covariates.
#[derive(Clone, Debug)]
pub struct People {
    pub time: Vec<f64>,
    pub cause: Vec<u32>,
    pub x: Vec<Vec<f64>>,
}

impl People {
    /// `ties` rounds times up to whole numbers.
    pub fn new(seed: u64, n: usize, causes: u32, ties: bool) -> Self {
        let mut chance = Chance::new(seed, 1);
        let x: Vec<Vec<f64>> = vec![
            (0..n).map(|_| chance.normal()).collect(),
            (0..n).map(|i| f64::from(u8::from(chance.uniform() < 0.3 + 0.4 * (i as f64 / n as f64)))).collect(),
        ];
        let (mut time, mut cause) = (Vec::new(), Vec::new());
        for i in 0..n {
            let pace = (0.4 * x[0][i] - 0.5 * x[1][i]).exp();
            let (own, lost) = (-8.0 * chance.uniform().ln() / pace, 1.0 - 14.0 * chance.uniform().ln());
            let t = own.min(lost);
            time.push(if ties { t.ceil() } else { t });
            cause.push(if own <= lost { 1 + chance.below(causes as usize) as u32 } else { 0 });
        }
        cause[0] = 1;
        Self { time, cause, x }
    }

    pub fn ended(&self) -> Vec<bool> {
        self.cause.iter().map(|c| *c > 0).collect()
    }

    pub fn event(&self) -> Vec<f64> {
        self.cause.iter().map(|c| f64::from(u8::from(*c > 0))).collect()
    }

    pub fn in_order(&self, order: &[usize]) -> Self {
        Self { time: take(&self.time, order), cause: take(&self.cause, order), x: take_all(&self.x, order) }
    }
}

/// A comparison: outcome, treatment, draw, two covariates. The effect is 1 for everybody.
#[derive(Clone, Debug)]
pub struct Arms {
    pub y: Vec<f64>,
    pub d: Vec<f64>,
    pub z: Vec<f64>,
    pub x: Vec<Vec<f64>>,
}

impl Arms {
    /// `lean` is how much the first covariate draws people into treatment.
    pub fn new(seed: u64, n: usize, lean: f64) -> Self {
        let mut chance = Chance::new(seed, 2);
        let x: Vec<Vec<f64>> = (0..2).map(|_| (0..n).map(|_| chance.normal()).collect()).collect();
        let (mut y, mut d, mut z) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..n {
            let unseen = chance.normal();
            let drawn = f64::from(u8::from(i % 2 == 0));
            let share = statistics::distribution::expit(lean * x[0][i]);
            let takes = if lean == 0.0 { i % 4 < 2 } else { chance.uniform() < share };
            let own = f64::from(u8::from(takes));
            d.push(own);
            z.push(drawn);
            y.push(own + 0.8 * x[0][i] - 0.3 * x[1][i] + unseen);
        }
        Self { y, d, z, x }
    }
}
