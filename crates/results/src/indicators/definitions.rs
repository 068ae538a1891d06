//! The indicators: formula, population, source and what to mind.

use super::counts::Count;
use super::grid::{Answer, Grid};
use super::history::Group;
use crate::suppress::{Sum, suppress};

/// What an indicator is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A count by itself.
    Number(Count),
    /// The first in percent of the second, which it is a part of.
    Share(Count, Count),
    /// The first over the second.
    Mean(Count, Count),
    /// The first over the second, divided by seven: weeks from days.
    Weeks(Count, Count),
}

/// An indicator, defined once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// The word in options and files.
    pub code: &'static str,
    /// Name, Danish and English.
    pub name: (&'static str, &'static str),
    /// What a value is in, Danish and English.
    pub unit: (&'static str, &'static str),
    /// Formula.
    pub form: Form,
    /// Source of the definition.
    pub source: &'static str,
    /// What to mind, Danish and English.
    pub mind: (&'static str, &'static str),
}

const PCT: (&str, &str) = ("pct.", "%");
const OURS: &str = "own definition";
const JOBINDSATS: &str = "Jobindsats.dk, Hjælp: fuldtidspersoner og forløb (læst nov. 2026)";
const STATUS: &str = "Jobindsats.dk, status efter afsluttet forløb: én bestemt dag 1, 3, 6 og 12 måneder efter";
const STATUS_MIND: (&str, &str) = (
    "Et forløb er slut, når hele den næste kalendermåned er uden ydelsen. Job tæller før uddannelse før ydelse. Måneder, der endnu ikke er gået, er ikke med.",
    "A spell has ended once the whole next calendar month is without the benefit. A job counts before education before support. Months that have not passed yet are left out.",
);
const LASTING_MIND: (&str, &str) = (
    "Der findes ingen fælles definition af varig beskæftigelse; brug den, der passer til spørgsmålet, og nævn den.",
    "There is no common definition of lasting employment; use the one that fits the question, and name it.",
);
const OFFER_MIND: (&str, &str) = (
    "Aktive tilbud, der er begyndt; planlagte tæller ikke. Ordinære timer tælles for sig.",
    "Offers that have begun; planned ones do not count. Ordinary hours are counted apart.",
);
const FOCUS_MIND: (&str, &str) = (
    "Fokusmålet gjaldt til 2026; grænsen var 100 timer (225 i 2020). Gennemsnit over kommunen skjuler grupper: se dem hver for sig.",
    "The focus goal held until 2026; the limit was 100 hours (225 in 2020). An average over the municipality hides groups: look at each.",
);

const fn def(
    code: &'static str,
    name: (&'static str, &'static str),
    unit: (&'static str, &'static str),
    form: Form,
    source: &'static str,
    mind: (&'static str, &'static str),
) -> Indicator {
    Indicator { code, name, unit, form, source, mind }
}

#[allow(clippy::enum_glob_use, reason = "the table below reads as formulas")]
use Count::*;
use Form::{Mean, Number, Share, Weeks};

