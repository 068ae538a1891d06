//! Tilsyn: the caseload's distance to every threshold in force, as a page and as a document.

use super::indicators::LEAST;
use crate::benchmark::publication;
use crate::counted::Counted;
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use crate::words;
use askama::Template;
use charts::{Cell, Table, number, signed};
use figures::{BenefitGroup, RollingYear};
use reports::{Document, Part, Section};
use results::indicators::{Answer, Grid, Group, indicator};
use results::{Standing, Supervision, published, supervise};
use timeline::{Date, Lang};

/// What is known of a caseload's supervision on a day.
pub struct Supervised<'a> {
    /// Thresholds, shares and steps.
    pub found: &'a Supervision<'a>,
    /// Indicators up to the last whole month.
    pub grid: &'a Grid,
    /// Citizens counted.
    pub citizens: usize,
    /// The day.
    pub on: Date,
    /// Counts from 1 to one below this are not shown.
    pub least: u64,
}

/// A share that the law asks for, in words.
struct Row {
    code: String,
    title: String,
    share: Cell,
    asked: u8,
    state: String,
    reached: Option<bool>,
    detail: String,
    mark: &'static str,
}

struct Goal {
    title: &'static str,
    value: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "results-supervision.html")]
pub(super) struct Page {
    shell: Shell,
    lang: Lang,
    heading: String,
    under: String,
    result: String,
    rows: Vec<Row>,
    goals: Vec<Goal>,
    source: String,
    former: &'static str,
}

