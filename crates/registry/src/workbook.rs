//! A caseload in a spreadsheet, for people who come from one.
//!
//! Two sheets (or two CSV files). `Borgere` has a row per citizen; `Oplysninger` a row per fact, in the order it was
//! learned. `docs/workbook.md` describes every column. Everything is read before anything is kept, and each fault names
//! sheet, row, column and what would be right.

mod facts;
mod write;

use crate::exchange::Imported;
use crate::vault::Vault;
use std::collections::HashMap;
use tables::{CellError, Expected, ReadError, Row, Sheet};
use timeline::{CitizenId, Cpr, Date, Fact, FactId, Journey, Lang, Person, Sex, Source};

pub use facts::WORKBOOK_KINDS;
pub use write::workbook_sheets;

/// Faults beyond this many are counted, not listed.
const MOST_FAULTS: usize = 50;

/// Columns of `Borgere`.
pub(crate) const CITIZEN_COLUMNS: [&str; 7] = ["borger", "navn", "cpr", "foedt", "koen", "kommune", "foretraekker"];

/// Columns of `Oplysninger`.
pub(crate) const FACT_COLUMNS: [&str; 15] = [
    "borger",
    "slags",
    "fra",
    "til",
    "hvad",
    "form",
    "hvem",
    "timer",
    "vaerdi",
    "virksomhed",
    "cvr",
    "p_nummer",
    "tekst",
    "enhed",
    "oplyst",
];

/// Read the sheets into journeys with fresh ids.
///
/// # Errors
/// Every fault found, at most 50, in words of `lang`.
pub fn read_workbook(sheets: &[Sheet], today: Date, lang: Lang) -> Result<Imported, Vec<String>> {
    let danish = lang == Lang::Da;
    let find = |wanted: &str| {
        sheets.iter().find(|s| s.name.to_lowercase().trim_end_matches(".csv").ends_with(&wanted.to_lowercase()))
    };
    let missing = |name: &str| {
        let has: Vec<&str> = sheets.iter().map(|s| s.name.as_str()).collect();
        let (da, en) = (
            format!("arket »{name}« mangler; der er {}", has.join(", ")),
            format!("sheet \"{name}\" is missing; there is {}", has.join(", ")),
        );
        vec![lang.pick(da, en)]
    };
    let people = find("Borgere").ok_or_else(|| missing("Borgere"))?;
    let facts = find("Oplysninger").ok_or_else(|| missing("Oplysninger"))?;
    let headings = |e: ReadError| vec![e.to_string()];
    people.require(&["borger", "navn"]).map_err(headings)?;
    facts.require(&["borger", "slags", "fra"]).map_err(headings)?;

    let mut faults: Vec<CellError> = unknown_columns(people, &CITIZEN_COLUMNS);
    faults.extend(unknown_columns(facts, &FACT_COLUMNS));
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut out = Imported::default();
    for row in people.rows() {
        match citizen(&row, &places) {
            Ok((key, journey)) => {
                places.insert(key, out.journeys.len());
                out.journeys.push((row.number, journey));
            }
            Err(fault) => faults.push(fault),
        }
    }
    for row in facts.rows() {
        if let Err(fault) = fact(&row, &places, &mut out, today) {
            faults.push(fault);
        }
    }
    if faults.is_empty() {
        return Ok(out);
    }
    let more = faults.len().saturating_sub(MOST_FAULTS);
    let mut said: Vec<String> = faults.iter().take(MOST_FAULTS).map(|f| f.say(danish)).collect();
    if more > 0 {
        said.push(lang.pick(format!("… og {more} fejl til"), format!("… and {more} more faults")));
    }
    Err(said)
}

/// A misspelt heading must not lose a column in silence.
fn unknown_columns(sheet: &Sheet, known: &[&'static str]) -> Vec<CellError> {
    sheet
        .headings
        .iter()
        .filter(|h| !h.is_empty() && !known.contains(&h.as_str()))
        .map(|heading| CellError {
            sheet: sheet.name.clone(),
            row: 1,
            column: heading.clone(),
            found: heading.clone(),
            expected: Expected::OneOf(known.to_vec()),
        })
        .collect()
}

fn citizen(row: &Row<'_>, places: &HashMap<String, usize>) -> Result<(String, Journey), CellError> {
    let key = row.needed("borger")?.to_owned();
    if places.contains_key(&key) {
        let (da, en) = ("et nummer, som ingen anden række har", "a key that no other row has");
        return Err(row.wrong("borger", Expected::Other(da.to_owned(), en.to_owned())));
    }
    let cpr = row
        .some("cpr")
        .map(|t| {
            t.parse::<Cpr>().map_err(|_| {
                let (da, en) = ("et CPR-nummer som DDMMÅÅ-NNNN", "a CPR number such as DDMMYY-NNNN");
                row.wrong_unsaid("cpr", Expected::Other(da.to_owned(), en.to_owned()))
            })
        })
        .transpose()?;
    let sex = match row.text("koen").to_lowercase().as_str() {
        "" => None,
        "k" | "kvinde" | "female" => Some(Sex::Female),
        "m" | "mand" | "male" => Some(Sex::Male),
        _ => return Err(row.wrong("koen", Expected::OneOf(vec!["kvinde", "mand"]))),
    };
    let municipality = match row.some("kommune") {
        None => None,
        Some(code) if code.len() <= 4 && code.bytes().all(|b| b.is_ascii_digit()) => Some(format!("{code:0>4}")),
        Some(_) => {
            let (da, en) = ("en kommunekode som 0730", "a municipality code such as 0730");
            return Err(row.wrong("kommune", Expected::Other(da.to_owned(), en.to_owned())));
        }
    };
    let person = Person {
        name: row.needed("navn")?.to_owned(),
        cpr,
        born: row.date("foedt")?.or_else(|| cpr.map(Cpr::born)),
        sex,
        municipality,
        prefers: row.some("foretraekker").map(str::to_owned),
    };
    let id = Vault::new_citizen_id().unwrap_or(CitizenId(row.number as u64));
    Ok((key, Journey { person: Some(person), ..Journey::new(id) }))
}

fn fact(row: &Row<'_>, places: &HashMap<String, usize>, out: &mut Imported, today: Date) -> Result<(), CellError> {
    let key = row.needed("borger")?;
    let place = *places.get(key).ok_or_else(|| {
        let (da, en) = ("en borger fra arket Borgere", "a citizen from the sheet Borgere");
        row.wrong("borger", Expected::Other(da.to_owned(), en.to_owned()))
    })?;
    let (holds, event) = facts::read(row)?;
    let learned = match row.date("oplyst")? {
        Some(day) if day > today => {
            let (da, en) = ("en dag, der er kommet", "a day that has come");
            return Err(row.wrong("oplyst", Expected::Other(da.to_owned(), en.to_owned())));
        }
        Some(day) => day,
        None => holds.from.min(today),
    };
    let journey = &mut out.journeys[place].1;
    let id = FactId(journey.facts.len() as u32 + 1);
    let source = Source::Import("workbook".to_owned());
    let fact = Fact { id, holds, learned, source, recorded: None, replaces: None, event };
    journey.check_next(&fact).map_err(|e| row.wrong("slags", Expected::Other(e.to_string(), e.to_string())))?;
    journey.facts.push(fact);
    Ok(())
}
