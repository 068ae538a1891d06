//! Lines over time.

use crate::numbers::number;
use crate::scale::{Scale, nice_ticks};
use crate::svg::{Svg, at};
use crate::table::{Cell, Table};

/// A line. `x` in months since year 0.
#[derive(Clone, Debug, PartialEq)]
pub struct LineSeries {
    /// Name, written at the end.
    pub label: String,
    /// Drawn strongly: the one the chart is about.
    pub own: bool,
    /// Month number and value; a missing value is a gap.
    pub points: Vec<(i32, Option<f64>)>,
}

/// A labelled vertical line at which every series stops.
#[derive(Clone, Debug, PartialEq)]
pub struct VerticalMark {
    /// First month of what comes after.
    pub month: i32,
    /// A few words.
    pub label: String,
}

/// Lines over time, one small picture.
#[derive(Clone, Debug)]
pub struct LineChart {
    /// The question or answer.
    pub title: String,
    /// What a value is in.
    pub unit: String,
    /// Lines, the own one first or last.
    pub series: Vec<LineSeries>,
    /// Where series break.
    pub breaks: Vec<VerticalMark>,
    /// Decimals shown.
    pub decimals: usize,
    /// Danish numbers.
    pub danish: bool,
    /// Names of months for the table.
    pub month_name: fn(i32, bool) -> String,
}

const W: f64 = 320.0;
const H: f64 = 150.0;
const LEFT: f64 = 42.0;
const RIGHT: f64 = 46.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 22.0;

