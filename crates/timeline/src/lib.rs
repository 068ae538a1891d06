//! Everything known about a citizen's way to work, as dated facts on one timeline.
//!
//! The room holds no I/O and no clock: "today" is always an argument. Start with [`Period`] for days, [`Fact`] for
//! what was told, and [`Journey`] for one citizen's facts in order; [`Journey::known_on`] answers what the case
//! looked like on an earlier day.
//!
//! ```
//! use timeline::{date, Period};
//! let internship = Period::new(date(2026, 3, 2), date(2026, 5, 8)).unwrap();
//! assert_eq!(internship.days(), Some(68));
//! assert!(internship.contains(date(2026, 5, 8)));
//! ```
//!
//! To add a kind of fact: add a variant to [`Event`], say which lane it belongs to in [`Event::lane`], give it a
//! sample in [`sample`], and run `cargo xtask generate` so that the published JSON Schema follows.

mod calendar;
mod event;
mod fact;
mod identity;
mod journey;
mod lang;
mod period;
mod person;
pub mod sample;
mod schema;
mod spans;
mod summary;
mod values;

pub use calendar::{IsoWeek, Months, ORDER_OF_A_YEAR, add_months, months_between, order_of, whole_months_between};
pub use event::{
    Answer, AnsweredBy, Channel, Company, Contact, Event, Fritagelse, GoalState, Holder, Indicator, Lane, Maalgruppe,
    Parathed, Role, Scale, StepState, TalkState, Tilbud, Ydelse,
};
pub use fact::{Fact, Recorded, Source};
pub use identity::{CitizenId, Cpr, CprError, Cvr, CvrError, FactId, IdError, PNumber};
pub use jiff::civil::{Date, date};
pub use journey::{Journey, JourneyError};
pub use lang::Lang;
pub use period::{Period, PeriodError, next_day, previous_day};
pub use person::{Person, Sex, age_on, next_birthday};
pub use schema::journey_schema;
pub use spans::PeriodSet;
pub use summary::{NextThing, NextWhat, Summary, WeekState};
pub use values::{Overlap, Timeline};
