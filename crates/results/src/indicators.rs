//! Indicators from journeys: one definition each, counted in one pass over every citizen.

mod bits;
mod calendar;
mod cells;
mod common;
mod counts;
mod definitions;
mod gathered;
mod grid;
mod history;
#[cfg(test)]
mod oracle;
mod periods;
mod tally;
#[cfg(test)]
mod tests;
mod weeks;

pub use counts::Count;
pub use definitions::{Form, Indicator, indicator, indicators};
pub use grid::{Answer, Grid, NotCounted};
pub use history::{Group, Histories, History};
pub(crate) use history::{business, number_of};
pub use periods::{Counted, Periods, What, count_parts, count_periods};
pub use tally::count;
pub use weeks::{Week, weeks};
