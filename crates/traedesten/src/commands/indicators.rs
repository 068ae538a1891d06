//! `results indicators`: counted from journeys, with the published figures beside where both exist.

use super::journeys::journeys;
use super::periods::count_file;
use super::{Context, today};
use crate::answer::{Answer, TextTable};
use crate::args::{AnswerFormat, Indicators};
use crate::failure::Failure;
use crate::output::put_parts;
use ::figures::{Month, Series};
use ::results::indicators::{Answer as Found, Count, Grid, Group, Histories, Indicator, count, indicator, indicators};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use timeline::Lang;

fn month(text: Option<&str>, option: &str, default: Month) -> Result<Month, Failure> {
    let Some(text) = text else { return Ok(default) };
    text.parse().map_err(|_| {
        Failure::usage(
            format!("{option} »{text}« er ikke en måned; skriv den som 2026M07"),
            format!("{option} \"{text}\" is no month; write it as 2026M07"),
        )
    })
}

fn groups(words: &[String]) -> Result<Vec<Group>, Failure> {
    if words.is_empty() {
        return Ok(Group::ALL.to_vec());
    }
    let one = |word: &String| {
        Group::from_code(word).ok_or_else(|| {
            let known = Group::ALL.map(Group::code).join(", ");
            Failure::usage(
                format!("Ingen ydelsesgruppe hedder »{word}«. Der er {known}."),
                format!("No group is called \"{word}\". There are {known}."),
            )
        })
    };
    words.iter().map(one).collect()
}

fn chosen(words: &[String]) -> Result<Vec<&'static Indicator>, Failure> {
    if words.is_empty() {
        return Ok(indicators().iter().collect());
    }
    let one = |word: &String| {
        indicator(word).ok_or_else(|| {
            Failure::usage(
                format!("Ingen indikator hedder »{word}«. Se traedesten results indicators --list."),
                format!("No indicator is called \"{word}\". See traedesten results indicators --list."),
            )
        })
    };
    words.iter().map(one).collect()
}

/// The published series that counts the same.
fn published(i: &Indicator, group: Group) -> Option<Series> {
    if group != Group::Kontanthjaelp {
        return None;
    }
    Some(match i.code {
        "personer" => Series::KontanthjaelpPersons,
        "fuldtidspersoner" => Series::KontanthjaelpFullTime,
        "aktiveringsgrad" => Series::ActivationDegree,
        "aktiveringsberoerte" => Series::ActivatedShare,
        "ordinaere-timer" => Series::OrdinaryHoursShare,
        _ => return None,
    })
}

fn list(context: &Context, options: &Indicators) -> Result<u8, Failure> {
    let lang = context.lang;
    let source =
        ("Kilde: definitionerne i programmet.".to_owned(), "Source: the definitions of the program.".to_owned());
    let mut answer = Answer::of_shipped("results-indicators-list", "indicators", source, &options.answer);
    let all = chosen(&options.indicator)?;
    let rows: Vec<Value> = all
        .iter()
        .map(|i| {
            json!({"code": i.code, "name": lang.pick(i.name.0, i.name.1), "unit": lang.pick(i.unit.0, i.unit.1),
                "formula": i.formula(lang == Lang::Da), "source": i.source, "mind": lang.pick(i.mind.0, i.mind.1)})
        })
        .collect();
    answer.set("indicators", rows);
    for i in all {
        answer.line(format!("{}  {} ({})", i.code, lang.pick(i.name.0, i.name.1), lang.pick(i.unit.0, i.unit.1)));
        answer.line(format!("    {}", i.formula(lang == Lang::Da)));
        let mind = lang.pick(i.mind.0, i.mind.1);
        if !mind.is_empty() {
            answer.line(format!("    {mind}"));
        }
        answer.line(format!("    {}: {}", lang.pick("Kilde", "Source"), i.source));
    }
    answer.put(lang, &options.answer)
}

fn value(found: Found) -> Value {
    match found {
        Found::Value { value, .. } => json!(value),
        Found::Nobody | Found::NotYet | Found::Few => Value::Null,
    }
}

fn shown(found: Found, danish: bool) -> String {
    match found {
        Found::Value { value, .. } => charts::number(value, usize::from(value.fract() != 0.0), danish),
        Found::Nobody => "–".to_owned(),
        Found::NotYet => if danish { "ikke endnu" } else { "not yet" }.to_owned(),
        Found::Few => if danish { "for få" } else { "few" }.to_owned(),
    }
}

