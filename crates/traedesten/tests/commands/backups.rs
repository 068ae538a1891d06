//! Backups: whole, or not at all.

use crate::program::{Ran, Room};

fn backup(room: &Room, registry: &str, out: &str) -> String {
    room.run(&["registry", "backup", "--registry", registry, "--out", out]).well();
    room.read(out)
}

fn restore(room: &Room, registry: &str, from: &str) -> Ran {
    room.run(&["registry", "restore", "--registry", registry, "--from", from])
}

#[test]
fn a_backup_that_is_restored_gives_the_same_backup_again() {
    let room = Room::new();
    room.filled();
    room.export("sqlite:cases.db"); // so that there are looks as well
    let first = backup(&room, "sqlite:cases.db", "first.jsonl");
    assert!(first.contains("\"line\":\"look\"") && !room.has("first.jsonl.part"));
    restore(&room, "sqlite:new.db", "first.jsonl").well();
    assert_eq!(backup(&room, "sqlite:new.db", "second.jsonl"), first);
    room.run(&["registry", "verify", "--registry", "sqlite:new.db"]).well();
    assert_eq!(room.export("sqlite:new.db"), room.export("sqlite:cases.db"));
}

#[test]
fn a_backup_is_not_restored_over_cases() {
    let room = Room::new();
    room.filled();
    backup(&room, "sqlite:cases.db", "backup.jsonl");
    let before = room.export("sqlite:cases.db");
    let err = restore(&room, "sqlite:cases.db", "backup.jsonl").ended(3);
    assert!(err.contains("indeholder allerede sager"), "{err}");
    assert_eq!(room.export("sqlite:cases.db"), before);
}

/// A backup's lines, changed by `damage`; the line that must be named; nothing may be kept.
fn damaged(damage: impl FnOnce(&mut Vec<String>) -> usize) -> String {
    let room = Room::new();
    room.filled();
    let whole = backup(&room, "sqlite:cases.db", "backup.jsonl");
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    let named = damage(&mut lines);
    room.write("damaged.jsonl", lines.iter().map(|l| format!("{l}\n")).collect::<String>());
    let err = restore(&room, "sqlite:new.db", "damaged.jsonl").ended(3);
    assert!(err.contains(&format!("Linje {named}:")), "line {named} is named: {err}");
    assert_eq!(room.export("sqlite:new.db"), "", "nothing is kept");
    restore(&room, "sqlite:new.db", "backup.jsonl").well();
    err
}

fn first(lines: &[String], kind: &str) -> usize {
    let wanted = format!("\"line\":\"{kind}\"");
    lines.iter().position(|l| l.contains(&wanted)).expect("a line of that kind")
}

#[test]
fn a_changed_fact_breaks_the_chain_at_its_line() {
    damaged(|lines| {
        let at = first(lines, "fact") + 3;
        lines[at] = lines[at].replace("20", "19");
        at + 1
    });
}

#[test]
fn a_lost_fact_breaks_the_chain_at_the_next() {
    damaged(|lines| {
        let at = first(lines, "fact");
        lines.remove(at);
        at + 1
    });
}

#[test]
fn a_changed_name_is_found_by_the_sum_of_the_last_line() {
    let err = damaged(|lines| {
        let at = first(lines, "citizen");
        lines[at] = lines[at].replace("\"name\":\"", "\"name\":\"X");
        lines.len()
    });
    assert!(err.contains("the sum does not fit"), "{err}");
}

#[test]
fn a_line_that_is_no_json_is_named() {
    damaged(|lines| {
        lines[4].truncate(10);
        5
    });
}

#[test]
fn a_citizen_who_stands_twice_is_named() {
    damaged(|lines| {
        let at = first(lines, "citizen");
        lines.insert(at + 1, lines[at].clone());
        at + 2
    });
}

#[test]
fn a_backup_that_is_cut_off_is_not_taken_for_whole() {
    let err = damaged(|lines| {
        lines.pop();
        lines.len() + 1
    });
    assert!(err.contains("cut off"), "{err}");
}

#[test]
fn a_file_that_is_no_backup_is_said_to_be_none() {
    let room = Room::new();
    room.synth("made.jsonl");
    room.write("empty.jsonl", "");
    for file in ["made.jsonl", "empty.jsonl"] {
        let err = restore(&room, "sqlite:new.db", file).ended(3);
        assert!(err.contains("Linje 1:"), "{err}");
    }
}
