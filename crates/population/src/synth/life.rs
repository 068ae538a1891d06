//! Drawing a life around what was dealt.

use super::SynthOptions;
use super::names;
use super::quota::Plan;
use jiff::ToSpan;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;
use timeline::{
    Answer, AnsweredBy, Channel, CitizenId, Cpr, Date, Event, Fact, FactId, Fritagelse, GoalState, Holder, Indicator,
    Journey, Maalgruppe, Parathed, Period, Person, Role, Scale, Sex, Source, StepState, TalkState, Tilbud, Ydelse,
    add_months,
};

/// Advisers by field of work. Where they are many they sit in two teams, north and south, the first half in the north.
pub(super) struct Staff(Vec<(&'static Field, Vec<(String, String)>)>);

/// Cases to an adviser.
const CASELOAD: usize = 62;

/// From so many advisers on a field has two teams.
const TWO_TEAMS: usize = 6;

/// A field of work, and its teams.
struct Field {
    whole: &'static str,
    north: &'static str,
    south: &'static str,
}

const FIELDS: [Field; 4] = [
    Field { whole: "Team Job", north: "Team Job Nord", south: "Team Job Syd" },
    Field { whole: "Team Unge", north: "Team Unge Nord", south: "Team Unge Syd" },
    Field { whole: "Team Sygemeldt", north: "Team Sygemeldt Nord", south: "Team Sygemeldt Syd" },
    Field { whole: "Team Udvikling", north: "Team Udvikling Nord", south: "Team Udvikling Syd" },
];

const fn field(group: Maalgruppe) -> usize {
    match group {
        Maalgruppe::Dagpenge | Maalgruppe::Jobparat => 0,
        Maalgruppe::Uddannelsesparat | Maalgruppe::AktivitetsparatUng => 1,
        Maalgruppe::Sygedagpenge | Maalgruppe::Jobafklaring => 2,
        _ => 3,
    }
}

impl Staff {
    pub(super) fn for_plans(plans: &[Plan], rng: &mut ChaCha8Rng) -> Self {
        let mut number = 0;
        Self(
            FIELDS
                .iter()
                .enumerate()
                .map(|(at, names_of)| {
                    let cases = plans.iter().filter(|p| field(p.group) == at).count();
                    let people = (0..cases.div_ceil(CASELOAD).max(1))
                        .map(|_| {
                            number += 1;
                            let sex = if rng.random_bool(0.75) { Sex::Female } else { Sex::Male };
                            (format!("r-{number:02}"), names::name(sex, rng))
                        })
                        .collect();
                    (names_of, people)
                })
                .collect(),
        )
    }

    /// An adviser. In the south more of those with ordinary hours are found, so that the learning map has something to learn
    /// from: every third of them in the north sits there instead.
    fn one(&self, plan: &Plan, rng: &mut ChaCha8Rng) -> (String, String, &'static str) {
        let (names_of, people) = &self.0[field(plan.group)];
        let mut at = rng.random_range(0..people.len());
        let half = people.len() / 2;
        let two = people.len() >= TWO_TEAMS;
        if two && plan.hours && at < half && at.is_multiple_of(3) {
            at += half;
        }
        let (id, name) = &people[at];
        let unit = match (two, at < half) {
            (false, _) => names_of.whole,
            (true, true) => names_of.north,
            (true, false) => names_of.south,
        };
        (id.clone(), name.clone(), unit)
    }
}

/// Facts as they pile up; sorted by the day they were learned before they are numbered.
struct Pile {
    today: Date,
    facts: Vec<(Date, Period, Source, Event)>,
}

impl Pile {
    fn put(&mut self, learned: Date, holds: Period, source: Source, event: Event) {
        self.facts.push((learned.min(self.today), holds, source, event));
    }

    fn day(&mut self, on: Date, event: Event) {
        self.put(on, Period::day(on), Source::Synthetic, event);
    }

    fn span(&mut self, from: Date, to: Option<Date>, event: Event) {
        self.put(from, Period { from, to: to.map(|t| t.max(from)) }, Source::Synthetic, event);
    }
}

/// Days since the benefit began, drawn so that the published share of long-term unemployed holds.
fn elapsed(plan: &Plan, rng: &mut ChaCha8Rng) -> i64 {
    let between = |rng: &mut ChaCha8Rng, low: f64, high: f64, bend: f64| {
        (low + (high - low) * rng.random::<f64>().powf(bend)) as i64
    };
    match plan.group {
        Maalgruppe::Dagpenge if plan.long_term => between(rng, 366.0, 725.0, 1.3),
        Maalgruppe::Dagpenge => between(rng, 1.0, 364.0, 1.6),
        Maalgruppe::Jobparat if plan.long_term => between(rng, 366.0, 1900.0, 2.0),
        Maalgruppe::Jobparat => between(rng, 2.0, 364.0, 1.3),
        Maalgruppe::Uddannelsesparat => between(rng, 5.0, 1100.0, 1.8),
        Maalgruppe::Sygedagpenge => between(rng, 1.0, 420.0, 1.5),
        Maalgruppe::Jobafklaring => between(rng, 14.0, 1300.0, 1.3),
        Maalgruppe::AktivitetsparatUng => between(rng, 20.0, 2100.0, 1.5),
        _ => between(rng, 20.0, 5200.0, 1.7),
    }
}

pub(super) fn journey(
    plan: &Plan,
    options: &SynthOptions,
    staff: &Staff,
    taken: &mut HashSet<Cpr>,
    rng: &mut ChaCha8Rng,
) -> Journey {
    let today = options.today;
    let sex = if rng.random_bool(0.5) { Sex::Female } else { Sex::Male };
    let age = match plan.group {
        Maalgruppe::Uddannelsesparat | Maalgruppe::AktivitetsparatUng => rng.random_range(18..30),
        Maalgruppe::Dagpenge => rng.random_range(23..64),
        Maalgruppe::Jobparat => rng.random_range(25..62),
        _ => rng.random_range(30..65),
    };
    let born = today.saturating_sub(age.years()).saturating_sub(rng.random_range(0..365).days());
    let start = today.saturating_sub(elapsed(plan, rng).days());
    let left = plan.found_job.then(|| today.saturating_sub(rng.random_range(0..70).days()).max(start));
    let mut pile = Pile { today, facts: Vec::new() };

    past(&mut pile, plan, start, rng);
    pile.span(
        start,
        left.map(|d| d.saturating_sub(1.day())),
        Event::Benefit { benefit: plan.benefit, share_percent: None },
    );
    pile.span(start, left, Event::TargetGroup { group: plan.group, readiness: readiness(plan.group) });
    let holder = if plan.benefit == Ydelse::Dagpenge { Holder::AKasse } else { Holder::Kommune };
    pile.day(start, Event::Registration { with: holder });
    let searches = matches!(plan.group, Maalgruppe::Dagpenge | Maalgruppe::Jobparat);
    if searches && rng.random_bool(0.9) {
        let on = start.saturating_add(rng.random_range(3..15).days());
        if on <= today {
            pile.put(on, Period::day(on), Source::Citizen, Event::Cv { approved: rng.random_bool(0.8) });
        }
    }
    advisers(&mut pile, plan, start, staff, rng);
    talks(&mut pile, plan, start, left, rng);
    offers(&mut pile, plan, start, left, rng);
    hours(&mut pile, plan, start, rng);
    plans_and_measures(&mut pile, plan, start, rng);
    if let Some(day) = left {
        let company = Some(names::company(rng));
        let job = Event::Employment { company, hours_per_week: Some(pick_hours(rng)), fleksjob: false };
        pile.put(day, Period::open(day), Source::Citizen, job);
    }
    if rng.random_bool(0.12) && plan.benefit != Ydelse::Dagpenge {
        let from = start.max(today.saturating_sub(rng.random_range(20..200).days()));
        let field = names::pick(&["Sundhed", "Socialpsykiatri", "Familie", "Rusmiddel"], rng);
        let consent = Event::Consent { scope: format!("Dele plan med {}", field.to_lowercase()), given: true };
        pile.put(from, Period::day(from), Source::Citizen, consent);
        let title = names::pick(&["Rygtræning", "Støtte-kontaktperson", "Åben rådgivning", "Søvn og smerter"], rng);
        pile.span(from, None, Event::OtherField { field: field.to_owned(), title: title.to_owned() });
    }
    if rng.random_bool(0.2) {
        let from = today.saturating_sub(rng.random_range(30..150).days());
        if from > start {
            let to = from.saturating_add(rng.random_range(4..20).days());
            let reason = if rng.random_bool(0.5) { Fritagelse::Ferie } else { Fritagelse::Sygdom };
            pile.span(from, Some(to), Event::Absence { reason });
        }
    }
    let person = Person {
        name: names::name(sex, rng),
        cpr: names::cpr(born, taken, rng),
        born: Some(born),
        sex: Some(sex),
        municipality: Some(options.municipality.clone()),
        prefers: rng
            .random_bool(0.3)
            .then(|| names::pick(&["video", "telefon", "fremmøde", "sms før samtaler"], rng).to_owned()),
    };
    finish(pile, person, CitizenId(rng.next_u64()))
}

fn finish(mut pile: Pile, person: Person, citizen: CitizenId) -> Journey {
    pile.facts.sort_by_key(|(learned, holds, ..)| (*learned, holds.from));
    let facts = pile
        .facts
        .into_iter()
        .enumerate()
        .map(|(i, (learned, holds, source, event))| Fact {
            id: FactId(i as u32 + 1),
            holds,
            learned,
            source,
            recorded: None,
            replaces: None,
            event,
        })
        .collect();
    Journey { person: Some(person), facts, ..Journey::new(citizen) }
}

const fn readiness(group: Maalgruppe) -> Option<Parathed> {
    match group {
        Maalgruppe::Jobparat => Some(Parathed::Jobparat),
        Maalgruppe::Aktivitetsparat | Maalgruppe::AktivitetsparatUng => Some(Parathed::Aktivitetsparat),
        Maalgruppe::Uddannelsesparat => Some(Parathed::Uddannelsesparat),
        _ => None,
    }
}

fn pick_hours(rng: &mut ChaCha8Rng) -> f32 {
    names::pick(&[37.0, 37.0, 30.0, 32.0, 25.0, 20.0], rng)
}

/// What came before: a job, an education, an earlier benefit.
fn past(pile: &mut Pile, plan: &Plan, start: Date, rng: &mut ChaCha8Rng) {
    let mut end = start.saturating_sub(1.day());
    // Some came from dagpenge without a day between.
    if plan.group == Maalgruppe::Jobparat && rng.random_bool(0.25) {
        let from = end.saturating_sub(rng.random_range(120..730).days());
        pile.span(from, Some(end), Event::Benefit { benefit: Ydelse::Dagpenge, share_percent: None });
        pile.span(from, Some(end), Event::TargetGroup { group: Maalgruppe::Dagpenge, readiness: None });
        end = from.saturating_sub(1.day());
    }
    if plan.group == Maalgruppe::Jobafklaring {
        let from = end.saturating_sub(rng.random_range(150..180).days());
        pile.span(from, Some(end), Event::Benefit { benefit: Ydelse::Sygedagpenge, share_percent: None });
        end = from.saturating_sub(1.day());
    }
    // Kontanthjælp before 1 July 2025 of the young was uddannelseshjælp; the change is a change of benefit.
    let worked = match plan.group {
        Maalgruppe::Dagpenge | Maalgruppe::Sygedagpenge => 0.97,
        Maalgruppe::Jobparat => 0.7,
        Maalgruppe::Uddannelsesparat => 0.35,
        _ => 0.4,
    };
    if rng.random_bool(worked) {
        let to = end.saturating_sub(rng.random_range(0..60).days());
        let from = to.saturating_sub(rng.random_range(60..1500).days());
        let company = rng.random_bool(0.7).then(|| names::company(rng));
        let job = Event::Employment { company, hours_per_week: Some(pick_hours(rng)), fleksjob: false };
        pile.span(from, Some(to), job);
    } else if rng.random_bool(0.5) {
        let to = end.saturating_sub(rng.random_range(0..200).days());
        let from = to.saturating_sub(rng.random_range(100..700).days());
        let title = names::pick(&["Grundforløb, sosu", "HF", "Lageruddannelsen", "FGU", "Grundforløb, mad"], rng);
        pile.span(from, Some(to), Event::Education { title: title.to_owned() });
    }
}

/// One adviser, or two after a change: two in five have had one (the BIP study's share).
fn advisers(pile: &mut Pile, plan: &Plan, start: Date, staff: &Staff, rng: &mut ChaCha8Rng) {
    let days = i64::from(start.until(pile.today).map_or(0, |s| s.get_days()));
    let assign = |(staff, name, unit): (String, String, &str)| Event::Assignment {
        role: Role::Sagsbehandler,
        staff,
        name,
        unit: Some(unit.to_owned()),
    };
    if days > 200 && rng.random_bool(0.4) {
        let change = start.saturating_add(rng.random_range(90..days).days());
        let first = assign(staff.one(plan, rng));
        pile.span(start, Some(change.saturating_sub(1.day())), first);
        let second = assign(staff.one(plan, rng));
        pile.span(change, None, second);
    } else {
        let only = assign(staff.one(plan, rng));
        pile.span(start, None, only);
    }
}

/// A working day at or after `day`.
fn workday(day: Date) -> Date {
    match day.weekday() {
        jiff::civil::Weekday::Saturday => day.saturating_add(2.days()),
        jiff::civil::Weekday::Sunday => day.saturating_add(1.day()),
        _ => day,
    }
}

fn talks(pile: &mut Pile, plan: &Plan, start: Date, left: Option<Date>, rng: &mut ChaCha8Rng) {
    let today = pile.today;
    let last = left.unwrap_or(today);
    let mut on = workday(start.saturating_add(rng.random_range(5..16).days()));
    let mut number = 0;
    while on <= last {
        let early = on <= add_months(start, 3);
        let holder = if plan.benefit == Ydelse::Dagpenge && early { Holder::AKasse } else { Holder::Kommune };
        let state = if rng.random_bool(0.08) { TalkState::Missed } else { TalkState::Held };
        let summary = (state == TalkState::Held).then(|| names::pick(&SUMMARIES, rng).to_owned());
        let purpose = Some(names::pick(&PURPOSES, rng).to_owned());
        let channel = channel(number, rng);
        pile.day(on, Event::Talk { state, holder, channel, purpose, summary, time: Some(clock(rng)) });
        number += 1;
        let within_half_year = on < add_months(start, 6);
        let days = if within_half_year { rng.random_range(28..56) } else { rng.random_range(56..140) };
        on = workday(on.saturating_add(days.days()));
    }
    if left.is_none() && rng.random_bool(0.72) {
        let on = workday(today.saturating_add(rng.random_range(0..60).days()));
        let purpose = Some(names::pick(&PURPOSES, rng).to_owned());
        let holder = if plan.benefit == Ydelse::Dagpenge && on <= add_months(start, 3) {
            Holder::AKasse
        } else {
            Holder::Kommune
        };
        let channel = channel(number, rng);
        let talk =
            Event::Talk { state: TalkState::Planned, holder, channel, purpose, summary: None, time: Some(clock(rng)) };
        let learned = today.saturating_sub(rng.random_range(0..20).days()).max(start);
        pile.put(learned, Period::day(on), Source::Synthetic, talk);
    }
}

fn clock(rng: &mut ChaCha8Rng) -> String {
    format!("{:02}:{:02}", rng.random_range(8..16), names::pick(&[0, 15, 30, 45], rng))
}

fn channel(number: usize, rng: &mut ChaCha8Rng) -> Channel {
    if number == 0 {
        return Channel::InPerson;
    }
    match rng.random_range(0..100) {
        0..=49 => Channel::InPerson,
        50..=79 => Channel::Phone,
        _ => Channel::Video,
    }
}

fn offer_event(kind: Tilbud, planned: bool, rng: &mut ChaCha8Rng) -> Event {
    let at_company = !matches!(kind, Tilbud::Vejledning | Tilbud::SaerligtTilrettelagtNytteindsats);
    let title = match kind {
        Tilbud::Vejledning => Some(
            names::pick(&["Jobsøgningskursus", "Truckkort", "Kompetenceforløb", "Dansk på arbejde", "Mod på job"], rng)
                .to_owned(),
        ),
        _ => None,
    };
    Event::Offer {
        offer: kind,
        planned,
        hours_per_week: Some(names::pick(&[10.0, 15.0, 20.0, 25.0, 30.0, 37.0], rng)),
        company: at_company.then(|| names::company(rng)),
        title,
    }
}

fn offers(pile: &mut Pile, plan: &Plan, start: Date, left: Option<Date>, rng: &mut ChaCha8Rng) {
    let today = pile.today;
    let mut from = start.saturating_add(rng.random_range(40..200).days());
    // Earlier offers are over at least a week before today, so that today's share is the one dealt.
    let latest = left.unwrap_or(today).saturating_sub(8.days());
    while from < latest {
        let to = from.saturating_add((i64::from(rng.random_range(3..14)) * 7 - 1).days()).min(latest);
        let kind = match rng.random_range(0..100) {
            0..=54 => Tilbud::Vejledning,
            55..=89 => Tilbud::Virksomhedspraktik,
            90..=94 => Tilbud::LoentilskudPrivat,
            _ => Tilbud::Nytteindsats,
        };
        let event = offer_event(kind, false, rng);
        pile.span(from, Some(to), event);
        from = to.saturating_add(rng.random_range(60..420).days());
    }
    if let Some(kind) = plan.offer {
        let began = today.saturating_sub(rng.random_range(0..50).days()).max(start);
        let to = today.saturating_add(rng.random_range(1..80).days());
        let event = offer_event(kind, false, rng);
        pile.span(began, Some(to), event);
    } else if left.is_none() && rng.random_bool(0.05) {
        let begins = today.saturating_add(rng.random_range(3..40).days());
        let to = begins.saturating_add(rng.random_range(27..91).days());
        let learned = today.saturating_sub(rng.random_range(0..14).days()).max(start);
        let event = offer_event(Tilbud::Virksomhedspraktik, true, rng);
        pile.put(learned, Period { from: begins, to: Some(to) }, Source::Synthetic, event);
    }
}

/// Ordinary hours that grow in steps; the last one reaches into the last four weeks only for those it was dealt to.
fn hours(pile: &mut Pile, plan: &Plan, start: Date, rng: &mut ChaCha8Rng) {
    let today = pile.today;
    let days = i64::from(start.until(today).map_or(0, |s| s.get_days()));
    if !plan.hours && (days < 250 || plan.found_job || rng.random_bool(0.9)) {
        return;
    }
    let company = names::company(rng);
    let end = if plan.hours { None } else { Some(today.saturating_sub(rng.random_range(35..120).days())) };
    let last = end.unwrap_or(today);
    let length = rng.random_range(20..240).min(days.max(1));
    let mut from = last.saturating_sub(length.days()).max(start);
    let mut weekly = f32::from(names::pick(&[3u8, 4, 5, 6, 8], rng));
    while from <= last {
        let to = from.saturating_add(rng.random_range(40..90).days());
        let whole = Event::OrdinaryHours { hours_per_week: weekly, company: Some(company.clone()) };
        if to >= last {
            pile.put(from, Period { from, to: end }, Source::Register("eIndkomst (efterlignet)".to_owned()), whole);
            break;
        }
        pile.put(from, Period { from, to: Some(to) }, Source::Register("eIndkomst (efterlignet)".to_owned()), whole);
        from = to.saturating_add(1.day());
        weekly = (weekly + f32::from(names::pick(&[0u8, 1, 2, 4], rng))).min(28.0);
    }
}

fn plans_and_measures(pile: &mut Pile, plan: &Plan, start: Date, rng: &mut ChaCha8Rng) {
    let today = pile.today;
    let first = workday(start.saturating_add(rng.random_range(8..30).days()));
    if first > today {
        return;
    }
    if rng.random_bool(0.8) {
        let text = names::pick(goals(plan.group), rng).to_owned();
        let own_words = rng.random_bool(0.75);
        let source = if own_words { Source::Citizen } else { Source::Synthetic };
        pile.put(first, Period::day(first), source, Event::Goal { text, state: GoalState::Set, own_words });
        let mut on = first;
        for _ in 0..rng.random_range(0..4) {
            on = workday(on.saturating_add(rng.random_range(20..160).days()));
            if on > today {
                break;
            }
            let text = names::pick(&STEPS, rng).to_owned();
            let who = names::pick(&["borgeren", "rådgiveren"], rng).to_owned();
            let done = rng.random_bool(0.75);
            let (state, due) = if done {
                (StepState::Done, None)
            } else {
                (StepState::Agreed, Some(today.saturating_add(rng.random_range(2..45).days())))
            };
            pile.day(on, Event::Step { text, who, state, due });
        }
    }
    let measured = matches!(
        plan.group,
        Maalgruppe::Aktivitetsparat
            | Maalgruppe::AktivitetsparatUng
            | Maalgruppe::Uddannelsesparat
            | Maalgruppe::Jobafklaring
    );
    if measured && rng.random_bool(0.75) {
        measures(pile, first.max(add_months(today, -36)), rng);
    }
    if rng.random_bool(0.25) {
        let on = workday(first.max(add_months(today, -18)));
        if on <= today {
            let (method, because) = names::pick(&METHODS, rng);
            pile.day(on, Event::MethodChoice { method: method.to_owned(), because: because.to_owned() });
        }
    }
}

/// About every third month, three indicators; now and then one is not answered.
fn measures(pile: &mut Pile, first: Date, rng: &mut ChaCha8Rng) {
    let indicators = [Indicator::TroPaaJob, Indicator::Hverdag, Indicator::Jobsoegning];
    let mut level = [rng.random_range(1.5..3.5), rng.random_range(1.5..3.5), rng.random_range(1.0..3.0)];
    let drift: f64 = rng.random_range(-0.08..0.22);
    let mut on = workday(first);
    while on <= pile.today {
        for (indicator, level) in indicators.iter().zip(&mut level) {
            let answer = if rng.random_bool(0.06) {
                Answer::NotAnswered
            } else {
                Answer::Value((*level + rng.random_range(-0.6..0.6f64)).round().clamp(1.0, 5.0) as i32)
            };
            let scale = Scale { version: "1".to_owned(), low: 1, high: 5 };
            let event = Event::Progression { indicator: *indicator, by: AnsweredBy::Citizen, scale, answer };
            pile.put(on, Period::day(on), Source::Citizen, event);
            *level = (*level + drift + rng.random_range(-0.2..0.2)).clamp(1.0, 5.0);
        }
        on = workday(on.saturating_add(rng.random_range(75..110).days()));
    }
}

const PURPOSES: [&str; 8] = [
    "Næste skridt mod job",
    "Følge op på praktik",
    "Flere timer",
    "Planen og hvad der mangler",
    "Hvordan går det?",
    "Ny retning",
    "Forberede samtale med virksomhed",
    "Det, vi aftalte sidst",
];
const SUMMARIES: [&str; 10] = [
    "Vi aftalte at spørge tre virksomheder om en prøvedag.",
    "Timerne går godt. Vi taler om flere til næste gang.",
    "Hverdagen fylder. Vi tager ét skridt: en fast gåtur og en aftale med lægen.",
    "CV er skrevet om. Næste gang øver vi samtalen.",
    "Praktikken slutter snart. Chefen vil gerne tale om løntimer.",
    "Truckkort er bestilt og begynder om to uger.",
    "Intet nyt. Vi prøver telefon næste gang, så det er lettere at nå.",
    "Et job på lager er søgt. Svar ventes inden for en uge.",
    "Vi talte om, hvad der gik godt i sidste praktik, og søger noget, der ligner.",
    "Børnene er startet i institution, så formiddage er mulige nu.",
];
const STEPS: [&str; 10] = [
    "Truckkort",
    "Besøge Havnens Lager",
    "Skrive CV om",
    "Ringe til lægen om attest",
    "Prøvedag i køkkenet",
    "Hygiejnebevis",
    "Aftale om pasning",
    "Sende to ansøgninger",
    "Møde med virksomhedskonsulent",
    "Kørekort, teori",
];
const METHODS: [(&str, &str); 4] = [
    ("Praktik med ordinære timer", "Vil hellere prøve end gå på kursus."),
    ("Personlig jobformidler", "Har brug for én fast person og for at blive fulgt helt ud på arbejdspladsen."),
    ("Jobsøgning i netværk", "Kender mange og søger bedst sammen med andre."),
    ("Parallel indsats", "Smerter og job tages samtidig, ikke efter hinanden."),
];

const fn goals(group: Maalgruppe) -> &'static [&'static str] {
    match group {
        Maalgruppe::Uddannelsesparat | Maalgruppe::AktivitetsparatUng => &[
            "Jeg vil starte på sosu",
            "Jeg vil finde ud af, hvad jeg er god til",
            "Jeg vil være elektriker",
            "Jeg vil have en læreplads",
            "Jeg vil gøre HF færdig",
        ],
        Maalgruppe::Sygedagpenge | Maalgruppe::Jobafklaring => &[
            "Jeg vil tilbage til mit job, lidt ad gangen",
            "Jeg vil vide, hvad jeg kan holde til",
            "Jeg vil arbejde igen uden at blive syg af det",
            "Jeg vil skifte til noget mindre hårdt",
        ],
        Maalgruppe::Dagpenge => &[
            "Jeg vil have job på kontor igen",
            "Jeg vil finde job inden sommer",
            "Jeg vil skifte branche",
            "Jeg vil arbejde med lager og logistik",
            "Jeg vil have et job tæt på hjemmet",
        ],
        _ => &[
            "Jeg vil kunne leve af at arbejde",
            "Jeg vil arbejde på lager",
            "Jeg vil have en hverdag, der holder",
            "Jeg vil prøve et køkken",
            "Jeg vil have et par timer om ugen at begynde med",
            "Jeg vil hjælpe ældre",
            "Jeg vil kunne hente min datter klokken fire og stadig arbejde",
        ],
    }
}
