//! Kommunen i tal: a municipality against the nation and against all 98, real published figures.

use crate::error::{Failure, render};
use crate::pages::caseload::encode;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use charts::{
    Area, Cell, Choropleth, Dot, DotPlot, LineChart, LineSeries, Table, VerticalMark, number, percent_points,
};
use figures::{Month, MunicipalMap, NATION, Published, Series, Unit, find_municipality, municipalities, municipality};
use http::header;
use serde::Deserialize;
use std::sync::Arc;
use tables::{Column, Value};
use timeline::Lang;

/// The series that have a chip and a small chart.
const SHOWN: [Series; 6] = [
    Series::Unemployment,
    Series::DagpengeShare,
    Series::KontanthjaelpShare,
    Series::LongTerm,
    Series::ActivationDegree,
    Series::OrdinaryHoursShare,
];

#[derive(Deserialize, Default)]
pub(crate) struct Choice {
    serie: Option<String>,
    kommune: Option<String>,
    maaned: Option<String>,
}

/// What is looked at.
struct Look {
    series: Series,
    code: String,
    name: String,
    month: Month,
    lang: Lang,
}

struct Chip {
    label: &'static str,
    href: String,
    current: bool,
}

struct Small {
    title: &'static str,
    unit: &'static str,
    svg: String,
    table: Table,
    missing: bool,
}

#[derive(Template)]
#[template(path = "municipality.html")]
struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    chips: Vec<Chip>,
    series_code: &'static str,
    places: Vec<(String, String, bool)>,
    months: Vec<(String, String, bool)>,
    map: String,
    map_unit: String,
    dots: String,
    dots_table: Table,
    missing_note: String,
    name: String,
    smalls: Vec<Small>,
    break_note: Option<String>,
    source: String,
    query: String,
    no_figures: bool,
}

fn look(state: &AppState, choice: &Choice, lang: Lang) -> Result<Look, Failure> {
    let series = match choice.serie.as_deref() {
        None | Some("") => Series::Unemployment,
        Some(code) => Series::from_code(code).ok_or_else(|| {
            let known: Vec<&str> = Series::ALL.iter().map(|s| s.code()).collect();
            Failure::bad(
                lang,
                format!(
                    "{} \"{code}\". {} {}.",
                    lang.pick("Ingen serie hedder", "No series is called"),
                    lang.pick("Der er", "There are"),
                    known.join(", ")
                ),
            )
        })?,
    };
    let wanted = choice.kommune.as_deref().filter(|k| !k.is_empty()).unwrap_or(&state.settings.municipality);
    let place = find_municipality(wanted).ok_or_else(|| {
        Failure::bad(lang, format!("{} \"{wanted}\".", lang.pick("Ingen kommune hedder", "No municipality is called")))
    })?;
    let newest = state.known.figures.latest(series).unwrap_or(Month { year: 2026, month: 7 });
    let month = match choice.maaned.as_deref().filter(|m| !m.is_empty()) {
        None => newest,
        Some(text) => text.parse().map_err(|e: figures::MonthError| {
            Failure::bad(
                lang,
                match lang {
                    Lang::Da => format!("»{text}« er ikke en måned; skriv den som 2026M07."),
                    Lang::En => e.to_string(),
                },
            )
        })?,
    };
    Ok(Look { series, code: place.code.clone(), name: place.name.clone(), month, lang })
}

pub(crate) async fn show(
    State(state): State<Arc<AppState>>,
    reader: Reader,
    Query(choice): Query<Choice>,
) -> Result<Response, Failure> {
    let look = look(&state, &choice, reader.lang)?;
    Ok(render(&page(&state, &reader, &look), reader.lang))
}

const fn decimals(series: Series) -> usize {
    match series.unit() {
        Unit::Percent => 1,
        Unit::FullTime | Unit::Persons => 0,
    }
}

fn words(pair: (&'static str, &'static str), lang: Lang) -> &'static str {
    lang.pick(pair.0, pair.1)
}

