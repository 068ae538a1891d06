//! Reading.

use crate::cell::{CellError, Expected, parse_date, parse_number};
use calamine::{Data, Reader, Xlsx};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

/// A file that cannot be read as a table at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No rows, not even a heading.
    #[error("{0} is empty; the first row should hold the headings")]
    Empty(String),
    /// Bytes that are no text in UTF-8.
    #[error("{file}, line {line}: not UTF-8 text; save the file as \"CSV UTF-8\"")]
    NotUtf8 {
        /// File.
        file: String,
        /// Line, counted from 1.
        line: usize,
    },
    /// A row with more or fewer cells than there are headings.
    #[error(
        "{file}, line {line}: {found} cells where the heading has {expected}; is a quotation mark or a separator missing?"
    )]
    Ragged {
        /// File.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// Cells in it.
        found: u64,
        /// Headings.
        expected: u64,
    },
    /// Two columns of one name.
    #[error("{sheet}: two columns are called \"{column}\"")]
    SameHeading {
        /// Sheet.
        sheet: String,
        /// Heading.
        column: String,
    },
    /// Not an Excel workbook.
    #[error("{file} is not an Excel workbook (.xlsx): {what}")]
    NotExcel {
        /// File.
        file: String,
        /// What the reader said.
        what: String,
    },
    /// A workbook without the sheet that was asked for.
    #[error("{file} has no sheet \"{sheet}\"; it has {has}")]
    NoSheet {
        /// File.
        file: String,
        /// Sheet that is not there.
        sheet: String,
        /// Sheets that are.
        has: String,
    },
    /// Not a Parquet file, or one with columns that no table has.
    #[error("{file} is not a Parquet file that can be read: {what}")]
    NotParquet {
        /// File.
        file: String,
        /// What the reader said.
        what: String,
    },
    /// A column that must be there is not.
    #[error("{sheet} has no column \"{column}\"; it has {has}")]
    NoColumn {
        /// Sheet.
        sheet: String,
        /// Missing heading.
        column: String,
        /// Headings there are.
        has: String,
    },
}

/// A table: headings and rows of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Name of the sheet, or of the file.
    pub name: String,
    /// Headings, trimmed.
    pub headings: Vec<String>,
    columns: HashMap<String, usize>,
    rows: Vec<(usize, Vec<String>)>,
}

/// A row of a [`Sheet`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    /// Row as a spreadsheet numbers it.
    pub number: usize,
    cells: &'a [String],
}

impl Sheet {
    fn new(name: &str, headings: Vec<String>, rows: Vec<(usize, Vec<String>)>) -> Result<Self, ReadError> {
        let mut columns = HashMap::new();
        for (i, heading) in headings.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
            if columns.insert(heading.clone(), i).is_some() {
                return Err(ReadError::SameHeading { sheet: name.to_owned(), column: heading.clone() });
            }
        }
        Ok(Self { name: name.to_owned(), headings, columns, rows })
    }

    /// The rows that hold something.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(number, cells)| Row { sheet: self, number: *number, cells })
    }

    /// Number of rows that hold something.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing under the headings.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether there is a column of that name.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// That the columns are there.
    ///
    /// # Errors
    /// [`ReadError::NoColumn`] for the first that is not.
    pub fn require(&self, columns: &[&str]) -> Result<(), ReadError> {
        match columns.iter().find(|c| !self.has(c)) {
            None => Ok(()),
            Some(column) => Err(ReadError::NoColumn {
                sheet: self.name.clone(),
                column: (*column).to_owned(),
                has: self.headings.join(", "),
            }),
        }
    }
}