#[rustfmt::skip]
const ALL: &[Indicator] = &[
    def("personer", ("Personer", "Persons"), ("personer", "persons"), Number(Persons), JOBINDSATS, ("", "")),
    def("fuldtidspersoner", ("Fuldtidspersoner", "Full-time persons"), ("fuldtidspersoner", "full-time persons"), Mean(Days, MonthDays), JOBINDSATS, ("Regnet i dage; Jobindsats regner i uger. En person kan være på to ydelser i en måned.", "Counted in days; Jobindsats counts in weeks. A person may be on two benefits in a month.")),
    def("tilgang", ("Tilgang", "Inflow"), ("forløb", "spells"), Number(Inflow), JOBINDSATS, ("Et nyt forløb begynder efter mindst en dag uden ydelsen.", "A new spell begins after at least a day without the benefit.")),
    def("afgang", ("Afgang", "Exit"), ("forløb", "spells"), Number(Exit), JOBINDSATS, STATUS_MIND),
    def("varighed", ("Varighed af afsluttede forløb", "Length of ended spells"), ("uger", "weeks"), Weeks(SpellDays, Exit), JOBINDSATS, ("Kun de afsluttede: lange forløb, der stadig løber, er ikke med. Brug en overlevelseskurve for alle.", "Only the ended: long spells that still run are not in it. Use a survival curve for all.")),
    def("afgang-job-1", ("I job 1 måned efter", "In a job 1 month after"), PCT, Share(Job1, Known1), STATUS, STATUS_MIND),
    def("afgang-job-3", ("I job 3 måneder efter", "In a job 3 months after"), PCT, Share(Job3, Known3), STATUS, STATUS_MIND),
    def("afgang-job-6", ("I job 6 måneder efter", "In a job 6 months after"), PCT, Share(Job6, Known6), STATUS, STATUS_MIND),
    def("afgang-job-12", ("I job 12 måneder efter", "In a job 12 months after"), PCT, Share(Job12, Known12), STATUS, STATUS_MIND),
    def("afgang-uddannelse-1", ("I uddannelse 1 måned efter", "In education 1 month after"), PCT, Share(Education1, Known1), STATUS, STATUS_MIND),
    def("afgang-uddannelse-3", ("I uddannelse 3 måneder efter", "In education 3 months after"), PCT, Share(Education3, Known3), STATUS, STATUS_MIND),
    def("afgang-uddannelse-6", ("I uddannelse 6 måneder efter", "In education 6 months after"), PCT, Share(Education6, Known6), STATUS, STATUS_MIND),
    def("afgang-uddannelse-12", ("I uddannelse 12 måneder efter", "In education 12 months after"), PCT, Share(Education12, Known12), STATUS, STATUS_MIND),
    def("afgang-ydelse-1", ("På ydelse 1 måned efter", "On support 1 month after"), PCT, Share(Support1, Known1), STATUS, STATUS_MIND),
    def("afgang-ydelse-3", ("På ydelse 3 måneder efter", "On support 3 months after"), PCT, Share(Support3, Known3), STATUS, STATUS_MIND),
    def("afgang-ydelse-6", ("På ydelse 6 måneder efter", "On support 6 months after"), PCT, Share(Support6, Known6), STATUS, STATUS_MIND),
    def("afgang-ydelse-12", ("På ydelse 12 måneder efter", "On support 12 months after"), PCT, Share(Support12, Known12), STATUS, STATUS_MIND),
    def("varigt-job", ("Varigt job, hver måned i et halvt år", "Lasting job, each month for half a year"), PCT, Share(LastingJob, Known6), OURS, LASTING_MIND),
    def("varigt-uden-ydelse", ("Uden ydelse i et halvt år", "Without support for half a year"), PCT, Share(LastingFree, Known6), OURS, LASTING_MIND),
    def("selvforsoergelse-26", ("Selvforsørgende 26 uger efter tilbud", "Self-supporting 26 weeks after an offer"), PCT, Share(SelfSupport26, OfferKnown26), "LO's jobcenterindeks", ("Siger ikke, om tilbuddet virkede: de, der får det, er andre end dem, der ikke gør.", "Does not say whether the offer worked: those who get it differ from those who do not.")),
    def("selvforsoergelse-52", ("Selvforsørgende 52 uger efter tilbud", "Self-supporting 52 weeks after an offer"), PCT, Share(SelfSupport52, OfferKnown52), "LO's jobcenterindeks", ("Siger ikke, om tilbuddet virkede: de, der får det, er andre end dem, der ikke gør.", "Does not say whether the offer worked: those who get it differ from those who do not.")),
    def("aktiveringsgrad", ("Aktiveringsgrad", "Activation degree"), PCT, Share(OfferDays, Days), "Jobindsats.dk, y60c07 (definitionens ordlyd er ikke læst)", OFFER_MIND),
    def("aktiveringsberoerte", ("Berørt af aktivering", "Touched by activation"), PCT, Share(Activated, Persons), "Jobindsats.dk, y60c07 (definitionens ordlyd er ikke læst)", OFFER_MIND),
    def("virksomhedsrettet", ("Virksomhedsrettet", "Business-oriented"), PCT, Share(Business, Persons), OURS, ("Praktik, løntilskud og ordinære timer. Jobindsats tæller ordinære timer for sig.", "Internship, wage subsidy and ordinary hours. Jobindsats counts ordinary hours apart.")),
    def("ordinaere-timer", ("Ordinære timer", "Ordinary hours"), PCT, Share(Hours, Persons), "Jobindsats.dk, y60j01", ("", "")),
    def("samtaler", ("Samtaler i et kvartal", "Talks in a quarter"), ("pr. person", "per person"), Mean(TalksQuarter, Quarter), OURS, ("Af dem, der har været på ydelsen i mindst 91 dage. Antallet er intet mål i sig selv.", "Of those on the benefit for at least 91 days. The number is no goal by itself.")),
    def("uden-samtale", ("Uden samtale i 91 dage", "Without a talk for 91 days"), PCT, Share(NoTalk, Quarter), OURS, ("", "")),
    def("passive", ("Uden tilbud i et år", "Without an offer for a year"), PCT, Share(NoOffer, Year), "star.dk, passivandel", ("Af dem, der har været på ydelse i mindst et år.", "Of those supported for at least a year.")),
    def("hverken-tilbud-eller-timer", ("Hverken tilbud eller 100 timer i et år", "Neither offer nor 100 hours for a year"), PCT, Share(Neither100, Year), "star.dk, fokusmål 1", FOCUS_MIND),
    def("hverken-tilbud-eller-225-timer", ("Hverken tilbud eller 225 timer i et år", "Neither offer nor 225 hours for a year"), PCT, Share(Neither225, Year), "jobindsats.dk, fokusmålinger 2020", FOCUS_MIND),
    def("under-fire-samtaler", ("Under fire samtaler i et år", "Fewer than four talks in a year"), PCT, Share(FewTalks, Year), "jobindsats.dk, fokusmålinger 2020", FOCUS_MIND),
    def("progression-op", ("Progression: flere svar op end ned", "Progression: more answers up than down"), PCT, Share(Up, Measured), OURS, ("Kun borgerens egne svar, givet mindst to gange i det seneste år.", "The citizen's own answers alone, given at least twice in the last year.")),
    def("progression-ned", ("Progression: flere svar ned end op", "Progression: more answers down than up"), PCT, Share(Down, Measured), OURS, ("Kun borgerens egne svar, givet mindst to gange i det seneste år.", "The citizen's own answers alone, given at least twice in the last year.")),
];

