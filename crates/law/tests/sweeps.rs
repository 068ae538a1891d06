//! The sweep finds what it is for, and nothing else; and what differs for a group is what differs for that group.

use law::{Change, LawBook};
use timeline::{Maalgruppe, Period, date};

/// A duty with the versions given as days and groups.
fn book(versions: &[(&str, &str)]) -> LawBook {
    let mut text =
        "code = \"DUTY\"\nkind = \"duty\"\nsubject = \"plan\"\ntitle = { da = \"x\", en = \"x\" }\n\n".to_owned();
    for (days, groups) in versions {
        text += &format!(
            "[[version]]\n{days}\ngroups = [{groups}]\n\
             text = {{ da = \"x\", en = \"x\" }}\nmeans = {{ da = \"x\", en = \"x\" }}\n\
             cite = {{ act = \"LAB\", paragraph = \"1\" }}\n\
             checked = {{ mark = \"draft\", on = 2026-11-23, how = \"x\" }}\n\n"
        );
    }
    LawBook::read([("a.toml".to_owned(), text)]).expect("the rule reads")
}

fn gaps(book: &LawBook, year: i16) -> Vec<(Maalgruppe, String)> {
    book.sweep(date(year, 11, 24)).gaps.iter().map(|f| (f.group, f.gap.to_string())).collect()
}

#[test]
fn a_planted_gap_of_one_day_is_found_for_its_group_alone() {
    let book = book(&[
        ("from = 2020-01-01\nto = 2024-02-28", "\"6.1\", \"6.2\""),
        ("from = 2024-02-29", "\"6.2\""),
        ("from = 2024-03-01", "\"6.1\""),
    ]);
    assert_eq!(gaps(&book, 2026), [(Maalgruppe::Dagpenge, "2024-02-29..2024-02-29".to_owned())]);
}

#[test]
fn every_planted_gap_is_found() {
    let book = book(&[
        ("from = 2015-01-01\nto = 2015-12-31", "\"6.3\""),
        ("from = 2016-02-01\nto = 2019-12-31", "\"6.3\""),
        ("from = 2020-01-02", "\"6.3\""),
    ]);
    let found: Vec<String> = gaps(&book, 2026).into_iter().map(|(_, gap)| gap).collect();
    assert_eq!(found, ["2016-01-01..2016-01-31", "2020-01-01..2020-01-01"]);
}

#[test]
fn versions_that_follow_each_other_have_no_gap_and_an_end_is_none() {
    let book =
        book(&[("from = 2020-01-01\nto = 2023-12-31", "\"6.1\""), ("from = 2024-01-01\nto = 2026-06-30", "\"6.1\"")]);
    assert!(gaps(&book, 2026).is_empty());
}

#[test]
fn a_rule_that_begins_beyond_the_horizon_has_no_gap() {
    let book = book(&[("from = 2027-01-01", "\"6.1\"")]);
    assert!(gaps(&book, 2026).is_empty());
    assert!(gaps(&book, 2022).is_empty(), "asked in 2022: {:?}", gaps(&book, 2022));
}

#[test]
fn the_shipped_book_has_no_gap() {
    let sweep = LawBook::shipped().sweep(date(2026, 11, 24));
    assert!(sweep.gaps.is_empty(), "{:?}", sweep.gaps);
    assert_eq!(sweep.marks.iter().sum::<usize>(), sweep.versions);
    assert_eq!(sweep.rules, LawBook::shipped().rules().len());
}

#[test]
fn each_experiment_lies_over_the_book_without_a_gap() {
    let shipped = LawBook::shipped();
    let names: Vec<&str> = LawBook::experiments().collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        let files = LawBook::experiment(name).expect("it is named");
        assert!(files.iter().all(|(file, _)| file.starts_with(&format!("law-forsoeg/{name}/"))), "{name}");
        let laid = shipped.with_proposal(files.clone()).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        let sweep = laid.sweep(date(2026, 11, 24));
        assert!(sweep.gaps.is_empty(), "{name}: {:?}", sweep.gaps);
        assert_eq!(sweep.marks.iter().sum::<usize>(), sweep.versions, "{name}");
        assert_eq!(laid.rules().iter().filter(|r| r.file.starts_with("law-forsoeg/")).count(), files.len(), "{name}");
        // What the experiment does not write stands as it was.
        for rule in laid.rules().iter().filter(|r| r.file.starts_with("law/")) {
            assert_eq!(shipped.rule(&rule.code), Some(rule), "{name}");
        }
    }
    assert_eq!(LawBook::experiment("frikommuner-9"), None);
}