/// The heading answers: the value, and how it lies against the country.
fn heading(f: &Published, l: &Look) -> (String, bool) {
    let danish = l.lang == Lang::Da;
    let name = words(l.series.name(), l.lang);
    let shown = |v: f64| number(v, decimals(l.series), danish);
    let Some(value) = f.value(l.series, &l.code, l.month) else {
        let text = match l.lang {
            Lang::Da => format!("{name} i {} er ikke offentliggjort for {}", l.name, l.month.say(true)),
            Lang::En => format!("{name} in {} is not published for {}", l.name, l.month.say(false)),
        };
        return (text, true);
    };
    let percent = l.series.unit() == Unit::Percent;
    let unit = if percent { l.lang.pick(" pct.", " %") } else { "" };
    let nation = f.value(l.series, NATION, l.month).filter(|_| percent);
    let against = nation.map_or_else(String::new, |n| {
        let gap = ((value - n) * 10.0).round() / 10.0;
        match (gap, l.lang) {
            (0.0, Lang::Da) => ", som i hele landet".to_owned(),
            (0.0, Lang::En) => ", as in the whole country".to_owned(),
            (g, Lang::Da) => format!(
                ", {} procentpoint {} landet",
                percent_points(g.abs(), true).trim_start_matches('+'),
                if g > 0.0 { "over" } else { "under" }
            ),
            (g, Lang::En) => format!(
                ", {} percentage points {} the country",
                percent_points(g.abs(), false).trim_start_matches('+'),
                if g > 0.0 { "above" } else { "below" }
            ),
        }
    });
    let text = match l.lang {
        Lang::Da => format!("{name} i {}: {}{unit}{against}", l.name, shown(value)),
        Lang::En => format!("{name} in {}: {}{unit}{against}", l.name, shown(value)),
    };
    (text, false)
}

fn rank(f: &Published, l: &Look) -> String {
    let Some(s) = f.standing(l.series, &l.code, l.month) else { return String::new() };
    let ties = match (s.ties, l.lang) {
        (0, _) => String::new(),
        (n, Lang::Da) => {
            if n == 1 {
                ", delt med én anden".to_owned()
            } else {
                format!(", delt med {n} andre")
            }
        }
        (n, Lang::En) => {
            if n == 1 {
                ", shared with one other".to_owned()
            } else {
                format!(", shared with {n} others")
            }
        }
    };
    match l.lang {
        Lang::Da => format!(" · nummer {} af {} fra lavest{ties}", s.rank, s.of),
        Lang::En => format!(" · number {} of {} from the lowest{ties}", s.rank, s.of),
    }
}

fn address(series: Series, code: &str, month: Option<Month>) -> String {
    let month = month.map_or_else(String::new, |m| format!("&maaned={m}"));
    format!("/tal?serie={}&kommune={}{month}", series.code(), encode(code))
}

fn dot_plot(f: &Published, l: &Look) -> DotPlot {
    let dots = f
        .across(l.series, l.month)
        .into_iter()
        .map(|(place, value)| Dot {
            label: place.name.clone(),
            value,
            href: address(l.series, &place.code, Some(l.month)),
            own: place.code == l.code,
        })
        .collect();
    let reference = f
        .value(l.series, NATION, l.month)
        .filter(|_| l.series.unit() == Unit::Percent)
        .map(|v| (l.lang.pick("hele landet", "whole country").to_owned(), v));
    DotPlot {
        title: format!("{}, {}", words(l.series.name(), l.lang), l.month.say(l.lang == Lang::Da)),
        unit: words(l.series.of(), l.lang).to_owned(),
        dots,
        reference,
        decimals: decimals(l.series),
        danish: l.lang == Lang::Da,
    }
}

fn map(f: &Published, l: &Look) -> Choropleth {
    let shipped = MunicipalMap::shipped();
    let areas = shipped
        .shapes
        .iter()
        .filter_map(|shape| {
            let place = municipality(&shape.code)?;
            Some(Area {
                label: place.name.clone(),
                path: shape.path.clone(),
                value: f.value(l.series, &shape.code, l.month),
                href: address(l.series, &shape.code, Some(l.month)),
                own: shape.code == l.code,
            })
        })
        .collect();
    Choropleth {
        title: format!("{}, {}", words(l.series.name(), l.lang), l.month.say(l.lang == Lang::Da)),
        unit: words(l.series.of(), l.lang).to_owned(),
        areas,
        size: (shipped.width, shipped.height),
        inset: shipped.inset,
        decimals: decimals(l.series),
        danish: l.lang == Lang::Da,
        around_zero: false,
    }
}

