//! Two CSV files are refused in words or become journeys that hold together, and those survive being written.
//!
//! The files stand after each other in the input, with a line `===` between them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use registry::{read_workbook, workbook_sheets};
use tables::{read_csv, write_csv};
use timeline::{Date, Journey, Lang, Summary, date};

const TODAY: Date = date(2026, 11, 24);
const BETWEEN: &[u8] = b"\n===\n";

fuzz_target!(|bytes: &[u8]| {
    let (people, facts) = match bytes.windows(BETWEEN.len()).position(|w| w == BETWEEN) {
        Some(at) => (&bytes[..at], &bytes[at + BETWEEN.len()..]),
        None => (bytes, &b"borger,slags,fra\n"[..]),
    };
    let Some(read) = read(people, facts) else { return };
    for journey in &read {
        journey.check().expect("what was read holds together");
        Summary::of(journey, TODAY);
    }
    let (sheets, left_out) = workbook_sheets(&read);
    assert_eq!(left_out, 0, "what came from a workbook has a row in one");
    let [people, facts] = sheets.map(|(_, columns, rows)| write_csv(&columns, &rows));
    let again = self::read(&people, &facts).expect("what was written is read");
    let events = |journeys: &[Journey]| -> Vec<_> {
        journeys.iter().map(|j| j.facts.iter().map(|f| (f.holds, f.event.kind())).collect::<Vec<_>>()).collect()
    };
    assert_eq!(events(&again), events(&read));
});

fn read(people: &[u8], facts: &[u8]) -> Option<Vec<Journey>> {
    let sheets = [read_csv("borgere.csv", people).ok()?, read_csv("oplysninger.csv", facts).ok()?];
    let read = read_workbook(&sheets, TODAY, Lang::Da);
    if let Err(faults) = &read {
        assert!(!faults.is_empty() && faults.len() <= 51, "faults are said, and not without end");
    }
    Some(read.ok()?.journeys.into_iter().map(|(_, journey)| journey).collect())
}
