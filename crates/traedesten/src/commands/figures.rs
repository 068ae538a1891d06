//! `figures show` and `figures fetch`.

use super::{Context, today};
use crate::args::{FiguresCommand, FiguresFormat};
use crate::failure::Failure;
use crate::output::{bar, put};
use ::figures::api::{ApiCell, ApiError, Client, Version};
use ::figures::{Month, NATION, Series};
use serde_json::json;
use std::path::Path;
use tables::{Column, Value};
use timeline::Lang;

pub(crate) fn run(context: &Context, command: FiguresCommand) -> Result<u8, Failure> {
    match command {
        FiguresCommand::Show { municipality, series, format } => {
            show(context, municipality.as_deref(), &series, format)
        }
        FiguresCommand::Fetch { table, months, until, choices, api, out } => {
            fetch(context, &table, months, until.as_deref(), &choices, api, out.as_deref())
        }
    }
}

fn show(context: &Context, municipality: Option<&str>, series: &str, format: FiguresFormat) -> Result<u8, Failure> {
    let lang = context.lang;
    let place = context.municipality(municipality)?;
    let series = Series::from_code(series).ok_or_else(|| {
        let known: Vec<&str> = Series::ALL.iter().map(|s| s.code()).collect();
        let known = known.join(", ");
        Failure::usage(
            format!("Ingen serie hedder »{series}«. Der er {known}."),
            format!("No series is called \"{series}\". There are {known}."),
        )
    })?;
    let figures = context.figures()?;
    let rows: Vec<(Month, Option<f64>, Option<f64>)> =
        figures.line(series, &place.code).into_iter().map(|(m, v)| (m, v, figures.value(series, NATION, m))).collect();
    let (name, of) = (lang.pick(series.name().0, series.name().1), lang.pick(series.of().0, series.of().1));
    let nation = lang.pick("Hele landet", "Whole country");
    let table: Vec<Vec<Value>> =
        rows.iter().map(|(m, v, n)| vec![m.to_string().into(), (*v).into(), (*n).into()]).collect();
    let columns =
        [Column::new(lang.pick("Måned", "Month"), 10), Column::new(place.name.clone(), 14), Column::new(nation, 14)];
    let bytes = match format {
        FiguresFormat::Csv => tables::write_csv(&columns, &table),
        FiguresFormat::Xlsx => tables::write_xlsx(&[(lang.pick("Tal", "Figures"), &columns, &table)])
            .map_err(|e| Failure::surroundings(e.to_string()))?,
        FiguresFormat::Json => {
            let points: Vec<_> =
                rows.iter().map(|(m, v, n)| json!({"month": m.to_string(), "value": v, "nation": n})).collect();
            let breaks: Vec<_> =
                series.breaks().iter().map(|b| json!({"from": b.from.to_string(), "what": b.en})).collect();
            let object = json!({
                "schema": "traedesten/figures/1",
                "spec": {
                    "program": env!("CARGO_PKG_VERSION"), "series": series.code(), "municipality": place.code,
                    "source": figures.provenance.source, "fetched": figures.provenance.fetched, "table": series.table(),
                },
                "warnings": [],
                "unit": series.of().1,
                "breaks": breaks,
                "points": points,
            });
            format!("{object:#}\n").into_bytes()
        }
        FiguresFormat::Text => text(context, name, of, &place.name, &rows, series, &figures).into_bytes(),
    };
    put(&bytes, None).map(|()| 0)
}

fn text(
    context: &Context,
    name: &str,
    of: &str,
    place: &str,
    rows: &[(Month, Option<f64>, Option<f64>)],
    series: Series,
    figures: &::figures::Published,
) -> String {
    let lang = context.lang;
    let shown = |v: Option<f64>| {
        v.map_or_else(|| "–".to_owned(), |v| lang.pick(v.to_string().replace('.', ","), v.to_string()))
    };
    let nation = lang.pick("Hele landet", "Whole country");
    let mut out = format!("{name}, {of}\n\n{:<10}{:>14}{:>16}\n", lang.pick("Måned", "Month"), place, nation);
    for (month, value, whole) in rows.iter().rev() {
        out.push_str(&format!("{:<10}{:>14}{:>16}\n", month.to_string(), shown(*value), shown(*whole)));
        if series.breaks().iter().any(|b| b.from == *month) {
            out.push_str(&format!("{:-<40}\n", ""));
        }
    }
    for b in series.breaks() {
        out.push_str(&format!("\n{}.\n", lang.pick(b.da, b.en)));
    }
    out.push_str(&format!(
        "\n{}: {}, {} {}, {} {}. – = {}.\n",
        lang.pick("Kilde", "Source"),
        figures.provenance.source,
        lang.pick("tabel", "table"),
        series.table(),
        lang.pick("hentet", "fetched"),
        figures.provenance.fetched,
        lang.pick("ikke offentliggjort", "not published"),
    ));
    out
}

