//! Columns of a Parquet file, column by column on every core. Only flat columns are read.

use crate::columns::{Columns, Values, joined, places};
use crate::read::ReadError;
use bytes::Bytes;
use jiff::Span;
use jiff::civil::{Date, date};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rayon::prelude::*;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    /// The same bits, without a sign.
    Unsigned,
    Float,
    Text,
    /// Days since 1970, after division by so many units a day.
    Day(i64),
    /// The same of moments in universal time, whose Danish day is another around midnight.
    Moment(i64),
}

const DAY_MS: i64 = 86_400_000;

/// 1900 to 2100, about.
const FIRST_DAY: i64 = -25_600;
const LAST_DAY: i64 = 47_500;

fn kind(column: &ColumnDescriptor) -> Option<Kind> {
    if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
        return None;
    }
    let per_day = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => DAY_MS,
        TimeUnit::MICROS => DAY_MS * 1_000,
        TimeUnit::NANOS => DAY_MS * 1_000_000,
    };
    let unsigned = matches!(
        column.converted_type(),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
    );
    let text = matches!(column.converted_type(), ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON);
    Some(match (column.physical_type(), column.logical_type_ref(), column.converted_type()) {
        (_, Some(LogicalType::Decimal { .. }), _) | (_, _, ConvertedType::DECIMAL) => return None,
        (_, Some(LogicalType::Time { .. }), _) => return None,
        (_, _, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => return None,
        (Type::INT32, Some(LogicalType::Date), _) | (Type::INT32, _, ConvertedType::DATE) => Kind::Day(1),
        (Type::INT64, Some(LogicalType::Timestamp(t)), _) if t.is_adjusted_to_u_t_c => Kind::Moment(per_day(&t.unit)),
        (Type::INT64, Some(LogicalType::Timestamp(t)), _) => Kind::Day(per_day(&t.unit)),
        (Type::INT64, _, ConvertedType::TIMESTAMP_MILLIS) => Kind::Day(DAY_MS),
        (Type::INT64, _, ConvertedType::TIMESTAMP_MICROS) => Kind::Day(DAY_MS * 1_000),
        (Type::INT96, ..) => Kind::Day(DAY_MS),
        (Type::INT32 | Type::INT64, ..) if unsigned => Kind::Unsigned,
        (Type::BOOLEAN | Type::INT32 | Type::INT64, ..) => Kind::Signed,
        (Type::FLOAT | Type::DOUBLE, ..) => Kind::Float,
        (Type::BYTE_ARRAY, logical, _) if text || matches!(logical, Some(LogicalType::String)) => Kind::Text,
        _ => return None,
    })
}

/// Days since 1970 as a day.
fn day(days: i64) -> String {
    let epoch: Date = date(1970, 1, 1);
    let since = Span::new().try_days(days).ok();
    let day = since.and_then(|s| epoch.checked_add(s).ok());
    day.map_or_else(|| days.to_string(), |d| d.to_string())
}

/// Every value of a column in a row group; a missing one is `None`.
fn each<T: DataType>(
    reader: ColumnReader,
    rows: usize,
    optional: i16,
    mut take: impl FnMut(Option<&T::T>),
) -> Result<(), ParquetError> {
    let mut reader = get_typed_column_reader::<T>(reader);
    let (mut read, mut levels, mut values) = (0, Vec::new(), Vec::new());
    while read < rows {
        levels.clear();
        values.clear();
        let (records, _, _) =
            reader.read_records((rows - read).min(64 * 1024), Some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Err(ParquetError::General(format!("{read} of {rows} rows")));
        }
        read += records;
        if optional == 0 {
            for value in &values {
                take(Some(value));
            }
        } else {
            let mut next = values.iter();
            for level in &levels {
                take(if *level == optional { next.next() } else { None });
            }
        }
    }
    Ok(())
}

/// Values met, in the order met.
struct Levels<K> {
    places: HashMap<K, u32>,
    met: Vec<K>,
    codes: Vec<u32>,
}

