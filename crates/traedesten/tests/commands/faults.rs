//! Faults of a file that is brought in: where, what stands there, what would be right; and nothing is kept.

use crate::program::Room;
use tables::{Column, Value, write_xlsx};

const PEOPLE: &str = "borger,navn,cpr,koen,kommune\n1,Anna Holm,,k,730\n2,Bo Dam,,m,\n";

/// Brings in a folder with the two files; gives what was said.
fn refused(lang: &str, people: &str, facts: &str) -> String {
    let room = Room::new();
    room.write("in/borgere.csv", people);
    room.write("in/oplysninger.csv", facts);
    let import = ["--lang", lang, "registry", "import", "--registry", "sqlite:cases.db", "--from", "in"];
    let err = room.run(&import).ended(3);
    assert_eq!(room.export("sqlite:cases.db"), "", "nothing is kept");
    err
}

#[test]
fn a_fault_in_a_file_names_sheet_row_and_column() {
    let facts = "borger,slags,fra,hvad\n1,note,i morgen,\n";
    let err = refused("da", PEOPLE, facts);
    let wanted = "ark oplysninger.csv, række 2, kolonne fra: der står »i morgen«; der skal stå en dato";
    assert!(err.contains(wanted), "{err}");
    let err = refused("en", PEOPLE, facts);
    assert!(err.contains("sheet oplysninger.csv, row 2, column fra: it says \"i morgen\""), "{err}");
}

#[test]
fn every_fault_is_told_at_once() {
    let facts = "borger,slags,fra,til,hvad,timer\n1,ydelse,2026-01-05,,guld,\n9,note,2026-01-05,,,\n\
                 2,tilbud,2026-01-05,2026-01-04,Mentor,\n2,tilbud,2026-01-05,,Mentor,99\n1,dans,2026-01-05,,,\n";
    let err = refused("da", &PEOPLE.replace(",m,", ",x,"), facts);
    for place in [
        "ark borgere.csv, række 3, kolonne koen",
        "ark oplysninger.csv, række 2, kolonne hvad",
        "ark oplysninger.csv, række 3, kolonne borger",
        "ark oplysninger.csv, række 6, kolonne slags",
    ] {
        assert!(err.contains(place), "{place} in {err}");
    }
}

#[test]
fn a_misspelt_heading_is_not_passed_over() {
    let err = refused("da", PEOPLE, "borger,slags,fra,teskt\n1,note,2026-01-05,x\n");
    assert!(err.contains("række 1, kolonne teskt"), "{err}");
    let err = refused("da", "borger\n1\n", "borger,slags,fra\n");
    assert!(err.contains("navn"), "{err}");
}

#[test]
fn a_personal_number_with_a_fault_is_not_repeated() {
    let err = refused("da", &PEOPLE.replace("Anna Holm,,", "Anna Holm,310261-4285,"), "borger,slags,fra\n");
    assert!(err.contains("række 2, kolonne cpr"), "{err}");
    assert!(!err.contains("3102") && !err.contains("4285"), "{err}");
}

#[test]
fn a_personal_number_in_json_with_a_fault_is_not_repeated() {
    let room = Room::new();
    let line = r#"{"schema":"traedesten/journey/1","citizen":"00000000000000aa","person":{"name":"Anna","cpr":"310261-4285"},"facts":[]}"#;
    room.write("in.jsonl", line);
    let err = room.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", "in.jsonl"]).ended(3);
    assert!(err.contains("Linje 1:") && err.contains("CPR"), "{err}");
    assert!(!err.contains("3102") && !err.contains("4285"), "{err}");
}

#[test]
fn a_fault_in_a_workbook_is_where_a_spreadsheet_shows_it() {
    let room = Room::new();
    let columns = |names: &[&str]| -> Vec<Column> { names.iter().map(|n| Column::new(*n, 10)).collect() };
    let row = |cells: &[&str]| -> Vec<Value> { cells.iter().map(|c| Value::from(*c)).collect() };
    let people = (columns(&["borger", "navn"]), vec![row(&["1", "Anna Holm"])]);
    let facts = (
        columns(&["borger", "slags", "fra", "hvad"]),
        vec![row(&["1", "note", "2026-01-05", ""]), row(&["1", "ydelse", "2026-01-05", "guld"])],
    );
    let book = write_xlsx(&[("Borgere", &people.0, &people.1), ("Oplysninger", &facts.0, &facts.1)]).unwrap();
    room.write("in.xlsx", book);
    let err = room.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", "in.xlsx"]).ended(3);
    assert!(err.contains("ark Oplysninger, række 2, kolonne tekst"), "{err}");
    assert!(err.contains("ark Oplysninger, række 3, kolonne hvad: der står »guld«"), "{err}");
    assert_eq!(room.export("sqlite:cases.db"), "");
}

#[test]
fn a_fault_in_json_lines_names_the_line_and_every_line_is_looked_at() {
    let room = Room::new();
    room.synth("made.jsonl");
    let made = room.read("made.jsonl");
    let first = made.lines().next().unwrap();
    let newer = first.replace("traedesten/journey/1", "traedesten/journey/2");
    room.write("in.jsonl", format!("{first}\n\n{{\"no\":1}}\n{newer}\n{first}\n"));
    let err = room.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", "in.jsonl"]).ended(3);
    for line in ["Linje 3:", "Linje 4:", "Linje 5:"] {
        assert!(err.contains(line), "{err}");
    }
    assert!(err.contains("stands on line 1 already"), "{err}");
    assert_eq!(room.export("sqlite:cases.db"), "");
}
