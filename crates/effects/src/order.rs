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

/// The number that [`rising`] made.
fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// So many places for counts at the most, where times are small whole numbers: days, weeks or months mostly are.
const PLACES: usize = 1 << 17;

/// Distinct times in order, with how many rows of each kind there are at each.
pub(crate) fn tally(
    times: &[f64],
    kind: impl Fn(usize) -> usize + Sync,
    kinds: usize,
    mut each: impl FnMut(f64, &[u32]),
) {
    const CHUNK: usize = 1 << 16;
    let whole = |most: Option<u32>, time: &f64| {
        let number = *time as u32;
        most.filter(|_| f64::from(number) == *time).map(|most| most.max(number))
    };
    let most = times
        .par_chunks(CHUNK)
        .map(|times| times.iter().fold(Some(0), whole))
        .reduce(|| Some(0), |a, b| a.zip(b).map(|(a, b)| a.max(b)))
        .map(|most| most as usize + 1)
        .filter(|places| places * kinds <= PLACES);
    if let Some(places) = most {
        let sum = |mut a: Vec<u32>, b: Vec<u32>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        let chunk = |(n, times): (usize, &[f64])| {
            let mut counts = vec![0; places * kinds];
            for (i, time) in times.iter().enumerate() {
                counts[*time as usize * kinds + kind(n * CHUNK + i)] += 1;
            }
            counts
        };
        let counts = times.par_chunks(CHUNK).enumerate().map(chunk).reduce(|| vec![0; places * kinds], sum);
        let all = counts.chunks_exact(kinds).enumerate();
        all.filter(|(_, counts)| counts.iter().any(|n| *n > 0)).for_each(|(time, counts)| each(time as f64, counts));
        return;
    }
    let mut sorted: Vec<Vec<u64>> = vec![Vec::new(); kinds];
    for (i, time) in times.iter().enumerate() {
        sorted[kind(i)].push(rising(*time));
    }
    sorted.par_iter_mut().for_each(|keys| keys.par_sort_unstable());
    let mut left: Vec<&[u64]> = sorted.iter().map(Vec::as_slice).collect();
    let mut counts = vec![0; kinds];
    while let Some(key) = left.iter().filter_map(|keys| keys.first()).min().copied() {
        for (count, keys) in counts.iter_mut().zip(&mut left) {
            let alike = keys.iter().take_while(|k| **k == key).count();
            *keys = &keys[alike..];
            *count = alike as u32;
        }
        each(value(key), &counts);
    }
}

#[cfg(test)]
mod tests {
    use super::{by, falling, rising, tally, value};

    #[test]
    fn whole_numbers_stand_as_the_others_do() {
        let all = [f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 1e-300, 0.5, 2.0, f64::INFINITY];
        assert!(all.windows(2).all(|w| rising(w[0]) < rising(w[1]) && falling(w[0]) > falling(w[1])));
        assert_eq!(rising(-0.0), rising(0.0));
        assert_eq!(by(&[2.0, -1.0, 0.0, 2.0, -0.0]), [1, 2, 4, 0, 3]);
    }

    #[test]
    fn numbers_come_back() {
        assert!([-2.5, 0.0, 1e-300, 7.0].iter().all(|v| value(rising(*v)) == *v));
    }

    #[test]
    fn whole_times_are_tallied_as_others_are() {
        let whole = [3.0, 0.0, 3.0, 12.0, -0.0, 3.0];
        let kinds = [1, 0, 2, 1, 1, 1];
        let of = |scale: f64| {
            let times: Vec<f64> = whole.iter().map(|t| t * scale).collect();
            let mut found = Vec::new();
            tally(&times, |i| kinds[i], 3, |time, counts| found.push((time, counts.to_vec())));
            found
        };
        let expected =
            |scale: f64| vec![(0.0, vec![1, 1, 0]), (3.0 * scale, vec![0, 2, 1]), (12.0 * scale, vec![0, 1, 0])];
        for scale in [1.0, 0.5, 1e9] {
            assert_eq!(of(scale), expected(scale));
        }
    }
}
