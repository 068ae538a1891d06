//! Whole columns for calculation: numbers as numbers, text as levels.

use crate::read::{ReadError, read_xlsx, utf8};
use rayon::prelude::*;
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

/// How a text file is written, where it is known better than by looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Between cells.
    pub delimiter: Option<u8>,
    /// Decimal mark.
    pub decimal: Option<u8>,
}

/// A number as files write it: no spaces, no thousands mark.
fn number(cell: &str, decimal: u8) -> Option<f64> {
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
fn is_code(cell: &str) -> bool {
    cell.len() > 1 && cell.starts_with('0') && cell.bytes().all(|b| b.is_ascii_digit())
}

/// The mark between cells: the one that the heading has most of.
fn delimiter_of(heading: &str) -> u8 {
    let count = |mark: u8| heading.bytes().filter(|b| *b == mark).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|mark| (count(*mark), u8::from(*mark == b','))).unwrap_or(b',')
}

struct Table<'a> {
    name: &'a str,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Columns of a CSV file: comma, semicolon or tab, decimal point or comma, found by looking; UTF-8 with or without BOM.
///
/// # Errors
/// Bytes that are no text, a ragged row, two columns of one name, or no heading.
pub fn read_columns_csv(name: &str, bytes: &[u8], written: Written) -> Result<Columns, ReadError> {
    let text = utf8(name, bytes)?;
    let heading = text.lines().next().unwrap_or("");
    if heading.trim().is_empty() {
        return Err(ReadError::Empty(name.to_owned()));
    }
    let delimiter = written.delimiter.unwrap_or_else(|| delimiter_of(heading));
    let reader = || csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut first = reader();
    let ragged = |e: &csv::Error| match e.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => ReadError::Ragged {
            file: name.to_owned(),
            line: pos.as_ref().map_or(0, csv::Position::line),
            found: *len,
            expected: *expected_len,
        },
        _ => ReadError::Empty(name.to_owned()),
    };
    let headings: Vec<String> = first.headers().map_err(|e| ragged(&e))?.iter().map(str::to_owned).collect();
    check_headings(name, &headings)?;
    let width = headings.len();
    let body = text.get(first.position().byte() as usize..).unwrap_or("");
    // A comma can only be a decimal mark where it does not part cells, unless it is said to be one.
    let look = Look { delimiter, width, comma: delimiter != b',' || written.decimal == Some(b',') };
    let whole = look.all(body).ok_or(()).or_else(|()| {
        // Some row is ragged: read it row by row, so that its line can be told.
        let mut record = csv::StringRecord::new();
        while first.read_record(&mut record).map_err(|e| ragged(&e))? {}
        Err(ReadError::Empty(name.to_owned()))
    })?;
    let numbers_with = |flags: &[bool]| flags.iter().filter(|c| **c).count();
    let more_with_comma = look.comma && numbers_with(&whole.comma) > numbers_with(&whole.point);
    let decimal = written.decimal.unwrap_or(if more_with_comma { b',' } else { b'.' });
    let numeric = if decimal == b',' { &whole.comma } else { &whole.point };
    // Done, unless there are texts or numbers of another mark: then those columns are read once more.
    let again: Vec<bool> = numeric.iter().map(|n| decimal == b',' || !n).collect();
    let rows = whole.rows;
    let mut fill = Fill::new(&headings, numeric, rows, decimal);
    if again.iter().any(|a| *a) {
        let mut record = csv::StringRecord::new();
        let mut second = reader();
        while second.read_record(&mut record).map_err(|e| ragged(&e))? {
            for (i, cell) in record.iter().enumerate().filter(|(i, _)| again[*i]) {
                fill.put(i, cell);
            }
        }
    }
    for ((column, values), again) in fill.columns.iter_mut().zip(whole.values).zip(&again) {
        if !again {
            column.1 = Values::Number(values);
        }
    }
    Ok(fill.done(name, rows))
}

