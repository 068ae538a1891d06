//! Parquet: numbers, text, days and what is missing.

#![allow(clippy::float_cmp, reason = "numbers are read as they are")]
#![allow(clippy::disallowed_methods, reason = "the test opens its own file, as a caller does")]

use std::fs::File;
use tables::{Parquet, Values, read_columns_parquet};

#[test]
fn columns_of_every_kind_are_read() {
    let bytes = include_bytes!("data/lille.parquet").as_slice();
    let table = read_columns_parquet("lille.parquet", bytes.into(), None).expect("a table");
    assert_eq!(table.rows, 3);
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["kommune", "andel", "antal", "dag", "ja"]);
    let text = |i: usize| match &table.columns[i].1 {
        Values::Text { codes, levels } => (codes.clone(), levels.clone()),
        _ => panic!("column {i} is text"),
    };
    assert_eq!(text(0), (vec![0, 1, u32::MAX], vec!["0101".to_owned(), "0730".to_owned()]));
    assert_eq!(table.columns[3].1, Values::Day(vec![20_000, 20_001, i32::MIN]));
    let number = |i: usize| match &table.columns[i].1 {
        Values::Number(all) => all.clone(),
        _ => panic!("column {i} is numbers"),
    };
    assert!(number(1)[0] == 1.5 && number(1)[1].is_nan() && number(1)[2] == -2.25);
    assert_eq!(number(2), [3.0, 4.0, 5.0]);
    assert!(number(4)[0] == 1.0 && number(4)[1] == 0.0 && number(4)[2].is_nan());
}

#[test]
fn what_is_not_parquet_is_said() {
    let fault = read_columns_parquet("x.parquet", b"PAR1 and no more".as_slice().into(), None).expect_err("a fault");
    assert!(fault.to_string().contains("x.parquet is not a Parquet file"), "{fault}");
}

/// Values as text; nothing where one is missing.
fn text(values: &Values) -> Vec<String> {
    match values {
        Values::Number(all) => all.iter().map(f64::to_string).collect(),
        Values::Day(all) => all.iter().map(i32::to_string).collect(),
        Values::Text { codes, levels } => {
            codes.iter().map(|c| levels.get(*c as usize).cloned().unwrap_or_default()).collect()
        }
    }
}

#[test]
fn text_is_the_same_however_it_is_written_and_read() {
    // The same texts by places in a dictionary, without one, and from a dictionary at first and then without.
    let whole = |file: &str, bytes: &'static [u8]| read_columns_parquet(file, bytes.into(), None).expect("a table");
    let table = whole("tekst", include_bytes!("data/tekst.parquet"));
    let other = whole("blandet", include_bytes!("data/blandet.parquet"));
    let [by_place, plain, _, day, moment] = &table.columns[..] else { panic!("five columns") };
    assert_eq!(by_place.1, plain.1, "the same levels, in the order met");
    assert_eq!(other.columns[0].1, plain.1);
    assert_eq!(day.1, moment.1);
    let all = text(&plain.1);
    assert_eq!((all.len(), all.iter().filter(|t| t.is_empty()).count() > 150), (2_000, true));
    assert!(matches!(&plain.1, Values::Text { levels, .. } if levels.contains(&"Ærø".to_owned())
        && !levels.contains(&String::new())));

    let file = Parquet::open("tekst", include_bytes!("data/tekst.parquet").as_slice().into(), None).expect("a file");
    for most in [1, 7, 640, 5_000] {
        let mut parts = vec![Vec::new(); table.columns.len()];
        for group in 0..file.groups() {
            let (mut stretches, mut rows) = (file.stretches(group).expect("rows"), file.rows_before(group));
            while let Some(stretch) = stretches.next(most).expect("rows") {
                assert_eq!(stretch.first_row, rows + 1);
                rows += stretch.rows;
                for (part, (_, values)) in parts.iter_mut().zip(&stretch.columns) {
                    part.extend(text(values));
                }
            }
        }
        for (part, (heading, values)) in parts.iter().zip(&table.columns) {
            assert!(*part == text(values), "{heading}, {most} rows at once");
        }
    }
}

#[test]
fn row_groups_read_by_several_cores_at_once_from_one_file_are_the_rows_of_the_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/perioder.parquet");
    let whole = read_columns_parquet("perioder", std::fs::read(path).expect("a file").into(), None).expect("a table");
    let file = Parquet::open_file("perioder", File::open(path).expect("a file"), None).expect("a table");
    assert_eq!((file.groups(), file.rows_before(2)), (14, 120));
    let ranges = file.ranges("person").expect("smallest and largest");
    assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{ranges:?}");
    assert_eq!((file.ranges("what"), file.ranges("nothing")), (None, None));
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..20 {
                    let groups: Vec<_> = (0..14).map(|g| file.read(g..g + 1).expect("a row group")).collect();
                    assert_eq!(groups[2].first_row, 121);
                    for (at, (heading, values)) in whole.columns.iter().enumerate() {
                        let parts: Vec<String> = groups.iter().flat_map(|g| text(&g.columns[at].1)).collect();
                        assert!(parts == text(values), "{heading}");
                    }
                }
            });
        }
    });
}
