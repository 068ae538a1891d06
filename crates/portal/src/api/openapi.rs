//! The description of the API, OpenAPI 3.1, made from the types that are sent and read.

use super::Problem;
use super::law::{Assessed, Question, RuleList};
use axum::Json;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// `GET /api/v1/openapi.json`
pub(crate) async fn describe() -> Json<Value> {
    Json(document())
}

fn body<T: JsonSchema>(schemas: &mut SchemaGenerator, form: &str) -> Value {
    let mut content = serde_json::Map::new();
    content.insert(form.to_owned(), json!({"schema": schemas.subschema_for::<T>().to_value()}));
    Value::Object(content)
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.definitions_path = "/components/schemas".into();
        s.meta_schema = None;
    });
    let schemas = &mut SchemaGenerator::new(settings);
    let problem = |schemas: &mut SchemaGenerator, text: &str| json!({"description": text, "content": body::<Problem>(schemas, "application/problem+json")});
    let choice = |name: &str, text: &str, schema: Value| json!({"name": name, "in": "query", "required": false, "description": text, "schema": schema});
    let groups: Vec<&str> = timeline::Maalgruppe::ALL.iter().map(|g| g.code()).collect();
    let subjects = law::Subject::ALL.map(law::Subject::code);
    let rules = json!({
        "operationId": "lawRules",
        "summary": "RuleList of the law, with versions, citations and how each was checked",
        "parameters": [
            choice("on", "Only versions in force on this day", json!({"type": "string", "format": "date"})),
            choice("group", "Only versions for this target group", json!({"type": "string", "enum": groups})),
            choice("subject", "Only rules about this subject", json!({"type": "string", "enum": subjects})),
        ],
        "responses": {
            "200": {"description": "The rules", "content": body::<RuleList>(schemas, "application/json")},
            "422": problem(schemas, "A choice cannot be read"),
        },
    });
    let assess = json!({
        "operationId": "lawAssess",
        "summary": "What holds for a citizen on a day, and why. What is sent is answered and not kept",
        "requestBody": {"required": true, "content": body::<Question>(schemas, "application/json")},
        "responses": {
            "200": {"description": "What the rules say", "content": body::<Assessed>(schemas, "application/json")},
            "400": problem(schemas, "The request was cut off"),
            "413": problem(schemas, "More than two megabytes"),
            "415": problem(schemas, "Not JSON"),
            "422": problem(schemas, "The journey or a day cannot be read"),
        },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trædesten",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MPL-2.0", "identifier": "MPL-2.0"},
            "description": "The law as data: the same answers as `traedesten law`, for programs.",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1/law/rules": {"get": rules},
            "/api/v1/law/assess": {"post": assess},
        },
        "components": {"schemas": schemas.take_definitions(true)},
    })
}

#[cfg(test)]
mod tests {
    use super::document;
    use serde_json::Value;

    fn references(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(all) => {
                if let Some(Value::String(to)) = all.get("$ref") {
                    into.push(to.clone());
                }
                all.values().for_each(|v| references(v, into));
            }
            Value::Array(all) => all.iter().for_each(|v| references(v, into)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut all = Vec::new();
        references(&document, &mut all);
        assert!(all.len() > 20);
        for to in all {
            let place = to.strip_prefix('#').expect("a reference within the document");
            assert!(document.pointer(place).is_some(), "{to}");
        }
    }
}
