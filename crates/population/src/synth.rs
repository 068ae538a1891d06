//! A made-up municipality whose published figures are real.
//!
//! Group sizes, activation degree, offer mix and ordinary hours are dealt out by quota, so that they match the figures
//! to within one person; durations, talks and histories are drawn as `docs/synthetic.md` says. The same options and seed
//! give the same bytes.

mod life;
mod names;
mod quota;
mod targets;

use figures::Published;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;
use timeline::{Date, Journey};

pub use targets::{GroupTarget, Targets, targets};

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthOptions {
    /// Municipality code, four digits.
    pub municipality: String,
    /// Citizens on a benefit today.
    pub citizens: usize,
    /// Seed of chance.
    pub seed: u64,
    /// The day that is "today" in the journeys.
    pub today: Date,
}

/// Why nothing can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SynthError {
    /// No such municipality.
    #[error("\"{0}\" is no municipality; write its name or its four-digit code")]
    Municipality(String),
    /// The figures that are matched are not published for it.
    #[error("{0} has too few published figures to be imitated: {1} is missing or suppressed")]
    Suppressed(String, &'static str),
}

/// Make the journeys.
///
/// # Errors
/// See [`SynthError`].
pub fn synth(options: &SynthOptions, published: &Published) -> Result<Vec<Journey>, SynthError> {
    let targets = targets(published, &options.municipality)?;
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let plans = quota::plans(&targets, options.citizens, &mut rng);
    let staff = life::Staff::for_plans(&plans, &mut rng);
    let mut taken = HashSet::new();
    Ok(plans.iter().map(|plan| life::journey(plan, options, &staff, &mut taken, &mut rng)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use timeline::{Event, Summary, Tilbud, Ydelse, date};

    fn randers(seed: u64) -> Vec<Journey> {
        let options = SynthOptions { municipality: "0730".to_owned(), citizens: 3000, seed, today: date(2026, 11, 24) };
        synth(&options, &Published::shipped()).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let text = |seed| serde_json::to_string(&randers(seed)).unwrap();
        assert_eq!(text(1), text(1));
        assert_ne!(text(1), text(2));
    }

    #[test]
    fn every_journey_holds_together_and_nobody_can_exist() {
        for journey in randers(1) {
            journey.check().unwrap();
            let person = journey.person.as_ref().unwrap();
            assert!(person.cpr.unwrap().born() > date(2036, 12, 31), "a number of somebody not born");
            assert!(journey.facts.iter().all(|f| f.learned <= date(2026, 11, 24)));
        }
    }

    #[test]
    fn published_figures_come_out_within_one_person() {
        let targets = targets(&Published::shipped(), "0730").unwrap();
        let today = date(2026, 11, 24);
        let journeys = randers(1);
        let lines: Vec<Summary> = journeys.iter().map(|j| Summary::of(j, today)).collect();
        let on_benefit = lines.iter().filter(|s| s.benefit.is_some()).count();
        assert_eq!(on_benefit, 3000);
        let total: f64 = targets.groups.iter().map(|g| g.full_time).sum();
        for target in &targets.groups {
            let n = lines.iter().filter(|s| s.benefit.is_some() && target.is(s.group, s.benefit)).count() as f64;
            let aim = 3000.0 * target.full_time / total;
            assert!((n - aim).abs() <= 1.0, "{}: {n} against {aim}", target.name);
        }
        let kontanthjaelp: Vec<&Summary> = lines.iter().filter(|s| s.benefit == Some(Ydelse::Kontanthjaelp)).collect();
        let share = |n: usize| n as f64 / kontanthjaelp.len() as f64;
        let one = share(1);
        let active = share(kontanthjaelp.iter().filter(|s| s.offer.is_some()).count());
        assert!((active - targets.activation_degree).abs() <= one, "{active} against {}", targets.activation_degree);
        let hours = share(kontanthjaelp.iter().filter(|s| s.hours_4_weeks > 0.0).count());
        assert!(
            (hours - targets.ordinary_hours_share).abs() <= one,
            "{hours} against {}",
            targets.ordinary_hours_share
        );
        let in_offers = kontanthjaelp.iter().filter(|s| s.offer.is_some()).count() as f64;
        let internships =
            kontanthjaelp.iter().filter(|s| s.offer.is_some_and(|o| o.0 == Tilbud::Virksomhedspraktik)).count();
        let aim = targets.offer_mix.iter().find(|(o, _)| *o == Tilbud::Virksomhedspraktik).unwrap().1 * in_offers;
        assert!((internships as f64 - aim).abs() <= 1.0, "{internships} internships against {aim}");
    }

    #[test]
    fn lives_have_talks_plans_and_measurements() {
        let journeys = randers(1);
        let with =
            |want: fn(&Event) -> bool| journeys.iter().filter(|j| j.facts.iter().any(|f| want(&f.event))).count();
        assert!(with(|e| matches!(e, Event::Talk { .. })) > 2500);
        assert!(with(|e| matches!(e, Event::Progression { .. })) > 800);
        assert!(with(|e| matches!(e, Event::Goal { .. })) > 1500);
        let facts: usize = journeys.iter().map(|j| j.facts.len()).sum();
        assert!((20..90).contains(&(facts / journeys.len())), "{} facts a journey", facts / journeys.len());
    }

    #[test]
    fn a_municipality_with_suppressed_figures_says_which() {
        let options =
            SynthOptions { municipality: "9999".to_owned(), citizens: 10, seed: 1, today: date(2026, 11, 24) };
        assert!(matches!(synth(&options, &Published::shipped()), Err(SynthError::Municipality(_))));
    }
}
