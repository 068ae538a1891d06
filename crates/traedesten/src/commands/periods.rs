//! A table of periods, read and looked through.

use crate::args::{DataOptions, MissingRows};
use crate::data::Data;
use crate::failure::Failure;
use ::figures::Month;
use ::results::indicators::{Counted, Part, Periods, What, count_parts, count_periods};
use rayon::prelude::*;
use statistics::{Column, Frame};
use std::fs::File;
use std::path::Path;
use tables::Parquet;
use timeline::{Date, Lang, Ydelse};

/// Above it a number as the file has it and the next one are the same here (2⁵³).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// So many faults are told at once.
const TOLD: usize = 20;

/// The beginning of what a cell holds: enough to find it by, and no more of what may stand in a wrong column.
fn cut(text: &str) -> String {
    if text.chars().count() > 12 { text.chars().take(12).chain(['…']).collect() } else { text.to_owned() }
}

/// Rows of a table, and where it is at fault, in the reader's language.
struct Faults<'a> {
    name: &'a str,
    /// Rows of the table before these.
    before: usize,
    lang: Lang,
    lines: Vec<String>,
}

impl Faults<'_> {
    fn add(&mut self, row: usize, column: &str, da: &str, en: &str) {
        if self.lines.len() < TOLD {
            let (name, number) = (self.name, self.before + row + 1);
            self.lines.push(match self.lang {
                Lang::Da => format!("{name}, række {number}, {column}: {da}"),
                Lang::En => format!("{name}, row {number}, {column}: {en}"),
            });
        }
    }

    fn ended(&self) -> Result<(), Failure> {
        if self.lines.is_empty() { Ok(()) } else { Err(Failure::Input(self.lines.clone())) }
    }
}

/// Rows that a core takes at once.
const STRETCH: usize = 1 << 16;

/// What is made of each, on every core.
fn each<T: Sync, U: Clone + Send + Sync>(all: &[T], empty: U, of: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let mut out = vec![empty; all.len()];
    out.par_chunks_mut(STRETCH).zip(all.par_chunks(STRETCH)).for_each(|(out, all)| {
        out.iter_mut().zip(all).for_each(|(out, value)| *out = of(value));
    });
    out
}

/// The first that it holds of.
fn first<T: Sync>(all: &[T], holds: impl Fn(usize, &T) -> bool + Sync) -> Option<usize> {
    let in_stretch = |(n, stretch): (usize, &[T])| {
        let at = n * STRETCH;
        stretch.iter().enumerate().position(|(i, value)| holds(at + i, value)).map(|i| at + i)
    };
    all.par_chunks(STRETCH).enumerate().find_map_first(in_stretch)
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
            Ok(each(codes, i32::MIN, |c| known.get(*c as usize).copied().flatten().unwrap_or(i32::MIN)))
        }
        Column::Number(all) => {
            for (row, found) in all.iter().enumerate().filter(|(_, v)| !v.is_nan()).take(TOLD) {
                faults.add(row, column, &format!("{found}; {da}"), &format!("{found}; {en}"));
            }
            Ok(vec![i32::MIN; all.len()])
        }
    }
}

/// Columns that say something of a period.
const COLUMNS: [&str; 6] = ["person", "what", "from", "to", "unit", "hours"];

/// What is counted of a file of periods: `person`, `what`, `from`, and where they are there `to`, `unit`, `hours`.
///
/// # Errors
/// Each row at fault, with what would be right; no months.
pub(crate) fn count_file(
    path: &Path,
    lang: Lang,
    months: (Month, Month),
    on: Date,
    by_unit: bool,
) -> Result<Counted, Failure> {
    if let Some(parts) = Parts::of(path)? {
        return count_parts(parts.shared.len(), |at| parts.get(at, lang), months, on, by_unit);
    }
    let options =
        DataOptions { data: path.to_owned(), sheet: None, delimiter: None, decimal: None, missing: MissingRows::Error };
    let Data { name, frame, .. } = Data::read(&options, None)?;
    let periods = periods(&name, &frame, 0, lang)?;
    Ok(count_periods(&periods, months.0, months.1, on, by_unit)?)
}

/// A Parquet file each row group of which has persons of its own, but for those at its ends.
struct Parts {
    name: String,
    file: Parquet,
    /// The first and the last person of each row group, as the file says.
    ranges: Vec<(f64, f64)>,
    /// Of each row group, those that the one before or after may have periods of, too.
    shared: Vec<Vec<u64>>,
}

