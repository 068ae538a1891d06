//! Estimates with their intervals, one below the other.

use crate::curves::decimals;
use crate::gaps::signed;
use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::{Svg, at, fit};
use crate::table::{Cell, Table};

/// An estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Its name.
    pub label: String,
    /// Estimate.
    pub value: f64,
    /// Interval; nothing where it has none.
    pub interval: Option<(f64, f64)>,
}

/// Estimates beside a line of no effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    /// What it shows.
    pub title: String,
    /// What the axis measures.
    pub unit: String,
    /// From the top.
    pub estimates: Vec<Estimate>,
    /// Where nothing happens, and what that is called.
    pub nothing: (f64, String),
    /// Danish numbers.
    pub danish: bool,
}

const W: f64 = 700.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 26.0;
const ROW: f64 = 26.0;
const BOTTOM: f64 = 40.0;

impl Forest {
    fn decimals(&self) -> usize {
        let most = self.estimates.iter().map(|e| e.value.abs()).fold(0.0, f64::max);
        match most {
            m if m >= 100.0 => 0,
            m if m >= 10.0 => 1,
            m if m >= 1.0 => 2,
            _ => 3,
        }
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let ends = self.estimates.iter().flat_map(|e| {
            let (a, b) = e.interval.unwrap_or((e.value, e.value));
            [a, b, e.value]
        });
        let (low, high) = ends.fold((self.nothing.0, self.nothing.0), |(l, h), v| (l.min(v), h.max(v)));
        let pad = ((high - low) * 0.05).max(1e-9);
        let height = TOP + ROW * self.estimates.len() as f64 + BOTTOM;
        let x = Scale::new(low - pad, high + pad, LEFT, W - RIGHT);
        let base = height - BOTTOM;
        let mut svg = Svg::new("forest", W, height, &self.title, &self.describe());
        for tick in nice_ticks(low, high, 5) {
            svg.line("grid", (x.at(tick), TOP - 6.0), (x.at(tick), base));
            svg.text("muted small", x.at(tick), base + 16.0, "middle", &number(tick, decimals(tick), self.danish));
        }
        svg.line("axis", (x.at(self.nothing.0), TOP - 6.0), (x.at(self.nothing.0), base));
        svg.text("muted small halo", x.at(self.nothing.0), TOP - 11.0, "middle", &self.nothing.1);
        svg.text("muted small", W - RIGHT, height - 6.0, "end", &self.unit);
        for (i, e) in self.estimates.iter().enumerate() {
            let y = TOP + ROW * (i as f64 + 0.5);
            svg.text("", LEFT - 12.0, y + 4.0, "end", &fit(&e.label, LEFT - 20.0));
            if let Some((a, b)) = e.interval {
                svg.line("whisker-own", (x.at(a), y), (x.at(b), y));
            }
            let (cx, cy) = (at(x.at(e.value)), at(y));
            svg.raw(format_args!("<circle class=\"dot-own\" cx=\"{cx}\" cy=\"{cy}\" r=\"5\"/>"));
            svg.text("small", W - RIGHT + 10.0, y + 4.0, "start", &self.says(e));
        }
        svg.end()
    }

    fn says(&self, e: &Estimate) -> String {
        let n = |v| signed(v, self.decimals(), self.danish);
        let interval = e.interval.map_or_else(String::new, |(a, b)| {
            format!(" ({} {} {})", n(a), if self.danish { "til" } else { "to" }, n(b))
        });
        format!("{}{interval}", n(e.value))
    }

    fn describe(&self) -> String {
        let all: Vec<String> = self.estimates.iter().map(|e| format!("{} {}", e.label, self.says(e))).collect();
        format!("{}. {}.", self.unit, all.join("; "))
    }

    /// The numbers behind it.
    pub fn table(&self) -> Table {
        let d = self.decimals();
        let cell = |v: f64| Cell::Number(v, signed(v, d, self.danish));
        let words = if self.danish { ["", "Estimat", "95 % fra", "til"] } else { ["", "Estimate", "95 % from", "to"] };
        let row = |e: &Estimate| {
            let ends = e.interval.map_or([Cell::Missing, Cell::Missing], |(a, b)| [cell(a), cell(b)]);
            let [low, high] = ends;
            vec![Cell::Text(e.label.clone()), cell(e.value), low, high]
        };
        Table {
            caption: self.title.clone(),
            columns: words.map(str::to_owned).to_vec(),
            rows: self.estimates.iter().map(row).collect(),
        }
    }
}
