//! The published JSON Schema follows the code.

use serde_json::Value;
use std::collections::BTreeSet;
use timeline::{Event, Journey, journey_schema, sample};

const PUBLISHED: &str = include_str!("../schema/journey.schema.json");

fn published() -> Value {
    serde_json::from_str(PUBLISHED).expect("the published schema is JSON")
}

#[test]
fn the_published_schema_is_the_one_in_the_code() {
    let generated = format!("{:#}\n", journey_schema());
    assert!(
        generated == PUBLISHED,
        "crates/timeline/schema/journey.schema.json is out of date: run `cargo xtask generate`"
    );
}

#[test]
fn the_schema_has_every_kind_of_fact_and_each_has_a_sample() {
    let schema = published();
    let variants = schema["$defs"]["Event"]["oneOf"].as_array().expect("an event is one of its kinds");
    let described: BTreeSet<&str> = variants.iter().filter_map(|v| v["properties"]["type"]["const"].as_str()).collect();
    let (events, withdrawn) = (sample::events(), Event::Withdrawn { because: None });
    let known: BTreeSet<&str> = events.iter().map(|(_, e)| e.kind()).chain([withdrawn.kind()]).collect();
    assert_eq!(described, known);
    assert_eq!(described.len(), variants.len(), "every kind has its own word");
}

#[test]
fn the_word_in_a_file_is_the_kind_of_the_event() {
    for fact in sample::journey().facts {
        assert_eq!(serde_json::to_value(&fact.event).unwrap()["type"], fact.event.kind());
    }
}

#[test]
fn the_schema_names_the_form_that_is_read_and_allows_no_unknown_keys() {
    let schema = published();
    assert_eq!(schema["properties"]["schema"]["const"], Journey::SCHEMA);
    for place in ["", "/$defs/Fact", "/$defs/Person", "/$defs/Company", "/$defs/Scale", "/$defs/PeriodForm"] {
        let object = schema.pointer(place).expect("the schema describes this");
        assert_eq!(object["additionalProperties"], false, "{place}");
    }
    for kind in schema["$defs"]["Event"]["oneOf"].as_array().unwrap() {
        assert_eq!(kind["additionalProperties"], false, "{}", kind["properties"]["type"]);
    }
}
