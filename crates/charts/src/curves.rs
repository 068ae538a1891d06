//! Curves over a number: survival with its band, gaps over time.

use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::{Svg, at};

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name; empty for one of many that are named together.
    pub label: String,
    /// Place, value, and the band around it.
    pub points: Vec<(f64, f64, Option<(f64, f64)>)>,
    /// Drawn stronger.
    pub strong: bool,
}

/// Curves on one pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Curves {
    /// What it shows.
    pub title: String,
    /// What the axes measure: across, up.
    pub units: (String, String),
    /// Curves.
    pub lines: Vec<Line>,
    /// A value holds until the next.
    pub stepped: bool,
    /// Values that the axis reaches to at least.
    pub reach: (f64, f64),
    /// Where something begins, and what.
    pub mark: Option<(f64, String)>,
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 640.0;
const H: f64 = 360.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 120.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 44.0;
/// More points than a line of this width can show.
const MOST: usize = 2_000;

impl Curves {
    /// The picture.
    pub fn svg(&self) -> String {
        let points = || self.lines.iter().flat_map(|l| &l.points);
        let (first, last) = points().fold((f64::MAX, f64::MIN), |(l, h), p| (l.min(p.0), h.max(p.0)));
        let (low, high) = points().fold(self.reach, |(l, h), p| {
            let (a, b) = p.2.filter(|(a, b)| a.is_finite() && b.is_finite()).unwrap_or((p.1, p.1));
            (l.min(a).min(p.1), h.max(b).max(p.1))
        });
        let (first, last) = if first > last { (0.0, 1.0) } else { (first, last) };
        let x = Scale::new(first, last, LEFT, W - RIGHT);
        let y = Scale::new(low, high, H - BOTTOM, TOP);
        let mut svg = Svg::new("curves", W, H, &self.title, &self.describe());
        let plain = |tick: f64| number(tick, decimals(tick), self.danish);
        for tick in nice_ticks(low, high, 5) {
            svg.line("grid", (LEFT, y.at(tick)), (W - RIGHT, y.at(tick)));
            svg.text("muted small", LEFT - 8.0, y.at(tick) + 4.0, "end", &plain(tick));
        }
        // Years are not counted in thousands.
        let years = points().all(|p| p.0.fract() == 0.0 && (1_500.0..2_500.0).contains(&p.0));
        for tick in nice_ticks(first, last, 6) {
            let label = if years { format!("{tick:.0}") } else { plain(tick) };
            svg.text("muted small", x.at(tick), H - BOTTOM + 16.0, "middle", &label);
        }
        let zero = if low <= 0.0 && 0.0 <= high { 0.0 } else { low };
        svg.text("muted small", W - RIGHT, H - 8.0, "end", &self.units.0);
        svg.text("muted small", LEFT - 50.0, TOP - 12.0, "start", &self.units.1);
        if let Some((place, label)) = self.mark.as_ref().filter(|m| (first..=last).contains(&m.0)) {
            svg.line("break", (x.at(*place), TOP), (x.at(*place), H - BOTTOM));
            svg.text("small halo", x.at(*place) + 4.0, TOP + 10.0, "start", label);
        }
        for line in self.lines.iter().filter(|l| l.strong || self.lines.len() < 4) {
            self.band(&mut svg, line, x, y);
        }
        svg.line("axis", (LEFT, y.at(zero)), (W - RIGHT, y.at(zero)));
        let mut above = f64::MIN;
        let mut ends: Vec<(f64, &Line)> =
            self.lines.iter().filter_map(|l| Some((y.at(l.points.last()?.1), l))).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        // The strong ones over the others.
        for line in self.lines.iter().filter(|l| !l.strong).chain(self.lines.iter().filter(|l| l.strong)) {
            let class = match line.strong {
                true => "line-own",
                false if self.lines.len() > 6 => "line-many",
                false => "line-other",
            };
            svg.raw(format_args!("<path class=\"{class}\" d=\"{}\"/>", self.path(line, x, y, |p| p.1)));
        }
        for (place, line) in ends {
            if line.label.is_empty() {
                continue;
            }
            let label = if place - above < 13.0 { above + 13.0 } else { place };
            above = label;
            let text = if line.strong { "accent small" } else { "muted small" };
            svg.text(text, W - RIGHT + 6.0, label + 4.0, "start", &line.label);
        }
        svg.end()
    }

