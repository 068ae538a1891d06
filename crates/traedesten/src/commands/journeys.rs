//! Journeys of a command: from a registry, or from a folder of files.

use super::Context;
use crate::failure::Failure;
use crate::output::bar;
use registry::{Look, Registry};
use std::path::{Path, PathBuf};
use timeline::{Date, Journey};

/// Every journey of a folder, or else of a registry, where `what` stands in the access log; as it was known at the end of `on`.
pub(crate) async fn journeys(
    context: &Context,
    folder: Option<&Path>,
    registry: Option<String>,
    what: &str,
    on: Date,
) -> Result<Vec<Journey>, Failure> {
    let mut journeys = match folder {
        Some(dir) => from_folder(dir)?,
        None => from_registry(context, registry, what).await?,
    };
    for journey in journeys.iter_mut().filter(|j| j.facts.iter().any(|f| f.learned > on)) {
        *journey = journey.known_on(on);
    }
    Ok(journeys)
}

async fn from_registry(context: &Context, url: Option<String>, what: &str) -> Result<Vec<Journey>, Failure> {
    let registry = Registry::open_existing(&context.registry_url(url)?, context.vault()?).await?;
    let count = registry.count().await?;
    let progress = bar(count, context.lang.pick("Henter sager", "Loading cases"), context.quiet);
    let look = Look { at: jiff::Timestamp::now(), who: "command line".to_owned(), what: what.to_owned(), reason: None };
    let mut journeys = Vec::new();
    registry
        .every_journey(&look, |journey| {
            journeys.push(journey);
            progress.inc(1);
        })
        .await?;
    progress.finish_and_clear();
    Ok(journeys)
}

/// Journeys below a folder, in the order of file names.
fn from_folder(dir: &Path) -> Result<Vec<Journey>, Failure> {
    let entries = std::fs::read_dir(dir).map_err(|e| Failure::file(dir, &e))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|e| Failure::file(dir, &e))?.path());
    }
    paths.sort();
    let (mut journeys, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let form = path.extension().and_then(|e| e.to_str());
        if !matches!(form, Some("json" | "jsonl")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|e| Failure::file(&path, &e))?;
        let parts: Vec<(usize, &str)> = if form == Some("json") {
            vec![(1, text.as_str())]
        } else {
            text.lines().enumerate().map(|(i, l)| (i + 1, l)).filter(|(_, l)| !l.trim().is_empty()).collect()
        };
        for (line, part) in parts {
            match Journey::from_json(part) {
                Ok(journey) => journeys.push(journey),
                Err(what) => faults.push(format!("{}, line {line}: {what}", path.display())),
            }
            if faults.len() >= 50 {
                return Err(Failure::Input(faults));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Failure::Input(faults));
    }
    if journeys.is_empty() {
        return Err(Failure::input(format!("{}: no journey in any .json or .jsonl file", dir.display())));
    }
    Ok(journeys)
}
