//! Reading and writing tables: CSV and Excel; Parquet is read. Errors name file, sheet, row and column, what stood there and what would
//! be right.
//!
//! The room works on bytes: the caller opens files. A cell is text until it is asked for as something else, so that
//! `1.234,5` and `1234.5` are both the number that they are.

mod cell;
mod columns;
mod csv_columns;
mod parquet_chunk;
mod parquet_columns;
mod read;
mod write;

pub use cell::{CellError, Expected};
pub use columns::{Columns, Values, days_as_text, read_columns_xlsx};
pub use csv_columns::{Written, read_columns_csv};
pub use parquet_columns::{Parquet, Stretches, read_columns_parquet};
pub use read::{ReadError, Row, Sheet, read_any, read_csv, read_xlsx};
pub use write::{Column, MARK, Value, csv_cell, write_csv, write_xlsx};
