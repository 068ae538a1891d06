//! A life in lanes: bars, steps, marks, flags and curves over days.

use crate::scale::Scale;
use crate::svg::{Escaped, Svg, at, fit, text_width};
use jiff::ToSpan;
use jiff::civil::Date;

/// Colour of a bar; each has a fill, an edge and a dashed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Dagpenge.
    Dagpenge,
    /// Kontanthjælp.
    Kontanthjaelp,
    /// Sygedagpenge.
    Sygedagpenge,
    /// Job and hours.
    Work,
    /// Offers.
    Offer,
    /// Anything else.
    Neutral,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Dagpenge => "dagpenge",
            Self::Kontanthjaelp => "kontanthjaelp",
            Self::Sygedagpenge => "sygedagpenge",
            Self::Work => "work",
            Self::Offer => "offer",
            Self::Neutral => "neutral",
        }
    }
}

/// A run of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// First day.
    pub from: Date,
    /// Last day; without one it runs on past the edge.
    pub to: Option<Date>,
    /// Words on it.
    pub label: String,
    /// Colour.
    pub tone: Tone,
    /// Agreed, not yet happened: hatched with a dashed edge. What lies after today is so in any case.
    pub planned: bool,
}

/// A run of days with a height: ordinary hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
    /// Hours a week.
    pub value: f64,
    /// Words above it.
    pub label: String,
}

/// Shape of a mark. Form and holder have different shapes, so that colour is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// In person: filled circle.
    Disc,
    /// By phone: open circle.
    Ring,
    /// By video: filled square.
    Square,
    /// Held by the unemployment fund: triangle.
    Triangle,
    /// Missed: cross.
    Cross,
    /// Agreed: dashed square.
    Planned,
    /// A goal: flag.
    Flag,
    /// Something done: tick.
    Tick,
    /// Anything else: diamond.
    Diamond,
}

/// A day.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The day.
    pub on: Date,
    /// Its shape.
    pub shape: Shape,
    /// Words beside it, where there is room.
    pub label: String,
}

/// Measurements over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Day and answer, in order.
    pub points: Vec<(Date, f64)>,
    /// Lowest and highest possible answer.
    pub range: (f64, f64),
    /// Words at the end: what, and which way.
    pub label: String,
    /// Half the width of the band around the first answer within which a change says nothing.
    pub noise: f64,
}

/// Something in a lane, with where a click leads and what is read aloud.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A bar.
    Bar(Bar, String, String),
    /// A step.
    Step(Step, String, String),
    /// A mark.
    Mark(Mark, String, String),
    /// A curve.
    Curve(Curve, String, String),
}

/// A lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneRow {
    /// Name at the left.
    pub name: String,
    /// What is in it; nothing makes it one quiet line.
    pub items: Vec<Item>,
    /// Words for an empty lane.
    pub quiet: String,
}

/// The whole picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanes {
    /// Read aloud first.
    pub title: String,
    /// First day shown.
    pub from: Date,
    /// Last day shown.
    pub to: Date,
    /// Today, or the day it is shown as known on.
    pub today: Date,
    /// "i dag", or the day.
    pub today_label: String,
    /// Lanes from the top.
    pub lanes: Vec<LaneRow>,
    /// Danish month names.
    pub danish: bool,
    /// Width in units of the text's size: 1180 fills a screen, 740 stands beside a panel.
    pub width: f64,
}

const LEFT: f64 = 112.0;
/// Room at the right for what curves are called, and without curves.
const RIGHT: (f64, f64) = (128.0, 12.0);
const HEAD: f64 = 40.0;
const BAR: f64 = 26.0;
const GAP: f64 = 10.0;

const DA: [&str; 12] = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn day(date: Date) -> f64 {
    f64::from(jiff::civil::date(1970, 1, 1).until(date).map_or(0, |s| s.get_days()))
}

/// Items of a lane that take room side by side, each with the row it got.
fn rows_of(spans: &[(f64, f64)]) -> (Vec<usize>, usize) {
    let mut ends: Vec<f64> = Vec::new();
    let rows = spans
        .iter()
        .map(|(from, to)| {
            let row = ends.iter().position(|end| *end <= *from + 0.01).unwrap_or(ends.len());
            if row == ends.len() {
                ends.push(*to);
            } else {
                ends[row] = *to;
            }
            row
        })
        .collect();
    (rows, ends.len())
}

