//! Forests on binned features: regression, and honest causal forests.
//!
//! Sources: Breiman (2001); Athey, Tibshirani and Wager (2019) for the causal forest, its gradient splits, honesty and the
//! bootstrap of little bags. Each tree has its own stream of chance, so that threads do not matter.

use rayon::prelude::*;
use statistics::Matrix;
use statistics::chance::Chance;

/// Most bins of a feature.
const BINS: usize = 128;

/// Features cut into bins at their quantiles.
#[derive(Clone, Debug)]
pub struct Binned {
    bins: Vec<Vec<u8>>,
    rows: usize,
}

impl Binned {
    /// From columns.
    pub fn new(x: &Matrix) -> Self {
        let bins = (0..x.width())
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
        Self { bins, rows: x.rows() }
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
        let mut at = 0usize;
        loop {
            let node = self.nodes[at];
            if node.left == LEAF {
                return node.right as usize;
            }
            at = if binned.bins[node.feature as usize][row] <= node.bin { node.left } else { node.right } as usize;
        }
    }
}

/// What a node is split by: for each of its rows a number whose group means should differ.
trait Target: Sync {
    fn values(&self, rows: &[u32], into: &mut Vec<f64>);
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
        let mut values = Vec::new();
        while let Some((at, from, to)) = open.pop() {
            let own = &mut rows[from..to];
            let split = if own.len() >= 2 * self.growth.min_leaf { self.split(own, &mut values, chance) } else { None };
            match split {
                Some((feature, bin)) => {
                    let column = &self.binned.bins[feature];
                    let mut middle = 0;
                    for i in 0..own.len() {
                        if column[own[i] as usize] <= bin {
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
                    tree.leaves.push([0.0; 3]);
                }
            }
        }
        tree
    }

    fn split(&self, rows: &[u32], values: &mut Vec<f64>, chance: &mut Chance) -> Option<(usize, u8)> {
        self.target.values(rows, values);
        let n = rows.len() as f64;
        let total: f64 = values.iter().sum();
        let least = (self.growth.min_leaf as f64).max(self.least_share * n);
        let (mut best, mut found) = (total * total / n + 1e-12 * (1.0 + total.abs()), None);
        let width = self.binned.bins.len();
        let mut features: Vec<usize> = (0..width).collect();
        for i in 0..self.growth.features.min(width) {
            features.swap(i, i + chance.below(width - i));
            let feature = features[i];
            let column = &self.binned.bins[feature];
            let (mut sums, mut counts) = ([0.0f64; BINS], [0u32; BINS]);
            for (row, value) in rows.iter().zip(values.iter()) {
                let bin = column[*row as usize] as usize;
                sums[bin] += value;
                counts[bin] += 1;
            }
            let (mut left, mut left_n) = (0.0, 0.0);
            for bin in 0..BINS - 1 {
                if counts[bin] == 0 {
                    continue;
                }
                left += sums[bin];
                left_n += f64::from(counts[bin]);
                let right_n = n - left_n;
                if right_n < least {
                    break;
                }
                if left_n >= least {
                    let right = total - left;
                    let gain = left * left / left_n + right * right / right_n;
                    if gain > best {
                        (best, found) = (gain, Some((feature, bin as u8)));
                    }
                }
            }
        }
        found
    }
}

struct Outcome<'a>(&'a [f64]);

impl Target for Outcome<'_> {
    fn values(&self, rows: &[u32], into: &mut Vec<f64>) {
        into.clear();
        into.extend(rows.iter().map(|i| self.0[*i as usize]));
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
                let mut tree = grow.tree(&mut own, &mut chance);
                for row in own {
                    let leaf = tree.leaf(binned, row as usize);
                    tree.leaves[leaf][0] += y[row as usize];
                    tree.leaves[leaf][2] += 1.0;
                }
                tree
            })
            .collect();
        Self { trees }
    }

    /// Prediction for a row of the same bins.
    pub fn predict(&self, binned: &Binned, row: usize) -> f64 {
        let of = |tree: &Tree| {
            let leaf = tree.leaves[tree.leaf(binned, row)];
            leaf[0] / leaf[2].max(1.0)
        };
        self.trees.iter().map(of).sum::<f64>() / self.trees.len() as f64
    }
}

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
        let left: Vec<usize> = (0..n).filter(|i| fold[*i] as usize == f).collect();
        let predicted: Vec<f64> = left.par_iter().map(|i| forest.predict(binned, *i)).collect();
        left.iter().zip(predicted).for_each(|(i, p)| out[*i] = p);
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
    (0..n)
        .into_par_iter()
        .map(|row| {
            // Mean numerator and denominator of each tree of each bag that did not see the row.
            let mut parts: Vec<Vec<(f64, f64)>> = Vec::new();
            // With few trees a row may be in every bag: then all of them answer for it.
            let unseen = grown.iter().any(|(seen, _)| !seen[row]);
            for (_, trees) in grown.iter().filter(|(seen, _)| !unseen || !seen[row]) {
                let own: Vec<(f64, f64)> = trees
                    .iter()
                    .map(|tree| tree.leaves[tree.leaf(binned, row)])
                    .filter(|leaf| leaf[2] > 0.0 && leaf[1] > 0.0)
                    .map(|leaf| (leaf[0] / leaf[2], leaf[1] / leaf[2]))
                    .collect();
                if !own.is_empty() {
                    parts.push(own);
                }
            }
            let count: f64 = parts.iter().map(|p| p.len() as f64).sum();
            let a = parts.iter().flatten().map(|p| p.0).sum::<f64>() / count;
            let b = parts.iter().flatten().map(|p| p.1).sum::<f64>() / count;
            let tau = a / b;
            // Between bags, less what trees within a bag differ by chance.
            let bags = parts.len() as f64;
            let (mut between, mut within) = (0.0, 0.0);
            for bag in &parts {
                let own: Vec<f64> = bag.iter().map(|(a, b_own)| (a - tau * b_own) / b).collect();
                let m = own.iter().sum::<f64>() / own.len() as f64;
                between += m * m / bags;
                if own.len() > 1 {
                    let spread = own.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (own.len() as f64 - 1.0);
                    within += spread / own.len() as f64 / bags;
                }
            }
            // Never below what the bags can tell apart.
            let variance = (between - within).max(between / 10.0);
            (tau, variance.sqrt())
        })
        .collect()
}