impl<'a> Row<'a> {
    /// The cell as text; empty where the cell or the column is missing.
    pub fn text(&self, column: &str) -> &'a str {
        self.sheet.columns.get(column).and_then(|i| self.cells.get(*i)).map_or("", |c| c.trim())
    }

    /// The cell as text, or nothing.
    pub fn some(&self, column: &str) -> Option<&'a str> {
        Some(self.text(column)).filter(|t| !t.is_empty())
    }

    /// An error about a cell of this row.
    pub fn wrong(&self, column: &str, expected: Expected) -> CellError {
        CellError {
            sheet: self.sheet.name.clone(),
            row: self.number,
            column: column.to_owned(),
            found: self.text(column).chars().take(60).collect(),
            expected,
        }
    }

    /// The same without repeating what stands in the cell.
    pub fn wrong_unsaid(&self, column: &str, expected: Expected) -> CellError {
        CellError { found: String::new(), ..self.wrong(column, expected) }
    }

    /// Text that must be there.
    ///
    /// # Errors
    /// [`CellError`].
    pub fn needed(&self, column: &str) -> Result<&'a str, CellError> {
        self.some(column).ok_or_else(|| self.wrong(column, Expected::Something))
    }

    /// A day, or nothing.
    ///
    /// # Errors
    /// [`CellError`].
    pub fn date(&self, column: &str) -> Result<Option<Date>, CellError> {
        self.some(column).map(|t| parse_date(t).ok_or_else(|| self.wrong(column, Expected::Date))).transpose()
    }

    /// A number, or nothing.
    ///
    /// # Errors
    /// [`CellError`].
    pub fn number(&self, column: &str) -> Result<Option<f64>, CellError> {
        self.some(column).map(|t| parse_number(t).ok_or_else(|| self.wrong(column, Expected::Number))).transpose()
    }

    /// A whole number, or nothing.
    ///
    /// # Errors
    /// [`CellError`].
    pub fn integer(&self, column: &str) -> Result<Option<i64>, CellError> {
        match self.number(column) {
            Ok(Some(n)) if n.fract() == 0.0 && n.abs() < 9e15 => Ok(Some(n as i64)),
            Ok(None) => Ok(None),
            _ => Err(self.wrong(column, Expected::Integer)),
        }
    }
}

/// The separator that splits the first line into the most cells.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or("");
    let count = |c: char| first.matches(c).count();
    [(',', b','), (';', b';'), ('\t', b'\t')].into_iter().max_by_key(|(c, _)| count(*c)).map_or(b',', |(_, b)| b)
}

/// The text of a file, without a byte-order mark.
pub(crate) fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| ReadError::NotUtf8 {
        file: name.to_owned(),
        line: bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1,
    })
}

/// Read CSV: comma, semicolon or tab, with or without byte-order mark, UTF-8.
///
/// # Errors
/// See [`ReadError`].
pub fn read_csv(name: &str, bytes: &[u8]) -> Result<Sheet, ReadError> {
    let text = utf8(name, bytes)?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator(text)).has_headers(false).from_reader(text.as_bytes());
    let mut headings = None;
    let mut rows = Vec::new();
    let mut within = 0;
    for record in reader.records() {
        let record = record.map_err(|e| match e.kind() {
            csv::ErrorKind::UnequalLengths { pos, expected_len, len } => ReadError::Ragged {
                file: name.to_owned(),
                line: pos.as_ref().map_or(0, csv::Position::line),
                found: *len,
                expected: *expected_len,
            },
            _ => ReadError::NotUtf8 { file: name.to_owned(), line: 0 },
        })?;
        let line = record.position().map_or(0, csv::Position::line) as usize - within;
        // A cell of several lines is one row of a spreadsheet.
        within += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        let cells: Vec<String> = record.iter().map(|cell| crate::write::plain(cell).to_owned()).collect();
        if headings.is_none() {
            headings = Some(cells.iter().map(|c| c.trim().to_owned()).collect());
        } else if cells.iter().any(|c| !c.trim().is_empty()) {
            rows.push((line, cells));
        }
    }
    Sheet::new(name, headings.ok_or_else(|| ReadError::Empty(name.to_owned()))?, rows)
}

/// What Excel itself can hold.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: u32 = 16_384;

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::DateTime(stamp) => {
            let (year, month, day, ..) = stamp.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTimeIso(text) => text.split('T').next().unwrap_or(text).to_owned(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 9e15 => format!("{n:.0}"),
        Data::Error(_) | Data::Empty => String::new(),
        other => other.to_string(),
    }
}

