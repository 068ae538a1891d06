//! Journeys told in a few words.

use timeline::{
    Channel, CitizenId, Cpr, Date, Event, Fact, FactId, Holder, Journey, Maalgruppe, Period, Person, Role, Source,
    TalkState, Tilbud, Ydelse, date,
};

/// The day it is in tests that do not care.
pub const TODAY: Date = date(2026, 11, 24);

/// A day from `2026-11-24`.
///
/// # Panics
/// Where it is none.
pub fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|_| panic!("\"{text}\" is not a day"))
}

/// A moment, so many seconds after ten o'clock (UTC) on [`TODAY`].
///
/// # Panics
/// Where the calendar ends.
pub fn moment(seconds: i64) -> jiff::Timestamp {
    let ten = TODAY.at(10, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a moment").timestamp();
    ten + jiff::SignedDuration::from_secs(seconds)
}

/// Begin to tell about a citizen; the id follows from the name.
pub fn citizen(name: &str) -> Scenario {
    // FNV-1a: the same name gives the same id in every run.
    let id = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Scenario { journey: Journey { person: Some(Person::named(name)), ..Journey::new(CitizenId(id)) }, learned: None }
}

/// A journey being told. Each fact is learned on its first day, unless [`Scenario::learned`] says otherwise.
#[derive(Clone, Debug)]
pub struct Scenario {
    journey: Journey,
    learned: Option<Date>,
}

impl Scenario {
    /// With an id of one's own choice.
    #[must_use]
    pub fn id(mut self, id: u64) -> Self {
        self.journey.citizen = CitizenId(id);
        self
    }

    /// What else is known of the person.
    #[must_use]
    pub fn person(mut self, tell: impl FnOnce(&mut Person)) -> Self {
        self.journey.person.as_mut().map(tell);
        self
    }

    /// With a CPR number.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn cpr(self, cpr: &str) -> Self {
        let cpr: Cpr = cpr.parse().expect("a CPR number");
        self.person(|p| p.cpr = Some(cpr))
    }

    /// What follows was learned that day.
    #[must_use]
    pub fn learned(mut self, day: Date) -> Self {
        self.learned = Some(day);
        self
    }

    /// Any fact.
    #[must_use]
    pub fn fact(self, holds: Period, event: Event) -> Self {
        self.put(holds, event, None)
    }

    /// A fact that corrects the fact of that number.
    #[must_use]
    pub fn corrects(self, replaces: u32, holds: Period, event: Event) -> Self {
        self.put(holds, event, Some(FactId(replaces)))
    }

    fn put(mut self, holds: Period, event: Event, replaces: Option<FactId>) -> Self {
        let facts = &mut self.journey.facts;
        let (id, learned) = (FactId(facts.len() as u32 + 1), self.learned.unwrap_or(holds.from));
        facts.push(Fact { id, holds, learned, source: Source::Synthetic, recorded: None, replaces, event });
        self
    }

    /// Receives a benefit from that day on and is placed in a target group.
    #[must_use]
    pub fn enters(self, on: Date, benefit: Ydelse, group: Maalgruppe) -> Self {
        self.fact(Period::open(on), Event::Benefit { benefit, share_percent: None })
            .fact(Period::open(on), Event::TargetGroup { group, readiness: None })
    }

    /// Talks held in person.
    #[must_use]
    pub fn talks_on(self, days: impl IntoIterator<Item = Date>) -> Self {
        days.into_iter().fold(self, |told, on| told.talk(on, TalkState::Held))
    }

    /// A talk agreed for that day.
    #[must_use]
    pub fn talk_planned_on(self, on: Date) -> Self {
        self.talk(on, TalkState::Planned)
    }

    fn talk(self, on: Date, state: TalkState) -> Self {
        let (holder, channel) = (Holder::Kommune, Channel::InPerson);
        self.fact(Period::day(on), Event::Talk { state, holder, channel, purpose: None, summary: None, time: None })
    }

    /// An offer over the period.
    #[must_use]
    pub fn offer(self, holds: Period, offer: Tilbud) -> Self {
        self.fact(holds, Event::Offer { offer, planned: false, hours_per_week: None, company: None, title: None })
    }

    /// Ordinary hours a week over the period.
    #[must_use]
    pub fn hours(self, holds: Period, hours_per_week: f32) -> Self {
        self.fact(holds, Event::OrdinaryHours { hours_per_week, company: None })
    }

    /// Has a caseworker from that day on.
    #[must_use]
    pub fn adviser(self, from: Date, name: &str, unit: &str) -> Self {
        let staff = name.to_lowercase().replace(' ', "-");
        let unit = Some(unit.to_owned()).filter(|u| !u.is_empty());
        self.fact(
            Period::open(from),
            Event::Assignment { role: Role::Sagsbehandler, staff, name: name.to_owned(), unit },
        )
    }

    /// The journey.
    ///
    /// # Panics
    /// Where it does not hold together.
    pub fn journey(self) -> Journey {
        self.journey.check().expect("the scenario holds together");
        self.journey
    }
}
