//! A figure as data, drawn as SVG, and the table behind it.
//!
//! Pages, reports and commands use the same pictures. Rules: the unit stands on the axis; lines are labelled at their
//! ends; missing is a gap, never zero; where a series breaks the line stops; colour is never the only mark. Colours are
//! classes whose values stand in one style sheet ([`STYLE`] for a picture that stands alone).

mod choropleth;
mod curves;
mod dots;
mod forest;
mod gaps;
mod lanes;
mod lines;
mod numbers;
mod overlap;
mod scale;
mod scatter;
mod spark;
mod svg;
mod table;
mod waterfall;

pub use choropleth::{Area, Choropleth};
pub use curves::{Curves, Line};
pub use dots::{Dot, DotPlot};
pub use forest::{Estimate, Forest};
pub use gaps::{Gap, GapPlot, signed};
pub use lanes::{Bar, Curve, Item, LaneRow, Lanes, Mark, Shape, Step, Tone};
pub use lines::{LineChart, LineSeries, VerticalMark};
pub use numbers::{number, percent_points};
pub use overlap::Overlap;
pub use scale::{Scale, nice_ticks};
pub use scatter::{Guide, Point, Scatter};
pub use spark::spark;
pub use svg::{STYLE, standalone};
pub use table::{Cell, Table};
pub use waterfall::{Fall, Waterfall};