/// Every indicator.
pub fn indicators() -> &'static [Indicator] {
    ALL
}

/// The indicator of that word.
pub fn indicator(code: &str) -> Option<&'static Indicator> {
    ALL.iter().find(|i| i.code == code)
}

impl Indicator {
    /// The formula in words.
    pub fn formula(&self, danish: bool) -> String {
        match self.form {
            Number(a) => a.says(danish).to_owned(),
            Share(a, b) => format!("100 × ({}) / ({})", a.says(danish), b.says(danish)),
            Mean(a, b) => format!("({}) / ({})", a.says(danish), b.says(danish)),
            Weeks(a, b) => format!("({}) / ({}) / 7", a.says(danish), b.says(danish)),
        }
    }

    /// The two counts it is made of; a number is over one.
    pub const fn counts(&self) -> (Count, Option<Count>) {
        match self.form {
            Number(a) => (a, None),
            Share(a, b) | Mean(a, b) | Weeks(a, b) => (a, Some(b)),
        }
    }

    /// The value in a cell. A count of 1 to `least − 1` persons or spells is held back, be it over the line, under it, or
    /// what is left between them: a share of 98 of 100 tells of two. So is what another indicator, or another group of the same
    /// month, would give it away by.
    pub fn answer(&self, grid: &Grid, unit: usize, month: usize, group: Group, least: u64) -> Answer {
        let few = |n: u64| n > 0 && n < least;
        let get = |count: Count| grid.get(unit, month, group, count);
        let (over, under) = match self.counts() {
            (a, None) => (get(a), 1),
            (a, Some(b)) => (get(a), get(b)),
        };
        if self.counts().0.is_of_exits() && month >= grid.exits_known {
            return Answer::NotYet;
        }
        if least > 1 && few_persons(grid, unit, month, group, least) {
            return Answer::Few;
        }
        if under == 0 {
            return Answer::Nobody;
        }
        let persons = Count::is_of_people;
        let (value, held) = match self.form {
            Number(a) => (over as f64, persons(a) && few(over)),
            Share(a, b) => {
                let held = few(under) && persons(b) || persons(a) && (few(over) || few(under - over));
                (100.0 * over as f64 / under as f64, held)
            }
            Mean(_, b) => (over as f64 / under as f64, persons(b) && few(under)),
            Weeks(_, b) => (over as f64 / under as f64 / 7.0, persons(b) && few(under)),
        };
        // Below 1 there is nothing to hold back, nor to be given away.
        let held = least > 1
            && (held
                || self.siblings(get).into_iter().any(few)
                || self.parts(grid, unit, month).iter().any(|counts| among_groups(counts, group, least))
                || self.held_between_months(grid, unit, month, group, least));
        if held { Answer::Few } else { Answer::Value { value, over, under } }
    }

