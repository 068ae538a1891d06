//! How often 95 % intervals hold the truth, at full scale, kept as a page.

use crate::run::Outcome;
use std::fs;
use std::process::Command;

const PAGE: &str = "docs/methods/coverage.md";

/// Draw so many tables for each interval, and keep how many held the truth.
pub(crate) fn run(times: u64) -> Outcome {
    let words = ["test", "--release", "-p", "effects", "--test", "coverage", "--", "--nocapture"];
    let ran = Command::new("cargo").args(words).env("TRAEDESTEN_COVERAGE", times.to_string()).output();
    let ran = ran.map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&ran.stdout);
    let mut rows: Vec<(&str, f64)> = said
        .lines()
        // A line of the runner may stand before it.
        .filter_map(|line| line.split_once("covered\t"))
        .filter_map(|(_, line)| {
            let mut cells = line.split('\t');
            Some((cells.next()?, cells.next()?.parse().ok()?))
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(b.0));
    if rows.is_empty() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned());
    }
    let n = times as f64;
    let mut page = format!(
        "# How often intervals hold the truth\n\nMade by `cargo xtask cover {times}`: {times} made-up tables for each estimator, drawn as \
         it assumes, and the share of its 95 per cent\nintervals that hold what was put in. The last column is how much that share \
         moves by chance alone (95 per cent). `cargo test` does the\nsame with 200 tables and wider limits.\n\n\
         | interval | holds the truth, per cent | ± |\n|---|---|---|\n"
    );
    for (name, held) in rows {
        let share = held / n;
        let error = 1.96 * (share * (1.0 - share) / n).sqrt();
        page.push_str(&format!("| {name} | {:.1} | {:.1} |\n", 100.0 * share, 100.0 * error));
    }
    fs::write(PAGE, page).map_err(|e| format!("{PAGE}: {e}"))?;
    if ran.status.success() {
        Ok(())
    } else {
        Err(format!("an interval holds the truth too seldom or too often: see {PAGE}"))
    }
}
