//! What is counted, in words.

macro_rules! counts {
    ($($variant:ident $da:literal, $doc:literal;)+) => {
        /// Something counted; its description says of whom.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Count { $(#[doc = $doc] $variant,)+ }

        impl Count {
            /// Every count, in order.
            pub(super) const ALL: &[Self] = &[$(Self::$variant),+];
            pub(super) const HOW_MANY: usize = Self::ALL.len();

            /// What it counts.
            pub const fn says(self, danish: bool) -> &'static str {
                match self { $(Self::$variant => if danish { $da } else { $doc }),+ }
            }

            /// Whether it is known only once the month after has passed.
            pub const fn is_of_exits(self) -> bool {
                self as u8 >= Self::Exit as u8 && self as u8 <= Self::SpellDays as u8
                    || self as u8 >= Self::Known1 as u8 && self as u8 <= Self::LastingFree as u8
            }

            /// Whether it counts persons or spells, not days.
            pub const fn is_of_people(self) -> bool {
                !matches!(self, Self::Days | Self::MonthDays | Self::OfferDays | Self::SpellDays)
            }
        }
    };
}

counts! {
    Persons "personer med en dag på ydelsen i måneden", "persons with a day on the benefit in the month";
    Days "dage på ydelsen i måneden", "days on the benefit in the month";
    MonthDays "dage i måneden", "days of the month";
    Inflow "forløb, der begynder i måneden: dagen før var uden ydelsen", "spells that begin in the month: the day before was without the benefit";
    Exit "forløb, der slutter i måneden: hele den næste kalendermåned er uden ydelsen", "spells that end in the month: the next whole calendar month is without the benefit";
    SpellDays "dage i de forløb, der slutter", "days of the spells that end";
    OfferDays "dage på ydelsen i tilbud", "days on the benefit in an offer";
    Activated "personer på ydelsen med en dag i tilbud i måneden", "persons on the benefit with a day in an offer in the month";
    Business "personer på ydelsen med en dag i praktik, løntilskud eller ordinære timer i måneden", "persons on the benefit with a day in internship, wage subsidy or ordinary hours in the month";
    Hours "personer på ydelsen med en dag med ordinære timer i måneden", "persons on the benefit with a day of ordinary hours in the month";
    Known1 "afsluttede forløb, hvor der er gået en måned", "spells that ended, and a month has passed that is known of";
    Job1 "heraf i job en måned efter den sidste dag", "of them in a job one month after the last day";
    Education1 "heraf i uddannelse", "of them in education";
    Support1 "heraf på offentlig ydelse", "of them with public support";
    Known3 "afsluttede forløb, hvor der er gået tre måneder", "spells that ended, and three months have passed";
    Job3 "heraf i job tre måneder efter", "of them in a job three months after";
    Education3 "heraf i uddannelse", "of them in education";
    Support3 "heraf på offentlig ydelse", "of them with public support";
    Known6 "afsluttede forløb, hvor der er gået seks måneder", "spells that ended, and six months have passed";
    Job6 "heraf i job seks måneder efter", "of them in a job six months after";
    Education6 "heraf i uddannelse", "of them in education";
    Support6 "heraf på offentlig ydelse", "of them with public support";
    Known12 "afsluttede forløb, hvor der er gået tolv måneder", "spells that ended, and twelve months have passed";
    Job12 "heraf i job tolv måneder efter", "of them in a job twelve months after";
    Education12 "heraf i uddannelse", "of them in education";
    Support12 "heraf på offentlig ydelse", "of them with public support";
    LastingJob "heraf i job en, to, tre, fire, fem og seks måneder efter", "of those that ended six months ago, in a job one, two, three, four, five and six months after";
    LastingFree "heraf uden offentlig ydelse alle dage siden", "of those that ended six months ago, without public support on every day since";
    Quarter "personer på ydelsen den sidste dag i måneden, som havde været det i mindst 91 dage", "persons on the benefit on the month's last day who had been for at least 91 days";
    NoTalk "heraf uden en holdt samtale i de seneste 91 dage", "of them without a held talk in the last 91 days";
    TalksQuarter "deres holdte samtaler i de seneste 91 dage", "held talks of theirs in the last 91 days";
    Year "personer på ydelsen den sidste dag i måneden, som havde fået offentlig ydelse i mindst et år", "persons on the benefit on the month's last day who had been supported for at least a year";
    NoOffer "heraf uden en dag i tilbud i det seneste år", "of them without a day in an offer in the last year";
    Neither100 "heraf uden tilbud og med under 100 ordinære timer i det seneste år", "of them without an offer and with under 100 ordinary hours in the last year";
    Neither225 "heraf uden tilbud og med under 225 ordinære timer i det seneste år", "of them without an offer and with under 225 ordinary hours in the last year";
    FewTalks "heraf med under fire holdte samtaler i det seneste år", "of them with fewer than four held talks in the last year";
    OfferKnown26 "tilbud, der sluttede i måneden, hvor der er gået 26 uger", "offers that ended in the month, and 26 weeks have passed";
    SelfSupport26 "heraf uden offentlig ydelse 26 uger efter den sidste dag", "of them without public support 26 weeks after the last day";
    OfferKnown52 "tilbud, der sluttede i måneden, hvor der er gået 52 uger", "offers that ended in the month, and 52 weeks have passed";
    SelfSupport52 "heraf uden offentlig ydelse 52 uger efter", "of them without public support 52 weeks after";
    Measured "personer på ydelsen den sidste dag i måneden med et eget svar givet to gange i det seneste år", "persons on the benefit on the month's last day with an own answer given twice in the last year";
    Up "heraf med flere svar op end ned", "of them with more answers up than down";
    Down "heraf med flere svar ned end op", "of them with more answers down than up";
}
