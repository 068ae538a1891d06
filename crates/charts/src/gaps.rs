//! Many places in order of a value, each with its interval: who lies where, and how sure it is.

use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::{Svg, at};
use crate::table::{Cell, Table};

/// A place with its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Name.
    pub label: String,
    /// Value, where there is one.
    pub value: Option<f64>,
    /// Ends of the interval.
    pub interval: Option<(f64, f64)>,
    /// Where a click leads.
    pub href: String,
    /// The one the chart is about.
    pub own: bool,
    /// Like the one the chart is about.
    pub similar: bool,
}

/// Places in order, lowest to the left, with a line at zero.
#[derive(Clone, Debug, PartialEq)]
pub struct GapPlot {
    /// The question or answer.
    pub title: String,
    /// What a value is in.
    pub unit: String,
    /// Places.
    pub gaps: Vec<Gap>,
    /// Words at the line of zero.
    pub zero: String,
    /// Words above and below it.
    pub sides: (String, String),
    /// Decimals shown.
    pub decimals: usize,
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 840.0;
const H: f64 = 300.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 24.0;

impl GapPlot {
    fn ordered(&self) -> Vec<(&Gap, f64)> {
        let mut all: Vec<(&Gap, f64)> = self.gaps.iter().filter_map(|g| Some((g, g.value?))).collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.label.cmp(&b.0.label)));
        all
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let all = self.ordered();
        let ends = all.iter().flat_map(|(g, v)| g.interval.map_or([*v, *v], |(a, b)| [a, b]));
        let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
        let pad = ((high - low) * 0.06).max(1e-6);
        let y = Scale::new(low - pad, high + pad, H - BOTTOM, TOP);
        let x = Scale::new(-0.5, all.len().max(1) as f64 - 0.5, LEFT, W - RIGHT);
        let mut svg = Svg::new("gaps", W, H, &self.title, &self.describe(&all));
        for tick in nice_ticks(low, high, 5) {
            let place = y.at(tick);
            svg.line("grid", (LEFT, place), (W - RIGHT, place));
            let decimals = if tick.fract().abs() < 1e-9 { 0 } else { self.decimals.max(1) };
            svg.text("muted small", LEFT - 8.0, place + 4.0, "end", &number(tick, decimals, self.danish));
        }
        svg.line("axis", (LEFT, y.at(0.0)), (W - RIGHT, y.at(0.0)));
        svg.text("muted small halo", LEFT + 4.0, y.at(0.0) - 5.0, "start", &self.zero);
        svg.text("muted small halo", W - RIGHT, TOP - 8.0, "end", &format!("↑ {}", self.sides.0));
        svg.text("muted small halo", LEFT + 4.0, H - 8.0, "start", &format!("↓ {}", self.sides.1));
        for (i, (gap, value)) in all.iter().enumerate() {
            let place = at(x.at(i as f64));
            let kind = if gap.own {
                "own"
            } else if gap.similar {
                "like"
            } else {
                "rest"
            };
            let says = self.says(gap, *value);
            let end = svg.link(&gap.href, "", &says);
            if let Some((a, b)) = gap.interval {
                svg.line(&format!("whisker-{kind}"), (place, y.at(a)), (place, y.at(b)));
            }
            let r = if gap.own { 5.0 } else { 3.2 };
            let up = at(y.at(*value));
            // Similar ones are squares, so that colour is not all that tells them apart.
            if kind == "like" {
                let (left, top) = (at(x.at(i as f64) - 3.6), at(y.at(*value) - 3.6));
                svg.raw(format_args!(
                    "<rect class=\"gap-like\" x=\"{left}\" y=\"{top}\" width=\"7.2\" height=\"7.2\"/>{end}"
                ));
            } else {
                svg.raw(format_args!("<circle class=\"gap-{kind}\" cx=\"{place}\" cy=\"{up}\" r=\"{r}\"/>{end}"));
            }
        }
        if let Some((i, (gap, value))) = all.iter().enumerate().find(|(_, (g, _))| g.own) {
            let place = x.at(i as f64);
            let (anchor, shift) = if place > W * 0.7 { ("end", -9.0) } else { ("start", 9.0) };
            let text = format!("{} {}", gap.label, signed(*value, self.decimals, self.danish));
            svg.text("accent", place + shift, y.at(*value) - 9.0, anchor, &text);
        }
        svg.end()
    }

    fn says(&self, gap: &Gap, value: f64) -> String {
        let n = |v| signed(v, self.decimals, self.danish);
        let interval = gap.interval.map_or_else(String::new, |(a, b)| format!(" ({} {} {})", n(a), self.to(), n(b)));
        format!("{} {}{interval} {}", gap.label, n(value), self.unit)
    }

    const fn to(&self) -> &'static str {
        if self.danish { "til" } else { "to" }
    }

    fn describe(&self, all: &[(&Gap, f64)]) -> String {
        let (Some(first), Some(last)) = (all.first(), all.last()) else { return self.unit.clone() };
        format!("{}. {} … {}.", self.unit, self.says(first.0, first.1), self.says(last.0, last.1))
    }

    /// The numbers behind it, highest first, missing last.
    pub fn table(&self) -> Table {
        let mut gaps: Vec<&Gap> = self.gaps.iter().collect();
        gaps.sort_by(|a, b| match (a.value, b.value) {
            (Some(x), Some(y)) => y.total_cmp(&x).then_with(|| a.label.cmp(&b.label)),
            (x, y) => y.is_some().cmp(&x.is_some()).then_with(|| a.label.cmp(&b.label)),
        });
        let cell = |v: Option<f64>| v.map_or(Cell::Missing, |v| Cell::Number(v, signed(v, self.decimals, self.danish)));
        let rows = gaps
            .iter()
            .map(|g| {
                vec![
                    Cell::Text(g.label.clone()),
                    cell(g.value),
                    cell(g.interval.map(|i| i.0)),
                    cell(g.interval.map(|i| i.1)),
                ]
            })
            .collect();
        let words = if self.danish { ["Kommune", "fra", "til"] } else { ["Municipality", "from", "to"] };
        let columns = [words[0], &self.unit, words[1], words[2]].map(str::to_owned).to_vec();
        Table { caption: format!("{}, {}", self.title, self.unit), columns, rows }
    }
}

