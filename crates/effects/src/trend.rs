//! How far an effect stands when the groups would not have moved together: bounds by what was seen before the start.

use statistics::Tested;
use statistics::distribution::normal_quantile;

/// Of the interval's 5 per cent half goes to the effect and half to what is not known of the time before.
const HALF: f64 = 0.025;

/// An effect with an interval that allows for so much of a break.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounded {
    /// Time since the start; `None` is the mean over all from 0 on.
    pub event_time: Option<f64>,
    /// So many times the largest change before the start may the groups have moved apart in each period after it.
    pub violation: f64,
    /// From.
    pub low: f64,
    /// To.
    pub high: f64,
}

/// Bounds for a broken parallel trend.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendBounds {
    /// The largest change from one period to the next before the start, as estimated.
    pub largest: f64,
    /// The most that the largest one may be (one-sided over all periods before, 97.5 %).
    pub upper: f64,
    /// Each effect with each violation.
    pub rows: Vec<Bounded>,
    /// For each effect the greatest violation for which its interval leaves out 0; 0 where it never does.
    pub breakdown: Vec<(Option<f64>, f64)>,
}

/// Relative magnitudes as Rambachan and Roth (2023) define them: from one period to the next after the start the groups may
/// have moved apart by at most `violation` times the most that they did before. `dynamic` holds the change of each period
/// before the start and the effect at each time from it on, as [`crate::panel::EventStudy`] has them.
///
/// The interval is a simple one that covers at least 95 per cent: `estimate ± (z(1 − α/4)·se + k·violation·U)`, with k periods
/// since the last before the start, and U the upper limit of the largest change before (Bonferroni over the periods). It is
/// wider than the optimal one of the paper.
///
/// `None` where nothing is seen before the start.
pub fn trend_bounds(dynamic: &[(f64, Tested)], overall: &Tested, violations: &[f64]) -> Option<TrendBounds> {
    let (before, after): (Vec<_>, Vec<_>) = dynamic.iter().partition(|(e, _)| *e < 0.0);
    if before.is_empty() {
        return None;
    }
    let z_before = normal_quantile(1.0 - HALF / (2.0 * before.len() as f64));
    let z = normal_quantile(1.0 - HALF / 2.0);
    let most = |of: &dyn Fn(&Tested) -> f64| before.iter().map(|(_, t)| of(t)).fold(0.0, f64::max);
    let largest = most(&|t| t.estimate.abs());
    let upper = most(&|t| t.estimate.abs() + z_before * t.std_error);
    let steps = |k: usize| (k + 1) as f64;
    let mean_steps = (0..after.len()).map(steps).sum::<f64>() / after.len().max(1) as f64;
    let effects: Vec<(Option<f64>, &Tested, f64)> = after
        .iter()
        .enumerate()
        .map(|(k, (e, t))| (Some(*e), t, steps(k)))
        .chain([(None, overall, mean_steps)])
        .collect();
    let one = |(event_time, t, steps): &(Option<f64>, &Tested, f64), violation: f64| {
        let reach = z * t.std_error + steps * violation * upper;
        Bounded { event_time: *event_time, violation, low: t.estimate - reach, high: t.estimate + reach }
    };
    let rows = effects.iter().flat_map(|e| violations.iter().map(move |v| one(e, *v))).collect();
    let breakdown = effects
        .iter()
        .map(|(e, t, steps)| (*e, ((t.estimate.abs() - z * t.std_error) / (steps * upper)).max(0.0)))
        .collect();
    Some(TrendBounds { largest, upper, rows, breakdown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::{Control, event_study};
    use statistics::chance::Chance;

    fn tested(estimate: f64, error: f64) -> Tested {
        Tested::new(String::new(), estimate, error, f64::INFINITY)
    }

    #[test]
    fn a_hand_worked_example() {
        let dynamic =
            [(-2.0, tested(0.3, 0.1)), (-1.0, tested(-0.5, 0.1)), (0.0, tested(2.0, 0.2)), (1.0, tested(3.0, 0.2))];
        let found = trend_bounds(&dynamic, &tested(2.5, 0.15), &[0.0, 1.0]).expect("there is a before");
        // z(1 − 0.025/4) = 2.4977, z(1 − 0.0125) = 2.2414.
        assert!((found.largest - 0.5).abs() < 1e-12 && (found.upper - 0.749_77).abs() < 1e-4, "{found:?}");
        assert!((found.rows[1].low - (2.0 - 0.448_28 - 0.749_77)).abs() < 1e-3, "{found:?}");
        assert!((found.rows[3].high - (3.0 + 0.448_28 + 1.499_54)).abs() < 1e-3, "{found:?}");
        assert!((found.breakdown[0].1 - 1.551_72 / 0.749_77).abs() < 1e-3, "{found:?}");
        assert_eq!(found.rows[4].event_time, None);
        assert!(trend_bounds(&dynamic[2..], &tested(2.5, 0.15), &[1.0]).is_none());
    }

    #[test]
    fn the_interval_covers_where_the_groups_drift_apart_as_much_as_it_allows() {
        let mut covered = 0;
        for seed in 0..200 {
            let mut chance = Chance::new(seed, 0);
            let (mut y, mut unit, mut time, mut cohort) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for u in 0..80_u32 {
                let treated = u < 40;
                let own = chance.normal();
                for t in 0..6 {
                    // The treated drift by 0.3 a period before and after; the effect from period 4 on is 1.
                    let drift = if treated { 0.3 * f64::from(t) } else { 0.0 };
                    let effect = f64::from(u8::from(treated && t >= 4));
                    y.push(own + drift + effect + 0.5 * chance.normal());
                    unit.push(u);
                    time.push(f64::from(t));
                    cohort.push(if treated { 4.0 } else { 0.0 });
                }
            }
            let found = event_study(&y, &unit, 80, &time, &cohort, Control::Never, ("y", "c")).expect("a panel");
            let bounds = trend_bounds(&found.dynamic, &found.overall, &[1.0]).expect("bounds");
            let at = bounds.rows.iter().find(|b| b.event_time == Some(1.0)).expect("time 1");
            covered += usize::from(at.low <= 1.0 && 1.0 <= at.high);
        }
        assert!(covered >= 190, "{covered} of 200");
    }
}
