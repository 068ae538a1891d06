//! Where a difference comes from: who people are and what happens to each kind (Kitagawa 1955), how many come and how long
//! they stay. Every part adds up to the whole difference, with nothing left over.

/// A kind of people: how much of the whole it is, and its rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    /// Part of the whole, 0 to 1.
    pub share: f64,
    /// Its rate.
    pub rate: f64,
}

/// A kind's part of a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Because the kind is a larger or smaller part of the whole.
    pub composition: f64,
    /// Because its rate is another.
    pub rate: f64,
}

/// Own minus reference, split by kind.
///
/// With shares `p` and rates `m`, the part of a kind that composition makes is `(p − p₀)(m + m₀)/2` and the part that its
/// rate makes is `(m − m₀)(p + p₀)/2`; over all kinds they add up to `Σpm − Σp₀m₀` (Kitagawa 1955, *Components of a
/// difference between two rates*, JASA 50). Composition is told against the mean of both totals, so that a kind counts for
/// being above or below it and not merely for being large.
///
/// # Panics
/// Where the two lists differ in length.
pub fn kitagawa(own: &[Kind], reference: &[Kind]) -> Vec<Part> {
    assert_eq!(own.len(), reference.len(), "the same kinds on both sides");
    let total = |kinds: &[Kind]| kinds.iter().map(|k| k.share * k.rate).sum::<f64>();
    let mean = f64::midpoint(total(own), total(reference));
    own.iter()
        .zip(reference)
        .map(|(a, b)| Part {
            // Shares add up to 1 on both sides, so taking the mean away changes no total.
            composition: (a.share - b.share) * (f64::midpoint(a.rate, b.rate) - mean),
            rate: (a.rate - b.rate) * f64::midpoint(a.share, b.share),
        })
        .collect()
}

/// A stock as what comes in and how long it stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// New spells in the period, per person of the population or in all.
    pub inflow: f64,
    /// Mean length of a spell, in the unit of the period.
    pub duration: f64,
}

impl Flow {
    /// Inflow times duration: the stock where both have been steady (Little 1961).
    pub fn stock(self) -> f64 {
        self.inflow * self.duration
    }
}

/// A difference in stock, split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowParts {
    /// Because more or fewer come.
    pub inflow: f64,
    /// Because they stay longer or shorter.
    pub duration: f64,
}

/// Own minus reference stock, split by logarithms: `L · ln(inflow ratio)` and `L · ln(duration ratio)` with `L` the
/// logarithmic mean of the two stocks (Ang 2005, LMDI). Exact and the same in both directions but for the sign. Where a
/// number is 0 there is no logarithm, and nothing is said.
pub fn flows(own: Flow, reference: Flow) -> Option<FlowParts> {
    let positive = [own.inflow, own.duration, reference.inflow, reference.duration].into_iter().all(|v| v > 0.0);
    if !positive {
        return None;
    }
    let (a, b) = (own.stock(), reference.stock());
    let mean = if ((a - b) / b).abs() < 1e-12 { a } else { (a - b) / (a / b).ln() };
    Some(FlowParts {
        inflow: mean * (own.inflow / reference.inflow).ln(),
        duration: mean * (own.duration / reference.duration).ln(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two kinds, worked by hand: own 60 % at 10 % and 40 % at 30 %; reference 80 % at 10 % and 20 % at 20 %.
    #[test]
    fn a_difference_of_six_points_is_three_by_composition_and_three_by_rate() {
        let own = [Kind { share: 0.6, rate: 10.0 }, Kind { share: 0.4, rate: 30.0 }];
        let reference = [Kind { share: 0.8, rate: 10.0 }, Kind { share: 0.2, rate: 20.0 }];
        let parts = kitagawa(&own, &reference);
        let composition: f64 = parts.iter().map(|p| p.composition).sum();
        let rate: f64 = parts.iter().map(|p| p.rate).sum();
        // 18 against 12: (−0,2)(10) + 0,2(25) = 3 and 0 + 10(0,3) = 3.
        assert!((composition - 3.0).abs() < 1e-12 && (rate - 3.0).abs() < 1e-12);
    }

    #[test]
    fn twice_the_inflow_at_half_the_length_is_no_difference() {
        let own = Flow { inflow: 200.0, duration: 10.0 };
        let parts = flows(own, Flow { inflow: 100.0, duration: 20.0 }).unwrap();
        assert!((parts.inflow + parts.duration).abs() < 1e-9);
        assert!((parts.inflow - 2000.0 * 2.0_f64.ln()).abs() < 1e-6);
        assert_eq!(flows(own, Flow { inflow: 0.0, duration: 1.0 }), None);
    }

    proptest! {
        #[test]
        fn parts_add_up(
            own in proptest::collection::vec((0.01_f64..1.0, 0.0_f64..60.0), 4),
            other in proptest::collection::vec((0.01_f64..1.0, 0.0_f64..60.0), 4),
            flow in (0.1_f64..50.0, 0.1_f64..90.0, 0.1_f64..50.0, 0.1_f64..90.0),
        ) {
            let kinds = |v: &[(f64, f64)]| {
                let all: f64 = v.iter().map(|k| k.0).sum();
                v.iter().map(|k| Kind { share: k.0 / all, rate: k.1 }).collect::<Vec<_>>()
            };
            let (own, other) = (kinds(&own), kinds(&other));
            let total = |k: &[Kind]| k.iter().map(|k| k.share * k.rate).sum::<f64>();
            let sum: f64 = kitagawa(&own, &other).iter().map(|p| p.composition + p.rate).sum();
            prop_assert!((sum - (total(&own) - total(&other))).abs() < 1e-9);
            let back: f64 = kitagawa(&other, &own).iter().map(|p| p.composition + p.rate).sum();
            prop_assert!((sum + back).abs() < 1e-9);
            let (a, b) = (Flow { inflow: flow.0, duration: flow.1 }, Flow { inflow: flow.2, duration: flow.3 });
            let parts = flows(a, b).unwrap();
            prop_assert!((parts.inflow + parts.duration - (a.stock() - b.stock())).abs() < 1e-6 * a.stock().max(1.0));
        }
    }
}
