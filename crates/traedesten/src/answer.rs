//! An answer to an analyst: text for people, JSON with everything, its main list as a table.

use crate::args::{AnswerFormat, AnswerOptions};
use crate::data::{Data, Used};
use crate::failure::Failure;
use crate::lists::{self, List, in_place, mark};
use crate::output::put;
use serde_json::{Map, Value, json};
use statistics::Tested;
use std::path::Path;
use timeline::Lang;

/// An answer in all its forms.
pub(crate) struct Answer {
    name: &'static str,
    spec: Map<String, Value>,
    pub warnings: Vec<(String, String)>,
    body: Map<String, Value>,
    main: &'static str,
    lines: Vec<String>,
    source: (String, String),
    format: AnswerFormat,
    /// Long lists, which stand in `body` as a mark.
    lists: Vec<List>,
    /// The usual picture, where the main list is not one of estimates.
    picture: Option<String>,
}

impl Answer {
    /// `name` is that of the schema; `main` the list that a table shows.
    pub(crate) fn new(
        name: &'static str,
        main: &'static str,
        data: &Data,
        used: &Used,
        options: &AnswerOptions,
    ) -> Self {
        let (rows, dropped) = (used.frame.rows(), used.dropped);
        let source = (
            format!("Kilde: {}, {rows} rækker brugt, {dropped} udeladt, fordi de mangler en værdi.", data.name),
            format!("Source: {}, {rows} rows used, {dropped} left out for a missing value.", data.name),
        );
        let mut answer = Self::of_shipped(name, main, source, options);
        let file = json!({"file": data.name, "sha256": data.hash, "rows": data.frame.rows()});
        answer.spec.insert("data".to_owned(), file);
        if dropped > 0 {
            answer.warn(
                format!("{dropped} af {} rækker mangler en værdi og er ikke med", data.frame.rows()),
                format!("{dropped} of {} rows lack a value and are left out", data.frame.rows()),
            );
        }
        answer
    }

    /// From what the program carries; `source` says what, in Danish and English.
    pub(crate) fn of_shipped(
        name: &'static str,
        main: &'static str,
        source: (String, String),
        options: &AnswerOptions,
    ) -> Self {
        let mut spec = Map::new();
        spec.insert("program".to_owned(), json!(env!("CARGO_PKG_VERSION")));
        // As it was asked, so that it can be asked again.
        spec.insert("command".to_owned(), json!(std::env::args().skip(1).collect::<Vec<_>>()));
        spec.insert("seed".to_owned(), json!(options.seed));
        Self {
            name,
            spec,
            warnings: Vec::new(),
            body: Map::new(),
            main,
            lines: Vec::new(),
            source,
            format: options.format,
            lists: Vec::new(),
            picture: None,
        }
    }

