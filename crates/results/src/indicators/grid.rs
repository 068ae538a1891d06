//! Counts by unit, month and group.

use super::history::Group;
use figures::Month;
use std::ops::Range;

macro_rules! counts {
    ($($variant:ident $da:literal, $doc:literal;)+) => {
        /// Something counted; its description says of whom.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Count { $(#[doc = $doc] $variant,)+ }

        impl Count {
            const HOW_MANY: usize = [$(Self::$variant),+].len();

            /// Those that hold in month after month, which are counted by where they begin and end. `MonthDays` is, until all are
            /// counted, the number of spells that run through the whole month.
            const RANGED: [Self; 10] = [
                Self::Persons,
                Self::MonthDays,
                Self::Quarter,
                Self::NoTalk,
                Self::TalksQuarter,
                Self::Year,
                Self::NoOffer,
                Self::Neither100,
                Self::Neither225,
                Self::FewTalks,
            ];

            /// What it counts.
            pub const fn says(self, danish: bool) -> &'static str {
                match self { $(Self::$variant => if danish { $da } else { $doc }),+ }
            }

            /// Whether it is known only once the month after has passed.
            pub const fn is_of_exits(self) -> bool {
                self as u8 >= Self::Exit as u8
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
    MonthDays "dage i måneden", "days of the month";
    Quarter "personer på ydelsen den sidste dag i måneden, som havde været det i mindst 91 dage", "persons on the benefit on the month's last day who had been for at least 91 days";
    NoTalk "heraf uden en holdt samtale i de seneste 91 dage", "of them without a held talk in the last 91 days";
    TalksQuarter "deres holdte samtaler i de seneste 91 dage", "held talks of theirs in the last 91 days";
    Year "personer på ydelsen den sidste dag i måneden, som havde fået offentlig ydelse i mindst et år", "persons on the benefit on the month's last day who had been supported for at least a year";
    NoOffer "heraf uden en dag i tilbud i det seneste år", "of them without a day in an offer in the last year";
    Neither100 "heraf uden tilbud og med under 100 ordinære timer i det seneste år", "of them without an offer and with under 100 ordinary hours in the last year";
    Neither225 "heraf uden tilbud og med under 225 ordinære timer i det seneste år", "of them without an offer and with under 225 ordinary hours in the last year";
    FewTalks "heraf med under fire holdte samtaler i det seneste år", "of them with fewer than four held talks in the last year";
    Days "dage på ydelsen i måneden", "days on the benefit in the month";
    Inflow "forløb, der begynder i måneden: dagen før var uden ydelsen", "spells that begin in the month: the day before was without the benefit";
    OfferDays "dage på ydelsen i tilbud", "days on the benefit in an offer";
    Activated "personer på ydelsen med en dag i tilbud i måneden", "persons on the benefit with a day in an offer in the month";
    Business "personer på ydelsen med en dag i praktik, løntilskud eller ordinære timer i måneden", "persons on the benefit with a day in internship, wage subsidy or ordinary hours in the month";
    Hours "personer på ydelsen med en dag med ordinære timer i måneden", "persons on the benefit with a day of ordinary hours in the month";
    OfferKnown26 "tilbud, der sluttede i måneden, hvor der er gået 26 uger", "offers that ended in the month, and 26 weeks have passed";
    SelfSupport26 "heraf uden offentlig ydelse 26 uger efter den sidste dag", "of them without public support 26 weeks after the last day";
    OfferKnown52 "tilbud, der sluttede i måneden, hvor der er gået 52 uger", "offers that ended in the month, and 52 weeks have passed";
    SelfSupport52 "heraf uden offentlig ydelse 52 uger efter", "of them without public support 52 weeks after";
    Measured "personer på ydelsen den sidste dag i måneden med et eget svar givet to gange i det seneste år", "persons on the benefit on the month's last day with an own answer given twice in the last year";
    Up "heraf med flere svar op end ned", "of them with more answers up than down";
    Down "heraf med flere svar ned end op", "of them with more answers down than up";
    Exit "forløb, der slutter i måneden: hele den næste kalendermåned er uden ydelsen", "spells that end in the month: the next whole calendar month is without the benefit";
    SpellDays "dage i de forløb, der slutter", "days of the spells that end";
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
}

/// Counts by unit, month, group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first month.
    pub first: Month,
    /// Number of months.
    pub months: usize,
    /// Units, besides all (0).
    pub units: usize,
    /// So many of the months have a next one that has passed: an exit is not known before.
    pub exits_known: usize,
    /// Those of [`Count::is_ranged`] are, until [`Grid::summed`], what each month adds to the one before.
    cells: Vec<u64>,
}

impl Grid {
    pub(super) fn new(first: Month, months: usize, units: usize) -> Self {
        Self {
            first,
            months,
            units,
            exits_known: 0,
            // And a month after the last, where what runs through the last one ends.
            cells: vec![0; (units + 1) * (months + 1) * Group::ALL.len() * Count::HOW_MANY],
        }
    }

    fn at(&self, unit: usize, month: usize, group: Group, count: Count) -> usize {
        ((unit * (self.months + 1) + month) * Group::ALL.len() + group as usize) * Count::HOW_MANY + count as usize
    }

    /// A count; unit 0 is all citizens, the last is those without a unit.
    pub fn get(&self, unit: usize, month: usize, group: Group, count: Count) -> u64 {
        self.cells[self.at(unit, month, group, count)]
    }

    /// The month of that number.
    pub fn month(&self, at: usize) -> Month {
        Month::from_number(self.first.number() + at as i32)
    }

    /// One more in a month, of a count that is not ranged.
    pub(super) fn add(&mut self, unit: usize, month: usize, group: Group, count: Count, by: u64) {
        let place = self.at(unit, month, group, count);
        self.cells[place] += by;
    }

    /// One more in each of the months, of a ranged count.
    pub(super) fn add_range(&mut self, unit: usize, months: &Range<usize>, group: Group, count: Count) {
        let (start, end) = (self.at(unit, months.start, group, count), self.at(unit, months.end, group, count));
        self.cells[start] = self.cells[start].wrapping_add(1);
        self.cells[end] = self.cells[end].wrapping_sub(1);
    }

    /// Every count as it is, once all are counted: what months add summed up, and the days of whole months added.
    pub(super) fn summed(&mut self, days_of: impl Fn(usize) -> u64) {
        let per_month = Group::ALL.len() * Count::HOW_MANY;
        for months in self.cells.chunks_exact_mut((self.months + 1) * per_month) {
            let mut before = vec![0; per_month];
            for (month, cells) in months.chunks_exact_mut(per_month).take(self.months).enumerate() {
                let groups = cells.chunks_exact_mut(Count::HOW_MANY).zip(before.chunks_exact_mut(Count::HOW_MANY));
                for (cells, before) in groups {
                    for place in Count::RANGED.map(|count| count as usize) {
                        before[place] = cells[place].wrapping_add(before[place]);
                        cells[place] = before[place];
                    }
                    cells[Count::Days as usize] += cells[Count::MonthDays as usize] * days_of(month);
                    cells[Count::MonthDays as usize] = days_of(month);
                }
            }
        }
    }

    /// All citizens, from the units that they were counted in.
    pub(super) fn sum_units(&mut self) {
        let size = self.cells.len() / (self.units + 1);
        let (all, units) = self.cells.split_at_mut(size);
        for unit in units.chunks(size) {
            all.iter_mut().zip(unit).for_each(|(a, b)| *a = a.wrapping_add(*b));
        }
    }

    pub(super) fn plus(mut self, other: &Self) -> Self {
        self.cells.iter_mut().zip(&other.cells).for_each(|(a, b)| *a = a.wrapping_add(*b));
        self
    }
}

/// A value of an indicator in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// The value, and what it is made of.
    Value {
        /// The value.
        value: f64,
        /// Over the line.
        over: u64,
        /// Under it.
        under: u64,
    },
    /// Nobody to count.
    Nobody,
    /// The months have not passed that it is known after.
    NotYet,
    /// Held back: it would tell of fewer than the least count.
    Few,
}
