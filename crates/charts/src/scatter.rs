//! Places by two values, with lines to hold them against: funnels, expected against actual, influence.

use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::{Svg, at};
use crate::table::{Cell, Table};

/// A place by two values.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Name.
    pub label: String,
    /// Across and up.
    pub at: (f64, f64),
    /// Where a click leads.
    pub href: String,
    /// The one the chart is about.
    pub own: bool,
    /// Named in the picture: few.
    pub named: bool,
}

/// A line to hold points against.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// A few words at its right end; may be empty.
    pub label: String,
    /// Points, left to right.
    pub points: Vec<(f64, f64)>,
    /// Drawn strongly.
    pub strong: bool,
}

/// Points by two values.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// The question or answer.
    pub title: String,
    /// What is across and what is up.
    pub units: (String, String),
    /// Points.
    pub points: Vec<Point>,
    /// Lines.
    pub guides: Vec<Guide>,
    /// Decimals across and up.
    pub decimals: (usize, usize),
    /// Across by powers of ten: places of very different size.
    pub logarithmic: bool,
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 560.0;
const H: f64 = 360.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 74.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 42.0;

impl Scatter {
    fn across(&self, x: f64) -> f64 {
        if self.logarithmic { x.max(1e-9).log10() } else { x }
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let range = |values: &mut dyn Iterator<Item = f64>| {
            let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
            if low > high { (0.0, 1.0) } else { (low, high) }
        };
        let (left, right) = range(&mut self.points.iter().map(|p| self.across(p.at.0)));
        // Guides may run off: points decide what is seen, with room around them.
        let (low, high) = range(&mut self.points.iter().map(|p| p.at.1));
        let pad = |a: f64, b: f64| ((b - a) * 0.06).max(1e-9);
        let x = Scale::new(left - pad(left, right), right + pad(left, right), LEFT, W - RIGHT);
        let y = Scale::new(low - pad(low, high), high + pad(low, high), H - BOTTOM, TOP);
        let mut svg = Svg::new("scatter", W, H, &self.title, &self.describe());
        for tick in nice_ticks(y.low.0, y.high.0, 5) {
            svg.line("grid", (LEFT, y.at(tick)), (W - RIGHT, y.at(tick)));
            svg.text("muted small", LEFT - 8.0, y.at(tick) + 4.0, "end", &number(tick, self.decimals.1, self.danish));
        }
        svg.line("axis", (LEFT, H - BOTTOM), (W - RIGHT, H - BOTTOM));
        for tick in self.ticks(left, right) {
            let place = x.at(self.across(tick));
            svg.line("axis", (place, H - BOTTOM), (place, H - BOTTOM + 4.0));
            let text = number(tick, self.decimals.0, self.danish);
            svg.text("muted small", place, H - BOTTOM + 17.0, "middle", &text);
        }
        svg.text("muted small", LEFT - 40.0, 14.0, "start", &self.units.1);
        svg.text("muted small", W - RIGHT, H - 8.0, "end", &self.units.0);
        let mut last_label = f64::MIN;
        let mut labels: Vec<(f64, &Guide)> = Vec::new();
        for guide in &self.guides {
            let inside: Vec<(f64, f64)> = guide
                .points
                .iter()
                .map(|(a, b)| (x.at(self.across(*a)), y.at(*b)))
                .filter(|(px, py)| (LEFT..=W - RIGHT).contains(px) && (TOP - 1.0..=H - BOTTOM + 1.0).contains(py))
                .collect();
            let path: String = inside
                .iter()
                .enumerate()
                .map(|(i, (px, py))| format!("{}{} {}", if i == 0 { 'M' } else { 'L' }, at(*px), at(*py)))
                .collect();
            let class = if guide.strong { "guide-strong" } else { "guide" };
            svg.raw(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
            if let Some((_, py)) = inside.last().filter(|_| !guide.label.is_empty()) {
                labels.push((*py, guide));
            }
        }
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (place, guide) in labels {
            let place = place.max(last_label + 13.0);
            last_label = place;
            svg.text("muted small", W - RIGHT + 5.0, place + 4.0, "start", &guide.label);
        }
        let mut ordered: Vec<&Point> = self.points.iter().collect();
        ordered.sort_by_key(|p| (p.own, p.named));
        for point in &ordered {
            let (class, r) = match (point.own, point.named) {
                (true, _) => ("dot-own", 6.0),
                (_, true) => ("dot-named", 4.0),
                _ => ("dot", 4.0),
            };
            let (cx, cy) = (at(x.at(self.across(point.at.0))), at(y.at(point.at.1)));
            let end = svg.link(&point.href, " tabindex=\"-1\"", &self.says(point));
            svg.raw(format_args!("<circle class=\"{class}\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\"/>{end}"));
        }
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for point in ordered.iter().rev().filter(|p| p.own || p.named) {
            let (px, py) = (x.at(self.across(point.at.0)), y.at(point.at.1));
            // A name that would lie over another is left to the pointer and the table.
            if !point.own && taken.iter().any(|(tx, ty)| (tx - px).abs() < 70.0 && (ty - py).abs() < 13.0) {
                continue;
            }
            taken.push((px, py));
            let (anchor, shift) = if px > W * 0.68 { ("end", -8.0) } else { ("start", 8.0) };
            let class = if point.own { "accent" } else { "small halo" };
            svg.text(class, px + shift, py + 4.0, anchor, &point.label);
        }
        svg.end()
    }

    fn ticks(&self, left: f64, right: f64) -> Vec<f64> {
        if !self.logarithmic {
            return nice_ticks(left, right, 5);
        }
        let powers = left.floor() as i32..=right.ceil() as i32;
        powers
            .flat_map(|p| [1.0, 3.0].map(|m| m * 10f64.powi(p)))
            .filter(|t| (left..=right).contains(&t.log10()))
            .collect()
    }

    fn says(&self, point: &Point) -> String {
        let (a, b) = point.at;
        format!(
            "{}: {} {}, {} {}",
            point.label,
            number(a, self.decimals.0, self.danish),
            self.units.0,
            number(b, self.decimals.1, self.danish),
            self.units.1
        )
    }

    fn describe(&self) -> String {
        let own = self.points.iter().find(|p| p.own).map_or_else(String::new, |p| format!(" {}.", self.says(p)));
        format!("{} · {} × {}.{own}", self.points.len(), self.units.0, self.units.1)
    }

    /// The numbers behind it, highest up first.
    pub fn table(&self) -> Table {
        let mut points: Vec<&Point> = self.points.iter().collect();
        points.sort_by(|a, b| b.at.1.total_cmp(&a.at.1));
        let rows = points
            .iter()
            .map(|p| {
                let cell = |v: f64, decimals| Cell::Number(v, number(v, decimals, self.danish));
                vec![Cell::Text(p.label.clone()), cell(p.at.0, self.decimals.0), cell(p.at.1, self.decimals.1)]
            })
            .collect();
        let first = if self.danish { "Kommune" } else { "Municipality" };
        let columns = vec![first.to_owned(), self.units.0.clone(), self.units.1.clone()];
        Table { caption: self.title.clone(), columns, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(logarithmic: bool) -> Scatter {
        let point = |label: &str, at, own| Point { label: label.to_owned(), at, href: "#".to_owned(), own, named: own };
        Scatter {
            title: "Tragt".to_owned(),
            units: ("personer".to_owned(), "pct.".to_owned()),
            points: vec![point("Læsø", (900.0, 8.1), false), point("København", (500_000.0, 7.4), true)],
            guides: vec![Guide {
                label: "95 %".to_owned(),
                points: vec![(900.0, 8.0), (500_000.0, 7.5)],
                strong: false,
            }],
            decimals: (0, 1),
            logarithmic,
            danish: true,
        }
    }

    #[test]
    fn powers_of_ten_lie_evenly() {
        let svg = plot(true).svg();
        assert!(svg.contains(">10.000<") && svg.contains(">100.000<"), "{svg}");
        assert_eq!(svg.matches("dot-own").count(), 1);
        assert!(svg.contains("guide"));
    }

    #[test]
    fn nothing_to_draw_is_an_empty_frame() {
        let empty = Scatter { points: vec![], guides: vec![], ..plot(false) };
        assert!(empty.svg().ends_with("</svg>"));
        assert!(empty.table().rows.is_empty());
    }
}
