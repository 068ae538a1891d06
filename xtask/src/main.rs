//! Checks, tests and generated files: `cargo xtask check | test | generate | fuzz | help`.

#![allow(clippy::disallowed_methods, reason = "runs other programs, reads and writes files")]
#![allow(clippy::print_stdout, reason = "says what it does")]

mod api;
mod cover;
mod generate;
mod load;
mod needs;
mod purity;
mod run;

use run::{Outcome, cargo, step};
use std::process::ExitCode;

const HELP: &str = "cargo xtask check       format, lints, dependencies, purity, generated files, then test and fuzz
cargo xtask test        every test; installs and starts PostgreSQL, Chromium, Node and Python where they are missing
cargo xtask generate    the JSON Schema and docs/commands.md
cargo xtask cover [N]   how often intervals hold the truth in N made-up tables (default 2000); docs/methods/coverage.md
cargo xtask load [E]    eight readers on 100,000 cases over HTTP, on both engines
cargo xtask fuzz [N]    each fuzz target for N seconds (default 20), from its kept corpus";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => check(),
        ["test"] => test(),
        ["generate"] => generate::write(),
        ["cover"] => cover::run(2000),
        ["cover", times] => times.parse().map_err(|_| "write a number of tables".to_owned()).and_then(cover::run),
        ["load"] => load::run(None),
        ["load", engine] => load::run(Some(engine)),
        ["fuzz"] => fuzz(20),
        ["fuzz", seconds] => seconds.parse().map_err(|_| "write a number of seconds".to_owned()).and_then(fuzz),
        _ => {
            println!("{HELP}");
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Outcome {
    step("format", || cargo(&["fmt", "--all", "--check"]))?;
    step("lints", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step("purity", purity::check)?;
    step("dependencies", || {
        needs::cargo_deny()?;
        // Advisories need a network beyond the package registry: run `cargo deny check advisories` where there is one.
        cargo(&["deny", "--log-level", "error", "check", "bans", "licenses", "sources"])
    })?;
    step("generated files", generate::check)?;
    step("tests", test)?;
    step("fuzzing", || fuzz(20))
}

fn test() -> Outcome {
    needs::postgres()?;
    let postgres = testkit::Postgres::start()?;
    let vars = [("TRAEDESTEN_TEST_POSTGRES", postgres.url())];
    step("cargo test", || run::with("cargo", &["test", "--workspace"], ".", &vars))?;
    drop(postgres);
    needs::python()?;
    step("requests to the API", api::test)?;
    needs::browser()?;
    step("browser", || {
        run::with("npm", &["ci", "--no-progress", "--loglevel=error"], "tests/browser", &[])?;
        run::with("npm", &["test"], "tests/browser", &[])
    })
}

fn fuzz(seconds: u32) -> Outcome {
    needs::cargo_fuzz()?;
    for target in
        ["journey_json", "csv_import", "xlsx_import", "figures_csv", "columns_csv", "law_rule_file", "law_assess"]
    {
        step(target, || {
            let limit = format!("-max_total_time={seconds}");
            // New finds go to a folder that is not kept, so that a run leaves the tree clean.
            let found = format!("fuzz/target/found/{target}");
            std::fs::create_dir_all(&found).map_err(|e| e.to_string())?;
            let kept = format!("fuzz/corpus/{target}");
            // The code is safe Rust, so the memory sanitizer would find nothing that a panic does not.
            let words = [
                "fuzz",
                "run",
                "-s",
                "none",
                target,
                &found,
                &kept,
                "--",
                &limit,
                "-rss_limit_mb=4096",
                "-print_final_stats=1",
            ];
            // The stable toolchain runs it with this switch; nothing else in the project uses it.
            run::with("cargo", &words, ".", &[("RUSTC_BOOTSTRAP", "1".to_owned())])
        })?;
    }
    Ok(())
}
