//! The caseload.

use crate::error::{Failure, render};
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use crate::words;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use charts::number;
use registry::{CaseFlag, CaseQuery, CaseRow, Facet, FacetCounts, PAGE_SIZE, Sort};
use std::sync::Arc;
use timeline::{Lang, Maalgruppe, Tilbud};

/// Bands of a facet shown before the rest folds away.
const BANDS_SHOWN: usize = 8;

struct Link {
    label: String,
    title: String,
    href: String,
    count: String,
    zero: bool,
    current: bool,
}

struct FacetBox {
    label: &'static str,
    first: Vec<Link>,
    rest: Vec<Link>,
}

struct Line {
    name: String,
    href: String,
    group: String,
    weeks: String,
    spark: String,
    next_on: String,
    next: String,
    talk: String,
    offer: String,
    hours: String,
    progress: &'static str,
    progress_says: &'static str,
    adviser: String,
}

struct Head {
    label: &'static str,
    title: &'static str,
    href: String,
    sorted: &'static str,
    number: bool,
}

#[derive(Template)]
#[template(path = "caseload.html")]
struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    views: Vec<Link>,
    chips: Vec<Link>,
    facets: Vec<FacetBox>,
    clear: Option<String>,
    heads: Vec<Head>,
    lines: Vec<Line>,
    showing: String,
    first: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    last: Option<String>,
}

/// Read the query of an address. Unknown words are passed over, so that an old bookmark still opens.
pub(crate) fn query_of(raw: &str) -> CaseQuery {
    let mut query = CaseQuery::default();
    for (key, value) in pairs(raw) {
        match key.as_str() {
            "sorter" => {
                let (word, down) = value.strip_prefix('-').map_or((value.as_str(), false), |w| (w, true));
                if let Some((sort, _)) = Sort::ALL.iter().find(|(_, w)| *w == word) {
                    (query.sort, query.descending) = (*sort, down);
                }
            }
            "side" => query.page = value.parse::<u64>().unwrap_or(1).clamp(1, 10_000_000) - 1,
            "vis" => query.flags.extend(CaseFlag::from_code(&value).filter(|f| !query.flags.contains(f))),
            other => {
                if let Some(facet) = Facet::from_code(other)
                    && !query.facets.iter().any(|(f, _)| *f == facet)
                {
                    let band = if value == "-" { String::new() } else { value };
                    query.facets.push((facet, band));
                }
            }
        }
    }
    query
}

/// Key and value pairs of a query, decoded.
pub(crate) fn pairs(raw: &str) -> Vec<(String, String)> {
    let decode = |t: &str| percent_encoding::percent_decode_str(&t.replace('+', " ")).decode_utf8_lossy().into_owned();
    raw.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (decode(k), decode(v))).collect()
}

/// Percent-encode a value of a query.
pub(crate) fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The address of a query.
pub(crate) fn address(query: &CaseQuery) -> String {
    let mut parts: Vec<String> = query
        .facets
        .iter()
        .map(|(facet, band)| {
            format!("{}={}", facet.code(), if band.is_empty() { "-".to_owned() } else { encode(band) })
        })
        .collect();
    parts.extend(query.flags.iter().map(|f| format!("vis={}", f.code())));
    if query.sort != Sort::Next || query.descending {
        let word = Sort::ALL.iter().find(|(s, _)| *s == query.sort).map_or("", |(_, w)| w);
        parts.push(format!("sorter={}{word}", if query.descending { "-" } else { "" }));
    }
    if query.page > 0 {
        parts.push(format!("side={}", query.page + 1));
    }
    if parts.is_empty() { "/sager".to_owned() } else { format!("/sager?{}", parts.join("&")) }
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    RawQuery(raw): RawQuery,
    reader: Reader,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let mut query = query_of(raw.as_deref().unwrap_or(""));
    let counts = state.facets().count(&query);
    let pages = counts.total.div_ceil(PAGE_SIZE).max(1);
    query.page = query.page.min(pages - 1);
    let rows = state.registry.caseload(&query, Some(counts.total)).await.map_err(|e| Failure::registry(lang, &e))?;
    let page = page(&state, &reader, &query, &counts, &rows, pages);
    Ok(render(&page, lang))
}