    pub(crate) fn warn(&mut self, da: impl Into<String>, en: impl Into<String>) {
        self.warnings.push((da.into(), en.into()));
    }

    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.body.insert(key.to_owned(), value.into());
    }

    /// A long list of numbers, to be set where it belongs. People are shown no such list, and nothing is made of it for them.
    pub(crate) fn list(&mut self, list: impl FnOnce() -> List) -> Value {
        if self.format == AnswerFormat::Text {
            return Value::Null;
        }
        self.lists.push(list());
        mark(self.lists.len() - 1)
    }

    /// The usual picture, as SVG.
    pub(crate) fn draw(&mut self, svg: String) {
        self.picture = Some(svg);
    }

    /// What `--plot` draws: the command's own picture, or else the estimates of its main list with their intervals.
    fn drawn(&self, lang: Lang) -> Option<String> {
        if self.picture.is_some() {
            return self.picture.clone();
        }
        let one = |row: &Value| {
            let label = ["term", "label", "unit", "level", "event_time"].iter().find_map(|k| row.get(*k))?;
            let label = label.as_str().map_or_else(|| label.to_string(), str::to_owned);
            let interval = row["ci_low"].as_f64().zip(row["ci_high"].as_f64());
            Some(charts::Estimate { label, value: row["estimate"].as_f64()?, interval })
        };
        let rows = self.body.get(self.main).and_then(Value::as_array);
        let mut all: Vec<charts::Estimate> = rows.into_iter().flatten().filter_map(one).collect();
        if all.is_empty() {
            for (key, value) in &self.body {
                estimates_in(key, value, &mut all);
            }
        }
        all.retain(|e| e.label != "(Intercept)");
        let forest = charts::Forest {
            title: self.name.to_owned(),
            unit: lang.pick("estimat, 95 %", "estimate, 95 %").to_owned(),
            estimates: all,
            nothing: (0.0, lang.pick("ingen effekt", "no effect").to_owned()),
            danish: lang == Lang::Da,
        };
        (!forest.estimates.is_empty()).then(|| forest.svg())
    }

    /// A line of text, as it stands.
    pub(crate) fn line(&mut self, text: impl Into<String>) {
        self.lines.push(text.into());
    }

    pub(crate) fn table(&mut self, table: &TextTable) {
        self.lines.extend(table.lines());
    }

    /// Write it, unless a number in it would only look fine.
    pub(crate) fn put(self, lang: Lang, options: &AnswerOptions) -> Result<u8, Failure> {
        self.put_or(lang, options, None::<fn(Option<&Path>) -> Result<Option<(String, String)>, Failure>>)
    }

    /// The same, but that for CSV the main list is written by `csv`, which tells what is to be noted about it.
    pub(crate) fn put_csv(
        self,
        lang: Lang,
        options: &AnswerOptions,
        csv: impl FnOnce(Option<&Path>) -> Result<Option<(String, String)>, Failure>,
    ) -> Result<u8, Failure> {
        self.put_or(lang, options, Some(csv))
    }

    fn put_or(
        mut self,
        lang: Lang,
        options: &AnswerOptions,
        csv: Option<impl FnOnce(Option<&Path>) -> Result<Option<(String, String)>, Failure>>,
    ) -> Result<u8, Failure> {
        tracing::debug!("computed");
        for (key, value) in &self.body {
            sound(key, value)?;
        }
        let drawing = match &options.plot {
            None => None,
            Some(path) => Some((
                path,
                self.drawn(lang).ok_or_else(|| {
                    Failure::usage("--plot: kommandoen har intet billede", "--plot: the command has no picture")
                })?,
            )),
        };
        let lists = self.lists;
        let csv = csv.filter(|_| options.format == AnswerFormat::Csv);
        let bytes = match options.format {
            AnswerFormat::Csv if csv.is_some() => Vec::new(),
            AnswerFormat::Json => {
                let mut out = Map::new();
                out.insert("schema".to_owned(), json!(format!("traedesten/{}/1", self.name)));
                out.insert("spec".to_owned(), Value::Object(self.spec));
                let warnings: Vec<&String> = self.warnings.iter().map(|(da, en)| lang.pick(da, en)).collect();
                out.insert("warnings".to_owned(), json!(warnings));
                out.extend(self.body);
                in_place(&format!("{:#}\n", Value::Object(out)), &lists)
            }
            AnswerFormat::Text => {
                let mut out = String::new();
                for line in &self.lines {
                    out.push_str(line.trim_end());
                    out.push('\n');
                }
                out.push('\n');
                for (da, en) in &self.warnings {
                    out.push_str(&format!("{}: {}\n", lang.pick("Bemærk", "Note"), lang.pick(da, en)));
                }
                out.push_str(lang.pick(&self.source.0, &self.source.1));
                out.push('\n');
                out.into_bytes()
            }
            AnswerFormat::Csv | AnswerFormat::Xlsx => {
                let (columns, rows) = lists::table(&lists).unwrap_or_else(|| {
                    // Where the list is empty, everything else as one row.
                    let whole = Value::Object(self.body.clone());
                    let main = self.body.get(self.main).filter(|m| m.as_array().is_none_or(|a| !a.is_empty()));
                    flat(Some(main.unwrap_or(&whole)))
                });
                if options.format == AnswerFormat::Csv {
                    tables::write_csv(&columns, &rows)
                } else {
                    tables::write_xlsx(&[(self.main, &columns, &rows)])
                        .map_err(|e| Failure::surroundings(e.to_string()))?
                }
            }
        };
        match csv {
            Some(write) => self.warnings.extend(write(options.out.as_deref())?),
            None => put(&bytes, options.out.as_deref())?,
        }
        if options.format != AnswerFormat::Text && options.out.is_some() {
            for (da, en) in &self.warnings {
                eprintln!("{}: {}", lang.pick("Bemærk", "Note"), lang.pick(da, en));
            }
        }
        if let Some((path, svg)) = drawing {
            put(charts::standalone(&svg).as_bytes(), Some(path))?;
        }
        Ok(0)
    }
}

