//! `results digest`: the week of a caseload, shown or sent.

use super::journeys::journeys;
use super::{Context, today};
use crate::args::{Digest, DigestFormat};
use crate::failure::Failure;
use crate::mail::Mail;
use crate::output::put;
use ::figures::{BenefitGroup, Month, Publication};
use ::law::{LawBook, Prepared};
use ::results::indicators::{Histories, count};
use ::results::learn::{LEAST_PERSONS, Learners, Outcome, Window};
use ::results::{published, supervise};
use portal::Supervised;

pub(crate) async fn run(context: &Context, options: &Digest) -> Result<u8, Failure> {
    let lang = context.lang;
    let settings = &context.layered.settings;
    let on = options.of.on.unwrap_or_else(today);
    let place = context.municipality(options.of.municipality.as_deref())?;
    let server = options.smtp.as_deref().or(settings.smtp_url.as_deref());
    let from = options.from.as_deref().or(settings.mail_from.as_deref());
    let sending = match (options.to.is_empty(), server, from) {
        (true, ..) => None,
        (_, Some(server), Some(from)) => Some((server, from)),
        _ => {
            return Err(Failure::usage(
                "Sig, hvem der sender, og gennem hvad: --from og --smtp, eller mail_from og smtp_url i indstillingerne.",
                "Say who sends, and through what: --from and --smtp, or mail_from and smtp_url in the settings.",
            ));
        }
    };
    let journeys =
        journeys(context, options.of.journeys.as_deref(), options.of.at.registry.clone(), "results-digest", on).await?;
    let mut histories = Histories::default();
    let mut learners = Learners::new(Window::before(on, 6, 2));
    for journey in &journeys {
        histories.push(journey);
        learners.push(journey);
    }
    let last = Month::from_number(Month::of(on.tomorrow().unwrap_or(on)).number() - 1);
    let first = Month::from_number(last.number() - 11);
    let grid = count(&histories, first, last, on, false).map_err(|e| Failure::input(e.to_string()))?;
    let pool: Vec<Prepared<'_>> = journeys.iter().map(Prepared::new).collect();
    let book = LawBook::shipped();
    let in_force = book.in_force(on);
    let newest = Publication::shipped().last().and_then(|p| Some((p, *p.periods().last()?)));
    let standings = newest.map(|(p, year)| published(p, BenefitGroup::All, year)).unwrap_or_default();
    let standing = standings.iter().find(|s| s.place.code == place.code);
    let found = supervise(&in_force, &grid, in_force.shares(&pool, on), standing);
    let supervised = Supervised { found: &found, grid: &grid, citizens: journeys.len(), on, least: options.least };
    // A house without teams, or with too few people, has nobody to name, and the week is told all the same.
    let map = learners.map(Outcome::WorkOrHours, LEAST_PERSONS).ok();
    let digest = portal::Digest {
        figures: context.figures()?,
        municipality: &place.code,
        histories: &histories,
        supervised: &supervised,
        map: map.as_ref(),
        portal: settings.portal_url.as_deref(),
    };
    let document = digest.document(lang).map_err(|what| Failure::usage(what.clone(), what))?;
    let Some((server, from)) = sending else {
        let bytes = match options.format {
            DigestFormat::Text => document.text().into_bytes(),
            DigestFormat::Html => document.html().into_bytes(),
        };
        put(&bytes, options.out.as_deref())?;
        return Ok(0);
    };
    let (text, html) = (document.text(), document.html());
    Mail { from, to: &options.to, subject: &document.title, text, html }.send(server)?;
    let n = options.to.len();
    context.say(&format!("Sendt til {n}: {}", document.title), &format!("Sent to {n}: {}", document.title));
    Ok(0)
}
