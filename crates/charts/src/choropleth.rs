//! A map in five classes.

use crate::gaps::signed;
use crate::numbers::number;
use crate::svg::{Escaped, Svg, at};

/// An area of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Name.
    pub label: String,
    /// SVG path data.
    pub path: String,
    /// Value, if published.
    pub value: Option<f64>,
    /// Where a click leads.
    pub href: String,
    /// The one the chart is about.
    pub own: bool,
}

/// A map in five classes with as many areas in each as ties allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Choropleth {
    /// The question or answer.
    pub title: String,
    /// What a value is in.
    pub unit: String,
    /// Areas.
    pub areas: Vec<Area>,
    /// Width and height of the drawing that the paths are made for.
    pub size: (f64, f64),
    /// A frame around what was moved: x, y, width, height.
    pub inset: (f64, f64, f64, f64),
    /// Decimals shown.
    pub decimals: usize,
    /// Danish words and numbers.
    pub danish: bool,
    /// Values go to both sides of nothing, and which side matters: classes are the same on both.
    pub around_zero: bool,
}

impl Choropleth {
    /// Upper bounds of the first four classes: fifths, or around zero a third of and the whole of what four in five do not
    /// exceed.
    pub fn bounds(&self) -> Vec<f64> {
        let size = |v: f64| if self.around_zero { v.abs() } else { v };
        let mut values: Vec<f64> = self.areas.iter().filter_map(|a| a.value).map(size).collect();
        values.sort_by(f64::total_cmp);
        if values.is_empty() {
            return Vec::new();
        }
        if self.around_zero {
            let far = values[(values.len() * 4 / 5).min(values.len() - 1)];
            return vec![-far, -far / 3.0, far / 3.0, far];
        }
        (1..5).map(|k| values[(values.len() * k / 5).min(values.len() - 1)]).collect()
    }

    /// Class of a value, 1 to 5; 0 for missing.
    fn class(value: Option<f64>, bounds: &[f64]) -> usize {
        value.map_or(0, |v| 1 + bounds.iter().filter(|b| v >= **b).count())
    }

    const fn kind(&self, class: usize) -> char {
        if self.around_zero && class > 0 { 'g' } else { 'c' }
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let (width, height) = self.size;
        let bounds = self.bounds();
        let mut svg = Svg::new("map", width, height + 46.0, &self.title, &self.unit);
        svg.raw(format_args!(
            "<defs><pattern id=\"missing\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect class=\"missing-fill\" width=\"5\" height=\"5\"/><line class=\"missing-line\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern></defs>"
        ));
        for area in &self.areas {
            let shown = match (area.value, self.danish) {
                (Some(v), danish) if self.around_zero => signed(v, self.decimals, danish),
                (Some(v), danish) => number(v, self.decimals, danish),
                (None, true) => "ikke offentliggjort".to_owned(),
                (None, false) => "not published".to_owned(),
            };
            let says = format!("{}: {shown}", area.label);
            let class = Self::class(area.value, &bounds);
            let kind = self.kind(class);
            svg.raw(format_args!(
                "<a href=\"{}\" tabindex=\"-1\"><title>{}</title><path class=\"area {kind}{class}\" d=\"{}\"/></a>",
                Escaped(&area.href),
                Escaped(&says),
                area.path
            ));
        }
        if let Some(own) = self.areas.iter().find(|a| a.own) {
            svg.raw(format_args!("<path class=\"area-own\" d=\"{}\"/>", own.path));
        }
        let (x, y, w, h) = self.inset;
        svg.rect("inset", x, y, w, h);
        self.legend(&mut svg, &bounds, height);
        svg.end()
    }

    fn legend(&self, svg: &mut Svg, bounds: &[f64], top: f64) {
        if bounds.is_empty() {
            return;
        }
        let step = 46.0;
        for class in 1..=5_usize {
            let x = 4.0 + (class as f64 - 1.0) * step;
            svg.rect(&format!("{}{class}", self.kind(class)), x, top + 8.0, step, 12.0);
        }
        svg.rect("legend-edge", 4.0, top + 8.0, step * 5.0, 12.0);
        for (i, bound) in bounds.iter().enumerate() {
            let x = 4.0 + (i as f64 + 1.0) * step;
            let text = if self.around_zero { signed } else { number }(*bound, self.decimals, self.danish);
            svg.text("muted small", x, top + 34.0, "middle", &text);
        }
        if self.areas.iter().any(|a| a.value.is_none()) {
            svg.rect("c0", 4.0 + step * 5.0 + 14.0, top + 8.0, 20.0, 12.0);
            svg.rect("legend-edge", 4.0 + step * 5.0 + 14.0, top + 8.0, 20.0, 12.0);
            let text = if self.danish { "ikke offentliggjort" } else { "not published" };
            svg.text("muted small", at(4.0 + step * 5.0 + 40.0), top + 18.0, "start", text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_fall_in_one_class_and_missing_in_its_own() {
        let area = |v: Option<f64>| Area {
            label: String::new(),
            path: "M0 0Z".to_owned(),
            value: v,
            href: "#".to_owned(),
            own: false,
        };
        let map = Choropleth {
            title: String::new(),
            unit: String::new(),
            areas: [1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0, 5.0]
                .map(|v| area(Some(v)))
                .into_iter()
                .chain([area(None)])
                .collect(),
            size: (100.0, 100.0),
            inset: (0.0, 0.0, 1.0, 1.0),
            decimals: 1,
            danish: true,
            around_zero: false,
        };
        let bounds = map.bounds();
        assert_eq!(bounds, [1.0, 3.0, 5.0, 5.0]);
        assert_eq!(Choropleth::class(Some(5.0), &bounds), 5);
        assert_eq!(Choropleth::class(None, &bounds), 0);
        assert!(map.svg().contains("area c0"));
    }
    #[test]
    fn around_zero_both_sides_have_the_same_classes() {
        let area = |v: f64| Area {
            label: String::new(),
            path: "M0 0Z".to_owned(),
            value: Some(v),
            href: "#".to_owned(),
            own: false,
        };
        let map = Choropleth {
            title: String::new(),
            unit: String::new(),
            areas: [-3.0, -0.1, 0.2, 0.3, 1.0].map(area).to_vec(),
            size: (100.0, 100.0),
            inset: (0.0, 0.0, 1.0, 1.0),
            decimals: 1,
            danish: true,
            around_zero: true,
        };
        let bounds = map.bounds();
        assert_eq!((bounds[0], bounds[1]), (-bounds[3], -bounds[2]));
        assert_eq!(Choropleth::class(Some(-0.1), &bounds), 3);
        assert!(map.svg().contains("area g3") && map.svg().contains("+1,0"));
    }
}