    /// What it would tell together with other indicators of the same cell.
    fn siblings(&self, get: impl Fn(Count) -> u64) -> Vec<u64> {
        let status = |known: Count, job: Count, education: Count, support: Count| {
            let (job, education, support) = (get(job), get(education), get(support));
            vec![job, education, support, get(known) - job - education - support]
        };
        match self.counts().0 {
            Job1 | Education1 | Support1 => status(Known1, Job1, Education1, Support1),
            Job3 | Education3 | Support3 => status(Known3, Job3, Education3, Support3),
            Job6 | Education6 | Support6 => status(Known6, Job6, Education6, Support6),
            Job12 | Education12 | Support12 => status(Known12, Job12, Education12, Support12),
            LastingJob => vec![get(Job6) - get(LastingJob)],
            Neither225 => vec![get(NoOffer) - get(Neither225), get(Neither225) - get(Neither100)],
            Neither100 => vec![get(NoOffer) - get(Neither100)],
            Business => vec![get(Business) - get(Hours)],
            Up | Down => vec![get(Up), get(Down), get(Measured) - get(Up) - get(Down)],
            TalksQuarter => vec![get(NoTalk), get(Quarter) - get(NoTalk)],
            OfferDays => vec![get(Activated), get(Persons) - get(Activated)],
            _ => Vec::new(),
        }
    }

    /// The counts of persons and spells that it tells, alone and together with other indicators, group by group, all benefits
    /// first.
    fn parts(&self, grid: &Grid, unit: usize, month: usize) -> Vec<[u64; Group::ALL.len()]> {
        let of = |count: Count| Group::ALL.map(|g| grid.get(unit, month, g, count));
        let persons = Count::is_of_people;
        let siblings = Group::ALL.map(|g| self.siblings(|count| grid.get(unit, month, g, count)));
        let mut told: Vec<_> = (0..siblings[0].len()).map(|i| Group::ALL.map(|g| siblings[g as usize][i])).collect();
        told.extend(match self.form {
            Share(a, b) if persons(a) => {
                let (over, under) = (of(a), of(b));
                let mut between = under;
                between.iter_mut().zip(over).for_each(|(b, a)| *b -= a);
                vec![over, under, between]
            }
            Number(a) if persons(a) => vec![of(a)],
            Share(_, b) | Mean(_, b) | Weeks(_, b) if persons(b) => vec![of(b)],
            _ => Vec::new(),
        });
        told
    }

