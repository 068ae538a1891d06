//! Forests on binned features: regression, and honest causal forests.
//!
//! Sources: Breiman (2001); Athey, Tibshirani and Wager (2019) for the causal forest, its gradient splits, honesty and the
//! bootstrap of little bags. Each tree has its own stream of chance, so that threads do not matter.

use rayon::prelude::*;
use statistics::Matrix;
use statistics::chance::Chance;

/// Most bins of a feature.
const BINS: usize = 128;

/// Features cut into bins at their quantiles, row by row: what a row is sent by lies together.
#[derive(Clone, Debug)]
pub struct Binned {
    bins: Vec<u8>,
    rows: usize,
    width: usize,
}

impl Binned {
    /// From columns.
    pub fn new(x: &Matrix) -> Self {
        let (rows, width) = (x.rows(), x.width());
        let columns: Vec<Vec<u8>> = (0..width)
            .into_par_iter()
            .map(|j| {
                let column = x.column(j);
                let mut sorted = column.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                let mut cuts: Vec<f64> = (1..BINS).map(|q| sorted[q * (sorted.len() - 1) / BINS]).collect();
                cuts.dedup();
                column.iter().map(|v| cuts.partition_point(|c| c < v) as u8).collect()
            })
            .collect();
        let mut bins = vec![0; rows * width];
        for (j, column) in columns.iter().enumerate() {
            bins.iter_mut().skip(j).step_by(width).zip(column).for_each(|(place, bin)| *place = *bin);
        }
        Self { bins, rows, width }
    }

    fn row(&self, row: usize) -> &[u8] {
        &self.bins[row * self.width..(row + 1) * self.width]
    }

    /// Rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }
}

/// How trees grow.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// Trees.
    pub trees: usize,
    /// Fewest rows of a leaf.
    pub min_leaf: usize,
    /// Features looked at in each split.
    pub features: usize,
    /// Seed of chance.
    pub seed: u64,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    feature: u32,
    /// Rows with a bin up to this go left.
    bin: u8,
    left: u32,
    right: u32,
}

const LEAF: u32 = u32::MAX;

#[derive(Clone, Debug, Default)]
struct Tree {
    nodes: Vec<Node>,
    /// Sums of a leaf: first, second, rows.
    leaves: Vec<[f64; 3]>,
}

impl Tree {
    /// Number of the leaf a row falls in.
    fn leaf(&self, binned: &Binned, row: usize) -> usize {
        let (bins, mut at) = (binned.row(row), 0usize);
        loop {
            let node = self.nodes[at];
            if node.left == LEAF {
                return node.right as usize;
            }
            at = if bins[node.feature as usize] <= node.bin { node.left } else { node.right } as usize;
        }
    }
}

/// What a node is split by: for each of its rows a number whose group means should differ.
trait Target: Sync {
    fn values(&self, rows: &[u32], into: &mut Vec<f64>);

    /// What the rows that a leaf was found by tell of it.
    fn leaf(&self, _rows: &[u32]) -> [f64; 3] {
        [0.0; 3]
    }
}

/// Room that is used again in each split.
#[derive(Default)]
struct Room {
    values: Vec<f64>,
    features: Vec<usize>,
    /// Of each feature looked at, and each bin: sum and rows; nothing between splits.
    sums: Vec<[[f64; 2]; BINS]>,
    /// Which of those bins hold rows, a bit each.
    met: Vec<u128>,
    /// Bin and value of the rows of a small node, in order.
    few: Vec<(u8, f64)>,
}

/// The places of the bits set, from the lowest.
struct Bits(u128);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = (self.0 != 0).then(|| self.0.trailing_zeros() as usize)?;
        self.0 &= self.0 - 1;
        Some(at)
    }
}

/// Up to so many rows are put in order instead of being counted in bins.
const FEW: usize = 12;

/// The best split found so far, by a walk through bins in order.
struct Best {
    n: f64,
    total: f64,
    least: f64,
    gain: f64,
    found: Option<(usize, u8)>,
}

impl Best {
    /// The bins of a feature that hold rows: bin, sum, rows.
    fn walk(&mut self, feature: usize, bins: impl Iterator<Item = (u8, f64, f64)>) {
        let (mut left, mut left_n) = (0.0, 0.0);
        for (bin, sum, rows) in bins {
            left += sum;
            left_n += rows;
            let right_n = self.n - left_n;
            if right_n < self.least || usize::from(bin) == BINS - 1 {
                break;
            }
            if left_n >= self.least {
                let right = self.total - left;
                let gain = left * left / left_n + right * right / right_n;
                if gain > self.gain {
                    (self.gain, self.found) = (gain, Some((feature, bin)));
                }
            }
        }
    }
}

