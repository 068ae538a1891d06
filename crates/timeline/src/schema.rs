//! The published JSON Schema of the single-journey form.

use crate::Journey;

/// JSON Schema (2020-12) of [`Journey`], as `traedesten schema journey` prints it.
pub fn journey_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Journey);
    schema.insert("$id".to_owned(), "urn:traedesten:schema:journey:1".into());
    schema.insert("title".to_owned(), "Trædesten journey, version 1".into());
    schema.to_value()
}
