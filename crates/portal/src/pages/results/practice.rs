//! Descriptions of practice: read, written, changed, taken back.

use super::learning::{Asked, Query};
use crate::error::Failure;
use crate::forms::Values;
use crate::shell::Reader;
use crate::state::{AppState, DEMO_USER};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use registry::{Description, PracticeNote, RegistryError};
use results::learn::{METHODS, method_name};
use std::sync::Arc;
use timeline::{Lang, Maalgruppe};

/// Letters in a field at most.
const LONGEST: usize = 4_000;

/// A description as a page shows it.
pub(super) struct Note {
    pub id: i64,
    pub title: String,
    pub unit: String,
    pub group: String,
    pub method: String,
    pub contact: String,
    pub parts: Vec<(&'static str, String)>,
    pub written: String,
    pub change_href: String,
}

pub(super) fn notes_of(
    notes: &[PracticeNote],
    asked: &Asked,
    lang: Lang,
    keep: impl Fn(&PracticeNote) -> bool,
) -> Vec<Note> {
    let danish = lang == Lang::Da;
    let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC);
    let note = |n: &PracticeNote| {
        let says = &n.says;
        let parts = [
            (lang.pick("Hvad vi gør", "What we do"), &says.does),
            (lang.pick("For hvem", "For whom"), &says.for_whom),
            (lang.pick("Hvad vi lærte", "What we learned"), &says.learned),
            (lang.pick("Hvad der slog fejl", "What failed"), &says.failed),
        ];
        Note {
            id: n.id,
            title: says.title.clone(),
            unit: says.unit.clone(),
            group: Maalgruppe::from_code(&says.group).map_or(says.group.clone(), |g| g.label(lang).to_owned()),
            method: method_name(&says.method, danish).to_owned(),
            contact: says.contact.clone(),
            parts: parts.into_iter().filter(|(_, t)| !t.is_empty()).map(|(l, t)| (l, t.clone())).collect(),
            written: crate::words::date(n.at.to_zoned(zone.clone()).date(), lang),
            change_href: format!("{}&skriv={}#skriv", asked.href(), n.id),
        }
    };
    notes.iter().filter(|n| keep(n)).map(note).collect()
}

/// A field of the form: name, label, hint, whether it is a long text, what stands in it, what is wrong with it.
pub(super) struct Part {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub long: bool,
    pub value: String,
    pub fault: Option<String>,
}

/// The form.
pub(super) struct Editing {
    pub heading: &'static str,
    pub replaces: Option<i64>,
    pub group: String,
    pub method: String,
    pub groups: Vec<(&'static str, &'static str)>,
    pub methods: Vec<(&'static str, &'static str)>,
    pub group_fault: Option<String>,
    pub method_fault: Option<String>,
    pub parts: Vec<Part>,
    pub faults: bool,
    pub back: String,
}