    /// The value of every unit in a month and group, all citizens first. Besides what [`answer`](Self::answer) holds back,
    /// what another could be worked out from by subtraction from the whole is held back.
    pub fn answers(&self, grid: &Grid, month: usize, group: Group, least: u64) -> Vec<Answer> {
        self.table(grid, month, least).swap_remove(group as usize)
    }

    /// The same of every group, in their order. What is held back for what it would tell of another group has to be safe from
    /// the other units too, and the other way round: wherever cells add up, none or more than one is held back, and
    /// no fewer than `least` in all.
    pub fn table(&self, grid: &Grid, month: usize, least: u64) -> Vec<Vec<Answer>> {
        let mut out: Vec<Vec<Answer>> = Group::ALL.map(|g| self.of_units(grid, month, g, least)).into();
        if grid.units == 0 || least <= 1 {
            return out;
        }
        let units = 0..=grid.units;
        let of_group = |group: Group| units.clone().map(|unit| (group, unit)).collect::<Vec<_>>();
        let of_unit = |unit: usize| {
            Group::SUMS.map(|(whole, parts)| [whole].iter().chain(parts).map(|g| (*g, unit)).collect::<Vec<_>>())
        };
        let sums: Vec<Vec<(Group, usize)>> =
            Group::ALL.into_iter().map(of_group).chain(units.clone().flat_map(of_unit)).collect();
        let size = |(group, unit): (Group, usize)| {
            let (over, under) = self.counts();
            grid.get(unit, month, group, under.filter(|c| c.is_of_people()).unwrap_or(over))
        };
        let mut lone = true;
        while lone {
            lone = false;
            for sum in &sums {
                let held = |cell: &(Group, usize)| out[cell.0 as usize][cell.1] == Answer::Few;
                let few = sum[1..].iter().filter(|cell| held(cell)).map(|cell| size(*cell)).sum::<u64>() < least;
                match sum.iter().filter(|cell| held(cell)).count() {
                    0 => continue,
                    1 => {}
                    _ if few && !held(&sum[0]) => {}
                    _ => continue,
                }
                // The smallest that is there, and the whole, which comes first, only where there is no other.
                let others = sum.iter().enumerate().filter(|(_, cell)| !held(cell) && size(**cell) > 0);
                if let Some((_, (group, unit))) = others.min_by_key(|(at, cell)| (*at == 0, size(**cell))) {
                    out[*group as usize][*unit] = Answer::Few;
                    lone = true;
                }
            }
        }
        out
    }

    /// The value of every unit in a month and group, with what units would give away of each other held back.
    fn of_units(&self, grid: &Grid, month: usize, group: Group, least: u64) -> Vec<Answer> {
        let mut out: Vec<Answer> = (0..=grid.units).map(|unit| self.answer(grid, unit, month, group, least)).collect();
        if grid.units == 0 || least <= 1 {
            return out;
        }
        let persons = Count::is_of_people;
        let of = |count: Count| (0..=grid.units).map(move |unit| grid.get(unit, month, group, count));
        let mut tables: Vec<Vec<u64>> = vec![of(Persons).collect()];
        match self.form {
            Number(a) => tables.push(of(a).collect()),
            Share(a, b) => {
                if persons(a) {
                    tables.push(of(a).collect());
                    tables.push(of(b).zip(of(a)).map(|(b, a)| b - a).collect());
                }
                tables.push(of(b).collect());
            }
            Mean(_, b) | Weeks(_, b) if persons(b) => tables.push(of(b).collect()),
            Mean(..) | Weeks(..) => {}
        }
        for counts in tables {
            if counts[1..].iter().sum::<u64>() != counts[0] {
                continue;
            }
            let sum = Sum { total: 0, parts: (1..counts.len()).collect() };
            for (shown, answer) in suppress(&counts, &[sum], least).into_iter().zip(&mut out) {
                if shown.count().is_none() {
                    *answer = Answer::Few;
                }
            }
        }
        out
    }
}

