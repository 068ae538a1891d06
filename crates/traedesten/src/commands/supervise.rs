//! `results supervise`: the distance to every threshold of the supervision in force.

use super::journeys::journeys;
use super::law::impact::share_lines;
use super::report::put_document;
use super::{Context, today};
use crate::answer::Answer;
use crate::args::Supervise;
use crate::failure::Failure;
use ::figures::{BenefitGroup, Month, Publication};
use ::law::{LawBook, Prepared, Share, Verdict};
use ::results::indicators::{Histories, count};
use ::results::{Supervision, published, supervise};
use portal::{Supervised, supervision_document};
use serde_json::{Value, json};
use timeline::Lang;

pub(crate) async fn run(context: &Context, options: &Supervise) -> Result<u8, Failure> {
    let lang = context.lang;
    let on = options.of.on.unwrap_or_else(today);
    let place = context.municipality(options.of.municipality.as_deref())?;
    let journeys =
        journeys(context, options.of.journeys.as_deref(), options.of.at.registry.clone(), "results-supervise", on)
            .await?;
    let pool: Vec<Prepared<'_>> = journeys.iter().map(Prepared::new).collect();
    let mut histories = Histories::default();
    for journey in &journeys {
        histories.push(journey);
    }
    // The twelve whole months before the day, or up to it where it ends one.
    let last = Month::from_number(Month::of(on.tomorrow().unwrap_or(on)).number() - 1);
    let first = Month::from_number(last.number() - 11);
    let grid = count(&histories, first, last, on, false).map_err(|e| Failure::input(e.to_string()))?;
    let book = LawBook::shipped();
    let publication = Publication::shipped().last();
    let newest = publication.and_then(|p| Some((p, *p.periods().last()?)));
    let standings = newest.map(|(p, year)| published(p, BenefitGroup::All, year)).unwrap_or_default();
    let standing = standings.iter().find(|s| s.place.code == place.code);
    let in_force = book.in_force(on);
    let found = supervise(&in_force, &grid, in_force.shares(&pool, on), standing);
    if let Some(file) = options.document.as_deref() {
        let known = Supervised { found: &found, grid: &grid, citizens: journeys.len(), on, least: options.least };
        let document = supervision_document(&known, &place.name, standing.zip(newest.map(|n| n.1)), lang);
        put_document(&document, file)?;
    }
    let source = (
        format!("Kilde: {} borgerrejser, som de er kendt den {on}; loven den {on}; STARs benchmark.", journeys.len()),
        format!("Source: {} journeys as known on {on}; the law on {on}; STAR's benchmark.", journeys.len()),
    );
    let mut answer = Answer::of_shipped("results-supervise", "thresholds", source, &options.answer);
    let few = |n: u64| n > 0 && n < options.least;
    let shown = |n: u64| if few(n) { Value::Null } else { json!(n) };
    let thresholds: Vec<Value> = found
        .thresholds
        .iter()
        .map(|t| {
            // What a small count would tell, a share and a distance tell too.
            let held = few(t.last.0) || few(t.last.1) || few(t.last.1 - t.last.0);
            json!({"rule": t.rule.code, "limit_percent": t.limit, "mean_percent": if held { None } else { t.mean },
                "last_count": if held { Value::Null } else { shown(t.last.0) }, "last_of": shown(t.last.1),
                "too_many": if held { Value::Null } else { json!(t.too_many) }, "held_back": held,
                "met": t.met(), "cite": t.version.cite.say(), "mark": t.version.checked.mark.label(Lang::En)})
        })
        .collect();
    answer.set("thresholds", thresholds);
    let told = |s: &Share<'_>| {
        let counts = [s.closed(), s.met, s.closed() - s.met, s.not_met, s.exempt, s.open];
        !counts.into_iter().any(|n| few(n as u64))
    };
    let shares: Vec<Value> = found
        .shares
        .iter()
        .map(|s| {
            if !told(s) {
                return json!({"rule": s.rule.code, "asked_percent": s.asked_percent(), "held_back": true,
                    "mark": s.version.checked.mark.label(Lang::En)});
            }
            json!({"rule": s.rule.code, "asked_percent": s.asked_percent(), "percent": s.percent(), "met": s.met,
                "not_met": s.not_met, "exempt": s.exempt, "open": s.open, "lacking": s.lacking(),
                "verdict": verdict(s.verdict()), "mark": s.version.checked.mark.label(Lang::En)})
        })
        .collect();
    answer.set("shares", shares);
    let steps: Vec<Value> = found
        .steps
        .iter()
        .map(|(rule, v)| {
            json!({"rule": rule.code, "step": v.how.step, "text": v.text.say(lang), "cite": v.cite.say(),
                "mark": v.checked.mark.label(Lang::En)})
        })
        .collect();
    answer.set("steps", steps);
    answer.set("above_expected", found.above_expected);
    answer.set("selected", found.selected());
    let year = newest.map_or_else(String::new, |(_, y)| y.say(lang == Lang::Da));
    let (told_shares, held_shares): (Vec<Share<'_>>, Vec<Share<'_>>) = found.shares.iter().cloned().partition(told);
    text(&mut answer, &found, &place.name, &year, on, options.least, lang);
    for line in share_lines(&told_shares, on, lang).lines() {
        answer.line(line);
    }
    for s in held_shares {
        let title = s.rule.title.say(lang);
        answer.line(lang.pick(
            format!("  {title}: holdt tilbage, fordi der er for få."),
            format!("  {title}: held back, since there are too few."),
        ));
    }
    answer.put(lang, &options.answer)
}

