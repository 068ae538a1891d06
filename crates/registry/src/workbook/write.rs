//! Journeys as the two sheets, the way back.

use super::{CITIZEN_COLUMNS, FACT_COLUMNS};
use tables::{Column, Value};
use timeline::{Answer, Company, Event, Fact, Journey, Role, Sex};

/// A sheet's name, columns and rows.
pub type SheetOut = (&'static str, Vec<Column>, Vec<Vec<Value>>);

/// Both sheets. Only what holds now is written, without CPR numbers; what the workbook has no row for is counted in the
/// last value.
pub fn workbook_sheets(journeys: &[Journey]) -> ([SheetOut; 2], u64) {
    let columns = |names: &[&str]| names.iter().map(|n| Column::new(*n, 16)).collect();
    let mut people = Vec::new();
    let mut facts = Vec::new();
    let mut left_out = 0;
    for journey in journeys {
        let key = journey.citizen.to_string();
        let person = journey.person.as_ref();
        people.push(vec![
            key.clone().into(),
            person.map_or("", |p| p.name.as_str()).into(),
            Value::Missing,
            person.and_then(|p| p.born).into(),
            person.and_then(|p| p.sex).map(|s| if s == Sex::Female { "kvinde" } else { "mand" }).into(),
            person.and_then(|p| p.municipality.clone()).into(),
            person.and_then(|p| p.prefers.clone()).into(),
        ]);
        for fact in journey.current() {
            match row(&key, fact) {
                Some(row) => facts.push(row),
                None => left_out += 1,
            }
        }
    }
    ([("Borgere", columns(&CITIZEN_COLUMNS), people), ("Oplysninger", columns(&FACT_COLUMNS), facts)], left_out)
}

/// The cells of a row that depend on the kind of fact.
#[derive(Default)]
struct Cells<'a> {
    kind: &'a str,
    what: &'a str,
    form: &'a str,
    who: &'a str,
    hours: Option<f64>,
    value: Option<i32>,
    company: Option<&'a Company>,
    text: &'a str,
    unit: &'a str,
}

fn cells(event: &Event) -> Option<Cells<'_>> {
    let none = Cells::default;
    // What the row has no cell for would be read back as something else.
    let turned = match event {
        Event::Benefit { share_percent, .. } => share_percent.is_some(),
        Event::Cv { approved } => !approved,
        Event::Offer { planned, .. } => *planned,
        Event::Progression { scale, .. } => (scale.version.as_str(), scale.low, scale.high) != ("1", 1, 5),
        Event::Assignment { role, .. } => *role != Role::Sagsbehandler,
        Event::Note { shared, .. } => *shared,
        _ => false,
    };
    if turned {
        return None;
    }
    let number = |h: f32| (f64::from(h) * 100.0).round() / 100.0;
    Some(match event {
        Event::Benefit { benefit, .. } => Cells { kind: "ydelse", what: benefit.da(), ..none() },
        Event::TargetGroup { group, .. } => Cells { kind: "målgruppe", what: group.da(), ..none() },
        Event::Registration { with } => Cells { kind: "tilmelding", who: with.da(), ..none() },
        Event::Cv { .. } => Cells { kind: "cv", ..none() },
        Event::Talk { state, holder, channel, summary, .. } => Cells {
            kind: "samtale",
            what: state.da(),
            form: channel.da(),
            who: holder.da(),
            text: summary.as_deref().unwrap_or(""),
            ..none()
        },
        Event::Offer { offer, hours_per_week, company, title, .. } => Cells {
            kind: "tilbud",
            what: offer.da(),
            hours: hours_per_week.map(number),
            company: company.as_ref(),
            text: title.as_deref().unwrap_or(""),
            ..none()
        },
        Event::OrdinaryHours { hours_per_week, company } => {
            Cells { kind: "ordinære timer", hours: Some(number(*hours_per_week)), company: company.as_ref(), ..none() }
        }
        Event::Employment { company, hours_per_week, fleksjob: false } => {
            Cells { kind: "job", hours: hours_per_week.map(number), company: company.as_ref(), ..none() }
        }
        Event::Education { title } => Cells { kind: "uddannelse", text: title, ..none() },
        Event::Absence { reason } => Cells { kind: "fravær", what: reason.da(), ..none() },
        Event::Exemption { reason, because, .. } => {
            Cells { kind: "fritagelse", what: reason.da(), text: because.as_deref().unwrap_or(""), ..none() }
        }
        Event::Goal { text, state, own_words } => {
            let who = if *own_words { "borgeren" } else { "rådgiveren" };
            Cells { kind: "mål", what: state.da(), who, text, ..none() }
        }
        Event::Step { text, who, state, .. } => Cells { kind: "skridt", what: state.da(), who, text, ..none() },
        Event::Progression { indicator, by, answer, .. } => Cells {
            kind: "progression",
            what: indicator.da(),
            who: by.da(),
            value: match answer {
                Answer::Value(v) => Some(*v),
                Answer::NotAnswered => None,
            },
            ..none()
        },
        Event::Assignment { name, unit, staff, .. } => {
            Cells { kind: "rådgiver", what: staff, who: name, unit: unit.as_deref().unwrap_or(""), ..none() }
        }
        Event::OtherField { field, title } => Cells { kind: "andet fagområde", what: field, text: title, ..none() },
        Event::Note { text, .. } => Cells { kind: "note", text, ..none() },
        _ => return None,
    })
}

fn row(key: &str, fact: &Fact) -> Option<Vec<Value>> {
    let c = cells(&fact.event)?;
    let to = match &fact.event {
        Event::Step { due, .. } => *due,
        _ => fact.holds.to,
    };
    Some(vec![
        key.into(),
        c.kind.into(),
        fact.holds.from.into(),
        to.into(),
        c.what.into(),
        c.form.into(),
        c.who.into(),
        c.hours.into(),
        c.value.map(f64::from).into(),
        c.company.map(|c| c.name.as_str()).into(),
        c.company.and_then(|c| c.cvr).map(|n| n.to_string()).into(),
        c.company.and_then(|c| c.p_number).map(|n| n.to_string()).into(),
        c.text.into(),
        c.unit.into(),
        fact.learned.into(),
    ])
}