    fn thin(line: &Line) -> impl DoubleEndedIterator<Item = &(f64, f64, Option<(f64, f64)>)> {
        let step = line.points.len().div_ceil(MOST).max(1);
        let last = line.points.len().saturating_sub(1);
        line.points.iter().enumerate().filter(move |(i, _)| i % step == 0 || *i == last).map(|(_, p)| p)
    }

    fn path(&self, line: &Line, x: Scale, y: Scale, value: impl Fn(&(f64, f64, Option<(f64, f64)>)) -> f64) -> String {
        let mut out = String::new();
        let mut before = None;
        for point in Self::thin(line) {
            let (px, py) = (at(x.at(point.0)), at(y.at(value(point))));
            match before {
                None => out.push_str(&format!("M{px} {py}")),
                Some(_) if self.stepped => out.push_str(&format!("H{px}V{py}")),
                Some(_) => out.push_str(&format!("L{px} {py}")),
            }
            before = Some(py);
        }
        out
    }

    fn band(&self, svg: &mut Svg, line: &Line, x: Scale, y: Scale) {
        let whole = |p: &&(f64, f64, Option<(f64, f64)>)| p.2.is_some_and(|(a, b)| a.is_finite() && b.is_finite());
        let own: Vec<_> = Self::thin(line).filter(whole).collect();
        if own.len() < 2 {
            return;
        }
        let mut out = String::new();
        let edge = |p: &(f64, f64, Option<(f64, f64)>), up: bool| p.2.map_or(p.1, |(a, b)| if up { b } else { a });
        let mut before = 0.0;
        for (i, point) in own.iter().enumerate() {
            let (px, py) = (at(x.at(point.0)), at(y.at(edge(point, true))));
            if i == 0 {
                out.push_str(&format!("M{px} {py}"));
            } else if self.stepped {
                out.push_str(&format!("L{px} {before}L{px} {py}"));
            } else {
                out.push_str(&format!("L{px} {py}"));
            }
            before = py;
        }
        for (i, point) in own.iter().enumerate().rev() {
            let (px, py) = (at(x.at(point.0)), at(y.at(edge(point, false))));
            out.push_str(&format!("L{px} {py}"));
            if self.stepped && i > 0 {
                out.push_str(&format!("L{px} {}", at(y.at(edge(own[i - 1], false)))));
            }
        }
        svg.raw(format_args!("<path class=\"band\" d=\"{out}Z\"/>"));
    }

    fn describe(&self) -> String {
        let ends = self.lines.iter().filter(|l| !l.label.is_empty()).filter_map(|l| {
            let (place, value, _) = l.points.last()?;
            Some(format!("{}: {} ({})", l.label, number(*value, 3, self.danish), number(*place, 1, self.danish)))
        });
        format!("{}. {}.", self.units.1, ends.collect::<Vec<_>>().join("; "))
    }
}

/// As many as a round value needs.
pub(crate) fn decimals(tick: f64) -> usize {
    (0..4).find(|d| (tick * 10f64.powi(*d)).fract().abs() < 1e-6).unwrap_or(4) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_goes_across_and_then_down_and_a_long_curve_is_thinned() {
        let line = |points| Line { label: "alle".to_owned(), points, strong: true };
        let of = |points| Curves {
            title: "Overlevelse".to_owned(),
            units: ("uger".to_owned(), "andel".to_owned()),
            lines: vec![line(points)],
            stepped: true,
            reach: (0.0, 1.0),
            mark: None,
            danish: true,
        };
        let short = of(vec![(0.0, 1.0, None), (5.0, 0.5, Some((0.3, 0.7))), (10.0, 0.4, Some((0.2, 0.6)))]).svg();
        assert!(short.contains("class=\"line-own\" d=\"M58 26H289V171H520"), "{short}");
        assert!(short.contains("class=\"band\"") && short.contains("alle: 0,400 (10,0)"), "{short}");
        let long = of((0..100_000).map(|i| (f64::from(i), 1.0 - f64::from(i) * 1e-6, None)).collect()).svg();
        assert!(long.len() < 80_000, "{}", long.len());
    }
}
