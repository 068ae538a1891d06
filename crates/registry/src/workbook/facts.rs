//! One row of `Oplysninger` as a fact.

use tables::{CellError, Expected, Row};
use timeline::{
    Answer, AnsweredBy, Channel, Company, Event, Fritagelse, GoalState, Holder, Indicator, Maalgruppe, Period, Role,
    Scale, StepState, TalkState, Tilbud, Ydelse,
};

/// Words of the column `slags`.
pub const WORKBOOK_KINDS: [&str; 17] = [
    "ydelse",
    "målgruppe",
    "tilmelding",
    "cv",
    "samtale",
    "tilbud",
    "ordinære timer",
    "job",
    "uddannelse",
    "fravær",
    "fritagelse",
    "mål",
    "skridt",
    "progression",
    "rådgiver",
    "andet fagområde",
    "note",
];

/// The longest text that a journey keeps.
const LONGEST_TEXT: usize = 20_000;

/// A word of a closed list, by its code or its Danish label, small or capital letters.
macro_rules! word {
    ($row:expr, $column:expr, $type:ty) => {{
        let text = $row.needed($column)?.to_lowercase();
        <$type>::ALL
            .iter()
            .copied()
            .find(|v| v.code() == text || v.da().to_lowercase() == text)
            .ok_or_else(|| $row.wrong($column, Expected::OneOf(<$type>::ALL.iter().map(|v| v.da()).collect())))?
    }};
}

/// The days and the event of a row.
pub(super) fn read(row: &Row<'_>) -> Result<(Period, Event), CellError> {
    let kind = row.needed("slags")?.to_lowercase();
    let from = row.date("fra")?.ok_or_else(|| row.wrong("fra", Expected::Date))?;
    let to = row.date("til")?;
    // For a step the column holds when it is due, which may have been before it was written down.
    if kind != "skridt" && to.is_some_and(|to| to < from) {
        let (da, en) = ("en dag, der ikke er før »fra«", "a day that is not before \"fra\"");
        return Err(row.wrong("til", Expected::Other(da.to_owned(), en.to_owned())));
    }
    let span = Period { from, to };
    let day = Period::day(from);
    if row.text("tekst").chars().count() > LONGEST_TEXT {
        let (da, en) = (format!("højst {LONGEST_TEXT} tegn"), format!("at most {LONGEST_TEXT} characters"));
        return Err(row.wrong_unsaid("tekst", Expected::Other(da, en)));
    }
    let text = || row.needed("tekst").map(str::to_owned);
    let some = |column: &str| row.some(column).map(str::to_owned);
    Ok(match kind.as_str() {
        "ydelse" => (span, Event::Benefit { benefit: word!(row, "hvad", Ydelse), share_percent: None }),
        "målgruppe" => (span, Event::TargetGroup { group: word!(row, "hvad", Maalgruppe), readiness: None }),
        "tilmelding" => (day, Event::Registration { with: word!(row, "hvem", Holder) }),
        "cv" => (day, Event::Cv { approved: true }),
        "samtale" => {
            let state = word!(row, "hvad", TalkState);
            let channel = word!(row, "form", Channel);
            let holder = if row.some("hvem").is_some() { word!(row, "hvem", Holder) } else { Holder::Kommune };
            (day, Event::Talk { state, holder, channel, purpose: None, summary: some("tekst"), time: None })
        }
        "tilbud" => {
            let offer = word!(row, "hvad", Tilbud);
            (
                span,
                Event::Offer {
                    offer,
                    planned: false,
                    hours_per_week: hours(row)?,
                    company: company(row)?,
                    title: some("tekst"),
                },
            )
        }
        "ordinære timer" => {
            let hours_per_week = hours(row)?.ok_or_else(|| row.wrong("timer", Expected::Number))?;
            (span, Event::OrdinaryHours { hours_per_week, company: company(row)? })
        }
        "job" => (span, Event::Employment { company: company(row)?, hours_per_week: hours(row)?, fleksjob: false }),
        "uddannelse" => (span, Event::Education { title: text()? }),
        "fravær" => (span, Event::Absence { reason: word!(row, "hvad", Fritagelse) }),
        "fritagelse" => {
            (span, Event::Exemption { reason: word!(row, "hvad", Fritagelse), rules: vec![], because: some("tekst") })
        }
        "mål" => {
            let own_words = row.some("hvem").is_none() || word!(row, "hvem", AnsweredBy) == AnsweredBy::Citizen;
            (day, Event::Goal { text: text()?, state: goal_state(row)?, own_words })
        }
        "skridt" => {
            let who = row.needed("hvem")?.to_owned();
            let state = if row.some("hvad").is_some() { word!(row, "hvad", StepState) } else { StepState::Agreed };
            (day, Event::Step { text: text()?, who, state, due: to })
        }
        "progression" => {
            let indicator = word!(row, "hvad", Indicator);
            let by = if row.some("hvem").is_some() { word!(row, "hvem", AnsweredBy) } else { AnsweredBy::Citizen };
            let answer = match row.integer("vaerdi")? {
                Some(value @ 1..=5) => Answer::Value(value as i32),
                Some(_) => {
                    let (da, en) = ("et helt tal fra 1 til 5", "a whole number from 1 to 5");
                    return Err(row.wrong("vaerdi", Expected::Other(da.to_owned(), en.to_owned())));
                }
                None => Answer::NotAnswered,
            };
            let scale = Scale { version: "1".to_owned(), low: 1, high: 5 };
            (day, Event::Progression { indicator, by, scale, answer })
        }
        "rådgiver" => {
            let name = row.needed("hvem")?.to_owned();
            let staff = some("hvad").unwrap_or_else(|| name.to_lowercase().replace(' ', "-"));
            (span, Event::Assignment { role: Role::Sagsbehandler, staff, name, unit: some("enhed") })
        }
        "andet fagområde" => (span, Event::OtherField { field: row.needed("hvad")?.to_owned(), title: text()? }),
        "note" => (day, Event::Note { text: text()?, shared: false }),
        _ => return Err(row.wrong("slags", Expected::OneOf(WORKBOOK_KINDS.to_vec()))),
    })
}

