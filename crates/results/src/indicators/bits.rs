//! Months as the bits of one number, and how often each was put down.

/// Some of the months of a sheet, a bit each.
pub(super) type Months = u64;

/// The months from one to before another, none where that is not after it. Neither is above 63.
#[inline]
pub(super) const fn between(from: usize, until: usize) -> Months {
    (!0 << from) & !(!0 << until)
}

/// How often each of 64 months was put down for each of N things. A number is kept as its bits, each together with the same bit of
/// the other months, so that all are added to at once; what is put down waits until there is enough of it.
#[derive(Clone, Debug)]
pub(super) struct Often<const N: usize> {
    waiting: Vec<[Months; N]>,
    /// The lowest bits first, as many as there are.
    bits: Vec<[Months; N]>,
}

/// So many are added at once: as many as four bits can number.
const WAITING: usize = 15;

impl<const N: usize> Often<N> {
    pub const NEVER: Self = Self { waiting: Vec::new(), bits: Vec::new() };

    /// Once more for each of those months.
    #[inline]
    pub fn put(&mut self, months: [Months; N]) {
        if self.waiting.len() == WAITING {
            self.settle();
        }
        self.waiting.push(months);
    }

    /// Add what waits to what was put down before.
    #[inline(never)]
    fn settle(&mut self) {
        // Of 15 numbers of one bit come their lowest bit and 7 that are carried to the next, of these the next bit and 3, then 1.
        let (mut left, mut sum) = ([[0; N]; WAITING], [[0; N]; 4]);
        left[..self.waiting.len()].copy_from_slice(&self.waiting);
        self.waiting.clear();
        let mut carried = WAITING / 2;
        for bits in &mut sum {
            *bits = left[0];
            for at in 0..carried {
                left[at] = add(bits, &left[2 * at + 1], &left[2 * at + 2]);
            }
            carried /= 2;
        }
        if self.bits.len() < sum.len() {
            self.bits.resize(sum.len(), [0; N]);
        }
        let mut carried = [0; N];
        let (low, high) = self.bits.split_at_mut(sum.len());
        for (bits, more) in low.iter_mut().zip(&sum) {
            carried = add(bits, more, &carried);
        }
        for bits in high {
            carried = add(bits, &carried, &[0; N]);
        }
        if carried.iter().any(|months| *months != 0) {
            self.bits.push(carried);
        }
    }

    /// Tell how often, as numbers that add up: of which thing, in which month, and how many more.
    pub fn tell(&self, mut more: impl FnMut(usize, usize, i64)) {
        let mut all = self.clone();
        all.settle();
        for (bit, of_things) in all.bits.iter().enumerate() {
            for (thing, months) in of_things.iter().enumerate() {
                each(*months, |month| more(thing, month, 1 << bit));
            }
        }
    }
}

/// Add two to the same bit of numbers, and give what is carried to the next bit.
#[inline]
fn add<const N: usize>(bits: &mut [Months; N], one: &[Months; N], other: &[Months; N]) -> [Months; N] {
    let mut carried = [0; N];
    for (((bits, one), other), carried) in bits.iter_mut().zip(one).zip(other).zip(&mut carried) {
        *carried = (*one & *other) | (*bits & (*one ^ *other));
        *bits ^= *one ^ *other;
    }
    carried
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
