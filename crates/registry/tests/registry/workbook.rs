//! The workbook, there and back.

use registry::{Imported, WORKBOOK_KINDS, read_workbook, workbook_sheets};
use std::collections::BTreeSet;
use tables::{Column, Sheet, Value, read_any, read_csv, write_csv, write_xlsx};
use testkit::{TODAY, citizen, day};
use timeline::{
    Answer, AnsweredBy, Channel, Event, Fritagelse, GoalState, Holder, Indicator, Journey, Lang, Maalgruppe, Period,
    Person, Role, Scale, Sex, StepState, TalkState, Tilbud, Ydelse, sample,
};

/// One fact of each kind that the workbook has rows for, with everything that a row can say.
fn told() -> Journey {
    let on = |text: &str| Period::day(day(text));
    let span = |text: &str| text.parse::<Period>().expect("a period");
    let text = |text: &str| Some(text.to_owned());
    let scale = Scale { version: "1".to_owned(), low: 1, high: 5 };
    let measured = |answer| Event::Progression {
        indicator: Indicator::TroPaaJob,
        by: AnsweredBy::Adviser,
        scale: scale.clone(),
        answer,
    };
    let talk = |state, holder, channel, summary: &str| {
        let summary = Some(summary.to_owned()).filter(|s| !s.is_empty());
        Event::Talk { state, holder, channel, purpose: None, summary, time: None }
    };
    let goal = |text: &str, own_words| Event::Goal { text: text.to_owned(), state: GoalState::Changed, own_words };
    let (netto, bilka) = (Some(sample::company("Netto")), Some(sample::company("Bilka")));
    citizen("Anna \"Ærø\" Holm; født Dam")
        .person(|p| {
            p.born = Some(day("1861-07-07"));
            p.sex = Some(Sex::Female);
            p.municipality = Some("0730".to_owned());
            p.prefers = Some("telefon, efter kl. 16".to_owned());
        })
        .enters(day("2026-03-02"), Ydelse::Kontanthjaelp, Maalgruppe::Jobparat)
        .learned(day("2026-04-01"))
        .fact(on("2026-03-02"), Event::Registration { with: Holder::AKasse })
        .fact(on("2026-03-03"), Event::Cv { approved: true })
        .fact(on("2026-03-09"), talk(TalkState::Held, Holder::Faelles, Channel::Video, "To\nlinjer, »og« \"tegn\""))
        .fact(on("2026-12-03"), talk(TalkState::Planned, Holder::Kommune, Channel::InPerson, ""))
        .fact(
            span("2026-04-06..2026-05-01"),
            Event::Offer {
                offer: Tilbud::Virksomhedspraktik,
                planned: false,
                hours_per_week: Some(25.0),
                company: netto,
                title: text("Lager"),
            },
        )
        .fact(span("2026-05-11.."), Event::OrdinaryHours { hours_per_week: 6.25, company: bilka.clone() })
        .fact(span("2026-11-30.."), Event::Employment { company: bilka, hours_per_week: Some(37.0), fleksjob: false })
        .fact(span("2024-08-12..2024-12-20"), Event::Education { title: "Lageruddannelsen".to_owned() })
        .fact(span("2026-07-06..2026-07-24"), Event::Absence { reason: Fritagelse::Ferie })
        .fact(
            span("2026-07-06..2026-07-24"),
            Event::Exemption { reason: Fritagelse::PersonligBegrundet, rules: vec![], because: text("Flytning") },
        )
        .fact(on("2026-04-01"), goal("Arbejde på lager", true))
        .fact(on("2026-04-01"), goal("Fast arbejde", false))
        .fact(
            on("2026-04-01"),
            Event::Step {
                text: "Truckkort".to_owned(),
                who: "Anna".to_owned(),
                state: StepState::Done,
                due: Some(day("2026-07-01")),
            },
        )
        .fact(on("2026-04-01"), measured(Answer::Value(4)))
        .fact(on("2026-06-01"), measured(Answer::NotAnswered))
        .fact(
            span("2026-03-02.."),
            Event::Assignment {
                role: Role::Sagsbehandler,
                staff: "r-01".to_owned(),
                name: "Mette Krag".to_owned(),
                unit: text("Team Job"),
            },
        )
        .fact(
            span("2026-04-06..2026-06-30"),
            Event::OtherField { field: "Sundhed".to_owned(), title: "Rygtræning".to_owned() },
        )
        .fact(on("2026-04-22"), Event::Note { text: "Ring efter klokken 16.".to_owned(), shared: false })
        .journey()
}

