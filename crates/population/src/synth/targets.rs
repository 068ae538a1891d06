//! The published figures that a made-up municipality matches.

use super::SynthError;
use figures::{Published, Series, municipality, offers};
use timeline::{Maalgruppe, Tilbud, Ydelse};

/// A group and its published size.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupTarget {
    /// Words for messages.
    pub name: &'static str,
    /// Target group; a part of the published group may be placed in a second one (see `docs/synthetic.md`).
    pub group: Maalgruppe,
    /// Benefit.
    pub benefit: Ydelse,
    /// Full-time persons.
    pub full_time: f64,
}

impl GroupTarget {
    /// Whether a citizen with this placement counts here.
    pub fn is(&self, group: Option<Maalgruppe>, benefit: Option<Ydelse>) -> bool {
        let same = match (self.group, group) {
            (Maalgruppe::Aktivitetsparat, Some(Maalgruppe::AktivitetsparatUng)) => true,
            (own, other) => Some(own) == other,
        };
        same && benefit == Some(self.benefit)
    }
}

/// Everything that is matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// Sizes.
    pub groups: Vec<GroupTarget>,
    /// Full-time persons in offers over full-time persons on kontanthjælp, newest month.
    pub activation_degree: f64,
    /// Share of kontanthjælp recipients with ordinary hours, newest month.
    pub ordinary_hours_share: f64,
    /// Share of courses by kind, July 2026.
    pub offer_mix: Vec<(Tilbud, f64)>,
    /// Share of dagpenge recipients who are long-term unemployed, newest month.
    pub long_term_dagpenge: f64,
    /// Share of job-ready kontanthjælp recipients who are long-term unemployed, newest month.
    pub long_term_jobparat: f64,
}

fn sick_pay(code: &str) -> Option<f64> {
    let bytes = include_bytes!("../../../../data/jobindsats/y30r21-sygedagpenge-2022.csv");
    let sheet = tables::read_csv("y30r21-sygedagpenge-2022.csv", bytes).ok()?;
    sheet.rows().find(|r| r.text("kommunekode") == code)?.number("fuldtidspersoner").ok()?
}

/// The figures of a municipality.
///
/// # Errors
/// Which figure is missing or suppressed.
pub fn targets(published: &Published, code: &str) -> Result<Targets, SynthError> {
    let place = municipality(code).ok_or_else(|| SynthError::Municipality(code.to_owned()))?;
    let missing = |what: &'static str| SynthError::Suppressed(place.name.clone(), what);
    let newest = |series: Series| {
        published.line(series, code).into_iter().rev().find_map(|(_, v)| v).ok_or_else(|| missing(series.name().0))
    };
    let (readiness, mix) = offers(code).ok_or_else(|| missing("målgrupper"))?;
    let jobparat = readiness.jobparat.ok_or_else(|| missing("jobparate"))?;
    let aktivitetsparat = readiness.aktivitetsparat.ok_or_else(|| missing("aktivitetsparate"))?;
    let uddannelsesparat =
        readiness.uddannelsesparat.unwrap_or(0.0) + readiness.aabenlyst_uddannelsesparat.unwrap_or(0.0);
    let dagpenge = newest(Series::UnemployedDagpenge)?;
    let group = |name, group, benefit, full_time| GroupTarget { name, group, benefit, full_time };
    let sick = sick_pay(code).ok_or_else(|| missing("sygedagpenge"))?;
    let groups = vec![
        group("dagpenge", Maalgruppe::Dagpenge, Ydelse::Dagpenge, dagpenge),
        group("jobparate", Maalgruppe::Jobparat, Ydelse::Kontanthjaelp, jobparat),
        group("aktivitetsparate", Maalgruppe::Aktivitetsparat, Ydelse::Kontanthjaelp, aktivitetsparat),
        group("uddannelsesparate", Maalgruppe::Uddannelsesparat, Ydelse::Kontanthjaelp, uddannelsesparat),
        // The published group counts sygedagpenge and job clarification together; four in five are taken as sygedagpenge.
        group("sygedagpenge", Maalgruppe::Sygedagpenge, Ydelse::Sygedagpenge, sick * 0.8),
        group("jobafklaring", Maalgruppe::Jobafklaring, Ydelse::Jobafklaring, sick * 0.2),
    ];
    let kinds = [
        (Tilbud::Vejledning, mix.vejledning),
        (Tilbud::LoentilskudPrivat, mix.loentilskud),
        (Tilbud::Virksomhedspraktik, mix.virksomhedspraktik),
        (Tilbud::Nytteindsats, mix.nytteindsats),
        (Tilbud::SaerligtTilrettelagtNytteindsats, mix.saerlig_nytteindsats),
    ];
    let courses: f64 = kinds.iter().filter_map(|(_, n)| *n).sum();
    if courses <= 0.0 {
        return Err(missing("tilbud"));
    }
    Ok(Targets {
        groups,
        activation_degree: newest(Series::ActivationDegree)? / 100.0,
        ordinary_hours_share: newest(Series::OrdinaryHoursShare)? / 100.0,
        offer_mix: kinds.iter().filter_map(|(kind, n)| Some((*kind, (*n)? / courses))).collect(),
        long_term_dagpenge: newest(Series::LongTermDagpenge).unwrap_or(dagpenge * 0.15) / dagpenge,
        long_term_jobparat: (newest(Series::LongTermKontanthjaelp).unwrap_or(jobparat * 0.3) / jobparat).min(0.95),
    })
}
