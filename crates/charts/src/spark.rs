//! The last weeks of a case in a strip as high as a line of text.

use crate::svg::Escaped;
use std::fmt::Write;

/// `letters`, one a week, oldest first: `.` nothing, `d` dagpenge, `k` kontanthjælp, `s` sygedagpenge, `a` another
/// benefit, `t` offer, `j` job or hours. `title` is read aloud.
pub fn spark(letters: &str, title: &str) -> String {
    let n = letters.chars().count().max(1);
    let mut out = format!(
        "<svg class=\"spark\" viewBox=\"0 0 {} 14\" role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">",
        n * 5,
        Escaped(title)
    );
    let mut x = 0;
    let mut weeks = letters.chars().peekable();
    while let Some(letter) = weeks.next() {
        let class = match letter {
            'd' | 'k' | 's' | 'a' | 't' | 'j' => letter,
            _ => '0',
        };
        // Work stands taller, so that it shows without colour.
        let (y, height) = if letter == 'j' {
            (0, 14)
        } else if letter == 't' {
            (2, 12)
        } else {
            (4, 10)
        };
        let mut run = 1;
        while weeks.next_if_eq(&letter).is_some() {
            run += 1;
        }
        for i in 0..run {
            let _ =
                write!(out, "<rect class=\"w{class}\" x=\"{}\" y=\"{y}\" width=\"4\" height=\"{height}\"/>", x + i * 5);
        }
        x += run * 5;
    }
    out + "</svg>"
}
