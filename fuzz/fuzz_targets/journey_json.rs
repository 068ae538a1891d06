//! A journey in JSON is refused in words or read, and what was read survives being written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use timeline::{Date, Journey, Summary, date};

fuzz_target!(|text: &str| {
    let Ok(journey) = Journey::from_json(text) else { return };
    // A personal number is read and never written, so it is left out of what must survive.
    let mut kept = journey.clone();
    if let Some(person) = &mut kept.person {
        person.cpr = None;
    }
    let written = serde_json::to_string(&kept).expect("a journey is written");
    let again = Journey::from_json(&written).expect("what was written is read");
    assert_eq!(again, kept, "what was read survives being written");

    let facts = journey.facts.iter().take(3).flat_map(|f| [f.learned, f.holds.from]);
    for day in [date(2026, 11, 24), date(2024, 2, 29), Date::MIN, Date::MAX].into_iter().chain(facts) {
        let known = journey.known_on(day);
        assert!(known.facts.len() <= journey.facts.len(), "nothing is known that was never told");
        assert!(known.current().count() <= known.facts.len());
        Summary::of(&known, day);
        Summary::of(&journey, day);
    }
    for fact in journey.current() {
        assert!(journey.replaced_by(fact.id).is_none(), "what holds is replaced by nothing");
        journey.earlier_versions(fact.id);
    }
});