struct Laid<'a> {
    lane: &'a LaneRow,
    top: f64,
    height: f64,
}

impl Lanes {
    /// The right edge of the days.
    fn edge(&self) -> f64 {
        let curves = self.lanes.iter().flat_map(|l| &l.items).any(|i| matches!(i, Item::Curve(..)));
        self.width - if curves { RIGHT.0 } else { RIGHT.1 }
    }

    fn x(&self) -> Scale {
        Scale::new(day(self.from), day(self.to) + 1.0, LEFT, self.edge())
    }

    /// Left and right edge of a run of days, cut to the picture; `None` where it lies outside.
    fn edges(&self, from: Date, to: Option<Date>) -> Option<(f64, f64)> {
        let x = self.x();
        let last = to.unwrap_or(self.to);
        if from > self.to || last < self.from {
            return None;
        }
        Some((x.at(day(from.max(self.from))), x.at(day(last.min(self.to)) + 1.0)))
    }

    fn bar_rows(&self, lane: &LaneRow) -> (Vec<usize>, usize) {
        let mut spans: Vec<(f64, f64)> = Vec::new();
        for item in &lane.items {
            if let Item::Bar(bar, ..) = item {
                spans.push(self.edges(bar.from, bar.to).unwrap_or((0.0, 0.0)));
            }
        }
        rows_of(&spans)
    }

    fn height(&self, lane: &LaneRow) -> f64 {
        let has = |want: fn(&Item) -> bool| lane.items.iter().any(want);
        let bars = self.bar_rows(lane).1 as f64 * (BAR + 3.0);
        let steps = if has(|i| matches!(i, Item::Step(..))) { 40.0 } else { 0.0 };
        let marks = if has(|i| matches!(i, Item::Mark(..))) { 24.0 } else { 0.0 };
        let curves = lane.items.iter().filter(|i| matches!(i, Item::Curve(..))).count() as f64 * 24.0;
        // Bars and steps of one lane share its height: a job bar stands where there are no hours beside a benefit.
        bars.max(steps) + marks + curves
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let mut laid = Vec::new();
        let mut top = HEAD;
        for lane in &self.lanes {
            let height = self.height(lane).max(12.0) + GAP;
            laid.push(Laid { lane, top, height });
            top += height;
        }
        let bottom = top + 2.0;
        let mut svg = Svg::new("lanes", self.width, bottom + 6.0, &self.title, &self.span_words());
        svg.raw(format_args!(
            "<defs><pattern id=\"planned\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <line class=\"hatch-line\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern></defs>"
        ));
        let now = self.x().at(day(self.today.clamp(self.from, self.to)) + 0.5);
        if self.today < self.to {
            svg.rect("future", now, HEAD - 6.0, self.edge() - now, bottom - HEAD + 6.0);
        }
        self.axis(&mut svg, bottom);
        for row in &laid {
            svg.line("grid", (0.0, row.top + row.height), (self.width, row.top + row.height));
            svg.text("strong", 0.0, row.top + row.height / 2.0 + 4.0, "start", &row.lane.name);
            if row.lane.items.is_empty() {
                svg.text("muted small", LEFT + 4.0, row.top + row.height / 2.0 + 4.0, "start", &row.lane.quiet);
            }
        }
        if (self.from..=self.to).contains(&self.today) {
            svg.line("today", (now, HEAD - 8.0), (now, bottom));
            svg.text("today", now, HEAD - 26.0, "middle", &self.today_label);
        }
        for row in &laid {
            self.lane(&mut svg, row, now);
        }
        svg.end()
    }

    fn span_words(&self) -> String {
        format!("{} – {}", self.from, self.to)
    }

