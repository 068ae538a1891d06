//! A document as PDF: A4, tagged after PDF/UA-1 (ISO 14289-1), so that a screen reader meets headings, lists, tables with heads and
//! a text for each picture, in the order in which they are read.

mod flow;
mod grid;
mod letters;

use crate::{Document, Lang};
use flow::{Child, Flow, Ink, Mark, Op};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Paint};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, TagGroup, TagTree};
use krilla_svg::{SurfaceExt, SvgSettings};
use letters::{Faces, Weight};

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// A4 in points.
const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// Left and right.
const SIDE: f32 = 17.0 * MM;
const TOP: f32 = 18.0 * MM;
const BOTTOM: f32 = 20.0 * MM;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font of this crate cannot be read.
    #[error("the font {0} cannot be read")]
    Font(&'static str),
    /// A picture is not well-formed.
    #[error("picture {number}: {reason}")]
    Picture {
        /// Its number, from 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
    /// The rules of PDF/UA are not met, or a limit of the format is passed.
    #[error("the PDF cannot be written: {0}")]
    Writing(String),
}

impl Document {
    /// The document as a PDF of A4 pages that meets PDF/UA-1. The same document gives the same bytes.
    ///
    /// # Errors
    /// [`PdfError`]: a picture that is not well-formed, or a document that cannot be made accessible (one without a title).
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let faces = Faces::new()?;
        let mut flow = Flow::new(&faces);
        flow.document(self)?;
        let Flow { pages, mut nodes, headings, .. } = flow;

        let conformance = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
        let configuration = conformance.map_err(|e| PdfError::Writing(format!("{e:?}")))?;
        let settings = krilla::SerializeSettings { configuration, enable_tagging: true, ..Default::default() };
        let mut out = krilla::Document::new_with(settings);
        let count = pages.len();
        for (number, ops) in pages.iter().enumerate() {
            let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| PdfError::Writing("A4".to_owned()))?;
            let mut page = out.start_page_with(size);
            let mut surface = page.surface();
            for op in ops {
                let id = surface.start_tagged(op.tag());
                op.mark.draw(&mut surface, &faces);
                surface.end_tagged();
                if let Some(node) = op.node {
                    nodes[node].children.push(Child::Leaf(id));
                }
            }
            self.foot(&mut surface, &faces, number + 1, count);
            surface.finish();
            page.finish();
        }

        let mut outline = Outline::new();
        for (title, page, y) in headings {
            outline.push_child(OutlineNode::new(title, XyzDestination::new(page, Point::from_xy(SIDE, y))));
        }
        out.set_outline(outline);
        let lang = if self.lang == Lang::Da { "da" } else { "en" };
        let about = Metadata::new().title(self.title.clone()).description(self.subtitle.clone());
        out.set_metadata(about.language(lang.to_owned()).creator("Trædesten".to_owned()));
        let mut tree = TagTree::new().with_lang(Some(lang.to_owned()));
        // The first node is the document itself, which the library adds.
        let mut nodes: Vec<Option<flow::Node>> = nodes.into_iter().map(Some).collect();
        for child in nodes[0].take().map(|n| n.children).unwrap_or_default() {
            tree.push(grown(&child, &mut nodes));
        }
        out.set_tag_tree(tree);
        out.finish().map_err(|e| PdfError::Writing(e.to_string()))
    }

    /// Title and page number at the foot: on each page, and so not part of what is read aloud.
    fn foot(&self, surface: &mut Surface<'_>, faces: &Faces, number: usize, count: usize) {
        let of = if self.lang == Lang::Da { "Side" } else { "Page" };
        let base = PAGE.1 - BOTTOM + 9.0 * MM;
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        let face = faces.of(Weight::Regular);
        let right = face.shape(&format!("{of} {number}/{count}"));
        let room = PAGE.0 - 2.0 * SIDE - right.width * 8.0 - 12.0;
        let left = face.wrap(&self.title, 8.0, room).into_iter().next();
        let at_right = PAGE.0 - SIDE - right.width * 8.0;
        for (x, line) in [(SIDE, left), (at_right, Some(right))] {
            let Some(line) = line else { continue };
            Mark::Text { x, y: base, size: 8.0, weight: Weight::Regular, ink: Ink::Muted, line }.draw(surface, faces);
        }
        surface.end_tagged();
    }
}

/// A node of the tags with all below it.
fn grown(child: &Child, nodes: &mut [Option<flow::Node>]) -> Node {
    match child {
        Child::Leaf(id) => Node::Leaf(*id),
        Child::Node(index) => {
            // Each node has one parent, and so is met once.
            let Some(node) = nodes[*index].take() else { return TagGroup::new(krilla::tagging::Tag::Div).into() };
            let mut group = TagGroup::new(node.tag);
            for child in &node.children {
                group.push(grown(child, nodes));
            }
            group.into()
        }
    }
}

impl Op {
    fn tag(&self) -> ContentTag<'static> {
        match (self.node, &self.mark) {
            (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            (_, Mark::Text { .. }) => ContentTag::Span(SpanTag::empty()),
            _ => ContentTag::Other,
        }
    }
}

impl Mark {
    fn draw(&self, surface: &mut Surface<'_>, faces: &Faces) {
        match self {
            Self::Text { x, y, size, weight, ink, line } => {
                surface.set_fill(Some(ink.fill()));
                let font = faces.of(*weight).font.clone();
                surface.draw_glyphs(Point::from_xy(*x, *y), &line.glyphs, font, &line.text, *size, false);
            }
            Self::Rule { x, y, width, thick, ink } => {
                let mut path = PathBuilder::new();
                let Some(rect) = Rect::from_xywh(*x, *y, *width, *thick) else { return };
                path.push_rect(rect);
                surface.set_fill(Some(ink.fill()));
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
            }
            Self::Picture { x, y, width, height, tree } => {
                let Some(size) = Size::from_wh(*width, *height) else { return };
                surface.push_transform(&Transform::from_translate(*x, *y));
                let _ = surface.draw_svg(tree, size, SvgSettings::default());
                surface.pop();
            }
        }
    }
}

impl Ink {
    fn fill(self) -> Fill {
        let (r, g, b) = match self {
            Self::Dark => (0x1a, 0x1a, 0x1a),
            Self::Muted => (0x59, 0x59, 0x59),
            Self::Accent => (0x00, 0x4d, 0x99),
            Self::Thin => (0xdc, 0xdc, 0xdc),
        };
        Fill { paint: Paint::from(krilla::color::rgb::Color::new(r, g, b)), ..Fill::default() }
    }
}

#[cfg(test)]
mod tests;
