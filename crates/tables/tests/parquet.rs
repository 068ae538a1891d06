//! Parquet: numbers, text, days and what is missing.

#![allow(clippy::float_cmp, reason = "numbers are read as they are")]

use tables::{Values, read_columns_parquet};

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
