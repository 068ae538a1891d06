//! A citizen's timeline.

mod ask;
mod story;

use crate::error::{Failure, render};
use crate::forms::{self, Field, Values};
use crate::pages::caseload::{address as list_address, encode, query_of};
use crate::picture::{View, lanes};
use crate::shell::{Reader, Shell};
use crate::state::{AppState, DEMO_USER};
use crate::words;
use ask::{Ask, Zoom, hidden};
use story::{EventLine, LawLine, Toast, do_now, facts_line, goal, heading, latest, law_lines, months, steps, toast};

pub(crate) use ask::{back_to, view_query};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Redirect, Response};
use registry::{CaseQuery, Look};
use std::sync::Arc;
use timeline::{CitizenId, Date, Event, Fact, FactId, Journey, Lang, Person, Summary};

struct Choice {
    label: String,
    href: String,
    current: bool,
}

struct Detail {
    heading: String,
    days: String,
    rows: Vec<(&'static str, String)>,
    learned: String,
    source: String,
    recorded: String,
    earlier: Vec<String>,
    correct_href: Option<String>,
    take_back_href: Option<String>,
    replaced: Option<String>,
}

pub(crate) struct FormView {
    pub heading: String,
    pub kind: String,
    pub replaces: Option<u32>,
    pub fields: Vec<(Field, String, Option<String>)>,
    pub hidden: Vec<(&'static str, String)>,
    pub faults: usize,
}

enum Panel {
    Closed,
    Detail(Box<Detail>),
    Form(FormView),
    TakeBack(u32, String, bool),
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    shell: Shell,
    lang: Lang,
    citizen: String,
    heading: String,
    cpr: String,
    cpr_open: bool,
    cpr_href: String,
    facts_line: String,
    now: Vec<(String, String)>,
    calm: String,
    zooms: Vec<Choice>,
    ways: Vec<Choice>,
    kinds: Vec<(String, &'static str)>,
    picture: String,
    picture_shown: bool,
    months: Vec<(String, Vec<EventLine>)>,
    law: Vec<LawLine>,
    goal: Option<(String, String)>,
    steps: Vec<(String, String, String)>,
    latest: Vec<EventLine>,
    panel: Panel,
    close_href: String,
    known_on: Option<String>,
    known_value: String,
    today_value: String,
    today_href: String,
    hidden: Vec<(&'static str, String)>,
    toast: Option<Toast>,
    back_href: String,
    previous: Option<String>,
    next: Option<String>,
    looks_href: String,
    talk_href: String,
}

/// Stands for the form that takes a fact back.
pub(crate) const TAKE_BACK: &str = "take-back";

/// The id in an address.
pub(crate) fn citizen_of(text: &str, lang: Lang) -> Result<CitizenId, Failure> {
    text.parse().map_err(|_| Failure::not_found(lang))
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    Path(citizen): Path<String>,
    RawQuery(raw): RawQuery,
    reader: Reader,
) -> Result<Response, Failure> {
    page_with(&state, &citizen, raw.as_deref().unwrap_or(""), &reader, None, None).await
}

/// Show the CPR number: a logged click.
pub(crate) async fn reveal(
    State(state): State<Arc<AppState>>,
    Path(citizen): Path<String>,
    RawQuery(raw): RawQuery,
    reader: Reader,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let id = citizen_of(&citizen, lang)?;
    let fail = |e| Failure::registry(lang, &e);
    log(&state, id, "cpr").await.map_err(fail)?;
    let cpr = state.registry.cpr(id).await.map_err(fail)?.map(|c| {
        let digits = c.reveal();
        format!("{}-{}", &digits[..6], &digits[6..])
    });
    let mut response = page_with(&state, &citizen, raw.as_deref().unwrap_or(""), &reader, cpr, None).await?;
    // The number is shown once, and no address leads back to it.
    response.headers_mut().insert("hx-push-url", http::HeaderValue::from_static("false"));
    Ok(response)
}

/// An address of a form, typed or loaded again: the case itself.
pub(crate) async fn again(Path(citizen): Path<String>, RawQuery(raw): RawQuery) -> Redirect {
    let query = raw.map_or_else(String::new, |q| format!("?{q}"));
    Redirect::to(&format!("/sager/{}{query}", encode(&citizen)))
}

/// The same for an address with a fact in it.
pub(crate) async fn again_fact(Path((citizen, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/sager/{}", encode(&citizen)))
}

async fn log(state: &AppState, id: CitizenId, what: &str) -> Result<(), registry::RegistryError> {
    let look = Look { at: jiff::Timestamp::now(), who: DEMO_USER.to_owned(), what: what.to_owned(), reason: None };
    if what == "cpr" { state.registry.log_look(id, &look).await } else { state.registry.log_look_once(id, &look).await }
}

/// The page; `cpr` where it was opened, `form` where one was sent back with faults.
pub(crate) async fn page_with(
    state: &Arc<AppState>,
    citizen: &str,
    raw: &str,
    reader: &Reader,
    cpr: Option<String>,
    form: Option<(String, Option<u32>, Values, Vec<(String, String)>)>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let id = citizen_of(citizen, lang)?;
    let fail = |e| Failure::registry(lang, &e);
    let whole = state.registry.journey(id).await.map_err(fail)?;
    let ask = Ask::read(raw);
    log(state, id, if ask.known_on.is_some() { "as-known" } else { "case" }).await.map_err(fail)?;
    let neighbours = match &ask.from_list {
        None => (None, None),
        Some((list, nr)) => {
            let query = query_of(list);
            let around = state.registry.neighbours(&query, nr.saturating_sub(1)).await.map_err(fail)?;
            let to =
                |other: Option<CitizenId>, nr: u64| other.map(|o| format!("/sager/{o}?liste={}&nr={nr}", encode(list)));
            (to(around.0, nr.saturating_sub(1)), to(around.1, nr + 1))
        }
    };
    let today = ask.known_on.unwrap_or(reader.today).min(reader.today);
    let journey = if ask.known_on.is_some() { whole.known_on(today) } else { whole };
    let panel = match form {
        Some((kind, Some(fact), ..)) if kind == TAKE_BACK => {
            let fact = journey.fact(FactId(fact)).ok_or_else(|| Failure::not_found(lang))?;
            Panel::TakeBack(fact.id.0, words::with_days(fact, lang), true)
        }
        Some((kind, replaces, values, faults)) => Panel::Form(
            form_view(&kind, replaces, &values, &faults, &ask, lang).ok_or_else(|| Failure::not_found(lang))?,
        ),
        None => panel(&journey, &ask, id, reader, lang),
    };
    let bad = matches!(&panel, Panel::Form(f) if f.faults > 0) || matches!(&panel, Panel::TakeBack(_, _, true));
    let page = page(state, reader, &journey, &ask, id, today, cpr, panel, neighbours);
    let mut response = render(&page, lang);
    if bad {
        *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
        response.headers_mut().insert("hx-push-url", http::HeaderValue::from_static("false"));
    }
    Ok(response)
}

fn panel(journey: &Journey, ask: &Ask, id: CitizenId, reader: &Reader, lang: Lang) -> Panel {
    if ask.known_on.is_none() {
        if let Some(fact) = ask.correct.and_then(|n| journey.fact(FactId(n))) {
            let values = forms::fill(fact.holds, &fact.event, lang);
            if let Some(view) = form_view(fact.event.kind(), Some(fact.id.0), &values, &[], ask, lang) {
                return Panel::Form(view);
            }
        }
        if let Some(fact) = ask.take_back.and_then(|n| journey.fact(FactId(n))) {
            return Panel::TakeBack(fact.id.0, words::with_days(fact, lang), false);
        }
        if let Some(kind) = &ask.add {
            let day = ask.day.unwrap_or(reader.today);
            // A talk to be agreed has no day yet.
            let planned = kind == "talk" && ask.planned;
            let mut values = Values::new();
            if !planned {
                values.insert("fra".to_owned(), day.to_string());
            }
            let defaults: &[(&str, &str)] = match kind.as_str() {
                "talk" if planned => &[("status", "planned"), ("form", "in_person"), ("hvem", "kommune")],
                "talk" => &[("status", "held"), ("form", "in_person"), ("hvem", "kommune")],
                "goal" => &[("status", "set"), ("egne", "ja")],
                "step" => &[("status", "agreed"), ("hvem", lang.pick("borgeren", "the citizen"))],
                "progression" => &[("af", "citizen")],
                "company_contact" => &[("hvordan", "phone")],
                "assignment" => &[("rolle", "sagsbehandler")],
                _ => &[],
            };
            values.extend(defaults.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
            if let Some(view) = form_view(kind, None, &values, &[], ask, lang) {
                return Panel::Form(view);
            }
        }
    }
    match ask.fact.and_then(|n| journey.fact(FactId(n))) {
        Some(fact) => Panel::Detail(Box::new(detail(journey, fact, ask, id, lang))),
        None => Panel::Closed,
    }
}

fn form_view(
    kind: &str,
    replaces: Option<u32>,
    values: &Values,
    faults: &[(String, String)],
    ask: &Ask,
    lang: Lang,
) -> Option<FormView> {
    let fields = forms::fields(kind, lang)?;
    let label = forms::kind_label(kind, lang).unwrap_or(lang.pick("Målgruppe", "Target group"));
    let heading = match replaces {
        None => format!("{}: {}", lang.pick("Tilføj", "Add"), label.to_lowercase()),
        Some(_) => format!("{}: {}", lang.pick("Ret", "Correct"), label.to_lowercase()),
    };
    let fields = fields
        .into_iter()
        .map(|f| {
            let value = values.get(f.name).cloned().unwrap_or_default();
            let fault = faults.iter().find(|(name, _)| name == f.name).map(|(_, what)| what.clone());
            (f, value, fault)
        })
        .collect();
    Some(FormView { heading, kind: kind.to_owned(), replaces, fields, hidden: hidden(ask), faults: faults.len() })
}

fn detail(journey: &Journey, fact: &Fact, ask: &Ask, id: CitizenId, lang: Lang) -> Detail {
    let replaced = journey.replaced_by(fact.id);
    let open = ask.known_on.is_none() && replaced.is_none() && !matches!(fact.event, Event::Withdrawn { .. });
    let recorded = fact.recorded.as_ref().map_or_else(
        || lang.pick("lagt ind fra fil", "came with a file").to_owned(),
        |r| {
            let who = if r.by == DEMO_USER { lang.pick("demobruger", "demo user").to_owned() } else { r.by.clone() };
            let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC);
            r.at.map_or_else(
                || who.clone(),
                |at| {
                    let at = at.to_zoned(zone);
                    format!("{who}, {} {:02}:{:02}", words::date(at.date(), lang), at.hour(), at.minute())
                },
            )
        },
    );
    Detail {
        heading: words::headline(&fact.event, lang),
        days: words::period(fact.holds, lang),
        rows: words::details(&fact.event, lang),
        learned: words::date(fact.learned, lang),
        source: words::source(&fact.source, lang),
        recorded,
        earlier: journey
            .earlier_versions(fact.id)
            .into_iter()
            .map(|f| {
                format!(
                    "{} ({} {})",
                    words::with_days(f, lang),
                    lang.pick("kendt fra", "known from"),
                    words::date(f.learned, lang)
                )
            })
            .collect(),
        correct_href: (open && forms::fields(fact.event.kind(), lang).is_some())
            .then(|| ask.href(id, &format!("ret={}", fact.id))),
        take_back_href: open.then(|| ask.href(id, &format!("tag-tilbage={}", fact.id))),
        replaced: replaced.map(|f| match &f.event {
            Event::Withdrawn { .. } => {
                format!("{} {}", lang.pick("Taget tilbage", "Taken back"), words::date(f.learned, lang))
            }
            _ => format!("{} {}", lang.pick("Rettet", "Corrected"), words::date(f.learned, lang)),
        }),
    }
}

fn page(
    state: &AppState,
    reader: &Reader,
    journey: &Journey,
    ask: &Ask,
    id: CitizenId,
    today: Date,
    cpr: Option<String>,
    panel: Panel,
    (previous, next): (Option<String>, Option<String>),
) -> Page {
    let lang = reader.lang;
    let summary = Summary::of(journey, today);
    let unknown = Person::named(lang.pick("(uden navn)", "(no name)"));
    let person = journey.person.as_ref().unwrap_or(&unknown);
    let heading = heading(&person.name, &summary, today, lang);
    let (from, to) = ask.zoom.window(journey, today);
    let href = |n: u32| format!("{}#panel", ask.href(id, &format!("oplysning={n}")));
    let width = if matches!(panel, Panel::Closed) { 1180.0 } else { 760.0 };
    let assessment = state.law.assess(journey, today);
    let view =
        View { from, to, today, known_on: ask.known_on, lang, width, findings: &assessment.findings, href: &href };
    let picture = lanes(journey, &view).svg();
    let zooms = Zoom::ALL
        .iter()
        .map(|(zoom, _, da, en)| Choice {
            label: lang.pick(*da, *en).to_owned(),
            href: Ask { zoom: *zoom, ..ask.clone() }.href(id, ""),
            current: *zoom == ask.zoom,
        })
        .collect();
    let ways = [(false, "Billede", "Picture"), (true, "Liste", "List")]
        .into_iter()
        .map(|(list, da, en)| Choice {
            label: lang.pick(da, en).to_owned(),
            href: Ask { list, ..ask.clone() }.href(id, ""),
            current: list == ask.list,
        })
        .collect();
    let mut back = CaseQuery::default();
    if let Some((list, nr)) = &ask.from_list {
        back = query_of(list);
        back.page = nr.saturating_sub(1) / registry::PAGE_SIZE;
    }
    let today_ask = Ask { known_on: None, ..ask.clone() };
    Page {
        shell: Shell::new(state, reader, "sager", person.name.clone()),
        lang,
        citizen: id.to_string(),
        heading,
        cpr_open: cpr.is_some(),
        cpr_href: {
            let view = ask.href(id, "");
            let query = view.split_once('?').map_or_else(String::new, |(_, q)| format!("?{q}"));
            format!("/sager/{id}/cpr{query}")
        },
        cpr: cpr.unwrap_or_else(|| {
            person.born.map_or_else(String::new, |b| format!("{} {}", lang.pick("født", "born"), words::date(b, lang)))
        }),
        facts_line: facts_line(journey, &summary, person, today, lang),
        now: do_now(journey, &summary, &assessment.findings, ask, id, today, lang),
        law: law_lines(&assessment.findings, lang),
        calm: lang
            .pick("Intet haster. Ingen dato inden for 30 dage.", "Nothing is urgent. No date within 30 days.")
            .to_owned(),
        zooms,
        ways,
        kinds: forms::KINDS
            .iter()
            .map(|(kind, da, en)| (format!("{}#panel", ask.href(id, &format!("tilfoej={kind}"))), lang.pick(*da, *en)))
            .collect(),
        picture,
        picture_shown: !ask.list,
        months: months(journey, ask, id, lang),
        goal: goal(journey, lang),
        steps: steps(journey, lang),
        latest: latest(journey, ask, id, lang),
        panel,
        close_href: ask.href(id, ""),
        known_on: ask.known_on.map(|d| words::date(d, lang)),
        known_value: today.to_string(),
        today_value: reader.today.to_string(),
        today_href: today_ask.href(id, ""),
        hidden: hidden(ask),
        toast: toast(ask, id, lang),
        back_href: list_address(&back),
        previous,
        next,
        looks_href: format!("/sager/{id}/set-af"),
        talk_href: format!("{}#panel", ask.href(id, "tilfoej=talk")),
    }
}