#[test]
fn a_waiver_lifts_only_rules_that_are_in_force_with_it() {
    let shipped = LawBook::shipped();
    for name in LawBook::experiments() {
        let laid = shipped.with_proposal(LawBook::experiment(name).expect("it is named")).expect("it reads");
        for rule in laid.rules().iter().filter(|r| r.kind == law::Kind::Waiver) {
            for version in &rule.versions {
                for code in &version.how.rules {
                    let target = laid.rule(code).unwrap_or_else(|| panic!("{}: no rule {code}", rule.code));
                    let together = |v: &law::Version| v.in_force().intersection(version.in_force()).is_some();
                    assert!(target.versions.iter().any(together), "{} and {code} never meet", rule.code);
                }
            }
        }
    }
}

#[test]
fn a_gap_in_the_shipped_book_would_be_found() {
    let mut found = 0;
    let book = LawBook::shipped();
    let follows = |r: &&law::Rule| r.versions.get(1).is_some_and(|second| second.from > r.versions[0].from);
    for rule in book.rules().iter().filter(follows) {
        let groups: Vec<String> = rule.versions[1].groups.iter().map(|g| format!("\"{}\"", g.code())).collect();
        let from = rule.versions[1].from;
        let until = from.yesterday().and_then(jiff::civil::Date::yesterday).expect("a day");
        let planted = self::book(&[
            (&format!("from = {}\nto = {until}", rule.versions[0].from), &groups.join(", ")),
            (&format!("from = {from}"), &groups.join(", ")),
        ]);
        let gap = Period::day(from.yesterday().expect("a day"));
        let faults = planted.sweep(date(2026, 11, 24)).gaps;
        assert_eq!(faults.len(), groups.len(), "{}", rule.code);
        assert!(faults.iter().all(|f| f.gap == gap), "{}", rule.code);
        found += 1;
    }
    assert!(found > 10, "only {found} rules have two versions");
}

#[test]
fn a_rule_that_only_moved_for_a_group_is_not_changed_for_it() {
    let book = LawBook::shipped();
    let change = |group: Option<Maalgruppe>| {
        let found = book.differences(date(2023, 12, 31), date(2024, 1, 1), group);
        found.iter().find(|d| d.rule.code == "TALKS-FIRST-6M").map(|d| d.change)
    };
    assert_eq!(change(None), Some(Change::Changed), "the insured left it");
    assert_eq!(change(Some(Maalgruppe::Dagpenge)), Some(Change::Removed));
    assert_eq!(change(Some(Maalgruppe::Jobparat)), Some(Change::Moved), "from stk. 1 to stk. 3, and nothing else");
}

#[test]
fn the_four_kinds_of_difference_are_told() {
    let book = LawBook::shipped();
    let change = |code: &str, first, second, group| {
        book.differences(first, second, Some(group)).iter().find(|d| d.rule.code == code).map(|d| d.change)
    };
    let (june, july) = (date(2026, 6, 30), date(2026, 7, 1));
    assert_eq!(change("PERSONAL-25", june, july, Maalgruppe::Jobparat), Some(Change::New));
    assert_eq!(change("OFFER-6M", june, july, Maalgruppe::Aktivitetsparat), Some(Change::Removed));
    assert_eq!(change("TALKS-FUND-3M", june, july, Maalgruppe::Dagpenge), Some(Change::Changed));
    let (eve, day) = (date(2023, 12, 31), date(2024, 1, 1));
    assert_eq!(change("TALK-FIRST-1W", eve, day, Maalgruppe::Jobparat), Some(Change::Moved));
    assert_eq!(change("JOBNET-WEEKLY", eve, day, Maalgruppe::Dagpenge), None);
}
