//! Columns of a Parquet file, column by column on every core. Only flat columns are read.

use crate::columns::{Columns, Values, places};
use crate::read::ReadError;
use bytes::Bytes;
use jiff::Span;
use jiff::civil::{Date, date};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescriptor;
use rayon::prelude::*;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::fs::File;
use std::hash::Hash;
use std::io::{BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

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
}

impl<K: Hash + Eq + Clone> Levels<K> {
    fn new() -> Self {
        Self { places: HashMap::new(), met: Vec::new() }
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
}

/// Texts of a dictionary lie in the same place each time: where one lies leads to the level it was last, which a look confirms.
struct Texts {
    levels: Levels<Vec<u8>>,
    lately: Vec<u32>,
}

impl Texts {
    const BITS: u32 = 10;

    fn place(&mut self, value: Option<&ByteArray>) -> u32 {
        let Some(value) = value.map(ByteArray::data).filter(|v| !v.is_empty()) else { return u32::MAX };
        let slot = ((value.as_ptr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - Self::BITS)) as usize;
        let known = self.lately[slot];
        let place = match self.levels.met.get(known as usize) {
            Some(text) if text == value => known,
            _ => self.levels.place(value),
        };
        self.lately[slot] = place;
        place
    }
}

/// Room for the values of a column in a row group.
enum Room<'a> {
    Number(&'a mut [f64]),
    Text(&'a mut [u32]),
}

/// What is read and where it goes.
struct Part<'a> {
    reader: ColumnReader,
    /// Definition level of a value that is there.
    optional: i16,
    room: Room<'a>,
}

impl Part<'_> {
    fn numbers<T: DataType>(self, as_number: impl Fn(&T::T) -> f64) -> Result<Vec<String>, ParquetError> {
        let Room::Number(room) = self.room else { return Ok(Vec::new()) };
        let rows = room.len();
        let mut room = room.iter_mut();
        each::<T>(self.reader, rows, self.optional, |v| {
            if let Some(cell) = room.next() {
                *cell = v.map_or(f64::NAN, &as_number);
            }
        })?;
        Ok(Vec::new())
    }

    /// Places among the values met, which are given back.
    fn places<T: DataType>(self, mut place: impl FnMut(Option<&T::T>) -> u32) -> Result<(), ParquetError> {
        let Room::Text(room) = self.room else { return Ok(()) };
        let rows = room.len();
        let mut room = room.iter_mut();
        each::<T>(self.reader, rows, self.optional, |v| {
            if let Some(cell) = room.next() {
                *cell = place(v);
            }
        })
    }

    fn days<T: DataType>(self, mut as_days: impl FnMut(&T::T) -> i64) -> Result<Vec<String>, ParquetError> {
        let mut levels: Levels<i64> = Levels::new();
        // Days within a man's memory and plans have a place of their own.
        let mut places = vec![u32::MAX; (LAST_DAY - FIRST_DAY) as usize];
        self.places::<T>(|v| match v.map(&mut as_days) {
            None => u32::MAX,
            Some(day) if (FIRST_DAY..LAST_DAY).contains(&day) => {
                let place = &mut places[(day - FIRST_DAY) as usize];
                if *place == u32::MAX {
                    *place = levels.place(&day);
                }
                *place
            }
            Some(day) => levels.place(&day),
        })?;
        Ok(levels.met.into_iter().map(day).collect())
    }

    /// Read it: the texts met, none where it is of numbers.
    fn read(self, kind: Kind) -> Result<Vec<String>, ParquetError> {
        use parquet::data_type::{BoolType, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type, Int96Type};
        match (&self.reader, kind) {
            (ColumnReader::BoolColumnReader(_), _) => self.numbers::<BoolType>(|v| f64::from(u8::from(*v))),
            (ColumnReader::Int32ColumnReader(_), Kind::Day(_)) => self.days::<Int32Type>(|v| i64::from(*v)),
            (ColumnReader::Int32ColumnReader(_), Kind::Unsigned) => {
                self.numbers::<Int32Type>(|v| f64::from(v.cast_unsigned()))
            }
            (ColumnReader::Int32ColumnReader(_), _) => self.numbers::<Int32Type>(|v| f64::from(*v)),
            (ColumnReader::Int64ColumnReader(_), Kind::Day(unit)) => self.days::<Int64Type>(|v| v.div_euclid(unit)),
            (ColumnReader::Int64ColumnReader(_), Kind::Moment(unit)) => {
                let mut whole = true;
                let found = self.days::<Int64Type>(|v| {
                    whole &= v.rem_euclid(unit) == 0;
                    v.div_euclid(unit)
                })?;
                let what = "moments in universal time, whose day depends on the place; write days";
                if whole { Ok(found) } else { Err(ParquetError::General(what.to_owned())) }
            }
            (ColumnReader::Int64ColumnReader(_), Kind::Unsigned) => {
                self.numbers::<Int64Type>(|v| v.cast_unsigned() as f64)
            }
            (ColumnReader::Int64ColumnReader(_), _) => self.numbers::<Int64Type>(|v| *v as f64),
            (ColumnReader::Int96ColumnReader(_), _) => {
                self.days::<Int96Type>(|v: &Int96| v.to_millis().div_euclid(DAY_MS))
            }
            (ColumnReader::FloatColumnReader(_), _) => self.numbers::<FloatType>(|v| f64::from(*v)),
            (ColumnReader::DoubleColumnReader(_), _) => self.numbers::<DoubleType>(|v| *v),
            _ => {
                let mut texts = Texts { levels: Levels::new(), lately: vec![u32::MAX; 1 << Texts::BITS] };
                self.places::<ByteArrayType>(|v| texts.place(v))?;
                let one = |text: Vec<u8>| {
                    String::from_utf8(text).map_err(|e| {
                        let bad = String::from_utf8_lossy(e.as_bytes()).into_owned();
                        ParquetError::General(format!("text that is not UTF-8: {bad}"))
                    })
                };
                texts.levels.met.into_iter().map(one).collect()
            }
        }
    }
}

