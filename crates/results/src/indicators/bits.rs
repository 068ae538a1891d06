//! Months as the bits of one number, and how often each was put down.

use std::array;

/// Some of the months of a sheet, a bit each.
pub(super) type Months = u64;

/// The months from one to before another, none where that is not after it. Neither is above 63.
#[inline]
pub(super) const fn between(from: usize, until: usize) -> Months {
    (!0 << from) & !(!0 << until)
}

/// How often each of 64 months was put down for each of N things, up to 2³² times. A number is kept as its bits, each together with
/// the same bit of the other months, so that one is added to all that are put down at once.
#[derive(Clone, Debug)]
pub(super) struct Often<const N: usize> {
    /// The lowest bits of what has been put down lately.
    low: [[Months; N]; 4],
    /// So many times.
    lately: u32,
    /// All bits of what was put down before.
    high: [[Months; N]; 32],
}

impl<const N: usize> Often<N> {
    pub const NEVER: Self = Self { low: [[0; N]; 4], lately: 0, high: [[0; N]; 32] };

    /// Once more for each of those months.
    #[inline]
    pub fn put(&mut self, months: [Months; N]) {
        let mut carried = months;
        for bits in &mut self.low {
            for (bits, carried) in bits.iter_mut().zip(&mut carried) {
                (*bits, *carried) = (*bits ^ *carried, *bits & *carried);
            }
        }
        self.lately += 1;
        // One more might be too many for four bits.
        if self.lately == 15 {
            self.lift();
        }
    }

    /// Add what was put down lately to what was before.
    #[inline(never)]
    fn lift(&mut self) {
        let mut carried = [0; N];
        for (bits, low) in self.high.iter_mut().zip(&self.low) {
            let (a, b, c) = (*bits, *low, carried);
            *bits = array::from_fn(|i| a[i] ^ b[i] ^ c[i]);
            carried = array::from_fn(|i| (a[i] & b[i]) | (c[i] & (a[i] ^ b[i])));
        }
        for bits in &mut self.high[self.low.len()..] {
            if carried.iter().fold(0, |any, carried| any | carried) == 0 {
                break;
            }
            for (bits, carried) in bits.iter_mut().zip(&mut carried) {
                (*bits, *carried) = (*bits ^ *carried, *bits & *carried);
            }
        }
        (self.low, self.lately) = ([[0; N]; 4], 0);
    }

    /// Tell how often, as numbers that add up: of which thing, in which month, and how many more.
    pub fn tell(&self, mut more: impl FnMut(usize, usize, i64)) {
        for numbers in [&self.low[..], &self.high] {
            for (bit, of_things) in numbers.iter().enumerate() {
                for (thing, months) in of_things.iter().enumerate() {
                    each(*months, |month| more(thing, month, 1 << bit));
                }
            }
        }
    }
}

/// Each of some months.
#[inline]
pub(super) fn each(mut months: Months, mut of: impl FnMut(usize)) {
    while months != 0 {
        of(months.trailing_zeros() as usize);
        months &= months - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statistics::chance::Chance;

    #[test]
    fn months_between_are_those_from_the_first_to_before_the_last() {
        for (from, until) in (0..64).flat_map(|from| (0..64).map(move |until| (from, until))) {
            let mut met = Vec::new();
            each(between(from, until), |month| met.push(month));
            assert_eq!(met, (from..until).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_put_down_is_counted_however_often() {
        let mut chance = Chance::new(20_261_127, 1);
        let mut often = Often::<3>::NEVER;
        let mut plainly = [[0_i64; 64]; 3];
        for n in 0..5_000_u64 {
            let mut months = [!0, 0, 1 << (n % 64)];
            for _ in 0..chance.below(9) {
                months[1] |= 1 << chance.below(64);
            }
            often.put(months);
            for (thing, months) in months.into_iter().enumerate() {
                each(months, |month| plainly[thing][month] += 1);
            }
            if n % 997 == 0 || n == 4_999 {
                let mut told = [[0; 64]; 3];
                often.tell(|thing, month, more| told[thing][month] += more);
                assert_eq!(told, plainly, "after {n}");
            }
        }
    }
}
