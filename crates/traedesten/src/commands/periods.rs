//! A table of periods, read and looked through.

use crate::args::{DataOptions, MissingRows};
use crate::data::read_table;
use crate::failure::Failure;
use ::figures::Month;
use ::results::indicators::{Counted, Periods, What, count_parts, count_periods};
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs::File;
use std::ops::{ControlFlow, RangeInclusive};
use std::path::Path;
use tables::{Columns, Parquet, Values};
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

/// Rows that are looked through at once: as many as stay near while each column is.
const STRETCH: usize = 1 << 13;

/// What is made of each, on every core where there are many.
fn each<T: Sync, U: Clone + Send + Sync>(all: &[T], out: &mut Vec<U>, empty: U, of: impl Fn(&T) -> U + Sync) {
    out.clear();
    out.resize(all.len(), empty);
    out.par_chunks_mut(STRETCH).zip(all.par_chunks(STRETCH)).for_each(|(out, all)| {
        out.iter_mut().zip(all).for_each(|(out, value)| *out = of(value));
    });
}

/// Whether it holds of any; all are looked at, several at once.
fn any<T>(all: &[T], holds: impl Fn(&T) -> bool) -> bool {
    all.iter().fold(false, |any, value| any | holds(value))
}

/// Values of a column.
fn column<'a>(table: &'a mut Columns, name: &str) -> Result<&'a mut Values, Failure> {
    let place = table.columns.iter().position(|(heading, _)| heading == name).ok_or_else(|| {
        let has: Vec<&str> = table.columns.iter().map(|(heading, _)| heading.as_str()).collect();
        statistics::Failure::NoColumn { column: name.to_owned(), has: has.join(", ") }
    })?;
    Ok(&mut table.columns[place].1)
}

/// Which row of a column, before whose rows its file has others, is no number: told as of any table.
fn no_numbers(values: Values, name: &str, before: usize) -> Failure {
    let rows = match &values {
        Values::Number(all) => all.len(),
        Values::Day(all) => all.len(),
        Values::Text { codes, .. } => codes.len(),
    };
    let columns = vec![(name.to_owned(), values)];
    let frame = crate::data::frame(Columns { name: String::new(), columns, rows, first_row: 1 });
    match frame.numbers(name) {
        Err(statistics::Failure::NotANumber { column, row, found }) => {
            statistics::Failure::NotANumber { column, row: before + row, found }.into()
        }
        Err(other) => other.into(),
        Ok(_) => Failure::no_rows(name, rows),
    }
}