/// Texts of all row groups, each once, with the places that the codes of each group had made into places among them.
fn one_dictionary(codes: &mut [u32], rows: &[usize], of_groups: Vec<Vec<String>>) -> Vec<String> {
    let (mut seen, mut levels): (HashMap<String, u32>, Vec<String>) = (HashMap::new(), Vec::new());
    let mut place = |text: String| {
        *seen.entry(text).or_insert_with_key(|text| {
            levels.push(text.clone());
            levels.len() as u32 - 1
        })
    };
    let places: Vec<Vec<u32>> = of_groups.into_iter().map(|met| met.into_iter().map(&mut place).collect()).collect();
    let mut rest = codes;
    let parts: Vec<&mut [u32]> = rows.iter().filter_map(|rows| rest.split_off_mut(..*rows)).collect();
    parts.into_par_iter().zip(places).filter(|(_, places)| places.iter().zip(0..).any(|(p, i)| *p != i)).for_each(
        |(part, places)| {
            for code in part {
                *code = places.get(*code as usize).copied().unwrap_or(u32::MAX);
            }
        },
    );
    levels
}

/// Columns of a Parquet file: numbers, truths as 0 and 1, text, and days (moments as their day) as text. Where `wanted` says which
/// columns, no others, if all of them are there.
///
/// # Errors
/// Not Parquet, or a column that is no number, text or day.
pub fn read_columns_parquet(name: &str, bytes: Bytes, wanted: Option<&[&str]>) -> Result<Columns, ReadError> {
    let file = Parquet::open(name, bytes, wanted)?;
    file.read(0..file.groups())
}

/// A Parquet file that has been opened, whose rows are read as [`read_columns_parquet`] reads them, a stretch at a time.
pub struct Parquet {
    name: String,
    reader: Box<dyn FileReader>,
    /// Of each column that is read: its place, heading, what it holds, and the definition level of a value that is there.
    columns: Vec<(usize, String, Kind, i16)>,
    /// Rows of each row group.
    rows: Vec<usize>,
}

/// An open file, which several cores read at once: each says where, and none moves a place that the others read from.
struct Shared {
    file: Arc<File>,
    length: u64,
}

/// Where one of them is.
struct Place {
    file: Arc<File>,
    at: u64,
}

