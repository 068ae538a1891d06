//! Estimators on made-up rows.

use effects::forest::{Binned, Growth, causal_forest, cross_fitted};
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
