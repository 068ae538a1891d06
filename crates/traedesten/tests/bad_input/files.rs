//! Files that are no tables.

use crate::program::Room;
use crate::tables_of::{USES, persons};

const WORDS: &str = "results regress --outcome y --terms x --data t.csv";

#[track_caller]
fn refused(bytes: &[u8], said: &[&str]) {
    let room = Room::new();
    room.write("t.csv", bytes);
    room.run(WORDS).refused(3, said);
    room.run(&format!("{WORDS} --lang da")).refused(3, &["t.csv"]);
}

#[test]
fn a_file_that_is_no_table_is_refused_with_its_place() {
    refused(b"", &["t.csv", "empty"]);
    refused(b"\n\n", &["t.csv", "empty"]);
    refused("\u{feff}".as_bytes(), &["t.csv", "empty"]);
    refused(b"y,x\n1,2\n3,\xe6\n", &["t.csv", "line 3", "UTF-8"]);
    refused(b"y,x\n1,2\n3\n5,6\n", &["t.csv", "line 3", "1 cells", "2"]);
    refused(b"y,x\n1,2\n3,4,5\n5,6\n", &["t.csv", "line 3", "3 cells"]);
    refused(b"y,x,y\n1,2,3\n", &["t.csv", "two columns", "\"y\""]);
    refused(b"y,x\n", &["t.csv", "no rows"]);
    refused(b"PK\x03\x04nothing", &["t.csv", "not an Excel workbook"]);
}

#[test]
fn refusals_of_files_are_danish_where_danish_is_asked_for() {
    let room = Room::new();
    for bytes in [&b""[..], b"y,x\n1,2\n3,\xe6\n", b"y,x\n1,2\n3\n", b"y,x,y\n1,2,3\n"] {
        room.write("t.csv", bytes);
        let ran = room.run(&format!("{WORDS} --lang da"));
        ran.refused(3, &[]);
        let english = [" is ", " are ", "cells", "should", "save the file"];
        assert!(english.iter().all(|w| !ran.err.contains(w)), "{}", ran.err);
    }
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let room = Room::new();
    room.run(WORDS).refused(5, &["t.csv", "is not there"]);
    room.run(&format!("{WORDS} --lang da")).refused(5, &["t.csv", "findes ikke"]);
}

#[test]
fn nothing_on_standard_input_is_refused_by_every_command() {
    let room = Room::new();
    for u in USES {
        room.run_with(&format!("{} --data -", u.words), b"").refused(3, &["empty"]);
    }
}

#[test]
fn marks_can_be_said_where_looking_is_not_enough() {
    let room = Room::new();
    room.write("t.csv", "y|x\n1,5|2\n2,5|3\n3,75|5\n4,0|4\n");
    room.run(WORDS).refused(3, &["line 2", "separator"]);
    room.run(&format!("{WORDS} --delimiter | --decimal , --format json")).answer();
    room.write("t.csv", "y,x\n\"1,5\",2\n\"2,5\",3\n\"3,75\",5\n\"4,1\",4\n");
    room.run(WORDS).refused(3, &["\"y\"", "row 1", "1,5"]);
    room.run(&format!("{WORDS} --decimal , --format json")).answer();
}

#[test]
fn marks_that_are_none_are_refused() {
    let room = Room::new();
    room.write("t.csv", "y,x\n1,2\n2,3\n3,5\n4,4\n");
    let mut faults = Vec::new();
    for more in ["--decimal x", "--delimiter ø", "--delimiter →", "--delimiter 1", "--decimal , --delimiter ,"] {
        let code = room.run(&format!("{WORDS} {more}")).code;
        if ![2, 3].contains(&code) {
            faults.push(format!("{more} ended with {code}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_table_is_never_changed() {
    let room = Room::new();
    room.write("t.csv", persons().csv());
    let before = room.read("t.csv");
    room.run(&format!("{WORDS} --format json")).answer();
    assert_eq!(room.read("t.csv"), before);
    assert_eq!(room.names(), ["t.csv"]);
}