impl Read for Place {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, room, self.at)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, room, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Shared {
    type T = BufReader<Place>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(Place { file: Arc::clone(&self.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut bytes = vec![0; length];
        Place { file: Arc::clone(&self.file), at: start }.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Parquet {
    /// The same of a file that stays where it is: of it only what is read comes into memory.
    ///
    /// # Errors
    /// As [`Parquet::open`]; or its length cannot be had.
    pub fn open_file(name: &str, file: File, wanted: Option<&[&str]>) -> Result<Self, ReadError> {
        let length = file.metadata().map_err(|e| ReadError::NotParquet { file: name.to_owned(), what: e.to_string() });
        let length = length?.len();
        Self::of(name, Shared { file: Arc::new(file), length }, wanted)
    }

    /// A file's columns, or of these those wanted, if all of them are there.
    ///
    /// # Errors
    /// Not Parquet, or a column that is no number, text or day.
    pub fn open(name: &str, bytes: Bytes, wanted: Option<&[&str]>) -> Result<Self, ReadError> {
        Self::of(name, bytes, wanted)
    }

    fn of(name: &str, from: impl ChunkReader + 'static, wanted: Option<&[&str]>) -> Result<Self, ReadError> {
        let wrong = |what: String| ReadError::NotParquet { file: name.to_owned(), what };
        let reader = SerializedFileReader::new(from).map_err(|e| wrong(e.to_string()))?;
        let metadata = reader.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let headings: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
        let mut columns = Vec::with_capacity(schema.num_columns());
        for place in places(&headings, wanted) {
            let (column, heading) = (schema.column(place), &headings[place]);
            let found = kind(&column)
                .ok_or_else(|| wrong(format!("column \"{heading}\" holds no numbers, text or days; leave it out")))?;
            columns.push((place, heading.clone(), found, column.max_def_level()));
        }
        let rows = metadata.row_groups().iter().map(|g| g.num_rows() as usize).collect();
        Ok(Self { name: name.to_owned(), reader: Box::new(reader), columns, rows })
    }

    /// Headings of the columns that are read.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(_, heading, ..)| heading.as_str())
    }

    /// Row groups.
    pub const fn groups(&self) -> usize {
        self.rows.len()
    }

    /// The rows before a row group.
    pub fn rows_before(&self, group: usize) -> usize {
        self.rows[..group].iter().sum()
    }

    /// The smallest and the largest value of a column of whole numbers in each row group, where the file says so.
    pub fn ranges(&self, heading: &str) -> Option<Vec<(f64, f64)>> {
        let (place, ..) = self.columns.iter().find(|(_, h, kind, _)| h == heading && *kind == Kind::Signed)?;
        let range = |group: usize| {
            Some(match self.reader.metadata().row_group(group).column(*place).statistics()? {
                Statistics::Int32(s) => (f64::from(*s.min_opt()?), f64::from(*s.max_opt()?)),
                Statistics::Int64(s) => (*s.min_opt()? as f64, *s.max_opt()? as f64),
                _ => return None,
            })
        };
        (0..self.groups()).map(range).collect()
    }

    /// The columns of those row groups.
    ///
    /// # Errors
    /// The file is broken, or holds what is no number, text or day.
    pub fn read(&self, groups: Range<usize>) -> Result<Columns, ReadError> {
        let wrong = |what: String| ReadError::NotParquet { file: self.name.clone(), what };
        let first_row = 1 + self.rows_before(groups.start);
        let rows = &self.rows[groups.clone()];
        let all: usize = rows.iter().sum();
        // Zeros that nobody has looked at cost nothing until each core writes its own.
        let mut columns: Vec<Values> = self
            .columns
            .iter()
            .map(|(_, _, kind, _)| match kind {
                Kind::Signed | Kind::Unsigned | Kind::Float => Values::Number(vec![0.0; all]),
                Kind::Text | Kind::Day(_) | Kind::Moment(_) => Values::Text { codes: vec![0; all], levels: Vec::new() },
            })
            .collect();
        let mut rooms: Vec<(usize, usize, Room<'_>)> = Vec::new();
        for (column, values) in columns.iter_mut().enumerate() {
            let mut rooms_of = |cut: &mut dyn FnMut(usize) -> Option<_>| {
                rooms.extend(groups.clone().zip(rows).filter_map(|(group, rows)| Some((column, group, cut(*rows)?))));
            };
            match values {
                Values::Number(all) => {
                    let mut rest = &mut all[..];
                    rooms_of(&mut |rows| rest.split_off_mut(..rows).map(Room::Number));
                }
                Values::Text { codes, .. } => {
                    let mut rest = &mut codes[..];
                    rooms_of(&mut |rows| rest.split_off_mut(..rows).map(Room::Text));
                }
            }
        }
        let read = |(column, group, room): (usize, usize, Room<'_>)| {
            let (place, heading, kind, optional) = &self.columns[column];
            let group = self.reader.get_row_group(group);
            let part = group.and_then(|group| group.get_column_reader(*place));
            let read = part.and_then(|reader| Part { reader, optional: *optional, room }.read(*kind));
            read.map_err(|e| wrong(format!("column \"{heading}\": {e}")))
        };
        let met: Vec<Vec<String>> = rooms.into_par_iter().map(read).collect::<Result<_, _>>()?;
        let mut met = met.into_iter();
        let columns = self
            .columns
            .iter()
            .zip(columns)
            .map(|((_, heading, ..), mut values)| {
                let of_groups: Vec<Vec<String>> = met.by_ref().take(rows.len()).collect();
                if let Values::Text { codes, levels } = &mut values {
                    *levels = one_dictionary(codes, rows, of_groups);
                }
                (heading.clone(), values)
            })
            .collect();
        Ok(Columns { name: self.name.clone(), columns, rows: all, first_row })
    }
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
