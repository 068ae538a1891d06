//! Settings: option, environment, file, default.

use crate::program::Room;

const KEY: &str = "2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f";

/// Value and source of a setting as `config show` prints them.
fn shown(text: &str, name: &str) -> (String, String) {
    let line = text.lines().find(|l| l.split_whitespace().next() == Some(name)).expect("every setting is listed");
    let rest = line[name.len()..].trim();
    let (value, source) = rest.rsplit_once("  ").expect("value and source");
    (value.trim().to_owned(), source.trim().to_owned())
}

fn pair(value: &str, source: &str) -> (String, String) {
    (value.to_owned(), source.to_owned())
}

#[test]
fn each_setting_says_where_its_value_comes_from() {
    let room = Room::new();
    room.write("traedesten.toml", "municipality = \"Aarhus\"\nlog = \"warn\"\n");
    let text = room.run_with(&[("TRAEDESTEN_LOG", "debug")], &["config", "show"]).well();
    assert_eq!(shown(&text, "listen"), pair("127.0.0.1:8080", "default"));
    assert_eq!(shown(&text, "municipality"), pair("Aarhus", "traedesten.toml"));
    assert_eq!(shown(&text, "log"), pair("debug", "environment"), "the environment goes before the file");
    assert_eq!(shown(&text, "registry"), pair("–", "default"));
}

#[test]
fn another_file_can_be_named() {
    let room = Room::new();
    room.write("traedesten.toml", "log = \"warn\"\n");
    room.write("other.toml", "log_format = \"json\"\n");
    let text = room.run(&["--config", "other.toml", "config", "show"]).well();
    assert_eq!(shown(&text, "log_format"), pair("json", "other.toml"));
    assert_eq!(shown(&text, "log").0, "info", "one file is read, not both");
}

#[test]
fn secrets_are_said_to_be_set_and_never_printed() {
    let room = Room::new();
    room.write("traedesten.toml", format!("cpr_key = \"{KEY}\"\nregistry = \"postgres://anna:hemmelig@db/sager\"\n"));
    let ran = room.run_with(&[("TRAEDESTEN_JOBINDSATS_TOKEN", "noegle-4711")], &["config", "show"]);
    let all = format!("{}{}", ran.out, ran.err);
    for secret in [KEY, "hemmelig", "noegle-4711"] {
        assert!(!all.contains(secret), "{all}");
    }
    let text = ran.well();
    assert_eq!(shown(&text, "cpr_key"), pair("(set, not shown)", "traedesten.toml"));
    assert_eq!(shown(&text, "jobindsats_token"), pair("(set, not shown)", "environment"));
    assert_eq!(shown(&text, "registry").0, "postgres://anna:…@db/sager");
}

#[test]
fn a_password_after_the_question_mark_is_not_printed_either() {
    let room = Room::new();
    let url = "postgres://db/sager?user=anna&password=hemmelig";
    let text = room.run_with(&[("TRAEDESTEN_REGISTRY", url)], &["config", "show"]).well();
    assert!(!text.contains("hemmelig"), "{text}");
}

#[test]
fn settings_of_digits_alone_are_text_and_not_repeated_in_a_fault() {
    let room = Room::new();
    let variables = [("TRAEDESTEN_MUNICIPALITY", "0751"), ("TRAEDESTEN_JOBINDSATS_TOKEN", "47114711")];
    let ran = room.run_with(&variables, &["config", "show"]);
    assert!(!ran.err.contains("4711"), "{}", ran.err);
    assert_eq!(shown(&ran.well(), "municipality"), pair("0751", "environment"));
}

#[test]
fn an_option_goes_before_the_environment_before_the_file() {
    let room = Room::new();
    room.write("traedesten.toml", "registry = \"sqlite:file.db\"\n");
    let environment = [("TRAEDESTEN_REGISTRY", "sqlite:environment.db")];
    let made = |names: [bool; 3]| {
        assert_eq!(["option.db", "environment.db", "file.db"].map(|n| room.has(n)), names);
    };
    room.run_with(&environment, &["registry", "init", "--registry", "sqlite:option.db"]).well();
    made([true, false, false]);
    room.run_with(&environment, &["registry", "init"]).well();
    made([true, true, false]);
    room.run(&["registry", "init"]).well();
    made([true, true, true]);
}

#[test]
fn the_language_of_the_file_is_the_language_of_messages() {
    let room = Room::new();
    room.write("traedesten.toml", "lang = \"en\"\n");
    let err = room.run(&["registry", "init"]).ended(2);
    assert!(err.contains("Say which registry"), "{err}");
    let err = room.run(&["registry", "init", "--lang", "da"]).ended(2);
    assert!(err.contains("Sig hvilket register"), "{err}");
}

#[test]
fn a_setting_that_is_unknown_or_cannot_be_is_said() {
    let room = Room::new();
    room.write("unknown.toml", "registri = \"sqlite:x.db\"\n");
    let err = room.run(&["--config", "unknown.toml", "config", "show"]).ended(2);
    assert!(err.contains("registri"), "{err}");
    room.write("strange.toml", "listen = \"her\"\n");
    let err = room.run(&["--config", "strange.toml", "config", "show"]).ended(2);
    assert!(err.contains("listen") && err.contains("strange.toml"), "{err}");
}

#[test]
fn variables_that_are_no_settings_are_passed_over() {
    Room::new().run_with(&[("TRAEDESTEN_TEST_POSTGRES", "postgres://x")], &["config", "show"]).well();
}

#[test]
fn a_key_that_is_no_key_is_refused_without_repeating_it() {
    let room = Room::new();
    room.write("cpr.key", "hemmelig");
    let ran = room
        .run_with(&[("TRAEDESTEN_CPR_KEY_FILE", "cpr.key")], &["registry", "init", "--registry", "sqlite:cases.db"]);
    assert_ne!(ran.code, 0);
    assert!(!ran.err.contains("hemmelig"), "{}", ran.err);
}
