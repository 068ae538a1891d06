//! The week in a mail: what happened, how far it is to what the law asks, results, and whom to ask in the house.

use super::ask::{Ask, Query};
use super::learning::sentence;
use super::overview;
use super::supervision::Supervised;
use crate::benchmark::{Expected, Known, When};
use crate::words;
use charts::{Cell, Table, number};
use figures::{BenefitGroup, Published};
use reports::{Document, Part, Section};
use results::indicators::{Histories, Week, weeks};
use results::learn::LearningMap;
use timeline::{Date, Lang};

/// Weeks that the last one is held against.
const BEFORE: usize = 8;
/// So many teams are named to ask.
const ASKED: usize = 3;

/// What a week's mail is written from.
pub struct Digest<'a> {
    /// Published figures.
    pub figures: Published,
    /// Code of the municipality.
    pub municipality: &'a str,
    /// The caseload.
    pub histories: &'a Histories,
    /// What the law asks of it.
    pub supervised: &'a Supervised<'a>,
    /// Teams against what their people lead one to expect, where that can be told.
    pub map: Option<&'a LearningMap>,
    /// Where the portal is, for links.
    pub portal: Option<&'a str>,
}

/// The last Sunday up to a day.
fn sunday(on: Date) -> Date {
    let back = i64::from(on.weekday().to_monday_one_offset() % 7);
    on.saturating_sub(jiff::Span::new().days(back))
}

/// To the nearest ten: with the flows between, one Sunday's exact number would tell a flow that is held back.
fn about(n: u64) -> u64 {
    (n + 5) / 10 * 10
}

/// What is counted of a week, in words, and how.
const ROWS: [(&str, &str, fn(&Week) -> u64); 7] = [
    ("Nye forløb på ydelse", "New spells on benefit", |w| w.begun),
    ("Forløb, der sluttede", "Spells that ended", |w| w.ended),
    ("Job, der begyndte efter en ydelse", "Jobs that began after a benefit", |w| w.jobs),
    ("Tilbud, der begyndte", "Offers that began", |w| w.offers),
    ("Holdte samtaler", "Talks held", |w| w.talks),
    ("På ydelse om søndagen, cirka", "On benefit on the Sunday, about", |w| about(w.persons)),
    ("Heraf uden samtale i 91 dage", "Of them, no talk for 91 days", |w| w.no_talk),
];

