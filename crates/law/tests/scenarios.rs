//! Cases that a jurist can read: every Markdown file in `scenarios/` is told to the rule book and its answers compared.
//!
//! `scenarios/README.md` says how a case is written.
#![allow(clippy::disallowed_methods, reason = "the scenarios are files")]

#[path = "common/scenario.rs"]
mod scenario;

use law::{Kind, LawBook, Prepared, Rule, Version};
use scenario::{Case, Row, answer, question_day};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use timeline::{Date, Maalgruppe, date};

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

/// The shipped book, and each experiment laid over it.
fn books() -> BTreeMap<Option<String>, LawBook> {
    let shipped = LawBook::shipped();
    let laid = LawBook::experiments().map(|name| {
        let files = LawBook::experiment(name).expect("it is named");
        (Some(name.to_owned()), shipped.with_proposal(files).expect("a test reads the experiments"))
    });
    laid.chain([(None, shipped.clone())]).collect()
}

#[test]
fn every_scenario_is_answered_as_it_says() {
    let books = books();
    let mut wrong = Vec::new();
    for case in cases() {
        for Row { line, day, rule, expected } in &case.rows {
            let got = answer(&books[&case.experiment], &case.journey, day, rule);
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
    let books = books();
    for case in cases() {
        for row in &case.rows {
            let known = books[&case.experiment].rule(&row.rule).is_some();
            assert!(known, "{}, line {}: no rule {}", case.name, row.line, row.rule);
        }
    }
}

/// Kinds that say something of one citizen.
fn of_a_citizen(kind: Kind) -> bool {
    !matches!(kind, Kind::Ratio | Kind::PortfolioShare | Kind::Step | Kind::Statement)
}

/// The version that answers a row.
fn version_of<'b>(book: &'b LawBook, case: &Case, row: &Row) -> Option<&'b Version> {
    let (on, known) = question_day(&row.day)?;
    let seen = known.map_or_else(|| case.journey.clone(), |known| case.journey.known_on(known));
    let answers = book.in_force(on).answers(&Prepared::new(&seen), on);
    answers.iter().find(|a| a.rule.code == row.rule).map(|a| a.version)
}

#[test]
fn every_version_that_says_something_of_a_citizen_is_asked_about() {
    let (books, cases) = (books(), cases());
    let mut asked: BTreeSet<(&str, usize)> = BTreeSet::new();
    for case in &cases {
        let book = &books[&case.experiment];
        for row in &case.rows {
            let file = book.rule(&row.rule).map(|rule| rule.file.as_str());
            asked.extend(file.zip(version_of(book, case, row).map(|v| v.line)));
        }
    }
    // An experiment's file repeats the versions that it leaves as they are: those are asked about in the ordinary book.
    let ordinary = LawBook::shipped();
    let repeated = |rule: &Rule, version: &Version| {
        let same = |v: &&Version| {
            (v.from, &v.groups, &v.text, &v.how) == (version.from, &version.groups, &version.text, &version.how)
        };
        ordinary.rule(&rule.code).is_some_and(|own| own.file != rule.file && own.versions.iter().any(|v| same(&v)))
    };
    let mut unasked = BTreeSet::new();
    for rule in books.values().flat_map(LawBook::rules).filter(|r| of_a_citizen(r.kind)) {
        for version in
            rule.versions.iter().filter(|v| !asked.contains(&(rule.file.as_str(), v.line)) && !repeated(rule, v))
        {
            unasked.insert(format!("{}, line {}, from {}: {}", rule.file, version.line, version.from, rule.code));
        }
    }
    let all: Vec<String> = unasked.into_iter().collect();
    assert!(all.is_empty(), "no scenario asks about\n{}", all.join("\n"));
}

/// What the scenarios must show of each kind of rule and each group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Met,
    NotMet,
    LastDay,
    DayAfter,
    VersionChange,
    LeapDay,
    Exempted,
}

impl Column {
    const ALL: [Self; 7] =
        [Self::Met, Self::NotMet, Self::LastDay, Self::DayAfter, Self::VersionChange, Self::LeapDay, Self::Exempted];

    const fn say(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::LastDay => "asked on the last day",
            Self::DayAfter => "asked on the day after",
            Self::VersionChange => "asked on both sides of a change of version",
            Self::LeapDay => "a leap day",
            Self::Exempted => "exempted",
        }
    }
}

