//! One of everything: a sample of each kind of fact, for templates, schemas and tests.

use crate::{
    Answer, AnsweredBy, Channel, CitizenId, Company, Contact, Date, Event, Fact, FactId, Fritagelse, GoalState, Holder,
    Indicator, Journey, Maalgruppe, Parathed, Period, Person, Role, Scale, Source, StepState, TalkState, Tilbud,
    Ydelse, date,
};

/// A made-up company with a number that passes its check and belongs to nobody.
pub fn company(name: &str) -> Company {
    Company { name: name.to_owned(), cvr: "99999993".parse().ok(), p_number: "1999999999".parse().ok() }
}

/// One event of each kind, with the days it holds.
pub fn events() -> Vec<(Period, Event)> {
    let day = |y, m, d| Period::day(date(y, m, d));
    let span = |a: Date, b: Date| Period { from: a, to: Some(b) };
    let talk = |state, channel, holder| Event::Talk {
        state,
        holder,
        channel,
        purpose: Some("Næste skridt mod flere timer".to_owned()),
        summary: Some("Vi aftalte at spørge Bilka om tirsdage.".to_owned()),
        time: Some("10:30".to_owned()),
    };
    vec![
        (span(date(2025, 3, 3), date(2025, 11, 30)), Event::Benefit { benefit: Ydelse::Dagpenge, share_percent: None }),
        (Period::open(date(2025, 12, 1)), Event::Benefit { benefit: Ydelse::Kontanthjaelp, share_percent: None }),
        (
            Period::open(date(2025, 12, 1)),
            Event::TargetGroup { group: Maalgruppe::Jobparat, readiness: Some(Parathed::Jobparat) },
        ),
        (day(2025, 3, 3), Event::Registration { with: Holder::AKasse }),
        (day(2025, 3, 14), Event::Cv { approved: true }),
        (span(date(2025, 4, 1), date(2025, 4, 30)), Event::JobSearch { applications: 8 }),
        (day(2025, 12, 8), talk(TalkState::Held, Channel::InPerson, Holder::Kommune)),
        (day(2026, 1, 20), talk(TalkState::Held, Channel::Video, Holder::Kommune)),
        (day(2026, 3, 4), talk(TalkState::Missed, Channel::Phone, Holder::Kommune)),
        (day(2026, 12, 3), talk(TalkState::Planned, Channel::Video, Holder::Faelles)),
        (day(2026, 12, 3), Event::Booking { talk: Some(FactId(10)), self_booked: true }),
        (
            span(date(2026, 3, 2), date(2026, 5, 8)),
            Event::Offer {
                offer: Tilbud::Virksomhedspraktik,
                planned: false,
                hours_per_week: Some(25.0),
                company: Some(company("Netto")),
                title: None,
            },
        ),
        (
            span(date(2026, 8, 24), date(2027, 2, 16)),
            Event::Offer {
                offer: Tilbud::LoentilskudPrivat,
                planned: true,
                hours_per_week: Some(37.0),
                company: Some(company("Bilka")),
                title: Some("Lager".to_owned()),
            },
        ),
        (
            span(date(2026, 5, 11), date(2026, 8, 23)),
            Event::OrdinaryHours { hours_per_week: 6.0, company: Some(company("Bilka")) },
        ),
        (
            span(date(2025, 1, 1), date(2025, 2, 28)),
            Event::Employment { company: None, hours_per_week: Some(37.0), fleksjob: false },
        ),
        (span(date(2024, 8, 12), date(2024, 12, 20)), Event::Education { title: "Lageruddannelsen".to_owned() }),
        (span(date(2026, 7, 6), date(2026, 7, 24)), Event::Absence { reason: Fritagelse::Ferie }),
        (
            span(date(2026, 7, 6), date(2026, 7, 24)),
            Event::Exemption { reason: Fritagelse::Ferie, rules: vec![], because: None },
        ),
        (day(2025, 12, 8), Event::Goal { text: "Arbejde på lager".to_owned(), state: GoalState::Set, own_words: true }),
        (
            day(2026, 6, 22),
            Event::Step {
                text: "Truckkort".to_owned(),
                who: "Anna".to_owned(),
                state: StepState::Done,
                due: Some(date(2026, 7, 1)),
            },
        ),
        (
            day(2026, 6, 22),
            Event::Progression {
                indicator: Indicator::TroPaaJob,
                by: AnsweredBy::Citizen,
                scale: Scale { version: "1".to_owned(), low: 1, high: 5 },
                answer: Answer::Value(4),
            },
        ),
        (
            day(2026, 1, 20),
            Event::MethodChoice {
                method: "Praktik med ordinære timer".to_owned(),
                because: "Hun vil hellere prøve end gå på kursus.".to_owned(),
            },
        ),
        (
            day(2026, 6, 22),
            Event::MethodReflection {
                choice: FactId(22),
                text: "Timerne kom, da chefen fik en fast kontakt.".to_owned(),
                again: Some(true),
            },
        ),
        (
            Period::open(date(2025, 12, 1)),
            Event::Assignment {
                role: Role::Sagsbehandler,
                staff: "r-01".to_owned(),
                name: "Mette Krag".to_owned(),
                unit: Some("Team Job".to_owned()),
            },
        ),
        (
            span(date(2026, 2, 2), date(2026, 6, 30)),
            Event::OtherField { field: "Sundhed".to_owned(), title: "Rygtræning".to_owned() },
        ),
        (
            day(2026, 4, 21),
            Event::CompanyContact {
                company: company("Bilka"),
                how: Contact::Phone,
                outcome: Some("Vil gerne se hende.".to_owned()),
            },
        ),
        (day(2026, 4, 22), Event::Note { text: "Ring efter klokken 16.".to_owned(), shared: true }),
        (day(2026, 2, 2), Event::Consent { scope: "Dele plan med sundhed".to_owned(), given: true }),
        (day(2026, 1, 20), Event::Experiment { code: "TIMER-1".to_owned(), arm: "indsats".to_owned() }),
    ]
}

/// A citizen with one of each, and a correction and a withdrawal on top.
pub fn journey() -> Journey {
    let mut facts: Vec<Fact> = events()
        .into_iter()
        .enumerate()
        .map(|(i, (holds, event))| Fact {
            id: FactId(i as u32 + 1),
            holds,
            learned: holds.from,
            source: Source::Synthetic,
            recorded: None,
            replaces: None,
            event,
        })
        .collect();
    let mut add = |replaces: u32, holds, event| {
        let id = FactId(facts.len() as u32 + 1);
        let learned = date(2026, 11, 9);
        let source = Source::Adviser;
        facts.push(Fact { id, holds, learned, source, recorded: None, replaces: Some(FactId(replaces)), event });
    };
    let hours = Event::OrdinaryHours { hours_per_week: 12.0, company: Some(company("Bilka")) };
    add(14, Period { from: date(2026, 5, 11), to: Some(date(2026, 8, 23)) }, hours);
    add(
        27,
        Period::day(date(2026, 4, 22)),
        Event::Withdrawn { because: Some("Skrevet på den forkerte sag".to_owned()) },
    );
    let person = Person { born: Some(date(1980, 3, 24)), ..Person::named("Anna Holm") };
    Journey { person: Some(person), facts, ..Journey::new(CitizenId(0x00c4_a1f2_0b7d_9e35)) }
}
