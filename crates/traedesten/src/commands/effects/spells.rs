//! `effects spells`.

use crate::answer::{Answer, TextTable, columns, shown};
use crate::args::{AnswerOptions, Spells};
use crate::commands::Context;
use crate::data::Data;
use crate::failure::Failure;
use crate::output::put;
use ::effects::spells::spells as fold;
use serde_json::{Value, json};
use std::collections::HashMap;
use timeline::Lang;

/// The columns named, where `FIRST..LAST` is a range in the order of the file.
fn states(data: &Data, words: &[String]) -> Result<Vec<String>, Failure> {
    let names = data.frame.names();
    let mut out = Vec::new();
    for word in words {
        match word.split_once("..").filter(|_| !names.contains(word)) {
            Some((first, last)) => {
                data.frame.column(first)?;
                data.frame.column(last)?;
                let place = |name: &str| names.iter().position(|n| n == name).unwrap_or(0);
                let (a, b) = (place(first), place(last));
                if a > b {
                    return Err(Failure::usage(
                        format!("--states {word}: »{last}« står før »{first}« i filen"),
                        format!("--states {word}: \"{last}\" stands before \"{first}\" in the file"),
                    ));
                }
                out.extend(names[a..=b].iter().cloned());
            }
            None => {
                data.frame.column(word)?;
                out.push(word.clone());
            }
        }
    }
    Ok(out)
}

pub(super) fn spells(context: &Context, options: &Spells) -> Result<u8, Failure> {
    let lang = context.lang;
    let data = Data::read(&options.data, None)?;
    let used = data.used(&[&options.id], &options.data)?;
    let states = states(&data, &options.states)?;
    let frame = &used.frame;
    let mut names: Vec<String> = Vec::new();
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut table: Vec<Vec<Option<u32>>> = Vec::with_capacity(states.len());
    for column in columns(states.iter().map(String::as_str)) {
        let values = frame.column(column)?;
        let (group, labels) = values.groups();
        let own: Vec<u32> = labels
            .into_iter()
            .map(|label| {
                *seen.entry(label.clone()).or_insert_with(|| {
                    names.push(label);
                    names.len() as u32 - 1
                })
            })
            .collect();
        table.push(group.iter().map(|g| own.get(*g as usize).copied()).collect());
    }
    let found = fold(frame.rows(), table.len(), |row, column| table[column][row]);
    let shared = AnswerOptions { format: options.format, out: None, seed: 1, threads: None, plot: None };
    let mut answer = Answer::new("effects-spells", "states", &data, &used, &shared);
    answer.set("persons", frame.rows());
    answer.set("periods", found.periods);
    answer.set("spells", found.spells.len());
    let mut order: Vec<u32> = found.states.keys().copied().collect();
    order.sort_by(|a, b| names[*a as usize].cmp(&names[*b as usize]));
    let list: Vec<Value> = order
        .iter()
        .map(|s| {
            let sum = &found.states[s];
            json!({"state": names[*s as usize], "spells": sum.spells, "mean_length": sum.mean_length, "censored": sum.censored})
        })
        .collect();
    answer.set("states", list);
    let mut moves: Vec<(&str, &str, usize)> = found
        .transitions
        .iter()
        .map(|((a, b), n)| (names[*a as usize].as_str(), names[*b as usize].as_str(), *n))
        .collect();
    moves.sort_unstable();
    let transitions: Vec<Value> = moves.iter().map(|(a, b, n)| json!({"from": a, "to": b, "count": n})).collect();
    answer.set("transitions", transitions);
    answer.line(lang.pick(
        format!("{} personer, {} perioder, {} forløb.", frame.rows(), found.periods, found.spells.len()),
        format!("{} persons, {} periods, {} spells.", frame.rows(), found.periods, found.spells.len()),
    ));
    answer.line("");
    let head = match lang {
        Lang::Da => ["tilstand", "forløb", "middellængde", "løber endnu"],
        Lang::En => ["state", "spells", "mean length", "still running"],
    };
    let mut text = TextTable::new(&head);
    for s in &order {
        let sum = &found.states[s];
        text.row(vec![
            names[*s as usize].clone(),
            sum.spells.to_string(),
            shown(sum.mean_length, lang),
            sum.censored.to_string(),
        ]);
    }
    answer.table(&text);
    answer.line("");
    let mut text = TextTable::new(&[lang.pick("fra", "from"), lang.pick("til", "to"), lang.pick("antal", "count")]);
    for (a, b, n) in moves {
        text.row(vec![a.to_owned(), b.to_owned(), n.to_string()]);
    }
    answer.table(&text);
    if let Some(path) = &options.out {
        let ids = frame.column(&options.id)?;
        let head = ["id", "state", "start", "end", "length", "censored"].map(|h| tables::Column::new(h, 12));
        let number = |n: usize| tables::Value::Number(n as f64);
        let rows: Vec<Vec<tables::Value>> = found
            .spells
            .iter()
            .map(|s| {
                vec![
                    ids.label(s.person).into(),
                    names[s.state as usize].clone().into(),
                    number(s.start),
                    number(s.end),
                    number(s.length()),
                    number(usize::from(s.censored)),
                ]
            })
            .collect();
        let csv = tables::write_csv(&head, &rows);
        put(csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&csv), Some(path))?;
    }
    answer.put(lang, &shared)
}
