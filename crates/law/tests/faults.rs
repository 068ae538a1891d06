//! Wrong rule files: each is refused, and the error says which file, which line, which rule and what would be right.

use law::{LawBook, LawError};

/// A rule without a fault. Line numbers below count from its first line.
const SOUND: &str = r#"code = "TALKS"
kind = "talks-within"
subject = "samtaler"
title = { da = "Samtaler", en = "Talks" }

[[version]]
from = 2020-01-01
to = 2023-12-31
groups = ["6.2"]
holder = "kommune"
text = { da = "Fire samtaler.", en = "Four talks." }
means = { da = "Planlæg dem.", en = "Plan them." }
how = { clock = "benefit-start", min_talks = 4, window_months = 6 }
cite = { act = "LAB", paragraph = "31", stk = "1" }
checked = { mark = "verified", on = 2026-11-23, how = "elov.dk" }

[[version]]
from = 2024-01-01
groups = ["6.2"]
text = { da = "Fire samtaler.", en = "Four talks." }
means = { da = "Planlæg dem.", en = "Plan them." }
how = { clock = "benefit-start", min_talks = 4, window_months = 6 }
cite = { act = "LAB", paragraph = "31", stk = "3" }
checked = { mark = "verified", on = 2026-11-23, how = "elov.dk" }
"#;

/// What comes of reading one file.
fn read(text: &str) -> Result<LawBook, Vec<LawError>> {
    LawBook::read([("law/samtaler/talks.toml".to_owned(), text.to_owned())])
}

/// Every error of files that must be refused, one a line.
fn refused(files: &[(&str, &str)]) -> String {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    match LawBook::read(files) {
        Ok(_) => "nothing was wrong".to_owned(),
        Err(faults) => faults.iter().map(|f| f.to_string() + "\n").collect(),
    }
}

/// Plants a fault: the first `old` becomes `new`.
fn planted(old: &str, new: &str) -> String {
    assert!(SOUND.contains(old), "the sound rule holds no {old}");
    SOUND.replacen(old, new, 1)
}

