//! Two groups over a share from 0 to 1, one above the line and one below: where both are is where they can be compared.

use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::Svg;
use crate::table::{Cell, Table};

/// Two groups over a share.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlap {
    /// What it shows.
    pub title: String,
    /// What the axis measures.
    pub unit: String,
    /// Names: above, below.
    pub names: (String, String),
    /// Share of each group in every part of the axis, parts of equal width from 0 to 1.
    pub parts: Vec<(f64, f64)>,
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 640.0;
const H: f64 = 300.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 110.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 44.0;

impl Overlap {
    /// The picture.
    pub fn svg(&self) -> String {
        let most = self.parts.iter().flat_map(|(a, b)| [*a, *b]).fold(0.0, f64::max).max(1e-9);
        let x = Scale::new(0.0, 1.0, LEFT, W - RIGHT);
        let y = Scale::new(-most, most, H - BOTTOM, TOP);
        let mut svg = Svg::new("overlap", W, H, &self.title, &self.describe());
        let percent = |v: f64| format!("{} %", number(v * 100.0, 0, self.danish));
        for place in nice_ticks(0.0, most, 2).into_iter().filter(|place| *place > 0.0).flat_map(|place| [place, -place])
        {
            svg.line("grid", (LEFT, y.at(place)), (W - RIGHT, y.at(place)));
            svg.text("muted small", LEFT - 8.0, y.at(place) + 4.0, "end", &percent(place.abs()));
        }
        for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
            svg.line("grid", (x.at(tick), TOP), (x.at(tick), H - BOTTOM));
            svg.text("muted small", x.at(tick), H - BOTTOM + 16.0, "middle", &number(tick, 2, self.danish));
        }
        let width = (W - RIGHT - LEFT) / self.parts.len().max(1) as f64;
        for (i, (above, below)) in self.parts.iter().enumerate() {
            let left = LEFT + width * i as f64 + 0.5;
            svg.rect("fall-level", left, y.at(*above), width - 1.0, y.at(0.0) - y.at(*above));
            svg.rect("gap-rest", left, y.at(0.0), width - 1.0, y.at(-below) - y.at(0.0));
        }
        svg.line("axis", (LEFT, y.at(0.0)), (W - RIGHT, y.at(0.0)));
        svg.text("accent small", W - RIGHT + 8.0, y.at(most / 2.0) + 4.0, "start", &self.names.0);
        svg.text("muted small", W - RIGHT + 8.0, y.at(-most / 2.0) + 4.0, "start", &self.names.1);
        svg.text("muted small", W - RIGHT, H - 8.0, "end", &self.unit);
        svg.end()
    }

    fn describe(&self) -> String {
        // Of each group, those who are where the other has nobody.
        let alone = |own: fn(&(f64, f64)) -> f64, other: fn(&(f64, f64)) -> f64| -> f64 {
            self.parts.iter().filter(|p| other(p) <= 0.0).map(own).sum::<f64>() * 100.0
        };
        let (a, b) = (alone(|p| p.0, |p| p.1), alone(|p| p.1, |p| p.0));
        let (a, b) = (number(a, 1, self.danish), number(b, 1, self.danish));
        let (above, below) = (&self.names.0, &self.names.1);
        if self.danish {
            format!("{}. Uden nogen af de andre ved siden af: {above} {a} pct., {below} {b} pct.", self.unit)
        } else {
            format!("{}. Without any of the others beside them: {above} {a} %, {below} {b} %.", self.unit)
        }
    }

    /// The numbers behind it.
    pub fn table(&self) -> Table {
        let width = 1.0 / self.parts.len().max(1) as f64;
        let cell = |v: f64| Cell::Number(v, number(v * 100.0, 1, self.danish));
        let row = |(i, (a, b)): (usize, &(f64, f64))| {
            let from = number(i as f64 * width, 2, self.danish);
            vec![Cell::Text(from), cell(*a), cell(*b)]
        };
        Table {
            caption: self.title.clone(),
            columns: vec![self.unit.clone(), self.names.0.clone(), self.names.1.clone()],
            rows: self.parts.iter().enumerate().map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Overlap;

    #[test]
    fn those_who_stand_alone_are_told_of() {
        let of = Overlap {
            title: "Overlap".to_owned(),
            unit: "tilbøjelighed".to_owned(),
            names: ("behandlede".to_owned(), "andre".to_owned()),
            parts: vec![(0.0, 0.25), (0.5, 0.75), (0.4, 0.0), (0.1, 0.0)],
            danish: true,
        };
        let svg = of.svg();
        assert!(svg.contains("behandlede 50,0 pct., andre 25,0 pct."), "{svg}");
        assert_eq!(svg.matches("class=\"fall-level\"").count(), 4);
        assert_eq!(of.table().rows.len(), 4);
    }
}
