//! The answers a rule can give.

use timeline::Lang;

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The day counting starts is not among the facts.
    Clock,
    /// Whether an extension was granted is not among the facts.
    Extension,
    /// Whether the offer was given before the deadline is not among the facts.
    GivenInTime,
    /// The citizen's age, which the rule asks about, is not known.
    Age,
    /// The citizen's municipality, which the rule asks about, is not known.
    Municipality,
}

impl Missing {
    /// In words.
    pub const fn say(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Clock => ("den dag, der tælles fra, er ikke kendt", "the day counting starts is not known"),
            Self::Extension => {
                ("det vides ikke, om der er givet forlængelse", "it is not known whether an extension was granted")
            }
            Self::Municipality => ("borgerens kommune er ikke kendt", "the citizen's municipality is not known"),
            Self::GivenInTime => (
                "løntilskuddet begyndte efter fristen; det vides ikke, om det var givet i tide",
                "the subsidised job began after the deadline; it is not known whether it was given in time",
            ),
            Self::Age => ("borgerens alder er ikke kendt", "the citizen's age is not known"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }
}

/// The answer a rule gives. "We cannot tell" is an answer, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// What was asked for has been done.
    Met,
    /// The time has run out, and it was not.
    NotMet,
    /// There is still time.
    Open,
    /// Cannot be told, and what is missing.
    Unknown(Missing),
    /// A right, a standing duty or an exemption that holds.
    Holds,
    /// Lifted by an exemption.
    Exempt,
}

impl Verdict {
    /// Word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Open => "open",
            Self::Unknown(_) => "unknown",
            Self::Holds => "holds",
            Self::Exempt => "exempt",
        }
    }

    /// On screens.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (da, en) = match self {
            Self::Met => ("opfyldt", "met"),
            Self::NotMet => ("ikke opfyldt", "not met"),
            Self::Open => ("åben", "open"),
            Self::Unknown(_) => ("kan ikke afgøres", "cannot be told"),
            Self::Holds => ("gælder", "holds"),
            Self::Exempt => ("fritaget", "exempted"),
        };
        match lang {
            Lang::Da => da,
            Lang::En => en,
        }
    }
}
