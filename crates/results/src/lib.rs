//! What was achieved against what could be expected: expected values, funnels, small units steadied, ranks with their
//! uncertainty. Pure functions of a table: the caller reads files and prints.

#![allow(clippy::needless_for_each, reason = "one line for one line of a formula")]

mod benchmark;
mod conditions;
mod decompose;
mod expected;
mod funnel;
pub mod indicators;
pub mod learn;
mod rank;
mod shrink;
mod standing;
mod supervise;
mod suppress;
mod sure;

pub use benchmark::{Benchmark, Intercepts, LeaveOut, Link, Model, Unit, benchmark};
pub use conditions::{Choice, Condition, Explaining, MEASURED, Theme};
pub use decompose::{Flow, FlowParts, Kind, Part, flows, kitagawa};
pub use expected::{Agreement, Fitted, OwnExpected, PARTS, Target, agreement, r2};
pub use funnel::{Funnel, FunnelUnit, Limit, Limits, funnel};
pub use rank::{Ranked, rank};
pub use shrink::{Shrunk, ShrunkUnit, Steadied, shrink};

pub use standing::{Carried, Standing, Trend, carried, own, published, series_of, similar, trend};
pub use supervise::{Supervision, Threshold, supervise};
pub use suppress::{LEAST, Shown, Sum, learned, suppress, with_margins};
pub use sure::{GapOverTime, Judgement, Noise, SureGap, Z95, sure};

use statistics::{Failure, Frame};

/// Counts of units: label, events, trials, with what cannot be refused by row.
pub(crate) fn counts(
    frame: &Frame,
    unit: &str,
    events: &str,
    trials: &str,
) -> Result<(Vec<String>, Vec<f64>, Vec<f64>), Failure> {
    let labels = frame.column(unit)?;
    let (r, n) = (frame.numbers(events)?, frame.numbers(trials)?);
    for row in 0..frame.rows() {
        let whole = |x: f64| x >= 0.0 && x.fract().abs() < 1e-9;
        let value = |column: &str, what: statistics::Said| Failure::Value {
            column: column.to_owned(),
            row: frame.row_number(row),
            what,
        };
        if !whole(r[row]) {
            return Err(value(
                events,
                statistics::said!("{} er intet antal; skriv 0, 1, 2 …", "{} is no count; write 0, 1, 2 …", r[row]),
            ));
        }
        if !whole(n[row]) || n[row] < 1.0 {
            return Err(value(
                trials,
                statistics::said!(
                    "{} er intet antal forsøg; skriv 1, 2, 3 …",
                    "{} is no number of trials; write 1, 2, 3 …",
                    n[row]
                ),
            ));
        }
        if r[row] > n[row] {
            return Err(value(
                events,
                statistics::said!("{} hændelser af {} forsøg", "{} events of {} trials", r[row], n[row]),
            ));
        }
    }
    if frame.rows() == 0 {
        return Err(Failure::TooFew { rows: 0, needed: statistics::said!("en sammenligning", "a comparison") });
    }
    // A unit of several rows, as one for each year, is the sum of them.
    let mut at: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let (mut units, mut events, mut trials) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..frame.rows() {
        let place = *at.entry(labels.label(row)).or_insert_with_key(|label| {
            units.push(label.clone());
            events.push(0.0);
            trials.push(0.0);
            units.len() - 1
        });
        events[place] += r[row];
        trials[place] += n[row];
    }
    Ok((units, events, trials))
}