impl Supervised<'_> {
    fn few(&self, n: usize) -> bool {
        n > 0 && (n as u64) < self.least
    }

    fn rows(&self, lang: Lang) -> Vec<Row> {
        let one = |s: &law::Share<'_>| {
            let (closed, lacking) = (s.closed(), s.lacking());
            let held = [closed, s.met, closed - s.met, s.not_met, s.exempt, s.open].into_iter().any(|n| self.few(n));
            let told = closed > 0 && !held;
            Row {
                code: s.rule.code.clone(),
                title: s.rule.title.say(lang).to_owned(),
                share: match s.percent().filter(|_| told) {
                    Some(p) => Cell::Number(p, number(p, 1, lang == Lang::Da)),
                    None => Cell::Missing,
                },
                asked: s.asked_percent(),
                state: match (closed, held, lacking, lang) {
                    (0, ..) => lang.pick("ingen frist er udløbet", "no deadline has passed").to_owned(),
                    (_, true, ..) => lang.pick("for få til at vise", "too few to show").to_owned(),
                    (_, _, 0, _) => lang.pick("nået", "reached").to_owned(),
                    (_, _, n, Lang::Da) => format!("{n} mangler"),
                    (_, _, n, Lang::En) => format!("{n} lacking"),
                },
                reached: told.then_some(lacking == 0),
                detail: match (told, lang) {
                    (false, _) => String::new(),
                    (_, Lang::Da) => format!("{} af {closed}, {} undtaget, {} endnu åbne", s.met, s.exempt, s.open),
                    (_, Lang::En) => format!("{} of {closed}, {} exempted, {} still open", s.met, s.exempt, s.open),
                },
                mark: s.version.checked.mark.label(lang),
            }
        };
        self.found.shares.iter().map(one).collect()
    }

    /// In words how many shares are not reached, and each of them.
    pub(super) fn lacking(&self, lang: Lang) -> (String, Vec<String>) {
        let rows = self.rows(lang);
        let one = |r: &Row| {
            let (share, of) = (r.share.shown(), lang.pick("pct. mod et krav på", "% against the"));
            format!("{}: {share} {of} {}; {} ({})", r.title, r.asked, r.state, r.detail)
        };
        (heading(&rows, lang), rows.iter().filter(|r| r.reached == Some(false)).map(one).collect())
    }

    fn goals(&self, lang: Lang) -> Vec<Goal> {
        let danish = lang == Lang::Da;
        let goal = |code: &str| {
            let i = indicator(code)?;
            let (value, detail) = match i.answer(self.grid, 0, self.grid.months - 1, Group::All, self.least) {
                Answer::Value { value, over, under } => (
                    format!("{}{}", number(value, 1, danish), lang.pick(" pct.", " %")),
                    format!("{over} {} {under}", lang.pick("af", "of")),
                ),
                Answer::Nobody | Answer::NotYet => ("–".to_owned(), String::new()),
                Answer::Few => (lang.pick("for få", "too few").to_owned(), String::new()),
            };
            Some(Goal { title: lang.pick(i.name.0, i.name.1), value, detail })
        };
        ["hverken-tilbud-eller-timer", "under-fire-samtaler", "uden-samtale"].into_iter().filter_map(goal).collect()
    }

    fn under(&self, lang: Lang) -> String {
        let (citizens, day) = (number(self.citizens as f64, 0, lang == Lang::Da), words::date(self.on, lang));
        match lang {
            Lang::Da => format!("{citizens} borgerrejser, som de var kendt {day}, og loven samme dag."),
            Lang::En => format!("{citizens} journeys as known on {day}, and the law of that day."),
        }
    }

    fn source(&self, lang: Lang) -> String {
        let n = self.least;
        match lang {
            Lang::Da => format!(
                "Af dem, hvis frist udløb inden for et år. Vores læsning: lovens egen måleperiode er ikke bekræftet. Færre end {n} vises ikke."
            ),
            Lang::En => format!(
                "Of those whose deadline passed within a year. Our reading: the act's own period of measurement is not confirmed. Fewer than {n} are not shown."
            ),
        }
    }

    /// Whether the municipality would be selected, and each focus goal; only where a regime with thresholds is in force.
    fn regime(&self, lang: Lang) -> Option<Section> {
        if self.found.thresholds.is_empty() {
            return None;
        }
        let danish = lang == Lang::Da;
        let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
        let answer = match self.found.selected() {
            Some(true) => t(
                "Kommunen ville blive udtaget: flere på ydelse end forventet, og et fokusmål er ikke nået.",
                "The municipality would be selected: more on benefit than expected, and a focus goal is not met.",
            ),
            Some(false) => t("Kommunen ville ikke blive udtaget.", "The municipality would not be selected."),
            None => t(
                "Om kommunen ville blive udtaget, kan ikke afgøres af tallene.",
                "Whether the municipality would be selected cannot be told from the figures.",
            ),
        };
        let row = |g: &results::Threshold<'_>| {
            let (n, of) = (g.last.0 as usize, g.last.1 as usize);
            let held = [n, of, of - n].into_iter().any(|n| self.few(n));
            let told = |text: String| if held { t("for få til at vise", "too few to show") } else { text };
            vec![
                Cell::Text(g.rule.title.say(lang).to_owned()),
                match g.mean.filter(|_| !held) {
                    Some(mean) => Cell::Number(mean, number(mean, 1, danish)),
                    None => Cell::Missing,
                },
                Cell::Number(f64::from(g.limit), g.limit.to_string()),
                Cell::Text(told(format!("{n} {} {of}", lang.pick("af", "of")))),
                Cell::Text(told(match (g.too_many, lang) {
                    (0, _) => t("under grænsen", "below the limit"),
                    (n, Lang::Da) => format!("{n} for mange"),
                    (n, Lang::En) => format!("{n} too many"),
                })),
                Cell::Text(g.version.checked.mark.label(lang).to_owned()),
            ]
        };
        let table = Table {
            caption: t("Fokusmål over de seneste 12 måneder", "Focus goals over the last 12 months"),
            columns: [
                ("Mål", "Goal"),
                ("Gennemsnit, pct.", "Mean, %"),
                ("Under, pct.", "Below, %"),
                ("Sidste måned", "Last month"),
                ("Afstand", "Distance"),
                ("Reglen er", "The rule is"),
            ]
            .map(|(da, en)| t(da, en))
            .to_vec(),
            rows: self.found.thresholds.iter().map(row).collect(),
        };
        let heading = t("Skærpet tilsyn med fokusmål", "Tightened supervision with focus goals");
        Some(Section { heading, parts: vec![Part::Lead(answer), Part::Table(table)] })
    }

    fn steps(&self, lang: Lang) -> Option<Section> {
        let point = |(rule, v): &(&law::Rule, &law::Version)| {
            let (title, mark) = (rule.title.say(lang), v.checked.mark.label(lang));
            format!("{title}. {} ({}; {mark})", v.text.say(lang), v.cite.say())
        };
        let points: Vec<String> = self.found.steps.iter().map(point).collect();
        let heading = lang.pick("Trin i tilsynet, og hvad de kræver", "Steps of the supervision, and what they ask");
        (!points.is_empty()).then(|| Section { heading: heading.to_owned(), parts: vec![Part::Points(points)] })
    }
}

