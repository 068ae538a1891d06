//! Municipal borders, as paths to be drawn.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

/// A municipality's outline.
#[derive(Clone, Debug, PartialEq)]
pub struct MapShape {
    /// Four digits.
    pub code: String,
    /// SVG path data.
    pub path: String,
    /// Somewhere in the middle, for a label or a focus ring.
    pub centre: (f64, f64),
}

/// All outlines in one coordinate system.
#[derive(Clone, Debug)]
pub struct MunicipalMap {
    /// Width of the drawing.
    pub width: f64,
    /// Height of the drawing.
    pub height: f64,
    /// Shapes by code.
    pub shapes: Vec<MapShape>,
    /// The frame around Bornholm, which is moved in from the east: x, y, width, height.
    pub inset: (f64, f64, f64, f64),
}

#[derive(Deserialize)]
struct Topology {
    objects: Objects,
    /// Points of two numbers, or three with a height that is passed over.
    arcs: Vec<Vec<Vec<f64>>>,
    #[serde(default)]
    transform: Option<Transform>,
}

#[derive(Deserialize)]
struct Transform {
    scale: (f64, f64),
    translate: (f64, f64),
}

#[derive(Deserialize)]
struct Objects {
    kommuner: Collection,
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon { properties: Properties, arcs: Vec<Vec<i64>> },
    MultiPolygon { properties: Properties, arcs: Vec<Vec<Vec<i64>>> },
}

#[derive(Deserialize)]
struct Properties {
    kommunekode: String,
}

const WIDTH: f64 = 420.0;
const BORNHOLM: &str = "0400";
/// Cosine of 56 degrees north, the middle of the country.
const SHRINK: f64 = 0.559_192_9;
/// Points closer than this to the last one kept are passed over, in degrees of latitude: about a pixel of the drawing.
const FINEST: f64 = 0.007;

static MAP: LazyLock<MunicipalMap> = LazyLock::new(|| {
    let text = include_str!("../../../data/places/kommuner.topojson");
    build(&serde_json::from_str(text).expect("the file is part of the program and read by a test"))
});

impl MunicipalMap {
    /// The map the program carries: DAGI borders as of 13 February 2014, 1:500 000.
    pub fn shipped() -> &'static Self {
        &MAP
    }
}

/// Degrees to a plane, east and south growing. Bornholm moves north-west, into the empty sea.
fn plane(code: &str, (lon, lat): (f64, f64)) -> (f64, f64) {
    let (lon, lat) = if code == BORNHOLM { (lon - 3.05, lat + 2.05) } else { (lon, lat) };
    (lon * SHRINK, -lat)
}

/// Fewer points. Borders that two municipalities share are thinned once, so that no gap opens between them.
fn thin(arc: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let last = arc.len().saturating_sub(1);
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(arc.len() / 2 + 2);
    for (i, p) in arc.into_iter().enumerate() {
        let far = kept.last().is_none_or(|k| (p.0 - k.0).abs() * SHRINK + (p.1 - k.1).abs() >= FINEST);
        if far || i == last {
            kept.push(p);
        }
    }
    kept
}

fn rings(topology: &Topology) -> BTreeMap<String, Vec<Vec<(f64, f64)>>> {
    let arcs: Vec<Vec<(f64, f64)>> = topology
        .arcs
        .iter()
        .map(|arc| arc.iter().filter_map(|p| Some((*p.first()?, *p.get(1)?))).collect::<Vec<_>>())
        .map(|arc| match &topology.transform {
            None => arc,
            Some(t) => {
                let mut at = (0.0, 0.0);
                arc.iter()
                    .map(|d| {
                        at = (at.0 + d.0, at.1 + d.1);
                        (at.0 * t.scale.0 + t.translate.0, at.1 * t.scale.1 + t.translate.1)
                    })
                    .collect()
            }
        })
        .map(thin)
        .collect();
    let ring = |parts: &[i64]| {
        let mut out: Vec<(f64, f64)> = Vec::new();
        for part in parts {
            let arc = if *part >= 0 { &arcs[*part as usize] } else { &arcs[!*part as usize] };
            let skip = usize::from(!out.is_empty());
            if *part >= 0 {
                out.extend(arc.iter().skip(skip));
            } else {
                out.extend(arc.iter().rev().skip(skip));
            }
        }
        out
    };
    let mut all: BTreeMap<String, Vec<Vec<(f64, f64)>>> = BTreeMap::new();
    for geometry in &topology.objects.kommuner.geometries {
        let (properties, rings): (_, Vec<Vec<(f64, f64)>>) = match geometry {
            Geometry::Polygon { properties, arcs } => (properties, arcs.iter().map(|r| ring(r)).collect()),
            Geometry::MultiPolygon { properties, arcs } => {
                (properties, arcs.iter().flatten().map(|r| ring(r)).collect())
            }
        };
        all.entry(properties.kommunekode.clone()).or_default().extend(rings);
    }
    all
}

