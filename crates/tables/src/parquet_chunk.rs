//! A column of a row group of a Parquet file, read from its first value on, a stretch at a time, in room that is used again.

use parquet::basic::ConvertedType;
use parquet::basic::{Encoding, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader, get_typed_column_reader};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type, Int96Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::RowGroupReader;
use parquet::schema::types::{ColumnDescriptor, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
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

impl Kind {
    /// What a column holds, where it is flat and holds numbers, text or days.
    pub fn of(column: &ColumnDescriptor) -> Option<Self> {
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
            (Physical::INT32, Some(LogicalType::Date), _) | (Physical::INT32, _, ConvertedType::DATE) => Self::Day(1),
            (Physical::INT64, Some(LogicalType::Timestamp(t)), _) if t.is_adjusted_to_u_t_c => {
                Self::Moment(per_day(&t.unit))
            }
            (Physical::INT64, Some(LogicalType::Timestamp(t)), _) => Self::Day(per_day(&t.unit)),
            (Physical::INT64, _, ConvertedType::TIMESTAMP_MILLIS) => Self::Day(DAY_MS),
            (Physical::INT64, _, ConvertedType::TIMESTAMP_MICROS) => Self::Day(DAY_MS * 1_000),
            (Physical::INT96, ..) => Self::Day(DAY_MS),
            (Physical::INT32 | Physical::INT64, ..) if unsigned => Self::Unsigned,
            (Physical::BOOLEAN | Physical::INT32 | Physical::INT64, ..) => Self::Signed,
            (Physical::FLOAT | Physical::DOUBLE, ..) => Self::Float,
            (Physical::BYTE_ARRAY, logical, _) if text || matches!(logical, Some(LogicalType::String)) => Self::Text,
            _ => return None,
        })
    }
}

