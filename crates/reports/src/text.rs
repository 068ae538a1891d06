//! A document as plain text, for a mail that is read without pictures.

use crate::{Document, ON_PAPER, Part};
use charts::Table;

/// Characters on a line.
const WIDTH: usize = 76;

impl Document {
    /// The document as plain text in lines of at most 76 characters; a picture is its caption and the numbers behind it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        underlined(&mut out, &self.title, '=');
        paragraph(&mut out, &self.subtitle, "", "");
        for section in &self.sections {
            out.push('\n');
            underlined(&mut out, &section.heading, '-');
            for (i, part) in section.parts.iter().enumerate() {
                if i > 0 && !matches!(part, Part::Heading(_)) {
                    out.push('\n');
                }
                match part {
                    Part::Lead(text) | Part::Text(text) | Part::Note(text) => paragraph(&mut out, text, "", ""),
                    Part::Heading(text) => {
                        out.push('\n');
                        paragraph(&mut out, text, "", "");
                    }
                    Part::Points(all) => all.iter().for_each(|text| paragraph(&mut out, text, "* ", "  ")),
                    Part::Table(table) => numbers(&mut out, table),
                    Part::Figure { caption, table, .. } => {
                        paragraph(&mut out, caption, "", "");
                        if table.rows.len() <= ON_PAPER {
                            numbers(&mut out, table);
                        }
                    }
                }
            }
        }
        if !self.foot.is_empty() {
            out.push('\n');
            paragraph(&mut out, &self.foot, "", "");
        }
        out
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn underlined(out: &mut String, text: &str, with: char) {
    paragraph(out, text, "", "");
    out.extend(std::iter::repeat_n(with, length(text).min(WIDTH)));
    out.push('\n');
}

/// Words in lines: `first` before the first line, `rest` before the others.
fn paragraph(out: &mut String, text: &str, first: &str, rest: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && length(&line) + 1 + length(word) > WIDTH {
            out.push_str(&line);
            out.push('\n');
            rest.clone_into(&mut line);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    if !empty {
        out.push_str(&line);
        out.push('\n');
    }
}

/// Columns beside each other where they fit, and else a block for each row.
fn numbers(out: &mut String, table: &Table) {
    paragraph(out, &table.caption, "", "");
    let heads = crate::heads(table);
    let cell = |row: usize, column: usize| table.rows[row].get(column).map_or("", charts::Cell::shown);
    let widest = |column: usize| {
        let cells = (0..table.rows.len()).map(|row| length(cell(row, column)));
        cells.fold(length(heads[column].0), usize::max)
    };
    let widths: Vec<usize> = (0..heads.len()).map(widest).collect();
    if widths.iter().map(|w| w + 2).sum::<usize>() > WIDTH + 2 {
        for row in 0..table.rows.len() {
            for (column, (head, _)) in heads.iter().enumerate() {
                let indent = if column == 0 { "" } else { "  " };
                paragraph(out, &format!("{head}: {}", cell(row, column)), indent, "    ");
            }
        }
        return;
    }
    let mut line = |of: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = heads
            .iter()
            .enumerate()
            .map(|(i, (_, right))| {
                let (text, width) = (of(i), widths[i]);
                if *right { format!("{text:>width$}") } else { format!("{text:<width$}") }
            })
            .collect();
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    };
    line(&|i| heads[i].0.to_owned());
    line(&|i| "-".repeat(widths[i]));
    for row in 0..table.rows.len() {
        line(&|i| cell(row, i).to_owned());
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, Part, Section};
    use charts::{Cell, Table};

    fn table(first: &str) -> Table {
        Table {
            caption: "Ugen i tal".to_owned(),
            columns: ["Hvad", "Uge 47", "Før"].map(str::to_owned).to_vec(),
            rows: vec![vec![Cell::Text(first.to_owned()), Cell::Number(31.0, "31".to_owned()), Cell::Missing]],
        }
    }

    fn text(parts: Vec<Part>) -> String {
        let sections = vec![Section { heading: "Ugen".to_owned(), parts }];
        Document { title: "Randers, uge 47".to_owned(), sections, ..Document::default() }.text()
    }

    #[test]
    fn columns_stand_below_each_other_and_numbers_to_the_right() {
        let said = text(vec![Part::Points(vec!["Et punkt".to_owned()]), Part::Table(table("Nye forløb"))]);
        let expected = "Randers, uge 47\n===============\n\nUgen\n----\n* Et punkt\n\nUgen i tal\n\
                        Hvad        Uge 47  Før\n----------  ------  ---\nNye forløb      31    –\n";
        assert_eq!(said, expected);
    }

    #[test]
    fn a_table_that_is_too_wide_is_told_row_by_row() {
        let said = text(vec![Part::Table(table(&"langt ".repeat(20)))]);
        assert!(said.contains("\n  Uge 47: 31\n  Før: –\n"), "{said}");
        assert!(said.lines().all(|l| l.chars().count() <= super::WIDTH), "{said}");
    }

    #[test]
    fn long_paragraphs_are_broken_between_words() {
        let words = "en ret lang sætning om ugen ".repeat(10);
        let said = text(vec![Part::Text(words.clone())]);
        assert!(said.lines().all(|l| l.chars().count() <= super::WIDTH));
        let same = |s: &str| s.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert!(same(&said).ends_with(&same(&words)));
    }
}
