//! All places on one line, stacked where they share a value.

use crate::numbers::number;
use crate::scale::Scale;
use crate::svg::{Escaped, Svg, at};
use crate::table::{Cell, Table};

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Name.
    pub label: String,
    /// Value, if published.
    pub value: Option<f64>,
    /// Where a click leads.
    pub href: String,
    /// The one the chart is about.
    pub own: bool,
}

/// Many places by value.
#[derive(Clone, Debug, PartialEq)]
pub struct DotPlot {
    /// The question or answer.
    pub title: String,
    /// What a value is in.
    pub unit: String,
    /// Places.
    pub dots: Vec<Dot>,
    /// A value to compare with, and its name.
    pub reference: Option<(String, f64)>,
    /// Decimals shown.
    pub decimals: usize,
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 840.0;
const R: f64 = 4.0;
const SIDE: f64 = 20.0;
/// Columns that dots are gathered in.
const COLUMNS: f64 = 75.0;

impl DotPlot {
    /// The picture.
    pub fn svg(&self) -> String {
        let known: Vec<(&Dot, f64)> = self.dots.iter().filter_map(|d| Some((d, d.value?))).collect();
        let low = known.iter().map(|k| k.1).fold(f64::MAX, f64::min);
        let high = known.iter().map(|k| k.1).fold(f64::MIN, f64::max);
        let (low, high) = if known.is_empty() { (0.0, 1.0) } else { (low, high) };
        let scale = Scale::new(low, high, SIDE, W - SIDE);
        let column = |v: f64| ((scale.at(v) - SIDE) / (W - 2.0 * SIDE) * COLUMNS).round();
        let mut stacks = std::collections::BTreeMap::<i64, usize>::new();
        // The own dot lies lowest in its stack, so that its label stands close to the axis.
        let mut ordered = known.clone();
        ordered.sort_by(|a, b| b.0.own.cmp(&a.0.own).then(a.1.total_cmp(&b.1)));
        let placed: Vec<(&Dot, f64, f64, usize)> = ordered
            .iter()
            .map(|(dot, v)| {
                let c = column(*v);
                let height = stacks.entry(c as i64).or_insert(0);
                *height += 1;
                (*dot, *v, SIDE + c / COLUMNS * (W - 2.0 * SIDE), *height)
            })
            .collect();
        let tallest = stacks.values().copied().max().unwrap_or(1) as f64;
        let top = 40.0;
        let axis = top + tallest * (2.0 * R + 1.0) + 6.0;
        let mut svg = Svg::new("dots", W, axis + 28.0, &self.title, &self.describe(&known, low, high));
        svg.line("axis", (SIDE - 8.0, axis), (W - SIDE + 8.0, axis));
        if let Some((name, value)) = &self.reference {
            let x = scale.at(value.clamp(low, high));
            svg.line("reference", (x, 16.0), (x, axis));
            let anchor = if x > W * 0.75 { "end" } else { "start" };
            let text = format!("{name} {}", number(*value, self.decimals, self.danish));
            svg.text("muted", if anchor == "end" { x - 6.0 } else { x + 6.0 }, 22.0, anchor, &text);
        }
        for (dot, value, x, height) in placed.iter().rev() {
            let y = axis - 4.0 - R - (*height as f64 - 1.0) * (2.0 * R + 1.0);
            let says = format!("{} {} {}", dot.label, number(*value, self.decimals, self.danish), self.unit);
            let (class, r) = if dot.own { ("dot-own", R + 2.0) } else { ("dot", R) };
            let (cx, cy) = (at(*x), at(y));
            svg.raw(format_args!(
                "<a href=\"{}\"><title>{}</title><circle class=\"{class}\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\"/></a>",
                Escaped(&dot.href),
                Escaped(&says)
            ));
        }
        if let Some((dot, value, x, _)) = placed.iter().find(|p| p.0.own) {
            let anchor = if *x > W * 0.85 {
                "end"
            } else if *x < W * 0.15 {
                "start"
            } else {
                "middle"
            };
            let text = format!("{} {}", dot.label, number(*value, self.decimals, self.danish));
            let stack = stacks.get(&(column(*value) as i64)).copied().unwrap_or(1) as f64;
            let y = axis - 10.0 - stack * (2.0 * R + 1.0) - 4.0;
            svg.text("accent", *x, y.max(34.0), anchor, &text);
        }
        let ends = |v: f64| known.iter().find(|k| (k.1 - v).abs() < 1e-12).map_or("", |k| k.0.label.as_str());
        if !known.is_empty() {
            let say = |v: f64| format!("{} {}", number(v, self.decimals, self.danish), ends(v));
            svg.text("muted small", SIDE - 4.0, axis + 18.0, "start", &say(low));
            svg.text("muted small", W - SIDE + 4.0, axis + 18.0, "end", &say(high));
        }
        svg.end()
    }

    fn describe(&self, known: &[(&Dot, f64)], low: f64, high: f64) -> String {
        let n = |v| number(v, self.decimals, self.danish);
        let missing = self.dots.len() - known.len();
        let (from, to, without) = if self.danish {
            ("fra", "til", "uden offentliggjort tal")
        } else {
            ("from", "to", "without a published figure")
        };
        format!("{} · {}, {from} {} {to} {}; {missing} {without}.", known.len(), self.unit, n(low), n(high))
    }

    /// The numbers behind it, lowest first, missing last.
    pub fn table(&self) -> Table {
        let mut dots: Vec<&Dot> = self.dots.iter().collect();
        dots.sort_by(|a, b| match (a.value, b.value) {
            (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.label.cmp(&b.label)),
            (x, y) => y.is_some().cmp(&x.is_some()).then_with(|| a.label.cmp(&b.label)),
        });
        let rows = dots
            .iter()
            .map(|d| {
                let value = d.value.map_or(Cell::Missing, |v| Cell::Number(v, number(v, self.decimals, self.danish)));
                vec![Cell::Text(d.label.clone()), value]
            })
            .collect();
        let first = if self.danish { "Kommune" } else { "Municipality" };
        let caption = format!("{}, {}", self.title, self.unit);
        Table { caption, columns: vec![first.to_owned(), self.unit.clone()], rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_place_is_in_the_table_last_and_not_in_the_picture() {
        let dot =
            |label: &str, value| Dot { label: label.to_owned(), value, href: "#".to_owned(), own: label == "Fanø" };
        let plot = DotPlot {
            title: "t".to_owned(),
            unit: "pct.".to_owned(),
            dots: vec![dot("Læsø", None), dot("Fanø", Some(2.0)), dot("Ærø", Some(1.0))],
            reference: Some(("hele landet".to_owned(), 1.5)),
            decimals: 1,
            danish: true,
        };
        assert_eq!(plot.svg().matches("<circle").count(), 2);
        let names: Vec<String> = plot.table().rows.iter().map(|r| r[0].shown().to_owned()).collect();
        assert_eq!(names, ["Ærø", "Fanø", "Læsø"]);
    }
}
