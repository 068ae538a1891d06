//! What tests share: databases of their own, a scenario builder and a fixed day.
//!
//! A test that touches the registry runs on each of [`engines`]: SQLite always, and PostgreSQL where
//! `TRAEDESTEN_TEST_POSTGRES` holds the address of a server. `cargo xtask test` starts one with [`Postgres::start`] and
//! sets the variable; by hand, `cargo run -p testkit --example test-postgres` does the same.
//!
//! ```
//! use testkit::{citizen, day};
//! use timeline::{Maalgruppe, Ydelse};
//! let anna = citizen("Anna Holm")
//!     .enters(day("2026-03-02"), Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
//!     .talks_on(["2026-03-09", "2026-06-01"].map(day))
//!     .journey();
//! assert_eq!(anna.facts.len(), 4);
//! ```
#![allow(clippy::disallowed_methods, reason = "tests ask for their surroundings and wait for a server to start")]

mod databases;
mod postgres;
mod scenario;

pub use databases::{TestDb, engines};
pub use postgres::{Postgres, psql};
pub use scenario::{Scenario, TODAY, citizen, day, moment};
