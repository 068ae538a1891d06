//! Tables: how wide columns are, and rows over pages.

use super::TOP;
use super::flow::{END, Flow, Ink, Mark};
use super::letters::{Face, Line, Weight};
use charts::{Cell, Table};
use krilla::tagging::{TableHeaderScope, Tag, TagKind};

const SIZE: f32 = 8.5;
const LEADING: f32 = 11.4;
/// On each side of a cell's text.
const PAD: f32 = 4.5;
/// Above and below it.
const AIR: f32 = 2.1;
/// What a column may be wider than its texts, so that a name and its number stand near each other.
const LOOSE: f32 = 26.0;

/// Where a table stands: from the left, and the width it may take.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) x: f32,
    pub(super) width: f32,
}

/// Widths of columns in `room`, as a browser gives them: what the texts take where all fit, and else each its longest word and a
/// part of the rest after what it would like. `wish` is (longest word, whole text) of each column.
pub(super) fn widths(wish: &[(f32, f32)], room: f32) -> Vec<f32> {
    let least: f32 = wish.iter().map(|w| w.0).sum();
    let most: f32 = wish.iter().map(|w| w.1).sum();
    if most <= room {
        let over = ((room - most) / wish.len().max(1) as f32).min(LOOSE);
        return wish.iter().map(|w| w.1 + over).collect();
    }
    if least >= room {
        // Words are broken then.
        return wish.iter().map(|w| w.0 * room / least).collect();
    }
    let part = (room - least) / (most - least);
    wish.iter().map(|w| w.0 + (w.1 - w.0) * part).collect()
}

struct Columns {
    x: f32,
    widths: Vec<f32>,
    /// Numbers stand to the right.
    right: Vec<bool>,
}

impl Columns {
    fn whole(&self) -> f32 {
        self.widths.iter().sum()
    }
}

/// A row with its lines set.
struct Row {
    cells: Vec<Vec<Line>>,
    height: f32,
}

impl Row {
    fn of(cells: Vec<Vec<Line>>) -> Self {
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        Self { cells, height: most as f32 * LEADING + 2.0 * AIR }
    }

    /// In pieces of at most so many lines: nearly always one.
    fn pieces(self, most: usize) -> Vec<Self> {
        let lines = self.cells.iter().map(Vec::len).max().unwrap_or(1);
        if lines <= most {
            return vec![self];
        }
        let piece = |n: usize| {
            let of = |cell: &Vec<Line>| cell.iter().skip(n * most).take(most).cloned().collect();
            Self::of(self.cells.iter().map(of).collect())
        };
        (0..lines.div_ceil(most)).map(piece).collect()
    }
}

struct Setting {
    columns: Columns,
    head: Row,
    rows: Vec<Row>,
}

/// Whether a cell names its row.
fn is_name(row: &[Cell], column: usize) -> bool {
    column == 0 && row.first().is_some_and(|c| !c.is_number())
}

fn weight(name: bool) -> Weight {
    if name { Weight::Strong } else { Weight::Regular }
}