    fn axis(&self, svg: &mut Svg, bottom: f64) {
        let x = self.x();
        let months = (i32::from(self.to.year()) - i32::from(self.from.year())) * 12 + i32::from(self.to.month())
            - i32::from(self.from.month())
            + 1;
        let every = match months {
            ..=14 => 1,
            15..=30 => 2,
            31..=50 => 3,
            51..=90 => 6,
            _ => 12,
        };
        let names = if self.danish { DA } else { EN };
        let mut first = self.from.first_of_month();
        if first < self.from {
            first = first.saturating_add(1.month());
        }
        // The year one begins in is written at the edge, unless the next one would touch it.
        let new_year = x.at(day(self.from.last_of_year())) + 1.0;
        let mut year_label_end = f64::MIN;
        if new_year > LEFT + 40.0 {
            svg.text("strong", LEFT, HEAD - 26.0, "start", &self.from.year().to_string());
            year_label_end = LEFT + 34.0;
        }
        while first <= self.to {
            let place = x.at(day(first));
            let january = first.month() == 1;
            if january || (i32::from(first.month()) - 1) % every == 0 {
                svg.line(if january { "grid-strong" } else { "grid" }, (place, HEAD - 8.0), (place, bottom));
                if place < self.edge() - 14.0 {
                    let name = names[usize::try_from(first.month() - 1).unwrap_or(0)];
                    if every < 12 {
                        svg.text("muted small", place + 2.0, HEAD - 11.0, "start", name);
                    }
                }
            }
            if january && place > year_label_end && place < self.edge() - 24.0 {
                // Beside "today", not under it.
                let now = x.at(day(self.today));
                let shift = match place - now {
                    d if d.abs() >= 34.0 => 2.0,
                    d if d > 0.0 => 34.0 - d,
                    d => -36.0 - d,
                };
                svg.text("strong", place + shift, HEAD - 26.0, "start", &first.year().to_string());
                year_label_end = place + 34.0;
            }
            first = first.saturating_add(1.month());
        }
    }

    fn lane(&self, svg: &mut Svg, row: &Laid<'_>, now: f64) {
        let (bar_rows, _) = self.bar_rows(row.lane);
        let mut bars = bar_rows.iter();
        let top = row.top + GAP / 2.0;
        let mut marks: Vec<(&Mark, &str, &str)> = Vec::new();
        let mut curves = 0;
        let steps: Vec<&Step> =
            row.lane.items.iter().filter_map(|i| if let Item::Step(s, ..) = i { Some(s) } else { None }).collect();
        let tallest = steps.iter().map(|s| s.value).fold(10.0, f64::max);
        for item in &row.lane.items {
            match item {
                Item::Bar(bar, href, says) => {
                    let line = bars.next().copied().unwrap_or(0) as f64;
                    self.bar(svg, bar, top + line * (BAR + 3.0), now, (href, says));
                }
                Item::Step(step, href, says) => self.step(svg, step, top + 40.0, tallest, now, (href, says)),
                Item::Mark(mark, href, says) => marks.push((mark, href, says)),
                Item::Curve(curve, href, says) => {
                    self.curve(svg, curve, top + f64::from(curves) * 24.0, (href, says));
                    curves += 1;
                }
            }
        }
        let y = row.top + row.height - GAP / 2.0 - 12.0;
        self.marks(svg, &mut marks, y);
    }

    fn open(svg: &mut Svg, (href, says): (&String, &String)) {
        svg.raw(format_args!("<a href=\"{}\"><title>{}</title>", Escaped(href), Escaped(says)));
    }

    fn bar(&self, svg: &mut Svg, bar: &Bar, y: f64, now: f64, link: (&String, &String)) {
        let Some((left, right)) = self.edges(bar.from, bar.to) else { return };
        let right = right.max(left + 2.0);
        let tone = bar.tone.class();
        Self::open(svg, link);
        // The part that has happened, and the part that is agreed.
        let turn = if bar.planned && left >= now - 1.0 { left } else { right.min(now.max(left)) };
        if turn > left {
            svg.rect(&format!("bar t-{tone}"), left, y, turn - left, BAR);
        }
        if right > turn + 0.5 {
            svg.rect(&format!("planned t-{tone} p-{tone}"), turn, y + 0.5, right - turn, BAR - 1.0);
            svg.rect("hatch", turn, y + 0.5, right - turn, BAR - 1.0);
        }
        if bar.from >= self.from {
            svg.rect(&format!("edge e-{tone}"), left, y, 3.0, BAR);
        }
        let room = if right - left > 30.0 { right - left - 12.0 } else { 0.0 };
        // A place that does not fit is left out whole; half a word helps nobody.
        let words = match bar.label.split_once(" · ") {
            Some((kind, _)) if text_width(&bar.label) > room => fit(kind, room),
            _ => fit(&bar.label, room),
        };
        if !words.is_empty() {
            svg.text("small", left + 8.0, y + BAR / 2.0 + 4.0, "start", &words);
        }
        svg.raw(format_args!("</a>"));
    }

