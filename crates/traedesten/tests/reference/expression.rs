//! A column worked out from others: `if(pstat == 1, ptime, futime)`, `log(weeks)`, `sx == 'Female'`.
//!
//! Numbers, texts in single quotes, columns by name, `+ - * /`, comparisons, `and`, `or`, and the functions `if`, `log`
//! and `known`. What is asked about a missing value is missing, except by `known`.

use super::rows::Cell;

/// The value of an expression in a row, whose cells `cell` finds by the column's name.
pub fn value(expression: &str, cell: &dyn Fn(&str) -> Cell) -> Cell {
    let words = words(expression);
    let mut reader = Reader { words: &words, at: 0, expression, cell };
    let value = reader.either();
    assert_eq!(reader.at, words.len(), "{expression}: what stands after {}?", words[..reader.at].join(" "));
    value
}

/// Whether a row is kept: what is missing is not.
pub fn holds(expression: &str, cell: &dyn Fn(&str) -> Cell) -> bool {
    matches!(value(expression, cell), Cell::Number(number) if number != 0.0)
}

fn words(expression: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => 2 + rest[1..].find('\'').unwrap_or_else(|| panic!("{expression}: a text is not closed")),
            '=' | '!' | '<' | '>' if rest[1..].starts_with('=') => 2,
            _ if in_a_name(first) => rest.find(|c| !in_a_name(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        words.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    words
}

fn in_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

fn truth(held: bool) -> Cell {
    Cell::Number(if held { 1.0 } else { 0.0 })
}

struct Reader<'a> {
    words: &'a [String],
    at: usize,
    expression: &'a str,
    cell: &'a dyn Fn(&str) -> Cell,
}

impl Reader<'_> {
    fn word(&self) -> &str {
        self.words.get(self.at).map_or("", String::as_str)
    }

    fn take(&mut self) -> String {
        let word = self.word().to_owned();
        self.at += 1;
        word
    }

    fn expect(&mut self, word: &str) {
        let found = self.take();
        assert_eq!(found, word, "{}", self.expression);
    }

    fn either(&mut self) -> Cell {
        let mut left = self.both();
        while self.word() == "or" {
            self.at += 1;
            let right = self.both();
            left = numbers(&left, &right, |a, b| f64::from(a != 0.0 || b != 0.0));
        }
        left
    }

    fn both(&mut self) -> Cell {
        let mut left = self.comparison();
        while self.word() == "and" {
            self.at += 1;
            let right = self.comparison();
            left = numbers(&left, &right, |a, b| f64::from(a != 0.0 && b != 0.0));
        }
        left
    }

    fn comparison(&mut self) -> Cell {
        let left = self.sum();
        if !["==", "!=", "<", "<=", ">", ">="].contains(&self.word()) {
            return left;
        }
        let sign = self.take();
        let right = self.sum();
        let Some(order) = left.order(&right) else { return Cell::Missing };
        truth(match sign.as_str() {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_ge(),
        })
    }

    fn sum(&mut self) -> Cell {
        let mut left = self.product();
        while ["+", "-"].contains(&self.word()) {
            let sign = self.take();
            let right = self.product();
            left = numbers(&left, &right, |a, b| if sign == "+" { a + b } else { a - b });
        }
        left
    }

    fn product(&mut self) -> Cell {
        let mut left = self.single();
        while ["*", "/"].contains(&self.word()) {
            let sign = self.take();
            let right = self.single();
            left = numbers(&left, &right, |a, b| if sign == "*" { a * b } else { a / b });
        }
        left
    }

    fn single(&mut self) -> Cell {
        let word = self.take();
        if word == "(" {
            let value = self.either();
            self.expect(")");
            return value;
        }
        if let Some(text) = word.strip_prefix('\'') {
            return Cell::Text(text.trim_end_matches('\'').to_owned());
        }
        if let Ok(number) = word.parse() {
            return Cell::Number(number);
        }
        if self.word() != "(" {
            return (self.cell)(&word);
        }
        self.at += 1;
        let mut given = vec![self.either()];
        while self.word() == "," {
            self.at += 1;
            given.push(self.either());
        }
        self.expect(")");
        match (word.as_str(), given.as_slice()) {
            ("if", [Cell::Missing, _, _]) => Cell::Missing,
            ("if", [Cell::Number(held), yes, no]) => if *held == 0.0 { no } else { yes }.clone(),
            ("log", [Cell::Number(number)]) => Cell::Number(number.ln()),
            ("log", [Cell::Missing]) => Cell::Missing,
            ("known", [cell]) => truth(!matches!(cell, Cell::Missing)),
            _ => panic!("{}: what is {word} of {given:?}?", self.expression),
        }
    }
}

fn numbers(left: &Cell, right: &Cell, work: impl Fn(f64, f64) -> f64) -> Cell {
    match (left, right) {
        (Cell::Number(a), Cell::Number(b)) => Cell::Number(work(*a, *b)),
        (Cell::Text(_), _) | (_, Cell::Text(_)) => panic!("{left:?} and {right:?} are no two numbers"),
        _ => Cell::Missing,
    }
}

#[test]
fn expressions_are_worked_out() {
    let cell = |name: &str| match name {
        "a.b" => Cell::Number(3.0),
        "word" => Cell::Text("Yes".into()),
        _ => Cell::Missing,
    };
    let number = |expression: &str| match value(expression, &cell) {
        Cell::Number(number) => number,
        other => panic!("{expression}: {other:?}"),
    };
    assert_eq!(number("2 * a.b - 1").to_string(), "5");
    assert_eq!(number("if(a.b >= 3 and word == 'Yes', 1, 2)").to_string(), "1");
    assert_eq!(number("known(gone) or a.b == 4").to_string(), "0");
    assert!(matches!(value("gone > 0", &cell), Cell::Missing));
    assert!(!holds("gone > 0", &cell));
}