/// Every estimate with an interval in a value, named by the way to it; lists are left out.
fn estimates_in(name: &str, value: &Value, out: &mut Vec<charts::Estimate>) {
    let Value::Object(all) = value else { return };
    let at = |key: &str| all.get(key).and_then(Value::as_f64);
    if let (Some(estimate), Some(low), Some(high)) = (at("estimate"), at("ci_low"), at("ci_high")) {
        out.push(charts::Estimate { label: name.to_owned(), value: estimate, interval: Some((low, high)) });
    }
    for (key, value) in all {
        estimates_in(&format!("{name} {key}"), value, out);
    }
}

/// That no estimate is empty and no error is nothing: then the data do not carry it, whatever was computed.
fn sound(key: &str, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Array(all) => all.iter().try_for_each(|v| sound(key, v)),
        Value::Object(all) => {
            let name = all.get("term").and_then(Value::as_str).unwrap_or(key);
            if let (Some(estimate), Some(error)) = (all.get("estimate"), all.get("std_error")) {
                let Some(estimate) = estimate.as_f64() else {
                    return Err(statistics::Failure::Cannot(statistics::said!(
                        "der kom intet tal for »{name}«: data bærer det ikke",
                        "no number came out for \"{name}\": the data do not carry it"
                    ))
                    .into());
                };
                // A first stage is exact where everybody does as the draw says.
                let exact = error.as_f64().is_some_and(|e| e <= 1e-13 * estimate.abs());
                if exact && key != "first_stage" && name != "first_stage" {
                    return Err(statistics::Failure::Cannot(statistics::said!(
                        "usikkerheden på »{name}« bliver nul: der er for få klynger eller for lidt variation til at kende den",
                        "the error of \"{name}\" comes out as nothing: there are too few clusters or too little variation to know it"
                    ))
                    .into());
                }
            }
            all.iter().try_for_each(|(k, v)| sound(k, v))
        }
        _ => Ok(()),
    }
}

/// A list of objects as a table: nested keys with a point between them, nested lists left out.
fn flat(list: Option<&Value>) -> (Vec<tables::Column>, Vec<Vec<tables::Value>>) {
    fn into(prefix: &str, value: &Value, row: &mut Vec<(String, tables::Value)>) {
        match value {
            Value::Object(all) => {
                for (key, value) in all {
                    let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                    into(&name, value, row);
                }
            }
            Value::Number(n) => row.push((prefix.to_owned(), tables::Value::Number(n.as_f64().unwrap_or(f64::NAN)))),
            Value::String(text) => row.push((prefix.to_owned(), text.clone().into())),
            Value::Bool(b) => row.push((prefix.to_owned(), tables::Value::Number(f64::from(u8::from(*b))))),
            Value::Null => row.push((prefix.to_owned(), tables::Value::Missing)),
            // `limits` and the like: each entry under its own name.
            Value::Array(all) => {
                for (i, value) in all.iter().enumerate() {
                    into(&format!("{prefix}.{}", i + 1), value, row);
                }
            }
        }
    }
    let one = [json!({})];
    let list: &[Value] = match list {
        Some(Value::Array(all)) => all,
        Some(value) => std::slice::from_ref(value),
        None => &one,
    };
    let rows: Vec<Vec<(String, tables::Value)>> = list
        .iter()
        .map(|value| {
            let mut row = Vec::new();
            into("", value, &mut row);
            row
        })
        .collect();
    let mut names: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let cell = |row: &[(String, tables::Value)], name: &String| {
        row.iter().find(|(n, _)| n == name).map_or(tables::Value::Missing, |(_, v)| v.clone())
    };
    let cells = rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()).collect();
    (names.iter().map(|n| tables::Column::new(n.clone(), 16)).collect(), cells)
}

