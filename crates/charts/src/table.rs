//! The table behind a picture.

/// A cell, already in the reader's words.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number, and how it is shown.
    Number(f64, String),
    /// Not published.
    Missing,
}

impl Cell {
    /// As shown; missing is `–`.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(_, text) => text,
            Self::Missing => "–",
        }
    }

    /// Whether it is aligned to the right.
    pub fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

/// Headings and rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// Headings.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
}
