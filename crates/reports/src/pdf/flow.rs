//! Where everything stands: parts into pages, and the tags beside them.

use super::grid::Place;
use super::letters::{Faces, Line, REGULAR, STRONG, Weight};
use super::{BOTTOM, MM, PAGE, PdfError, SIDE, TOP};
use crate::{Document, ON_PAPER, Part, Section};
use charts::Table;
use krilla::tagging::{Identifier, ListNumbering, Tag, TagKind};
use std::num::NonZeroU16;
use std::sync::Arc;

/// Width of the text.
const WIDTH: f32 = PAGE.0 - 2.0 * SIDE;
/// A picture drawn small.
const HALF: f32 = 95.0 * MM;
/// Between a small picture and the numbers beside it.
const GAP: f32 = 16.0;
const WHOLE: Place = Place { x: SIDE, width: WIDTH };
pub(super) const END: f32 = PAGE.1 - BOTTOM;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Dark,
    Muted,
    Accent,
    Thin,
}

/// Something drawn; points from the upper left corner, text from its base line.
pub(super) enum Mark {
    Text { x: f32, y: f32, size: f32, weight: Weight, ink: Ink, line: Line },
    Rule { x: f32, y: f32, width: f32, thick: f32, ink: Ink },
    Picture { x: f32, y: f32, width: f32, height: f32, tree: Box<usvg::Tree> },
}

/// A mark and the node of the tags it belongs to; none is decoration.
pub(super) struct Op {
    pub(super) mark: Mark,
    pub(super) node: Option<usize>,
}

pub(super) enum Child {
    Node(usize),
    Leaf(Identifier),
}

pub(super) struct Node {
    pub(super) tag: TagKind,
    pub(super) children: Vec<Child>,
}

/// Letters of a paragraph: points.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    pub(super) size: f32,
    pub(super) leading: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
}

impl Letters {
    /// From the top of a line to its base line: capitals, 0.7 of the size, stand in the middle.
    fn base(self) -> f32 {
        f32::midpoint(self.leading, self.size * 0.7)
    }
}

const fn letters(size: f32, leading: f32, weight: Weight, ink: Ink) -> Letters {
    Letters { size, leading, weight, ink }
}

const TITLE: Letters = letters(22.0, 27.0, Weight::Strong, Ink::Dark);
const SUBTITLE: Letters = letters(11.0, 16.0, Weight::Regular, Ink::Muted);
const HEADING: Letters = letters(16.0, 20.5, Weight::Strong, Ink::Dark);
const LOWER: Letters = letters(12.5, 16.0, Weight::Strong, Ink::Dark);
const LEAD: Letters = letters(13.5, 19.0, Weight::Strong, Ink::Dark);
const TEXT: Letters = letters(10.5, 15.2, Weight::Regular, Ink::Dark);
const NOTE: Letters = letters(9.0, 12.8, Weight::Regular, Ink::Muted);

