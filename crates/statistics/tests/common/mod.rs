//! Small data that anybody can write down again, and how near is near enough.
//!
//! Every column is arithmetic on the row number in whole numbers and one division, so that another program makes the same
//! bits. Reference numbers in these tests were computed from the same formulas.

#![allow(dead_code, reason = "each test file uses its own part")]

use statistics::{Clusters, Matrix};

/// Whether two numbers agree to `tolerance`, relative where they are larger than one.
pub fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0)
}

#[track_caller]
pub fn assert_near(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(near(found, expected, tolerance), "{what}: {found:e}, expected {expected:e}");
}

/// Relative, however small the numbers are.
#[track_caller]
pub fn assert_relative(what: &str, found: f64, expected: f64, tolerance: f64) {
    let gap = (found - expected).abs();
    assert!(gap <= tolerance * expected.abs(), "{what}: {found:e}, expected {expected:e}");
}

#[track_caller]
pub fn assert_all_near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert_near(&format!("{what} [{i}]"), *f, *e, tolerance);
    }
}

#[track_caller]
pub fn assert_matrix_near(what: &str, found: &Matrix, expected: &Matrix, tolerance: f64) {
    assert_eq!((found.rows(), found.width()), (expected.rows(), expected.width()), "{what}");
    for j in 0..found.width() {
        for i in 0..found.rows() {
            assert_near(&format!("{what} [{i}, {j}]"), found.at(i, j), expected.at(i, j), tolerance);
        }
    }
}

pub fn names(k: usize) -> Vec<String> {
    (0..k).map(|j| format!("x{j}")).collect()
}

/// Square roots of the diagonal.
pub fn errors(matrix: &Matrix) -> Vec<f64> {
    (0..matrix.width()).map(|j| matrix.at(j, j).sqrt()).collect()
}

pub fn column(n: u32, of: impl Fn(u32) -> f64) -> Vec<f64> {
    (0..n).map(of).collect()
}

pub fn first(i: u32) -> f64 {
    f64::from((i * 37 + 11) % 101) / 10.0
}

pub fn second(i: u32) -> f64 {
    f64::from((i * 53 + 29) % 97) / 10.0 - 4.0
}

fn noise(i: u32) -> f64 {
    f64::from((i * 71 + 5) % 89)
}

/// Forty rows: an intercept, two numbers and an indicator; weights; six clusters of uneven size, and five of eight.
pub struct Sample {
    pub x: Matrix,
    pub y: Vec<f64>,
    pub w: Vec<f64>,
    pub clusters: Clusters,
    pub other: Clusters,
}

pub fn sample() -> Sample {
    let n = 40;
    let group = |i: u32| (i * i) % 11; // 0, 1, 3, 4, 5, 9
    let mark = |i: u32| f64::from(u8::from(i.is_multiple_of(4)));
    let x = Matrix::new(40, vec![column(n, |_| 1.0), column(n, first), column(n, second), column(n, mark)]);
    let y = column(n, |i| {
        1.5 + 0.8 * first(i) - 0.4 * second(i) + 1.2 * mark(i) + (noise(i) / 20.0 - 2.2) + 0.3 * f64::from(group(i))
    });
    let number = |g: u32| [0, 1, 3, 4, 5, 9].iter().position(|s| *s == g).expect("a square modulo 11") as u32;
    Sample {
        x,
        y,
        w: column(n, |i| 0.5 + f64::from(i * 29 % 17) / 8.0),
        clusters: Clusters::new((0..n).map(|i| number(group(i))).collect()),
        other: Clusters::new((0..n).map(|i| i % 5).collect()),
    }
}

/// Sixty rows with an outcome of 0 and 1, a count, an offset and weights.
pub struct Outcomes {
    pub x: Matrix,
    pub binary: Vec<f64>,
    pub count: Vec<f64>,
    pub offset: Vec<f64>,
    pub w: Vec<f64>,
}

pub fn outcomes() -> Outcomes {
    let n = 60;
    let share = |i: u32| (f64::from((i * 67 + 13) % 60) + 0.5) / 60.0;
    let b = |i: u32| f64::from(u8::from(second(i) > 1.0));
    Outcomes {
        x: Matrix::new(60, vec![column(n, |_| 1.0), column(n, first), column(n, second)]),
        binary: column(n, |i| f64::from(u8::from(share(i) < 0.15 + 0.06 * first(i) + 0.03 * b(i)))),
        count: column(n, |i| f64::from((i * 67 + 13) % 5 + if first(i) > 5.0 { 2 } else { 0 })),
        offset: column(n, |i| f64::from((i * 19) % 13) / 10.0 - 0.5),
        w: column(n, |i| 1.0 + f64::from(i * 29 % 7) / 4.0),
    }
}

/// Forty-eight rows in seven units.
pub fn units() -> (Matrix, Vec<f64>, Vec<u32>) {
    let n = 48;
    let group = |i: u32| (i * i) % 13; // 0, 1, 3, 4, 9, 10, 12
    let x = Matrix::new(48, vec![column(n, |_| 1.0), column(n, first)]);
    let y = column(n, |i| 2.0 + 0.5 * first(i) + 0.4 * f64::from(group(i)) + noise(i) / 30.0 - 1.5);
    let number = |g: u32| [0, 1, 3, 4, 9, 10, 12].iter().position(|s| *s == g).expect("a square modulo 13") as u32;
    (x, y, (0..n).map(|i| number(group(i))).collect())
}