fn page(
    state: &AppState,
    reader: &Reader,
    query: &CaseQuery,
    counts: &FacetCounts,
    rows: &[CaseRow],
    pages: u64,
) -> Page {
    let lang = reader.lang;
    let n = |v: u64| number(v as f64, 0, lang == Lang::Da);
    let heading = heading(query, counts.total, lang);
    let at = |page: u64| address(&CaseQuery { page, ..query.clone() });
    let first_shown = query.page * PAGE_SIZE + 1;
    let last_shown = (query.page * PAGE_SIZE + rows.len() as u64).min(counts.total);
    let showing = match (counts.total, lang) {
        (0, _) => String::new(),
        (total, Lang::Da) => format!("Viser {}–{} af {}", n(first_shown), n(last_shown), n(total)),
        (total, Lang::En) => format!("Showing {}–{} of {}", n(first_shown), n(last_shown), n(total)),
    };
    let filtered = !query.facets.is_empty() || !query.flags.is_empty();
    let sorted = sort_words(query, lang);
    let under = format!(
        "{} · {} {} · {sorted} · {} {}",
        state_municipality(state),
        n(state.facets().len() as u64),
        lang.pick("borgere i alt", "citizens in all"),
        lang.pick("opgjort", "as of"),
        words::date(reader.today, lang)
    );
    Page {
        shell: Shell::new(state, reader, "sager", heading.clone()),
        lang,
        heading,
        under,
        views: views(query, lang),
        chips: chips(query, counts, lang),
        facets: facet_boxes(query, counts, lang),
        clear: filtered
            .then(|| address(&CaseQuery { sort: query.sort, descending: query.descending, ..CaseQuery::default() })),
        heads: heads(query, lang),
        lines: rows.iter().enumerate().map(|(i, row)| line(row, query, first_shown - 1 + i as u64, reader)).collect(),
        showing,
        first: (query.page > 1).then(|| at(0)),
        previous: (query.page > 0).then(|| at(query.page - 1)),
        next: (query.page + 1 < pages).then(|| at(query.page + 1)),
        last: (query.page + 2 < pages).then(|| at(pages - 1)),
    }
}

fn state_municipality(state: &AppState) -> String {
    figures::municipality(&state.settings.municipality).map_or_else(String::new, |m| m.name.clone())
}

/// The heading answers: how many, and what they have in common.
fn heading(query: &CaseQuery, total: u64, lang: Lang) -> String {
    let count = number(total as f64, 0, lang == Lang::Da);
    let citizens = match (total, lang) {
        (1, Lang::Da) => "Én borger".to_owned(),
        (1, Lang::En) => "One citizen".to_owned(),
        (_, Lang::Da) => format!("{count} borgere"),
        (_, Lang::En) => format!("{count} citizens"),
    };
    let mut what: Vec<String> = query.flags.iter().map(|f| f.label(lang).to_lowercase()).collect();
    what.extend(
        query
            .facets
            .iter()
            .map(|(f, b)| format!("{}: {}", f.label(lang).to_lowercase(), f.band_label(b, lang).to_lowercase())),
    );
    if what.is_empty() {
        lang.pick(format!("{citizens} på vej"), format!("{citizens} on their way"))
    } else {
        format!("{citizens} – {}", what.join(", "))
    }
}

fn sort_words(query: &CaseQuery, lang: Lang) -> String {
    let (da, en) = match query.sort {
        Sort::Next => (
            "sorteret efter næste dato, derefter længst uden samtale",
            "sorted by next date, then longest without a talk",
        ),
        Sort::Name => ("sorteret efter navn", "sorted by name"),
        Sort::Weeks => ("sorteret efter uger", "sorted by weeks"),
        Sort::Talk => ("sorteret efter sidste samtale", "sorted by last talk"),
        Sort::Hours => ("sorteret efter timer", "sorted by hours"),
        Sort::Adviser => ("sorteret efter rådgiver", "sorted by adviser"),
    };
    let down = if query.descending { lang.pick(", faldende", ", descending") } else { "" };
    format!("{}{down}", lang.pick(da, en))
}

