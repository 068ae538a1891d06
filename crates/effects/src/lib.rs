//! Durations and effects: estimators that say when they cannot.
//!
//! Everything is a pure function of columns: the caller reads files and prints. Chance comes only from a seed.

#![allow(clippy::needless_range_loop, reason = "sums over rows and columns read as their formulas do")]
#![allow(clippy::needless_for_each, reason = "one line for one line of a formula")]
#![allow(clippy::float_cmp, reason = "times that are equal are ties, and 0 and 1 are codes")]

pub mod aipw;
pub mod competing;
pub mod cox;
pub mod discontinuity;
pub mod experiment;
pub mod fine_gray;
pub mod forest;
pub mod hazard;
pub mod learning;
pub mod matching;
pub mod multiple;
mod order;
pub mod panel;
pub mod planning;
pub mod spells;
pub mod survival;
pub mod synthetic;
pub mod timing;
pub mod trend;

pub use statistics::Failure;
