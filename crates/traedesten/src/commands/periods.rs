//! A table of periods, read and looked through.

use crate::args::{DataOptions, MissingRows};
use crate::data::Data;
use crate::failure::Failure;
use ::results::indicators::{Periods, What};
use rayon::prelude::*;
use statistics::{Column, Frame};
use std::path::Path;
use timeline::{Date, Lang, Ydelse};

/// Above it a number as the file has it and the next one are the same here (2⁵³).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// So many faults are told at once.
const TOLD: usize = 20;

/// The beginning of what a cell holds: enough to find it by, and no more of what may stand in a wrong column.
fn cut(text: &str) -> String {
    if text.chars().count() > 12 { text.chars().take(12).chain(['…']).collect() } else { text.to_owned() }
}

/// Where a table is at fault, in the reader's language.
struct Faults<'a> {
    data: &'a Data,
    lang: Lang,
    lines: Vec<String>,
}

impl Faults<'_> {
    fn add(&mut self, row: usize, column: &str, da: &str, en: &str) {
        if self.lines.len() < TOLD {
            let (name, number) = (&self.data.name, self.data.frame.row_number(row));
            self.lines.push(match self.lang {
                Lang::Da => format!("{name}, række {number}, {column}: {da}"),
                Lang::En => format!("{name}, row {number}, {column}: {en}"),
            });
        }
    }

    fn ended(self) -> Result<(), Failure> {
        if self.lines.is_empty() { Ok(()) } else { Err(Failure::Input(self.lines)) }
    }
}

/// Days since 1970 in each row, `i32::MIN` where there is none.
fn days(frame: &Frame, column: &str, faults: &mut Faults<'_>) -> Result<Vec<i32>, Failure> {
    const EPOCH: Date = timeline::date(1970, 1, 1);
    let (da, en) = ("skriv en dag som 2026-07-31", "write a day as 2026-07-31");
    match frame.column(column)? {
        Column::Text { codes, levels } => {
            let number = |text: &String| {
                let day: Date = text.parse().ok()?;
                Some((EPOCH.duration_until(day).as_hours() / 24) as i32)
            };
            let known: Vec<Option<i32>> = levels.iter().map(number).collect();
            if known.contains(&None) {
                let bad = |c: &u32| *c != u32::MAX && known[*c as usize].is_none();
                for (row, code) in codes.iter().enumerate().filter(|(_, c)| bad(c)).take(TOLD) {
                    let found = cut(&levels[*code as usize]);
                    faults.add(row, column, &format!("»{found}«; {da}"), &format!("\"{found}\"; {en}"));
                }
            }
            Ok(codes.par_iter().map(|c| known.get(*c as usize).copied().flatten().unwrap_or(i32::MIN)).collect())
        }
        Column::Number(all) => {
            for (row, found) in all.iter().enumerate().filter(|(_, v)| !v.is_nan()).take(TOLD) {
                faults.add(row, column, &format!("{found}; {da}"), &format!("{found}; {en}"));
            }
            Ok(vec![i32::MIN; all.len()])
        }
    }
}

