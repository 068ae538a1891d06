//! Text into glyphs, and glyphs into lines.

use super::PdfError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_linebreak::linebreaks;

/// IBM Plex Sans, under the SIL Open Font License 1.1 (`fonts/LICENSE.txt`).
pub(super) const REGULAR: &[u8] = include_bytes!("../../fonts/IBMPlexSans-Regular.ttf");
/// The same, semi-bold.
pub(super) const STRONG: &[u8] = include_bytes!("../../fonts/IBMPlexSans-SemiBold.ttf");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Strong,
}

pub(super) struct Faces {
    regular: Face,
    strong: Face,
}

impl Faces {
    pub(super) fn new() -> Result<Self, PdfError> {
        Ok(Self {
            regular: Face::new(REGULAR, "IBM Plex Sans Regular")?,
            strong: Face::new(STRONG, "IBM Plex Sans SemiBold")?,
        })
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Strong => &self.strong,
        }
    }
}

pub(super) struct Face {
    pub(super) font: Font,
    shaper: rustybuzz::Face<'static>,
}

/// A line of glyphs; widths in ems.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Without spaces at its end.
    pub(super) width: f32,
}

impl Face {
    fn new(data: &'static [u8], name: &'static str) -> Result<Self, PdfError> {
        let font = Font::new(data.to_vec().into(), 0).ok_or(PdfError::Font(name))?;
        let shaper = rustybuzz::Face::from_slice(data, 0).ok_or(PdfError::Font(name))?;
        Ok(Self { font, shaper })
    }

    /// What the font can show: a letter it lacks becomes a question mark, and all white space a space.
    fn shown(&self, text: &str) -> String {
        let can = |c: char| self.shaper.glyph_index(c).is_some();
        let one = |c: char| if can(c) { c } else { '?' };
        let text: String =
            text.chars().map(|c| if c.is_whitespace() && c != '\u{a0}' { ' ' } else { one(c) }).collect();
        // A per cent sign stays with its number.
        text.replace(" %", "\u{a0}%")
    }

    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(&self.shaper, &[], buffer);
        let em = self.font.units_per_em();
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut out = Vec::with_capacity(infos.len());
        for (i, (info, at)) in infos.iter().zip(positions).enumerate() {
            let start = info.cluster as usize;
            let after = infos[i..].iter().map(|n| n.cluster as usize).find(|&c| c > start);
            let range = start..after.unwrap_or(text.len());
            let part = |v: i32| v as f32 / em;
            let (dx, dy) = (part(at.x_offset), part(at.y_offset));
            let id = GlyphId::new(info.glyph_id);
            out.push(KrillaGlyph::new(id, part(at.x_advance), dx, dy, part(at.y_advance), range, None));
        }
        out
    }

    fn set(&self, text: &str) -> Line {
        let glyphs = self.glyphs(text);
        let bare = text.trim_end().len();
        let width = glyphs.iter().filter(|g| g.text_range.start < bare).map(|g| g.x_advance).sum();
        Line { text: text.to_owned(), glyphs, width }
    }

    /// A text on one line; an empty one is a space, since a cell without anything in it would be no cell.
    pub(super) fn shape(&self, text: &str) -> Line {
        let text = self.shown(text);
        self.set(if text.is_empty() { " " } else { &text })
    }

    /// Lines of `text` at `size` points that are no wider than `room` points, broken where Unicode (UAX 14) allows, and within
    /// a word only where the word alone is wider.
    pub(super) fn wrap(&self, text: &str, size: f32, room: f32) -> Vec<Line> {
        let text = self.shown(text);
        if text.trim().is_empty() {
            return vec![self.set(" ")];
        }
        let room = room / size;
        let mut lines = Vec::new();
        let (mut begin, mut end) = (0, 0);
        // Set as a whole each time, since letters on both sides of a space may stand closer.
        let over = |begin: usize, end: usize| self.set(&text[begin..end]).width > room;
        for (at, _) in linebreaks(&text) {
            if end > begin && over(begin, at) {
                lines.push(self.set(&text[begin..end]));
                begin = end;
            }
            if over(begin, at) {
                for (start, c) in text[end..at].char_indices().map(|(i, c)| (end + i, c)) {
                    if start > begin && over(begin, start + c.len_utf8()) {
                        lines.push(self.set(&text[begin..start]));
                        begin = start;
                    }
                }
            }
            end = at;
        }
        lines.push(self.set(&text[begin..]));
        lines
    }

    /// Width of the widest word and of the whole, in ems. `26–77` is a word.
    pub(super) fn extent(&self, text: &str) -> (f32, f32) {
        let text = self.shown(text);
        let widest = text.split(' ').map(|word| self.set(word).width).fold(0.0, f32::max);
        (widest, self.set(&text).width)
    }
}