/// Kinds that hold or do not, without a deadline that is met or missed.
fn stands(kind: Kind) -> bool {
    matches!(kind, Kind::Right | Kind::Duty | Kind::Exemption | Kind::Waiver)
}

/// Whether a version of the rule takes the place of another of it, for some group.
fn follows(rule: &Rule) -> bool {
    let after = |a: &Version, b: &Version| a.to.and_then(|to| to.tomorrow().ok()) == Some(b.from);
    rule.versions
        .iter()
        .any(|a| rule.versions.iter().any(|b| after(a, b) && a.groups.iter().any(|g| b.groups.contains(g))))
}

/// Whether a version of the rule begins or ends between that day and the next.
fn changes_after(rule: &Rule, day: Date) -> bool {
    let begins = day.tomorrow().is_ok_and(|next| rule.versions.iter().any(|v| v.from == next));
    begins || rule.versions.iter().any(|v| v.to == Some(day))
}

fn is_leap_day(day: Date) -> bool {
    day.month() == 2 && day.day() == 29
}

/// A row with what the completeness of all of them is read from.
struct Asked<'c> {
    kind: Kind,
    group: Option<Maalgruppe>,
    shows: BTreeSet<Column>,
    place: (&'c str, usize),
}

/// The last day that an answer names.
fn due(expected: &str) -> Option<Date> {
    expected.split(" · ").find_map(|part| part.strip_prefix("senest ")?.parse().ok())
}

fn asked<'c>(books: &BTreeMap<Option<String>, LawBook>, cases: &'c [Case]) -> Vec<Asked<'c>> {
    let mut out = Vec::new();
    for case in cases {
        let book = &books[&case.experiment];
        let groups = case.journey.target_groups();
        let leaps = case.journey.facts.iter().any(|f| is_leap_day(f.holds.from) || f.holds.to.is_some_and(is_leap_day));
        let told = |rule: &str, day: Date| {
            case.rows.iter().find(|r| r.rule == rule && r.day == day.to_string()).map(|r| r.expected.as_str())
        };
        for row in &case.rows {
            let Some(rule) = book.rule(&row.rule) else { continue };
            let Some((day, _)) = question_day(&row.day) else { continue };
            let (eve, next) = (day.yesterday().expect("a day"), day.tomorrow().expect("a day"));
            let (said, due) = (row.expected.as_str(), due(&row.expected));
            let standing = stands(rule.kind);
            let holds = |said: &str| said.starts_with("gælder");
            let silent = |said: &str| said == "–";
            let change = |first: Date, second: Date| {
                changes_after(rule, first) && told(&row.rule, first).is_some() && told(&row.rule, second).is_some()
            };
            let shows = |column: &Column| match column {
                Column::Met => said.starts_with("opfyldt") || holds(said),
                Column::NotMet => said.starts_with("ikke opfyldt") || standing && silent(said),
                Column::LastDay => {
                    due == Some(day) || standing && holds(said) && told(&row.rule, next).is_some_and(silent)
                }
                Column::DayAfter => {
                    due == Some(eve) || standing && silent(said) && told(&row.rule, eve).is_some_and(holds)
                }
                Column::VersionChange => change(day, next) || change(eve, day),
                Column::LeapDay => is_leap_day(day) || leaps || due.is_some_and(is_leap_day),
                Column::Exempted => said.starts_with("fritaget"),
            };
            out.push(Asked {
                kind: rule.kind,
                group: groups.on(day).copied(),
                shows: Column::ALL.iter().copied().filter(shows).collect(),
                place: (&row.rule, row.line),
            });
        }
    }
    out
}