fn fetch(
    context: &Context,
    table: &str,
    months: u16,
    until: Option<&str>,
    choices: &[String],
    api: u8,
    out: Option<&Path>,
) -> Result<u8, Failure> {
    let settings = &context.layered.settings;
    let token = settings.jobindsats_token.as_deref().ok_or_else(|| {
        Failure::usage(
            "Nøglen til Jobindsats mangler: sæt jobindsats_token i traedesten.toml eller TRAEDESTEN_JOBINDSATS_TOKEN. Den fås ved at skrive til jobindsats@star.dk.",
            "The key to Jobindsats is missing: set jobindsats_token in traedesten.toml or TRAEDESTEN_JOBINDSATS_TOKEN. It is had by writing to jobindsats@star.dk.",
        )
    })?;
    let fine = !table.is_empty() && table.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !fine {
        return Err(Failure::usage("En tabel skrives som y25i01.", "A table is written as y25i01."));
    }
    let last = match until {
        None => Month::from_number(Month::of(today()).number() - 1),
        Some(text) => text.parse().map_err(|e: ::figures::MonthError| {
            Failure::usage(format!("»{text}« er ikke en måned; skriv 2026M07."), e.to_string())
        })?,
    };
    let months: Vec<String> =
        (0..i32::from(months.max(1))).rev().map(|back| Month::from_number(last.number() - back).to_string()).collect();
    let pairs = choices
        .iter()
        .map(|c| {
            c.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).ok_or_else(|| {
                Failure::usage(
                    format!("»{c}«: skriv --choose NØGLE=VÆRDI."),
                    format!("\"{c}\": write --choose KEY=VALUE."),
                )
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let version = if api == 2 { Version::V2 } else { Version::V3 };
    let base = settings.jobindsats_url.as_deref().unwrap_or(Client::official(version));
    let client = Client::new(base, token, version);
    let progress = bar(months.len() as u64, context.lang.pick("Henter måneder", "Fetching months"), context.quiet);
    let got = client
        .table(table, &months, &pairs, |n| progress.set_position(n as u64))
        .map_err(|e| api_failure(&e, context.lang))?;
    progress.finish_and_clear();
    let columns: Vec<Column> = got.columns.iter().map(|c| Column::new(c.clone(), 18)).collect();
    let rows: Vec<Vec<Value>> = got
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| match cell {
                    ApiCell::Missing => Value::Missing,
                    ApiCell::Number(n) => Value::Number(*n),
                    ApiCell::Text(text) => Value::from(text.as_str()),
                })
                .collect()
        })
        .collect();
    put(&tables::write_csv(&columns, &rows), out)?;
    let missing = got.rows.iter().flatten().filter(|c| **c == ApiCell::Missing).count();
    context.say(
        &format!("{} rækker fra {table}, {missing} celler holdt tilbage eller tomme (ikke nul).", got.rows.len()),
        &format!("{} rows of {table}, {missing} cells withheld or empty (not zero).", got.rows.len()),
    );
    Ok(0)
}

fn api_failure(error: &ApiError, lang: Lang) -> Failure {
    let danish = match error {
        ApiError::Refused => {
            "Jobindsats afviser (403): nøglen er forkert eller har ikke adgang til tabellen eller denne version."
                .to_owned()
        }
        ApiError::Busy { status, tries } => {
            format!("Jobindsats svarer stadig {status} efter {tries} forsøg. Prøv igen senere.")
        }
        ApiError::Status { status, body } => format!("Jobindsats svarer {status}: {body}"),
        ApiError::Network(what) => format!("Jobindsats kan ikke nås: {what}"),
        ApiError::Shape(what) => format!("Svaret ser anderledes ud end beskrevet: {what}"),
    };
    Failure::surroundings(lang.pick(danish, error.to_string()))
}
