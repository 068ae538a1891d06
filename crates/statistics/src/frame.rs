//! Columns of one length.

use crate::error::Failure;
use std::sync::Arc;

/// Values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers; a missing one is NaN.
    Number(Vec<f64>),
    /// Text: a place in `levels` for each row, `u32::MAX` where it is missing.
    Text {
        /// Places.
        codes: Vec<u32>,
        /// Each text once.
        levels: Vec<String>,
    },
}

impl Column {
    /// Whether the row has no value.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Number(all) => all[row].is_nan(),
            Self::Text { codes, .. } => codes[row] == u32::MAX,
        }
    }

    /// Whether any row has no value.
    pub fn has_missing(&self) -> bool {
        match self {
            Self::Number(all) => all.iter().any(|v| v.is_nan()),
            Self::Text { codes, .. } => codes.contains(&u32::MAX),
        }
    }

    /// The value as people write it; empty where it is missing.
    pub fn label(&self, row: usize) -> String {
        match self {
            Self::Number(all) if all[row].is_nan() => String::new(),
            // Minus zero is zero.
            Self::Number(all) => format!("{}", all[row] + 0.0),
            Self::Text { codes, levels } => levels.get(codes[row] as usize).cloned().unwrap_or_default(),
        }
    }

    /// Groups of equal values: for each row the number of its group (`u32::MAX` where missing), and the label of each, in
    /// the order met.
    pub fn groups(&self) -> (Vec<u32>, Vec<String>) {
        match self {
            Self::Text { codes, levels } => {
                let mut order: Vec<u32> = vec![u32::MAX; levels.len()];
                let mut names = Vec::new();
                let groups = codes
                    .iter()
                    .map(|code| {
                        if *code == u32::MAX {
                            return u32::MAX;
                        }
                        if order[*code as usize] == u32::MAX {
                            order[*code as usize] = names.len() as u32;
                            names.push(levels[*code as usize].clone());
                        }
                        order[*code as usize]
                    })
                    .collect();
                (groups, names)
            }
            Self::Number(all) => {
                let mut seen = std::collections::HashMap::new();
                let mut names = Vec::new();
                // The same as in the row before is the most common.
                let mut before = (f64::NAN, u32::MAX);
                let groups = all
                    .iter()
                    .map(|value| {
                        if value.is_nan() {
                            return u32::MAX;
                        }
                        #[allow(clippy::float_cmp, reason = "the very same value")]
                        if *value == before.0 {
                            return before.1;
                        }
                        // Minus zero is zero.
                        let group = *seen.entry((value + 0.0).to_bits()).or_insert_with(|| {
                            names.push(format!("{}", value + 0.0));
                            names.len() as u32 - 1
                        });
                        before = (*value, group);
                        group
                    })
                    .collect();
                (groups, names)
            }
        }
    }

    /// Numbers, where all that is left of a column of text is numbers and none is a code as `0101`.
    #[must_use]
    fn plain(self) -> Self {
        let Self::Text { codes, levels } = &self else { return self };
        let parsed: Vec<Option<f64>> = levels
            .iter()
            .map(|l| {
                l.parse()
                    .ok()
                    .filter(|v: &f64| v.is_finite() && (!l.starts_with('0') || l.len() == 1 || l.starts_with("0.")))
            })
            .collect();
        let value = |code: &u32| if *code == u32::MAX { Some(f64::NAN) } else { parsed[*code as usize] };
        let all: Option<Vec<f64>> = codes.iter().map(value).collect();
        match all {
            Some(all) if all.iter().any(|v| !v.is_nan()) => Self::Number(all),
            _ => self,
        }
    }

    /// The rows at `keep`.
    #[must_use]
    pub fn take(&self, keep: &[usize]) -> Self {
        match self {
            Self::Number(all) => Self::Number(keep.iter().map(|i| all[*i]).collect()),
            Self::Text { codes, levels } => {
                Self::Text { codes: keep.iter().map(|i| codes[*i]).collect(), levels: levels.clone() }
            }
        }
    }
}

