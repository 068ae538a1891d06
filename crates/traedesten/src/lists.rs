//! Long lists of numbers in an answer: a tenth of the room that as many JSON values take.

use rayon::prelude::*;
use serde_json::json;
use std::io::Write;

/// A list within each object of a list.
#[derive(Clone, Copy)]
pub(crate) struct Each {
    pub key: &'static str,
    pub names: &'static [&'static str],
    /// Its length, the same in all.
    pub count: usize,
}

/// Objects with the same keys, all of them numbers.
pub(crate) struct List {
    /// Of which curve, and what is said of it as a whole.
    pub group: Option<(String, Vec<(&'static str, f64)>)>,
    pub names: &'static [&'static str],
    pub each: Option<Each>,
    /// Object after object: its own numbers, then those of the list within it. A missing one is NaN.
    pub cells: Vec<f64>,
}

/// Before and after the number of a list, where it stands in JSON that is made before it.
const MARK: &str = "\u{1}rows ";

/// Objects that are written at a time.
const CHUNK: usize = 4096;

/// What stands for list `number` until it is written.
pub(crate) fn mark(number: usize) -> serde_json::Value {
    json!(format!("{MARK}{number}"))
}

fn object(names: &[&str], cells: &[f64], out: &mut Vec<u8>) {
    for (j, (name, cell)) in names.iter().zip(cells).enumerate() {
        out.extend_from_slice(if j == 0 { b"{\"" } else { b", \"" });
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\": ");
        // Writing to memory does not fail. Whole numbers are written as such.
        let _ = if cell.fract() == 0.0 && cell.abs() < 9e15 {
            write!(out, "{}", *cell as i64)
        } else {
            serde_json::to_writer(&mut *out, cell).map_err(Into::into)
        };
    }
}

impl List {
    fn width(&self) -> usize {
        self.names.len() + self.each.map_or(0, |each| each.count * each.names.len())
    }

    fn write(&self, out: &mut Vec<u8>) {
        let width = self.width();
        let part = |cells: &[f64]| {
            let mut out = Vec::with_capacity(cells.len() * 24);
            for row in cells.chunks_exact(width) {
                out.extend_from_slice(b",\n");
                let (own, within) = row.split_at(self.names.len());
                object(self.names, own, &mut out);
                if let Some(each) = self.each {
                    out.extend_from_slice(format!(", \"{}\": [", each.key).as_bytes());
                    for (i, cells) in within.chunks_exact(each.names.len()).enumerate() {
                        out.extend_from_slice(if i == 0 { b"" } else { b", " });
                        object(each.names, cells, &mut out);
                        out.push(b'}');
                    }
                    out.push(b']');
                }
                out.push(b'}');
            }
            out
        };
        let parts: Vec<Vec<u8>> = self.cells.par_chunks(CHUNK * width).map(part).collect();
        out.push(b'[');
        for (i, part) in parts.iter().enumerate() {
            // No comma before the first.
            out.extend_from_slice(if i == 0 { &part[1..] } else { part });
        }
        out.push(b']');
    }
}

/// The text with every list in its place.
pub(crate) fn in_place(text: &str, lists: &[List]) -> Vec<u8> {
    let mark = json!(MARK).to_string();
    // With the opening quotation mark and without the closing one.
    let mut parts = text.split(&mark[..mark.len() - 1]);
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (number, rest) = part.split_once('"').unwrap_or((part, ""));
        if let Some(list) = number.parse::<usize>().ok().and_then(|n| lists.get(n)) {
            list.write(&mut out);
        }
        out.extend_from_slice(rest.as_bytes());
    }
    out
}

/// The lists of curves as one table, with a row for each object of a list within; `None` where there are none.
pub(crate) fn table(lists: &[List]) -> Option<(Vec<tables::Column>, Vec<Vec<tables::Value>>)> {
    let (first, (_, facts)) = lists.iter().find_map(|list| Some((list, list.group.as_ref()?)))?;
    let within = first.each.map_or(&[][..], |each| each.names);
    let names = ["group"].iter().chain(facts.iter().map(|(name, _)| name)).chain(first.names).chain(within);
    let columns = names.map(|name| tables::Column::new(*name, 16)).collect();
    let number = |cell: &f64| if cell.is_nan() { tables::Value::Missing } else { tables::Value::Number(*cell) };
    let mut rows = Vec::new();
    for list in lists {
        let Some((group, facts)) = &list.group else { continue };
        for cells in list.cells.chunks_exact(list.width()) {
            let (own, within) = cells.split_at(list.names.len());
            let row = || {
                let facts = facts.iter().map(|(_, fact)| fact);
                std::iter::once(group.clone().into()).chain(facts.chain(own).map(number))
            };
            match list.each {
                None => rows.push(row().collect()),
                Some(each) => rows.extend(
                    within.chunks_exact(each.names.len()).map(|cells| row().chain(cells.iter().map(number)).collect()),
                ),
            }
        }
    }
    Some((columns, rows))
}

#[cfg(test)]
mod tests {
    use super::{Each, List, in_place, mark, table};
    use serde_json::{Value, json};

    #[test]
    fn lists_are_what_values_would_be() {
        let each = Each { key: "causes", names: &["cause", "share"], count: 2 };
        let of = |group: Option<&str>, each, cells: Vec<f64>| List {
            group: group.map(|name| (name.to_owned(), vec![("of", 9.0)])),
            names: &["time", "n"],
            each,
            cells,
        };
        let lists = [
            of(Some("a"), Some(each), vec![1.5, 3.0, 1.0, 0.25, 2.0, f64::NAN, 2.0, 1.0, 1.0, 0.5, 2.0, 0.0]),
            of(None, None, vec![0.5, f64::NAN]),
            of(None, None, Vec::new()),
        ];
        let text = json!({"a": mark(0), "b": [mark(1), "x"], "c": mark(2)}).to_string();
        let found: Value = serde_json::from_slice(&in_place(&text, &lists)).expect("JSON");
        let cause = |cause: i32, share: Option<Value>| json!({"cause": cause, "share": share});
        assert_eq!(
            found,
            json!({
                "a": [
                    {"time": 1.5, "n": 3, "causes": [cause(1, Some(json!(0.25))), cause(2, None)]},
                    {"time": 2, "n": 1, "causes": [cause(1, Some(json!(0.5))), cause(2, Some(json!(0)))]},
                ],
                "b": [[{"time": 0.5, "n": null}], "x"],
                "c": [],
            })
        );
        let (columns, rows) = table(&lists).expect("a table");
        assert_eq!(
            columns.iter().map(|c| c.heading.as_str()).collect::<Vec<_>>(),
            ["group", "of", "time", "n", "cause", "share"]
        );
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[1], ["a".into(), 9.0.into(), 1.5.into(), 3.0.into(), 2.0.into(), tables::Value::Missing]);
        assert!(table(&lists[1..]).is_none());
    }
}
