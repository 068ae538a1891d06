//! A journey as what indicators need of it: runs of days, numbered from 1 January 1970.

use timeline::{Date, Event, Journey, Period, TalkState, Tilbud, Ydelse};

/// Benefits that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Group {
    /// Any of the groups below but flexible jobs.
    All,
    /// Dagpenge.
    Dagpenge,
    /// Kontanthjælp, and uddannelseshjælp and self-support benefit that became it on 1 July 2025.
    Kontanthjaelp,
    /// Of these kontanthjælp alone; all of it from 1 July 2025.
    KunKontanthjaelp,
    /// Of these uddannelseshjælp.
    Uddannelseshjaelp,
    /// Of these self-support, repatriation and transitional benefit.
    Sho,
    /// Sygedagpenge.
    Sygedagpenge,
    /// Jobafklaring.
    Jobafklaring,
    /// Ressourceforløb.
    Ressourceforloeb,
    /// Ledighedsydelse.
    Ledighedsydelse,
    /// Revalidering.
    Revalidering,
    /// Flexible jobs: work, with support.
    Fleksjob,
}

impl Group {
    /// Every group, all benefits first.
    pub const ALL: [Self; 12] = [
        Self::All,
        Self::Dagpenge,
        Self::Kontanthjaelp,
        Self::KunKontanthjaelp,
        Self::Uddannelseshjaelp,
        Self::Sho,
        Self::Sygedagpenge,
        Self::Jobafklaring,
        Self::Ressourceforloeb,
        Self::Ledighedsydelse,
        Self::Revalidering,
        Self::Fleksjob,
    ];

    /// The groups that others are made of: the whole, and its parts, of which each benefit is one.
    pub const SUMS: [(Self, &[Self]); 2] = [
        (
            Self::All,
            &[
                Self::Dagpenge,
                Self::Kontanthjaelp,
                Self::Sygedagpenge,
                Self::Jobafklaring,
                Self::Ressourceforloeb,
                Self::Ledighedsydelse,
                Self::Revalidering,
            ],
        ),
        (Self::Kontanthjaelp, &[Self::KunKontanthjaelp, Self::Uddannelseshjaelp, Self::Sho]),
    ];

    /// The narrowest group a benefit is counted in. Pensions, parental leave and SU are in none.
    pub const fn of(benefit: Ydelse) -> Option<Self> {
        Some(match benefit {
            Ydelse::Dagpenge => Self::Dagpenge,
            Ydelse::Kontanthjaelp => Self::KunKontanthjaelp,
            Ydelse::Uddannelseshjaelp => Self::Uddannelseshjaelp,
            Ydelse::SelvforsoergelsesHjemrejseydelse => Self::Sho,
            Ydelse::Sygedagpenge => Self::Sygedagpenge,
            Ydelse::Jobafklaring => Self::Jobafklaring,
            Ydelse::Ressourceforloeb => Self::Ressourceforloeb,
            Ydelse::Ledighedsydelse => Self::Ledighedsydelse,
            Ydelse::Revalideringsydelse => Self::Revalidering,
            Ydelse::Fleksloentilskud => Self::Fleksjob,
            _ => return None,
        })
    }

    /// The group that this is part of.
    pub const fn whole(self) -> Option<Self> {
        match self {
            Self::All | Self::Fleksjob => None,
            Self::KunKontanthjaelp | Self::Uddannelseshjaelp | Self::Sho => Some(Self::Kontanthjaelp),
            _ => Some(Self::All),
        }
    }

    /// Whether what is counted in a group is counted in this one.
    pub fn holds(self, group: Self) -> bool {
        self == group || group.whole().is_some_and(|whole| self.holds(whole))
    }

    /// The one of those that make up all benefits that it is in.
    pub fn broad(self) -> Option<Self> {
        Self::SUMS[0].1.iter().copied().find(|g| g.holds(self))
    }

    /// Whether it is made of no other groups.
    pub(super) const fn is_narrow(self) -> bool {
        !matches!(self, Self::All | Self::Kontanthjaelp)
    }

