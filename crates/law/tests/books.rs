//! Faults that show only between versions or between files.

use law::LawBook;

/// A rule file of one version, with what differs.
fn rule(code: &str, kind: &str, how: &str) -> String {
    format!(
        "code = \"{code}\"\nkind = \"{kind}\"\nsubject = \"samtaler\"\ntitle = {{ da = \"x\", en = \"x\" }}\n\n{}",
        version("from = 2020-01-01", how)
    )
}

fn version(days: &str, how: &str) -> String {
    format!(
        "[[version]]\n{days}\ntext = {{ da = \"x\", en = \"x\" }}\nmeans = {{ da = \"x\", en = \"x\" }}\n\
         how = {{ {how} }}\n\
         cite = {{ act = \"LAB\", paragraph = \"1\" }}\n\
         checked = {{ mark = \"draft\", on = 2026-11-23, how = \"x\" }}\n"
    )
}

fn refused(files: &[(&str, String)]) -> String {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
    let faults = LawBook::read(files).expect_err("a book with a fault is refused");
    faults.iter().map(|f| f.to_string() + "\n").collect()
}

#[test]
fn two_versions_in_force_for_a_shared_group_are_refused_at_the_second() {
    let first = rule("DUTY", "duty", "").replace("from = 2020-01-01", "from = 2020-01-01\ngroups = [\"6.1\", \"6.2\"]");
    let text = first + &version("from = 2024-02-29\ngroups = [\"6.2\", \"6.3\"]", "");
    assert_eq!(
        refused(&[("a.toml", text)]),
        "a.toml, line 15, rule DUTY: two versions are in force on 2024-02-29 for group 6.2\n"
    );
}

#[test]
fn versions_that_share_one_day_are_refused() {
    let first = rule("DUTY", "duty", "").replace("2020-01-01", "2020-01-01\nto = 2024-01-01");
    let text = first + &version("from = 2024-01-01", "");
    let text = refused(&[("a.toml", text)]);
    assert!(text.contains("rule DUTY: two versions are in force on 2024-01-01 for group 6.1"), "{text}");
}

#[test]
fn versions_on_one_day_for_different_groups_are_no_fault() {
    let first = rule("DUTY", "duty", "").replace("from = 2020-01-01", "from = 2020-01-01\ngroups = [\"6.1\"]");
    let text = first + &version("from = 2020-01-01\ngroups = [\"6.2\"]", "");
    assert!(LawBook::read([("a.toml".to_owned(), text)]).is_ok());
}

/// Two versions of a duty from the same day with what differs between them.
fn beside(first: &str, second: &str) -> Result<LawBook, String> {
    let head = rule("DUTY", "duty", "").replace("from = 2020-01-01", &format!("from = 2020-01-01\n{first}"));
    let text = head + &version(&format!("from = 2020-01-01\n{second}"), "");
    LawBook::read([("a.toml".to_owned(), text)]).map_err(|faults| faults[0].to_string())
}

#[test]
fn versions_beside_each_other_must_not_share_a_citizen() {
    for (first, second) in [
        ("below_age = 30", "from_age = 30"),
        ("below_age = 30", "from_age = 30\nbelow_age = 50"),
        ("readiness = [\"ung_hos_kommunen\"]", "not_readiness = [\"ung_hos_kommunen\"]"),
        ("readiness = [\"jobparat\"]", "readiness = [\"uddannelsesparat\"]"),
        ("groups = [\"6.1\"]\nbelow_age = 30", "groups = [\"6.2\"]\nbelow_age = 40"),
    ] {
        assert!(beside(first, second).is_ok(), "{first} and {second}: {:?}", beside(first, second));
    }
    for (first, second) in [
        ("below_age = 30", "from_age = 29"),
        ("below_age = 30", "groups = [\"6.1\"]"),
        ("from_age = 50", "from_age = 60"),
        ("readiness = [\"jobparat\"]", "groups = [\"6.2\"]"),
        ("not_readiness = [\"jobparat\"]", "not_readiness = [\"uddannelsesparat\"]"),
        ("readiness = [\"jobparat\", \"uddannelsesparat\"]", "readiness = [\"uddannelsesparat\"]"),
        ("closed = true", "closed = false"),
    ] {
        let text = beside(first, second).expect_err("one citizen would have both");
        assert!(text.contains("two versions are in force on 2020-01-01"), "{first} and {second}: {text}");
    }
}

