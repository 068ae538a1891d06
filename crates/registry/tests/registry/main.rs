//! The registry, with the same tests on each engine.
#![allow(clippy::disallowed_methods, reason = "what lies in the file of a registry is read past it")]
#![allow(clippy::unwrap_used, reason = "what the tests share stops as they do")]

#[path = "../common/mod.rs"]
mod common;

mod backup;
mod caseload;
mod chains;
mod import;
mod journal;
mod people;
mod population;
mod practices;
mod schema;
mod workbook;
mod workbook_faults;
mod writers;
