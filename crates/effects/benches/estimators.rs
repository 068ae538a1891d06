//! Estimators on made-up rows.

use effects::competing::aalen_johansen;
use effects::cox::{Cox, Ties};
use effects::forest::{Binned, Growth, causal_forest, cross_fitted};
use effects::survival::{Durations, curve};
use statistics::Matrix;
use statistics::chance::Chance;

fn main() {
    divan::main();
}

const ROWS: usize = 20_000;

fn rows() -> (Matrix, Vec<f64>, Vec<f64>, Vec<u32>) {
    let mut chance = Chance::new(1, 1);
    let columns: Vec<Vec<f64>> = (0..10).map(|_| (0..ROWS).map(|_| chance.uniform()).collect()).collect();
    let d: Vec<f64> = (0..ROWS).map(|_| f64::from(u8::from(chance.uniform() < 0.5))).collect();
    let y = (0..ROWS).map(|i| columns[0][i] * d[i] + columns[1][i] + chance.uniform()).collect();
    (Matrix::new(ROWS, columns), y, d, (0..ROWS).map(|i| (i % 5) as u32).collect())
}

#[divan::bench(sample_count = 5)]
fn nuisance_of_100_trees(bencher: divan::Bencher<'_, '_>) {
    let (x, y, _, fold) = rows();
    let binned = Binned::new(&x);
    let growth = Growth { trees: 100, min_leaf: 5, features: 4, seed: 1 };
    bencher.bench(|| cross_fitted(&binned, &y, &fold, 5, None, growth));
}

#[divan::bench(sample_count = 5)]
fn causal_forest_of_100_trees(bencher: divan::Bencher<'_, '_>) {
    let (x, y, d, _) = rows();
    let binned = Binned::new(&x);
    let centred: Vec<f64> = d.iter().map(|d| d - 0.5).collect();
    bencher.bench(|| causal_forest(&binned, &y, &centred, Growth { trees: 100, min_leaf: 5, features: 10, seed: 1 }));
}

/// Durations of 100,000, in whole months or not, and how each ended: 0 is lost from sight.
fn durations(whole: bool) -> (Vec<f64>, Vec<u32>) {
    let mut chance = Chance::new(2, 1);
    let time = |chance: &mut Chance| -chance.uniform().ln() * 30.0;
    let one = |t: f64, chance: &mut Chance| (if whole { t.ceil() } else { t }, chance.below(3) as u32);
    (0..100_000).map(|_| one(time(&mut chance), &mut chance)).unzip()
}

#[divan::bench(args = [true, false])]
fn kaplan_meier(bencher: divan::Bencher<'_, '_>, whole: bool) {
    let (time, cause) = durations(whole);
    let event: Vec<f64> = cause.iter().map(|c| f64::from(u8::from(*c > 0))).collect();
    bencher.bench(|| Durations::new(&time, &event, None, ("t", "e")).and_then(|d| curve(&d, &[], None)));
}

#[divan::bench(args = [true, false])]
fn incidences(bencher: divan::Bencher<'_, '_>, whole: bool) {
    let (time, cause) = durations(whole);
    bencher.bench(|| aalen_johansen(&time, &cause, 2, &[]));
}

#[divan::bench(args = [true, false], sample_count = 10)]
fn cox(bencher: divan::Bencher<'_, '_>, whole: bool) {
    let (time, cause) = durations(whole);
    let event: Vec<bool> = cause.iter().map(|c| *c > 0).collect();
    let mut chance = Chance::new(3, 1);
    let columns: Vec<Vec<f64>> = (0..10).map(|_| time.iter().map(|_| chance.normal()).collect()).collect();
    let names: Vec<String> = (0..10).map(|j| format!("x{j}")).collect();
    let model = || Cox {
        entry: None,
        time: &time,
        event: &event,
        x: Matrix::new(time.len(), columns.clone()),
        names: &names,
        strata: None,
        cluster: None,
        robust: false,
        ties: Ties::Efron,
    };
    bencher.with_inputs(model).bench_values(Cox::fit);
}