impl Flow<'_> {
    fn face(&self, weight: Weight) -> &Face {
        self.faces.of(weight)
    }

    fn row(&self, texts: &[&str], columns: &[f32], weight: impl Fn(usize) -> Weight) -> Row {
        let one = |(i, text): (usize, &&str)| self.face(weight(i)).wrap(text, SIZE, columns[i] - 2.0 * PAD + 0.01);
        Row::of(texts.iter().enumerate().map(one).collect())
    }

    /// Draw a row at the present height; `nodes` are those of its cells, none where the row is repeated on a new page.
    fn draw(&mut self, row: &Row, columns: &Columns, weight: impl Fn(usize) -> Weight, at_foot: bool, nodes: &[usize]) {
        let mut x = columns.x;
        for (i, lines) in row.cells.iter().enumerate() {
            let from = if at_foot { row.height - AIR - lines.len() as f32 * LEADING } else { AIR };
            for (n, line) in lines.iter().enumerate() {
                let y = self.y + from + n as f32 * LEADING + f32::midpoint(LEADING, SIZE * 0.7);
                let over = if columns.right[i] { columns.widths[i] - 2.0 * PAD - line.width * SIZE } else { 0.0 };
                let x = x + PAD + over;
                let mark = Mark::Text { x, y, size: SIZE, weight: weight(i), ink: Ink::Dark, line: line.clone() };
                self.put(nodes.get(i).copied(), mark);
            }
            x += columns.widths[i];
        }
        self.y += row.height;
    }

    fn head(&mut self, head: &Row, columns: &Columns, row: Option<usize>) {
        let cells = 0..row.map_or(0, |_| head.cells.len());
        let nodes: Vec<usize> =
            cells.map(|_| self.node(row.unwrap_or_default(), Tag::TH(TableHeaderScope::Column))).collect();
        self.draw(head, columns, |_| Weight::Strong, true, &nodes);
        self.put(None, Mark::Rule { x: columns.x, y: self.y, width: columns.whole(), thick: 1.2, ink: Ink::Dark });
        self.y += 1.2;
    }

    /// A table with its lines set for a place.
    fn setting(&self, table: &Table, place: Place) -> Setting {
        let heads = crate::heads(table);
        let names: Vec<&str> = heads.iter().map(|h| h.0).collect();
        let mut wish: Vec<(f32, f32)> = names.iter().map(|n| self.face(Weight::Strong).extent(n)).collect();
        for row in &table.rows {
            for (i, (cell, wish)) in row.iter().zip(&mut wish).enumerate() {
                let (least, most) = self.face(weight(is_name(row, i))).extent(cell.shown());
                // A number is not broken.
                let least = if cell.is_number() { most } else { least };
                *wish = (wish.0.max(least), wish.1.max(most));
            }
        }
        let wish: Vec<(f32, f32)> = wish.iter().map(|w| (w.0 * SIZE + 2.0 * PAD, w.1 * SIZE + 2.0 * PAD)).collect();
        let right = heads.iter().map(|h| h.1).collect();
        let columns = Columns { x: place.x, widths: widths(&wish, place.width), right };
        let head = self.row(&names, &columns.widths, |_| Weight::Strong);
        let row = |row: &Vec<Cell>| {
            let texts: Vec<&str> = row.iter().take(columns.widths.len()).map(Cell::shown).collect();
            self.row(&texts, &columns.widths, |i| weight(is_name(row, i)))
        };
        Setting { rows: table.rows.iter().map(row).collect(), head, columns }
    }

    /// Whether the whole table has room from `top` to the foot of the page.
    pub(super) fn fits(&self, table: &Table, place: Place, top: f32) -> bool {
        let Setting { head, rows, .. } = self.setting(table, place);
        let rows: f32 = rows.iter().map(|r| r.height + 0.5).sum();
        top + head.height + rows + 4.0 * LEADING <= END
    }

    pub(super) fn table(&mut self, parent: usize, table: &Table, place: Place) {
        let Setting { head, rows, columns } = self.setting(table, place);
        let first = rows.first().map_or(0.0, |r| r.height);
        self.need(head.height + first + 2.0 * LEADING + 10.0);
        let node = self.node(parent, Tag::Table);
        if !table.caption.is_empty() {
            self.small(node, Tag::Caption, &table.caption, place);
        }
        let (thead, tbody) = (self.node(node, Tag::THead), self.node(node, Tag::TBody));
        let tr = self.node(thead, Tag::TR);
        self.head(&head, &columns, Some(tr));
        // What a page has room for below the headings.
        let most = ((END - TOP - head.height - 2.0 * AIR - 3.0) / LEADING).max(1.0) as usize;
        for (row, cells) in rows.into_iter().zip(&table.rows) {
            let tr = self.node(tbody, Tag::TR);
            let tag = |i: usize| -> TagKind {
                if is_name(cells, i) { Tag::TH(TableHeaderScope::Row).into() } else { Tag::TD.into() }
            };
            let nodes: Vec<usize> = (0..row.cells.len()).map(|i| self.node(tr, tag(i))).collect();
            for piece in row.pieces(most) {
                if self.y + piece.height > END && self.y > TOP {
                    self.new_page();
                    self.head(&head, &columns, None);
                }
                self.draw(&piece, &columns, |i| weight(is_name(cells, i)), false, &nodes);
            }
            self.put(None, Mark::Rule { x: columns.x, y: self.y, width: columns.whole(), thick: 0.5, ink: Ink::Thin });
            self.y += 0.5;
        }
    }
}