#[test]
fn every_kind_of_rule_is_shown_from_every_side() {
    let (books, cases) = (books(), cases());
    let asked = asked(&books, &cases);
    let rules: Vec<&Rule> = books.values().flat_map(LawBook::rules).filter(|r| of_a_citizen(r.kind)).collect();
    let kinds: BTreeSet<Kind> = rules.iter().map(|r| r.kind).collect();
    let of = |kind: Kind| rules.iter().filter(move |r| r.kind == kind);
    let lifts = |rule: &&&Rule| matches!(rule.kind, Kind::Exemption | Kind::Waiver);
    let lifted: BTreeSet<&String> =
        rules.iter().filter(lifts).flat_map(|r| &r.versions).flat_map(|v| &v.how.rules).collect();
    let mut holes = Vec::new();
    for kind in kinds {
        // A kind that never says "met" says "open" until it is late; one that no exemption names is never lifted.
        let can = |column: &Column| match column {
            Column::Met => !matches!(kind, Kind::TalksEvery | Kind::OfferGap),
            Column::Exempted => of(kind).any(|r| lifted.contains(&r.code)),
            _ => true,
        };
        for column in Column::ALL.into_iter().filter(can) {
            let change = column == Column::VersionChange && of(kind).any(|r| follows(r));
            let shown = asked.iter().any(|a| {
                let of_two = || of(kind).any(|r| r.code == a.place.0 && follows(r));
                a.kind == kind && a.shows.contains(&column) && (!change || of_two())
            });
            if !shown {
                holes.push(format!("{}: {}", kind.code(), column.say()));
            }
        }
    }
    assert!(holes.is_empty(), "no scenario shows\n{}", holes.join("\n"));
}

#[test]
fn every_group_with_a_deadline_is_shown_from_every_side() {
    let (books, cases) = (books(), cases());
    let asked = asked(&books, &cases);
    let mut holes = Vec::new();
    for group in Maalgruppe::ALL {
        let with_deadline: Vec<(Kind, &Version)> = books[&None]
            .rules()
            .iter()
            .filter(|r| of_a_citizen(r.kind) && !stands(r.kind))
            .flat_map(|r| r.versions.iter().filter(|v| v.is_for(*group)).map(|v| (r.kind, v)))
            .collect();
        // A limit that may be extended is never said to be broken.
        let can_fail = |(kind, v): &(Kind, &Version)| *kind != Kind::DurationLimit || v.how.extend_weeks.is_none();
        let can = |column: &Column| match column {
            Column::NotMet => with_deadline.iter().any(can_fail),
            Column::Met | Column::LastDay | Column::DayAfter => !with_deadline.is_empty(),
            _ => false,
        };
        for column in Column::ALL.into_iter().filter(can) {
            let shown = |a: &Asked<'_>| a.group == Some(*group) && !stands(a.kind) && a.shows.contains(&column);
            if !asked.iter().any(shown) {
                holes.push(format!("{}: {}", group.code(), column.say()));
            }
        }
    }
    assert!(holes.is_empty(), "no scenario shows of group\n{}", holes.join("\n"));
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
    let told = |line: &str| Case::read("x.md", &format!("# T\n\n```fakta\n{line}\n```\n")).expect_err(line);
    assert!(told("født i går").starts_with("x.md, line 4: \"i går\" is not a day"));
    assert!(told("kommune 851").contains("four digits"));
    assert!(told("2025-01-06.. maalgruppe 6.4 aabenlyst").contains("a readiness"));
    assert!(told("2025-01-06.. ydelse dagpenge 60").contains("write 60%"));
    let laid = |name: &str| Case::read("x.md", &format!("# T\n\nForsøg: {name}\n"));
    assert!(laid("frikommuner-9").expect_err("no such experiment").contains("frikommuner-1, frikommuner-2"));
    assert!(laid("frikommuner-1\nForsøg: frikommuner-2").is_err(), "one experiment a case");
}

#[test]
fn what_is_told_of_the_person_and_the_experiment_is_used() {
    let text = "# T\n\nForsøg: frikommuner-2\n\n```fakta\nfødt 1990-05-01\nkommune 0851\n2020-01-06.. ydelse dagpenge 60%\n```\n";
    let case = Case::read("samtaler/x.md", text).expect("it reads");
    let person = case.journey.person.as_ref().expect("somebody");
    assert_eq!((person.born, person.municipality.as_deref()), (Some(date(1990, 5, 1)), Some("0851")));
    let share = timeline::Event::Benefit { benefit: timeline::Ydelse::Dagpenge, share_percent: Some(60) };
    assert_eq!(case.journey.facts[0].event, share);
    assert!(books()[&case.experiment].rule("FREE-2").is_some());
}

#[test]
fn a_fact_learned_later_stands_in_the_journey_with_the_day_it_was_learned() {
    let text = "# T\n\nKilde: x.\n\n```fakta\n2025-01-10 samtale holdt fremmøde kommune (lært 2025-02-01)\n```\n";
    let case = Case::read("samtaler/x.md", text).expect("it reads");
    assert_eq!(case.journey.facts[0].learned, date(2025, 2, 1));
}