impl Parts {
    /// The parts of a file, where it is such a one and has more than one.
    fn of(path: &Path) -> Result<Option<Self>, Failure> {
        let name = path.display().to_string();
        if name == "-" || path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("parquet")) {
            return Ok(None);
        }
        let open = |wanted: Option<&[&str]>| {
            let file = File::open(path).map_err(|e| Failure::file(path, &e))?;
            Ok::<_, Failure>(Parquet::open_file(&name, file, wanted).ok())
        };
        // A file at fault is told of where it is read whole.
        let Some(file) = open(None)? else { return Ok(None) };
        let Some(ranges) = file.ranges("person").filter(|r| r.len() > 1) else { return Ok(None) };
        if ranges.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            return Ok(None);
        }
        let wanted: Vec<&str> = COLUMNS.into_iter().filter(|c| file.headings().any(|h| h == *c)).collect();
        let mut shared = vec![Vec::new(); ranges.len()];
        for (at, pair) in ranges.windows(2).enumerate().filter(|(_, pair)| pair[0].1 >= pair[1].0) {
            let person = pair[1].0.to_bits();
            shared[at].push(person);
            shared[at + 1].push(person);
        }
        let same = |file: &Parquet| file.ranges("person").as_ref() == Some(&ranges);
        let Some(file) = open(Some(&wanted))?.filter(same) else { return Ok(None) };
        Ok(Some(Self { name, file, ranges, shared }))
    }

    fn get(&self, at: usize, lang: Lang) -> Result<Part, Failure> {
        let columns = self.file.read(at..at + 1).map_err(Failure::Table)?;
        let periods = periods(&self.name, &crate::data::frame(columns), self.file.rows_before(at), lang)?;
        let (first, last) = self.ranges[at];
        let within = |person: &u64| (first..=last).contains(&f64::from_bits(*person));
        if !periods.person.iter().all(within) {
            let (name, number) = (&self.name, at + 1);
            return Err(Failure::Input(vec![match lang {
                Lang::Da => format!("{name}: rækkegruppe {number} har andre personer, end filen siger; skriv den igen"),
                Lang::En => format!("{name}: row group {number} has other persons than the file says; write it anew"),
            }]));
        }
        Ok(Part { periods, shared: self.shared[at].clone() })
    }
}

/// The periods of a table, before whose rows its file has others.
///
/// # Errors
/// Each row at fault, with what would be right.
fn periods(name: &str, frame: &Frame, before: usize, lang: Lang) -> Result<Periods, Failure> {
    let rows = frame.rows();
    if rows == 0 {
        return Err(Failure::no_rows(name, 0));
    }
    let has = |column: &str| frame.names().iter().any(|n| n == column);
    let mut faults = Faults { name, before, lang, lines: Vec::new() };
    let person: Vec<u64> = match frame.column("person")? {
        Column::Number(all) if let Some(row) = first(all, |_, v| v.abs() >= EXACT) => {
            faults.add(
                row,
                "person",
                "tallet er for langt; skriv det som tekst",
                "the number is too long; write it as text",
            );
            Vec::new()
        }
        Column::Number(all) => each(all, u64::MAX, |v| if v.is_nan() { u64::MAX } else { (v + 0.0).to_bits() }),
        Column::Text { codes, .. } => each(codes, u64::MAX, |c| if *c == u32::MAX { u64::MAX } else { u64::from(*c) }),
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
            let first = first(codes, |_, c| bad(c)).unwrap_or(rows);
            for (row, code) in codes.iter().enumerate().skip(first).filter(|(_, c)| bad(c)).take(TOLD) {
                let (found, words) = (levels.get(*code as usize).map_or_else(String::new, |l| cut(l)), words());
                faults.add(
                    row,
                    "what",
                    &format!("»{found}«; der er {words}"),
                    &format!("\"{found}\"; there are {words}"),
                );
            }
            each(codes, What::Talk, |c| of(c).unwrap_or(What::Talk))
        }
        Column::Number(_) => {
            faults.add(0, "what", "tal; skriv en ydelse, job, tilbud …", "numbers; write a benefit, job, tilbud …");
            vec![What::Talk; rows]
        }
    };
    let from = days(frame, "from", &mut faults)?;
    let last = if has("to") { days(frame, "to", &mut faults)? } else { vec![i32::MIN; rows] };
    faults.ended()?;

    let hours: Vec<f32> = if has("hours") { each(frame.numbers("hours")?, 0.0, |v| *v as f32) } else { Vec::new() };
    let (unit, units) = if has("unit") {
        let (codes, names) = frame.column("unit")?.groups();
        if names.len() >= usize::from(u16::MAX) {
            faults.add(0, "unit", "for mange forskellige enheder", "too many different units");
        }
        (codes.into_iter().map(|c| u16::try_from(c).unwrap_or(u16::MAX)).collect(), names)
    } else {
        (Vec::new(), Vec::new())
    };
    let wrong = |row: usize, person: &u64| -> bool {
        let no_hours = what[row] == What::Hours && !hours.get(row).is_some_and(|h| h.is_finite() && *h >= 0.0);
        *person == u64::MAX || from[row] == i32::MIN || (last[row] != i32::MIN && last[row] < from[row]) || no_hours
    };
    let first = first(&person, wrong).unwrap_or(rows);
    for row in (first..rows).filter(|row| wrong(*row, &person[*row])).take(TOLD) {
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
    let mut until = last;
    until.par_iter_mut().for_each(|d| *d = if *d == i32::MIN { i32::MAX } else { *d + 1 });
    Ok(Periods { person, what, from, until, unit, units, hours })
}