/// How a body of rows is looked at.
#[derive(Clone, Copy)]
struct Look {
    delimiter: u8,
    width: usize,
    /// Whether a comma may be a decimal mark.
    comma: bool,
}

/// What a stretch of rows holds.
struct Stretch {
    /// Values of each column by decimal point, a missing one NaN; worth nothing once a cell was no such number.
    values: Vec<Vec<f64>>,
    /// Whether every cell so far is a number by decimal point, and by decimal comma.
    point: Vec<bool>,
    comma: Vec<bool>,
    rows: usize,
}

/// Bytes that are looked at by one core at a time.
const STRETCH: usize = 4 << 20;

impl Look {
    /// All rows, in stretches that as many cores as there are read at once where no cell is quoted: then every line end ends
    /// a row. `None` where a row is ragged.
    fn all(self, body: &str) -> Option<Stretch> {
        let mut cuts = vec![0];
        if !body.contains('"') {
            while let Some(at) = body.as_bytes().get(cuts[cuts.len() - 1] + STRETCH..) {
                let Some(end) = at.iter().position(|b| *b == b'\n') else { break };
                cuts.push(cuts[cuts.len() - 1] + STRETCH + end + 1);
            }
        }
        cuts.push(body.len());
        let stretches: Vec<Option<Stretch>> =
            cuts.par_windows(2).map(|w| self.stretch(&body.as_bytes()[w[0]..w[1]])).collect();
        let mut out = Stretch {
            values: vec![Vec::new(); self.width],
            point: vec![true; self.width],
            comma: vec![self.comma; self.width],
            rows: 0,
        };
        for stretch in stretches {
            let stretch = stretch?;
            out.rows += stretch.rows;
            for (i, values) in stretch.values.into_iter().enumerate() {
                out.point[i] &= stretch.point[i];
                out.comma[i] &= stretch.comma[i];
                if !out.point[i] {
                    out.values[i] = Vec::new();
                } else if out.values[i].is_empty() {
                    out.values[i] = values;
                } else {
                    out.values[i].extend(values);
                }
            }
        }
        Some(out)
    }

    fn stretch(self, bytes: &[u8]) -> Option<Stretch> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            // An empty line first: a byte order mark at the start of a stretch is in the middle of the file, and a text.
            .from_reader(std::io::Read::chain(&b"\n"[..], bytes));
        let mut out = Stretch {
            values: vec![Vec::new(); self.width],
            point: vec![true; self.width],
            comma: vec![self.comma; self.width],
            rows: 0,
        };
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).ok()? {
            if record.len() != self.width {
                return None;
            }
            out.rows += 1;
            for (i, cell) in record.iter().enumerate() {
                if !(out.point[i] || out.comma[i]) {
                    continue;
                }
                let cell = std::str::from_utf8(cell).ok()?.trim();
                if cell.is_empty() {
                    if out.point[i] {
                        out.values[i].push(f64::NAN);
                    }
                    continue;
                }
                let code = is_code(cell);
                out.comma[i] = out.comma[i] && !code && number(cell, b',').is_some();
                match number(cell, b'.').filter(|_| out.point[i] && !code) {
                    Some(value) => out.values[i].push(value),
                    None => (out.point[i], out.values[i]) = (false, Vec::new()),
                }
            }
        }
        Some(out)
    }
}

/// Columns of a sheet of an Excel workbook: the first, or the one named.
///
/// # Errors
/// Not a workbook, no such sheet, two columns of one name.
pub fn read_columns_xlsx(name: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Columns, ReadError> {
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
    let table = Table {
        name: &sheet.name,
        headings: sheet.headings.clone(),
        rows: sheet.rows().map(|row| sheet.headings.iter().map(|h| row.text(h).to_owned()).collect()).collect(),
    };
    check_headings(table.name, &table.headings)?;
    let numeric: Vec<bool> = (0..table.headings.len())
        .map(|i| table.rows.iter().all(|r| r[i].is_empty() || (number(&r[i], b'.').is_some() && !is_code(&r[i]))))
        .collect();
    let mut fill = Fill::new(&table.headings, &numeric, table.rows.len(), b'.');
    for row in &table.rows {
        for (i, cell) in row.iter().enumerate() {
            fill.put(i, cell);
        }
    }
    Ok(fill.done(table.name, table.rows.len()))
}

fn check_headings(name: &str, headings: &[String]) -> Result<(), ReadError> {
    for (i, heading) in headings.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
        if headings[..i].contains(heading) {
            return Err(ReadError::SameHeading { sheet: name.to_owned(), column: heading.clone() });
        }
    }
    Ok(())
}

