//! Columns of a Parquet file. Only flat columns are read.

use crate::columns::{Columns, Values};
use crate::read::ReadError;
use bytes::Bytes;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::collections::HashMap;

/// A value before it is known whether its column is one of numbers.
enum Cell {
    Missing,
    Number(f64),
    Text(String),
}

/// Days since 1970 as a day.
fn day(days: i64) -> String {
    let epoch: Date = date(1970, 1, 1);
    epoch.checked_add(days.days()).map_or_else(|_| days.to_string(), |d| d.to_string())
}

fn cell(field: &Field) -> Option<Cell> {
    const DAY_MS: i64 = 86_400_000;
    Some(match field {
        Field::Null => Cell::Missing,
        Field::Bool(b) => Cell::Number(f64::from(u8::from(*b))),
        Field::Byte(v) => Cell::Number(f64::from(*v)),
        Field::Short(v) => Cell::Number(f64::from(*v)),
        Field::Int(v) => Cell::Number(f64::from(*v)),
        Field::Long(v) => Cell::Number(*v as f64),
        Field::UByte(v) => Cell::Number(f64::from(*v)),
        Field::UShort(v) => Cell::Number(f64::from(*v)),
        Field::UInt(v) => Cell::Number(f64::from(*v)),
        Field::ULong(v) => Cell::Number(*v as f64),
        Field::Float(v) => Cell::Number(f64::from(*v)),
        Field::Double(v) => Cell::Number(*v),
        Field::Str(text) if text.is_empty() => Cell::Missing,
        Field::Str(text) => Cell::Text(text.clone()),
        Field::Date(days) => Cell::Text(day(i64::from(*days))),
        Field::TimestampMillis(ms) => Cell::Text(day(ms.div_euclid(DAY_MS))),
        Field::TimestampMicros(us) => Cell::Text(day(us.div_euclid(DAY_MS * 1000))),
        _ => return None,
    })
}

/// Columns of a Parquet file.
///
/// # Errors
/// Not Parquet, or a column that is no number, text or day.
pub fn read_columns_parquet(name: &str, bytes: Vec<u8>) -> Result<Columns, ReadError> {
    let wrong = |what: String| ReadError::NotParquet { file: name.to_owned(), what };
    let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(|e| wrong(e.to_string()))?;
    let mut columns: Vec<(String, Values, HashMap<String, u32>)> = Vec::new();
    let mut rows = 0;
    for row in reader.get_row_iter(None).map_err(|e| wrong(e.to_string()))? {
        let row = row.map_err(|e| wrong(e.to_string()))?;
        for (i, (heading, field)) in row.get_column_iter().enumerate() {
            let value = cell(field)
                .ok_or_else(|| wrong(format!("column \"{heading}\" holds no numbers, text or days; leave it out")))?;
            if columns.len() == i {
                columns.push((heading.clone(), Values::Number(vec![f64::NAN; rows]), HashMap::new()));
            }
            let (_, values, seen) = &mut columns[i];
            put(values, seen, value);
        }
        rows += 1;
    }
    if rows == 0 {
        let schema = reader.metadata().file_metadata().schema_descr();
        columns = schema
            .columns()
            .iter()
            .map(|c| (c.name().to_owned(), Values::Number(Vec::new()), HashMap::new()))
            .collect();
    }
    let columns = columns.into_iter().map(|(name, values, _)| (name, values)).collect();
    Ok(Columns { name: name.to_owned(), columns, rows, first_row: 1 })
}

fn put(values: &mut Values, seen: &mut HashMap<String, u32>, value: Cell) {
    if let (Values::Number(all), Cell::Text(_)) = (&*values, &value) {
        // Text after nothing but missing values, or after numbers, which then are text as well.
        let (mut codes, mut levels) = (Vec::with_capacity(all.len()), Vec::new());
        for number in all {
            codes.push(if number.is_nan() { u32::MAX } else { code(number.to_string(), seen, &mut levels) });
        }
        *values = Values::Text { codes, levels };
    }
    match (values, value) {
        (Values::Number(all), Cell::Number(v)) => all.push(v),
        (Values::Number(all), _) => all.push(f64::NAN),
        (Values::Text { codes, .. }, Cell::Missing) => codes.push(u32::MAX),
        (Values::Text { codes, levels }, Cell::Text(text)) => codes.push(code(text, seen, levels)),
        (Values::Text { codes, levels }, Cell::Number(v)) => codes.push(code(v.to_string(), seen, levels)),
    }
}

fn code(text: String, seen: &mut HashMap<String, u32>, levels: &mut Vec<String>) -> u32 {
    if let Some(code) = seen.get(&text) {
        return *code;
    }
    let code = levels.len() as u32;
    levels.push(text.clone());
    seen.insert(text, code);
    code
}