/// Saved ways to look, each a filter.
fn views(query: &CaseQuery, lang: Lang) -> Vec<Link> {
    let all: [(&str, &str, Option<CaseFlag>); 5] = [
        ("Alle", "All", None),
        ("Nye", "New", Some(CaseFlag::New)),
        ("Ikke talt med i 8 uger", "Not talked to in 8 weeks", Some(CaseFlag::Silent)),
        ("Starter i job i disse dage", "Starting a job these days", Some(CaseFlag::JobStarts)),
        ("Gået i stå", "Stalled", Some(CaseFlag::Stalled)),
    ];
    all.into_iter()
        .map(|(da, en, flag)| {
            let flags: Vec<CaseFlag> = flag.into_iter().collect();
            let current = query.facets.is_empty() && query.flags == flags;
            let rule = flag.map_or("", |f| f.rule(lang)).to_owned();
            let href = address(&CaseQuery { flags, ..CaseQuery::default() });
            Link { label: lang.pick(da, en).to_owned(), title: rule, href, count: String::new(), zero: false, current }
        })
        .collect()
}

/// Status counts; a zero stays, in grey.
fn chips(query: &CaseQuery, counts: &FacetCounts, lang: Lang) -> Vec<Link> {
    let shown = [CaseFlag::DueIn7, CaseFlag::TalkToday, CaseFlag::NotBooked, CaseFlag::OfferEnds, CaseFlag::NoOwnGoal];
    counts
        .flags
        .iter()
        .filter(|(flag, _)| shown.contains(flag))
        .map(|(flag, count)| {
            let current = query.flags.contains(flag);
            let mut flags = query.flags.clone();
            if current {
                flags.retain(|f| f != flag);
            } else {
                flags.push(*flag);
            }
            Link {
                label: flag.label(lang).to_owned(),
                title: flag.rule(lang).to_owned(),
                href: address(&CaseQuery { flags, page: 0, ..query.clone() }),
                count: number(*count as f64, 0, lang == Lang::Da),
                zero: *count == 0,
                current,
            }
        })
        .collect()
}

fn facet_boxes(query: &CaseQuery, counts: &FacetCounts, lang: Lang) -> Vec<FacetBox> {
    counts
        .facets
        .iter()
        .map(|(facet, bands)| {
            let mut links: Vec<Link> = bands
                .iter()
                .map(|(band, count)| {
                    let current = query.facets.iter().any(|(f, b)| f == facet && b == band);
                    let mut facets = query.facets.clone();
                    facets.retain(|(f, _)| f != facet);
                    if !current {
                        facets.push((*facet, band.clone()));
                    }
                    Link {
                        label: band_label(*facet, band, lang),
                        title: String::new(),
                        href: address(&CaseQuery { facets, page: 0, ..query.clone() }),
                        count: number(*count as f64, 0, lang == Lang::Da),
                        zero: *count == 0,
                        current,
                    }
                })
                .collect();
            let chosen_late = links.iter().skip(BANDS_SHOWN).any(|l| l.current);
            let cut = if chosen_late || links.len() <= BANDS_SHOWN + 1 { links.len() } else { BANDS_SHOWN };
            let rest = links.split_off(cut);
            FacetBox { label: facet.label(lang), first: links, rest }
        })
        .collect()
}

fn band_label(facet: Facet, band: &str, lang: Lang) -> String {
    match (facet, band) {
        (Facet::Group, "") => lang.pick("Ikke placeret", "Not placed").to_owned(),
        _ => facet.band_label(band, lang),
    }
}

fn heads(query: &CaseQuery, lang: Lang) -> Vec<Head> {
    let columns: [(&str, &str, Option<Sort>, bool); 11] = [
        ("Navn", "Name", Some(Sort::Name), false),
        ("Målgruppe", "Target group", None, false),
        ("Uge", "Week", Some(Sort::Weeks), true),
        ("26 uger", "26 weeks", None, false),
        ("Dato", "Date", Some(Sort::Next), false),
        ("Næste", "Next", None, false),
        ("Sidste samtale", "Last talk", Some(Sort::Talk), false),
        ("Tilbud nu", "Offer now", None, false),
        ("Timer", "Hours", Some(Sort::Hours), true),
        ("Progr.", "Progr.", None, false),
        ("Rådgiver", "Adviser", Some(Sort::Adviser), false),
    ];
    columns
        .into_iter()
        .map(|(da, en, sort, number)| {
            let own = sort == Some(query.sort);
            let sorted = match (own, query.descending) {
                (false, _) => "",
                (true, false) => "ascending",
                (true, true) => "descending",
            };
            let href = sort.map_or_else(String::new, |sort| {
                let descending = if own { !query.descending } else { matches!(sort, Sort::Weeks | Sort::Hours) };
                address(&CaseQuery { sort, descending, page: 0, ..query.clone() })
            });
            let title = if sort == Some(Sort::Hours) {
                lang.pick("Ordinære timer, de seneste 4 uger", "Ordinary hours, the last 4 weeks")
            } else {
                ""
            };
            Head { label: lang.pick(da, en), title, href, sorted, number }
        })
        .collect()
}