/// Room for values: numbers, days since 1970, or places among the texts met, to which new ones are added.
pub(crate) enum Room<'a> {
    Number(&'a mut [f64]),
    Day(&'a mut [i32]),
    Text(&'a mut [u32], &'a mut Vec<String>),
}

/// Values as the file has them, read so many at once.
struct Reader<T: DataType> {
    column: ColumnReaderImpl<T>,
    /// Those that are there.
    values: Vec<T::T>,
    /// For each row how much of it is there; empty where none may be missing.
    levels: Vec<i16>,
    /// The level of a value that is there.
    there: i16,
}

impl<T: DataType> Reader<T> {
    fn new(reader: ColumnReader, there: i16) -> Self {
        Self { column: get_typed_column_reader(reader), values: Vec::new(), levels: Vec::new(), there }
    }

    /// The next rows, as many as there is room for.
    fn put<V: Copy>(
        &mut self,
        room: &mut [V],
        missing: V,
        mut of: impl FnMut(&T::T) -> Result<V, ParquetError>,
    ) -> Result<(), ParquetError> {
        for room in room.chunks_mut(1 << 16) {
            self.values.clear();
            self.levels.clear();
            let mut read = 0;
            while read < room.len() {
                let levels = Some(&mut self.levels);
                let (rows, ..) = self.column.read_records(room.len() - read, levels, None, &mut self.values)?;
                if rows == 0 {
                    return Err(ParquetError::General(format!("ends {} rows early", room.len() - read)));
                }
                read += rows;
            }
            if self.values.len() == room.len() {
                for (cell, value) in room.iter_mut().zip(&self.values) {
                    *cell = of(value)?;
                }
                continue;
            }
            // Most columns have nearly all of their values, or nearly none: where all of a few are there or none, that is seen at once.
            let mut values = &self.values[..];
            for (cells, levels) in room.chunks_mut(16).zip(self.levels.chunks(16)) {
                let there = levels.iter().map(|level| u16::from(*level == self.there)).sum::<u16>();
                let (here, rest) = values.split_at_checked(usize::from(there)).unwrap_or((values, &[]));
                values = rest;
                if here.len() == cells.len() {
                    for (cell, value) in cells.iter_mut().zip(here) {
                        *cell = of(value)?;
                    }
                    continue;
                }
                cells.fill(missing);
                if !here.is_empty() {
                    let present = cells.iter_mut().zip(levels).filter(|(_, level)| **level == self.there);
                    for ((cell, _), value) in present.zip(here) {
                        *cell = of(value)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A reader of each type that values are stored as.
enum Source {
    Bool(Reader<BoolType>),
    Int32(Reader<Int32Type>),
    Int64(Reader<Int64Type>),
    Int96(Reader<Int96Type>),
    Float(Reader<FloatType>),
    Double(Reader<DoubleType>),
    Text(Reader<ByteArrayType>, Texts),
    Dictionary(Reader<Int32Type>, Dictionary),
}

/// A column of a row group.
pub(crate) struct Chunk {
    kind: Kind,
    source: Source,
}

impl Chunk {
    /// The column of that place.
    pub fn open(group: &dyn RowGroupReader, place: usize, kind: Kind) -> Result<Self, ParquetError> {
        let metadata = group.metadata().column(place);
        let there = metadata.column_descr().max_def_level();
        let mut pages = group.get_column_page_reader(place)?;
        if kind == Kind::Text
            && only_dictionary(metadata)
            && let Some(Page::DictionaryPage { buf, num_values, .. }) = pages.get_next_page()?
        {
            let dictionary = Dictionary::of(&buf, num_values as usize)?;
            let reader = Places::reader(dictionary.texts.len(), pages, there)?;
            return Ok(Self { kind, source: Source::Dictionary(Reader::new(reader, there), dictionary) });
        }
        let reader = group.get_column_reader(place)?;
        let source = match &reader {
            ColumnReader::BoolColumnReader(_) => Source::Bool(Reader::new(reader, there)),
            ColumnReader::Int32ColumnReader(_) => Source::Int32(Reader::new(reader, there)),
            ColumnReader::Int64ColumnReader(_) => Source::Int64(Reader::new(reader, there)),
            ColumnReader::Int96ColumnReader(_) => Source::Int96(Reader::new(reader, there)),
            ColumnReader::FloatColumnReader(_) => Source::Float(Reader::new(reader, there)),
            ColumnReader::DoubleColumnReader(_) => Source::Double(Reader::new(reader, there)),
            ColumnReader::ByteArrayColumnReader(_) => Source::Text(Reader::new(reader, there), Texts::default()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => {
                return Err(ParquetError::General("no numbers, text or days".to_owned()));
            }
        };
        Ok(Self { kind, source })
    }

    /// The next rows, as many as there is room for.
    pub fn put(&mut self, room: Room<'_>) -> Result<(), ParquetError> {
        match room {
            Room::Number(room) => self.numbers(room),
            Room::Day(room) => self.days(room),
            Room::Text(room, levels) => match &mut self.source {
                Source::Text(values, texts) => values.put(room, u32::MAX, |text| texts.place(text, levels)),
                Source::Dictionary(values, dictionary) => {
                    values.put(room, u32::MAX, |place| dictionary.place(*place, levels))
                }
                _ => Err(other()),
            },
        }
    }

    fn numbers(&mut self, room: &mut [f64]) -> Result<(), ParquetError> {
        let unsigned = self.kind == Kind::Unsigned;
        match &mut self.source {
            Source::Bool(values) => values.put(room, f64::NAN, |v| Ok(f64::from(u8::from(*v)))),
            Source::Int32(values) if unsigned => values.put(room, f64::NAN, |v| Ok(f64::from(v.cast_unsigned()))),
            Source::Int32(values) => values.put(room, f64::NAN, |v| Ok(f64::from(*v))),
            Source::Int64(values) if unsigned => values.put(room, f64::NAN, |v| Ok(v.cast_unsigned() as f64)),
            Source::Int64(values) => values.put(room, f64::NAN, |v| Ok(*v as f64)),
            Source::Float(values) => values.put(room, f64::NAN, |v| Ok(f64::from(*v))),
            Source::Double(values) => values.put(room, f64::NAN, |v| Ok(*v)),
            _ => Err(other()),
        }
    }

    fn days(&mut self, room: &mut [i32]) -> Result<(), ParquetError> {
        const MISSING: i32 = i32::MIN;
        // A day that no calendar has stays one.
        let day = |days: i64| days.clamp(i64::from(MISSING) + 1, i64::from(i32::MAX)) as i32;
        match (&mut self.source, self.kind) {
            (Source::Int32(values), Kind::Day(1)) => values.put(room, MISSING, |v| Ok((*v).max(MISSING + 1))),
            (Source::Int64(values), Kind::Day(unit)) => values.put(room, MISSING, |v| Ok(day(v.div_euclid(unit)))),
            (Source::Int64(values), Kind::Moment(unit)) => values.put(room, MISSING, |v| {
                if v.rem_euclid(unit) != 0 {
                    let what = "moments in universal time, whose day depends on the place; write days";
                    return Err(ParquetError::General(what.to_owned()));
                }
                Ok(day(v.div_euclid(unit)))
            }),
            (Source::Int96(values), _) => values.put(room, MISSING, |v| Ok(day(v.to_millis().div_euclid(DAY_MS)))),
            _ => Err(other()),
        }
    }
}

fn other() -> ParquetError {
    ParquetError::General("values of another type than the file says".to_owned())
}

/// A text as the last of the levels, and its place among them.
fn level(text: &[u8], levels: &mut Vec<String>) -> Result<u32, ParquetError> {
    let text = std::str::from_utf8(text).map_err(|_| {
        let bad = String::from_utf8_lossy(text);
        ParquetError::General(format!("text that is not UTF-8: {bad}"))
    })?;
    levels.push(text.to_owned());
    Ok(levels.len() as u32 - 1)
}

/// Texts met.
#[derive(Default)]
struct Texts {
    places: HashMap<Vec<u8>, u32>,
    /// Texts of a dictionary lie in the same place each time: where one lies leads to the level it was last, which a look
    /// confirms.
    lately: Vec<u32>,
}

impl Texts {
    const BITS: u32 = 10;

    fn place(&mut self, text: &ByteArray, levels: &mut Vec<String>) -> Result<u32, ParquetError> {
        let text = text.data();
        if text.is_empty() {
            return Ok(u32::MAX);
        }
        self.lately.resize(1 << Self::BITS, u32::MAX);
        let slot = ((text.as_ptr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - Self::BITS)) as usize;
        let known = self.lately[slot];
        let place = match levels.get(known as usize) {
            Some(level) if level.as_bytes() == text => known,
            _ => match self.places.get(text) {
                Some(place) => *place,
                None => {
                    let place = level(text, levels)?;
                    self.places.insert(text.to_owned(), place);
                    place
                }
            },
        };
        self.lately[slot] = place;
        Ok(place)
    }
}

/// Whether every value of the column is a place in a dictionary.
fn only_dictionary(column: &ColumnChunkMetaData) -> bool {
    let dictionary = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
    column.dictionary_page_offset().is_some()
        && column.page_encoding_stats_mask().is_some_and(|mask| dictionary.iter().any(|e| mask.is_only(*e)))
}

/// The texts that a column has places in.
struct Dictionary {
    texts: Vec<Vec<u8>>,
    /// The level of each, from where it is met.
    levels: Vec<u32>,
    /// The level of each text met: a dictionary may have one twice.
    met: HashMap<Vec<u8>, u32>,
}

impl Dictionary {
    /// No level yet.
    const NEW: u32 = u32::MAX - 1;

    /// From a page of texts, each after its length in four bytes.
    fn of(page: &[u8], count: usize) -> Result<Self, ParquetError> {
        let mut rest = page;
        let mut text = || {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = after;
            Some(text.to_owned())
        };
        let texts: Option<Vec<Vec<u8>>> = (0..count).map(|_| text()).collect();
        let texts = texts.ok_or_else(|| ParquetError::General("a dictionary that ends early".to_owned()))?;
        Ok(Self { levels: vec![Self::NEW; texts.len()], texts, met: HashMap::new() })
    }

    #[inline]
    fn place(&mut self, place: i32, levels: &mut Vec<String>) -> Result<u32, ParquetError> {
        match self.levels.get(place as usize) {
            Some(level) if *level != Self::NEW => Ok(*level),
            _ => self.meet(place as usize, levels),
        }
    }

    /// A place met for the first time.
    #[cold]
    fn meet(&mut self, place: usize, levels: &mut Vec<String>) -> Result<u32, ParquetError> {
        let text = std::mem::take(self.texts.get_mut(place).ok_or_else(other)?);
        let found = match self.met.get(&text) {
            _ if text.is_empty() => u32::MAX,
            Some(level) => *level,
            None => {
                let level = level(&text, levels)?;
                self.met.insert(text, level);
                level
            }
        };
        self.levels[place] = found;
        Ok(found)
    }
}

/// Pages of a column of text read as those of a column of numbers: the dictionary's texts are its places, so that no text is made
/// for a value.
struct Places {
    dictionary: Option<Page>,
    pages: Box<dyn PageReader>,
}

impl Places {
    fn reader(texts: usize, pages: Box<dyn PageReader>, there: i16) -> Result<ColumnReader, ParquetError> {
        let places: Vec<u8> = (0..texts as u32).flat_map(u32::to_le_bytes).collect();
        let dictionary = Some(Page::DictionaryPage {
            buf: places.into(),
            num_values: texts as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        });
        let number = Type::primitive_type_builder("place", Physical::INT32).with_repetition(if there > 0 {
            Repetition::OPTIONAL
        } else {
            Repetition::REQUIRED
        });
        let column = ColumnDescriptor::new(Arc::new(number.build()?), there, 0, "place".into());
        Ok(get_column_reader(Arc::new(column), Box::new(Self { dictionary, pages })))
    }
}

impl Iterator for Places {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Places {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        if let Some(page) = self.dictionary.take() {
            return Ok(Some(page));
        }
        let page = self.pages.get_next_page()?;
        match page.as_ref().map(Page::encoding) {
            None | Some(Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY) => Ok(page),
            Some(_) => Err(other()),
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        if self.dictionary.is_some() {
            return Ok(Some(PageMetadata { num_rows: None, num_levels: None, is_dict: true }));
        }
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        if self.dictionary.take().is_some() { Ok(()) } else { self.pages.skip_next_page() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_may_have_a_text_twice_or_an_empty_one_and_is_refused_where_it_ends_early() {
        let page = b"\x01\0\0\0b\x01\0\0\0a\0\0\0\0\x01\0\0\0a";
        let (mut dictionary, mut levels) = (Dictionary::of(page, 4).expect("a dictionary"), Vec::new());
        let places = [3, 1, 0, 2, 3].map(|place| dictionary.place(place, &mut levels).expect("a text"));
        assert_eq!((places, levels.join(" ")), ([0, 0, 1, u32::MAX, 0], "a b".to_owned()));
        assert!(dictionary.place(4, &mut levels).is_err() && dictionary.place(-1, &mut levels).is_err());
        assert!(Dictionary::of(page, 5).is_err() && Dictionary::of(&page[..4], 1).is_err());
        let bad = b"\x01\0\0\0\xff";
        let fault = Dictionary::of(bad, 1).expect("a dictionary").place(0, &mut levels).expect_err("a fault");
        assert!(fault.to_string().contains("not UTF-8"), "{fault}");
    }
}