pub(crate) fn month_name(n: i32, danish: bool) -> String {
    Month::from_number(n).say(danish)
}

fn line_chart(f: &Published, series: Series, l: &Look) -> LineChart {
    let line = |code: &str, label: String, own: bool| LineSeries {
        label,
        own,
        points: f.line(series, code).into_iter().map(|(m, v)| (m.number(), v)).collect(),
    };
    let mut lines = vec![line(&l.code, l.name.clone(), true)];
    // Counts of a municipality and of the country do not share an axis.
    if series.unit() == Unit::Percent {
        lines.push(line(NATION, l.lang.pick("Hele landet", "Whole country").to_owned(), false));
    }
    LineChart {
        title: words(series.name(), l.lang).to_owned(),
        unit: words(series.of(), l.lang).to_owned(),
        series: lines,
        breaks: series
            .breaks()
            .iter()
            .map(|b| VerticalMark { month: b.from.number(), label: l.lang.pick("ny lov", "new law").to_owned() })
            .collect(),
        decimals: decimals(series),
        danish: l.lang == Lang::Da,
        month_name,
    }
}

fn page(state: &AppState, reader: &Reader, l: &Look) -> Page {
    let f = &state.known.figures;
    let danish = l.lang == Lang::Da;
    let (heading, no_figures) = heading(f, l);
    let late = match l.lang {
        Lang::Da => "den nyeste måned kan blive rettet",
        Lang::En => "the newest month may still be corrected",
    };
    let under = format!(
        "{}{} · {}, {} {} · {late}",
        crate::words::sentence(&l.month.say(danish)),
        rank(f, l),
        f.provenance.source,
        l.lang.pick("hentet", "fetched"),
        fetched(f, l.lang)
    );
    let plot = dot_plot(f, l);
    let without: Vec<&str> = plot.dots.iter().filter(|d| d.value.is_none()).map(|d| d.label.as_str()).collect();
    let missing_note = match (without.len(), l.lang) {
        (0, _) => String::new(),
        (_, Lang::Da) => format!("Ikke offentliggjort, fordi der er for få: {}.", without.join(", ")),
        (_, Lang::En) => format!("Not published, since there are too few: {}.", without.join(", ")),
    };
    let smalls = SHOWN
        .into_iter()
        .map(|series| {
            let chart = line_chart(f, series, l);
            Small {
                title: words(series.name(), l.lang),
                unit: words(series.of(), l.lang),
                missing: chart.series[0].points.iter().all(|p| p.1.is_none()),
                svg: chart.svg(),
                table: chart.table(),
            }
        })
        .collect();
    let break_note = SHOWN
        .iter()
        .flat_map(|s| s.breaks())
        .next()
        .map(|b| format!("{} {}.", l.lang.pick("Stiplet linje:", "Dotted line:"), l.lang.pick(b.da, b.en)));
    let chips = SHOWN
        .into_iter()
        .map(|s| Chip { label: words(s.name(), l.lang), href: address(s, &l.code, None), current: s == l.series })
        .collect();
    let mut places: Vec<(String, String, bool)> =
        municipalities().iter().map(|m| (m.code.clone(), m.name.clone(), m.code == l.code)).collect();
    places.sort_by_key(|p| sort_key(&p.1));
    let months = f
        .months()
        .iter()
        .rev()
        .filter(|m| f.value(l.series, NATION, **m).is_some() || **m == l.month)
        .map(|m| (m.to_string(), m.say(danish), *m == l.month))
        .collect();
    let map = map(f, l);
    Page {
        shell: Shell::new(state, reader, "tal", heading.clone()),
        lang: l.lang,
        heading,
        under,
        chips,
        series_code: l.series.code(),
        places,
        months,
        map_unit: crate::words::sentence(&map.unit),
        map: map.svg(),
        dots: plot.svg(),
        dots_table: plot.table(),
        missing_note,
        name: l.name.clone(),
        smalls,
        break_note,
        source: format!("{} ({} {})", f.provenance.source, l.lang.pick("tabel", "table"), l.series.table()),
        query: format!("serie={}&kommune={}&maaned={}", l.series.code(), l.code, l.month),
        no_figures,
    }
}