struct Grow<'a, T: Target> {
    binned: &'a Binned,
    target: &'a T,
    growth: Growth,
    /// Smallest share of a node that a child may have.
    least_share: f64,
}

impl<T: Target> Grow<'_, T> {
    fn tree(&self, rows: &mut [u32], chance: &mut Chance) -> Tree {
        let mut tree = Tree::default();
        tree.nodes.push(Node { feature: 0, bin: 0, left: LEAF, right: 0 });
        let mut open = vec![(0usize, 0usize, rows.len())];
        let mut room = Room::default();
        while let Some((at, from, to)) = open.pop() {
            let own = &mut rows[from..to];
            let split = if own.len() >= 2 * self.growth.min_leaf { self.split(own, &mut room, chance) } else { None };
            match split {
                Some((feature, bin)) => {
                    let mut middle = 0;
                    for i in 0..own.len() {
                        if self.binned.row(own[i] as usize)[feature] <= bin {
                            own.swap(i, middle);
                            middle += 1;
                        }
                    }
                    let (left, right) = (tree.nodes.len(), tree.nodes.len() + 1);
                    let empty = Node { feature: 0, bin: 0, left: LEAF, right: 0 };
                    tree.nodes.extend([empty, empty]);
                    tree.nodes[at] = Node { feature: feature as u32, bin, left: left as u32, right: right as u32 };
                    open.push((left, from, from + middle));
                    open.push((right, from + middle, to));
                }
                None => {
                    tree.nodes[at].right = tree.leaves.len() as u32;
                    tree.leaves.push(self.target.leaf(own));
                }
            }
        }
        tree
    }

    fn split(&self, rows: &[u32], room: &mut Room, chance: &mut Chance) -> Option<(usize, u8)> {
        let Room { values, features, sums, met, few } = room;
        self.target.values(rows, values);
        let n = rows.len() as f64;
        let total: f64 = values.iter().sum();
        let least = (self.growth.min_leaf as f64).max(self.least_share * n);
        let mut best = Best { n, total, least, gain: total * total / n + 1e-12 * (1.0 + total.abs()), found: None };
        let width = self.binned.width;
        features.clear();
        features.extend(0..width);
        let looked = self.growth.features.min(width);
        for i in 0..looked {
            features.swap(i, i + chance.below(width - i));
        }
        let features = &features[..looked];
        if rows.len() <= FEW {
            for feature in features {
                few.clear();
                few.extend(rows.iter().zip(values.iter()).map(|(r, v)| (self.binned.row(*r as usize)[*feature], *v)));
                few.sort_by_key(|(bin, _)| *bin);
                let of_bin = few.chunk_by(|a, b| a.0 == b.0);
                best.walk(*feature, of_bin.map(|c| (c[0].0, c.iter().map(|(_, v)| v).sum(), c.len() as f64)));
            }
            return best.found;
        }
        sums.resize(looked, [[0.0; 2]; BINS]);
        met.clear();
        met.resize(looked, 0);
        for (row, value) in rows.iter().zip(values.iter()) {
            let bins = self.binned.row(*row as usize);
            for ((feature, sums), met) in features.iter().zip(sums.iter_mut()).zip(met.iter_mut()) {
                let bin = usize::from(bins[*feature]) % BINS;
                *met |= 1 << bin;
                let place = &mut sums[bin];
                place[0] += value;
                place[1] += 1.0;
            }
        }
        for ((feature, sums), met) in features.iter().zip(sums.iter_mut()).zip(met.iter()) {
            best.walk(*feature, Bits(*met).map(|bin| (bin as u8, sums[bin][0], sums[bin][1])));
            Bits(*met).for_each(|bin| sums[bin] = [0.0; 2]);
        }
        best.found
    }
}

struct Outcome<'a>(&'a [f64]);

impl Target for Outcome<'_> {
    fn values(&self, rows: &[u32], into: &mut Vec<f64>) {
        into.clear();
        into.extend(rows.iter().map(|i| self.0[*i as usize]));
    }

    fn leaf(&self, rows: &[u32]) -> [f64; 3] {
        [rows.iter().map(|i| self.0[*i as usize]).sum(), 0.0, rows.len() as f64]
    }
}

