//! `effects …`: durations and effects.

mod adjust;
mod causal;
mod discontinuity;
mod durations;
mod learning;
mod panels;
mod planning;
mod spells;
mod synthetic;

use super::Context;
use super::results::{robust, spec};
use super::serve::log_to_stderr;
use crate::answer::{Answer, shown};
use crate::args::{AnswerOptions, EffectsCommand, TermOptions};
use crate::data::{Data, Used, load, load_with, threads};
use crate::failure::Failure;
use statistics::{Clusters, Design, Frame, Tested};
use timeline::Lang;

pub(crate) fn run(context: &Context, command: &EffectsCommand) -> Result<u8, Failure> {
    log_to_stderr(context);
    threads(command.threads())?;
    match command {
        EffectsCommand::Km(options) => durations::km(context, options),
        EffectsCommand::AalenJohansen(options) => durations::aalen_johansen(context, options),
        EffectsCommand::FineGray(options) => durations::fine_gray(context, options),
        EffectsCommand::Cox(options) => durations::cox(context, options),
        EffectsCommand::Hazard(options) => durations::hazard(context, options),
        EffectsCommand::Rct(options) => causal::rct(context, options),
        EffectsCommand::Late(options) => causal::late(context, options),
        EffectsCommand::Adjust(options) => adjust::adjust(context, options),
        EffectsCommand::Rd(options) => discontinuity::rd(context, options),
        EffectsCommand::Aipw(options) => causal::aipw(context, options),
        EffectsCommand::Match(options) => causal::matching(context, options),
        EffectsCommand::Dml(options) => learning::dml(context, options),
        EffectsCommand::Cate(options) => learning::cate(context, options),
        EffectsCommand::Scm(options) => synthetic::scm(context, options),
        EffectsCommand::Sdid(options) => synthetic::sdid(context, options),
        EffectsCommand::Timing(options) => durations::timing(context, options),
        EffectsCommand::Power(options) => planning::power(context, options),
        EffectsCommand::Sensitivity(options) => planning::sensitivity(context, options),
        EffectsCommand::Did(options) => panels::did(context, options),
        EffectsCommand::Panel(options) => panels::panel(context, options),
        EffectsCommand::EventStudy(options) => panels::event_study(context, options),
        EffectsCommand::Spells(options) => spells::spells(context, options),
    }
}

/// An answer with the number of rows in it.
fn begin(name: &'static str, main: &'static str, data: &Data, used: &Used, options: &AnswerOptions) -> Answer {
    let mut answer = Answer::new(name, main, data, used, options);
    answer.set("n", used.frame.rows());
    answer
}

/// Covariates without an intercept.
fn covariates(frame: &Frame, terms: &TermOptions) -> Result<Design, Failure> {
    let spec = spec(terms)?;
    // With an intercept first, so that categories keep a base; then without it.
    let whole = Design::new(frame, &spec)?;
    let columns = whole.x.into_columns().split_off(1);
    Ok(Design { x: statistics::Matrix::new(frame.rows(), columns), names: whole.names[1..].to_vec() })
}

/// Covariates with an intercept first.
fn design(frame: &Frame, terms: &TermOptions) -> Result<Design, Failure> {
    Ok(Design::new(frame, &spec(terms)?)?)
}

/// Clusters of the columns named.
fn clusters(frame: &Frame, columns: &[String]) -> Result<Vec<Clusters>, Failure> {
    if columns.len() > 2 {
        return Err(Failure::usage("Højst to --cluster.", "At most two --cluster."));
    }
    columns.iter().map(|c| Ok(Clusters::new(frame.column(c)?.groups().0))).collect()
}

/// The kind of errors, where clusters decide the default.
fn errors(
    word: Option<&str>,
    clusters: &[String],
    plain: &str,
    clustered: &str,
) -> Result<statistics::Robust, Failure> {
    let robust = robust(word.unwrap_or(if clusters.is_empty() { plain } else { clustered }))?;
    if robust.is_clustered() == clusters.is_empty() {
        return Err(Failure::usage(
            format!("--se {} og --cluster passer ikke sammen", robust.code()),
            format!("--se {} and --cluster do not go together", robust.code()),
        ));
    }
    Ok(robust)
}

/// `25,1 (95 % 9,2 til 41,0; p = 0,0020)`
fn said(t: &Tested, lang: Lang) -> String {
    let p = crate::answer::shown_p(t.p_value, lang);
    let p = if p.starts_with('<') { format!("p {p}") } else { format!("p = {p}") };
    format!(
        "{} (95 % {} {} {}; {p})",
        shown(t.estimate, lang),
        shown(t.ci_low, lang),
        lang.pick("til", "to"),
        shown(t.ci_high, lang)
    )
}
