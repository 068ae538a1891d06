//! The program: commands, configuration, logging, nothing else.

#![allow(clippy::disallowed_methods, reason = "the edge of the program: clock, environment and files enter here")]
#![allow(clippy::print_stdout, reason = "results go to standard output")]

mod answer;
mod args;
mod commands;
mod config;
mod data;
mod failure;
mod lists;
mod mail;
mod output;

use args::{Args, Command};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let setting = config::Layered::load(args.config.as_deref()).ok().and_then(|l| l.settings.lang);
    let lang = args.language(setting.as_deref());
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::surroundings(e.to_string()))
        .and_then(|runtime| runtime.block_on(run(args)));
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("traedesten: {}", failure.say(lang));
            ExitCode::from(failure.code())
        }
    }
}

async fn run(args: Args) -> Result<u8, Failure> {
    let context = commands::Context::new(&args)?;
    match args.command {
        Command::Demo(options) => commands::demo::run(&context, options).await,
        Command::Serve(options) => commands::serve::run(&context, options).await,
        Command::Registry(command) => commands::registry::run(&context, command).await,
        Command::Synth(options) => commands::synth::run(&context, &options),
        Command::Schema { what } => commands::schema::run(&context, what),
        Command::Figures(command) => commands::figures::run(&context, command),
        Command::Law(command) => commands::law::run(&context, command).await,
        Command::Results(command) => commands::results::run(&context, &command).await,
        Command::Effects(command) => commands::effects::run(&context, &command),
        Command::Config { action } => commands::config::run(&context, action),
        Command::CommandsPage => commands::page::run(),
        Command::Completions { shell } => Ok(commands::completions(shell)),
    }
}