    fn step(&self, svg: &mut Svg, step: &Step, floor: f64, tallest: f64, now: f64, link: (&String, &String)) {
        let Some((left, right)) = self.edges(step.from, step.to) else { return };
        let right = if step.to.is_none() { right.min(now.max(left + 2.0)) } else { right }.max(left + 2.0);
        let height = 4.0 + 20.0 * (step.value / tallest).clamp(0.0, 1.0);
        Self::open(svg, link);
        svg.rect("bar t-work", left, floor - height, right - left, height);
        svg.line("step-top", (left, floor - height), (right, floor - height));
        if text_width(&step.label) < right - left + 6.0 {
            svg.text("on-work", left + 3.0, floor - height - 4.0, "start", &step.label);
        } else if right - left > 26.0 {
            let short = step.label.split(' ').next().unwrap_or("");
            svg.text("on-work", left + 2.0, floor - height - 4.0, "start", short);
        }
        svg.raw(format_args!("</a>"));
    }

    fn curve(&self, svg: &mut Svg, curve: &Curve, top: f64, link: (&String, &String)) {
        let x = self.x();
        let y = Scale::new(curve.range.0, curve.range.1, top + 20.0, top + 3.0);
        let inside: Vec<(f64, f64)> = curve
            .points
            .iter()
            .filter(|(d, _)| (self.from..=self.to).contains(d))
            .map(|(d, v)| (x.at(day(*d) + 0.5), y.at(*v)))
            .collect();
        let (Some(first), Some(last)) = (inside.first(), inside.last()) else { return };
        Self::open(svg, link);
        let start = y.at(curve.points[0].1);
        let half = (y.at(0.0) - y.at(curve.noise)).abs();
        svg.rect("band", first.0, start - half, last.0 - first.0, 2.0 * half);
        let path: Vec<String> = inside.iter().map(|(a, b)| format!("{} {}", at(*a), at(*b))).collect();
        svg.raw(format_args!("<path class=\"curve\" d=\"M{}\"/>", path.join("L")));
        for (a, b) in &inside {
            let (a, b) = (at(*a), at(*b));
            svg.raw(format_args!("<circle class=\"curve-dot\" cx=\"{a}\" cy=\"{b}\" r=\"2.6\"/>"));
        }
        svg.text("small halo", last.0 + 8.0, last.1 + 4.0, "start", &curve.label);
        svg.raw(format_args!("</a>"));
    }

    fn marks(&self, svg: &mut Svg, marks: &mut [(&Mark, &str, &str)], y: f64) {
        marks.sort_by_key(|m| m.0.on);
        let x = self.x();
        let places: Vec<f64> = marks.iter().map(|m| x.at(day(m.0.on) + 0.5)).collect();
        for (i, (mark, href, says)) in marks.iter().enumerate() {
            if !(self.from..=self.to).contains(&mark.on) {
                continue;
            }
            let place = places[i];
            Self::open(svg, (&(*href).to_owned(), &(*says).to_owned()));
            svg.raw(format_args!("<circle class=\"hit\" cx=\"{}\" cy=\"{}\" r=\"11\"/>", at(place), at(y)));
            shape(svg, mark.shape, place, y);
            let next = places.get(i + 1).copied().unwrap_or(self.width);
            let words = fit(&mark.label, next - place - 22.0);
            if !words.is_empty() {
                let gap = if mark.shape == Shape::Flag { 14.0 } else { 11.0 };
                svg.text("small halo", place + gap, y + 4.0, "start", &words);
            }
            svg.raw(format_args!("</a>"));
        }
    }
}

