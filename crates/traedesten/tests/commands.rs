//! The program as people meet it: the built binary, run in a folder of its own.
#![allow(clippy::disallowed_methods, reason = "tests read and write the files of the program they run")]

#[path = "commands/backups.rs"]
mod backups;
#[path = "commands/demo.rs"]
mod demo;
#[path = "commands/digest.rs"]
mod digest;
#[path = "commands/effects.rs"]
mod effects;
#[path = "commands/faults.rs"]
mod faults;
#[path = "commands/help.rs"]
mod help;
#[path = "commands/pages.rs"]
mod pages;
#[path = "commands/program.rs"]
mod program;
#[path = "commands/registry.rs"]
mod registry;
#[path = "commands/results.rs"]
mod results;
#[path = "commands/settings.rs"]
mod settings;
#[path = "commands/synth.rs"]
mod synth;
#[path = "commands/web.rs"]
mod web;