    /// A bit of its own.
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The word in options and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "ialt",
            Self::Dagpenge => "dagpenge",
            Self::Kontanthjaelp => "kontanthjaelp",
            Self::KunKontanthjaelp => "kun-kontanthjaelp",
            Self::Uddannelseshjaelp => "uddannelseshjaelp",
            Self::Sho => "sho",
            Self::Sygedagpenge => "sygedagpenge",
            Self::Jobafklaring => "jobafklaring",
            Self::Ressourceforloeb => "ressourceforloeb",
            Self::Ledighedsydelse => "ledighedsydelse",
            Self::Revalidering => "revalidering",
            Self::Fleksjob => "fleksjob",
        }
    }

    /// In words.
    pub const fn name(self, danish: bool) -> &'static str {
        match (self, danish) {
            (Self::All, true) => "Alle ydelser",
            (Self::All, false) => "All benefits",
            (Self::Dagpenge, true) => "Dagpenge",
            (Self::Dagpenge, false) => "Unemployment benefit",
            (Self::Kontanthjaelp, true) => "Kontanthjælp",
            (Self::Kontanthjaelp, false) => "Cash benefit",
            (Self::KunKontanthjaelp, true) => "Kontanthjælp uden uddannelseshjælp og SHO",
            (Self::KunKontanthjaelp, false) => "Cash benefit without education and self-support benefit",
            (Self::Uddannelseshjaelp, true) => "Uddannelseshjælp (til 30. juni 2025)",
            (Self::Uddannelseshjaelp, false) => "Education benefit (until 30 June 2025)",
            (Self::Sho, true) => "SHO og overgangsydelse (til 30. juni 2025)",
            (Self::Sho, false) => "Self-support and transitional benefit (until 30 June 2025)",
            (Self::Sygedagpenge, true) => "Sygedagpenge",
            (Self::Sygedagpenge, false) => "Sickness benefit",
            (Self::Jobafklaring, true) => "Jobafklaring",
            (Self::Jobafklaring, false) => "Job clarification",
            (Self::Ressourceforloeb, true) => "Ressourceforløb",
            (Self::Ressourceforloeb, false) => "Resource course",
            (Self::Ledighedsydelse, true) => "Ledighedsydelse",
            (Self::Ledighedsydelse, false) => "Unemployment benefit between flexible jobs",
            (Self::Revalidering, true) => "Revalidering",
            (Self::Revalidering, false) => "Rehabilitation",
            (Self::Fleksjob, true) => "Fleksjob",
            (Self::Fleksjob, false) => "Flexible job",
        }
    }

    /// The group of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.code() == code)
    }
}

/// A run of days: from the first to before the last number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from: i32,
    pub until: i32,
}

impl Span {
    fn of(period: Period) -> Self {
        Self { from: day_number(period.from), until: period.to.map_or(i32::MAX, |d| day_number(d) + 1) }
    }

    #[inline]
    pub(super) const fn has(self, day: i32) -> bool {
        self.from <= day && day < self.until
    }

    #[inline]
    pub(super) fn days_within(self, from: i32, until: i32) -> i32 {
        (self.until.min(until) - self.from.max(from)).max(0)
    }
}

/// Days since 1 January 1970.
pub(super) fn day_number(day: Date) -> i32 {
    const EPOCH: Date = timeline::date(1970, 1, 1);
    (EPOCH.duration_until(day).as_hours() / 24) as i32
}

/// Runs without a day between become one, put after what is in `out`.
pub(super) fn merge(spans: impl Iterator<Item = Span> + Clone, out: &mut Vec<Span>) {
    let before = out.len();
    if join(spans.clone(), before, out) {
        return;
    }
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    out.truncate(before);
    join(spans.into_iter(), before, out);
}

/// The same of runs in order, put after so many; false once one is not.
fn join(spans: impl Iterator<Item = Span>, before: usize, out: &mut Vec<Span>) -> bool {
    let mut from = i32::MIN;
    for span in spans {
        if span.from < from {
            return false;
        }
        from = span.from;
        match out[before..].last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => out.push(span),
        }
    }
    true
}

fn merged(spans: impl Iterator<Item = Span> + Clone) -> Vec<Span> {
    let mut out = Vec::new();
    merge(spans, &mut out);
    out
}