fn build(topology: &Topology) -> MunicipalMap {
    let all: Vec<(String, Vec<Vec<(f64, f64)>>)> = rings(topology)
        .into_iter()
        .filter(|(code, _)| code != "0411")
        .map(|(code, rings)| {
            let moved = rings.iter().map(|r| r.iter().map(|p| plane(&code, *p)).collect()).collect();
            (code, moved)
        })
        .collect();
    let points = || all.iter().flat_map(|(_, rings)| rings.iter().flatten());
    let low = points().fold((f64::MAX, f64::MAX), |a, p| (a.0.min(p.0), a.1.min(p.1)));
    let high = points().fold((f64::MIN, f64::MIN), |a, p| (a.0.max(p.0), a.1.max(p.1)));
    let scale = (WIDTH - 8.0) / (high.0 - low.0);
    let at = |p: (f64, f64)| ((p.0 - low.0) * scale + 4.0, (p.1 - low.1) * scale + 4.0);
    let mut inset = (0.0, 0.0, 0.0, 0.0);
    let shapes = all
        .iter()
        .map(|(code, rings)| {
            let drawn: Vec<Vec<(f64, f64)>> =
                rings.iter().map(|r| r.iter().map(|p| at(*p)).collect::<Vec<_>>()).collect();
            if code == BORNHOLM {
                let all = || drawn.iter().flatten();
                let (x0, y0) = all().fold((f64::MAX, f64::MAX), |a, p| (a.0.min(p.0), a.1.min(p.1)));
                let (x1, y1) = all().fold((f64::MIN, f64::MIN), |a, p| (a.0.max(p.0), a.1.max(p.1)));
                inset = (x0 - 8.0, y0 - 8.0, x1 - x0 + 16.0, y1 - y0 + 16.0);
            }
            shape(code, &drawn)
        })
        .collect();
    MunicipalMap { width: WIDTH, height: (high.1 - low.1) * scale + 8.0, shapes, inset }
}

fn area(ring: &[(f64, f64)]) -> f64 {
    ring.windows(2).map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1).sum::<f64>() / 2.0
}

fn shape(code: &str, rings: &[Vec<(f64, f64)>]) -> MapShape {
    let largest = rings.iter().map(|r| area(r).abs()).fold(0.0, f64::max);
    let mut path = String::new();
    let mut centre = (0.0, 0.0);
    for ring in rings {
        let size = area(ring).abs();
        if size >= largest {
            let n = ring.len().max(1) as f64;
            let sum = ring.iter().fold((0.0, 0.0), |a, p| (a.0 + p.0, a.1 + p.1));
            centre = (sum.0 / n, sum.1 / n);
        }
        if size < 0.6 && size < largest {
            continue; // an islet smaller than a dot
        }
        for (i, p) in ring.iter().enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, p.0, p.1);
        }
        path.push('Z');
    }
    MapShape { code: code.to_owned(), path, centre }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::municipalities;

    #[test]
    fn every_municipality_has_an_outline_and_the_map_is_light() {
        let map = MunicipalMap::shipped();
        for m in municipalities() {
            let shape = map.shapes.iter().find(|s| s.code == m.code);
            assert!(shape.is_some_and(|s| s.path.len() > 20), "{} {}", m.code, m.name);
        }
        let bytes: usize = map.shapes.iter().map(|s| s.path.len()).sum();
        assert!(bytes < 160_000, "{bytes} bytes of paths");
        assert!(map.inset.2 > 10.0 && map.height > map.width * 0.8);
    }
}