fn heading(rows: &[Row], lang: Lang) -> String {
    let lacking = rows.iter().filter(|r| r.reached == Some(false)).count();
    let shown = rows.iter().filter(|r| r.reached.is_some()).count();
    if lacking == 0 && !rows.is_empty() && shown < rows.len() {
        let n = rows.len();
        return match (shown, lang) {
            (0, Lang::Da) => {
                "Ingen af de andele, loven kræver, kan vises: for få, eller ingen frist er udløbet".to_owned()
            }
            (0, Lang::En) => {
                "None of the shares that the law asks for can be shown: too few, or no deadline has passed".to_owned()
            }
            (_, Lang::Da) => format!("{shown} af de {n} andele, loven kræver, kan vises, og de er nået"),
            (_, Lang::En) => {
                format!("{shown} of the {n} shares that the law asks for can be shown, and they are reached")
            }
        };
    }
    match (rows.is_empty(), lacking, lang) {
        (true, _, Lang::Da) => "Loven stiller ingen krav om andele lige nu".to_owned(),
        (true, _, Lang::En) => "The law asks for no shares right now".to_owned(),
        (_, 0, Lang::Da) => "Alle andele, som loven kræver, er nået".to_owned(),
        (_, 0, Lang::En) => "Every share that the law asks for is reached".to_owned(),
        (_, 1, Lang::Da) => "Én af de andele, som loven kræver, er ikke nået".to_owned(),
        (_, 1, Lang::En) => "One of the shares that the law asks for is not reached".to_owned(),
        (_, n, Lang::Da) => format!("{n} af de andele, som loven kræver, er ikke nået"),
        (_, n, Lang::En) => format!("{n} of the shares that the law asks for are not reached"),
    }
}

/// What the focus goals were, and that they are no more.
const fn former(lang: Lang) -> &'static str {
    match lang {
        Lang::Da => {
            "Det skærpede tilsyn med fokusmål gjaldt fra 2020 og er efter vores oplysninger afskaffet den 1. juli 2026 (ikke bekræftet). Tallene er stadig værd at kende: de viser, hvem man sjældent ser."
        }
        Lang::En => {
            "The tightened supervision with focus goals held from 2020 and was by our information abolished on 1 July 2026 (not confirmed). The figures are still worth knowing: they show whom one seldom sees."
        }
    }
}

/// The result goal: the gap from what STAR expected.
fn result(standing: Option<(&Standing, RollingYear)>, lang: Lang) -> String {
    let Some((s, year)) = standing else { return String::new() };
    let gap = signed(s.sure.gap, 2, lang == Lang::Da);
    match lang {
        Lang::Da => format!(
            "{}: forskel {gap} procentpoint fra STARs forventning i {} (plus er bedre).",
            s.place.name,
            year.say(true)
        ),
        Lang::En => format!(
            "{}: gap {gap} percentage points from STAR's expectation in {} (plus is better).",
            s.place.name,
            year.say(false)
        ),
    }
}

