//! Whole columns for calculation: numbers as numbers, text as levels.

use crate::read::{ReadError, read_xlsx};
use jiff::Span;
use jiff::civil::date;
use std::collections::HashMap;

/// A column of a table that is to be calculated on.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; a missing one is NaN.
    Number(Vec<f64>),
    /// Text: a place in `levels` for each row, `u32::MAX` where it is missing.
    Text {
        /// Places.
        codes: Vec<u32>,
        /// Each text once, in the order met.
        levels: Vec<String>,
    },
    /// Days since 1 January 1970; a missing one is [`i32::MIN`]. Only Parquet tells them from text.
    Day(Vec<i32>),
}

/// Days, a missing one [`i32::MIN`], as places among their texts in the order met: `codes` and `levels` of [`Values::Text`].
pub fn days_as_text(days: &[i32]) -> (Vec<u32>, Vec<String>) {
    /// Days that a citizen or a plan may have: 1900 to 2100, about.
    const USUAL: std::ops::Range<i32> = -25_600..47_500;
    let (mut levels, mut others) = (Vec::new(), HashMap::new());
    let mut places = vec![u32::MAX; USUAL.len()];
    let code = |day: &i32| {
        if *day == i32::MIN {
            return u32::MAX;
        }
        let place = if USUAL.contains(day) {
            &mut places[(day - USUAL.start) as usize]
        } else {
            others.entry(*day).or_insert(u32::MAX)
        };
        if *place == u32::MAX {
            *place = levels.len() as u32;
            levels.push(as_text(*day));
        }
        *place
    };
    (days.iter().map(code).collect(), levels)
}

/// Days since 1970 as a day; as their number where no calendar has it.
fn as_text(days: i32) -> String {
    let since = Span::new().try_days(days).ok();
    let day = since.and_then(|since| date(1970, 1, 1).checked_add(since).ok());
    day.map_or_else(|| days.to_string(), |d| d.to_string())
}

/// Columns with their headings, all of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// Name of the file or sheet.
    pub name: String,
    /// Headings and values, in the order of the file.
    pub columns: Vec<(String, Values)>,
    /// Number of rows.
    pub rows: usize,
    /// Line or row of the first row of values, as a reader counts them.
    pub first_row: usize,
}

/// Places of the columns to be read, in the order of the table: those wanted, or all where nothing is said, or where one that is
/// wanted is not there, so that the caller can tell which are.
pub(crate) fn places(headings: &[String], wanted: Option<&[&str]>) -> Vec<usize> {
    match wanted {
        Some(wanted) if wanted.iter().all(|w| headings.iter().any(|h| h == w)) => {
            (0..headings.len()).filter(|i| wanted.contains(&headings[*i].as_str())).collect()
        }
        _ => (0..headings.len()).collect(),
    }
}

/// A number as files write it: no spaces, no thousands mark.
pub(crate) fn number(cell: &str, decimal: u8) -> Option<f64> {
    let odd = |b: u8| !(b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b'e' | b'E'));
    if cell.is_empty() || cell.bytes().any(odd) {
        return None;
    }
    let value: f64 = if decimal == b',' {
        if cell.contains('.') {
            return None;
        }
        cell.replace(',', ".").parse().ok()?
    } else {
        cell.parse().ok()?
    };
    value.is_finite().then_some(value)
}

/// Digits with a zero before them are a code, not a number: `0101`.
pub(crate) fn is_code(cell: &str) -> bool {
    cell.len() > 1 && cell.starts_with('0') && cell.bytes().all(|b| b.is_ascii_digit())
}

