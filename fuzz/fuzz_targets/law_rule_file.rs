//! A rule file is refused in words or read, alone or laid over the book, and what was read answers on any day.

#![no_main]

use law::{LawBook, Prepared};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use timeline::{Date, Journey, date, sample};

static SHIPPED: LazyLock<LawBook> = LazyLock::new(LawBook::shipped);
static JOURNEY: LazyLock<Journey> = LazyLock::new(sample::journey);

const DAYS: [Date; 5] = [date(2015, 1, 1), date(2024, 2, 29), date(2026, 7, 1), Date::MIN, Date::MAX];

fuzz_target!(|text: &str| {
    let file = || [("law/samtaler/x.toml".to_owned(), text.to_owned())];
    for read in [LawBook::read(file()), SHIPPED.with_proposal(file())] {
        match read {
            Ok(book) => ask(&book),
            Err(faults) => {
                assert!(!faults.is_empty(), "a refusal says why");
                assert!(faults.iter().all(|f| f.to_string().starts_with("law/samtaler/x.toml, line ")));
            }
        }
    }
});

fn ask(book: &LawBook) {
    let prepared = Prepared::new(&JOURNEY);
    for day in DAYS {
        let findings = book.assess(&JOURNEY, day).findings;
        let law = book.in_force(day);
        assert_eq!(law.answers(&prepared, day).len(), findings.len(), "one citizen and many are answered alike");
        for share in law.shares([&prepared], day) {
            assert!(share.lacking() <= share.closed() && share.exempt + share.exemptions_left() <= share.closed());
        }
        book.differences(DAYS[0], day, None);
    }
    book.sweep(date(2026, 11, 24));
}
