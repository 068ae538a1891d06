//! `synth`, `schema` and `figures show`.

use crate::program::Room;

#[test]
fn the_schema_that_is_printed_is_the_published_one() {
    let printed = Room::new().run(&["schema", "journey"]).well();
    assert_eq!(printed, include_str!("../../../timeline/schema/journey.schema.json"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let room = Room::new();
    let made = |seed| room.run(&["synth", "--citizens", "60", "--seed", seed]).well();
    let first = made("1");
    assert_eq!(first, made("1"));
    assert_ne!(first, made("2"));
    assert!(first.lines().count() >= 60);
}

#[test]
fn a_file_holds_what_would_be_printed_and_no_half_file_is_left() {
    let room = Room::new();
    room.synth("made.jsonl");
    assert_eq!(room.read("made.jsonl"), room.run(&["synth", "--citizens", "60"]).well());
    assert!(!room.has("made.jsonl.part"));
}

#[test]
fn an_unknown_municipality_is_said_in_the_readers_language() {
    let room = Room::new();
    let said = |lang| room.run(&["--lang", lang, "synth", "--municipality", "Atlantis"]).ended(2);
    assert!(said("da").contains("Ingen kommune hedder »Atlantis«"));
    assert!(said("en").contains("No municipality is called \"Atlantis\""));
}

#[test]
fn messages_are_danish_unless_english_is_asked_for() {
    let room = Room::new();
    let said = |variables: &[(&str, &str)], more: &[&str]| {
        let arguments = [&["synth", "--municipality", "Atlantis"], more].concat();
        room.run_with(variables, &arguments).ended(2)
    };
    assert!(said(&[], &[]).contains("Ingen kommune"));
    assert!(said(&[("LANG", "en_GB.UTF-8")], &[]).contains("No municipality"));
    assert!(said(&[("LANG", "fr_FR.UTF-8")], &[]).contains("Ingen kommune"));
    assert!(said(&[("LANG", "en_GB.UTF-8"), ("TRAEDESTEN_LANG", "da")], &[]).contains("Ingen kommune"));
    assert!(said(&[("TRAEDESTEN_LANG", "da")], &["--lang", "en"]).contains("No municipality"));
}

#[test]
fn a_quiet_run_says_nothing_but_the_result() {
    let ran = Room::new().run(&["--quiet", "synth", "--citizens", "10"]);
    assert_eq!(ran.err, "");
    assert!(!ran.well().is_empty());
}

#[test]
fn no_personal_number_is_written() {
    let made = Room::new().run(&["synth", "--citizens", "60"]).well();
    assert!(!made.contains("cpr"), "files hold no CPR numbers");
}

#[test]
fn published_figures_are_shown_in_every_form() {
    let room = Room::new();
    let show = |format| room.run(&["figures", "show", "--municipality", "0730", "--format", format]).well();
    let text = show("text");
    assert!(text.contains("Randers") && text.contains("Hele landet") && text.contains("Kilde: Jobindsats.dk"));
    let csv = show("csv");
    assert!(csv.starts_with("\u{feff}Måned,Randers,Hele landet"), "{csv}");
    assert!(csv.lines().nth(1).is_some_and(|l| l == "2021M07,,"), "what is missing is empty, never zero");
    let json: serde_json::Value = serde_json::from_str(&show("json")).unwrap();
    assert_eq!(json["spec"]["municipality"], "0730");
    assert_eq!(json["points"].as_array().map(Vec::len), Some(csv.lines().count() - 1));
}