fn line(row: &CaseRow, query: &CaseQuery, place: u64, reader: &Reader) -> Line {
    let lang = reader.lang;
    let days = |n: i64| match (n, lang) {
        (0, Lang::Da) => "i dag".to_owned(),
        (0, Lang::En) => "today".to_owned(),
        (1, Lang::Da) => "1 dag".to_owned(),
        (1, Lang::En) => "1 day".to_owned(),
        (n, Lang::Da) => format!("{n} dage"),
        (n, Lang::En) => format!("{n} days"),
    };
    let list = address(&CaseQuery { page: 0, ..query.clone() });
    let list = list.split_once('?').map_or("", |(_, q)| q);
    let letters: String = row.weeks_26.iter().map(|w| w.letter()).collect();
    let (progress, progress_says) = match row.progress.as_str() {
        "op" => ("↗", lang.pick("fremgang", "up")),
        "lige" => ("→", lang.pick("uændret", "unchanged")),
        "ned" => ("↘", lang.pick("tilbagegang", "down")),
        _ => ("", lang.pick("ikke målt to gange", "not measured twice")),
    };
    Line {
        name: row.name.clone(),
        href: format!("/sager/{}?liste={}&nr={}", row.citizen, encode(list), place + 1),
        group: Maalgruppe::from_code(&row.group).map_or_else(|| "–".to_owned(), |g| g.label(lang).to_owned()),
        weeks: if row.weeks == 0 { "–".to_owned() } else { row.weeks.to_string() },
        spark: charts::spark(&letters, lang.pick("De seneste 26 uger", "The last 26 weeks")),
        next_on: row.next_on.map_or_else(String::new, |d| words::short(d, lang)),
        next: words::next(row, lang),
        talk: row.last_talk.map_or_else(String::new, |day| {
            let sign = row.last_form.map_or("", |(c, h)| words::talk_sign(c, h));
            format!("{} {sign}", days(words::days_between(day, reader.today)))
        }),
        offer: Tilbud::from_code(&row.offer).map_or_else(String::new, |o| {
            let left = row
                .offer_to
                .map_or_else(String::new, |to| format!(" · {}", days(words::days_between(reader.today, to))));
            format!("{}{left}", words::short_offer(o, lang))
        }),
        hours: if row.hours > 0.0 { format!("{} t", words::hours(row.hours.round(), lang)) } else { String::new() },
        progress,
        progress_says,
        adviser: initials(&row.adviser),
    }
}

/// `M. Krag`: a narrow column has room for that.
fn initials(name: &str) -> String {
    match (name.chars().next(), name.rsplit_once(' ')) {
        (Some(first), Some((_, last))) => format!("{first}. {last}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_the_whole_query_and_is_read_back() {
        let query = CaseQuery {
            facets: vec![
                (Facet::Group, "6.2".to_owned()),
                (Facet::Unit, "Team Job & Ær".to_owned()),
                (Facet::Offer, String::new()),
            ],
            flags: vec![CaseFlag::Stalled],
            sort: Sort::Weeks,
            descending: true,
            page: 3,
        };
        let text = address(&query);
        assert_eq!(query_of(text.split_once('?').unwrap().1), query);
        assert_eq!(address(&CaseQuery::default()), "/sager");
    }

    #[test]
    fn nonsense_in_an_address_is_passed_over() {
        let query = query_of("side=-4&sorter=x&vis=&maalgruppe=a&maalgruppe=b&%ff=%ff&=&&x");
        assert_eq!((query.page, query.sort, query.facets.len()), (0, Sort::Next, 1));
    }
}
