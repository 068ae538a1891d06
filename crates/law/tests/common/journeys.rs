//! Journeys that nobody thought of.

use proptest::prelude::*;
use timeline::{
    Channel, CitizenId, Date, Event, Fact, FactId, Fritagelse, Holder, Journey, Maalgruppe, Period, Source, TalkState,
    Tilbud, Ydelse, date, sample,
};

/// A day from 2015 to 2030.
pub fn days() -> impl Strategy<Value = Date> {
    (0i32..5844).prop_map(|n| later(date(2015, 1, 1), n))
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn later(day: Date, by: i32) -> Date {
    day.saturating_add(jiff::Span::new().days(by))
}

/// A day near the day a case begins, so that windows are met as often as they are missed.
fn near() -> impl Strategy<Value = Date> {
    (-90i32..400).prop_map(|n| later(ORIGIN, n))
}

/// Facts are told around this day, and moved to where the case begins.
const ORIGIN: Date = date(2020, 1, 1);

/// A period of up to a year, or an open one.
fn periods() -> impl Strategy<Value = Period> {
    (near(), prop::option::of(0i32..365)).prop_map(|(from, n)| Period { from, to: n.map(|n| later(from, n)) })
}

pub fn talk(state: TalkState, holder: Holder) -> Event {
    Event::Talk { state, holder, channel: Channel::InPerson, purpose: None, summary: None, time: None }
}

/// Codes that an exemption may name.
const CODES: &[&str] = &["TALKS-FIRST-6M", "OFFER-6M", "OFFER-ACCEPT", "NOWHERE"];

fn events() -> impl Strategy<Value = (Period, Event)> {
    let benefit = one_of(Ydelse::ALL).prop_map(|benefit| Event::Benefit { benefit, share_percent: None });
    let group = one_of(Maalgruppe::ALL).prop_map(|group| Event::TargetGroup { group, readiness: None });
    let offer = (one_of(Tilbud::ALL), any::<bool>()).prop_map(|(offer, planned)| Event::Offer {
        offer,
        planned,
        hours_per_week: None,
        company: None,
        title: None,
    });
    let exemption =
        (one_of(Fritagelse::ALL), prop::collection::vec(one_of(CODES), 0..3)).prop_map(|(reason, rules)| {
            Event::Exemption { reason, rules: rules.iter().map(|r| (*r).to_owned()).collect(), because: None }
        });
    let lasting = prop_oneof![
        3 => benefit,
        3 => group,
        2 => offer,
        1 => exemption,
        1 => one_of(Fritagelse::ALL).prop_map(|reason| Event::Absence { reason }),
    ];
    let short = prop_oneof![
        6 => (one_of(TalkState::ALL), one_of(Holder::ALL)).prop_map(|(state, holder)| talk(state, holder)),
        2 => one_of(Holder::ALL).prop_map(|with| Event::Registration { with }),
        1 => any::<bool>().prop_map(|approved| Event::Cv { approved }),
    ];
    let any_sample = prop::sample::select(sample::events());
    prop_oneof![
        4 => (periods(), lasting),
        4 => (near().prop_map(Period::day), short),
        1 => (periods(), any_sample).prop_map(|(period, (_, event))| (period, event)),
    ]
}

fn journey(facts: Vec<(Period, Event, Date)>) -> Journey {
    let number = |(i, (holds, event, learned)): (usize, (Period, Event, Date))| Fact {
        id: FactId(i as u32 + 1),
        holds,
        learned,
        source: Source::Synthetic,
        recorded: None,
        replaces: None,
        event,
    };
    Journey::from_facts(CitizenId(1), facts.into_iter().enumerate().map(number).collect()).expect("it holds together")
}

/// A case that begins any day with a benefit and a group, and up to thirty facts more in the year around. No two
/// benefits and no two groups begin on one day: there the one recorded last is meant to win.
pub fn journeys() -> impl Strategy<Value = Journey> {
    let told = prop::collection::vec((events(), near()), 0..30);
    (days(), one_of(Ydelse::ALL), one_of(Maalgruppe::ALL), told).prop_map(|(begins, benefit, group, told)| {
        let by = begins.since(ORIGIN).map_or(0, |span| span.get_days());
        let mut facts = vec![
            (Period::open(begins), Event::Benefit { benefit, share_percent: None }, begins),
            (Period::open(begins), Event::TargetGroup { group, readiness: None }, begins),
        ];
        for ((holds, event), learned) in told {
            let holds = Period { from: later(holds.from, by), to: holds.to.map(|to| later(to, by)) };
            let same = |e: &Event| {
                matches!((e, &event), (Event::Benefit { .. }, Event::Benefit { .. }))
                    || matches!((e, &event), (Event::TargetGroup { .. }, Event::TargetGroup { .. }))
            };
            let clash = facts.iter().any(|(h, e, _)| same(e) && h.from == holds.from);
            if !clash && !matches!(event, Event::Withdrawn { .. }) {
                facts.push((holds, event, later(learned, by)));
            }
        }
        journey(facts)
    })
}

/// A case and a day: mostly one of the year around its beginning.
pub fn cases() -> impl Strategy<Value = (Journey, Date)> {
    (journeys(), -30i32..430, days(), 0..5).prop_map(|(journey, by, other, dice)| {
        let on = if dice == 0 { other } else { later(journey.facts[0].holds.from, by) };
        (journey, on)
    })
}

/// The same facts in another order, numbered anew.
pub fn renumbered(journey: &Journey, facts: Vec<Fact>) -> Journey {
    let number = |(i, fact): (usize, Fact)| Fact { id: FactId(i as u32 + 1), ..fact };
    let facts = facts.into_iter().enumerate().map(number).collect();
    Journey::from_facts(journey.citizen, facts).expect("it holds together")
}

/// The journey with one held talk more.
pub fn with_talk(journey: &Journey, on: Date, holder: Holder) -> Journey {
    let mut more = journey.clone();
    more.facts.push(Fact {
        id: FactId(journey.facts.len() as u32 + 1),
        holds: Period::day(on),
        learned: on,
        source: Source::Synthetic,
        recorded: None,
        replaces: None,
        event: talk(TalkState::Held, holder),
    });
    more
}