fn fetched(f: &Published, lang: Lang) -> String {
    f.provenance.fetched.parse().map_or_else(|_| f.provenance.fetched.clone(), |d| crate::words::date(d, lang))
}

/// Danish order: æ, ø, å last; aa as å.
pub(crate) fn sort_key(name: &str) -> String {
    name.to_lowercase().replace("aa", "å").replace('æ', "zz1").replace('ø', "zz2").replace('å', "zz3")
}

/// `kommuner.csv`, `kommuner.xlsx` (all 98 in a month) and `udvikling.csv`, `udvikling.xlsx` (every month of a place).
pub(crate) async fn download(
    State(state): State<Arc<AppState>>,
    Path(file): Path<String>,
    reader: Reader,
    Query(choice): Query<Choice>,
) -> Result<Response, Failure> {
    let lang = reader.lang;
    let l = look(&state, &choice, lang)?;
    let (name, extension) = file.rsplit_once('.').ok_or_else(|| Failure::not_found(lang))?;
    let tables: Vec<Table> = match name {
        "kommuner" => vec![dot_plot(&state.known.figures, &l).table()],
        "udvikling" => SHOWN.iter().map(|s| line_chart(&state.known.figures, *s, &l).table()).collect(),
        _ => return Err(Failure::not_found(lang)),
    };
    let (columns, rows) = joined(&tables);
    let note =
        format!("{} · {} · {}", state.known.figures.provenance.source, fetched(&state.known.figures, lang), l.name);
    let stem = format!("traedesten-{name}-{}-{}", l.series.code(), l.month);
    let (bytes, kind) = match extension {
        "csv" => (tables::write_csv(&columns, &rows), "text/csv; charset=utf-8"),
        "xlsx" => {
            let about = [Column::new(lang.pick("Om tallene", "About the figures"), 80)];
            let lines = vec![vec![Value::from(note)], vec![Value::from(tables[0].caption.clone())]];
            let sheet = lang.pick("Tal", "Figures");
            let book = tables::write_xlsx(&[(sheet, &columns, &rows), (lang.pick("Om", "About"), &about, &lines)]);
            let book = book.map_err(|e| Failure::bad(lang, e.to_string()))?;
            (book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        _ => return Err(Failure::not_found(lang)),
    };
    let disposition = format!("attachment; filename=\"{stem}.{extension}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// Tables of one first column side by side.
fn joined(tables: &[Table]) -> (Vec<Column>, Vec<Vec<Value>>) {
    let single = tables.len() == 1;
    let mut columns = vec![Column::new(tables[0].columns[0].clone(), 22)];
    for table in tables {
        for heading in &table.columns[1..] {
            let text = if single { heading.clone() } else { format!("{}, {heading}", table.caption) };
            columns.push(Column::new(text, 18));
        }
    }
    let value = |cell: &Cell| match cell {
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Number(n, _) => Value::Number(*n),
        Cell::Missing => Value::Missing,
    };
    let rows = tables[0]
        .rows
        .iter()
        .map(|row| {
            let key = row[0].shown();
            let mut out = vec![value(&row[0])];
            for table in tables {
                let other = table.rows.iter().find(|r| r[0].shown() == key);
                for i in 1..table.columns.len() {
                    out.push(other.and_then(|r| r.get(i)).map_or(Value::Missing, value));
                }
            }
            out
        })
        .collect();
    (columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_names_sort_with_their_own_letters_last() {
        let mut names = vec!["Aabenraa", "Ærø", "Aalborg", "Billund", "Ørsted", "Vejle"];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(names, ["Billund", "Vejle", "Ærø", "Ørsted", "Aabenraa", "Aalborg"]);
    }
}