pub(super) struct Flow<'a> {
    pub(super) faces: &'a Faces,
    pub(super) pages: Vec<Vec<Op>>,
    pub(super) nodes: Vec<Node>,
    /// Headings of sections: text, page from 0, and height on it.
    pub(super) headings: Vec<(String, usize, f32)>,
    /// The next free height.
    pub(super) y: f32,
    pictures: usize,
    options: usvg::Options<'static>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(faces: &'a Faces) -> Self {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_data(REGULAR.to_vec());
        fonts.load_font_data(STRONG.to_vec());
        let options = usvg::Options {
            font_family: "IBM Plex Sans".to_owned(),
            fontdb: Arc::new(fonts),
            ..usvg::Options::default()
        };
        let root = Node { tag: Tag::Div.into(), children: Vec::new() };
        Self { faces, pages: vec![Vec::new()], nodes: vec![root], headings: Vec::new(), y: TOP, pictures: 0, options }
    }

    pub(super) fn node(&mut self, parent: usize, tag: impl Into<TagKind>) -> usize {
        self.nodes.push(Node { tag: tag.into(), children: Vec::new() });
        let index = self.nodes.len() - 1;
        self.nodes[parent].children.push(Child::Node(index));
        index
    }

    pub(super) fn put(&mut self, node: Option<usize>, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Op { mark, node });
        }
    }

    pub(super) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begin a page where less than `height` is left of this one. True where it did.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let turn = self.y + height > END && self.y > TOP;
        if turn {
            self.new_page();
        }
        turn
    }

    fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Lines from `x`, below each other.
    fn lines(&mut self, node: usize, text: &str, how: Letters, x: f32, width: f32) {
        let lines = self.faces.of(how.weight).wrap(text, how.size, width);
        let count = lines.len();
        for (i, line) in lines.into_iter().enumerate() {
            // Neither the first line alone at the foot of a page, nor the last alone at the head of one.
            let together = if count > 1 && (i == 0 || i + 2 == count) { 2.0 } else { 1.0 };
            self.need(together * how.leading);
            let y = self.y + how.base();
            self.put(Some(node), Mark::Text { x, y, size: how.size, weight: how.weight, ink: how.ink, line });
            self.y += how.leading;
        }
    }

    fn block(&mut self, parent: usize, tag: impl Into<TagKind>, text: &str, how: Letters) {
        let node = self.node(parent, tag);
        self.lines(node, text, how, SIDE, WIDTH);
    }

    fn heading(&mut self, parent: usize, level: u16, text: &str, how: Letters) {
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.block(parent, Tag::Hn(level, Some(text.to_owned())), text, how);
    }

    pub(super) fn document(&mut self, document: &Document) -> Result<(), PdfError> {
        self.heading(0, 1, &document.title, TITLE);
        if !document.subtitle.is_empty() {
            self.space(3.0);
            self.block(0, Tag::P, &document.subtitle, SUBTITLE);
        }
        self.space(7.0);
        self.put(None, Mark::Rule { x: SIDE, y: self.y, width: WIDTH, thick: 2.2, ink: Ink::Accent });
        self.y += 8.0;
        // What comes last is short, and stands where the one before it ends.
        let last = document.sections.len().saturating_sub(1);
        for (i, section) in document.sections.iter().enumerate() {
            if i > 0 && i < last && self.y > TOP {
                self.new_page();
            }
            self.section(section)?;
        }
        if !document.foot.is_empty() {
            self.space(16.0);
            self.need(NOTE.leading * 3.0);
            self.put(None, Mark::Rule { x: SIDE, y: self.y, width: WIDTH, thick: 0.6, ink: Ink::Thin });
            self.y += 6.0;
            self.block(0, Tag::P, &document.foot, NOTE);
        }
        Ok(())
    }

    fn section(&mut self, section: &Section) -> Result<(), PdfError> {
        let node = self.node(0, Tag::Section);
        self.space(20.0);
        self.need(HEADING.leading + 90.0);
        self.headings.push((section.heading.clone(), self.pages.len() - 1, self.y));
        self.heading(node, 2, &section.heading, HEADING);
        self.y += 6.0;
        for part in &section.parts {
            self.part(node, part)?;
        }
        Ok(())
    }

    fn part(&mut self, parent: usize, part: &Part) -> Result<(), PdfError> {
        match part {
            Part::Lead(text) => {
                self.block(parent, Tag::P, text, LEAD);
                self.y += 7.0;
            }
            Part::Text(text) => {
                self.block(parent, Tag::P, text, TEXT);
                self.y += 6.0;
            }
            Part::Note(text) => {
                self.block(parent, Tag::P, text, NOTE);
                self.y += 6.0;
            }
            Part::Heading(text) => {
                self.space(9.0);
                self.need(LOWER.leading + 60.0);
                self.heading(parent, 3, text, LOWER);
                self.y += 3.0;
            }
            Part::Points(all) => self.points(parent, all),
            Part::Table(table) => {
                self.table(parent, table, WHOLE);
                self.y += 8.0;
            }
            Part::Figure { svg, small, caption, table } => {
                let behind = (table.rows.len() <= ON_PAPER).then_some(table);
                self.picture(parent, svg, *small, caption, behind)?;
                self.y += 8.0;
            }
        }
        Ok(())
    }

    fn points(&mut self, parent: usize, all: &[String]) {
        let list = self.node(parent, Tag::L(ListNumbering::Disc));
        for text in all {
            let item = self.node(list, Tag::LI);
            let (label, body) = (self.node(item, Tag::Lbl), self.node(item, Tag::LBody));
            self.need(2.0 * TEXT.leading);
            let y = self.y + TEXT.base();
            let line = self.faces.of(TEXT.weight).shape("•");
            let mark = Mark::Text { x: SIDE + 4.0, y, size: TEXT.size, weight: TEXT.weight, ink: TEXT.ink, line };
            self.put(Some(label), mark);
            self.lines(body, text, TEXT, SIDE + 16.0, WIDTH - 16.0);
            self.y += 3.0;
        }
        self.y += 4.0;
    }

    /// A picture with its caption, and the numbers behind it: beside it where it is small, else below.
    fn picture(
        &mut self,
        parent: usize,
        svg: &str,
        small: bool,
        caption: &str,
        behind: Option<&Table>,
    ) -> Result<(), PdfError> {
        self.pictures += 1;
        let wrong = |e: usvg::Error| PdfError::Picture { number: self.pictures, reason: e.to_string() };
        let tree = usvg::Tree::from_str(&charts::standalone(svg), &self.options).map_err(wrong)?;
        let (w, h) = (tree.size().width(), tree.size().height());
        let place = if small { Place { width: HALF, ..WHOLE } } else { WHOLE };
        // No picture is taller than what a page has room for below a heading, or a fifth of that with a table below it.
        let most = (END - TOP - 120.0) / if behind.is_some() && !small { 5.0 } else { 1.0 };
        let (width, height) = (place.width, (place.width * h / w).min(most));
        let width = width.min(height * w / h);
        let below = self.faces.of(NOTE.weight).wrap(caption, NOTE.size, place.width).len() as f32 * NOTE.leading;
        self.need(height + below + 6.0);
        let figure = self.node(parent, Tag::Figure(Some(said(svg, caption))));
        self.put(Some(figure), Mark::Picture { x: SIDE, y: self.y, width, height, tree: Box::new(tree) });
        let top = self.y;
        self.y += height + 4.0;
        self.small(parent, Tag::P, caption, place);
        self.y += 4.0;
        if let Some(table) = behind {
            let end = self.y;
            let beside = Place { x: SIDE + HALF + GAP, width: WIDTH - HALF - GAP };
            if small && self.fits(table, beside, top) {
                self.y = top;
                self.table(parent, table, beside);
                self.y = self.y.max(end);
            } else {
                self.table(parent, table, WHOLE);
            }
        }
        Ok(())
    }

    /// A small text in small letters, for the caption of a table.
    pub(super) fn small(&mut self, parent: usize, tag: impl Into<TagKind>, text: &str, place: Place) {
        let node = self.node(parent, tag);
        self.lines(node, text, NOTE, place.x, place.width);
    }
}

/// What is read aloud for a picture: its title and description, or its caption where it has neither.
fn said(svg: &str, caption: &str) -> String {
    let texts = usvg::roxmltree::Document::parse(svg).map(|xml| {
        let root = xml.root_element();
        let of = |name: &str| root.children().find(|n| n.has_tag_name(name) || n.tag_name().name() == name);
        let words = ["title", "desc"].map(|name| of(name).and_then(|n| n.text()).unwrap_or_default().to_owned());
        words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(". ")
    });
    texts.ok().filter(|t| !t.is_empty()).unwrap_or_else(|| caption.to_owned())
}
