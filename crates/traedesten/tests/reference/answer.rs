//! Where a number stands in an answer: `coefficients[term=educ].estimate`, `curves[0].points[time=365].survival`.
//!
//! `[key=text]` is the first in a list whose key says that (numbers by value, so that `0101` finds 101), and
//! `[a=1,b=2]` asks both; `[key<=number]` is the last in a list that has come so far; `[0]` counts from 0; `#` is the
//! length of a list. A path that ends at a number with its uncertainty means its `estimate`.

use serde_json::Value;

/// What stands at the path, or why nothing does.
pub fn find<'a>(answer: &'a Value, path: &str) -> Result<std::borrow::Cow<'a, Value>, String> {
    let mut at = answer;
    let mut rest = path;
    while !rest.is_empty() {
        if rest == "#" {
            let list = at.as_array().ok_or_else(|| format!("no list before {rest}"))?;
            return Ok(std::borrow::Cow::Owned(list.len().into()));
        }
        if let Some(inside) = rest.strip_prefix('[') {
            let (choice, after) = inside.split_once(']').ok_or("a bracket is not closed")?;
            let list = at.as_array().ok_or_else(|| format!("no list before [{choice}]"))?;
            at = choose(list, choice).ok_or_else(|| format!("none of {} has [{choice}]", list.len()))?;
            rest = after.strip_prefix('.').unwrap_or(after);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            at = at.get(&rest[..end]).ok_or_else(|| format!("no key {}", &rest[..end]))?;
            rest = rest[end..].strip_prefix('.').unwrap_or(&rest[end..]);
        }
    }
    Ok(std::borrow::Cow::Borrowed(at.get("estimate").filter(|_| at.is_object()).unwrap_or(at)))
}

fn choose<'a>(list: &'a [Value], choice: &str) -> Option<&'a Value> {
    if let Ok(number) = choice.parse::<usize>() {
        return list.get(number);
    }
    if let Some((key, limit)) = choice.split_once("<=") {
        let limit: f64 = limit.parse().ok()?;
        return list.iter().rev().find(|item| item[key].as_f64().is_some_and(|value| value <= limit));
    }
    list.iter().find(|item| {
        choice.split(',').all(|one| one.split_once('=').is_some_and(|(key, text)| says(item.get(key), text)))
    })
}

fn says(value: Option<&Value>, text: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    match value {
        Some(Value::String(found)) => found == text || (number(found).is_some() && number(found) == number(text)),
        Some(Value::Number(found)) => found.as_f64() == number(text),
        Some(Value::Bool(found)) => found.to_string() == text || number(text) == Some(f64::from(*found)),
        _ => false,
    }
}

#[test]
fn paths_find_what_they_name() {
    let answer = serde_json::json!({
        "n": 3,
        "coefficients": [{ "term": "(Intercept)", "estimate": 1.5 }, { "term": "ph.ecog", "estimate": 2.5 }],
        "points": [{ "time": 1, "cohort": "2004", "value": 10 }, { "time": 5, "cohort": "2004", "value": 20 }],
        "effect": { "estimate": 7.0, "std_error": 0.5 },
    });
    let number = |path: &str| find(&answer, path).ok().and_then(|found| found.as_f64());
    assert_eq!(number("n"), Some(3.0));
    assert_eq!(number("coefficients[term=ph.ecog].estimate"), Some(2.5));
    assert_eq!(number("coefficients[term=(Intercept)]"), Some(1.5));
    assert_eq!(number("points[time=5.0,cohort=2004].value"), Some(20.0));
    assert_eq!(number("points[time<=4].value"), Some(10.0));
    assert_eq!(number("points[1].value"), Some(20.0));
    assert_eq!(number("points.#"), Some(2.0));
    assert_eq!(number("effect"), Some(7.0));
    assert_eq!(number("effect.std_error"), Some(0.5));
    assert!(find(&answer, "points[time=9].value").is_err());
    assert!(find(&answer, "nowhere").is_err());
}