fn shape(svg: &mut Svg, shape: Shape, x: f64, y: f64) {
    let (x, y) = (at(x), at(y));
    match shape {
        Shape::Disc => svg.raw(format_args!("<circle class=\"mark\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>")),
        Shape::Ring => svg.raw(format_args!("<circle class=\"mark-open\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>")),
        Shape::Square => svg.rect("mark", x - 4.5, y - 4.5, 9.0, 9.0),
        Shape::Planned => svg.rect("mark-planned", x - 5.0, y - 5.0, 10.0, 10.0),
        Shape::Triangle => {
            let (l, r, t, b) = (x - 6.0, x + 6.0, y - 6.0, y + 5.0);
            svg.raw(format_args!("<path class=\"mark-akasse\" d=\"M{x} {t}L{r} {b}L{l} {b}Z\"/>"));
        }
        Shape::Cross => {
            let (l, r, t, b) = (x - 4.5, x + 4.5, y - 4.5, y + 4.5);
            svg.raw(format_args!("<path class=\"mark-missed\" d=\"M{l} {t}L{r} {b}M{r} {t}L{l} {b}\"/>"));
        }
        Shape::Flag => {
            let (t, b, r, m) = (y - 8.0, y + 8.0, x + 10.0, y - 4.0);
            svg.raw(format_args!("<path class=\"flag\" d=\"M{x} {b}L{x} {t}L{r} {m}L{x} {y}\"/>"));
        }
        Shape::Tick => {
            let (l, b, m, r, t) = (x - 5.0, y + 4.0, x - 1.5, x + 5.5, y - 5.0);
            svg.raw(format_args!("<path class=\"curve\" d=\"M{l} {y}L{m} {b}L{r} {t}\"/>"));
        }
        Shape::Diamond => {
            let (l, r, t, b) = (x - 5.0, x + 5.0, y - 5.0, y + 5.0);
            svg.raw(format_args!("<path class=\"mark-open\" d=\"M{x} {t}L{r} {y}L{x} {b}L{l} {y}Z\"/>"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn picture(items: Vec<Item>) -> Lanes {
        Lanes {
            title: "Tidslinje".to_owned(),
            from: date(2025, 1, 1),
            to: date(2026, 12, 31),
            today: date(2026, 11, 24),
            today_label: "i dag".to_owned(),
            lanes: vec![LaneRow { name: "Tilbud".to_owned(), items, quiet: "ingen".to_owned() }],
            danish: true,
            width: 1180.0,
        }
    }

    fn bar(from: Date, to: Option<Date>, planned: bool) -> Item {
        let bar = Bar { from, to, label: "Praktik · Netto".to_owned(), tone: Tone::Offer, planned };
        Item::Bar(bar, "?oplysning=1".to_owned(), "Praktik".to_owned())
    }

    #[test]
    fn what_lies_ahead_is_hatched_and_what_has_been_is_not() {
        let past = picture(vec![bar(date(2026, 3, 2), Some(date(2026, 5, 8)), false)]).svg();
        assert!(past.contains("bar t-offer") && !past.contains("class=\"hatch\""));
        let across = picture(vec![bar(date(2026, 8, 24), Some(date(2027, 2, 16)), true)]).svg();
        assert!(across.contains("bar t-offer") && across.contains("class=\"hatch\""));
        let ahead = picture(vec![bar(date(2026, 12, 1), Some(date(2026, 12, 20)), true)]).svg();
        assert!(!ahead.contains("bar t-offer") && ahead.contains("planned t-offer"));
    }

    #[test]
    fn bars_that_share_days_lie_under_each_other() {
        let both = picture(vec![
            bar(date(2026, 1, 1), Some(date(2026, 3, 1)), false),
            bar(date(2026, 2, 1), Some(date(2026, 4, 1)), false),
        ]);
        assert_eq!(both.bar_rows(&both.lanes[0]), (vec![0, 1], 2));
        let after = picture(vec![
            bar(date(2026, 1, 1), Some(date(2026, 1, 31)), false),
            bar(date(2026, 2, 1), Some(date(2026, 4, 1)), false),
        ]);
        assert_eq!(after.bar_rows(&after.lanes[0]).1, 1, "the day after needs no new row");
    }

    #[test]
    fn an_empty_lane_is_one_quiet_line_and_days_outside_are_left_out() {
        assert!(picture(vec![]).svg().contains("ingen"));
        let outside = picture(vec![bar(date(2020, 1, 1), Some(date(2020, 2, 1)), false)]).svg();
        assert!(!outside.contains("t-offer"));
    }
}
