//! A table to calculate on is refused in words or read, and its columns are of one length.
//!
//! Where the input begins with `!`, the next two bytes are the marks that are said to be between cells and in decimals.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tables::{Values, Written, read_columns_csv};

fuzz_target!(|bytes: &[u8]| {
    let (written, bytes) = match bytes {
        [b'!', delimiter, decimal, rest @ ..] => {
            (Written { delimiter: Some(*delimiter), decimal: Some(*decimal) }, rest)
        }
        _ => (Written::default(), bytes),
    };
    let table = match read_columns_csv("table.csv", bytes, written, None) {
        Ok(table) => table,
        Err(fault) => {
            assert!(fault.to_string().starts_with("table.csv"), "a refusal says which file: {fault}");
            return;
        }
    };
    for (_, values) in &table.columns {
        match values {
            Values::Number(all) => {
                assert_eq!(all.len(), table.rows, "a value for each row");
                assert!(all.iter().all(|v| !v.is_infinite()), "a number is one, or is missing");
            }
            Values::Text { codes, levels } => {
                assert_eq!(codes.len(), table.rows, "a value for each row");
                assert!(
                    codes.iter().all(|c| *c == u32::MAX || (*c as usize) < levels.len()),
                    "a text is one of those met"
                );
                let met: std::collections::HashSet<&String> = levels.iter().collect();
                assert_eq!(met.len(), levels.len(), "each text once");
                assert!(levels.iter().all(|l| !l.is_empty()), "an empty cell is missing");
            }
            Values::Day(_) => panic!("a cell is text until somebody asks for a day"),
        }
    }
    let names: Vec<&String> = table.columns.iter().map(|(name, _)| name).filter(|n| !n.is_empty()).collect();
    let met: std::collections::HashSet<&&String> = names.iter().collect();
    assert_eq!(met.len(), names.len(), "no two columns of one name");
});