struct Fill {
    columns: Vec<(String, Values)>,
    seen: Vec<HashMap<String, u32>>,
    decimal: u8,
}

impl Fill {
    fn new(headings: &[String], numeric: &[bool], rows: usize, decimal: u8) -> Self {
        let column = |(name, numeric): (&String, &bool)| {
            let values = if *numeric {
                Values::Number(Vec::new())
            } else {
                Values::Text { codes: Vec::with_capacity(rows), levels: Vec::new() }
            };
            (name.clone(), values)
        };
        let columns: Vec<_> = headings.iter().zip(numeric).map(column).collect();
        Self { seen: vec![HashMap::new(); columns.len()], columns, decimal }
    }

    fn put(&mut self, column: usize, cell: &str) {
        match &mut self.columns[column].1 {
            Values::Number(all) => all.push(number(cell, self.decimal).unwrap_or(f64::NAN)),
            Values::Text { codes, .. } if cell.is_empty() => codes.push(u32::MAX),
            Values::Text { codes, levels } => {
                let code = match self.seen[column].get(cell) {
                    Some(code) => *code,
                    None => {
                        let code = levels.len() as u32;
                        levels.push(cell.to_owned());
                        self.seen[column].insert(cell.to_owned(), code);
                        code
                    }
                };
                codes.push(code);
            }
        }
    }

    fn done(self, name: &str, rows: usize) -> Columns {
        Columns { name: name.to_owned(), columns: self.columns, rows, first_row: 2 }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "numbers are read as they are")]
mod tests {
    use super::*;

    fn read(text: &str) -> Columns {
        read_columns_csv("t.csv", text.as_bytes(), Written::default()).expect("a table")
    }

    #[test]
    fn numbers_are_numbers_and_codes_are_codes() {
        let t = read("kommune,andel,navn\n0101,1.5,A\n0147,,B\n");
        assert_eq!(t.rows, 2);
        assert!(matches!(&t.columns[0].1, Values::Text { levels, .. } if levels == &["0101", "0147"]));
        assert!(matches!(&t.columns[1].1, Values::Number(v) if v[0] == 1.5 && v[1].is_nan()));
    }

    #[test]
    fn danish_files_have_semicolons_and_decimal_commas() {
        let t = read("\u{feff}a;b\n1,5;x\n-2,25;\n");
        assert!(matches!(&t.columns[0].1, Values::Number(v) if v == &[1.5, -2.25]));
        assert!(matches!(&t.columns[1].1, Values::Text { codes, .. } if codes == &[0, u32::MAX]));
        let t = read("a;b\n1.5;2\n");
        assert!(matches!(&t.columns[0].1, Values::Number(v) if v == &[1.5]), "a point behind semicolons");
    }

    #[test]
    fn what_is_no_table_is_said() {
        let fault =
            |text: &str| read_columns_csv("t.csv", text.as_bytes(), Written::default()).unwrap_err().to_string();
        assert!(fault("").contains("empty"));
        assert!(fault("a,a\n1,2\n").contains("two columns"));
        assert!(fault("a,b\n1\n").contains("line 2"));
        assert_eq!(read("a,b\n").rows, 0);
    }

    #[test]
    fn a_byte_order_mark_within_a_file_is_a_text() {
        let t = read("a\n\u{feff}\n");
        assert_eq!(t.rows, 1);
        assert!(matches!(&t.columns[0].1, Values::Text { levels, .. } if levels == &["\u{feff}"]));
    }
}
