//! Numbers as Danes and English readers write them.

/// With thousands and decimal marks: `1.234,5` or `1,234.5`.
pub fn number(value: f64, decimals: usize, danish: bool) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let (thousand, mark) = if danish { ('.', ',') } else { (',', '.') };
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(thousand);
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push(mark);
        out.push_str(rest);
    }
    out
}

/// A difference in percentage points, with its sign.
pub fn percent_points(value: f64, danish: bool) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", number(value, 1, danish))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_decimals_follow_the_language() {
        assert_eq!(number(1_234_567.25, 2, true), "1.234.567,25");
        assert_eq!(number(1_234_567.25, 1, false), "1,234,567.2");
        assert_eq!(number(-0.04, 1, true), "0,0", "no minus before a zero");
        assert_eq!(number(-12.0, 0, true), "−12");
        assert_eq!(number(f64::NAN, 1, true), "–");
        assert_eq!(percent_points(0.4, true), "+0,4");
    }
}
