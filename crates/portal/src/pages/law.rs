//! Paragrafnøgler: the law by subject and target group, on any day, beside another day.

use crate::error::{Failure, render};
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use crate::words;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use law::{LawBook, Mark, Rule, Subject, Version};
use serde::Deserialize;
use std::sync::Arc;
use timeline::{Date, Lang, Maalgruppe, Period};

#[derive(Deserialize, Default)]
pub(crate) struct Choice {
    dato: Option<String>,
    sammenlign: Option<String>,
    maalgruppe: Option<String>,
    q: Option<String>,
}

struct Row {
    title: String,
    href: String,
    text: String,
    cite: String,
    mark: &'static str,
    sure: bool,
    groups: Vec<(&'static str, bool)>,
}

struct Side {
    label: &'static str,
    text: String,
    cite: String,
    mark: &'static str,
    sure: bool,
    means: String,
    groups: String,
    days: String,
}

struct Compared {
    title: String,
    href: String,
    change: &'static str,
    sides: Vec<Side>,
}

#[derive(Template)]
#[template(path = "law.html")]
struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    day: String,
    other: String,
    asked: String,
    groups: Vec<(&'static str, &'static str, bool)>,
    subjects: Vec<(&'static str, Vec<Row>)>,
    compared: Vec<Compared>,
    comparing: bool,
    none: bool,
}

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage {
    shell: Shell,
    lang: Lang,
    title: String,
    code: String,
    kind: &'static str,
    subject: &'static str,
    versions: Vec<(String, Side, String, bool)>,
    file: String,
}

fn day(text: Option<&str>, lang: Lang) -> Result<Option<Date>, Failure> {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            Failure::bad(
                lang,
                format!(
                    "\"{text}\": {}",
                    lang.pick("skriv en dato som 2026-07-01.", "write a day such as 2026-07-01.")
                ),
            )
        }),
    }
}

fn groups_of(version: &Version, lang: Lang) -> String {
    if version.groups.len() == Maalgruppe::ALL.len() {
        return lang.pick("alle målgrupper", "all target groups").to_owned();
    }
    version.groups.iter().map(|g| g.label(lang).to_lowercase()).collect::<Vec<_>>().join(", ")
}

fn side(version: &Version, label: &'static str, lang: Lang) -> Side {
    Side {
        label,
        text: version.text.say(lang).to_owned(),
        cite: version.cite.say(),
        mark: version.checked.mark.label(lang),
        sure: version.checked.mark == Mark::Verified,
        means: version.means.say(lang).to_owned(),
        groups: groups_of(version, lang),
        days: words::period(Period { from: version.from, to: version.to }, lang),
    }
}

