//! What may be published: small counts are held back, and so much else that they cannot be worked out again.

/// A total and the cells that make it. Cells and totals are numbered alike, over a whole publication: a margin that stands
/// in two tables is one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The cell that holds the total.
    pub total: usize,
    /// The cells it is made of.
    pub parts: Vec<usize>,
}

/// What is shown of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The count itself.
    Count(u64),
    /// Held back, since it is small.
    Few,
    /// Held back, since a small one could be worked out from it.
    Protects,
}

impl Shown {
    /// The count, where it is shown.
    pub const fn count(self) -> Option<u64> {
        match self {
            Self::Count(n) => Some(n),
            Self::Few | Self::Protects => None,
        }
    }
}

/// The least count that is published where nothing else is said.
pub const LEAST: u64 = 5;

/// Which cells of a publication are shown. Counts of 1 to `least − 1` are held back; none is about nobody, and is
/// shown, unless all that is left shown are such cells and they give a small one away.
/// Others are held back with them until no small count can be worked out: not by adding and subtracting what is shown
/// (Gaussian elimination over the sums), not from the fact that what is held back is at least 1, and no group of cells that
/// is held back in a sum counts fewer than `least` in all.
///
/// # Panics
/// Where a sum names a cell that does not exist, or a total differs from its parts: the caller made both from the same rows.
pub fn suppress(counts: &[u64], sums: &[Sum], least: u64) -> Vec<Shown> {
    for sum in sums {
        let made: u64 = sum.parts.iter().map(|p| counts[*p]).sum();
        assert_eq!(counts[sum.total], made, "a total is what its parts make");
    }
    let small = |n: u64| n > 0 && n < least;
    let mut shown: Vec<Shown> = counts.iter().map(|n| if small(*n) { Shown::Few } else { Shown::Count(*n) }).collect();
    if shown.iter().all(|s| s.count().is_some()) {
        return shown;
    }
    while let Some(at) = leak(&shown, counts, sums, least) {
        // The cheapest cell of the sum that gives it away: one that stands alone in no other sum, then the smallest, and the
        // total last of all.
        let sum = &sums[at];
        let part = sum.parts.iter().copied().filter(|p| counts[*p] > 0 && shown[*p].count().is_some());
        let alone = |cell: usize| {
            let others = sums.iter().filter(|s| s.parts.contains(&cell) && *s != sum);
            others.filter(|s| s.parts.iter().all(|p| shown[*p].count().is_some())).count()
        };
        let next =
            part.min_by_key(|p| (alone(*p), counts[*p], *p)).or_else(|| shown[sum.total].count().map(|_| sum.total));
        match next {
            Some(cell) => shown[cell] = Shown::Protects,
            // All of this sum is held back already: what gives it away lies in another one.
            None => match sums
                .iter()
                .flat_map(|s| s.parts.iter().chain([&s.total]))
                .copied()
                .find(|c| counts[*c] > 0 && shown[*c].count().is_some())
            {
                Some(cell) => shown[cell] = Shown::Protects,
                // What is left is empty cells, and they tell which are not: nothing at all is shown.
                None => {
                    shown.iter_mut().filter(|s| s.count().is_some()).for_each(|s| *s = Shown::Protects);
                    break;
                }
            },
        }
    }
    shown
}

/// A sum through which something held back can be learned.
fn leak(shown: &[Shown], counts: &[u64], sums: &[Sum], least: u64) -> Option<usize> {
    for (i, sum) in sums.iter().enumerate() {
        let hidden: Vec<usize> = sum.parts.iter().copied().filter(|p| shown[*p].count().is_none()).collect();
        let any_few = hidden.iter().any(|p| shown[*p] == Shown::Few);
        let together: u64 = hidden.iter().map(|p| counts[*p]).sum();
        // One that stands alone is given away, and can then protect nothing.
        if shown[sum.total].count().is_some() && (hidden.len() == 1 || any_few && together < least) {
            return Some(i);
        }
    }
    let known = learned(shown, counts, sums, least);
    let cell = (0..counts.len()).find(|c| shown[*c] == Shown::Few && known[*c])?;
    sums.iter().position(|s| s.total == cell || s.parts.contains(&cell))
}

/// Which held-back cells can be worked out from what is shown: by elimination, and from the fact that each is at least 1 and
/// that one held back for being small is below `least`.
pub fn learned(shown: &[Shown], counts: &[u64], sums: &[Sum], least: u64) -> Vec<bool> {
    let hidden: Vec<usize> = (0..counts.len()).filter(|c| shown[*c].count().is_none()).collect();
    let place = |cell: usize| hidden.binary_search(&cell).ok();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(sums.len());
    for sum in sums {
        let mut row = vec![0.0; hidden.len()];
        sum.parts.iter().filter_map(|p| place(*p)).for_each(|at| row[at] += 1.0);
        if let Some(at) = place(sum.total) {
            row[at] -= 1.0;
        }
        rows.push(row);
    }
    let reduced = reduce(rows, hidden.len());
    let mut known = vec![false; counts.len()];
    for row in &reduced {
        let mut left = row.iter().enumerate().filter(|(_, v)| v.abs() > 1e-9);
        if let (Some((at, _)), None) = (left.next(), left.next()) {
            known[hidden[at]] = true;
        }
    }
    for (cell, fixed) in hidden.iter().zip(bounds(shown, counts, sums, least, &hidden)) {
        known[*cell] |= fixed;
    }
    known
}