type Sheets = [(&'static str, Vec<Column>, Vec<Vec<Value>>); 2];

fn as_xlsx(sheets: &Sheets) -> Vec<Sheet> {
    let [people, facts] = sheets.each_ref().map(|(name, columns, rows)| (*name, &columns[..], &rows[..]));
    read_any("sager.xlsx", &write_xlsx(&[people, facts]).expect("a workbook")).expect("a workbook")
}

fn as_csv(sheets: &Sheets) -> Vec<Sheet> {
    let read = |(name, columns, rows): &(&str, Vec<Column>, Vec<Vec<Value>>)| {
        read_csv(&format!("{name}.csv"), &write_csv(columns, rows)).expect("a table")
    };
    sheets.iter().map(read).collect()
}

/// What a journey says, without ids and sources, which a workbook does not carry.
fn says(journey: &Journey) -> (&Person, Vec<(Period, jiff::civil::Date, &Event)>) {
    let facts = journey.current().map(|f| (f.holds, f.learned, &f.event)).collect();
    (journey.person.as_ref().expect("a person"), facts)
}

fn read(sheets: &[Sheet]) -> Imported {
    read_workbook(sheets, TODAY, Lang::Da).expect("a workbook without faults")
}

#[test]
fn what_is_written_as_a_workbook_or_as_csv_is_read_back_equal() {
    let journeys = [told(), citizen("Bo Dam").journey(), told()];
    let ids = [7, 8, 9].into_iter().zip(journeys);
    let journeys: Vec<Journey> =
        ids.map(|(id, journey)| Journey { citizen: timeline::CitizenId(id), ..journey }).collect();
    let (sheets, left_out) = workbook_sheets(&journeys);
    assert_eq!(left_out, 0);
    let kinds: BTreeSet<String> = sheets[1].2.iter().map(|row| format!("{:?}", row[1])).collect();
    assert_eq!(kinds.len(), WORKBOOK_KINDS.len(), "every kind is in it");
    for sheets in [as_xlsx(&sheets), as_csv(&sheets)] {
        let imported = read(&sheets);
        assert_eq!(imported.journeys.iter().map(|j| j.0).collect::<Vec<_>>(), [2, 3, 4], "the rows they stood in");
        for ((_, found), expected) in imported.journeys.iter().zip(&journeys) {
            assert_eq!(says(found), says(expected));
            assert_ne!(found.citizen, expected.citizen, "a fresh id");
            found.check().unwrap();
        }
    }
}

#[test]
fn text_that_looks_like_a_formula_is_read_back_as_it_was() {
    let texts = ["-3 grader og sne", "=1+1", "+45 12 34 56 78", "@hjemme", "'citat'", "'=1+1", "-", "12,5", "007"];
    let journey = texts.iter().fold(citizen("Anna Holm"), |told, text| {
        told.fact(Period::day(day("2026-03-02")), Event::Note { text: (*text).to_owned(), shared: false })
    });
    let journey = journey.journey();
    let (sheets, _) = workbook_sheets(std::slice::from_ref(&journey));
    for sheets in [as_xlsx(&sheets), as_csv(&sheets)] {
        assert_eq!(says(&read(&sheets).journeys[0].1), says(&journey));
    }
}

#[test]
fn what_a_workbook_has_no_row_for_is_counted() {
    let (sheets, left_out) = workbook_sheets(&[sample::journey()]);
    let journey = sample::journey();
    let no_row =
        ["job_search", "booking", "method_choice", "method_reflection", "company_contact", "consent", "experiment"];
    let expected = journey.current().filter(|f| no_row.contains(&f.event.kind())).count();
    assert!(left_out >= expected as u64, "{left_out}");
    assert_eq!(sheets[1].2.len() + left_out as usize, journey.current().count(), "nothing is left out uncounted");
    let read = read_workbook(&as_csv(&sheets), day("2026-12-31"), Lang::Da).expect("learned by the end of the year");
    assert_eq!(read.journeys[0].1.facts.len(), sheets[1].2.len());
}

#[test]
fn what_a_row_cannot_say_is_left_out_rather_than_turned_into_something_else() {
    let on = Period::day(day("2026-04-01"));
    let scale = |low, high| Scale { version: "2".to_owned(), low, high };
    let (indicator, by) = (Indicator::Helbred, AnsweredBy::Citizen);
    for event in [
        Event::Cv { approved: false },
        Event::Note { text: "Deles med borgeren".to_owned(), shared: true },
        Event::Benefit { benefit: Ydelse::Sygedagpenge, share_percent: Some(50) },
        Event::Assignment { role: Role::Tovholder, staff: "t-1".to_owned(), name: "Ib Øst".to_owned(), unit: None },
        Event::Progression { indicator, by, scale: scale(1, 5), answer: Answer::Value(3) },
        Event::Progression { indicator, by, scale: scale(0, 10), answer: Answer::Value(8) },
        Event::Offer { offer: Tilbud::Mentor, planned: true, hours_per_week: None, company: None, title: None },
    ] {
        let journey = citizen("Anna Holm").fact(on, event).journey();
        let (sheets, left_out) = workbook_sheets(std::slice::from_ref(&journey));
        match read_workbook(&as_csv(&sheets), TODAY, Lang::Da) {
            Ok(read) if left_out == 0 => assert_eq!(says(&read.journeys[0].1), says(&journey)),
            Ok(read) => assert_eq!((left_out, read.journeys[0].1.facts.len()), (1, 0)),
            Err(faults) => panic!("its own workbook cannot be read: {faults:?}"),
        }
    }
}

#[test]
fn cells_that_a_spreadsheet_keeps_as_numbers_and_days_are_read_as_what_they_are() {
    let column = |names: &[&str]| names.iter().map(|n| Column::new(*n, 9)).collect::<Vec<_>>();
    let people = column(&["borger", "navn", "foedt", "kommune"]);
    let facts = column(&["borger", "slags", "fra", "hvad", "hvem", "timer", "vaerdi", "cvr", "virksomhed"]);
    let (born, from) = (Value::Date(day("1980-03-24")), Value::Date(day("2026-03-02")));
    let number = |n: f64| Value::Number(n);
    let text = |t: &str| Value::Text(t.to_owned());
    let person = vec![number(1.0), text("Anna Holm"), born, number(730.0)];
    let hours = vec![
        number(1.0),
        text("Ordinære timer"),
        from.clone(),
        Value::Missing,
        Value::Missing,
        number(12.5),
        Value::Missing,
        number(99_999_993.0),
        text("Netto"),
    ];
    let group = vec![number(1.0), text("målgruppe"), from, number(6.2)];
    let rows = [hours, group];
    let bytes = write_xlsx(&[("Borgere", &people, &[person]), ("Oplysninger", &facts, &rows)]).unwrap();
    let imported = read(&read_any("x.xlsx", &bytes).unwrap());
    let journey = &imported.journeys[0].1;
    assert_eq!(journey.person.as_ref().unwrap().municipality.as_deref(), Some("0730"));
    let hours = Event::OrdinaryHours {
        hours_per_week: 12.5,
        company: Some(timeline::Company { p_number: None, ..sample::company("Netto") }),
    };
    let group = Event::TargetGroup { group: Maalgruppe::Jobparat, readiness: None };
    assert_eq!(says(journey).1.iter().map(|f| f.2).collect::<Vec<_>>(), [&hours, &group]);
}