/// Read every sheet of an Excel workbook that holds anything.
///
/// # Errors
/// See [`ReadError`].
pub fn read_xlsx(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    let not_excel = |what: String| ReadError::NotExcel { file: name.to_owned(), what };
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec()))
        .map_err(|e: calamine::XlsxError| not_excel(e.to_string()))?;
    let mut sheets = Vec::new();
    for sheet in book.sheet_names() {
        // Cell by cell: a stray cell in the far corner must not ask for a table of the whole sheet.
        let mut cells = match book.worksheet_cells_reader(&sheet) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(e) => return Err(not_excel(e.to_string())),
        };
        let mut lines: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
        while let Some(cell) = cells.next_cell().map_err(|e| not_excel(e.to_string()))? {
            let (row, column) = cell.get_position();
            if row >= LAST_ROW || column >= LAST_COLUMN {
                return Err(not_excel(format!(
                    "a cell lies in row {}, column {}",
                    u64::from(row) + 1,
                    u64::from(column) + 1
                )));
            }
            let text = cell_text(&Data::from(cell.get_value().clone()));
            if !text.trim().is_empty() {
                lines.entry(row).or_default().insert(column, text);
            }
        }
        let Some((_, first)) = lines.pop_first() else { continue };
        let width = first.keys().last().map_or(0, |c| *c as usize + 1);
        let spread = |row: &BTreeMap<u32, String>| -> Vec<String> {
            (0..width as u32).map(|c| row.get(&c).cloned().unwrap_or_default()).collect()
        };
        let headings = spread(&first).iter().map(|h| h.trim().to_owned()).collect();
        let mut rows = Vec::with_capacity(lines.len());
        for (number, row) in &lines {
            if row.keys().last().is_some_and(|c| *c as usize >= width) {
                return Err(ReadError::Ragged {
                    file: sheet.clone(),
                    line: u64::from(*number) + 1,
                    found: row.keys().last().map_or(0, |c| u64::from(*c) + 1),
                    expected: width as u64,
                });
            }
            rows.push((*number as usize + 1, spread(row)));
        }
        sheets.push(Sheet::new(&sheet, headings, rows)?);
    }
    if sheets.is_empty() {
        return Err(ReadError::Empty(name.to_owned()));
    }
    Ok(sheets)
}

/// Read a workbook or a CSV file, found by looking at the first bytes.
///
/// # Errors
/// See [`ReadError`].
pub fn read_any(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    if bytes.starts_with(b"PK\x03\x04") { read_xlsx(name, bytes) } else { Ok(vec![read_csv(name, bytes)?]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_danish_csv_with_byte_order_mark_is_read() {
        let sheet = read_csv("tal.csv", "\u{feff}navn;timer;fra\nAnna;12,5;24-11-2026\n;;\n".as_bytes()).unwrap();
        assert_eq!(sheet.len(), 1, "an empty line is no row");
        let row = sheet.rows().next().unwrap();
        assert_eq!(row.number, 2);
        assert_eq!(row.number("timer").unwrap(), Some(12.5));
        assert_eq!(row.date("fra").unwrap().unwrap().to_string(), "2026-11-24");
    }

    #[test]
    fn an_error_names_sheet_row_column_and_what_would_be_right() {
        let sheet = read_csv("tal.csv", b"navn,timer\nAnna,tolv\n").unwrap();
        let err = sheet.rows().next().unwrap().number("timer").unwrap_err();
        assert_eq!(err.say(true), "ark tal.csv, række 2, kolonne timer: der står »tolv«; der skal stå et tal som 12,5");
    }

    #[test]
    fn ragged_rows_and_bytes_that_are_no_text_are_named_by_line() {
        let ragged = read_csv("a.csv", b"a,b\n1,2\n3\n").unwrap_err();
        assert!(ragged.to_string().starts_with("a.csv, line 3: 1 cells where the heading has 2"), "{ragged}");
        let latin1 = read_csv("a.csv", b"a,b\n1,\xe6\n").unwrap_err();
        assert!(latin1.to_string().starts_with("a.csv, line 2: not UTF-8"), "{latin1}");
        assert!(matches!(read_csv("a.csv", b""), Err(ReadError::Empty(_))));
        assert!(matches!(read_csv("a.csv", b"a,a\n"), Err(ReadError::SameHeading { .. })));
        assert!(matches!(read_any("a.xlsx", b"PK\x03\x04nonsense"), Err(ReadError::NotExcel { .. })));
    }
}
