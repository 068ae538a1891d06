//! Writing.

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A cell to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Missing: an empty cell, never a zero.
    Missing,
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Missing } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Missing } else { Self::Text(text) }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Date(day)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

/// A heading and how wide it is in a spreadsheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// Width in characters.
    pub width: u16,
}

impl Column {
    /// A column.
    pub fn new(heading: impl Into<String>, width: u16) -> Self {
        Self { heading: heading.into(), width }
    }
}

/// Text that a spreadsheet would run as a formula is kept from it by a leading apostrophe.
fn harmless(text: &str) -> String {
    let risky =
        text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    if risky { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`harmless`] was given.
pub(crate) fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| harmless(rest) == text).unwrap_or(text)
}

/// A text as a cell of CSV: quoted where it must be, and no formula.
pub fn csv_cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The mark at the start of a file that Excel knows UTF-8 by.
pub const MARK: [u8; 3] = *b"\xef\xbb\xbf";

/// CSV with comma and decimal point, UTF-8 with byte-order mark so that Excel reads æ, ø and å.
pub fn write_csv(columns: &[Column], rows: &[Vec<Value>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(MARK.to_vec());
    let heading: Vec<String> = columns.iter().map(|c| harmless(&c.heading)).collect();
    let lines = std::iter::once(heading).chain(rows.iter().map(|row| {
        row.iter()
            .map(|value| match value {
                Value::Missing => String::new(),
                Value::Text(text) => harmless(text),
                Value::Number(n) => n.to_string(),
                Value::Date(day) => day.to_string(),
            })
            .collect()
    }));
    for line in lines {
        if writer.write_record(&line).is_err() {
            break; // writing to memory does not fail
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// A workbook of named sheets, heading bold and frozen.
///
/// # Errors
/// A sheet name that Excel refuses, or more rows than it holds.
pub fn write_xlsx(sheets: &[(&str, &[Column], &[Vec<Value>])]) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut book = Workbook::new();
    for (name, columns, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name)?.set_freeze_panes(1, 0)?;
        for (c, column) in columns.iter().enumerate() {
            sheet.write_with_format(0, c as u16, &column.heading, &bold)?;
            sheet.set_column_width(c as u16, f64::from(column.width))?;
        }
        for (r, row) in rows.iter().enumerate() {
            for (c, value) in row.iter().enumerate() {
                let (r, c) = (r as u32 + 1, c as u16);
                match value {
                    Value::Missing => {}
                    Value::Text(text) => drop(sheet.write_string(r, c, text)?),
                    Value::Number(n) => drop(sheet.write_number(r, c, *n)?),
                    Value::Date(d) => {
                        let excel = rust_xlsxwriter::ExcelDateTime::from_ymd(
                            d.year().unsigned_abs(),
                            d.month().unsigned_abs(),
                            d.day().unsigned_abs(),
                        );
                        match excel {
                            Ok(stamp) => drop(sheet.write_datetime_with_format(r, c, &stamp, &day)?),
                            Err(_) => drop(sheet.write_string(r, c, d.to_string())?),
                        }
                    }
                }
            }
        }
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_xlsx;
    use jiff::civil::date;

    #[test]
    fn a_workbook_survives_being_written_and_read() {
        let columns = [Column::new("navn", 20), Column::new("timer", 8), Column::new("fra", 12)];
        let rows = vec![vec!["Søren Ærø".into(), 12.5.into(), date(2026, 11, 24).into()], vec![Value::Missing; 3]];
        let bytes = write_xlsx(&[("Borgere", &columns, &rows)]).unwrap();
        let sheets = read_xlsx("bog.xlsx", &bytes).unwrap();
        let row = sheets[0].rows().next().unwrap();
        assert_eq!((row.text("navn"), row.number("timer").unwrap()), ("Søren Ærø", Some(12.5)));
        assert_eq!(row.date("fra").unwrap(), Some(date(2026, 11, 24)));
        assert_eq!(sheets[0].len(), 1);
    }

    #[test]
    fn text_is_never_a_formula() {
        let csv = write_csv(&[Column::new("tekst", 9)], &[vec!["=1+1".into()], vec!["-3".into()]]);
        assert_eq!(String::from_utf8(csv).unwrap(), "\u{feff}tekst\n'=1+1\n-3\n");
    }
}
