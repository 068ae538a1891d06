//! Many questions at once: p-values adjusted for how many were asked.

/// The p-value of a question, and what it is when all that were asked with it are counted.
///
/// The first three bound the chance of any false finding among them (family-wise), the last two the expected share of findings
/// that are false (false discovery rate).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjusted {
    /// As it was.
    pub p: f64,
    /// Bonferroni (1936): times the number of questions.
    pub bonferroni: f64,
    /// Holm (1979): step down; holds under any dependence, and is never above Bonferroni.
    pub holm: f64,
    /// Hochberg (1988): step up; holds where the tests are independent or positively dependent.
    pub hochberg: f64,
    /// Benjamini and Hochberg (1995): false discovery rate, independent or positively dependent tests.
    pub benjamini_hochberg: f64,
    /// Benjamini and Yekutieli (2001): false discovery rate under any dependence.
    pub benjamini_yekutieli: f64,
}

/// Every p-value of one family, in the order given; each in 0 to 1, which the caller has seen to.
///
/// ```
/// let all = effects::multiple::adjusted(&[0.01, 0.04]);
/// assert_eq!((all[0].holm, all[1].holm), (0.02, 0.04));
/// ```
pub fn adjusted(p: &[f64]) -> Vec<Adjusted> {
    let n = p.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let harmonic: f64 = (1..=n).map(|i| 1.0 / i as f64).sum();
    let mut out: Vec<Adjusted> = p
        .iter()
        .map(|&p| Adjusted {
            p,
            bonferroni: (p * n as f64).min(1.0),
            holm: 0.0,
            hochberg: 0.0,
            benjamini_hochberg: 0.0,
            benjamini_yekutieli: 0.0,
        })
        .collect();
    // Down from the least: never less than the one before. Up from the greatest: never more than the one after.
    let mut least = 0.0f64;
    for (rank, &i) in order.iter().enumerate() {
        least = least.max((n - rank) as f64 * p[i]);
        out[i].holm = least.min(1.0);
    }
    let (mut hochberg, mut bh, mut by) = (1.0f64, 1.0f64, 1.0f64);
    for (rank, &i) in order.iter().enumerate().rev() {
        let share = n as f64 / (rank + 1) as f64 * p[i];
        hochberg = hochberg.min((n - rank) as f64 * p[i]);
        bh = bh.min(share);
        by = by.min(harmonic * share);
        (out[i].hochberg, out[i].benjamini_hochberg, out[i].benjamini_yekutieli) = (hochberg, bh, by);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn adjusted_values_keep_the_order_and_stand_to_each_other_as_they_must(p in prop::collection::vec(0.0f64..=1.0, 1..40)) {
            let all = adjusted(&p);
            for a in &all {
                prop_assert!(a.p <= a.benjamini_hochberg && a.benjamini_hochberg <= a.hochberg + 1e-12);
                prop_assert!(a.hochberg <= a.holm + 1e-12 && a.holm <= a.bonferroni + 1e-12 && a.bonferroni <= 1.0);
                prop_assert!(a.benjamini_hochberg <= a.benjamini_yekutieli + 1e-12 && a.benjamini_yekutieli <= 1.0);
                for b in &all {
                    prop_assert!(a.p > b.p || a.holm <= b.holm && a.benjamini_hochberg <= b.benjamini_hochberg);
                }
            }
            // In another order each is the same.
            let back: Vec<f64> = p.iter().rev().copied().collect();
            let mut again = adjusted(&back);
            again.reverse();
            prop_assert_eq!(again, all);
        }

        #[test]
        fn one_question_is_as_it_was(p in 0.0f64..=1.0) {
            let a = adjusted(&[p])[0];
            prop_assert!([a.bonferroni, a.holm, a.hochberg, a.benjamini_hochberg, a.benjamini_yekutieli].iter().all(|v| *v == p));
        }
    }
}
