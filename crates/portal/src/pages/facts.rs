//! Recording, correcting and taking back.

use crate::error::Failure;
use crate::forms::{self, Values};
use crate::pages::case::{TAKE_BACK, back_to, citizen_of, page_with, view_query};
use crate::shell::Reader;
use crate::state::{AppState, DEMO_USER};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use registry::{Author, Draft, RegistryError};
use std::sync::Arc;
use timeline::{CitizenId, Event, FactId, Source};

fn author(reader: &Reader) -> Author {
    Author { by: DEMO_USER.to_owned(), at: jiff::Timestamp::now(), today: reader.today }
}

async fn append(state: &AppState, id: CitizenId, draft: Draft, reader: &Reader) -> Result<FactId, Failure> {
    let fail = |e: RegistryError| Failure::registry(reader.lang, &e);
    let ids = state.registry.append(id, vec![draft], &author(reader)).await.map_err(fail)?;
    state.recount(id).await.map_err(fail)?;
    Ok(ids.first().copied().unwrap_or(FactId(0)))
}

/// Record a fact, or correct one (`replaces`).
pub(crate) async fn save(
    State(state): State<Arc<AppState>>,
    Path(citizen): Path<String>,
    reader: Reader,
    Form(values): Form<Values>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let id = citizen_of(&citizen, lang)?;
    let kind = values.get("kind").cloned().unwrap_or_default();
    let replaces = values.get("replaces").and_then(|r| r.parse::<u32>().ok());
    let (holds, mut event) = match forms::read(&kind, &values, lang) {
        Ok(read) => read,
        Err(faults) => {
            let query = view_query(&values);
            return page_with(&state, &citizen, &query, &reader, None, Some((kind, replaces, values, faults))).await;
        }
    };
    let mut source = Source::Adviser;
    if let Some(old) = replaces {
        let journey = state.registry.journey(id).await.map_err(|e| Failure::registry(lang, &e))?;
        let old = journey.fact(FactId(old)).ok_or_else(|| Failure::not_found(lang))?;
        if old.event.kind() != event.kind() {
            return Err(Failure::bad(
                lang,
                lang.pick("En rettelse kan ikke skifte slags.", "A correction cannot change the kind."),
            ));
        }
        forms::carry_over(&old.event, &mut event);
        if matches!(old.source, Source::Citizen) && old.event == event {
            source = old.source.clone();
        }
    }
    let draft = Draft { holds, learned: reader.today, source, replaces: replaces.map(FactId), event };
    let fact = append(&state, id, draft, &reader).await?;
    let what = if replaces.is_some() { "rettet" } else { "ny" };
    Ok(back_to(id, &values, &format!("gemt={fact}-{what}")).into_response())
}

/// Take a fact back. Undoing a correction puts the earlier version in force again.
pub(crate) async fn take_back(
    State(state): State<Arc<AppState>>,
    Path((citizen, fact)): Path<(String, u32)>,
    reader: Reader,
    Form(values): Form<Values>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let id = citizen_of(&citizen, lang)?;
    let journey = state.registry.journey(id).await.map_err(|e| Failure::registry(lang, &e))?;
    let fact = journey.fact(FactId(fact)).ok_or_else(|| Failure::not_found(lang))?;
    let undo = values.contains_key("undo");
    let earlier = fact.replaces.filter(|_| undo).and_then(|r| journey.fact(r));
    let because = values.get("fordi").map(|b| b.trim().to_owned()).filter(|b| !b.is_empty());
    if !undo && because.is_none() {
        let form = Some((TAKE_BACK.to_owned(), Some(fact.id.0), Values::new(), Vec::new()));
        let query = view_query(&values);
        return page_with(&state, &citizen, &query, &reader, None, form).await;
    }
    let (holds, source, event) = match earlier {
        Some(earlier) => (earlier.holds, earlier.source.clone(), earlier.event.clone()),
        None => (fact.holds, Source::Adviser, Event::Withdrawn { because }),
    };
    let draft = Draft { holds, learned: reader.today, source, replaces: Some(fact.id), event };
    let new = append(&state, id, draft, &reader).await?;
    let what = if undo { "fortrudt" } else { "taget" };
    Ok(back_to(id, &values, &format!("gemt={new}-{what}")).into_response())
}