impl LineChart {
    /// The picture.
    pub fn svg(&self) -> String {
        let months: Vec<i32> = self.series.iter().flat_map(|s| s.points.iter().map(|p| p.0)).collect();
        let (first, last) = (months.iter().min().copied().unwrap_or(0), months.iter().max().copied().unwrap_or(1));
        let high = self.values().fold(0.0, f64::max);
        let x = Scale::new(f64::from(first), f64::from(last), LEFT, W - RIGHT);
        let y = Scale::new(0.0, if high > 0.0 { high * 1.05 } else { 1.0 }, H - BOTTOM, TOP);
        let mut svg = Svg::new("lines", W, H, &self.title, &self.describe());
        for tick in nice_ticks(0.0, high, 3) {
            svg.line("grid", (LEFT, y.at(tick)), (W - RIGHT, y.at(tick)));
            let decimals = usize::from(tick.fract() != 0.0);
            svg.text("muted small", LEFT - 6.0, y.at(tick) + 4.0, "end", &number(tick, decimals, self.danish));
        }
        svg.line("axis", (LEFT, y.at(0.0)), (W - RIGHT, y.at(0.0)));
        for year in (first + 11) / 12..=last / 12 {
            let place = x.at(f64::from(year * 12));
            if year % 2 == 0 && place < W - RIGHT - 8.0 {
                svg.text("muted small", place, H - 6.0, "middle", &year.to_string());
                svg.line("axis", (place, y.at(0.0)), (place, y.at(0.0) + 4.0));
            }
        }
        for mark in self.breaks.iter().filter(|b| b.month > first && b.month <= last) {
            let place = x.at(f64::from(mark.month) - 0.5);
            svg.line("break", (place, TOP - 4.0), (place, y.at(0.0)));
            svg.text("small", place - 4.0, TOP - 2.0, "end", &mark.label);
        }
        let mut drawn: Vec<&LineSeries> = self.series.iter().collect();
        drawn.sort_by_key(|s| s.own);
        for series in &drawn {
            self.line(&mut svg, series, x, y);
        }
        self.end_labels(&mut svg, &drawn, x, y);
        svg.end()
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|s| s.points.iter().filter_map(|p| p.1))
    }

    fn line(&self, svg: &mut Svg, series: &LineSeries, x: Scale, y: Scale) {
        let class = if series.own { "line-own" } else { "line-other" };
        let mut path = String::new();
        let mut pen_down = false;
        let mut before = i32::MIN;
        for (month, value) in &series.points {
            if self.breaks.iter().any(|b| b.month > before && b.month <= *month) {
                pen_down = false;
            }
            before = *month;
            match value {
                None => pen_down = false,
                Some(v) => {
                    let (px, py) = (at(x.at(f64::from(*month))), at(y.at(*v)));
                    path.push_str(&format!("{}{px} {py}", if pen_down { 'L' } else { 'M' }));
                    pen_down = true;
                }
            }
        }
        svg.raw(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    /// The last value of each line at its end, moved apart where they would touch.
    fn end_labels(&self, svg: &mut Svg, drawn: &[&LineSeries], x: Scale, y: Scale) {
        let mut ends: Vec<(f64, f64, f64, bool)> = drawn
            .iter()
            .filter_map(|s| {
                let (month, value) = s.points.iter().rev().find_map(|(m, v)| Some((*m, (*v)?)))?;
                Some((y.at(value), x.at(f64::from(month)), value, s.own))
            })
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut above = f64::MIN;
        for (place, px, value, own) in ends {
            let label = if place - above < 13.0 { above + 13.0 } else { place };
            above = label;
            let (text, dot) = if own { ("accent", "point-own") } else { ("muted", "point-other") };
            let (cx, cy) = (at(px), at(place));
            svg.raw(format_args!("<circle class=\"{dot}\" cx=\"{cx}\" cy=\"{cy}\" r=\"2.6\"/>"));
            svg.text(text, px + 7.0, label + 4.0, "start", &number(value, self.decimals, self.danish));
        }
    }

    fn describe(&self) -> String {
        let ends: Vec<String> = self
            .series
            .iter()
            .filter_map(|s| {
                let (month, value) = s.points.iter().rev().find_map(|(m, v)| Some((*m, (*v)?)))?;
                let when = (self.month_name)(month, self.danish);
                Some(format!("{}: {} ({when})", s.label, number(value, self.decimals, self.danish)))
            })
            .collect();
        format!("{}. {}.", self.unit, ends.join("; "))
    }

    /// The numbers behind it, newest first.
    pub fn table(&self) -> Table {
        let mut columns = vec![if self.danish { "Måned" } else { "Month" }.to_owned()];
        columns.extend(self.series.iter().map(|s| s.label.clone()));
        let mut months: Vec<i32> = self.series.iter().flat_map(|s| s.points.iter().map(|p| p.0)).collect();
        months.sort_unstable();
        months.dedup();
        let rows = months
            .iter()
            .rev()
            .map(|month| {
                let mut row = vec![Cell::Text((self.month_name)(*month, self.danish))];
                row.extend(self.series.iter().map(|s| {
                    let value = s.points.iter().find(|p| p.0 == *month).and_then(|p| p.1);
                    value.map_or(Cell::Missing, |v| Cell::Number(v, number(v, self.decimals, self.danish)))
                }));
                row
            })
            .collect();
        Table { caption: format!("{}, {}", self.title, self.unit), columns, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: Vec<(i32, Option<f64>)>, breaks: Vec<VerticalMark>) -> LineChart {
        let series = vec![LineSeries { label: "Randers".to_owned(), own: true, points }];
        let (title, unit) = ("Ledighed".to_owned(), "pct.".to_owned());
        LineChart { title, unit, series, breaks, decimals: 1, danish: true, month_name: |m, _| m.to_string() }
    }

    #[test]
    fn a_missing_month_is_a_gap_and_a_break_stops_the_line() {
        let gap = chart(vec![(1, Some(1.0)), (2, None), (3, Some(2.0))], vec![]).svg();
        assert_eq!(gap.matches('M').count(), 2, "the pen is lifted once");
        let mark = VerticalMark { month: 3, label: "ny lov".to_owned() };
        let broken = chart(vec![(1, Some(1.0)), (2, Some(1.0)), (3, Some(2.0)), (4, Some(2.0))], vec![mark]).svg();
        assert_eq!(broken.matches('M').count(), 2);
        assert!(broken.contains("ny lov"));
    }

    #[test]
    fn nothing_published_draws_an_empty_frame_and_a_table_of_dashes() {
        let chart = chart(vec![(1, None), (2, None)], vec![]);
        assert!(chart.svg().ends_with("</svg>"));
        assert_eq!(chart.table().rows[0][1].shown(), "–");
    }

    #[test]
    fn names_cannot_break_out_of_the_markup() {
        let mut chart = chart(vec![(1, Some(1.0))], vec![]);
        chart.title = "<script>\"&".to_owned();
        assert!(!chart.svg().contains("<script>"));
    }
}
