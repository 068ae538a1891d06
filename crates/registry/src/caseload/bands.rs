//! The bands that a case falls in, and the flags it carries. Each states its rule in words, so that a count on a screen
//! can explain itself.

use jiff::ToSpan;
use timeline::{Channel, Date, Lang, Maalgruppe, NextWhat, Summary, Tilbud, Ydelse};

/// Something cases are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Target group.
    Group,
    /// Benefit.
    Benefit,
    /// Weeks supported.
    Weeks,
    /// Time since the last talk.
    Talk,
    /// Time to the next dated thing.
    Due,
    /// Offer now.
    Offer,
    /// Ordinary hours in four weeks.
    Hours,
    /// Progression.
    Progress,
    /// Department or team.
    Unit,
    /// Caseworker.
    Adviser,
    /// Shared with another field.
    Shared,
}

impl Facet {
    /// Every facet, in the order screens show them.
    pub const ALL: [Self; 11] = [
        Self::Group,
        Self::Benefit,
        Self::Weeks,
        Self::Talk,
        Self::Due,
        Self::Offer,
        Self::Hours,
        Self::Progress,
        Self::Unit,
        Self::Adviser,
        Self::Shared,
    ];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Group => "maalgruppe",
            Self::Benefit => "ydelse",
            Self::Weeks => "uger",
            Self::Talk => "samtale",
            Self::Due => "naeste",
            Self::Offer => "tilbud",
            Self::Hours => "timer",
            Self::Progress => "progression",
            Self::Unit => "enhed",
            Self::Adviser => "raadgiver",
            Self::Shared => "deler",
        }
    }

    /// The facet of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// The column it is stored in.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Group => "f_group",
            Self::Benefit => "f_benefit",
            Self::Weeks => "f_weeks",
            Self::Talk => "f_talk",
            Self::Due => "f_due",
            Self::Offer => "f_offer",
            Self::Hours => "f_hours",
            Self::Progress => "f_progress",
            Self::Unit => "f_unit",
            Self::Adviser => "f_adviser",
            Self::Shared => "f_shared",
        }
    }

    /// Heading on screens.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Group => ("Målgruppe", "Target group"),
            Self::Benefit => ("Ydelse", "Benefit"),
            Self::Weeks => ("Uger på ydelse", "Weeks on benefit"),
            Self::Talk => ("Sidste samtale", "Last talk"),
            Self::Due => ("Næste dato", "Next date"),
            Self::Offer => ("Tilbud nu", "Offer now"),
            Self::Hours => ("Ordinære timer", "Ordinary hours"),
            Self::Progress => ("Progression", "Progression"),
            Self::Unit => ("Team", "Team"),
            Self::Adviser => ("Rådgiver", "Adviser"),
            Self::Shared => ("Deler med", "Shared with"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }

    /// What a band is called. Names of advisers, teams and fields are themselves.
    pub fn band_label(self, band: &str, lang: Lang) -> String {
        let none = lang.pick("Ingen", "None").to_owned();
        match self {
            Self::Group => Maalgruppe::from_code(band).map_or(none, |g| g.label(lang).to_owned()),
            Self::Benefit => Ydelse::from_code(band).map_or(none, |y| y.label(lang).to_owned()),
            Self::Offer => Tilbud::from_code(band).map_or(none, |o| o.label(lang).to_owned()),
            Self::Unit | Self::Adviser | Self::Shared if band.is_empty() => none,
            Self::Unit | Self::Adviser | Self::Shared => band.to_owned(),
            _ => BANDS
                .iter()
                .find(|(facet, code, ..)| *facet == self && *code == band)
                .map_or_else(|| band.to_owned(), |(_, _, da, en)| lang.pick(*da, *en).to_owned()),
        }
    }

    /// Where a band stands among its facet's; named ones are sorted by count.
    pub fn band_order(self, band: &str) -> Option<usize> {
        match self {
            Self::Group => Maalgruppe::ALL.iter().position(|g| g.code() == band),
            _ => BANDS.iter().filter(|(f, ..)| *f == self).position(|(_, code, ..)| *code == band),
        }
    }
}