/// Reduced row echelon form.
fn reduce(mut rows: Vec<Vec<f64>>, width: usize) -> Vec<Vec<f64>> {
    let mut done = 0;
    for column in 0..width {
        let Some(pivot) = (done..rows.len()).find(|r| rows[*r][column].abs() > 1e-9) else { continue };
        rows.swap(done, pivot);
        let scale = rows[done][column];
        rows[done].iter_mut().for_each(|v| *v /= scale);
        let lead = rows[done].clone();
        for (r, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if r != done && factor.abs() > 1e-9 {
                row.iter_mut().zip(&lead).for_each(|(v, l)| *v -= factor * l);
            }
        }
        done += 1;
    }
    rows.truncate(done);
    rows
}

/// Which held-back cells the bounds fix: each is at least 1, and sums hand bounds on until nothing moves.
fn bounds(shown: &[Shown], counts: &[u64], sums: &[Sum], small: u64, hidden: &[usize]) -> Vec<bool> {
    // Where nothing at all is shown, not even that a cell is empty is known.
    let held = u64::from(shown.iter().any(|s| s.count().is_some()));
    let mut low: Vec<u64> = (0..counts.len()).map(|c| shown[c].count().unwrap_or(held)).collect();
    let most = |cell: usize| match shown[cell] {
        Shown::Count(n) => n,
        Shown::Few => small - 1,
        Shown::Protects => u64::MAX / 4,
    };
    let mut high: Vec<u64> = (0..counts.len()).map(most).collect();
    loop {
        let mut moved = false;
        for sum in sums {
            let least: u64 = sum.parts.iter().map(|p| low[*p]).sum();
            let most = sum.parts.iter().map(|p| high[*p]).fold(0_u64, u64::saturating_add);
            if least > low[sum.total] {
                low[sum.total] = least;
                moved = true;
            }
            if most < high[sum.total] {
                high[sum.total] = most;
                moved = true;
            }
            for part in &sum.parts {
                let others_low = least - low[*part];
                let up = high[sum.total].saturating_sub(others_low);
                if up < high[*part] {
                    high[*part] = up;
                    moved = true;
                }
                let others_high =
                    sum.parts.iter().filter(|p| *p != part).map(|p| high[*p]).fold(0_u64, u64::saturating_add);
                let down = low[sum.total].saturating_sub(others_high);
                if down > low[*part] {
                    low[*part] = down;
                    moved = true;
                }
            }
            if moved {
                break;
            }
        }
        if !moved {
            return hidden.iter().map(|c| low[*c] == high[*c]).collect();
        }
    }
}