pub(crate) async fn run(context: &Context, options: &Indicators) -> Result<u8, Failure> {
    if options.list {
        return list(context, options);
    }
    let lang = context.lang;
    let on = options.on.unwrap_or_else(today);
    // The last month that has passed.
    let tomorrow = on.tomorrow().unwrap_or(on);
    let whole = Month::from_number(Month::of(tomorrow).number() - 1);
    let last = month(options.to.as_deref(), "--to", whole)?;
    let first = month(options.from.as_deref(), "--from", Month::from_number(last.number() - 11))?;
    if last > whole {
        return Err(Failure::usage(
            format!("--to {last}: måneden er ikke gået den {on}; den seneste hele er {whole}"),
            format!("--to {last}: the month has not passed on {on}; the last whole one is {whole}"),
        ));
    }
    let (groups, chosen) = (groups(&options.group)?, chosen(&options.indicator)?);
    let place = context.municipality(options.municipality.as_deref()).ok();
    let figures = || context.figures();
    let (figures, grid, citizens, units) = match &options.periods {
        Some(file) => {
            let count = || count_file(file, lang, (first, last), on, options.by_unit);
            let (counted, figures) = rayon::join(count, figures);
            let counted = counted?;
            (figures?, counted.grid, counted.persons, counted.units)
        }
        None => {
            let (folder, url) = (options.journeys.as_deref(), options.at.registry.clone());
            let journeys = journeys(context, folder, url, "results-indicators", on).await?;
            let histories: Histories = journeys.into_iter().collect();
            let grid = count(&histories, first, last, on, options.by_unit)?;
            (figures()?, grid, histories.all.len(), histories.units)
        }
    };
    let source = match &options.periods {
        Some(file) => {
            let file = file.display();
            (
                format!("Kilde: perioder for {citizens} personer i {file}, som de er kendt den {on}."),
                format!("Source: periods of {citizens} persons in {file}, as known on {on}."),
            )
        }
        None => (
            format!("Kilde: {citizens} borgerrejser, som de er kendt den {on}."),
            format!("Source: {citizens} journeys as known on {on}."),
        ),
    };
    let mut answer = Answer::of_shipped("results-indicators", "rows", source, &options.answer);
    answer.set("citizens", citizens);
    answer.set("least", options.least);
    let unit = |n: usize| match n {
        0 => Value::Null,
        n if n == grid.units => json!(lang.pick("uden enhed", "no unit")),
        n => json!(units[n - 1]),
    };
    let names: Vec<Value> = (0..=grid.units).map(unit).collect();
    // Cells of a line that stand beside each other in every month and group.
    let cells = |name: &Value| -> Vec<String> {
        let name = name.as_str().map(tables::csv_cell).unwrap_or_default();
        chosen.iter().map(|i| format!("{name},{},", i.code)).collect()
    };
    let cells: Vec<Vec<String>> = names.iter().map(cells).collect();
    let held = AtomicUsize::new(0);
    let each = |at: usize, take: &mut dyn FnMut(&str, &Row<'_>)| {
        let (month, mut few) = (grid.month(at).to_string(), 0);
        let tables: Vec<_> = chosen.iter().map(|i| (i, i.table(&grid, at, options.least))).collect();
        for group in &groups {
            for (which, (i, table)) in tables.iter().enumerate() {
                for (n, found) in table[*group as usize].iter().enumerate() {
                    let beside = published(i, *group).filter(|_| n == 0).zip(place);
                    let published =
                        beside.map(|(series, place)| json!(figures.value(series, &place.code, grid.month(at))));
                    let (unit, found) = (&names[n], *found);
                    few += usize::from(found == Found::Few);
                    let row = Row { month: &month, group: *group, unit, indicator: i.code, found, published };
                    take(&cells[n][which], &row);
                }
            }
        }
        held.fetch_add(few, Ordering::Relaxed);
    };
    let warning = || {
        let (held, least) = (held.load(Ordering::Relaxed), options.least);
        (held > 0).then(|| {
            (
                format!(
                    "{held} tal er holdt tilbage, fordi de ville fortælle om færre end {least} personer eller forløb"
                ),
                format!("{held} figures are held back, since they would tell of fewer than {least} persons or spells"),
            )
        })
    };
    text(&mut answer, &grid, &groups, &chosen, options.least, lang);
    if options.answer.format == AnswerFormat::Csv {
        return answer.put_csv(lang, &options.answer, |out| {
            let month = |at: usize, lines: &mut Vec<u8>| {
                if at == 0 {
                    lines.extend(tables::MARK);
                    lines.extend(HEADINGS.as_bytes());
                }
                each(at, &mut |cells, row| row.line(cells, lines));
            };
            put_parts(grid.months, month, out)?;
            Ok(warning())
        });
    }
    let rows = |at: usize| {
        let mut rows = Vec::new();
        each(at, &mut |_, row| rows.push(row.value()));
        rows
    };
    let rows: Vec<Vec<Value>> = (0..grid.months).into_par_iter().map(rows).collect();
    answer.set("rows", rows.into_iter().flatten().collect::<Vec<_>>());
    if let Some((da, en)) = warning() {
        answer.warn(da, en);
    }
    answer.put(lang, &options.answer)
}