/// The municipality's distance to every threshold as a document with the figures, for a committee or an account to the state.
/// `standing` is that of all benefits in the newest published year.
pub fn supervision_document(
    known: &Supervised<'_>,
    place: &str,
    standing: Option<(&Standing, RollingYear)>,
    lang: Lang,
) -> Document {
    let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
    let rows = known.rows(lang);
    let mut sections = Vec::new();
    let mut parts = vec![Part::Lead(format!("{}.", heading(&rows, lang)))];
    if !rows.is_empty() {
        let columns = [
            ("Regel", "Rule"),
            ("Andel, pct.", "Share, %"),
            ("Krav, pct.", "Asked, %"),
            ("Afstand", "Distance"),
            ("Antal", "Number"),
            ("Reglen er", "The rule is"),
        ];
        let text = |text: &str| Cell::Text(text.to_owned());
        let row = |r: &Row| {
            let asked = Cell::Number(f64::from(r.asked), r.asked.to_string());
            vec![text(&r.title), r.share.clone(), asked, text(&r.state), text(&r.detail), text(r.mark)]
        };
        parts.push(Part::Table(Table {
            caption: t("Andele af gruppen, som loven kræver", "Shares of the group that the law asks for"),
            columns: columns.map(|(da, en)| t(da, en)).to_vec(),
            rows: rows.iter().map(row).collect(),
        }));
        parts.push(Part::Note(known.source(lang)));
    }
    let found = result(standing, lang);
    if !found.is_empty() {
        parts.push(Part::Text(found));
    }
    sections.push(Section { heading: t("Det korte af det lange", "In short"), parts });
    let regime = known.regime(lang);
    if regime.is_none() {
        let goal = |g: Goal| {
            let detail = if g.detail.is_empty() { String::new() } else { format!(" ({})", g.detail) };
            format!("{}: {}{detail}", g.title, g.value)
        };
        let points = known.goals(lang).into_iter().map(goal).collect();
        let parts = vec![Part::Text(former(lang).to_owned()), Part::Points(points)];
        sections.push(Section { heading: t("De tidligere fokusmål", "The former focus goals"), parts });
    }
    sections.extend(regime);
    sections.extend(known.steps(lang));
    let day = words::date(known.on, lang);
    Document {
        lang: if lang == Lang::Da { reports::Lang::Da } else { reports::Lang::En },
        title: match lang {
            Lang::Da => format!("{place}: afstand til det, loven kræver"),
            Lang::En => format!("{place}: distance to what the law asks"),
        },
        subtitle: known.under(lang),
        foot: match lang {
            Lang::Da => format!("Lavet med Trædesten af kommunens egne borgerrejser, som de var kendt {day}."),
            Lang::En => format!("Made with Trædesten from the municipality's own journeys as known on {day}."),
        },
        sections,
    }
}

/// What is known of the registry's own caseload, and the municipality's standing in the newest published year, given to `say`.
fn told<T>(
    state: &AppState,
    counted: &Counted,
    say: impl FnOnce(&Supervised<'_>, Option<(&Standing, RollingYear)>) -> T,
) -> T {
    let year = publication().periods().last().copied();
    let all = year.map(|year| published(publication(), BenefitGroup::All, year)).unwrap_or_default();
    let standing = all.iter().find(|s| s.place.code == state.settings.municipality).zip(year);
    let in_force = state.law.in_force(counted.on);
    let found = supervise(&in_force, &counted.grid, counted.shares(&in_force), standing.map(|s| s.0));
    let (grid, citizens, on) = (&counted.grid, counted.citizens, counted.on);
    say(&Supervised { found: &found, grid, citizens, on, least: LEAST }, standing)
}

pub(super) fn document(state: &AppState, counted: &Counted, lang: Lang) -> Document {
    let code = state.settings.municipality.as_str();
    let place = figures::municipality(code).map_or(code, |m| m.name.as_str());
    told(state, counted, |known, standing| supervision_document(known, place, standing, lang))
}

pub(super) fn page(state: &AppState, reader: &Reader, counted: &Counted) -> Page {
    let lang = reader.lang;
    told(state, counted, |known, standing| {
        let rows = known.rows(lang);
        let heading = heading(&rows, lang);
        Page {
            shell: Shell::new(state, reader, "resultater", heading.clone()),
            lang,
            heading,
            under: known.under(lang),
            result: result(standing, lang),
            goals: known.goals(lang),
            source: known.source(lang),
            former: former(lang),
            rows,
        }
    })
}
