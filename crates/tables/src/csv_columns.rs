//! Columns of a CSV file, in stretches on every core.

use crate::columns::{Columns, Filling, Values, check_headings, is_code, joined, number, places};
use crate::read::{ReadError, utf8};
use memchr::{memchr_iter, memrchr};
use rayon::prelude::*;

/// How a text file is written, where it is known better than by looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Between cells.
    pub delimiter: Option<u8>,
    /// Decimal mark.
    pub decimal: Option<u8>,
}

/// The mark between cells: the one that the heading has most of.
fn delimiter_of(heading: &str) -> u8 {
    let count = |mark: u8| heading.bytes().filter(|b| *b == mark).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|mark| (count(*mark), u8::from(*mark == b','))).unwrap_or(b',')
}

/// Columns of a CSV file: comma, semicolon or tab, decimal point or comma, found by looking; UTF-8 with or without BOM. Where
/// `wanted` says which columns, no others, if all of them are there.
///
/// # Errors
/// Bytes that are no text, a ragged row, two columns of one name, or no heading.
pub fn read_columns_csv(
    name: &str,
    bytes: &[u8],
    written: Written,
    wanted: Option<&[&str]>,
) -> Result<Columns, ReadError> {
    let text = utf8(name, bytes)?;
    // Empty lines before the heading are no heading.
    let heading = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or("");
    if heading.trim().is_empty() {
        return Err(ReadError::Empty(name.to_owned()));
    }
    let delimiter = written.delimiter.unwrap_or_else(|| delimiter_of(heading));
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let ragged = |e: &csv::Error| match e.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => ReadError::Ragged {
            file: name.to_owned(),
            line: pos.as_ref().map_or(0, |pos| line_at(text, pos.byte() as usize) as u64),
            found: *len,
            expected: *expected_len,
        },
        _ => ReadError::Empty(name.to_owned()),
    };
    let headings: Vec<String> = reader.headers().map_err(|e| ragged(&e))?.iter().map(str::to_owned).collect();
    check_headings(name, &headings)?;
    let below = text.get(reader.position().byte() as usize..).unwrap_or("");
    let body = Body::new(below, delimiter, headings.len());
    let found = body.columns(&places(&headings, wanted), written.decimal).ok_or(()).or_else(|()| {
        // Some row is ragged: read it row by row, so that its line can be told.
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|e| ragged(&e))? {}
        Err(ReadError::Empty(name.to_owned()))
    })?;
    let columns = found.columns.into_iter().map(|(place, values)| (headings[place].clone(), values)).collect();
    Ok(Columns { name: name.to_owned(), columns, rows: found.rows, first_row: 2 })
}