/// A citizen as runs of days.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Days on a benefit and the narrow group that it is in, in the order of first days.
    pub(super) benefits: Vec<(Span, Group)>,
    /// Days with public support of any kind.
    pub(super) supported: Vec<Span>,
    /// Offers that ran, each; business-oriented or not.
    pub(super) offers: Vec<(bool, Span)>,
    /// The same without overlap.
    pub(super) offered: Vec<Span>,
    /// Ordinary hours a week beside a benefit.
    pub(super) hours: Vec<(f32, Span)>,
    pub(super) jobs: Vec<Span>,
    pub(super) education: Vec<Span>,
    /// Days of held talks, in order.
    pub(super) talks: Vec<i32>,
    /// Own answers: what was asked, the day, the value.
    pub(super) answers: Vec<(u16, i32, i32)>,
    /// Department or team that answers for the case.
    pub(super) units: Vec<(u16, Span)>,
}

impl History {
    /// Nobody's, with the room that it had.
    pub(super) fn clear(&mut self) {
        self.benefits.clear();
        self.supported.clear();
        self.offers.clear();
        self.offered.clear();
        self.hours.clear();
        self.jobs.clear();
        self.education.clear();
        self.talks.clear();
        self.answers.clear();
        self.units.clear();
    }

    /// The periods that it is made of, at most.
    pub(super) fn len(&self) -> usize {
        self.benefits.len() + self.offers.len() + self.hours.len() + self.talks.len() + self.answers.len()
    }

    /// Spells of a group, in order: days on its benefits without a day between.
    pub(super) fn spells(&self, group: Group) -> Vec<Span> {
        merged(self.benefits.iter().filter(|(_, of)| group.holds(*of)).map(|(span, _)| *span))
    }
}

/// Citizens, and the names that they share.
#[derive(Clone, Debug, Default)]
pub struct Histories {
    /// One for each citizen.
    pub all: Vec<History>,
    /// Names of units, in the order of their numbers.
    pub units: Vec<String>,
    pub(super) questions: Vec<String>,
}

pub(crate) fn number_of(names: &mut Vec<String>, name: &str) -> u16 {
    let at = names.iter().position(|n| n == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    at as u16
}

pub(crate) const fn business(offer: Tilbud) -> bool {
    matches!(offer, Tilbud::Virksomhedspraktik | Tilbud::LoentilskudPrivat | Tilbud::LoentilskudOffentlig)
}

impl Histories {
    /// Add a citizen.
    pub fn push(&mut self, journey: &Journey) {
        let mut h = History::default();
        let benefits = journey.benefits();
        let group = |(period, benefit): &(Period, Ydelse)| Some((Span::of(*period), Group::of(*benefit)?));
        h.benefits.extend(benefits.parts().iter().filter_map(group));
        h.benefits.sort_by_key(|(span, _)| span.from);
        // By the benefit that holds each day: one that a later record ended is ended.
        h.supported = merged(benefits.parts().iter().filter(|(_, b)| b.is_support()).map(|(p, _)| Span::of(*p)));
        for fact in journey.current() {
            let span = Span::of(fact.holds);
            match &fact.event {
                Event::Offer { offer, planned: false, .. } => h.offers.push((business(*offer), span)),
                Event::OrdinaryHours { hours_per_week, .. } => h.hours.push((*hours_per_week, span)),
                Event::Employment { .. } => h.jobs.push(span),
                Event::Education { .. } => h.education.push(span),
                Event::Talk { state: TalkState::Held, .. } => h.talks.push(span.from),
                Event::Progression {
                    indicator,
                    by: timeline::AnsweredBy::Citizen,
                    scale,
                    answer: timeline::Answer::Value(value),
                } => {
                    let question = format!("{} {}", indicator.code(), scale.version);
                    h.answers.push((number_of(&mut self.questions, &question), span.from, *value));
                }
                Event::Assignment { role: timeline::Role::Sagsbehandler, unit: Some(unit), .. } => {
                    h.units.push((number_of(&mut self.units, unit), span));
                }
                _ => {}
            }
        }
        h.talks.sort_unstable();
        // The last of a day, in the order recorded.
        h.answers.sort_by_key(|(question, day, _)| (*question, *day));
        h.answers.reverse();
        h.answers.dedup_by_key(|(question, day, _)| (*question, *day));
        h.answers.reverse();
        h.offered = merged(h.offers.iter().map(|o| o.1));
        h.jobs = merged(h.jobs.iter().copied());
        self.all.push(h);
    }
}

impl FromIterator<Journey> for Histories {
    fn from_iter<I: IntoIterator<Item = Journey>>(journeys: I) -> Self {
        let mut out = Self::default();
        for journey in journeys {
            out.push(&journey);
        }
        out
    }
}
