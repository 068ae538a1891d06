//! The 98 municipalities.

use std::sync::LazyLock;

/// Code of the nation in published series.
pub const NATION: &str = "0000";

/// A municipality.
#[derive(Clone, Debug, PartialEq)]
pub struct Municipality {
    /// Four digits, `0730` for Randers.
    pub code: String,
    /// Name without "Kommune".
    pub name: String,
    /// Region.
    pub region: String,
    /// Part of the country (landsdel).
    pub part: String,
    /// The middle of its area: degrees east and north.
    pub centre: (f64, f64),
}

impl Municipality {
    /// Kilometres between the middles of two, as the crow flies. Flat, on the scale of 56 degrees north: within a
    /// percent anywhere in the country.
    pub fn km_to(&self, other: &Self) -> f64 {
        const DEGREE_NORTH: f64 = 111.2;
        const DEGREE_EAST: f64 = DEGREE_NORTH * 0.559_193;
        let east = (self.centre.0 - other.centre.0) * DEGREE_EAST;
        east.hypot((self.centre.1 - other.centre.1) * DEGREE_NORTH)
    }
}

static ALL: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
    let sheet = tables::read_csv("kommuner.csv", include_bytes!("../../../data/places/kommuner.csv"));
    let sheet = sheet.expect("the file is part of the program and read by a test");
    // Christiansø (0411) is no municipality and has no job centre.
    sheet
        .rows()
        .filter(|r| r.text("kommunekode") != "0411")
        .map(|r| Municipality {
            code: r.text("kommunekode").to_owned(),
            name: r.text("navn").to_owned(),
            region: r.text("region").to_owned(),
            part: r.text("landsdel").to_owned(),
            centre: (
                r.number("laengdegrad").ok().flatten().expect("every municipality has a middle"),
                r.number("breddegrad").ok().flatten().expect("every municipality has a middle"),
            ),
        })
        .collect()
});

/// All 98, by code.
pub fn municipalities() -> &'static [Municipality] {
    &ALL
}

/// The one with that code.
pub fn municipality(code: &str) -> Option<&'static Municipality> {
    ALL.binary_search_by(|m| m.code.as_str().cmp(code)).ok().map(|i| &ALL[i])
}

/// The one with that code or name, small or capital letters, with or without "Kommune".
pub fn find_municipality(text: &str) -> Option<&'static Municipality> {
    let wanted = text.trim().to_lowercase();
    let wanted = wanted.strip_suffix(" kommune").unwrap_or(&wanted);
    ALL.iter().find(|m| m.code == wanted || m.code.trim_start_matches('0') == wanted || m.name.to_lowercase() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_98_in_order_of_code() {
        assert_eq!(municipalities().len(), 98);
        assert!(municipalities().is_sorted_by_key(|m| &m.code));
        assert_eq!(municipality("0730").unwrap().name, "Randers");
        assert_eq!(find_municipality("randers kommune").unwrap().code, "0730");
        assert_eq!(find_municipality("101").unwrap().name, "København");
        assert!(find_municipality("Atlantis").is_none());
    }

    #[test]
    fn distances_are_those_of_a_map() {
        let far = |a: &str, b: &str| find_municipality(a).unwrap().km_to(find_municipality(b).unwrap());
        assert!((150.0..165.0).contains(&far("Aarhus", "København")), "{}", far("Aarhus", "København"));
        assert!((1.0..6.0).contains(&far("Frederiksberg", "København")));
    }
}
