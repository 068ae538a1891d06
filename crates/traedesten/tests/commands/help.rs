//! Help and exit codes.

use crate::program::Room;

/// Help of the command at `path`, and of all below it.
fn check(room: &Room, path: &[String], seen: &mut usize) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = room.run(&arguments).well();
    let words = path.join(" ");
    let last = help.trim_end().rsplit("\n\n").next().unwrap_or("");
    let (title, example) = last.split_once('\n').unwrap_or((last, ""));
    assert_eq!(title, "Example:", "`traedesten {words} --help` ends with an example:\n{help}");
    assert!(
        example.trim_start().starts_with(format!("traedesten {words}").trim_end()),
        "the example of `{words}` is one of it: {example}"
    );
    *seen += 1;
    for name in below(&help) {
        let mut path = path.to_vec();
        path.push(name);
        check(room, &path, seen);
    }
}

/// The commands that a help text lists.
fn below(help: &str) -> Vec<String> {
    let list = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_at_every_level_ends_with_an_example() {
    let mut seen = 0;
    check(&Room::new(), &[], &mut seen);
    assert!(seen >= 17, "all commands are visited; there were {seen}");
}

#[test]
fn what_went_well_ends_with_0() {
    let room = Room::new();
    for arguments in [&["--version"][..], &["--help"], &["schema", "journey"], &["config", "show"]] {
        room.run(arguments).well();
    }
    let completions = room.run(&["completions", "bash"]).well();
    assert!(completions.contains("traedesten"));
}

#[test]
fn a_command_used_wrongly_ends_with_2() {
    let room = Room::new();
    for arguments in [
        &[][..],
        &["gå"],
        &["synth", "--citizens", "0"],
        &["synth", "--today", "i-dag"],
        &["synth", "--municipality", "Atlantis"],
        &["registry", "init"],
        &["registry", "init", "--registry", "mysql:cases"],
        &["registry", "verify", "--registry", "sqlite:"],
        &["figures", "show", "--series", "lykke"],
        &["figures", "fetch", "--table", "y25i01"],
        &["--lang", "fr", "config", "show"],
        &["--config", "nowhere.toml", "config", "show"],
        &["serve", "--registry", "sqlite:cases.db", "--listen", "0.0.0.0:0"],
    ] {
        let err = room.run(arguments).ended(2);
        assert!(!err.is_empty(), "{arguments:?} is told what is wrong");
    }
}

#[test]
fn bad_input_ends_with_3() {
    let room = Room::new();
    room.write("broken.jsonl", "{\n");
    room.write("broken.xlsx", "PK\x03\x04 and nothing more");
    room.write("latin.jsonl", b"r\xf8dgr\xf8d");
    for file in ["broken.jsonl", "broken.xlsx", "latin.jsonl"] {
        room.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", file]).ended(3);
    }
    room.run(&["registry", "restore", "--registry", "sqlite:cases.db", "--from", "broken.jsonl"]).ended(3);
    assert!(room.run(&["synth", "--municipality", "Læsø"]).ended(3).contains("Læsø"), "too little is published");
}

#[test]
fn surroundings_that_fail_end_with_5() {
    let room = Room::new();
    room.write("no-folder", "");
    let missing = room.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", "no.jsonl"]).ended(5);
    assert!(missing.contains("no.jsonl findes ikke"), "{missing}");
    room.run(&["registry", "init", "--registry", "sqlite:no/such/folder/cases.db"]).ended(5);
    room.run(&["synth", "--citizens", "1", "--out", "no-folder/out.jsonl"]).ended(5);
    room.run_with(&[("TRAEDESTEN_CPR_KEY_FILE", "no.key")], &["registry", "init", "--registry", "sqlite:cases.db"])
        .ended(5);
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    use std::io::{BufRead, BufReader};
    let room = Room::new();
    let mut command = room.command(&["synth", "--citizens", "600"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'));
    assert!(child.wait().unwrap().success());
}
