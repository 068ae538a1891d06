//! A table for the analyst's commands: read, looked through, and the rows that can be used.

use crate::args::{DataOptions, MissingRows};
use crate::failure::Failure;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use statistics::{Column, Frame, rows_with_all};
use std::io::Read;
use tables::{Columns, Values, Written};

/// A table that was read, with what says that it was this one.
pub(crate) struct Data {
    /// Name as given.
    pub name: String,
    /// SHA-256 of the bytes.
    pub hash: String,
    /// Columns.
    pub frame: Frame,
}

/// The rows of a table that have a value in every column used.
pub(crate) struct Used {
    /// Rows kept, every column.
    pub frame: Frame,
    /// Rows left out.
    pub dropped: usize,
}

/// That a column takes more than one value.
pub(crate) fn varies(frame: &Frame, column: &str) -> Result<(), Failure> {
    let all = frame.numbers(column)?;
    let size = all.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if all.iter().all(|v| (v - all[0]).abs() <= 1e-14 * size) {
        return Err(statistics::Failure::Constant { column: column.to_owned() }.into());
    }
    Ok(())
}

/// Work on so many threads from here on; one for each core where nothing is said.
pub(crate) fn threads(wanted: Option<usize>) -> Result<(), Failure> {
    let Some(n) = wanted else { return Ok(()) };
    if n == 0 {
        return Err(Failure::usage("--threads: mindst 1", "--threads: at least 1"));
    }
    rayon::ThreadPoolBuilder::new().num_threads(n).build_global().map_err(|e| Failure::surroundings(e.to_string()))
}

/// The columns used of a table, and its rows with a value in all of them.
pub(crate) fn load<'a>(
    options: &DataOptions,
    columns: impl IntoIterator<Item = &'a str>,
) -> Result<(Data, Used), Failure> {
    load_with(options, columns, [])
}

/// The same, with columns in which a missing value says something.
pub(crate) fn load_with<'a>(
    options: &DataOptions,
    columns: impl IntoIterator<Item = &'a str>,
    telling: impl IntoIterator<Item = &'a str>,
) -> Result<(Data, Used), Failure> {
    let columns = crate::answer::columns(columns);
    let read = crate::answer::columns(columns.iter().copied().chain(telling));
    let data = Data::read(options, Some(&read))?;
    let used = data.used(&columns, options)?;
    tracing::debug!(rows = used.frame.rows(), "table read");
    Ok((data, used))
}

impl Data {
    /// The whole table; or, where `wanted` says which columns, those alone, if all of them are there.
    pub(crate) fn read(options: &DataOptions, wanted: Option<&[&str]>) -> Result<Self, Failure> {
        let (columns, hash) = read_table(options, wanted)?;
        Ok(Self { name: columns.name.clone(), hash, frame: frame(columns) })
    }

    /// The rows with a value in all of `columns`.
    pub(crate) fn used(&self, columns: &[&str], options: &DataOptions) -> Result<Used, Failure> {
        let (rows, dropped) = rows_with_all(&self.frame, columns)?;
        if dropped > 0 && options.missing == MissingRows::Error {
            for column in columns {
                let values = self.frame.column(column)?;
                let missing: Vec<usize> = (0..self.frame.rows()).filter(|row| values.is_missing(*row)).collect();
                if let Some(first) = missing.first() {
                    return Err(statistics::Failure::Missing {
                        column: (*column).to_owned(),
                        missing: missing.len(),
                        row: first + 1,
                    }
                    .into());
                }
            }
        }
        if rows.is_empty() {
            return Err(Failure::no_rows(&self.name, self.frame.rows()));
        }
        let frame = if dropped == 0 { self.frame.clone() } else { self.frame.take(&rows) };
        Ok(Used { frame, dropped })
    }
}

/// A table as it is read, and the SHA-256 of its bytes: whole; or, where `wanted` says which columns, those alone, if all of them
/// are there.
pub(crate) fn read_table(options: &DataOptions, wanted: Option<&[&str]>) -> Result<(Columns, String), Failure> {
    let path = &options.data;
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|e| Failure::surroundings(e.to_string()))?;
    } else {
        bytes = std::fs::read(path).map_err(|e| Failure::file(path, &e))?;
    }
    let excel = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) || bytes.starts_with(b"PK\x03\x04");
    let parquet = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet")) || bytes.starts_with(b"PAR1");
    let written = if excel || parquet {
        Written::default()
    } else {
        let mark = |c: Option<char>| c.and_then(|c| u8::try_from(c).ok());
        let decimal = options.decimal.is_none_or(|c| matches!(c, '.' | ','));
        if !decimal || options.delimiter.is_some_and(|c| !c.is_ascii() || c.is_alphanumeric()) {
            return Err(Failure::usage(
                "--decimal er . eller , og --delimiter et enkelt tegn som , ; eller tabulator",
                "--decimal is . or , and --delimiter a single mark as , ; or a tab",
            ));
        }
        if options.decimal.is_some() && options.decimal == options.delimiter {
            return Err(Failure::usage(
                "--decimal og --delimiter kan ikke være samme tegn",
                "--decimal and --delimiter cannot be the same mark",
            ));
        }
        Written { delimiter: mark(options.delimiter), decimal: mark(options.decimal) }
    };
    let bytes = Bytes::from(bytes);
    let read = || {
        if parquet {
            tables::read_columns_parquet(&name, bytes.clone(), wanted)
        } else if excel {
            tables::read_columns_xlsx(&name, &bytes, options.sheet.as_deref(), wanted)
        } else {
            tables::read_columns_csv(&name, &bytes, written, wanted)
        }
    };
    let hash = || Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let (columns, hash) = rayon::join(read, hash);
    let mut columns = columns.map_err(Failure::Table)?;
    columns.name = name;
    Ok((columns, hash))
}

/// A table of columns that were read.
pub(crate) fn frame(columns: Columns) -> Frame {
    let mut out = Frame::new(columns.rows);
    for (name, values) in columns.columns {
        let column = match values {
            Values::Number(all) => Column::Number(all),
            Values::Text { codes, levels } => Column::Text { codes, levels },
            Values::Day(days) => {
                let (codes, levels) = tables::days_as_text(&days);
                Column::Text { codes, levels }
            }
        };
        out = out.with(name, column);
    }
    out
}