/// The periods of a file: `person`, `what`, `from`, and where they are there `to`, `unit`, `hours`.
///
/// # Errors
/// Each row at fault, with what would be right.
pub(crate) fn periods(path: &Path, lang: Lang) -> Result<Periods, Failure> {
    let options =
        DataOptions { data: path.to_owned(), sheet: None, delimiter: None, decimal: None, missing: MissingRows::Error };
    let data = Data::read(&options, None)?;
    let frame = &data.frame;
    let rows = frame.rows();
    if rows == 0 {
        return Err(Failure::no_rows(&data.name, 0));
    }
    let has = |column: &str| frame.names().iter().any(|n| n == column);
    let mut faults = Faults { data: &data, lang, lines: Vec::new() };
    let person: Vec<u64> = match frame.column("person")? {
        Column::Number(all) if all.par_iter().any(|v| v.abs() >= EXACT) => {
            let row = all.iter().position(|v| v.abs() >= EXACT).unwrap_or(0);
            faults.add(
                row,
                "person",
                "tallet er for langt; skriv det som tekst",
                "the number is too long; write it as text",
            );
            Vec::new()
        }
        Column::Number(all) => all.par_iter().map(|v| if v.is_nan() { u64::MAX } else { v.to_bits() }).collect(),
        Column::Text { codes, .. } => {
            codes.par_iter().map(|c| if *c == u32::MAX { u64::MAX } else { u64::from(*c) }).collect()
        }
    };
    let what: Vec<What> = match frame.column("what")? {
        Column::Text { codes, levels } => {
            let known: Vec<Option<What>> = levels.iter().map(|l| What::from_code(l)).collect();
            let of = |c: &u32| known.get(*c as usize).copied().flatten();
            let words = || {
                let others = What::WORDS.iter().map(|(word, _)| *word);
                Ydelse::ALL.iter().map(|y| y.code()).chain(others).collect::<Vec<_>>().join(", ")
            };
            let bad = |c: &u32| of(c).is_none();
            let first = codes.par_iter().position_first(bad).unwrap_or(rows);
            for (row, code) in codes.iter().enumerate().skip(first).filter(|(_, c)| bad(c)).take(TOLD) {
                let (found, words) = (levels.get(*code as usize).map_or_else(String::new, |l| cut(l)), words());
                faults.add(
                    row,
                    "what",
                    &format!("»{found}«; der er {words}"),
                    &format!("\"{found}\"; there are {words}"),
                );
            }
            codes.par_iter().map(|c| of(c).unwrap_or(What::Talk)).collect()
        }
        Column::Number(_) => {
            faults.add(0, "what", "tal; skriv en ydelse, job, tilbud …", "numbers; write a benefit, job, tilbud …");
            vec![What::Talk; rows]
        }
    };
    let from = days(frame, "from", &mut faults)?;
    let last = if has("to") { days(frame, "to", &mut faults)? } else { vec![i32::MIN; rows] };
    faults.ended()?;

    let mut faults = Faults { data: &data, lang, lines: Vec::new() };
    let hours: Vec<f32> =
        if has("hours") { frame.numbers("hours")?.par_iter().map(|v| *v as f32).collect() } else { Vec::new() };
    let (unit, units) = if has("unit") {
        let (codes, names) = frame.column("unit")?.groups();
        if names.len() >= usize::from(u16::MAX) {
            faults.add(0, "unit", "for mange forskellige enheder", "too many different units");
        }
        (codes.into_iter().map(|c| u16::try_from(c).unwrap_or(u16::MAX)).collect(), names)
    } else {
        (Vec::new(), Vec::new())
    };
    let wrong = |row: &usize| -> bool {
        let no_hours = what[*row] == What::Hours && !hours.get(*row).is_some_and(|h| *h >= 0.0);
        person[*row] == u64::MAX
            || from[*row] == i32::MIN
            || (last[*row] != i32::MIN && last[*row] < from[*row])
            || no_hours
    };
    let first = (0..rows).into_par_iter().find_first(|row| wrong(row)).unwrap_or(rows);
    for row in (first..rows).filter(|row| wrong(row)).take(TOLD) {
        if person[row] == u64::MAX {
            faults.add(row, "person", "mangler", "is missing");
        } else if from[row] == i32::MIN {
            faults.add(row, "from", "mangler", "is missing");
        } else if last[row] != i32::MIN && last[row] < from[row] {
            faults.add(row, "to", "ligger før from", "is before from");
        } else {
            faults.add(row, "hours", "timer om ugen mangler, 0 eller mere", "hours a week are missing, 0 or more");
        }
    }
    faults.ended()?;
    let until = last.into_par_iter().map(|d| if d == i32::MIN { i32::MAX } else { d + 1 }).collect();
    Ok(Periods { person, what, from, until, unit, units, hours })
}
