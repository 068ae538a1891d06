//! From one number to another in steps.

use crate::gaps::signed;
use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::{Escaped, Svg, fit};
use crate::table::{Cell, Table};

/// A step of a waterfall.
#[derive(Clone, Debug, PartialEq)]
pub struct Fall {
    /// A few words.
    pub label: String,
    /// A level (at the ends), or a change.
    pub value: f64,
    /// Whether it is a level.
    pub level: bool,
}

/// Levels and the changes between them, left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// The question or answer.
    pub title: String,
    /// What a value is in.
    pub unit: String,
    /// Steps.
    pub falls: Vec<Fall>,
    /// A rise is good: colours follow, and the sign is written.
    pub up_is_good: bool,
    /// Decimals shown.
    pub decimals: usize,
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 840.0;
const H: f64 = 260.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 46.0;

impl Waterfall {
    fn spans(&self) -> Vec<(f64, f64)> {
        let mut level = 0.0;
        self.falls
            .iter()
            .map(|f| {
                let from = if f.level { 0.0 } else { level };
                level = if f.level { f.value } else { level + f.value };
                (from, level)
            })
            .collect()
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let spans = self.spans();
        let ends = spans.iter().flat_map(|(a, b)| [*a, *b]);
        let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
        let pad = ((high - low) * 0.1).max(1e-9);
        let y = Scale::new(if low < 0.0 { low - pad } else { 0.0 }, high + pad, H - BOTTOM, TOP);
        let mut svg = Svg::new("waterfall", W, H, &self.title, &self.describe());
        for tick in nice_ticks(low, high, 4) {
            svg.line("grid", (LEFT, y.at(tick)), (W, y.at(tick)));
            svg.text("muted small", LEFT - 8.0, y.at(tick) + 4.0, "end", &number(tick, self.decimals, self.danish));
        }
        let step = (W - LEFT) / self.falls.len().max(1) as f64;
        let wide = (step * 0.62).min(92.0);
        for (i, (fall, (from, to))) in self.falls.iter().zip(&spans).enumerate() {
            let x = LEFT + step * (i as f64 + 0.5) - wide / 2.0;
            let good = (fall.value >= 0.0) == self.up_is_good;
            let class = match (fall.level, good) {
                (true, _) => "fall-level",
                (_, true) => "fall-good",
                _ => "fall-worse",
            };
            let (top, bottom) = (y.at(from.max(*to)), y.at(from.min(*to)));
            svg.raw(format_args!("<g><title>{}: {}</title>", Escaped(&fall.label), Escaped(&self.shown(fall))));
            svg.rect(class, x, top, wide, (bottom - top).max(1.0));
            svg.raw(format_args!("</g>"));
            svg.text("small", x + wide / 2.0, top - 5.0, "middle", &self.shown(fall));
            if i + 1 < spans.len() {
                svg.line("grid-strong", (x + wide, y.at(*to)), (x + step, y.at(*to)));
            }
            for (line, text) in wrapped(&fall.label, step - 6.0).iter().enumerate() {
                svg.text("small", x + wide / 2.0, H - BOTTOM + 16.0 + 13.0 * line as f64, "middle", text);
            }
        }
        svg.line("axis", (LEFT, y.at(0.0)), (W, y.at(0.0)));
        svg.end()
    }

    fn shown(&self, fall: &Fall) -> String {
        if fall.level {
            number(fall.value, self.decimals, self.danish)
        } else {
            signed(fall.value, self.decimals, self.danish)
        }
    }

    fn describe(&self) -> String {
        let all: Vec<String> = self.falls.iter().map(|f| format!("{} {}", f.label, self.shown(f))).collect();
        format!("{}. {}.", self.unit, all.join("; "))
    }

    /// The numbers behind it.
    pub fn table(&self) -> Table {
        let rows = self
            .falls
            .iter()
            .map(|f| vec![Cell::Text(f.label.clone()), Cell::Number(f.value, self.shown(f))])
            .collect();
        let first = if self.danish { "Trin" } else { "Step" };
        Table {
            caption: format!("{} ({})", self.title, self.unit),
            columns: vec![first.to_owned(), self.unit.clone()],
            rows,
        }
    }
}

/// At most two lines.
fn wrapped(text: &str, width: f64) -> Vec<String> {
    if crate::svg::text_width(text) <= width {
        return vec![text.to_owned()];
    }
    let words: Vec<&str> = text.split(' ').collect();
    let cut = (1..words.len()).rev().find(|n| crate::svg::text_width(&words[..*n].join(" ")) <= width).unwrap_or(1);
    vec![fit(&words[..cut].join(" "), width), fit(&words[cut..].join(" "), width)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_lead_from_one_level_to_the_next() {
        let fall = |label: &str, value, level| Fall { label: label.to_owned(), value, level };
        let w = Waterfall {
            title: "Hvor opstår forskellen?".to_owned(),
            unit: "fuldtidspersoner".to_owned(),
            falls: vec![
                fall("ventet", 500.0, true),
                fall("tilgang", 40.0, false),
                fall("varighed", -10.0, false),
                fall("faktisk", 530.0, true),
            ],
            up_is_good: false,
            decimals: 0,
            danish: true,
        };
        assert_eq!(w.spans(), [(0.0, 500.0), (500.0, 540.0), (540.0, 530.0), (0.0, 530.0)]);
        let svg = w.svg();
        assert_eq!((svg.matches("fall-worse").count(), svg.matches("fall-good").count()), (1, 1));
        assert!(svg.contains("+40") && svg.contains("−10"));
        assert_eq!(w.table().rows.len(), 4);
    }
}
