//! From values to places.

/// A linear scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Value and place of one end.
    pub low: (f64, f64),
    /// Value and place of the other end.
    pub high: (f64, f64),
}

impl Scale {
    /// From values `low..high` to places `from..to`. Two equal values are spread so that nothing divides by zero.
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        let high = if (high - low).abs() < 1e-12 { low + 1.0 } else { high };
        Self { low: (low, from), high: (high, to) }
    }

    /// The place of a value.
    pub fn at(self, value: f64) -> f64 {
        let share = (value - self.low.0) / (self.high.0 - self.low.0);
        self.low.1 + share * (self.high.1 - self.low.1)
    }
}

/// Round values that span `low..high`, about `count` of them.
pub fn nice_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let span = high - low;
    if span <= 0.0 || !span.is_finite() || count == 0 {
        return vec![low];
    }
    let rough = span / count as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(nice_ticks(0.0, 3.9, 4), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(nice_ticks(0.0, 97000.0, 3), [0.0, 50000.0]);
        assert_eq!(nice_ticks(2.0, 2.0, 3), [2.0]);
        assert!((Scale::new(0.0, 10.0, 100.0, 0.0).at(2.5) - 75.0).abs() < 1e-9);
    }
}