impl<K: Hash + Eq + Clone> Levels<K> {
    fn new(rows: usize) -> Self {
        Self { places: HashMap::new(), met: Vec::new(), codes: Vec::with_capacity(rows) }
    }

    fn place<Q>(&mut self, value: &Q) -> u32
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(place) = self.places.get(value) {
            return *place;
        }
        let place = self.met.len() as u32;
        self.met.push(value.to_owned());
        self.places.insert(value.to_owned(), place);
        place
    }

    fn into_values(self, say: impl Fn(&K) -> String) -> Values {
        Values::Text { codes: self.codes, levels: self.met.iter().map(say).collect() }
    }
}

/// Texts of a dictionary lie in the same place each time: where one lies leads to the level it was last, which a look confirms.
struct Texts {
    levels: Levels<Vec<u8>>,
    lately: Vec<u32>,
}

impl Texts {
    const BITS: u32 = 10;

    fn push(&mut self, value: Option<&ByteArray>) {
        let Some(value) = value.map(ByteArray::data).filter(|v| !v.is_empty()) else {
            return self.levels.codes.push(u32::MAX);
        };
        let slot = ((value.as_ptr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - Self::BITS)) as usize;
        let known = self.lately[slot];
        let place = match self.levels.met.get(known as usize) {
            Some(text) if text == value => known,
            _ => self.levels.place(value),
        };
        self.lately[slot] = place;
        self.levels.codes.push(place);
    }
}

fn numbers<T: DataType>(
    reader: ColumnReader,
    rows: usize,
    optional: i16,
    as_number: impl Fn(&T::T) -> f64,
) -> Result<Values, ParquetError> {
    let mut out = Vec::with_capacity(rows);
    each::<T>(reader, rows, optional, |v| out.push(v.map_or(f64::NAN, &as_number)))?;
    Ok(Values::Number(out))
}

fn days<T: DataType>(
    reader: ColumnReader,
    rows: usize,
    optional: i16,
    mut as_days: impl FnMut(&T::T) -> i64,
) -> Result<Values, ParquetError> {
    let mut out: Levels<i64> = Levels::new(rows);
    // Days within a man's memory and plans have a place of their own.
    let mut places = vec![u32::MAX; (LAST_DAY - FIRST_DAY) as usize];
    each::<T>(reader, rows, optional, |v| {
        let place = match v.map(&mut as_days) {
            None => u32::MAX,
            Some(day) if (FIRST_DAY..LAST_DAY).contains(&day) => {
                let place = &mut places[(day - FIRST_DAY) as usize];
                if *place == u32::MAX {
                    *place = out.place(&day);
                }
                *place
            }
            Some(day) => out.place(&day),
        };
        out.codes.push(place);
    })?;
    Ok(out.into_values(|days| day(*days)))
}