impl Digest<'_> {
    /// The mail of the last whole week.
    ///
    /// # Errors
    /// In words: a municipality that is none, or a model that cannot be fitted.
    pub fn document(&self, lang: Lang) -> Result<Document, String> {
        let last = sunday(self.supervised.on);
        let week = last.iso_week_date().week();
        let known = Known::new(self.figures.clone());
        let query = Query::of(self.municipality, None, None);
        let ask = Ask::new(self.municipality, &query, lang).map_err(|e| e.words())?;
        let mut sections = vec![self.week(last, lang)];
        sections.push(self.law(lang));
        sections.push(Self::results(&known, &ask)?);
        sections.extend(self.whom_to_ask(lang));
        let (name, monday) = (&ask.place.name, last.saturating_sub(jiff::Span::new().days(6)));
        let (from, to) = (words::date(monday, lang), words::date(last, lang));
        let day = words::date(self.supervised.on, lang);
        Ok(Document {
            lang: if lang == Lang::Da { reports::Lang::Da } else { reports::Lang::En },
            title: match lang {
                Lang::Da => format!("{name}, uge {week}"),
                Lang::En => format!("{name}, week {week}"),
            },
            subtitle: match lang {
                Lang::Da => format!("{from} til {to}, som det var kendt {day}."),
                Lang::En => format!("{from} to {to}, as known on {day}."),
            },
            foot: match (self.portal, lang) {
                (Some(at), Lang::Da) => {
                    format!("Lavet med Trædesten. Se mere: {}/resultater", at.trim_end_matches('/'))
                }
                (Some(at), Lang::En) => {
                    format!("Made with Trædesten. See more: {}/resultater", at.trim_end_matches('/'))
                }
                (None, Lang::Da) => "Lavet med Trædesten.".to_owned(),
                (None, Lang::En) => "Made with Trædesten.".to_owned(),
            },
            sections,
        })
    }

    fn week(&self, last: Date, lang: Lang) -> Section {
        let danish = lang == Lang::Da;
        let all = weeks(self.histories, last, BEFORE + 1);
        let (before, now) = all.split_at(BEFORE);
        let now = now.first().copied().unwrap_or_default();
        let least = self.supervised.least;
        let shown = |n: f64| {
            let few = n > 0.0 && n < least as f64;
            // No number stands behind it.
            if few { Cell::Number(f64::NAN, format!("under {least}")) } else { Cell::Number(n, number(n, 0, danish)) }
        };
        let of_now = |of: fn(&Week) -> u64| shown(of(&now) as f64);
        // In whole numbers: two mails after each other would tell a week apart otherwise.
        let mean = |of: fn(&Week) -> u64| {
            let mean = before.iter().map(of).sum::<u64>() as f64 / BEFORE as f64;
            shown(if mean < least as f64 { mean } else { mean.round() })
        };
        let rows = ROWS.map(|(da, en, of)| vec![Cell::Text(lang.pick(da, en).to_owned()), of_now(of), mean(of)]);
        let (began, ended) = (of_now(|w| w.begun), of_now(|w| w.ended));
        let (usual, usually) = (mean(|w| w.begun), mean(|w| w.ended));
        let [began, ended, usual, usually] = [&began, &ended, &usual, &usually].map(Cell::shown);
        let lead = match lang {
            Lang::Da => format!(
                "{began} nye forløb, {ended} sluttede. De {BEFORE} uger før: {usual} nye og {usually} sluttede om ugen."
            ),
            Lang::En => {
                format!(
                    "{began} new spells, {ended} ended. The {BEFORE} weeks before: {usual} new and {usually} ended a week."
                )
            }
        };
        let table = Table {
            caption: String::new(),
            columns: match lang {
                Lang::Da => vec!["Hvad".to_owned(), "Ugen".to_owned(), format!("{BEFORE} uger før, pr. uge")],
                Lang::En => vec!["What".to_owned(), "The week".to_owned(), format!("{BEFORE} weeks before, a week")],
            },
            rows: rows.to_vec(),
        };
        let note = lang.pick(
            "Et skift mellem ydelser er hverken nyt eller slut. Om et forløb, der sluttede, bliver ved at være slut, ved man først senere; registreringer, der kommer sent, kan ændre tallene.",
            "A change between benefits is neither new nor ended. Whether a spell that ended stays ended is known only later; records that come late may change the figures.",
        );
        Section {
            heading: lang.pick("Ugen", "The week").to_owned(),
            parts: vec![Part::Lead(lead), Part::Table(table), Part::Note(note.to_owned())],
        }
    }

    fn law(&self, lang: Lang) -> Section {
        let (heading, lacking) = self.supervised.lacking(lang);
        let mut parts = vec![Part::Lead(format!("{heading}."))];
        if !lacking.is_empty() {
            parts.push(Part::Points(lacking));
        }
        Section {
            heading: lang.pick("Det, loven kræver af gruppen", "What the law asks of the group").to_owned(),
            parts,
        }
    }

    fn results(known: &Known, ask: &Ask) -> Result<Section, String> {
        let mut points = Vec::new();
        let newest = overview::later_months(known).first().copied();
        for group in [BenefitGroup::ADagpenge, BenefitGroup::Kontanthjaelp] {
            let Some(month) = newest else { break };
            let ask = Ask { group, when: When::To(month), by: Expected::Own, ..ask.clone() };
            let found = ask.found(known, group).map_err(|e| e.words())?;
            points.push(format!("{}.", overview::heading(&ask, found.of(&ask.place.code))));
        }
        let lang = ask.lang;
        let source = lang.pick(
            "Mod vores egen forventning ud fra kommunens vilkår; intervaller og forbehold står på siden Resultater.",
            "Against our own expectation from the municipality's conditions; intervals and reservations stand on the page Results.",
        );
        let parts = vec![Part::Points(points), Part::Note(source.to_owned())];
        Ok(Section { heading: lang.pick("Resultater", "Results").to_owned(), parts })
    }

    fn whom_to_ask(&self, lang: Lang) -> Option<Section> {
        let map = self.map?;
        let one = |cell: &&results::learn::Cell| {
            format!("{} · {}: {}", cell.unit, cell.group.label(lang), sentence(cell, map, lang))
        };
        let points: Vec<String> = map.ask().iter().take(ASKED).map(one).collect();
        let heading = lang.pick("Hvem i huset kan man spørge?", "Whom in the house can one ask?");
        (!points.is_empty()).then(|| Section { heading: heading.to_owned(), parts: vec![Part::Points(points)] })
    }
}

#[cfg(test)]
mod tests {
    use super::sunday;
    use timeline::date;

    #[test]
    fn the_last_whole_week_ends_on_the_last_sunday() {
        assert_eq!(sunday(date(2026, 11, 26)), date(2026, 11, 22));
        assert_eq!(sunday(date(2026, 11, 22)), date(2026, 11, 22));
        assert_eq!(sunday(date(2026, 11, 23)), date(2026, 11, 22));
    }
}
