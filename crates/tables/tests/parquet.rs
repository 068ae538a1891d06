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
        Values::Number(_) => panic!("column {i} is text"),
    };
    assert_eq!(text(0), (vec![0, 1, u32::MAX], vec!["0101".to_owned(), "0730".to_owned()]));
    assert_eq!(text(3), (vec![0, 1, u32::MAX], vec!["2024-10-04".to_owned(), "2024-10-05".to_owned()]));
    let number = |i: usize| match &table.columns[i].1 {
        Values::Number(all) => all.clone(),
        Values::Text { .. } => panic!("column {i} is numbers"),
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

#[test]
fn row_groups_read_by_several_cores_at_once_from_one_file_are_the_rows_of_the_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/perioder.parquet");
    let whole = read_columns_parquet("perioder", std::fs::read(path).expect("a file").into(), None).expect("a table");
    let file = Parquet::open_file("perioder", File::open(path).expect("a file"), None).expect("a table");
    assert_eq!((file.groups(), file.rows_before(2)), (14, 120));
    let ranges = file.ranges("person").expect("smallest and largest");
    assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{ranges:?}");
    assert_eq!((file.ranges("what"), file.ranges("nothing")), (None, None));
    let text = |values: &Values| -> Vec<String> {
        match values {
            Values::Number(all) => all.iter().map(f64::to_string).collect(),
            Values::Text { codes, levels } => {
                codes.iter().map(|c| levels.get(*c as usize).cloned().unwrap_or_default()).collect()
            }
        }
    };
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
