//! A journey that is read can be assessed on any day, alone and among many, as it is and as it was known.
//!
//! The first line of the input is a day, the rest a journey in JSON.

#![no_main]

use law::{LawBook, Prepared, Verdict};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use timeline::{Date, Journey, Lang, date};

static BOOK: LazyLock<LawBook> = LazyLock::new(LawBook::shipped);

/// Each experiment laid over the book.
static EXPERIMENTS: LazyLock<Vec<LawBook>> = LazyLock::new(|| {
    let files = LawBook::experiments().filter_map(LawBook::experiment);
    files.map(|files| BOOK.with_proposal(files).expect("the experiments are read by a test")).collect()
});

fuzz_target!(|text: &str| {
    let (day, json) = text.split_once('\n').unwrap_or(("", text));
    let Ok(journey) = Journey::from_json(json) else { return };
    let on = day.trim().parse().unwrap_or(date(2026, 3, 1));
    for (journey, on) in [(&journey, on), (&journey.known_on(on), on), (&journey, Date::MIN), (&journey, Date::MAX)] {
        for book in std::iter::once(&*BOOK).chain(&*EXPERIMENTS) {
            ask(book, journey, on);
        }
    }
});

fn ask(book: &LawBook, journey: &Journey, on: Date) {
    let findings = book.assess(journey, on).findings;
    let prepared = Prepared::new(journey);
    let answers = book.in_force(on).answers(&prepared, on);
    assert_eq!(findings.len(), answers.len(), "one citizen and many are answered alike");
    for (finding, answer) in findings.iter().zip(&answers) {
        let outcome = &answer.outcome;
        assert_eq!((&finding.code, finding.verdict), (&answer.rule.code, outcome.verdict));
        assert_eq!((finding.window, finding.due, finding.counts), (outcome.window, outcome.due, outcome.counts));
        assert_eq!(finding.verdict == Verdict::Exempt, finding.lifted_by.is_some(), "who is exempted is told by what");
        assert!(finding.used.iter().all(|id| journey.fact(*id).is_some()), "only facts of the journey decide");
        assert!(!finding.say(Lang::Da).is_empty());
    }
}