impl Indicator {
    /// Whether it is held back for what it tells of the next month, here or in a part of this: a whole less its other parts
    /// would give the part away.
    fn held_between_months(&self, grid: &Grid, unit: usize, month: usize, group: Group, least: u64) -> bool {
        let units = if unit == 0 { 0..=grid.units } else { unit..=unit };
        let mut parts = Group::ALL.into_iter().filter(|g| group.holds(*g));
        parts.any(|g| units.clone().any(|u| self.tells_of_next_month(grid, u, month, g, least)))
    }

    /// Whether a small flow that is held back could be worked out from this and the persons of two months. Who is on a benefit
    /// in a month and not in the next is an exit; who is new in the next is inflow, and so is a second spell within it. So
    /// exits are at most `persons − persons next + inflow next`, and that inflow is at least `persons next − persons + exits`:
    /// where that leaves one value only, the other flow is held back too.
    fn tells_of_next_month(&self, grid: &Grid, unit: usize, month: usize, group: Group, least: u64) -> bool {
        let few = |n: u64| n > 0 && n < least;
        let fewer = |before: usize| {
            let persons = |month| grid.get(unit, month, group, Persons).cast_signed();
            persons(before) - persons(before + 1)
        };
        if self.counts().0.is_of_exits() && month + 1 < grid.months {
            let (exits, inflow) = (grid.get(unit, month, group, Exit), grid.get(unit, month + 1, group, Inflow));
            return few(inflow) && exits.cast_signed() - fewer(month) >= least.cast_signed() - 1;
        }
        if self.counts().0 == Inflow && month > 0 {
            let (exits, inflow) = (grid.get(unit, month - 1, group, Exit), grid.get(unit, month, group, Inflow));
            return few(exits) && fewer(month - 1) + inflow.cast_signed() <= 1;
        }
        false
    }
}

/// Whether a group has so few persons on the benefit that nothing is told of it, or is the one whose being told would give such
/// a group away: days and persons of all benefits are much the same as the sum of the groups.
fn few_persons(grid: &Grid, unit: usize, month: usize, group: Group, least: u64) -> bool {
    let persons = |g: Group| grid.get(unit, month, g, Persons);
    let few = |n: u64| n > 0 && n < least;
    let Some((whole, parts)) = Group::SUMS.into_iter().find(|(_, parts)| parts.contains(&group)) else {
        return few(persons(group));
    };
    // The parts of what is held back would give it away.
    if whole != Group::All && persons(group) > 0 && few_persons(grid, unit, month, whole, least) {
        return true;
    }
    let (mut held, mut others): (Vec<Group>, Vec<Group>) =
        parts.iter().filter(|g| persons(**g) > 0).partition(|g| few(persons(**g)));
    others.sort_by_key(|g| (persons(*g), *g));
    let mut others = others.into_iter();
    while !held.is_empty() && (held.len() == 1 || held.iter().map(|g| persons(*g)).sum::<u64>() < least) {
        match others.next() {
            Some(next) => held.push(next),
            None => break,
        }
    }
    held.contains(&group)
}

/// Whether a group's count is held back where it is one of those that add up to a whole, so that none can be worked out.
fn among_groups(counts: &[u64; Group::ALL.len()], group: Group, least: u64) -> bool {
    let held = |(whole, parts): (Group, &[Group])| {
        let counts: Vec<u64> = [whole].iter().chain(parts).map(|g| counts[*g as usize]).collect();
        let sum = Sum { total: 0, parts: (1..counts.len()).collect() };
        let at = [whole].iter().chain(parts).position(|g| *g == group);
        at.is_some_and(|at| {
            counts[1..].iter().sum::<u64>() == counts[0] && suppress(&counts, &[sum], least)[at].count().is_none()
        })
    };
    // The parts of what is held back would give it away.
    let whole = group.whole().filter(|w| *w != Group::All && counts[group as usize] > 0);
    whole.is_some_and(|whole| among_groups(counts, whole, least)) || Group::SUMS.into_iter().any(held)
}