/// Whether a rule has every word that was asked for, in either language.
fn fits(rule: &Rule, asked: &str) -> bool {
    let mut all = format!("{} {} {}", rule.code, rule.title.da, rule.title.en);
    for v in &rule.versions {
        all.push_str(&format!(" {} {} {}", v.text.da, v.text.en, v.cite.say()));
    }
    let all = all.to_lowercase();
    asked.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Query(choice): Query<Choice>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let on = day(choice.dato.as_deref(), lang)?.unwrap_or(reader.today);
    let other = day(choice.sammenlign.as_deref(), lang)?;
    let group = choice.maalgruppe.as_deref().and_then(Maalgruppe::from_code);
    let asked = choice.q.clone().unwrap_or_default();
    let book = &state.law;
    let compared = other.map_or_else(Vec::new, |o| compare(book, on.min(o), on.max(o), group, &asked, lang));
    let subjects = subjects(book, on, group, &asked, lang);
    let rules: usize = subjects.iter().map(|s| s.1.len()).sum();
    let unsure = if other.is_some() {
        compared.iter().filter(|c| c.sides.iter().any(|s| !s.sure)).count()
    } else {
        subjects.iter().flat_map(|s| &s.1).filter(|r| !r.sure).count()
    };
    let whom =
        group.map_or_else(String::new, |g| format!(" {} {}", lang.pick("for", "for"), g.label(lang).to_lowercase()));
    let heading = match other {
        Some(o) => {
            let (first, second) = (words::date(on.min(o), lang), words::date(on.max(o), lang));
            let n = compared.len();
            lang.pick(
                format!("{n} regler er forskellige {first} og {second}{whom}"),
                format!("{n} rules differ between {first} and {second}{whom}"),
            )
        }
        None => lang.pick(
            format!("{rules} regler gælder{whom} {}", words::date(on, lang)),
            format!("{rules} rules hold{whom} on {}", words::date(on, lang)),
        ),
    };
    let under = lang.pick(
        format!("{unsure} af dem er ikke bekræftet mod den officielle tekst og er mærket. Reglerne er data i mappen law/."),
        format!("{unsure} of them are not confirmed against the official text, and are marked. The rules are data in the folder law/."),
    );
    let page = Page {
        shell: Shell::new(&state, &reader, "love", lang.pick("Love", "Law")),
        lang,
        heading,
        under,
        day: on.to_string(),
        other: other.map_or_else(String::new, |d| d.to_string()),
        asked,
        groups: Maalgruppe::ALL.iter().map(|g| (g.code(), g.label(lang), Some(*g) == group)).collect(),
        none: rules == 0 && compared.is_empty(),
        subjects,
        comparing: other.is_some(),
        compared,
    };
    Ok(render(&page, lang))
}

fn subjects(
    book: &LawBook,
    on: Date,
    group: Option<Maalgruppe>,
    asked: &str,
    lang: Lang,
) -> Vec<(&'static str, Vec<Row>)> {
    Subject::ALL
        .into_iter()
        .filter_map(|subject| {
            let rows: Vec<Row> = book
                .rules()
                .iter()
                .filter(|r| r.subject == subject && fits(r, asked))
                .filter_map(|rule| {
                    let version = rule.all_on(on).find(|v| group.is_none_or(|g| v.is_for(g)))?;
                    Some(Row {
                        title: rule.title.say(lang).to_owned(),
                        href: format!("/love/{}", rule.code),
                        text: version.text.say(lang).to_owned(),
                        cite: version.cite.say(),
                        mark: version.checked.mark.label(lang),
                        sure: version.checked.mark == Mark::Verified,
                        groups: Maalgruppe::ALL
                            .iter()
                            .map(|g| (g.label(lang), rule.all_on(on).any(|v| v.is_for(*g))))
                            .collect(),
                    })
                })
                .collect();
            (!rows.is_empty()).then(|| (subject.label(lang), rows))
        })
        .collect()
}

fn compare(
    book: &LawBook,
    first: Date,
    second: Date,
    group: Option<Maalgruppe>,
    asked: &str,
    lang: Lang,
) -> Vec<Compared> {
    book.differences(first, second, group)
        .into_iter()
        .filter(|d| fits(d.rule, asked))
        .map(|d| {
            let before = d.before.iter().map(|v| side(v, lang.pick("Før", "Before"), lang));
            let after = d.after.iter().map(|v| side(v, lang.pick("Efter", "After"), lang));
            Compared {
                title: d.rule.title.say(lang).to_owned(),
                href: format!("/love/{}", d.rule.code),
                change: d.change.label(lang),
                sides: before.chain(after).collect(),
            }
        })
        .collect()
}

pub(crate) async fn rule(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let rule = state.law.rule(&code).ok_or_else(|| Failure::not_found(lang))?;
    let versions = rule
        .versions
        .iter()
        .rev()
        .map(|v| (v.from.to_string(), side(v, "", lang), v.checked.how.clone(), v.in_force().contains(reader.today)))
        .collect();
    let title = rule.title.say(lang).to_owned();
    let page = RulePage {
        shell: Shell::new(&state, &reader, "love", title.clone()),
        lang,
        title,
        code: rule.code.clone(),
        kind: rule.kind.label(lang),
        subject: rule.subject.label(lang),
        versions,
        file: rule.file.clone(),
    };
    Ok(render(&page, lang))
}
