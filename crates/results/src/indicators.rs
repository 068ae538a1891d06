//! Indicators from journeys: one definition each, counted in one pass over every citizen.

mod definitions;
mod history;
mod periods;
mod tally;
#[cfg(test)]
mod tests;
mod weeks;

pub use definitions::{Form, Indicator, indicator, indicators};
pub use history::{Group, Histories, History};
pub(crate) use history::{business, number_of};
pub use periods::{Periods, What, count_periods};
pub use tally::{Answer, Count, Grid, count};
pub use weeks::{Week, weeks};
