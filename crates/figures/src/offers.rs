//! Offers by kind and recipients by readiness: one month, all municipalities.

use crate::places::NATION;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Full-time persons on kontanthjælp by readiness (visitation). Missing is suppressed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReadinessGroups {
    /// Job-ready.
    pub jobparat: Option<f64>,
    /// Activity-ready.
    pub aktivitetsparat: Option<f64>,
    /// Education-ready.
    pub uddannelsesparat: Option<f64>,
    /// Obviously education-ready.
    pub aabenlyst_uddannelsesparat: Option<f64>,
}

/// Courses of offers by kind, and persons activated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OfferMix {
    /// Guidance and upskilling.
    pub vejledning: Option<f64>,
    /// Wage subsidy.
    pub loentilskud: Option<f64>,
    /// Company internship.
    pub virksomhedspraktik: Option<f64>,
    /// Utility work.
    pub nytteindsats: Option<f64>,
    /// Specially arranged utility work.
    pub saerlig_nytteindsats: Option<f64>,
    /// Courses in all.
    pub courses_total: Option<f64>,
    /// Persons activated.
    pub activated_total: Option<f64>,
}

static ALL: LazyLock<HashMap<String, (ReadinessGroups, OfferMix)>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../data/jobindsats/jobindsats-kontanthjaelp-tilbud-2026M07.csv");
    let sheet = tables::read_csv("jobindsats-kontanthjaelp-tilbud-2026M07.csv", bytes);
    let sheet = sheet.expect("the file is part of the program and read by a test");
    sheet
        .rows()
        .map(|row| {
            let number = |column: &str| row.number(column).ok().flatten();
            let groups = ReadinessGroups {
                jobparat: number("fulltime_Jobparat"),
                aktivitetsparat: number("fulltime_Aktivitetsparat"),
                uddannelsesparat: number("fulltime_Uddannelsesparat"),
                aabenlyst_uddannelsesparat: number("fulltime_Åbenlys uddannelsesparat"),
            };
            let mix = OfferMix {
                vejledning: number("courses_Vejledning og opkvalificering"),
                loentilskud: number("courses_Løntilskud"),
                virksomhedspraktik: number("courses_Virksomhedspraktik"),
                nytteindsats: number("courses_Nytteindsats"),
                saerlig_nytteindsats: number("courses_Særligt tilrettelagt nytteindsats"),
                courses_total: number("courses_total"),
                activated_total: number("activated_total"),
            };
            (format!("{:0>4}", row.text("kommunekode")), (groups, mix))
        })
        .collect()
});

/// July 2026, Jobindsats tables y60a02 and y60c02.
pub fn offers(code: &str) -> Option<(ReadinessGroups, OfferMix)> {
    ALL.get(code).or_else(|| ALL.get(NATION).filter(|_| code == NATION)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nation_and_randers_are_read() {
        let (groups, mix) = offers(NATION).unwrap();
        assert_eq!((groups.jobparat, mix.courses_total), (Some(16409.0), Some(49805.0)));
        assert!(offers("0730").unwrap().1.virksomhedspraktik.is_some());
        assert!(offers("9999").is_none());
    }
}