/// Facet, code, Danish, English.
const BANDS: &[(Facet, &str, &str, &str)] = &[
    (Facet::Weeks, "ingen", "Ingen ydelse nu", "No benefit now"),
    (Facet::Weeks, "1-26", "1–26", "1–26"),
    (Facet::Weeks, "27-52", "27–52", "27–52"),
    (Facet::Weeks, "53-104", "53–104", "53–104"),
    (Facet::Weeks, "105-", "105 og mere", "105 and more"),
    (Facet::Talk, "4", "Inden for 4 uger", "Within 4 weeks"),
    (Facet::Talk, "8", "4 til 8 uger siden", "4 to 8 weeks ago"),
    (Facet::Talk, "13", "8 til 13 uger siden", "8 to 13 weeks ago"),
    (Facet::Talk, "14-", "Over 13 uger siden", "Over 13 weeks ago"),
    (Facet::Talk, "aldrig", "Ingen endnu", "None yet"),
    (Facet::Due, "7", "Inden for 7 dage", "Within 7 days"),
    (Facet::Due, "14", "8 til 14 dage", "8 to 14 days"),
    (Facet::Due, "28", "15 til 28 dage", "15 to 28 days"),
    (Facet::Due, "29-", "Senere", "Later"),
    (Facet::Due, "ingen", "Intet aftalt", "Nothing agreed"),
    (Facet::Hours, "0", "Ingen", "None"),
    (Facet::Hours, "1-9", "Under 10 timer på 4 uger", "Under 10 hours in 4 weeks"),
    (Facet::Hours, "10-39", "10–39 timer", "10–39 hours"),
    (Facet::Hours, "40-", "40 timer og mere", "40 hours and more"),
    (Facet::Progress, "op", "Fremgang", "Up"),
    (Facet::Progress, "lige", "Uændret", "Unchanged"),
    (Facet::Progress, "ned", "Tilbagegang", "Down"),
    (Facet::Progress, "", "Ikke målt to gange", "Not measured twice"),
];

/// A mark on a case that a list can be cut down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaseFlag {
    /// Something dated within seven days.
    DueIn7,
    /// A talk today.
    TalkToday,
    /// Supported, and no talk planned.
    NotBooked,
    /// An offer ends within 14 days.
    OfferEnds,
    /// See [`Summary::STALLED_AFTER_WEEKS`].
    Stalled,
    /// No goal in own words.
    NoOwnGoal,
    /// A job began in the last seven days or begins in the next seven.
    JobStarts,
    /// Supported for at most seven days.
    New,
    /// Supported for eight weeks or more, and no talk held in the last eight.
    Silent,
}

impl CaseFlag {
    /// Every flag, in the order screens show them.
    pub const ALL: [Self; 9] = [
        Self::DueIn7,
        Self::TalkToday,
        Self::NotBooked,
        Self::OfferEnds,
        Self::Stalled,
        Self::NoOwnGoal,
        Self::JobStarts,
        Self::New,
        Self::Silent,
    ];

    /// Its bit.
    pub const fn bit(self) -> i64 {
        1 << self as u8
    }

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DueIn7 => "dato-inden-7-dage",
            Self::TalkToday => "samtale-i-dag",
            Self::NotBooked => "ikke-booket",
            Self::OfferEnds => "tilbud-slutter",
            Self::Stalled => "gaaet-i-staa",
            Self::NoOwnGoal => "uden-eget-maal",
            Self::JobStarts => "starter-job",
            Self::New => "ny",
            Self::Silent => "ikke-talt-med",
        }
    }

    /// The flag of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// A few words.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::DueIn7 => ("Dato inden 7 dage", "Date within 7 days"),
            Self::TalkToday => ("Samtale i dag", "Talk today"),
            Self::NotBooked => ("Ikke booket", "Not booked"),
            Self::OfferEnds => ("Tilbud slutter", "Offer ends"),
            Self::Stalled => ("Gået i stå", "Stalled"),
            Self::NoOwnGoal => ("Uden eget mål", "No own goal"),
            Self::JobStarts => ("Starter job", "Starts a job"),
            Self::New => ("Ny", "New"),
            Self::Silent => ("Ikke talt med i 8 uger", "Not talked to in 8 weeks"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }

    /// The rule, in a sentence.
    pub const fn rule(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::DueIn7 => ("Noget med dato falder inden for syv dage.", "Something dated falls within seven days."),
            Self::TalkToday => ("Der er aftalt en samtale i dag.", "A talk is planned today."),
            Self::NotBooked => ("Får ydelse, og ingen samtale er aftalt.", "On benefit, and no talk is planned."),
            Self::OfferEnds => ("Et tilbud slutter inden for 14 dage.", "An offer ends within 14 days."),
            Self::Stalled => (
                "Mindst 13 uger på ydelse og de seneste 13 uger hverken tilbud, timer, job eller et skridt, der blev gjort.",
                "At least 13 weeks on benefit, and in the last 13 no offer, hours, job or step done.",
            ),
            Self::NoOwnGoal => {
                ("Får ydelse og har intet mål med egne ord.", "On benefit, and has no goal in own words.")
            }
            Self::JobStarts => (
                "Et job begyndte inden for de seneste syv dage eller begynder inden for de næste syv.",
                "A job began in the last seven days or begins in the next seven.",
            ),
            Self::New => ("Har fået ydelse i højst syv dage.", "On benefit for at most seven days."),
            Self::Silent => (
                "Otte uger eller mere på ydelse og ingen holdt samtale i de seneste otte uger.",
                "Eight weeks or more on benefit, and no talk held in the last eight weeks.",
            ),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }
}