/// A number with its sign.
pub fn signed(value: f64, decimals: usize, danish: bool) -> String {
    let text = number(value, decimals, danish);
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if value > 0.0 && !zero { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(label: &str, value: Option<f64>) -> Gap {
        Gap {
            label: label.to_owned(),
            value,
            interval: value.map(|v| (v - 0.2, v + 0.2)),
            href: "#".to_owned(),
            own: label == "Randers",
            similar: label == "Horsens",
        }
    }

    fn plot() -> GapPlot {
        GapPlot {
            title: "Hvem ligger bedre end ventet?".to_owned(),
            unit: "procentpoint".to_owned(),
            gaps: vec![gap("Randers", Some(0.4)), gap("Horsens", Some(-0.3)), gap("Læsø", None)],
            zero: "som ventet".to_owned(),
            sides: ("bedre".to_owned(), "dårligere".to_owned()),
            decimals: 1,
            danish: true,
        }
    }

    #[test]
    fn own_and_similar_are_marked_and_the_missing_only_tabled() {
        let svg = plot().svg();
        assert_eq!(svg.matches("gap-own").count(), 1);
        assert_eq!(svg.matches("gap-like").count(), 1);
        assert_eq!(svg.matches("<circle").count(), 1, "the similar one is a square");
        let table = plot().table();
        assert_eq!(table.rows[0][1].shown(), "+0,4");
        assert_eq!(table.rows[2][1], Cell::Missing);
    }

    #[test]
    fn a_sign_is_told_but_not_before_zero() {
        assert_eq!(signed(0.04, 1, true), "0,0");
        assert_eq!(signed(-0.44, 1, true), "−0,4");
        assert_eq!(signed(1234.0, 0, false), "+1,234");
    }
}
