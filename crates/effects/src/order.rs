//! Numbers as whole ones that stand in the same order: what lies side by side is sorted several times as fast as what is looked up.

use rayon::prelude::*;

/// Rows by rising value, those alike in the order they stand.
pub(crate) fn by(values: &[f64]) -> Vec<u32> {
    let mut keys: Vec<(u64, u32)> = values.par_iter().map(|v| rising(*v)).zip(0..values.len() as u32).collect();
    keys.par_sort_unstable();
    keys.into_iter().map(|(_, row)| row).collect()
}

/// Rises with `value`; −0 is 0.
pub(crate) fn rising(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    // Below 0 a greater size is a smaller number.
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Falls as `value` rises.
pub(crate) fn falling(value: f64) -> u64 {
    !rising(value)
}

#[cfg(test)]
mod tests {
    use super::{by, falling, rising};

    #[test]
    fn whole_numbers_stand_as_the_others_do() {
        let all = [f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 1e-300, 0.5, 2.0, f64::INFINITY];
        assert!(all.windows(2).all(|w| rising(w[0]) < rising(w[1]) && falling(w[0]) > falling(w[1])));
        assert_eq!(rising(-0.0), rising(0.0));
        assert_eq!(by(&[2.0, -1.0, 0.0, 2.0, -0.0]), [1, 2, 4, 0, 3]);
    }
}
