//! Cases that a jurist can read: every Markdown file in `scenarios/` is told to the rule book and its answers compared.
//!
//! `scenarios/README.md` says how a case is written.
#![allow(clippy::disallowed_methods, reason = "the scenarios are files")]

#[path = "common/scenario.rs"]
mod scenario;

use law::{Kind, LawBook};
use scenario::{Case, Row, answer, question_day};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use timeline::{Maalgruppe, date};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn markdown(folder: &Path, into: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.map(|e| e.expect("an entry").path()) {
        if path.is_dir() {
            markdown(&path, into);
        } else if path.extension().is_some_and(|e| e == "md") && !path.ends_with("README.md") {
            into.push(path);
        }
    }
}

/// Every scenario, by name.
fn cases() -> Vec<Case> {
    let mut paths = Vec::new();
    markdown(&folder(), &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(folder()).expect("it lies in the folder").display().to_string();
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"));
        Case::read(&name, &text).unwrap_or_else(|what| panic!("{what}"))
    };
    paths.iter().map(read).collect()
}

#[test]
fn every_scenario_is_answered_as_it_says() {
    let book = LawBook::shipped();
    let mut wrong = Vec::new();
    for case in cases() {
        for Row { line, day, rule, expected } in &case.rows {
            let got = answer(&book, &case.journey, day, rule);
            if got != *expected {
                let name = &case.name;
                wrong.push(format!("{name}, line {line}, {rule} on {day}\n  expected {expected}\n  but got  {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} rows are answered otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_that_a_scenario_asks_about_is_in_the_book() {
    let book = LawBook::shipped();
    for case in cases() {
        for row in &case.rows {
            assert!(book.rule(&row.rule).is_some(), "{}, line {}: no rule {}", case.name, row.line, row.rule);
        }
    }
}

/// Kinds that say something of one citizen.
fn of_a_citizen(kind: Kind) -> bool {
    !matches!(kind, Kind::Ratio | Kind::PortfolioShare | Kind::Step | Kind::Statement)
}

#[test]
fn every_version_that_says_something_of_a_citizen_is_asked_about() {
    let book = LawBook::shipped();
    let asked: BTreeSet<(String, String)> =
        cases().into_iter().flat_map(|c| c.rows).map(|r| (r.rule, r.expected)).collect();
    let mut unasked = Vec::new();
    for rule in book.rules().iter().filter(|r| of_a_citizen(r.kind)) {
        for version in &rule.versions {
            let cite = version.cite.say();
            if !asked.iter().any(|(code, expected)| *code == rule.code && expected.ends_with(&cite)) {
                unasked.push(format!("{} from {}: {cite}", rule.code, version.from));
            }
        }
    }
    assert!(unasked.is_empty(), "no scenario asks about\n{}", unasked.join("\n"));
}

#[test]
fn the_scenarios_are_spread_over_the_target_groups() {
    let told = cases();
    let seen: BTreeSet<Maalgruppe> = told
        .iter()
        .flat_map(|case| case.rows.iter().filter_map(move |row| Some((case, question_day(&row.day)?.0))))
        .filter_map(|(case, day)| case.journey.target_groups().on(day).copied())
        .collect();
    for group in Maalgruppe::ALL.iter().take(10) {
        assert!(seen.contains(group), "no scenario asks about group {}", group.code());
    }
    assert!(told.len() >= 25, "only {} scenarios", told.len());
}

#[test]
fn a_scenario_lies_in_the_folder_of_a_subject_and_has_a_title_and_a_source() {
    let subjects: Vec<&str> = law::Subject::ALL.iter().map(|s| s.code()).collect();
    for case in cases() {
        let subject = case.name.split('/').next().unwrap_or_default();
        assert!(subjects.contains(&subject), "{}: no subject is called {subject}", case.name);
        assert!(!case.title.is_empty(), "{} has no title", case.name);
        assert!(case.background.contains("Kilde:"), "{} names no source (Kilde:)", case.name);
    }
}

#[test]
fn a_fault_in_a_scenario_names_the_file_and_the_line() {
    let text =
        "# Titel\n\nKilde: ingen.\n\n```fakta\n2025-01-06.. ydelse kontanthjaelp\n2025-01-06.. ydels dagpenge\n```\n";
    let fault = Case::read("samtaler/x.md", text).expect_err("a misspelt fact is refused");
    assert!(fault.starts_with("samtaler/x.md, line 7: "), "{fault}");
    let text = text.replace("ydels ", "ydelse ") + "\n| dag | regel | svar |\n|---|---|---|\n| 2025-01-06 | X |\n";
    let fault = Case::read("samtaler/x.md", &text).expect_err("a row that lacks a cell is refused");
    assert!(fault.starts_with("samtaler/x.md, line 12: "), "{fault}");
}

#[test]
fn a_fact_learned_later_stands_in_the_journey_with_the_day_it_was_learned() {
    let text = "# T\n\nKilde: x.\n\n```fakta\n2025-01-10 samtale holdt fremmøde kommune (lært 2025-02-01)\n```\n";
    let case = Case::read("samtaler/x.md", text).expect("it reads");
    assert_eq!(case.journey.facts[0].learned, date(2025, 2, 1));
}
