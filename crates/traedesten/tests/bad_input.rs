//! What analysts hand over is often not what a command needs: every such table is refused in words that say what is wrong
//! and where, or answered soundly; no answer holds a number that is none.
#![allow(clippy::disallowed_methods, reason = "tests read and write the files of the program they run")]

#[path = "bad_input/program.rs"]
mod program;
#[path = "bad_input/tables.rs"]
mod tables_of;

#[path = "bad_input/cannot.rs"]
mod cannot;
#[path = "bad_input/every.rs"]
mod every;
#[path = "bad_input/files.rs"]
mod files;
#[path = "bad_input/forms.rs"]
mod forms;
#[path = "bad_input/values.rs"]
mod values;