fn goal_state(row: &Row<'_>) -> Result<GoalState, CellError> {
    Ok(if row.some("hvad").is_some() { word!(row, "hvad", GoalState) } else { GoalState::Set })
}

fn hours(row: &Row<'_>) -> Result<Option<f32>, CellError> {
    match row.number("timer")? {
        Some(h) if (0.0..=60.0).contains(&h) => Ok(Some(h as f32)),
        None => Ok(None),
        Some(_) => {
            let (da, en) = ("timer om ugen, fra 0 til 60", "hours a week, 0 to 60");
            Err(row.wrong("timer", Expected::Other(da.to_owned(), en.to_owned())))
        }
    }
}

fn company(row: &Row<'_>) -> Result<Option<Company>, CellError> {
    let Some(name) = row.some("virksomhed") else {
        let numbered = row.some("cvr").or(row.some("p_nummer")).is_some();
        return if numbered { Err(row.wrong("virksomhed", Expected::Something)) } else { Ok(None) };
    };
    let other = |da: &str, en: &str| Expected::Other(da.to_owned(), en.to_owned());
    let cvr = row
        .some("cvr")
        .map(|t| {
            t.parse()
                .map_err(|_| row.wrong("cvr", other("et CVR-nummer på otte cifre", "a CVR number of eight digits")))
        })
        .transpose()?;
    let p_number = row
        .some("p_nummer")
        .map(|t| {
            t.parse().map_err(|_| row.wrong("p_nummer", other("et P-nummer på ti cifre", "a P-number of ten digits")))
        })
        .transpose()?;
    Ok(Some(Company { name: name.to_owned(), cvr, p_number }))
}
