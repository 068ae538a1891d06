//! Writing SVG.

use std::fmt::{self, Display, Write};
use std::sync::LazyLock;

/// Text as it may stand in markup.
pub(crate) struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if (c as u32) < 0x20 && c != '\n' => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A place, in tenths of a unit at the finest.
pub(crate) fn at(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A picture under construction.
pub(crate) struct Svg(String);

impl Svg {
    /// Begin: title and description are read aloud.
    pub(crate) fn new(class: &str, width: f64, height: f64, title: &str, description: &str) -> Self {
        let mut out = String::with_capacity(16 * 1024);
        let (w, h) = (at(width), at(height));
        let _ = write!(
            out,
            "<svg class=\"chart {class}\" viewBox=\"0 0 {w} {h}\" role=\"group\" aria-label=\"{}\" \
             xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title><desc>{}</desc>",
            Escaped(title),
            Escaped(title),
            Escaped(description)
        );
        Self(out)
    }

    pub(crate) fn raw(&mut self, markup: fmt::Arguments<'_>) {
        let _ = self.0.write_fmt(markup);
    }

    pub(crate) fn text(&mut self, class: &str, x: f64, y: f64, anchor: &str, text: &str) {
        let (x, y) = (at(x), at(y));
        self.raw(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
            Escaped(text)
        ));
    }

    pub(crate) fn line(&mut self, class: &str, a: (f64, f64), b: (f64, f64)) {
        let (x1, y1, x2, y2) = (at(a.0), at(a.1), at(b.0), at(b.1));
        self.raw(format_args!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"));
    }

    pub(crate) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, w, h) = (at(x), at(y), at(width.max(0.0)), at(height.max(0.0)));
        self.raw(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>"));
    }

    /// Begin something that leads to an address, or that leads nowhere where there is none; what ends it. `more` are further
    /// attributes of a link, each after a space.
    pub(crate) fn link(&mut self, href: &str, more: &str, title: &str) -> &'static str {
        if href.is_empty() {
            self.raw(format_args!("<g><title>{}</title>", Escaped(title)));
            return "</g>";
        }
        self.raw(format_args!("<a href=\"{}\"{more}><title>{}</title>", Escaped(href), Escaped(title)));
        "</a>"
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }
}

/// Roughly how wide text is at 12 units: enough to decide whether it fits.
pub(crate) fn text_width(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ' ' | 'I' | '|' => 3.4,
            'm' | 'w' | 'M' | 'W' => 9.6,
            c if c.is_uppercase() => 7.6,
            _ => 6.5,
        })
        .sum()
}

/// `text` cut so that it fits `width`, with an ellipsis; empty where not even a few letters fit.
pub(crate) fn fit(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 7.0;
    for c in text.chars() {
        used += text_width(&c.to_string());
        if used > width {
            break;
        }
        out.push(c);
    }
    if out.chars().count() < 3 { String::new() } else { out.trim_end().to_owned() + "…" }
}

/// The style sheet that gives classes their colours, the same file that pages use.
pub const STYLE: &str = include_str!("chart.css");

/// [`STYLE`] with each colour written out, for readers of SVG that know no variables.
static PLAIN: LazyLock<String> = LazyLock::new(|| {
    let mut plain = STYLE.to_owned();
    for part in STYLE.split([';', '{', '}']) {
        if let Some((name, value)) = part.trim().strip_prefix("--").and_then(|p| p.split_once(':')) {
            plain = plain.replace(&format!("var(--{name})"), value.trim());
        }
    }
    plain
});

/// A picture with its style inside, for a file of its own or a document.
pub fn standalone(svg: &str) -> String {
    match svg.find('>') {
        Some(end) => format!("{}<style>{}</style>{}", &svg[..=end], *PLAIN, &svg[end + 1..]),
        None => svg.to_owned(),
    }
}