/// Days since 1970 in each row, `i32::MIN` where there is none; taken from the column where it has them.
fn days(values: &mut Values, name: &str, out: &mut Vec<i32>, faults: &mut Faults<'_>) {
    const EPOCH: Date = timeline::date(1970, 1, 1);
    let number = |day: Date| (EPOCH.duration_until(day).as_hours() / 24) as i32;
    let (da, en) = ("skriv en dag som 2026-07-31", "write a day as 2026-07-31");
    match values {
        Values::Day(all) => {
            let (first, last) = (number(Date::MIN), number(Date::MAX));
            let bad = |day: &i32| *day != i32::MIN && (*day < first || *day > last);
            if any(all, bad) {
                for (row, day) in all.iter().enumerate().filter(|(_, day)| bad(day)).take(TOLD) {
                    faults.add(row, name, &format!("»{day}«; {da}"), &format!("\"{day}\"; {en}"));
                }
            }
            std::mem::swap(out, all);
        }
        Values::Text { codes, levels } => {
            let known: Vec<Option<i32>> = levels.iter().map(|text| text.parse().ok().map(number)).collect();
            if known.contains(&None) {
                let bad = |c: &u32| *c != u32::MAX && known[*c as usize].is_none();
                for (row, code) in codes.iter().enumerate().filter(|(_, c)| bad(c)).take(TOLD) {
                    let found = cut(&levels[*code as usize]);
                    faults.add(row, name, &format!("»{found}«; {da}"), &format!("\"{found}\"; {en}"));
                }
            }
            each(codes, out, i32::MIN, |c| known.get(*c as usize).copied().flatten().unwrap_or(i32::MIN));
        }
        Values::Number(all) => {
            for (row, found) in all.iter().enumerate().filter(|(_, v)| !v.is_nan()).take(TOLD) {
                faults.add(row, name, &format!("{found}; {da}"), &format!("{found}; {en}"));
            }
            out.clear();
            out.resize(all.len(), i32::MIN);
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
        return count_parts(&parts.shared, |at, take| parts.each(at, lang, take), months, on, by_unit);
    }
    let options =
        DataOptions { data: path.to_owned(), sheet: None, delimiter: None, decimal: None, missing: MissingRows::Error };
    let (mut table, _) = read_table(&options, None)?;
    let mut looked = Looked::default();
    looked.look_through(&mut table, 0, lang, -EXACT..=EXACT)?;
    drop(table);
    Ok(count_periods(&looked.periods, months.0, months.1, on, by_unit)?)
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

    /// The periods of a part, a stretch at a time, for as long as it is said to go on.
    fn each(
        &self,
        at: usize,
        lang: Lang,
        take: &mut dyn FnMut(&Periods) -> Result<ControlFlow<()>, Failure>,
    ) -> Result<(), Failure> {
        let (first, last) = self.ranges[at];
        let mut stretches = self.file.stretches(at).map_err(Failure::Table)?;
        let mut looked = Looked::default();
        while let Some(table) = stretches.next(STRETCH).map_err(Failure::Table)? {
            let before = table.first_row - 1;
            if let Err(fault) = looked.look_through(table, before, lang, first..=last) {
                // With whatever else is at fault in the row group.
                let mut whole = self.file.read(at..at + 1).map_err(Failure::Table)?;
                let before = self.file.rows_before(at);
                return Looked::default().look_through(&mut whole, before, lang, first..=last).and(Err(fault));
            }
            if looked.outside {
                let (name, number) = (&self.name, at + 1);
                return Err(Failure::Input(vec![match lang {
                    Lang::Da => {
                        format!("{name}: rækkegruppe {number} har andre personer, end filen siger; skriv den igen")
                    }
                    Lang::En => {
                        format!("{name}: row group {number} has other persons than the file says; write it anew")
                    }
                }]));
            }
            if take(&looked.periods)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Periods of rows that were looked through, in room that the next ones have again.
#[derive(Default)]
struct Looked {
    periods: Periods,
    /// Whether persons are others than were said.
    outside: bool,
    units: Units,
}

impl Looked {
    /// Those of a table, before whose rows its file has others, and whose persons are said to lie within those.
    ///
    /// # Errors
    /// Each row at fault, with what would be right.
    fn look_through(
        &mut self,
        table: &mut Columns,
        before: usize,
        lang: Lang,
        within: RangeInclusive<f64>,
    ) -> Result<(), Failure> {
        let (rows, name) = (table.rows, table.name.clone());
        if rows == 0 {
            return Err(Failure::no_rows(&name, 0));
        }
        let has = |table: &Columns, column: &str| table.columns.iter().any(|(heading, _)| heading == column);
        let mut faults = Faults { name: &name, before, lang, lines: Vec::new() };
        let Periods { person, what, from, until, hours, .. } = &mut self.periods;
        self.outside = persons(column(table, "person")?, within, person, &mut faults);
        whats(column(table, "what")?, what, &mut faults);
        days(column(table, "from")?, "from", from, &mut faults);
        if has(table, "to") {
            days(column(table, "to")?, "to", until, &mut faults);
        } else {
            until.clear();
            until.resize(rows, i32::MIN);
        }
        faults.ended()?;
        // The day after the last one.
        until.par_chunks_mut(STRETCH).for_each(|until| {
            for day in until {
                *day = if *day == i32::MIN { i32::MAX } else { *day + 1 };
            }
        });
        if has(table, "hours") {
            match column(table, "hours")? {
                Values::Number(all) => each(all, hours, 0.0, |v| *v as f32),
                Values::Text { codes, .. } if !any(codes, |code| *code != u32::MAX) => {
                    hours.clear();
                    hours.resize(rows, f32::NAN);
                }
                others => return Err(no_numbers(others.clone(), "hours", before)),
            }
        }
        if has(table, "unit") {
            self.look_up_units(column(table, "unit")?, &mut faults);
        }
        self.rows(&mut faults);
        faults.ended()
    }

    /// Who answers.
    fn look_up_units(&mut self, values: &Values, faults: &mut Faults<'_>) {
        let Periods { unit, units, .. } = &mut self.periods;
        unit.clear();
        match values {
            Values::Number(all) => {
                // The same as in the row before is the most common.
                let mut before = (f64::NAN, u16::MAX);
                unit.extend(all.iter().map(|value| {
                    if value.is_nan() {
                        return u16::MAX;
                    }
                    #[allow(clippy::float_cmp, reason = "the very same value")]
                    if *value == before.0 {
                        return before.1;
                    }
                    // Minus zero is zero.
                    before = (*value, self.units.number(value + 0.0, units));
                    before.1
                }));
            }
            Values::Text { codes, levels } => {
                units.extend(levels.iter().skip(units.len()).cloned());
                unit.extend(codes.iter().map(|code| u16::try_from(*code).unwrap_or(u16::MAX)));
            }
            Values::Day(all) => {
                let (codes, levels) = tables::days_as_text(all);
                let place = |level: String| {
                    let known = units.iter().position(|unit| *unit == level);
                    known.unwrap_or_else(|| {
                        units.push(level);
                        units.len() - 1
                    }) as u16
                };
                let places: Vec<u16> = levels.into_iter().map(place).collect();
                unit.extend(codes.iter().map(|code| places.get(*code as usize).copied().unwrap_or(u16::MAX)));
            }
        }
        if units.len() >= usize::from(u16::MAX) {
            faults.add(0, "unit", "for mange forskellige enheder", "too many different units");
        }
    }

    /// What the columns of a row say together.
    fn rows(&self, faults: &mut Faults<'_>) {
        let Periods { person, what, from, until, hours, .. } = &self.periods;
        let no_person = |person: &u64| *person == u64::MAX;
        let no_days = |from: i32, until: i32| from == i32::MIN || until <= from;
        let no_hours = |what: What, hours: f32| what == What::Hours && !(hours.is_finite() && hours >= 0.0);
        // All are looked at, several at once; a file at fault is gone through once more.
        let bad_days = from.iter().zip(until).fold(false, |bad, (from, until)| bad | no_days(*from, *until));
        let bad_hours = if hours.is_empty() {
            any(what, |what| *what == What::Hours)
        } else {
            what.iter().zip(hours).fold(false, |bad, (what, hours)| bad | no_hours(*what, *hours))
        };
        if !(bad_days || bad_hours || any(person, no_person)) {
            return;
        }
        for row in 0..person.len() {
            if no_person(&person[row]) {
                faults.add(row, "person", "mangler", "is missing");
            } else if from[row] == i32::MIN {
                faults.add(row, "from", "mangler", "is missing");
            } else if no_days(from[row], until[row]) {
                faults.add(row, "to", "ligger før from", "is before from");
            } else if no_hours(what[row], hours.get(row).copied().unwrap_or(f32::NAN)) {
                faults.add(row, "hours", "timer om ugen mangler, 0 eller mere", "hours a week are missing, 0 or more");
            }
        }
    }
}

/// Units whose names are numbers.
#[derive(Default)]
struct Units {
    /// Places of the units that have numbers of four digits or so, by these; no place has the largest number.
    short: Vec<u16>,
    others: HashMap<u64, u16>,
}

impl Units {
    /// The place of a unit among the names, of which it is one from then on.
    fn number(&mut self, value: f64, names: &mut Vec<String>) -> u16 {
        const SHORT: usize = 1 << 14;
        let short = value as usize;
        self.short.resize(SHORT, u16::MAX);
        let place = if short < SHORT && (short as f64).to_bits() == value.to_bits() {
            &mut self.short[short]
        } else {
            self.others.entry(value.to_bits()).or_insert(u16::MAX)
        };
        if *place == u16::MAX {
            *place = names.len() as u16;
            names.push(format!("{value}"));
        }
        *place
    }
}

/// Persons as numbers that are the same where the persons are, [`u64::MAX`] where one is missing; whether any lies outside of those
/// that are said to be there.
fn persons(values: &Values, within: RangeInclusive<f64>, out: &mut Vec<u64>, faults: &mut Faults<'_>) -> bool {
    match values {
        Values::Number(all) => {
            // Minus zero is zero.
            each(all, out, u64::MAX, |v| if v.is_nan() { u64::MAX } else { (v + 0.0).to_bits() });
            let (first, last) = within.into_inner();
            let mut fine = true;
            for v in all {
                fine &= *v >= first && *v <= last && v.abs() < EXACT;
            }
            if fine {
                return false;
            }
            if let Some(row) = all.iter().position(|v| v.abs() >= EXACT) {
                faults.add(
                    row,
                    "person",
                    "tallet er for langt; skriv det som tekst",
                    "the number is too long; write it as text",
                );
            }
            return any(all, |v| *v < first || *v > last);
        }
        Values::Text { codes, .. } => {
            each(codes, out, u64::MAX, |c| if *c == u32::MAX { u64::MAX } else { u64::from(*c) });
        }
        Values::Day(all) => {
            each(all, out, u64::MAX, |d| if *d == i32::MIN { u64::MAX } else { u64::from(d.cast_unsigned()) });
        }
    }
    false
}

/// What the periods are of.
fn whats(values: &Values, out: &mut Vec<What>, faults: &mut Faults<'_>) {
    let Values::Text { codes, levels } = values else {
        faults.add(0, "what", "ikke ord; skriv en ydelse, job, tilbud …", "no words; write a benefit, job, tilbud …");
        return;
    };
    let known: Vec<Option<What>> = levels.iter().map(|l| What::from_code(l)).collect();
    let of = |c: &u32| known.get(*c as usize).copied().flatten();
    if known.contains(&None) || any(codes, |c| *c == u32::MAX) {
        let others = What::WORDS.iter().map(|(word, _)| *word);
        let words = Ydelse::ALL.iter().map(|y| y.code()).chain(others).collect::<Vec<_>>().join(", ");
        for (row, code) in codes.iter().enumerate().filter(|(_, c)| of(c).is_none()).take(TOLD) {
            let found = levels.get(*code as usize).map_or_else(String::new, |l| cut(l));
            let (da, en) = (format!("»{found}«; der er {words}"), format!("\"{found}\"; there are {words}"));
            faults.add(row, "what", &da, &en);
        }
    }
    each(codes, out, What::Talk, |c| of(c).unwrap_or(What::Talk));
}
