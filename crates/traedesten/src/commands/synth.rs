//! `synth`.

use super::Context;
use crate::args::Synth;
use crate::failure::Failure;
use crate::output::put;
use ::figures::Published;
use population::{SynthError, SynthOptions};
use std::fmt::Write;
use timeline::Journey;

/// Make the journeys of a municipality.
pub(crate) fn make(context: &Context, options: &SynthOptions, figures: &Published) -> Result<Vec<Journey>, Failure> {
    population::synth(options, figures).map_err(|e| {
        let danish = match &e {
            SynthError::Municipality(name) => format!("Ingen kommune har koden »{name}«."),
            SynthError::Suppressed(name, what) => {
                format!("{name} kan ikke efterlignes: {what} er ikke offentliggjort. Vælg en større kommune.")
            }
        };
        Failure::input(context.lang.pick(danish, e.to_string()))
    })
}

pub(crate) fn run(context: &Context, args: &Synth) -> Result<u8, Failure> {
    let options = SynthOptions {
        municipality: context.municipality(args.municipality.as_deref())?.code.clone(),
        citizens: args.citizens as usize,
        seed: args.seed,
        today: args.today,
    };
    let journeys = make(context, &options, &Published::shipped())?;
    let mut text = String::new();
    for journey in &journeys {
        let line = serde_json::to_string(journey).map_err(|e| Failure::surroundings(e.to_string()))?;
        let _ = writeln!(text, "{line}");
    }
    put(text.as_bytes(), args.out.as_deref())?;
    let facts: usize = journeys.iter().map(|j| j.facts.len()).sum();
    context.say(
        &format!("{} borgere, {facts} oplysninger.", journeys.len()),
        &format!("{} citizens, {facts} facts.", journeys.len()),
    );
    Ok(0)
}
