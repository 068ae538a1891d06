//! A document as data, as one HTML file for screen and paper, as an accessible PDF, and as plain text for a mail. It has no words of its own but those of the frame: what it
//! says comes from the caller.
//!
//! ```
//! use reports::{Document, Lang, Part, Section};
//! let text = Part::Text("Randers ligger som forventet.".to_owned());
//! let one = Section { heading: "Det korte af det lange".to_owned(), parts: vec![text] };
//! let document = Document { lang: Lang::Da, title: "Resultater".to_owned(), sections: vec![one], ..Document::default() };
//! assert!(document.html().contains("<h2 id=\"s1\">Det korte af det lange</h2>"));
//! ```

mod pdf;
mod text;

pub use pdf::PdfError;

use askama::Template;
use charts::Table;

/// The language it is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// The answer, in larger letters.
    Lead(String),
    /// A paragraph.
    Text(String),
    /// Points.
    Points(Vec<String>),
    /// A heading within the section.
    Heading(String),
    /// A table.
    Table(Table),
    /// A picture with the table behind it.
    Figure {
        /// The picture, as `charts` draws it.
        svg: String,
        /// Drawn for half the width.
        small: bool,
        /// What it shows, and from where.
        caption: String,
        /// The numbers behind it: folded on a screen, and left out on paper where they are more than [`ON_PAPER`] rows.
        table: Table,
    },
    /// In small letters.
    Note(String),
}

/// Rows of the table behind a picture that paper has room for.
pub const ON_PAPER: usize = 30;

/// A part that begins on a new page.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Parts, in order.
    pub parts: Vec<Part>,
}

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Language.
    pub lang: Lang,
    /// Title.
    pub title: String,
    /// A line below it.
    pub subtitle: String,
    /// At the foot: who made it, when, from what.
    pub foot: String,
    /// Sections.
    pub sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    document: &'a Document,
    danish: bool,
    style: &'static str,
    chart_style: &'static str,
}

/// Headings of a table, and whether numbers stand below them.
fn heads(table: &Table) -> Vec<(&str, bool)> {
    let number = |i: usize| table.rows.iter().filter_map(|r| r.get(i)).all(charts::Cell::is_number);
    table.columns.iter().enumerate().map(|(i, name)| (name.as_str(), !table.rows.is_empty() && number(i))).collect()
}

impl Document {
    fn has_pictures(&self) -> bool {
        self.sections.iter().flat_map(|s| &s.parts).any(|p| matches!(p, Part::Figure { .. }))
    }

    /// One file of HTML with everything in it: pictures, style, and the numbers behind each picture. It asks for nothing from
    /// elsewhere.
    pub fn html(&self) -> String {
        let page = Page {
            document: self,
            danish: self.lang == Lang::Da,
            style: include_str!("document.css"),
            chart_style: if self.has_pictures() { charts::STYLE } else { "" },
        };
        // A template without fallible parts.
        page.render().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charts::Cell;

    fn document() -> Document {
        let table = Table {
            caption: "Andel < 10 & mere".to_owned(),
            columns: vec!["Kommune".to_owned(), "Andel".to_owned()],
            rows: vec![
                vec![Cell::Text("Randers".to_owned()), Cell::Number(10.1, "10,1".to_owned())],
                vec![Cell::Text("Læsø".to_owned()), Cell::Missing],
            ],
        };
        let long = Table { rows: vec![table.rows[0].clone(); ON_PAPER + 1], ..table.clone() };
        let figure = |table| Part::Figure {
            svg: "<svg class=\"chart\"></svg>".to_owned(),
            small: false,
            caption: "Kilde".to_owned(),
            table,
        };
        let parts = vec![
            Part::Lead("Svaret".to_owned()),
            Part::Points(vec!["Et <punkt>".to_owned()]),
            Part::Table(table.clone()),
            figure(table),
            figure(long),
        ];
        Document {
            title: "Rapport".to_owned(),
            sections: vec![Section { heading: "Første".to_owned(), parts }],
            ..Document::default()
        }
    }

    #[test]
    fn text_is_escaped_and_pictures_are_not() {
        let html = document().html();
        assert!(html.contains("Et &#60;punkt&#62;") || html.contains("Et &lt;punkt&gt;"), "{html}");
        assert!(html.contains("<svg class=\"chart\">") && !html.contains("<punkt>"));
        assert!(html.starts_with("<!doctype html>\n<html lang=\"da\">"));
    }

    #[test]
    fn numbers_stand_to_the_right_and_missing_is_said() {
        let html = document().html();
        assert!(html.contains("<td class=\"num\">10,1</td>") && html.contains("<td class=\"num\">–</td>"), "{html}");
    }

    #[test]
    fn a_long_table_behind_a_picture_is_left_off_paper() {
        let html = document().html();
        assert_eq!(html.matches("<details class=\"behind\">").count(), 1);
        assert_eq!(html.matches("<details class=\"behind screen-only\">").count(), 1);
    }

    #[test]
    fn it_asks_for_nothing_from_elsewhere() {
        let html = document().html();
        // Within the file itself a picture may point.
        let html = html.replace("url(#", "");
        for word in ["src=", "url(", "@import", "<link", "<script"] {
            assert!(!html.contains(word), "{word}");
        }
    }
}