/// The line that a row begins in, which is said to begin at `byte` or at the line ends before it.
fn line_at(text: &str, byte: usize) -> usize {
    let rest = text.get(byte..).unwrap_or("");
    let begins = text.len() - rest.trim_start_matches(['\r', '\n']).len();
    let before = text.as_bytes().get(..begins).unwrap_or(&[]);
    let ends = before.iter().enumerate().filter(|(i, b)| match b {
        b'\n' => true,
        b'\r' => before.get(i + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() + 1
}

/// The rows below the heading.
struct Body<'a> {
    /// Stretches that are read by one core at a time, each of whole rows.
    stretches: Vec<&'a str>,
    delimiter: u8,
    width: usize,
    /// Whether no cell is quoted: then every line is a row.
    lines: bool,
}

/// Columns at their places in the table.
struct Found {
    columns: Vec<(usize, Values)>,
    rows: usize,
}

/// What a stretch holds of a column.
struct Seen {
    /// Values by decimal point, a missing one NaN; worth nothing once a cell was no such number.
    values: Vec<f64>,
    /// Whether every cell so far is a number by decimal point, and by decimal comma.
    point: bool,
    comma: bool,
}

impl Seen {
    fn put(&mut self, cell: &str) {
        if !(self.point || self.comma) {
            return;
        }
        if cell.is_empty() {
            if self.point {
                self.values.push(f64::NAN);
            }
            return;
        }
        let code = is_code(cell);
        self.comma = self.comma && !code && number(cell, b',').is_some();
        match number(cell, b'.').filter(|_| self.point && !code) {
            Some(value) => self.values.push(value),
            None => (self.point, self.values) = (false, Vec::new()),
        }
    }
}

/// Bytes of a stretch.
const STRETCH: usize = 4 << 20;

impl<'a> Body<'a> {
    fn new(text: &'a str, delimiter: u8, width: usize) -> Self {
        let bytes = text.as_bytes();
        let lines = memchr::memchr(b'"', bytes).is_none()
            && memchr_iter(b'\r', bytes).all(|at| bytes.get(at + 1) == Some(&b'\n'))
            && !matches!(delimiter, b'"' | b'\r' | b'\n');
        let mut stretches = Vec::new();
        let mut rest = text;
        while let Some(end) = rest.as_bytes().get(..STRETCH).and_then(|s| memrchr(b'\n', s)).filter(|_| lines) {
            let (stretch, after) = rest.split_at(end + 1);
            stretches.push(stretch);
            rest = after;
        }
        stretches.push(rest);
        Self { stretches, delimiter, width, lines }
    }

    /// Each cell of the columns at `places`, with its number among them, row by row. `None` where a row is ragged, otherwise the
    /// number of rows.
    fn each(&self, stretch: &str, places: &[usize], mut take: impl FnMut(usize, &str)) -> Option<usize> {
        let mut rows = 0;
        if self.lines {
            let ends = memchr_iter(b'\n', stretch.as_bytes()).chain([stretch.len()]);
            let mut start = 0;
            for end in ends {
                let line = stretch.get(start..end)?;
                let line = line.strip_suffix('\r').unwrap_or(line);
                start = end + 1;
                if line.is_empty() {
                    continue;
                }
                rows += 1;
                let (mut from, mut cell, mut next) = (0, 0, 0);
                for to in memchr_iter(self.delimiter, line.as_bytes()).chain([line.len()]) {
                    if places.get(next) == Some(&cell) {
                        take(next, line.get(from..to)?.trim());
                        next += 1;
                    }
                    (from, cell) = (to + 1, cell + 1);
                }
                if cell != self.width {
                    return None;
                }
            }
            return Some(rows);
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            // An empty line first: a byte order mark here is in the middle of the file, and a text.
            .from_reader(std::io::Read::chain(&b"\n"[..], stretch.as_bytes()));
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).ok()? {
            if record.len() != self.width {
                return None;
            }
            rows += 1;
            for (i, place) in places.iter().enumerate() {
                take(i, std::str::from_utf8(&record[*place]).ok()?.trim());
            }
        }
        Some(rows)
    }

    /// Rows, and of each column at `places` its part in every stretch: begun with its number and the most rows that there can be,
    /// and given each cell.
    fn parts<T: Send>(
        &self,
        places: &[usize],
        begin: impl Fn(usize, usize) -> T + Sync,
        put: impl Fn(&mut T, &str) + Sync,
    ) -> Option<(usize, Vec<Vec<T>>)> {
        let part = |stretch: &&str| {
            // As many rows as there are lines, at the most.
            let lines = memchr_iter(b'\n', stretch.as_bytes()).count() + 1;
            let mut parts: Vec<T> = (0..places.len()).map(|i| begin(i, lines)).collect();
            let rows = self.each(stretch, places, |i, cell| put(&mut parts[i], cell))?;
            Some((rows, parts))
        };
        let stretches: Vec<(usize, Vec<T>)> = self.stretches.par_iter().map(part).collect::<Option<_>>()?;
        let mut columns: Vec<Vec<T>> = places.iter().map(|_| Vec::with_capacity(stretches.len())).collect();
        let mut all = 0;
        for (rows, parts) in stretches {
            all += rows;
            columns.iter_mut().zip(parts).for_each(|(column, part)| column.push(part));
        }
        Some((all, columns))
    }

    /// The columns at `places`. `None` where a row is ragged.
    fn columns(&self, places: &[usize], decimal: Option<u8>) -> Option<Found> {
        // A comma can only be a decimal mark where it does not part cells, unless it is said to be one.
        let comma = self.delimiter != b',' || decimal == Some(b',');
        let begin = |_, lines| Seen { values: Vec::with_capacity(lines), point: true, comma };
        let (rows, seen) = self.parts(places, begin, Seen::put)?;
        let by_point = |column: &Vec<Seen>| column.iter().all(|s| s.point);
        let by_comma = |column: &Vec<Seen>| column.iter().all(|s| s.comma);
        let count = |is: &dyn Fn(&Vec<Seen>) -> bool| seen.iter().filter(|c| is(c)).count();
        let more_with_comma = comma && count(&by_comma) > count(&by_point);
        let decimal = decimal.unwrap_or(if more_with_comma { b',' } else { b'.' });
        // Done, unless there are texts or numbers of another mark: then those columns are read once more.
        let numeric: Vec<bool> = seen.iter().map(|c| if decimal == b',' { by_comma(c) } else { by_point(c) }).collect();
        let again: Vec<usize> = (0..places.len()).filter(|i| decimal == b',' || !numeric[*i]).collect();
        let mut columns: Vec<Values> = seen
            .into_iter()
            .enumerate()
            .map(|(i, parts)| if again.contains(&i) { Vec::new() } else { parts })
            .map(|parts| joined(parts.into_iter().map(|s| Values::Number(s.values)).collect(), rows))
            .collect();
        if !again.is_empty() {
            let places: Vec<usize> = again.iter().map(|i| places[*i]).collect();
            let begin = |i: usize, lines| Filling::new(numeric[again[i]], lines, decimal);
            let (_, filled) = self.parts(&places, begin, Filling::put)?;
            for (i, parts) in again.iter().zip(filled) {
                columns[*i] = joined(parts.into_iter().map(|f| f.values).collect(), rows);
            }
        }
        Some(Found { columns: places.iter().copied().zip(columns).collect(), rows })
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "numbers are read as they are")]
mod tests {
    use super::*;

    fn read(text: &str) -> Columns {
        read_columns_csv("t.csv", text.as_bytes(), Written::default(), None).expect("a table")
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
            |text: &str| read_columns_csv("t.csv", text.as_bytes(), Written::default(), None).unwrap_err().to_string();
        assert!(fault("").contains("empty"));
        assert!(fault("a,a\n1,2\n").contains("two columns"));
        for end in ["\n", "\r\n", "\r"] {
            let lines = |text: &str| fault(&text.replace('\n', end));
            assert!(lines("a,b\n1\n").contains("line 2"), "{end:?}");
            assert!(lines("a,b\n1,2\n\n3,4\n5\n6,7\n").contains("line 5"), "{end:?}");
            assert!(lines("\n\na,b\n1,2\n3\n").contains("line 5"), "{end:?}");
        }
        assert_eq!(read("a,b\n").rows, 0);
    }

    #[test]
    fn a_byte_order_mark_within_a_file_is_a_text() {
        let t = read("a\n\u{feff}\n");
        assert_eq!(t.rows, 1);
        assert!(matches!(&t.columns[0].1, Values::Text { levels, .. } if levels == &["\u{feff}"]));
    }

    #[test]
    fn a_column_that_is_not_wanted_is_not_read_unless_one_that_is_wanted_is_not_there() {
        let text = "a,b,c\n1,x,3\n2,y,4\n";
        let names = |wanted: &[&str]| {
            let t = read_columns_csv("t.csv", text.as_bytes(), Written::default(), Some(wanted)).expect("a table");
            t.columns.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["c", "a"]), ["a", "c"]);
        assert_eq!(names(&["c", "d"]), ["a", "b", "c"]);
    }

    #[test]
    fn lines_quoted_or_not_and_their_ends_are_read_alike() {
        let plain = "a;b\n 1,5 ;x\n\n;y\n-2;\n";
        let one = read(plain);
        assert_eq!(one.rows, 3);
        for other in [
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\r"),
            plain.replace(";x", ";\"x\""),
            plain.trim_end().to_owned(),
        ] {
            assert_eq!(format!("{:?}", read(&other)), format!("{one:?}"), "{other:?}");
        }
    }

    #[test]
    fn stretches_are_one_table() {
        let row =
            |i: usize| format!("{i},{},{}\n", ["a", "b", "c"][i % 3], if i.is_multiple_of(7) { "" } else { "0.25" });
        let rows = 2 * STRETCH / row(100_000).len();
        let text: String =
            "n,what,part\n".chars().chain((0..rows).flat_map(|i| row(i).chars().collect::<Vec<_>>())).collect();
        assert!(text.len() > STRETCH + STRETCH / 2);
        let t = read(&text);
        assert_eq!(t.rows, rows);
        assert!(matches!(&t.columns[0].1, Values::Number(v) if v.iter().enumerate().all(|(i, v)| *v == i as f64)));
        assert!(matches!(&t.columns[1].1, Values::Text { codes, levels } if levels == &["a", "b", "c"]
            && codes.iter().enumerate().all(|(i, c)| *c as usize == i % 3)));
        assert!(
            matches!(&t.columns[2].1, Values::Number(v) if v.iter().enumerate().all(|(i, v)| v.is_nan() == i.is_multiple_of(7)))
        );
    }
}