/// An indicator of a unit in a month.
struct Row<'a> {
    month: &'a str,
    group: Group,
    unit: &'a Value,
    indicator: &'static str,
    found: Found,
    /// Beside it, where the same is published: the figure, or null where that month has none.
    published: Option<Value>,
}

const HEADINGS: &str = "month,group,unit,indicator,value,held_back,over,under,published\n";

impl Row<'_> {
    fn value(&self) -> Value {
        let held = self.found == Found::Few;
        let mut row = json!({"month": self.month, "group": self.group.code(), "unit": self.unit,
            "indicator": self.indicator, "value": value(self.found), "held_back": held});
        if let Found::Value { over, under, .. } = self.found {
            row["over"] = json!(over);
            row["under"] = json!(under);
        }
        if let Some(published) = &self.published {
            row["published"] = published.clone();
        }
        row
    }

    /// The same as a line below [`HEADINGS`], with its unit and indicator as cells: a nation by unit has millions.
    fn line(&self, cells: &str, out: &mut Vec<u8>) {
        for cell in [self.month, self.group.code()] {
            out.extend(cell.as_bytes());
            out.push(b',');
        }
        out.extend(cells.as_bytes());
        if let Found::Value { value, over, under } = self.found {
            put_number(value, out);
            out.extend(b",0,");
            put_whole(over, out);
            out.push(b',');
            put_whole(under, out);
            out.push(b',');
        } else {
            let _ = write!(out, ",{},,,", u8::from(self.found == Found::Few));
        }
        if let Some(published) = self.published.as_ref().and_then(Value::as_f64) {
            put_number(published, out);
        }
        out.push(b'\n');
    }
}

/// A count, as [`std::fmt::Display`] has it, without the way through it.
fn put_whole(value: u64, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &value);
}

/// The same of a number.
fn put_number(value: f64, out: &mut Vec<u8>) {
    let whole = value as u64;
    let _ = if (whole as f64).to_bits() == value.to_bits() && value < 1e15 {
        serde_json::to_writer(out, &whole).map_err(Into::into)
    } else if (1e-5..1e15).contains(&value.abs()) {
        serde_json::to_writer(out, &value).map_err(Into::into)
    } else {
        write!(out, "{value}")
    };
}

/// The newest month beside the first, group by group.
fn text(answer: &mut Answer, grid: &Grid, groups: &[Group], chosen: &[&Indicator], least: u64, lang: Lang) {
    let danish = lang == Lang::Da;
    let (old, new) = (0, grid.months - 1);
    for group in groups {
        let ever = (0..grid.months).any(|m| grid.get(0, m, *group, Count::Persons) > 0);
        if !ever {
            continue;
        }
        let many =
            indicator("personer").map_or_else(String::new, |i| shown(i.answer(grid, 0, new, *group, least), danish));
        answer.line(format!(
            "{} ({many} {})",
            group.name(danish),
            lang.pick("personer i den sidste måned", "persons in the last month")
        ));
        let (from, to) = (grid.month(old).say(danish), grid.month(new).say(danish));
        let mut table = TextTable::new(&[lang.pick("indikator", "indicator"), from.as_str(), to.as_str(), ""]);
        for i in chosen {
            table.row(vec![
                lang.pick(i.name.0, i.name.1).to_owned(),
                shown(i.answer(grid, 0, old, *group, least), danish),
                shown(i.answer(grid, 0, new, *group, least), danish),
                lang.pick(i.unit.0, i.unit.1).to_owned(),
            ]);
        }
        answer.table(&table);
        answer.line("");
    }
}