/// The bands of a case.
pub(crate) struct Bands {
    pub weeks: &'static str,
    pub talk: &'static str,
    pub due: &'static str,
    pub hours: &'static str,
    pub progress: &'static str,
    pub flags: i64,
}

/// The bands that `s` falls in.
pub(crate) fn of(s: &Summary) -> Bands {
    let days_since = |day: Date| s.as_of.since(day).map_or(0, |span| i64::from(span.get_days()));
    let silence = s.last_talk.map(|(day, ..)| days_since(day));
    let wait = s.next.map(|n| -days_since(n.on));
    let supported = s.supported_since.is_some();
    let soon = |day: Date, days: i64| day >= s.as_of && day <= s.as_of.saturating_add(days.days());
    let flag = |flag: CaseFlag, on: bool| if on { flag.bit() } else { 0 };
    let flags = [
        flag(CaseFlag::DueIn7, wait.is_some_and(|w| w <= 7)),
        flag(CaseFlag::TalkToday, s.next_talk == Some(s.as_of)),
        flag(CaseFlag::NotBooked, supported && s.next_talk.is_none()),
        flag(CaseFlag::OfferEnds, s.offer.and_then(|(_, to)| to).is_some_and(|to| soon(to, 14))),
        flag(CaseFlag::Stalled, s.stalled),
        flag(CaseFlag::NoOwnGoal, supported && !s.own_goal),
        flag(CaseFlag::JobStarts, s.job_starts.is_some()),
        flag(CaseFlag::New, s.supported_since.is_some_and(|d| days_since(d) <= 7)),
        flag(CaseFlag::Silent, s.weeks >= 8 && silence.is_none_or(|d| d > 56)),
    ];
    Bands {
        weeks: match s.weeks {
            0 => "ingen",
            1..=26 => "1-26",
            27..=52 => "27-52",
            53..=104 => "53-104",
            _ => "105-",
        },
        talk: match silence {
            None => "aldrig",
            Some(..=28) => "4",
            Some(29..=56) => "8",
            Some(57..=91) => "13",
            Some(_) => "14-",
        },
        due: match wait {
            None => "ingen",
            Some(..=7) => "7",
            Some(8..=14) => "14",
            Some(15..=28) => "28",
            Some(_) => "29-",
        },
        hours: match s.hours_4_weeks {
            h if h < 0.05 => "0",
            h if h < 10.0 => "1-9",
            h if h < 40.0 => "10-39",
            _ => "40-",
        },
        progress: match s.progression {
            None => "",
            Some(1..) => "op",
            Some(0) => "lige",
            Some(_) => "ned",
        },
        flags: flags.iter().sum(),
    }
}

/// What comes next, as text in a line.
pub fn next_code(what: NextWhat) -> String {
    match what {
        NextWhat::Talk(channel) => format!("talk {}", channel.code()),
        NextWhat::OfferStarts(offer) => format!("starts {}", offer.code()),
        NextWhat::OfferEnds(offer) => format!("ends {}", offer.code()),
        NextWhat::StepDue => "step".to_owned(),
        NextWhat::JobStarts => "job".to_owned(),
    }
}

/// What comes next, from text in a line.
pub fn next_from(code: &str) -> Option<NextWhat> {
    match code.split_once(' ') {
        Some(("talk", channel)) => Channel::from_code(channel).map(NextWhat::Talk),
        Some(("starts", offer)) => Tilbud::from_code(offer).map(NextWhat::OfferStarts),
        Some(("ends", offer)) => Tilbud::from_code(offer).map(NextWhat::OfferEnds),
        _ if code == "step" => Some(NextWhat::StepDue),
        _ if code == "job" => Some(NextWhat::JobStarts),
        _ => None,
    }
}