/// Digits with a zero before them are a code, not a number: `0101`.
fn is_code(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

/// A number with a decimal point, as a file of decimal points has it.
fn has_point(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A number with a decimal comma.
fn has_comma(text: &str) -> bool {
    !text.contains('.') && has_point(&text.replace(',', "."))
}

/// A table in columns, which a copy shares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    names: Vec<String>,
    columns: Vec<Arc<Column>>,
    rows: usize,
    /// Numbers of the rows in the table they were taken from, where they were.
    numbers: Option<Vec<usize>>,
}

impl Frame {
    /// An empty table of so many rows.
    pub fn new(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// With a column more; one of the same name is replaced.
    ///
    /// # Panics
    /// Where the length is another than that of the table.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, column: Column) -> Self {
        let length = match &column {
            Column::Number(all) => all.len(),
            Column::Text { codes, .. } => codes.len(),
        };
        assert_eq!(length, self.rows, "columns of one table are of one length");
        let name = name.into();
        match self.names.iter().position(|n| *n == name) {
            Some(i) => self.columns[i] = Arc::new(column),
            None => {
                self.names.push(name);
                self.columns.push(Arc::new(column));
            }
        }
        self
    }

    /// The number of a row as its file has it, counted from 1 below the heading.
    pub fn row_number(&self, row: usize) -> usize {
        self.numbers.as_ref().map_or(row + 1, |n| n[row])
    }

    /// A failure that names a row of this table, with the number that the row has in its file.
    #[must_use]
    pub fn renumbered(&self, failure: Failure) -> Failure {
        let number = |row: usize| if row == 0 || row > self.rows { row } else { self.row_number(row - 1) };
        match failure {
            Failure::Value { column, row, what } => Failure::Value { column, row: number(row), what },
            Failure::NotANumber { column, row, found } => Failure::NotANumber { column, row: number(row), found },
            other => other,
        }
    }

    /// Rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Headings.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A column.
    ///
    /// # Errors
    /// [`Failure::NoColumn`].
    pub fn column(&self, name: &str) -> Result<&Column, Failure> {
        let place = self.names.iter().position(|n| n == name);
        place
            .map(|i| &*self.columns[i])
            .ok_or_else(|| Failure::NoColumn { column: name.to_owned(), has: self.names.join(", ") })
    }

    /// A column of numbers.
    ///
    /// # Errors
    /// Where it is not there, or holds text, naming the first row that is no number.
    pub fn numbers(&self, name: &str) -> Result<&[f64], Failure> {
        match self.column(name)? {
            Column::Number(all) => Ok(all),
            text @ Column::Text { codes, levels } => {
                // What is no number by the mark that most of them have.
                let with = |is: fn(&str) -> bool| {
                    let fits: Vec<bool> = levels.iter().map(|l| is(l) && !is_code(l)).collect();
                    let rows = codes.iter().filter(|c| fits.get(**c as usize) == Some(&true)).count();
                    (rows, fits)
                };
                let (point, comma) = (with(has_point), with(has_comma));
                let fits = if comma.0 > point.0 { comma.1 } else { point.1 };
                let row = codes.iter().position(|c| fits.get(*c as usize) == Some(&false));
                let row = row.or_else(|| codes.iter().position(|c| *c != u32::MAX)).unwrap_or(0);
                Err(Failure::NotANumber {
                    column: name.to_owned(),
                    row: if self.rows == 0 { 1 } else { self.row_number(row) },
                    found: if self.rows == 0 { String::new() } else { text.label(row) },
                })
            }
        }
    }

    /// That a column of text is meant as categories: not where nearly every row is a number, of many, so that the others look
    /// like slips. A column with codes as `0101` among them is one of codes.
    ///
    /// # Errors
    /// Naming the first row that is no number.
    pub fn categories(&self, name: &str) -> Result<(), Failure> {
        let Column::Text { codes, levels } = self.column(name)? else { return Ok(()) };
        let mut rows = vec![0usize; levels.len()];
        codes.iter().filter(|c| **c != u32::MAX).for_each(|c| rows[*c as usize] += 1);
        let met = || levels.iter().zip(&rows).filter(|(_, n)| **n > 0);
        let all: usize = rows.iter().sum();
        for is in [has_point as fn(&str) -> bool, has_comma] {
            let numbers: usize = met().filter(|(l, _)| is(l)).map(|(_, n)| n).sum();
            let many = met().filter(|(l, _)| is(l)).count() >= 10;
            if many && numbers < all && numbers * 10 >= all * 9 && !met().any(|(l, _)| is_code(l)) {
                return self.numbers(name).map(|_| ()).map_err(|failure| match failure {
                    Failure::NotANumber { column, row, found } => Failure::Value {
                        what: crate::said!(
                            "»{found}« er ikke et tal, som næsten alle andre er; skriv --categorical {column}, hvis de er kategorier",
                            "\"{found}\" is no number, as nearly all others are; write --categorical {column} if they are categories"
                        ),
                        column,
                        row,
                    },
                    other => other,
                });
            }
        }
        Ok(())
    }

    /// A column that is 0 or 1 in every row where it is not missing.
    ///
    /// # Errors
    /// Naming the first row that is neither.
    pub fn indicator(&self, name: &str) -> Result<&[f64], Failure> {
        let all = self.numbers(name)?;
        match all.iter().position(|v| !v.is_nan() && *v != 0.0 && *v != 1.0) {
            None => Ok(all),
            Some(row) => Err(Failure::Value {
                column: name.to_owned(),
                row: self.row_number(row),
                what: crate::said!("{} er hverken 0 eller 1", "{} is neither 0 nor 1", all[row]),
            }),
        }
    }

    /// The rows at `keep`, of every column.
    #[must_use]
    pub fn take(&self, keep: &[usize]) -> Self {
        Self {
            names: self.names.clone(),
            columns: self.columns.iter().map(|c| Arc::new(c.take(keep).plain())).collect(),
            rows: keep.len(),
            numbers: Some(keep.iter().map(|i| self.row_number(*i)).collect()),
        }
    }
}