/// Columns of a sheet of an Excel workbook: the first, or the one named. Where `wanted` says which columns, no others, if all
/// of them are there.
///
/// # Errors
/// Not a workbook, no such sheet, two columns of one name.
pub fn read_columns_xlsx(
    name: &str,
    bytes: &[u8],
    sheet: Option<&str>,
    wanted: Option<&[&str]>,
) -> Result<Columns, ReadError> {
    let sheets = read_xlsx(name, bytes)?;
    let found = match sheet {
        None => sheets.first(),
        Some(wanted) => sheets.iter().find(|s| s.name == wanted),
    };
    let sheet = found.ok_or_else(|| ReadError::NoSheet {
        file: name.to_owned(),
        sheet: sheet.unwrap_or("").to_owned(),
        has: sheets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", "),
    })?;
    check_headings(&sheet.name, &sheet.headings)?;
    let rows = sheet.rows().count();
    let column = |place: usize| {
        let heading = &sheet.headings[place];
        let is_number = |cell: &str| cell.is_empty() || (number(cell, b'.').is_some() && !is_code(cell));
        let numeric = sheet.rows().all(|row| is_number(row.text(heading)));
        let mut filling = Filling::new(numeric, rows, b'.');
        sheet.rows().for_each(|row| filling.put(row.text(heading)));
        (heading.clone(), filling.values)
    };
    let columns = places(&sheet.headings, wanted).into_iter().map(column).collect();
    Ok(Columns { name: sheet.name.clone(), columns, rows, first_row: 2 })
}

pub(crate) fn check_headings(name: &str, headings: &[String]) -> Result<(), ReadError> {
    for (i, heading) in headings.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
        if headings[..i].contains(heading) {
            return Err(ReadError::SameHeading { sheet: name.to_owned(), column: heading.clone() });
        }
    }
    Ok(())
}

/// A column that is filled cell by cell.
pub(crate) struct Filling {
    pub values: Values,
    seen: HashMap<String, u32>,
    decimal: u8,
}

impl Filling {
    pub(crate) fn new(numeric: bool, rows: usize, decimal: u8) -> Self {
        let values = if numeric {
            Values::Number(Vec::with_capacity(rows))
        } else {
            Values::Text { codes: Vec::with_capacity(rows), levels: Vec::new() }
        };
        Self { values, seen: HashMap::new(), decimal }
    }

    pub(crate) fn put(&mut self, cell: &str) {
        match &mut self.values {
            Values::Number(all) => all.push(number(cell, self.decimal).unwrap_or(f64::NAN)),
            Values::Text { codes, .. } if cell.is_empty() => codes.push(u32::MAX),
            Values::Text { codes, levels } => {
                let code = match self.seen.get(cell) {
                    Some(code) => *code,
                    None => {
                        let code = levels.len() as u32;
                        levels.push(cell.to_owned());
                        self.seen.insert(cell.to_owned(), code);
                        code
                    }
                };
                codes.push(code);
            }
            // Cells are text until a column of them is numbers.
            Values::Day(_) => {}
        }
    }
}

/// The parts of a column one after the other.
pub(crate) fn joined(parts: Vec<Values>, rows: usize) -> Values {
    let mut parts = parts.into_iter();
    let Some(mut all) = parts.next() else { return Values::Number(Vec::new()) };
    let mut seen: HashMap<String, u32> = HashMap::new();
    match &mut all {
        Values::Number(v) => v.reserve_exact(rows - v.len()),
        Values::Day(v) => v.reserve_exact(rows - v.len()),
        Values::Text { codes, levels } => {
            codes.reserve_exact(rows - codes.len());
            seen.extend(levels.iter().cloned().zip(0..));
        }
    }
    for part in parts {
        match (&mut all, part) {
            (Values::Number(all), Values::Number(more)) => all.extend(more),
            (Values::Day(all), Values::Day(more)) => all.extend(more),
            (Values::Text { codes, levels }, Values::Text { codes: more, levels: met }) => {
                let places: Vec<u32> = met
                    .into_iter()
                    .map(|text| {
                        *seen.entry(text).or_insert_with_key(|text| {
                            levels.push(text.clone());
                            levels.len() as u32 - 1
                        })
                    })
                    .collect();
                codes.extend(more.into_iter().map(|c| places.get(c as usize).copied().unwrap_or(u32::MAX)));
            }
            // A column is of one type in every part.
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_text_where_text_is_asked_for() {
        // The last is what DuckDB writes for infinity.
        let (codes, levels) = days_as_text(&[20_418, i32::MIN, 0, 20_418, i32::MAX]);
        assert_eq!(
            (codes, levels.join(" ")),
            (vec![0, u32::MAX, 1, 0, 2], "2025-11-26 1970-01-01 2147483647".to_owned())
        );
    }
}