/// A column of a row group.
fn part(reader: ColumnReader, kind: Kind, rows: usize, optional: i16) -> Result<Values, ParquetError> {
    use parquet::data_type::{BoolType, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type, Int96Type};
    match (&reader, kind) {
        (ColumnReader::BoolColumnReader(_), _) => {
            numbers::<BoolType>(reader, rows, optional, |v| f64::from(u8::from(*v)))
        }
        (ColumnReader::Int32ColumnReader(_), Kind::Day(_)) => {
            days::<Int32Type>(reader, rows, optional, |v| i64::from(*v))
        }
        (ColumnReader::Int32ColumnReader(_), Kind::Unsigned) => {
            numbers::<Int32Type>(reader, rows, optional, |v| f64::from(v.cast_unsigned()))
        }
        (ColumnReader::Int32ColumnReader(_), _) => numbers::<Int32Type>(reader, rows, optional, |v| f64::from(*v)),
        (ColumnReader::Int64ColumnReader(_), Kind::Day(unit)) => {
            days::<Int64Type>(reader, rows, optional, |v| v.div_euclid(unit))
        }
        (ColumnReader::Int64ColumnReader(_), Kind::Moment(unit)) => {
            let mut whole = true;
            let found = days::<Int64Type>(reader, rows, optional, |v| {
                whole &= v.rem_euclid(unit) == 0;
                v.div_euclid(unit)
            })?;
            let what = "moments in universal time, whose day depends on the place; write days";
            if whole { Ok(found) } else { Err(ParquetError::General(what.to_owned())) }
        }
        (ColumnReader::Int64ColumnReader(_), Kind::Unsigned) => {
            numbers::<Int64Type>(reader, rows, optional, |v| v.cast_unsigned() as f64)
        }
        (ColumnReader::Int64ColumnReader(_), _) => numbers::<Int64Type>(reader, rows, optional, |v| *v as f64),
        (ColumnReader::Int96ColumnReader(_), _) => {
            days::<Int96Type>(reader, rows, optional, |v: &Int96| v.to_millis().div_euclid(DAY_MS))
        }
        (ColumnReader::FloatColumnReader(_), _) => numbers::<FloatType>(reader, rows, optional, |v| f64::from(*v)),
        (ColumnReader::DoubleColumnReader(_), _) => numbers::<DoubleType>(reader, rows, optional, |v| *v),
        _ => {
            let mut out = Texts { levels: Levels::new(rows), lately: vec![u32::MAX; 1 << Texts::BITS] };
            each::<ByteArrayType>(reader, rows, optional, |v| out.push(v))?;
            if let Some(bad) = out.levels.met.iter().find(|t| std::str::from_utf8(t).is_err()) {
                return Err(ParquetError::General(format!("text that is not UTF-8: {}", String::from_utf8_lossy(bad))));
            }
            Ok(out.levels.into_values(|t| String::from_utf8_lossy(t).into_owned()))
        }
    }
}

/// Columns of a Parquet file: numbers, truths as 0 and 1, text, and days (moments as their day) as text. Where `wanted` says which
/// columns, no others, if all of them are there.
///
/// # Errors
/// Not Parquet, or a column that is no number, text or day.
pub fn read_columns_parquet(name: &str, bytes: Bytes, wanted: Option<&[&str]>) -> Result<Columns, ReadError> {
    let wrong = |what: String| ReadError::NotParquet { file: name.to_owned(), what };
    let reader = SerializedFileReader::new(bytes).map_err(|e| wrong(e.to_string()))?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let headings: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
    let mut kinds = Vec::with_capacity(schema.num_columns());
    for place in places(&headings, wanted) {
        let (column, heading) = (schema.column(place), &headings[place]);
        let found = kind(&column)
            .ok_or_else(|| wrong(format!("column \"{heading}\" holds no numbers, text or days; leave it out")))?;
        kinds.push((place, heading.clone(), found, column.max_def_level()));
    }
    let groups = metadata.num_row_groups();
    let rows = metadata.row_groups().iter().map(|g| g.num_rows() as usize).sum();
    let one = |at: usize| {
        let (column, group) = (at / groups.max(1), at % groups.max(1));
        let (place, heading, kind, optional) = &kinds[column];
        let read = || {
            let group = reader.get_row_group(group)?;
            part(group.get_column_reader(*place)?, *kind, group.metadata().num_rows() as usize, *optional)
        };
        read().map_err(|e| wrong(format!("column \"{heading}\": {e}")))
    };
    let parts: Vec<Values> = (0..kinds.len() * groups).into_par_iter().map(one).collect::<Result<_, _>>()?;
    let mut parts = parts.into_iter();
    let of_columns: Vec<(String, Vec<Values>)> =
        kinds.into_iter().map(|(_, heading, ..)| (heading, parts.by_ref().take(groups).collect())).collect();
    let columns = of_columns.into_par_iter().map(|(heading, parts)| (heading, joined(parts, rows))).collect();
    Ok(Columns { name: name.to_owned(), columns, rows, first_row: 1 })
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_no_calendar_has_is_its_number() {
        assert_eq!((day(0), day(20_418)), ("1970-01-01".to_owned(), "2025-11-26".to_owned()));
        // What DuckDB writes for infinity.
        assert_eq!(day(i64::from(i32::MAX)), "2147483647");
        assert_eq!(day(i64::MAX), i64::MAX.to_string());
    }
}