/// Cells and sums of a table with margins: `rows` lines of equal length. Cells are numbered line by line, then the line
/// totals, the column totals and the grand total.
pub fn with_margins(rows: &[Vec<u64>]) -> (Vec<u64>, Vec<Sum>) {
    let (height, width) = (rows.len(), rows.first().map_or(0, Vec::len));
    let mut counts: Vec<u64> = rows.iter().flatten().copied().collect();
    let cell = |r: usize, c: usize| r * width + c;
    let (line, column, all) = (height * width, height * width + height, height * width + height + width);
    counts.extend(rows.iter().map(|r| r.iter().sum::<u64>()));
    counts.extend((0..width).map(|c| rows.iter().map(|r| r[c]).sum::<u64>()));
    counts.push(rows.iter().flatten().sum());
    let mut sums: Vec<Sum> = (0..height)
        .map(|r| Sum { total: line + r, parts: (0..width).map(|c| cell(r, c)).collect() })
        .chain((0..width).map(|c| Sum { total: column + c, parts: (0..height).map(|r| cell(r, c)).collect() }))
        .collect();
    sums.push(Sum { total: all, parts: (line..line + height).collect() });
    sums.push(Sum { total: all, parts: (column..column + width).collect() });
    (counts, sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_small_cell_takes_three_others_with_it() {
        let (counts, sums) = with_margins(&[vec![3, 40, 30], vec![50, 20, 60], vec![70, 80, 90]]);
        let shown = suppress(&counts, &sums, LEAST);
        assert_eq!(shown[0], Shown::Few);
        let held = shown.iter().filter(|s| s.count().is_none()).count();
        assert!(held >= 4, "a rectangle at least: {shown:?}");
        assert!(shown[9..].iter().all(|s| s.count().is_some()), "margins can stay");
        assert!(!learned(&shown, &counts, &sums, LEAST)[0]);
    }

    #[test]
    fn nobody_is_shown_and_large_tables_are_untouched() {
        let (counts, sums) = with_margins(&[vec![0, 40], vec![50, 20]]);
        assert!(suppress(&counts, &sums, LEAST).iter().all(|s| s.count().is_some()));
    }

    #[test]
    fn two_that_can_only_both_be_four_are_not_left_together() {
        let (counts, sums) = with_margins(&[vec![4, 4, 30], vec![30, 40, 50]]);
        let shown = suppress(&counts, &sums, LEAST);
        assert!(!learned(&shown, &counts, &sums, LEAST)[0], "{shown:?}");
        assert!(shown[2].count().is_none() || shown[6].count().is_none(), "something else of the line is held back");
    }

    #[test]
    fn two_ones_that_make_two_are_not_left_to_be_guessed() {
        // A line of 1 and 1 with its total of 2 would give both away, though each is held back.
        let (counts, sums) = with_margins(&[vec![1, 1, 0], vec![30, 40, 50]]);
        let shown = suppress(&counts, &sums, LEAST);
        assert_eq!(shown[6], Shown::Few, "the total is small itself");
        let known = learned(&shown, &counts, &sums, LEAST);
        assert!(!known[0] && !known[1] && !known[6], "{shown:?}");
    }

    /// Another way to fill what is hidden, by steps of one up and down.
    fn go(v: &mut Vec<i64>, hidden: &[usize], left: usize, from: usize, holds: &dyn Fn(&[i64]) -> bool) -> bool {
        if holds(v) {
            return true;
        }
        if left == 0 {
            return false;
        }
        for (i, h) in hidden.iter().enumerate().skip(from) {
            for step in [1, -1] {
                v[*h] += step;
                if go(v, hidden, left - 1, i + 1, holds) {
                    return true;
                }
                v[*h] -= step;
            }
        }
        false
    }

    /// By trying: every small count that is held back can have more than one value, given all that is shown.
    fn can_differ(shown: &[Shown], counts: &[u64], sums: &[Sum], cell: usize) -> bool {
        let hidden: Vec<usize> = (0..counts.len()).filter(|c| shown[*c].count().is_none()).collect();
        // Move along a direction that keeps every sum: look for another solution by changing up to four cells by one.
        let holds = |v: &[i64]| {
            sums.iter().all(|s| s.parts.iter().map(|p| v[*p]).sum::<i64>() == v[s.total])
                && hidden.iter().all(|h| v[*h] >= 1)
        };
        [1, -1].into_iter().any(|step| {
            let mut v: Vec<i64> = counts.iter().map(|n| *n as i64).collect();
            v[cell] += step;
            let rest: Vec<usize> = hidden.iter().copied().filter(|h| *h != cell).collect();
            go(&mut v, &rest, 5, 0, &holds)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn no_small_count_is_shown_or_can_be_worked_out(
            rows in proptest::collection::vec(proptest::collection::vec(prop_oneof![0_u64..9, 5_u64..200], 3), 2..5),
        ) {
            let (counts, sums) = with_margins(&rows);
            let shown = suppress(&counts, &sums, LEAST);
            let known = learned(&shown, &counts, &sums, LEAST);
            for (cell, count) in counts.iter().enumerate() {
                let small = *count > 0 && *count < LEAST;
                prop_assert!(!small || shown[cell] == Shown::Few);
                prop_assert!(!(small && known[cell]), "{rows:?} {shown:?}");
                if let Some(n) = shown[cell].count() {
                    prop_assert_eq!(n, *count, "what is shown is true");
                }
            }
        }
    }

    #[test]
    fn four_in_all_one_in_each_row_show_not_even_what_is_empty() {
        let (counts, sums) = with_margins(&[vec![0, 1, 0], vec![0, 1, 0], vec![0, 1, 0], vec![0, 1, 0]]);
        let shown = suppress(&counts, &sums, LEAST);
        assert!(shown.iter().all(|s| s.count().is_none()), "{shown:?}");
        assert!(!learned(&shown, &counts, &sums, LEAST).contains(&true));
    }

    #[test]
    fn a_held_back_cell_has_another_value_that_fits_all_that_is_shown() {
        for rows in [
            vec![vec![3, 40, 30], vec![50, 20, 60], vec![70, 80, 90]],
            vec![vec![2, 2, 30], vec![50, 20, 60]],
            vec![vec![1, 9, 9], vec![9, 9, 9]],
        ] {
            let (counts, sums) = with_margins(&rows);
            let shown = suppress(&counts, &sums, LEAST);
            for cell in (0..counts.len()).filter(|c| shown[*c] == Shown::Few) {
                assert!(can_differ(&shown, &counts, &sums, cell), "{rows:?} {shown:?} {cell}");
            }
        }
    }
}