const fn verdict(v: Verdict) -> &'static str {
    match v {
        Verdict::Met => "met",
        Verdict::NotMet => "not_met",
        Verdict::Open => "open",
        _ => "unknown",
    }
}

fn text(answer: &mut Answer, s: &Supervision<'_>, name: &str, year: &str, on: timeline::Date, least: u64, lang: Lang) {
    let danish = lang == Lang::Da;
    answer.line(match (s.thresholds.is_empty(), s.selected(), lang) {
        (true, _, Lang::Da) => format!("{name}, {on}: der er ikke skærpet tilsyn med fokusmål i kraft."),
        (true, _, Lang::En) => format!("{name}, {on}: no tightened supervision with focus goals is in force."),
        (_, Some(true), Lang::Da) => format!(
            "{name}, {on}: ville blive udtaget: flere på ydelse end forventet ({year}), og et fokusmål er ikke nået."
        ),
        (_, Some(true), Lang::En) => format!(
            "{name}, {on}: would be selected: more on benefit than expected ({year}), and a focus goal is not met."
        ),
        (_, Some(false), Lang::Da) => format!("{name}, {on}: ville ikke blive udtaget."),
        (_, Some(false), Lang::En) => format!("{name}, {on}: would not be selected."),
        (_, None, Lang::Da) => format!("{name}, {on}: om kommunen ville blive udtaget, kan ikke afgøres."),
        (_, None, Lang::En) => {
            format!("{name}, {on}: whether the municipality would be selected cannot be determined.")
        }
    });
    answer.line("");
    if let (false, Some(above)) = (s.thresholds.is_empty(), s.above_expected) {
        answer.line(match (above, lang) {
            (true, Lang::Da) => format!("  Flere på ydelse end forventet i {year} (STARs tal)."),
            (true, Lang::En) => format!("  More on benefit than expected in {year} (STAR's figures)."),
            (false, Lang::Da) => {
                format!("  Ikke flere på ydelse end forventet i {year} (STARs tal): gode resultater fritager.")
            }
            (false, Lang::En) => {
                format!("  Not more on benefit than expected in {year} (STAR's figures): good results exempt.")
            }
        });
    }
    for t in &s.thresholds {
        let few = |n: u64| n > 0 && n < least;
        let held = few(t.last.0) || few(t.last.1) || few(t.last.1 - t.last.0);
        let (title, mark) = (t.rule.title.say(lang), t.version.checked.mark.label(lang));
        answer.line(match (t.mean, held, lang) {
            (None, _, Lang::Da) => format!("  {title}: ingen med et års anciennitet. [{mark}]"),
            (None, _, Lang::En) => format!("  {title}: nobody with a year's seniority. [{mark}]"),
            (_, true, Lang::Da) => format!("  {title}: holdt tilbage, fordi der er for få. [{mark}]"),
            (_, true, Lang::En) => format!("  {title}: held back, since there are too few. [{mark}]"),
            (Some(mean), false, Lang::Da) => format!(
                "  {title}: {} pct. i gennemsnit over 12 måneder mod under {} pct.; i den sidste måned {} af {}, det er {}. [{mark}]",
                charts::number(mean, 1, danish), t.limit, t.last.0, t.last.1,
                if t.too_many == 0 { "under grænsen".to_owned() } else { format!("{} for mange", t.too_many) }
            ),
            (Some(mean), false, Lang::En) => format!(
                "  {title}: {} % on average over 12 months against below {} %; in the last month {} of {}, {}. [{mark}]",
                charts::number(mean, 1, danish), t.limit, t.last.0, t.last.1,
                if t.too_many == 0 { "below the limit".to_owned() } else { format!("{} too many", t.too_many) }
            ),
        });
    }
    if !s.thresholds.is_empty() {
        answer.line("");
    }
    for (rule, v) in &s.steps {
        answer.line(format!(
            "  {}. {} {} [{}]",
            rule.title.say(lang),
            v.text.say(lang),
            v.cite.say(),
            v.checked.mark.label(lang)
        ));
    }
}