/// Fault, what stands instead, the line that must be named (0: any), and words of the message.
type Plant = (&'static str, &'static str, usize, &'static str);

fn all_are_refused(plants: &[Plant]) {
    let mut missed = Vec::new();
    for (old, new, line, words) in plants {
        let text = refused(&[("law/samtaler/talks.toml", &planted(old, new))]);
        let place = if *line == 0 { "line ".to_owned() } else { format!("line {line}, rule TALKS: ") };
        let named = text
            .lines()
            .any(|l| l.starts_with("law/samtaler/talks.toml, ") && l.contains(&place) && l.contains(", rule TALKS: "));
        if !named || !text.contains(words) {
            missed.push(format!("{old} -> {new}\n  wanted {place}… {words}\n  got    {}", text.trim_end()));
        }
    }
    assert!(missed.is_empty(), "{} of {} faults:\n{}", missed.len(), plants.len(), missed.join("\n"));
}

/// Kind, its numbers in a rule of one version, and words of the message.
fn all_numbers_are_refused(plants: &[(&str, &str, &str)]) {
    let how = "how = { clock = \"benefit-start\", min_talks = 4, window_months = 6 }";
    let mut missed = Vec::new();
    for (kind, numbers, words) in plants {
        let text = planted(how, &format!("how = {{ {numbers} }}")).replace("talks-within", kind);
        let one = text.split("\n[[version]]").take(2).collect::<Vec<_>>().join("\n[[version]]");
        let text = refused(&[("law/samtaler/talks.toml", &one)]);
        if !text.starts_with("law/samtaler/talks.toml, line 7, rule TALKS: ") || !text.contains(words) {
            missed.push(format!("{kind}, {numbers}\n  wanted {words}\n  got    {}", text.trim_end()));
        }
    }
    assert!(missed.is_empty(), "{} faults:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn the_rule_that_faults_are_planted_in_is_sound() {
    assert_eq!(read(SOUND).expect("it reads").rules()[0].versions.len(), 2);
}

#[test]
fn an_unknown_key_is_refused_at_each_level_with_its_line() {
    all_are_refused(&[
        ("kind =", "kindly = 1\nkind =", 2, "kindly"),
        ("en = \"Talks\" }", "en = \"Talks\", sv = \"Samtal\" }", 4, "sv"),
        ("to = 2023", "until = 2023", 8, "until"),
        ("en = \"Four talks.\" }", "en = \"Four talks.\", no = \"x\" }", 11, "no"),
        ("en = \"Plan them.\" }", "en = \"Plan them.\", fi = \"x\" }", 12, "fi"),
        ("min_talks", "least_talks", 13, "least_talks"),
        ("stk = \"1\" }", "stk = \"1\", nr = \"2\" }", 14, "nr"),
        ("mark = \"verified\",", "mark = \"verified\", by = \"NN\",", 15, "by"),
    ]);
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_its_line() {
    all_are_refused(&[
        ("from = 2020-01-01", "from = \"2020-01-01\"", 7, "datetime"),
        ("from = 2020-01-01", "from = 2020-01-01T08:00:00", 7, "2026-07-01, without quotation marks"),
        ("from = 2020-01-01", "from = 2020", 7, "datetime"),
        ("to = 2023-12-31", "to = \"2023-12-31\"", 8, "datetime"),
        ("groups = [\"6.2\"]", "groups = \"6.2\"", 9, "a sequence"),
        ("groups = [\"6.2\"]", "groups = [6.2]", 9, "a string"),
        ("holder = \"kommune\"", "holder = 1", 10, "a string"),
        ("min_talks = 4", "min_talks = \"4\"", 13, "u16"),
        ("min_talks = 4", "min_talks = -4", 13, "u16"),
        ("window_months = 6", "window_months = 6.5", 13, "u16"),
        ("on = 2026-11-23", "on = \"23-11-2026\"", 15, "datetime"),
        ("title = { da = \"Samtaler\", en = \"Talks\" }", "title = \"Samtaler\"", 4, "struct Said"),
    ]);
}

#[test]
fn what_is_missing_is_named() {
    all_are_refused(&[
        ("cite = { act = \"LAB\", paragraph = \"31\", stk = \"1\" }\n", "", 0, "missing field `cite`"),
        ("checked = { mark = \"verified\", on = 2026-11-23, how = \"elov.dk\" }\n", "", 0, "missing field `checked`"),
        ("subject = \"samtaler\"\n", "", 0, "missing field `subject`"),
        ("kind = \"talks-within\"\n", "", 0, "missing field `kind`"),
        ("title = { da = \"Samtaler\", en = \"Talks\" }\n", "", 0, "missing field `title`"),
        ("from = 2020-01-01\n", "", 0, "missing field `from`"),
        ("text = { da = \"Fire samtaler.\", en = \"Four talks.\" }\n", "", 0, "missing field `text`"),
        ("means = { da = \"Planlæg dem.\", en = \"Plan them.\" }\n", "", 0, "missing field `means`"),
        ("da = \"Samtaler\", ", "", 4, "missing field `da`"),
        (", en = \"Four talks.\"", "", 11, "missing field `en`"),
        ("mark = \"verified\", ", "", 15, "missing field `mark`"),
        (", how = \"elov.dk\" }", " }", 15, "missing field `how`"),
        ("act = \"LAB\", ", "", 14, "missing field `act`"),
        ("paragraph = \"31\", stk = \"1\"", "stk = \"1\"", 7, "cite needs an act, and a paragraph or the text"),
        ("act = \"LAB\"", "act = \" \"", 7, "cite needs an act"),
    ]);
}

#[test]
fn an_empty_text_is_refused() {
    all_are_refused(&[
        ("da = \"Fire samtaler.\"", "da = \"\"", 7, "text needs both da and en"),
        ("en = \"Four talks.\"", "en = \"  \"", 7, "text needs both da and en"),
        ("da = \"Planlæg dem.\"", "da = \"\"", 7, "means needs both da and en"),
        ("en = \"Plan them.\"", "en = \"\"", 7, "means needs both da and en"),
        ("da = \"Samtaler\"", "da = \"\"", 0, "title needs both da and en"),
        ("how = \"elov.dk\"", "how = \"\"", 7, "checked.how must say"),
    ]);
}

#[test]
fn an_unknown_word_is_refused_with_the_word() {
    all_are_refused(&[
        ("\"talks-within\"", "\"talk-within\"", 2, "no kind is called \"talk-within\"; there are talks-within"),
        ("subject = \"samtaler\"", "subject = \"samtale\"", 3, "samtale"),
        ("\"6.2\"", "\"6.14\"", 7, "no target group is called \"6.14\""),
        ("holder = \"kommune\"", "holder = \"jobcenter\"", 7, "no holder is called \"jobcenter\""),
        ("clock = \"benefit-start\"", "clock = \"benefit_start\"", 13, "benefit_start"),
        ("clock = \"benefit-start\"", "clock = \"paid-hours\"", 13, "accumulated-benefit"),
        ("window_months = 6", "window_months = 6, counted = \"by_fund\"", 13, "by_fund"),
        ("window_months = 6", "window_months = 6, offers = [\"praktik\"]", 7, "no offer is called \"praktik\""),
        ("window_months = 6", "window_months = 6, reasons = [\"job\"]", 7, "no reason is called \"job\""),
        ("mark = \"verified\"", "mark = \"sure\"", 15, "sure"),
        ("code = \"TALKS\"", "code = \"TALKS\"\nkind = \"duty\"", 3, "duplicate key"),
    ]);
}

#[test]
fn impossible_numbers_are_refused() {
    all_are_refused(&[
        ("window_months = 6", "after_months = 6, window_months = 6", 7, "the window is impossible: it begins after 6"),
        ("window_months = 6", "after_months = 9, window_months = 6", 7, "begins after 9 months and ends after 6"),
        ("window_months = 6", "window_months = 0", 7, "asks for nothing"),
        ("window_months = 6", "window_weeks = 0", 7, "asks for nothing"),
        ("min_talks = 4", "min_talks = 0", 7, "asks for nothing"),
        (
            "window_months = 6",
            "window_months = 6, window_weeks = 26",
            7,
            "one of how.window_months, how.window_weeks, how.end_of_week",
        ),
        ("min_talks = 4", "min_talks = 70000", 13, "70000"),
        ("to = 2023-12-31", "to = 2019-12-31", 7, "it ends on 2019-12-31 before it begins on 2020-01-01"),
        ("2023-12-31", "2023-02-29", 8, ""),
    ]);
}

#[test]
fn a_window_that_ends_before_it_begins_is_refused_in_weeks_as_well() {
    all_are_refused(&[
        ("window_months = 6", "after_months = 3, window_weeks = 4", 7, "the window is impossible"),
        ("window_months = 6", "after_months = 12, window_weeks = 26", 7, "the window is impossible"),
    ]);
}

#[test]
fn numbers_that_a_kind_needs_are_asked_for() {
    all_numbers_are_refused(&[
        ("talks-within", "min_talks = 4, window_months = 6", "talks-within needs how.clock"),
        ("talks-within", "clock = \"in-group\", window_months = 6", "needs how.min_talks"),
        (
            "talks-within",
            "clock = \"in-group\", min_talks = 4",
            "one of how.window_months, how.window_weeks, how.end_of_week",
        ),
        ("first-talk-by", "window_weeks = 1", "first-talk-by needs how.clock"),
        ("offer-by", "clock = \"in-group\"", "offer-by needs one of"),
        ("cv-by", "window_weeks = 2", "cv-by needs how.clock"),
        ("plan-by", "clock = \"registration\"", "plan-by needs one of"),
        ("talks-every", "clock = \"in-group\"", "either how.every_months or how.every_weeks"),
        ("talks-every", "every_months = 3", "talks-every needs how.clock"),
        ("talks-every", "clock = \"in-group\", every_months = 1, every_weeks = 4", "either how.every_months"),
        ("duration-limit", "offers = [\"mentor\"]", "needs either how.max_weeks or how.max_months"),
        ("duration-limit", "max_weeks = 4", "one offer in how.offers"),
        ("duration-limit", "max_weeks = 4, offers = [\"mentor\", \"jobrotation\"]", "one offer in how.offers"),
        ("ratio", "up_to = 50", "how.one_per above 0"),
        ("ratio", "one_per = 0", "how.one_per above 0"),
        ("exemption", "rules = [\"TALKS\"]", "exemption needs how.reasons"),
        ("exemption", "reasons = [\"barsel\"]", "the codes it lifts"),
        ("portfolio-share", "rules = [\"TALKS\"]", "how.share_percent from 1 to 100"),
        ("portfolio-share", "share_percent = 101, rules = [\"TALKS\"]", "how.share_percent from 1 to 100"),
        ("portfolio-share", "share_percent = 0, rules = [\"TALKS\"]", "how.share_percent from 1 to 100"),
        ("portfolio-share", "share_percent = 75", "one rule in how.rules"),
        ("step", "share_percent = 75", "step needs how.step"),
    ]);
}

#[test]
fn a_length_of_zero_is_refused_for_every_kind() {
    all_numbers_are_refused(&[
        ("first-talk-by", "clock = \"in-group\", window_weeks = 0", "asks for nothing"),
        ("talks-every", "clock = \"in-group\", every_months = 0", "asks for nothing"),
        ("talks-every", "clock = \"in-group\", every_weeks = 0", "asks for nothing"),
        ("duration-limit", "max_weeks = 0, offers = [\"mentor\"]", "asks for nothing"),
    ]);
}

#[test]
fn ages_and_readiness_that_nobody_has_are_refused() {
    all_are_refused(&[
        ("holder =", "from_age = 30\nbelow_age = 30\nholder =", 7, "no age is both at least 30 and below 30"),
        ("holder =", "from_age = 50\nbelow_age = 30\nholder =", 7, "no age is both at least 50 and below 30"),
        ("holder =", "below_age = 300\nholder =", 10, "u8"),
        ("holder =", "from_age = \"30\"\nholder =", 10, "u8"),
        ("holder =", "age = 30\nholder =", 10, "age"),
        ("holder =", "readiness = [\"ung\"]\nholder =", 7, "no readiness is called \"ung\""),
        ("holder =", "not_readiness = [\"klar\"]\nholder =", 7, "no readiness is called \"klar\""),
        ("holder =", "readiness = \"jobparat\"\nholder =", 10, "a sequence"),
        ("holder =", "closed = \"yes\"\nholder =", 10, "a boolean"),
    ]);
}

#[test]
fn a_key_that_says_nothing_for_the_kind_is_refused() {
    all_numbers_are_refused(&[
        (
            "talks-within",
            "clock = \"in-group\", min_talks = 4, window_months = 6, every_months = 3",
            "how.every_months",
        ),
        (
            "talks-within",
            "clock = \"in-group\", min_talks = 4, window_months = 6, reasons = [\"barsel\"]",
            "how.reasons",
        ),
        ("talks-within", "clock = \"in-group\", min_talks = 4, window_months = 6, step = 1", "how.step"),
        ("first-talk-by", "clock = \"in-group\", rolling_months = 12", "how.rolling_months says nothing"),
        ("first-talk-by", "clock = \"in-group\", window_weeks = 1, opens_after_hours = 410", "how.opens_after_hours"),
        ("first-talk-by", "clock = \"in-group\", window_weeks = 1, min_talks = 2", "how.min_talks"),
        ("talks-every", "clock = \"in-group\", every_months = 3, window_months = 6", "how.window_months"),
        ("talks-every", "clock = \"in-group\", every_months = 3, opens_after_hours = 410", "how.opens_after_hours"),
        ("offer-by", "clock = \"in-group\", window_months = 6, counted = \"by_holder\"", "how.counted"),
        ("offer-gap", "every_months = 4, clock = \"in-group\"", "how.clock"),
        ("offer-gap", "every_months = 4, min_weeks = 2", "how.min_weeks"),
        ("cv-by", "clock = \"in-group\", window_weeks = 2, months_after_exemption = 1", "how.months_after_exemption"),
        ("plan-by", "clock = \"in-group\", window_weeks = 2, offers = [\"mentor\"]", "how.offers"),
        ("duration-limit", "max_months = 4, offers = [\"mentor\"], every_months = 4", "how.every_months"),
        ("duration-limit", "max_months = 4, offers = [\"mentor\"], clock = \"in-group\"", "how.clock"),
        ("ratio", "one_per = 5, max_weeks = 4", "how.max_weeks"),
        ("right", "min_talks = 4", "how.min_talks"),
        ("duty", "rolling_months = 12", "how.rolling_months"),
        ("duty", "rules = [\"TALKS\"]", "how.rules"),
        ("exemption", "reasons = [\"barsel\"], rules = [\"TALKS\"], municipalities = [\"0851\"]", "how.municipalities"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"0851\"], reasons = [\"barsel\"]", "how.reasons"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"0851\"], clock = \"in-group\"", "how.clock"),
        ("portfolio-share", "share_percent = 75, rules = [\"TALKS\"], hours = 100", "how.hours"),
        ("step", "step = 1, share_percent = 75", "how.share_percent"),
        ("statement", "clock = \"in-group\"", "how.clock"),
    ]);
}

#[test]
fn the_message_about_such_a_key_names_the_keys_of_the_kind() {
    let how = "how = { clock = \"benefit-start\", min_talks = 4, window_months = 6 }";
    let text = planted(how, "how = { every_months = 4, clock = \"in-group\" }").replace("talks-within", "offer-gap");
    let text = refused(&[("a.toml", &text)]);
    let words = "how.clock says nothing for the kind offer-gap; it knows every_months, every_weeks, offers, benefits";
    assert!(text.contains(words), "{text}");
}

#[test]
fn an_experiment_needs_rules_and_municipalities() {
    all_numbers_are_refused(&[
        ("waiver", "municipalities = [\"0851\"]", "waiver needs how.rules: the codes it lifts"),
        ("waiver", "rules = [\"TALKS\"]", "waiver needs how.municipalities"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"851\"]", "codes of four digits"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"08510\"]", "codes of four digits"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"Aalborg\"]", "codes of four digits"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"0851\", \"08 1\"]", "codes of four digits"),
        ("waiver", "rules = [\"TALKS\"], municipalities = [\"\"]", "codes of four digits"),
    ]);
}

#[test]
fn the_new_lengths_must_be_there_and_not_be_zero() {
    all_numbers_are_refused(&[
        ("offer-gap", "offers = [\"mentor\"]", "offer-gap needs either how.every_months or how.every_weeks"),
        ("offer-gap", "every_months = 4, every_weeks = 4", "either how.every_months or how.every_weeks"),
        ("offer-gap", "every_weeks = 0", "asks for nothing"),
        ("offer-by", "clock = \"in-group\", window_months = 6, months_after_exemption = 0", "asks for nothing"),
        ("talks-within", "clock = \"in-group\", min_talks = 4, rolling_months = 0", "asks for nothing"),
        ("talks-within", "clock = \"in-group\", min_talks = 4, rolling_months = 12, window_months = 6", "needs one of"),
        (
            "talks-within",
            "clock = \"in-group\", min_talks = 4, window_months = 6, opens_after_hours = 0",
            "asks for nothing",
        ),
        ("duration-limit", "max_months = 0, offers = [\"mentor\"]", "asks for nothing"),
        (
            "duration-limit",
            "max_months = 4, max_weeks = 4, offers = [\"mentor\"]",
            "either how.max_weeks or how.max_months",
        ),
    ]);
}

#[test]
fn a_code_is_capital_letters() {
    for code in ["talks", "Talks", "TALKS 6M", "TALKS_6M", "SAMTALER-Æ", ""] {
        let text = refused(&[("a.toml", &planted("\"TALKS\"", &format!("\"{code}\"")))]);
        assert!(text.starts_with(&format!("a.toml, line 1, rule {code}: a code is capital letters")), "{text}");
    }
}

#[test]
fn a_fault_of_the_code_or_the_title_names_its_line_below_a_remark() {
    let below = |text: String| refused(&[("a.toml", &format!("# A remark.\n{text}"))]);
    let text = below(planted("\"TALKS\"", "\"talks\""));
    assert!(text.starts_with("a.toml, line 2, rule talks: a code is capital letters"), "{text}");
    let text = below(planted("da = \"Samtaler\"", "da = \"\""));
    assert!(text.starts_with("a.toml, line 5, rule TALKS: title needs both da and en"), "{text}");
}

#[test]
fn a_rule_without_a_version_is_refused() {
    let head = SOUND.split("\n[[version]]").next().expect("a head");
    let text = refused(&[("a.toml", head)]);
    assert!(text.starts_with("a.toml, line ") && text.contains(", rule TALKS: "), "{text}");
    assert!(text.contains("version"), "{text}");
    let text = refused(&[("a.toml", &format!("{head}version = []\n"))]);
    assert!(text.contains("rule TALKS: a rule needs at least one [[version]]"), "{text}");
}

#[test]
fn broken_toml_is_refused_with_its_line() {
    all_are_refused(&[
        ("kind = \"talks-within\"", "kind = \"talks-within", 2, "invalid basic string"),
        ("[[version]]", "[[version]", 6, ""),
        ("groups = [\"6.2\"]", "groups = [\"6.2\"", 0, ""),
        ("holder =", "holder", 10, ""),
        ("en = \"Four talks.\" }", "en = \"Four talks.\"", 12, "expected `,`"),
    ]);
    let text = refused(&[("a.toml", "")]);
    assert!(text.starts_with("a.toml, line 1: missing field"), "{text}");
}
