//! Columns of a Parquet file, column by column on every core. Only flat columns are read.

use crate::columns::{Columns, Values, places};
use crate::parquet_chunk::{Chunk, Kind, Room};
use crate::read::ReadError;
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::file::statistics::Statistics;
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

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

/// Columns of a Parquet file: numbers, truths as 0 and 1, text, and days (moments as their day). Where `wanted` says which
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
    /// Of each column that is read: its place, heading, and what it holds.
    columns: Vec<(usize, String, Kind)>,
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
            let found = Kind::of(&column)
                .ok_or_else(|| wrong(format!("column \"{heading}\" holds no numbers, text or days; leave it out")))?;
            columns.push((place, heading.clone(), found));
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
        let (place, ..) = self.columns.iter().find(|(_, h, kind)| h == heading && *kind == Kind::Signed)?;
        let range = |group: usize| {
            Some(match self.reader.metadata().row_group(group).column(*place).statistics()? {
                Statistics::Int32(s) => (f64::from(*s.min_opt()?), f64::from(*s.max_opt()?)),
                Statistics::Int64(s) => (*s.min_opt()? as f64, *s.max_opt()? as f64),
                _ => return None,
            })
        };
        (0..self.groups()).map(range).collect()
    }

    fn wrong(&self, what: String) -> ReadError {
        ReadError::NotParquet { file: self.name.clone(), what }
    }

    /// A column of a row group, to be read from its first value on.
    fn chunk(&self, group: usize, column: usize) -> Result<Chunk, ReadError> {
        let (place, _, kind) = &self.columns[column];
        let chunk = self.reader.get_row_group(group).and_then(|group| Chunk::open(&*group, *place, *kind));
        chunk.map_err(|e| self.at_fault(column, &e))
    }

    fn at_fault(&self, column: usize, fault: &ParquetError) -> ReadError {
        self.wrong(format!("column \"{}\": {fault}", self.columns[column].1))
    }

    /// Columns without rows, of a file of which they begin at that one.
    fn empty(&self, first_row: usize) -> Columns {
        let values = |kind: &Kind| match kind {
            Kind::Signed | Kind::Unsigned | Kind::Float => Values::Number(Vec::new()),
            Kind::Day(_) | Kind::Moment(_) => Values::Day(Vec::new()),
            Kind::Text => Values::Text { codes: Vec::new(), levels: Vec::new() },
        };
        let columns = self.columns.iter().map(|(_, heading, kind)| (heading.clone(), values(kind))).collect();
        Columns { name: self.name.clone(), columns, rows: 0, first_row }
    }

    /// The columns of those row groups, each column of each on the core that is next to be free.
    ///
    /// # Errors
    /// The file is broken, or holds what is no number, text or day.
    pub fn read(&self, groups: Range<usize>) -> Result<Columns, ReadError> {
        let rows = &self.rows[groups.clone()];
        let mut out = self.empty(1 + self.rows_before(groups.start));
        out.rows = rows.iter().sum();
        let mut rooms: Vec<(usize, usize, Part<'_>)> = Vec::new();
        for (column, (_, values)) in out.columns.iter_mut().enumerate() {
            let mut rooms_of = |cut: &mut dyn FnMut(usize) -> Option<_>| {
                rooms.extend(groups.clone().zip(rows).filter_map(|(group, rows)| Some((column, group, cut(*rows)?))));
            };
            // Zeros that nobody has looked at cost nothing until each core writes its own.
            match values {
                Values::Number(all) => {
                    *all = vec![0.0; out.rows];
                    let mut rest = &mut all[..];
                    rooms_of(&mut |rows| rest.split_off_mut(..rows).map(Part::Number));
                }
                Values::Day(all) => {
                    *all = vec![0; out.rows];
                    let mut rest = &mut all[..];
                    rooms_of(&mut |rows| rest.split_off_mut(..rows).map(Part::Day));
                }
                Values::Text { codes, .. } => {
                    *codes = vec![0; out.rows];
                    let mut rest = &mut codes[..];
                    rooms_of(&mut |rows| rest.split_off_mut(..rows).map(Part::Text));
                }
            }
        }
        let read = |(column, group, part): (usize, usize, Part<'_>)| {
            let mut chunk = self.chunk(group, column)?;
            let mut levels = Vec::new();
            let room = match part {
                Part::Number(room) => Room::Number(room),
                Part::Day(room) => Room::Day(room),
                Part::Text(room) => Room::Text(room, &mut levels),
            };
            chunk.put(room).map_err(|e| self.at_fault(column, &e))?;
            Ok(levels)
        };
        let mut met = rooms.into_par_iter().map(read).collect::<Result<Vec<Vec<String>>, ReadError>>()?.into_iter();
        for (_, values) in &mut out.columns {
            let of_groups: Vec<Vec<String>> = met.by_ref().take(rows.len()).collect();
            if let Values::Text { codes, levels } = values {
                *levels = one_dictionary(codes, rows, of_groups);
            }
        }
        Ok(out)
    }

    /// The rows of a row group, to be read a stretch at a time.
    ///
    /// # Errors
    /// The file is broken.
    pub fn stretches(&self, group: usize) -> Result<Stretches<'_>, ReadError> {
        let chunks = (0..self.columns.len()).map(|column| self.chunk(group, column)).collect::<Result<_, _>>()?;
        Ok(Stretches { file: self, chunks, columns: self.empty(1 + self.rows_before(group)), left: self.rows[group] })
    }
}

/// Room for the values of a column in a row group.
enum Part<'a> {
    Number(&'a mut [f64]),
    Day(&'a mut [i32]),
    Text(&'a mut [u32]),
}

/// Rows of a row group, in room that each stretch has again.
pub struct Stretches<'a> {
    file: &'a Parquet,
    chunks: Vec<Chunk>,
    columns: Columns,
    left: usize,
}

impl Stretches<'_> {
    /// The next rows, at most so many; none after the last. Texts keep their places from one stretch to the next; any other values
    /// may be taken and other room left for them.
    ///
    /// # Errors
    /// The file is broken, or holds what is no number, text or day.
    pub fn next(&mut self, most: usize) -> Result<Option<&mut Columns>, ReadError> {
        let rows = self.left.min(most);
        if rows == 0 {
            return Ok(None);
        }
        self.columns.first_row += self.columns.rows;
        self.columns.rows = rows;
        self.left -= rows;
        for (at, (chunk, (_, values))) in self.chunks.iter_mut().zip(&mut self.columns.columns).enumerate() {
            let put = match values {
                Values::Number(all) => {
                    all.resize(rows, 0.0);
                    chunk.put(Room::Number(all))
                }
                Values::Day(all) => {
                    all.resize(rows, 0);
                    chunk.put(Room::Day(all))
                }
                Values::Text { codes, levels } => {
                    codes.resize(rows, 0);
                    chunk.put(Room::Text(codes, levels))
                }
            };
            put.map_err(|e| self.file.at_fault(at, &e))?;
        }
        Ok(Some(&mut self.columns))
    }
}