/// A regression forest.
#[derive(Clone, Debug)]
pub struct Forest {
    trees: Vec<Tree>,
}

/// Rows drawn without replacement.
fn draw(rows: &[u32], share: f64, chance: &mut Chance) -> Vec<u32> {
    let mut all = rows.to_vec();
    let want = ((rows.len() as f64 * share).round() as usize).clamp(1, rows.len());
    for i in 0..want {
        let j = i + chance.below(all.len() - i);
        all.swap(i, j);
    }
    all.truncate(want);
    all
}

impl Forest {
    /// Grown on some rows.
    pub fn grow(binned: &Binned, y: &[f64], rows: &[u32], growth: Growth) -> Self {
        let target = Outcome(y);
        let grow = Grow { binned, target: &target, growth, least_share: 0.0 };
        let trees = (0..growth.trees)
            .into_par_iter()
            .map(|number| {
                let mut chance = Chance::new(growth.seed, number as u64);
                // With replacement, as bagging does.
                let mut own: Vec<u32> = (0..rows.len()).map(|_| rows[chance.below(rows.len())]).collect();
                grow.tree(&mut own, &mut chance)
            })
            .collect();
        Self { trees }
    }

    /// Predictions for rows of the same bins. A tree answers for many rows while it lies near.
    pub fn predict(&self, binned: &Binned, rows: &[u32]) -> Vec<f64> {
        let mut out = vec![0.0; rows.len()];
        out.par_chunks_mut(TOGETHER).zip(rows.par_chunks(TOGETHER)).for_each(|(out, rows)| {
            for tree in &self.trees {
                for (place, row) in out.iter_mut().zip(rows) {
                    let leaf = tree.leaves[tree.leaf(binned, *row as usize)];
                    *place += leaf[0] / leaf[2].max(1.0);
                }
            }
            out.iter_mut().for_each(|sum| *sum /= self.trees.len() as f64);
        });
        out
    }
}

/// Rows that are sent down a tree together.
const TOGETHER: usize = 2048;

/// Predictions of each row by forests grown on the other folds.
pub fn cross_fitted(
    binned: &Binned,
    y: &[f64],
    fold: &[u32],
    folds: usize,
    only: Option<&[bool]>,
    growth: Growth,
) -> Vec<f64> {
    let n = binned.rows();
    let mut out = vec![0.0; n];
    for f in 0..folds {
        let usable = |i: &u32| fold[*i as usize] as usize != f && only.is_none_or(|o| o[*i as usize]);
        let rows: Vec<u32> = (0..n as u32).filter(usable).collect();
        if rows.is_empty() {
            continue;
        }
        let forest =
            Forest::grow(binned, y, &rows, Growth { seed: growth.seed.wrapping_add(f as u64 * 7919), ..growth });
        let left: Vec<u32> = (0..n as u32).filter(|i| fold[*i as usize] as usize == f).collect();
        left.iter().zip(forest.predict(binned, &left)).for_each(|(i, p)| out[*i as usize] = p);
    }
    out
}

/// The gradient of the local effect: rows whose effect lies above that of the node are positive.
struct Gradient<'a> {
    y: &'a [f64],
    w: &'a [f64],
}

impl Target for Gradient<'_> {
    fn values(&self, rows: &[u32], into: &mut Vec<f64>) {
        let (mut wy, mut ww) = (0.0, 0.0);
        for i in rows {
            let i = *i as usize;
            wy += self.w[i] * self.y[i];
            ww += self.w[i] * self.w[i];
        }
        let tau = if ww > 0.0 { wy / ww } else { 0.0 };
        into.clear();
        into.extend(rows.iter().map(|i| {
            let i = *i as usize;
            self.w[i] * (self.y[i] - tau * self.w[i])
        }));
    }
}

/// Trees that share half of the rows: the little bags of the variance.
const BAG: usize = 4;

