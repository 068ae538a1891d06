//! Running other programs.

use std::process::Command;
use std::time::Instant;

/// Done, or why not.
pub(crate) type Outcome = Result<(), String>;

/// Do a step, and say how long it took.
pub(crate) fn step(name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("== {name}");
    let started = Instant::now();
    let done = work();
    println!(
        "== {name}: {} after {:.1} s",
        if done.is_ok() { "ok" } else { "failed" },
        started.elapsed().as_secs_f64()
    );
    done.map_err(|why| format!("{name}: {why}"))
}

/// Run cargo.
pub(crate) fn cargo(words: &[&str]) -> Outcome {
    with("cargo", words, ".", &[])
}

/// Run a program in a folder with more variables.
pub(crate) fn with(program: &str, words: &[&str], folder: &str, vars: &[(&str, String)]) -> Outcome {
    let mut command = Command::new(program);
    command.args(words).current_dir(folder);
    for (name, value) in vars {
        command.env(name, value);
    }
    let status = command.status().map_err(|e| format!("{program}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {} ended with {status}", words.join(" "))) }
}

/// What a program prints.
pub(crate) fn output(program: &str, words: &[&str]) -> Result<String, String> {
    let out = Command::new(program).args(words).output().map_err(|e| format!("{program}: {e}"))?;
    if !out.status.success() {
        return Err(format!("{program} {}: {}", words.join(" "), String::from_utf8_lossy(&out.stderr)));
    }
    String::from_utf8(out.stdout).map_err(|e| e.to_string())
}