/// A coefficient as JSON.
pub(crate) fn coefficient(t: &Tested) -> Value {
    let mut out = json!({
        "term": t.term, "estimate": t.estimate, "std_error": t.std_error, "statistic": t.statistic, "p_value": t.p_value,
        "ci_low": t.ci_low, "ci_high": t.ci_high,
    });
    if t.df.is_finite() {
        out["df"] = json!(t.df);
    }
    out
}

/// A list of coefficients.
pub(crate) fn coefficients(all: &[Tested]) -> Value {
    Value::Array(all.iter().map(coefficient).collect())
}

/// A single number as JSON.
pub(crate) fn number(t: &Tested) -> Value {
    let mut out = json!({
        "estimate": t.estimate, "std_error": t.std_error, "ci_low": t.ci_low, "ci_high": t.ci_high, "p_value": t.p_value,
    });
    if t.df.is_finite() {
        out["df"] = json!(t.df);
    }
    out
}

/// A number as people read it: four digits that count.
pub(crate) fn shown(value: f64, lang: Lang) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e9 {
        return charts::number(value, 0, lang == Lang::Da);
    }
    let size = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    let decimals = (3 - size).clamp(0, 6) as usize;
    charts::number(value, decimals, lang == Lang::Da)
}

/// A p-value as people read it.
pub(crate) fn shown_p(p: f64, lang: Lang) -> String {
    if p < 0.0001 {
        return format!("<{}", charts::number(0.0001, 4, lang == Lang::Da));
    }
    charts::number(p, 4, lang == Lang::Da)
}

/// Columns aligned for a terminal: the first to the left, the others to the right.
pub(crate) struct TextTable {
    rows: Vec<Vec<String>>,
}

impl TextTable {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(ToString::to_string).collect()] }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn lines(&self) -> Vec<String> {
        let width = |j: usize| self.rows.iter().filter_map(|r| r.get(j)).map(|c| c.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.rows[0].len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().enumerate().map(|(j, cell)| {
                let pad = " ".repeat(widths[j].saturating_sub(cell.chars().count()));
                if j == 0 { format!("{cell}{pad}") } else { format!("{pad}{cell}") }
            });
            cells.collect::<Vec<_>>().join("  ")
        };
        self.rows.iter().map(line).collect()
    }
}

/// Coefficients as a table for people.
pub(crate) fn coefficient_table(all: &[Tested], lang: Lang) -> TextTable {
    let head = match lang {
        Lang::Da => ["", "estimat", "std.fejl", "t", "p", "95 % fra", "til"],
        Lang::En => ["", "estimate", "std.error", "t", "p", "95 % from", "to"],
    };
    let mut table = TextTable::new(&head);
    for t in all {
        table.row(vec![
            t.term.clone(),
            shown(t.estimate, lang),
            shown(t.std_error, lang),
            shown(t.statistic, lang),
            shown_p(t.p_value, lang),
            shown(t.ci_low, lang),
            shown(t.ci_high, lang),
        ]);
    }
    table
}

/// Every column that a command uses, once each.
pub(crate) fn columns<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for part in parts {
        if !out.contains(&part) {
            out.push(part);
        }
    }
    out
}