/// Effects of rows with their standard errors, by an honest causal forest on residuals of outcome and treatment.
///
/// **Shapes.** `y` and `w` are residuals, a row each. Each row is predicted by the trees that did not see it.
pub fn causal_forest(binned: &Binned, y: &[f64], w: &[f64], growth: Growth) -> Vec<(f64, f64)> {
    let n = binned.rows();
    let target = Gradient { y, w };
    let grow = Grow { binned, target: &target, growth, least_share: 0.05 };
    let all: Vec<u32> = (0..n as u32).collect();
    let bags = growth.trees.div_ceil(BAG).max(2);
    let grown: Vec<(Vec<bool>, Vec<Tree>)> = (0..bags)
        .into_par_iter()
        .map(|bag| {
            let mut chance = Chance::new(growth.seed, 1_000_000 + bag as u64);
            let half = draw(&all, 0.5, &mut chance);
            let mut seen = vec![false; n];
            half.iter().for_each(|i| seen[*i as usize] = true);
            let trees = (0..BAG)
                .map(|_| {
                    let own = draw(&half, 0.9, &mut chance);
                    // One half to find the splits, the other to tell the effects.
                    let (splits, tells) = own.split_at(own.len() / 2);
                    let mut splits = splits.to_vec();
                    let mut tree = grow.tree(&mut splits, &mut chance);
                    for row in tells {
                        let i = *row as usize;
                        let leaf = tree.leaf(binned, i);
                        tree.leaves[leaf][0] += w[i] * y[i];
                        tree.leaves[leaf][1] += w[i] * w[i];
                        tree.leaves[leaf][2] += 1.0;
                    }
                    tree
                })
                .collect();
            (seen, trees)
        })
        .collect();
    let rows: Vec<u32> = (0..n as u32).collect();
    let told = |rows: &[u32]| {
        let mut all = vec![Told::default(); rows.len()];
        for (seen, trees) in &grown {
            for (told, row) in all.iter_mut().zip(rows).filter(|(_, row)| !seen[**row as usize]) {
                told.add(binned, trees, *row as usize);
            }
        }
        for (told, row) in all.iter_mut().zip(rows) {
            // With few trees a row may be in every bag: then all of them answer for it.
            if grown.iter().all(|(seen, _)| seen[*row as usize]) {
                grown.iter().for_each(|(_, trees)| told.add(binned, trees, *row as usize));
            }
        }
        all.iter().map(Told::effect).collect::<Vec<(f64, f64)>>()
    };
    rows.par_chunks(TOGETHER).flat_map_iter(told).collect()
}

/// A form `x + 2 y t + z t²` of a numerator and a denominator taken `t` times from it.
#[derive(Clone, Copy, Debug, Default)]
struct Squares {
    first: f64,
    crossed: f64,
    second: f64,
}

impl Squares {
    fn add(&mut self, a: f64, b: f64, times: f64) {
        self.first += times * a * a;
        self.crossed += times * a * b;
        self.second += times * b * b;
    }

    fn at(self, tau: f64) -> f64 {
        self.first - 2.0 * tau * self.crossed + tau * tau * self.second
    }
}

/// What bags of trees say of a row, summed: numerators and denominators of the effect, and how they differ.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    trees: f64,
    a: f64,
    b: f64,
    bags: f64,
    /// Of the means of bags.
    between: Squares,
    /// Of the trees of a bag about its mean, as that mean varies by them.
    within: Squares,
}

impl Told {
    fn add(&mut self, binned: &Binned, trees: &[Tree], row: usize) {
        let mut own = [(0.0, 0.0); BAG];
        let mut found = 0;
        for tree in trees {
            let leaf = tree.leaves[tree.leaf(binned, row)];
            if leaf[2] > 0.0 && leaf[1] > 0.0 {
                own[found] = (leaf[0] / leaf[2], leaf[1] / leaf[2]);
                found += 1;
            }
        }
        if found == 0 {
            return;
        }
        let (own, n) = (&own[..found], found as f64);
        let (a, b) = own.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        self.trees += n;
        self.a += a;
        self.b += b;
        self.bags += 1.0;
        self.between.add(a / n, b / n, 1.0);
        if found > 1 {
            own.iter().for_each(|(x, y)| self.within.add(x - a / n, y - b / n, 1.0 / ((n - 1.0) * n)));
        }
    }

    /// The effect and its standard error: what bags differ by, less what trees within a bag differ by chance.
    fn effect(&self) -> (f64, f64) {
        let (tau, b) = (self.a / self.b, self.b / self.trees);
        let scale = self.bags * b * b;
        let (between, within) = (self.between.at(tau).max(0.0) / scale, self.within.at(tau).max(0.0) / scale);
        // Never below what the bags can tell apart.
        (tau, (between - within).max(between / 10.0).sqrt())
    }
}