impl Editing {
    fn new(
        says: &Description,
        replaces: Option<i64>,
        faults: &[(&'static str, String)],
        asked: &Asked,
        lang: Lang,
    ) -> Self {
        let fault = |name: &str| faults.iter().find(|(n, _)| *n == name).map(|(_, text)| text.clone());
        let part = |name, label, hint, long, value: &str| Part {
            name,
            label,
            hint,
            long,
            value: value.to_owned(),
            fault: fault(name),
        };
        let da = lang == Lang::Da;
        let t = |danish: &'static str, english: &'static str| if da { danish } else { english };
        Self {
            heading: if replaces.is_some() {
                t("Ret beskrivelsen", "Change the description")
            } else {
                t("Beskriv en praksis", "Describe a practice")
            },
            replaces,
            group: says.group.clone(),
            method: says.method.clone(),
            groups: Maalgruppe::ALL.iter().map(|g| (g.code(), g.label(lang))).collect(),
            methods: METHODS.map(|m| (m.0, t(m.1, m.2))).to_vec(),
            group_fault: fault("gruppe_om"),
            method_fault: fault("metode_om"),
            parts: vec![
                part("titel", t("Overskrift", "Title"), "", false, &says.title),
                part("enhed", t("Team", "Team"), "", false, &says.unit),
                part(
                    "kontakt",
                    t("Hvem kan man spørge?", "Whom can one ask?"),
                    t("Navn eller funktion, og hvordan man får fat", "Name or role, and how to reach them"),
                    false,
                    &says.contact,
                ),
                part("goer", t("Hvad gør vi?", "What do we do?"), "", true, &says.does),
                part(
                    "hvem",
                    t("For hvem?", "For whom?"),
                    t("Ingen navne på borgere", "No names of citizens"),
                    true,
                    &says.for_whom,
                ),
                part("laerte", t("Hvad lærte vi?", "What did we learn?"), "", true, &says.learned),
                part("fejl", t("Hvad slog fejl?", "What failed?"), "", true, &says.failed),
            ],
            faults: !faults.is_empty(),
            back: asked.href(),
        }
    }
}

fn read(values: &Values, lang: Lang) -> (Description, Vec<(&'static str, String)>) {
    let text = |name: &str| values.get(name).map(|v| v.trim().to_owned()).unwrap_or_default();
    let says = Description {
        unit: text("enhed"),
        group: text("gruppe_om"),
        method: text("metode_om"),
        title: text("titel"),
        contact: text("kontakt"),
        does: text("goer"),
        for_whom: text("hvem"),
        learned: text("laerte"),
        failed: text("fejl"),
    };
    let mut faults = Vec::new();
    let needed = [
        (
            "titel",
            &says.title,
            lang.pick("Skriv en overskrift, som andre kan kende det på.", "Write a title that others can know it by."),
        ),
        ("enhed", &says.unit, lang.pick("Skriv, hvilket team det er.", "Write which team it is.")),
        (
            "goer",
            &says.does,
            lang.pick("Skriv i et par sætninger, hvad I gør.", "Write in a few sentences what you do."),
        ),
    ];
    for (name, value, says) in needed {
        if value.is_empty() {
            faults.push((name, says.to_owned()));
        }
    }
    let all = [
        ("titel", &says.title),
        ("enhed", &says.unit),
        ("kontakt", &says.contact),
        ("goer", &says.does),
        ("hvem", &says.for_whom),
        ("laerte", &says.learned),
        ("fejl", &says.failed),
    ];
    for (name, value) in all {
        let letters = value.chars().count();
        if letters > LONGEST {
            faults.push((
                name,
                match lang {
                    Lang::Da => format!("{letters} tegn er for mange; der er plads til {LONGEST}."),
                    Lang::En => format!("{letters} letters are too many; there is room for {LONGEST}."),
                },
            ));
        } else if timeline::Cpr::find_in(value).is_some() {
            faults.push((
                name,
                lang.pick(
                    "Her står et CPR-nummer. Det må ikke stå i en beskrivelse.",
                    "Here is a CPR number. It must not stand in a description.",
                )
                .to_owned(),
            ));
        }
    }
    if Maalgruppe::from_code(&says.group).is_none() {
        faults.push(("gruppe_om", lang.pick("Vælg en målgruppe.", "Choose a target group.").to_owned()));
    }
    if !METHODS.iter().any(|m| m.0 == says.method) {
        faults.push(("metode_om", lang.pick("Vælg en metode.", "Choose a method.").to_owned()));
    }
    (says, faults)
}

/// The form that an address asks for.
pub(super) async fn editing(
    state: &AppState,
    query: &Query,
    asked: &Asked,
    lang: Lang,
) -> Result<Option<Editing>, Failure> {
    let Some(word) = query.skriv.as_deref() else { return Ok(None) };
    if word == "ny" {
        let group = asked.group.map_or(String::new(), |g| g.code().to_owned());
        let unit = asked.team.clone().unwrap_or_default();
        let says = Description { unit, group, ..Description::default() };
        return Ok(Some(Editing::new(&says, None, &[], asked, lang)));
    }
    let note = match word.parse() {
        Ok(id) => state.registry.practice(id).await.map_err(|e| Failure::registry(lang, &e))?,
        Err(_) => None,
    };
    let note = note.ok_or_else(|| Failure::not_found(lang))?;
    Ok(Some(Editing::new(&note.says, Some(note.id), &[], asked, lang)))
}

/// The question that a form was opened from.
fn asked_of(values: &Values, lang: Lang) -> Result<Asked, Failure> {
    let text = |name: &str| values.get(name).cloned();
    let query = Query {
        udfald: text("udfald"),
        maaneder: text("maaneder"),
        team: text("team"),
        gruppe: text("gruppe"),
        metode: text("metode"),
        maalgruppe: text("maalgruppe"),
        ..Query::default()
    };
    Asked::new(&query, lang)
}

fn raced(lang: Lang, error: &RegistryError) -> Failure {
    match error {
        RegistryError::Raced => Failure::registry(lang, error).saying(lang.pick(
            "En anden har lige ændret beskrivelsen. Gå tilbage, og se den, før du retter.",
            "Somebody else has just changed the description. Go back and see it before you change it.",
        )),
        other => Failure::registry(lang, other),
    }
}

pub(crate) async fn save(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Form(values): Form<Values>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let asked = asked_of(&values, lang)?;
    let replaces = values.get("replaces").and_then(|r| r.parse().ok());
    let (says, faults) = read(&values, lang);
    if !faults.is_empty() {
        let editing = Editing::new(&says, replaces, &faults, &asked, lang);
        return super::learning_page(&state, &reader, asked, Some(editing), None).await;
    }
    let written = state.registry.write_practice(&says, replaces, DEMO_USER, jiff::Timestamp::now()).await;
    let id = written.map_err(|e| raced(lang, &e))?;
    let what = if replaces.is_some() { "rettet" } else { "ny" };
    Ok(Redirect::to(&format!("{}&gemt={id}-{what}#praksis", asked.href())).into_response())
}

/// After a language switch on a page that came of a form, or a reload: the map itself.
pub(crate) async fn again() -> Redirect {
    Redirect::to("/resultater/laering")
}

/// Take a description back, or undo what was done last: a new one is taken back, one changed or taken back gets its old
/// words again.
pub(crate) async fn take_back(
    State(state): State<Arc<AppState>>,
    Path(id): Path<i64>,
    reader: Reader,
    Form(values): Form<Values>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let asked = asked_of(&values, lang)?;
    let fail = |e: RegistryError| Failure::registry(lang, &e);
    let note = state.registry.practice(id).await.map_err(fail)?.ok_or_else(|| Failure::not_found(lang))?;
    let now = jiff::Timestamp::now();
    let undo = values.contains_key("undo");
    let earlier = match note.replaces.filter(|_| undo) {
        Some(earlier) => state.registry.practice(earlier).await.map_err(fail)?,
        None => None,
    };
    let (written, what) = match earlier {
        Some(earlier) => (state.registry.write_practice(&earlier.says, Some(id), DEMO_USER, now).await, "fortrudt"),
        None => (state.registry.withdraw_practice(id, DEMO_USER, now).await, "taget"),
    };
    let new = written.map_err(|e| raced(lang, &e))?;
    Ok(Redirect::to(&format!("{}&gemt={new}-{what}#praksis", asked.href())).into_response())
}

/// What was just done, and the address that undoes it.
pub(super) fn toast(query: &Query, lang: Lang) -> Option<(String, Option<String>)> {
    let (id, what) = query.gemt.as_deref()?.split_once('-')?;
    let id: i64 = id.parse().ok()?;
    let undo = Some(format!("/resultater/laering/praksis/{id}/tag-tilbage"));
    Some(match what {
        "ny" => (lang.pick("Beskrivelsen er gemt.", "The description is saved.").to_owned(), undo),
        "rettet" => (lang.pick("Beskrivelsen er rettet.", "The description is changed.").to_owned(), undo),
        "taget" => (lang.pick("Beskrivelsen er taget tilbage.", "The description is taken back.").to_owned(), undo),
        "fortrudt" => (lang.pick("Fortrudt.", "Undone.").to_owned(), None),
        _ => return None,
    })
}
