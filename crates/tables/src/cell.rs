//! One cell, asked for as something.

use jiff::civil::Date;

/// What would be right in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A day.
    Date,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Anything but nothing.
    Something,
    /// One of these words.
    OneOf(Vec<&'static str>),
    /// Something else, in Danish and English.
    Other(String, String),
}

impl Expected {
    /// In words.
    pub fn say(&self, danish: bool) -> String {
        let text = |da: &str, en: &str| if danish { da.to_owned() } else { en.to_owned() };
        match self {
            Self::Date => text("en dato som 2026-11-24 eller 24-11-2026", "a day such as 2026-11-24 or 24-11-2026"),
            Self::Number => text("et tal som 12,5", "a number such as 12.5"),
            Self::Integer => text("et helt tal", "a whole number"),
            Self::Something => text("noget; cellen er tom", "something; the cell is empty"),
            Self::OneOf(words) => {
                format!("{} {}", text("et af ordene", "one of the words"), words.join(", "))
            }
            Self::Other(da, en) => text(da, en),
        }
    }
}

/// A cell that does not hold what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// Sheet, or the file's own name for a file with one sheet.
    pub sheet: String,
    /// Row as a spreadsheet numbers it: 1 is the heading.
    pub row: usize,
    /// Heading of the column.
    pub column: String,
    /// What stands there; empty where it must not be repeated.
    pub found: String,
    /// What would be right.
    pub expected: Expected,
}

impl CellError {
    /// In words, in Danish or English.
    pub fn say(&self, danish: bool) -> String {
        let Self { sheet, row, column, found, .. } = self;
        let expected = self.expected.say(danish);
        let stands = match (found.is_empty(), danish) {
            (true, _) => String::new(),
            (false, true) => format!("der står »{found}«; "),
            (false, false) => format!("it says \"{found}\"; "),
        };
        if danish {
            format!("ark {sheet}, række {row}, kolonne {column}: {stands}der skal stå {expected}")
        } else {
            format!("sheet {sheet}, row {row}, column {column}: {stands}it should be {expected}")
        }
    }
}

impl std::fmt::Display for CellError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(false))
    }
}

impl std::error::Error for CellError {}

/// `2026-11-24`, `24-11-2026`, `24.11.2026` or `24/11/2026`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(['-', '.', '/']).map(str::trim).collect();
    let [d, m, y] = parts[..] else { return None };
    (y.len() == 4).then_some(())?;
    Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()
}

/// `12.5`, `12,5`, `1.234,5` or `1,234.5`; where only one kind of mark stands, and once, it is the decimal mark.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
    let (last_comma, last_point) = (text.rfind(','), text.rfind('.'));
    let plain = match (last_comma, last_point) {
        (Some(c), Some(p)) if c > p => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (Some(_), None) if text.matches(',').count() == 1 => text.replace(',', "."),
        (Some(_), None) => text.replace(',', ""),
        (None, Some(_)) if text.matches('.').count() > 1 => text.replace('.', ""),
        _ => text,
    };
    let fits = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    plain.parse::<f64>().ok().filter(|n| fits && n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_are_read_the_danish_and_the_english_way() {
        for (text, number) in [
            ("12,5", 12.5),
            ("12.5", 12.5),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1.234.567", 1_234_567.0),
            ("-3", -3.0),
            (" 7 ", 7.0),
        ] {
            assert_eq!(parse_number(text), Some(number), "{text}");
        }
        for text in ["", "tolv", "1,2,3.4.5", "nan", "inf", "1e999"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_read_in_the_ways_danes_write_them() {
        for text in ["2026-11-24", "24-11-2026", "24.11.2026", "24/11/2026", "24. 11. 2026"] {
            assert_eq!(parse_date(text), Some(date(2026, 11, 24)), "{text}");
        }
        for text in ["24-11-26", "31-02-2026", "november", ""] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