#[test]
fn an_experiment_that_lifts_a_rule_that_is_not_there_or_itself_is_refused() {
    let waiver = |code: &str, target: &str| {
        rule(code, "waiver", &format!("rules = [\"{target}\"], municipalities = [\"0851\"]"))
    };
    let text = refused(&[("a.toml", waiver("FREE", "NOWHERE"))]);
    assert_eq!(text, "a.toml, line 7, rule FREE: no rule is called NOWHERE\n");
    let text = refused(&[("a.toml", waiver("FREE", "FREE"))]);
    assert!(text.contains("the exemptions lift each other in a circle: FREE → FREE"), "{text}");
    let lifts = rule("LIFT", "exemption", "reasons = [\"barsel\"], rules = [\"FREE\"]");
    let text = refused(&[("a.toml", waiver("FREE", "LIFT")), ("b.toml", lifts)]);
    assert!(text.contains("FREE → LIFT → FREE"), "{text}");
}

#[test]
fn a_code_that_two_files_have_is_refused_with_both() {
    let text = refused(&[("a.toml", rule("DUTY", "duty", "")), ("b.toml", rule("DUTY", "right", ""))]);
    assert_eq!(text, "b.toml, line 1, rule DUTY: a.toml has the same code; a code is never used twice\n");
}

#[test]
fn an_exemption_from_a_rule_that_is_not_there_is_refused() {
    let how = "reasons = [\"barsel\"], rules = [\"NOWHERE\"]";
    let text = refused(&[("a.toml", rule("LIFT", "exemption", how))]);
    assert_eq!(text, "a.toml, line 7, rule LIFT: no rule is called NOWHERE\n");
}

#[test]
fn a_share_of_a_rule_that_is_not_there_is_refused() {
    let how = "share_percent = 75, rules = [\"NOWHERE\"]";
    let text = refused(&[("a.toml", rule("SHARE", "portfolio-share", how))]);
    assert_eq!(text, "a.toml, line 7, rule SHARE: no rule is called NOWHERE\n");
}

#[test]
fn exemptions_that_lift_each_other_are_refused() {
    let lifts =
        |code: &str, target: &str| rule(code, "exemption", &format!("reasons = [\"barsel\"], rules = [\"{target}\"]"));
    let text = refused(&[("a.toml", lifts("A", "B")), ("b.toml", lifts("B", "C")), ("c.toml", lifts("C", "A"))]);
    assert!(
        text.contains("a.toml, line 7, rule A: the exemptions lift each other in a circle: A → B → C → A"),
        "{text}"
    );
    let text = refused(&[("a.toml", lifts("A", "A"))]);
    assert!(text.contains("a.toml, line 7, rule A: the exemptions lift each other in a circle: A → A"), "{text}");
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let wrong = rule("small", "dutty", "").replace("act = \"LAB\", paragraph = \"1\"", "act = \"LAB\"");
    let text = refused(&[("a.toml", wrong.clone()), ("b.toml", wrong.replace("small", "SMALL"))]);
    assert_eq!(text.lines().filter(|l| l.starts_with("a.toml")).count(), 3, "code, kind and citation: {text}");
    assert_eq!(text.lines().filter(|l| l.starts_with("b.toml")).count(), 2, "kind and citation: {text}");
}

#[test]
fn a_proposal_may_lift_a_rule_of_the_book_it_is_laid_over() {
    let how = "reasons = [\"barsel\"], rules = [\"TALKS-FIRST-6M\"]";
    let files = || [("a.toml".to_owned(), rule("LIFT", "exemption", how))];
    let laid = LawBook::shipped().with_proposal(files());
    assert!(laid.is_ok_and(|book| book.rule("LIFT").is_some()));
    assert!(LawBook::read(files()).is_err(), "alone it points at nothing");
}
