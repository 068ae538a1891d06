//! The overview: one municipality among the 98.

use super::ask::Ask;
use crate::benchmark::{Expected, Found, Known, When, publication};
use crate::error::Failure;
use crate::pages::municipality::{month_name, sort_key};
use crate::shell::{Reader, Shell};
use crate::state::AppState;
use crate::words;
use askama::Template;
use charts::{
    Area, Choropleth, Fall, Gap, GapPlot, Guide, LineChart, LineSeries, Point, Scatter, Table, VerticalMark, Waterfall,
};
use charts::{number, signed};
use figures::{BenefitGroup, Month, MunicipalMap, RollingYear, Series, municipalities};
use results::{Judgement, PARTS, Standing, Trend, similar, trend};
use timeline::Lang;

/// A line of the spine.
pub(super) struct Line {
    name: &'static str,
    href: String,
    current: bool,
    /// Nothing where there is no figure.
    shown: Option<Shown>,
}

struct Shown {
    actual: String,
    expected: String,
    gap: String,
    interval: String,
    persons: String,
    persons_interval: String,
    kroner: String,
    rank: String,
    /// The gap by the other's expectation.
    other: String,
    trend: &'static str,
    says: &'static str,
    judgement: Judgement,
}

pub(super) struct Small {
    title: &'static str,
    pub svg: String,
    pub table: Table,
}

struct Alike {
    name: String,
    href: String,
    expected: String,
    actual: String,
    gap: String,
    interval: String,
    says: &'static str,
    ask_them: bool,
}

#[derive(Template)]
#[template(path = "results.html")]
pub(super) struct Page {
    shell: Shell,
    lang: Lang,
    name: String,
    /// The name owning something.
    names_own: String,
    heading: String,
    under: String,
    since: String,
    source: String,
    query: String,
    published_href: Option<String>,
    report_href: Option<String>,
    own_href: String,
    own: bool,
    model_href: String,
    places: Vec<(String, String, bool)>,
    groups: Vec<(&'static str, &'static str, bool)>,
    years: Vec<(String, String, bool)>,
    months: Vec<(String, String, bool)>,
    price: String,
    hidden: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    with_price: bool,
    group_name: &'static str,
    group_phrase: String,
    nobody_better: bool,
    plot: Option<(String, Table)>,
    map: String,
    map_unit: String,
    funnel: Option<(String, Table)>,
    falls: Option<(String, Table)>,
    smalls: Vec<Small>,
    alike: Vec<Alike>,
    missing: String,
    notes: Vec<String>,
    empty: Option<Empty>,
}

struct Empty {
    text: String,
    ways: Vec<(String, String)>,
}

/// A group in the middle of a sentence.
pub(super) fn phrase(name: &str) -> String {
    // A-dagpenge keeps its capital, all else is a common noun.
    if name.chars().nth(1) == Some('-') { name.to_owned() } else { lower(name) }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

pub(super) fn heading(ask: &Ask, own: Option<&Standing>) -> String {
    let group = phrase(ask.name(ask.group));
    let when = match (ask.when, ask.lang) {
        (When::Year(RollingYear { year, quarter: 4 }), Lang::Da) => format!("i {year}"),
        (When::Year(RollingYear { year, quarter: 4 }), Lang::En) => format!("in {year}"),
        (when, Lang::Da) => format!("i perioden {}", when.say(true)),
        (when, Lang::En) => format!("in {}", when.say(false)),
    };
    let name = &ask.place.name;
    let Some(s) = own else {
        return match ask.lang {
            Lang::Da => format!("{name}: ingen forventning til {group} {when}"),
            Lang::En => format!("{name}: nothing expected of {group} {when}"),
        };
    };
    let far = number(s.sure.gap.abs(), 1, ask.danish());
    match (s.judgement(), ask.lang) {
        (Judgement::Better, Lang::Da) => {
            format!("{name} ligger {far} procentpoint bedre end forventet på {group} {when}")
        }
        (Judgement::Better, Lang::En) => {
            format!("{name} is {far} percentage points better than expected on {group} {when}")
        }
        (Judgement::Poorer, Lang::Da) => {
            format!("{name} ligger {far} procentpoint dårligere end forventet på {group} {when}")
        }
        (Judgement::Poorer, Lang::En) => {
            format!("{name} is {far} percentage points worse than expected on {group} {when}")
        }
        (Judgement::AsExpected, Lang::Da) => format!("{name} ligger som forventet på {group} {when}"),
        (Judgement::AsExpected, Lang::En) => format!("{name} is as expected on {group} {when}"),
        (Judgement::Untold, Lang::Da) => {
            format!("Det kan ikke afgøres, om {name} ligger bedre eller dårligere end forventet på {group} {when}")
        }
        (Judgement::Untold, Lang::En) => {
            format!("It cannot be determined whether {name} is better or worse than expected on {group} {when}")
        }
    }
}

pub(super) fn under(ask: &Ask, s: &Standing, other: Option<&Standing>) -> String {
    let danish = ask.danish();
    let n = |v: f64| number(v, 2, danish);
    let count = persons(ask, s);
    let count = count.trim_start_matches(['+', '−', '-']);
    let other = other.map_or_else(String::new, |o| {
        let gap = signed(o.sure.gap, 2, danish);
        match (ask.by, ask.lang) {
            (Expected::Published, Lang::Da) => format!(" Vores egen forventning giver {gap}."),
            (Expected::Published, Lang::En) => format!(" Our own expectation gives {gap}."),
            (Expected::Own, Lang::Da) => format!(" STARs forventning giver {gap}."),
            (Expected::Own, Lang::En) => format!(" STAR's expectation gives {gap}."),
        }
    });
    match ask.lang {
        Lang::Da => format!(
            "Faktisk {} mod forventet {} {}. Forskel {} procentpoint ({} til {}), svarende til {count} {} fuldtidspersoner end forventet.{other}",
            n(s.actual),
            n(s.expected),
            ask.share_of(ask.group),
            signed(s.sure.gap, 2, danish),
            signed(s.sure.low, 2, danish),
            signed(s.sure.high, 2, danish),
            if s.persons_gap >= 0.0 { "færre" } else { "flere" },
        ),
        Lang::En => format!(
            "Actual {} against expected {} {}. Gap {} percentage points ({} to {}), equal to {count} {} full-time persons than expected.{other}",
            n(s.actual),
            n(s.expected),
            ask.share_of(ask.group),
            signed(s.sure.gap, 2, danish),
            signed(s.sure.low, 2, danish),
            signed(s.sure.high, 2, danish),
            if s.persons_gap >= 0.0 { "fewer" } else { "more" },
        ),
    }
}

pub(super) const fn says(judgement: Judgement, lang: Lang) -> &'static str {
    match (judgement, lang) {
        (Judgement::Better, Lang::Da) => "bedre end forventet",
        (Judgement::Better, Lang::En) => "better than expected",
        (Judgement::Poorer, Lang::Da) => "dårligere end forventet",
        (Judgement::Poorer, Lang::En) => "worse than expected",
        (Judgement::AsExpected, Lang::Da) => "som forventet",
        (Judgement::AsExpected, Lang::En) => "as expected",
        (Judgement::Untold, Lang::Da) => "kan ikke afgøres",
        (Judgement::Untold, Lang::En) => "cannot be determined",
    }
}

const fn trend_word(trend: Trend, lang: Lang) -> &'static str {
    match (trend, lang) {
        (Trend::Better, Lang::Da) => "bedre",
        (Trend::Better, Lang::En) => "better",
        (Trend::Poorer, Lang::Da) => "værre",
        (Trend::Poorer, Lang::En) => "poorer",
        (Trend::Unchanged, Lang::Da) => "uændret",
        (Trend::Unchanged, Lang::En) => "unchanged",
        (Trend::Untold, Lang::Da) => "kan ikke afgøres",
        (Trend::Untold, Lang::En) => "cannot be determined",
    }
}

/// How many years back the gap is held against: two where there are figures, so that no months are shared, else one.
fn back(known: &Known, ask: &Ask) -> Result<Option<When>, Failure> {
    for years in [2, 1] {
        let when = ask.when.back(years);
        if ask.level(known, ask.group, when)?.is_some() {
            return Ok(Some(when));
        }
    }
    Ok(None)
}

/// Whether the series of a group breaks after one month and by another.
fn breaks(ask: &Ask, group: BenefitGroup, after: Month, by: Month) -> Option<&'static figures::Break> {
    let When::To(_) = ask.when else { return None };
    let (series, _) = results::series_of(group)?;
    series.breaks().iter().find(|b| b.from > after && b.from <= by)
}

/// Full-time persons; the ministry rounds to ten.
pub(super) fn persons(ask: &Ask, s: &Standing) -> String {
    let rounded_away = ask.by == Expected::Published && s.persons_gap.abs() < 5.0 && s.sure.gap.abs() > 0.005;
    if rounded_away {
        return ask.lang.pick("under 10", "under 10").to_owned();
    }
    signed(s.persons_gap, 0, ask.danish())
}

fn line(known: &Known, ask: &Ask, group: BenefitGroup, back: Option<When>) -> Result<Line, Failure> {
    let danish = ask.danish();
    let to = ask.lang.pick("til", "to");
    let found = ask.found(known, group)?;
    let before = back.map(|when| Ok((when, ask.found_at(known, group, when)?))).transpose()?;
    let other = ask.other(known, group)?;
    let shown = found.of(&ask.place.code).map(|s| {
        let trend = before.as_ref().and_then(|(when, before)| {
            if let (When::To(then), When::To(now)) = (*when, ask.when)
                && breaks(ask, group, Month::from_number(then.number() - 11), now).is_some()
            {
                return Some(ask.lang.pick("brud i serien", "the series breaks"));
            }
            Some(trend_word(trend(before.of(&ask.place.code)?, s), ask.lang))
        });
        let per_point = s.persons / s.actual;
        let rank = s.published_rank.map_or_else(String::new, |r| format!(" (STAR {r})"));
        Shown {
            actual: number(s.actual, 2, danish),
            expected: number(s.expected, 2, danish),
            gap: signed(s.sure.gap, 2, danish),
            interval: format!("{} {to} {}", signed(s.sure.low, 2, danish), signed(s.sure.high, 2, danish)),
            persons: persons(ask, s),
            persons_interval: format!(
                "{} {to} {}",
                signed(s.sure.low * per_point, 0, danish),
                signed(s.sure.high * per_point, 0, danish)
            ),
            kroner: ask.price.map_or_else(String::new, |p| signed(s.persons_gap * p / 1e6, 1, danish)),
            rank: format!("{}–{}{rank}", s.sure.rank_low, s.sure.rank_high),
            other: other
                .as_ref()
                .and_then(|o| o.of(&ask.place.code))
                .map_or_else(|| "–".to_owned(), |o| signed(o.sure.gap, 2, danish)),
            trend: trend.unwrap_or("–"),
            says: says(s.judgement(), ask.lang),
            judgement: s.judgement(),
        }
    });
    Ok(Line { name: ask.name(group), href: ask.href(|a| a.group = group), current: group == ask.group, shown })
}

pub(super) fn gap_plot(ask: &Ask, found: &Found) -> GapPlot {
    let near = similar(&found.standings, &ask.place.code, SIMILAR);
    let gaps = found
        .standings
        .iter()
        .map(|s| Gap {
            label: s.place.name.clone(),
            value: Some(s.sure.gap),
            interval: Some((s.sure.low, s.sure.high)),
            href: ask.href(|a| a.place = s.place),
            own: s.place.code == ask.place.code,
            similar: near.iter().any(|n| n.place.code == s.place.code),
        })
        .collect();
    let (name, when) = (phrase(ask.name(ask.group)), ask.when.say(ask.danish()));
    GapPlot {
        title: ask.lang.pick(
            format!("Forskel fra det forventede på {name}, {when}"),
            format!("Gap from what was expected on {name}, {when}"),
        ),
        unit: ask.lang.pick("procentpoint", "percentage points").to_owned(),
        gaps,
        zero: ask.lang.pick("som forventet", "as expected").to_owned(),
        sides: match ask.lang {
            Lang::Da => ("bedre end forventet".to_owned(), "dårligere end forventet".to_owned()),
            Lang::En => ("better than expected".to_owned(), "worse than expected".to_owned()),
        },
        decimals: 2,
        danish: ask.danish(),
    }
}

fn map(ask: &Ask, found: &Found) -> Choropleth {
    let shipped = MunicipalMap::shipped();
    let place = |code: &str| municipalities().iter().find(|m| m.code == code);
    let areas = shipped
        .shapes
        .iter()
        .filter_map(|shape| {
            let place = place(&shape.code)?;
            Some(Area {
                label: place.name.clone(),
                path: shape.path.clone(),
                value: found.of(&shape.code).map(|s| s.sure.gap),
                href: ask.href(|a| a.place = place),
                own: shape.code == ask.place.code,
            })
        })
        .collect();
    Choropleth {
        title: ask.lang.pick("Forskel fra det forventede", "Gap from what was expected").to_owned(),
        unit: ask.lang.pick("procentpoint", "percentage points").to_owned(),
        areas,
        size: (shipped.width, shipped.height),
        inset: shipped.inset,
        decimals: 1,
        danish: ask.danish(),
        around_zero: true,
    }
}

pub(super) fn funnel(ask: &Ask, found: &Found) -> Scatter {
    let points = found
        .standings
        .iter()
        .map(|s| Point {
            label: s.place.name.clone(),
            at: (s.population, s.sure.gap),
            href: ask.href(|a| a.place = s.place),
            own: s.place.code == ask.place.code,
            named: s.judgement() != Judgement::AsExpected
                && (s.sure.p_top_fifth > 0.95 || s.sure.p_bottom_fifth > 0.95),
        })
        .collect();
    let mut by_size: Vec<(f64, f64)> = found.standings.iter().map(|s| (s.population, s.sure.std_error)).collect();
    by_size.sort_by(|a, b| a.0.total_cmp(&b.0));
    let limit = |z: f64| by_size.iter().map(|(p, se)| (*p, z * se)).collect::<Vec<_>>();
    let ends = [by_size.first(), by_size.last()];
    let zero = ends.into_iter().flatten().map(|(p, _)| (*p, 0.0)).collect();
    Scatter {
        title: ask.lang.pick("Hvor meget er tilfældigt?", "How much of it is chance?").to_owned(),
        units: (
            ask.lang.pick("15-64-årige", "persons aged 15-64").to_owned(),
            ask.lang.pick("forskel, procentpoint", "gap, percentage points").to_owned(),
        ),
        points,
        guides: vec![
            Guide { label: ask.lang.pick("forventet", "expected").to_owned(), points: zero, strong: true },
            Guide { label: "95 %".to_owned(), points: limit(results::Z95), strong: false },
            Guide { label: "95 %".to_owned(), points: limit(-results::Z95), strong: false },
        ],
        decimals: (0, 1),
        logarithmic: true,
        danish: ask.danish(),
    }
}

/// Where the gap arises: the groups that all benefits are the sum of.
pub(super) fn falls(known: &Known, ask: &Ask) -> Result<Option<Waterfall>, Failure> {
    let mut falls = Vec::new();
    for group in PARTS {
        let found = ask.found(known, group)?;
        let Some(s) = found.of(&ask.place.code) else { return Ok(None) };
        falls.push(Fall { label: group.name(ask.danish()).to_owned(), value: s.sure.gap, level: false });
    }
    let found = ask.found(known, BenefitGroup::All)?;
    let Some(all) = found.of(&ask.place.code) else { return Ok(None) };
    let rest = all.sure.gap - falls.iter().map(|f| f.value).sum::<f64>();
    if rest.abs() > 0.005 {
        falls.push(Fall { label: ask.lang.pick("Afrunding", "Rounding").to_owned(), value: rest, level: false });
    }
    falls.push(Fall {
        label: ask.lang.pick("Alle ydelser", "All benefits").to_owned(),
        value: all.sure.gap,
        level: true,
    });
    Ok(Some(Waterfall {
        title: ask.lang.pick("Hvor opstår forskellen?", "Where does the gap arise?").to_owned(),
        unit: ask.lang.pick("procentpoint, plus er bedre", "percentage points, plus is better").to_owned(),
        falls,
        up_is_good: true,
        decimals: 2,
        danish: ask.danish(),
    }))
}

fn marks(ask: &Ask, group: BenefitGroup) -> Vec<VerticalMark> {
    let (When::To(_), Some((series, _))) = (ask.when, results::series_of(group)) else { return Vec::new() };
    let mark = |b: &figures::Break| VerticalMark {
        month: b.from.number(),
        label: ask.lang.pick("ny lov", "new law").to_owned(),
    };
    series.breaks().iter().map(mark).collect()
}

/// A benefit over time; nothing where there is no figure.
pub(super) fn small(known: &Known, ask: &Ask, group: BenefitGroup) -> Result<Option<Small>, Failure> {
    let whens: Vec<When> = match ask.when {
        When::Year(_) => publication().periods().into_iter().map(When::Year).collect(),
        When::To(_) => (0..4).rev().map(|back| ask.when.back(back)).collect(),
    };
    let (mut actual, mut expected) = (Vec::new(), Vec::new());
    for when in whens {
        let last = match when {
            When::Year(year) => year.months().1,
            When::To(month) => month,
        };
        let level = ask.level(known, group, when)?;
        actual.push((last.number(), level.map(|l| l.0)));
        expected.push((last.number(), level.map(|l| l.1)));
    }
    if actual.iter().all(|(_, v)| v.is_none()) {
        return Ok(None);
    }
    let series = |label: &str, own, points| LineSeries { label: label.to_owned(), own, points };
    let chart = LineChart {
        title: ask.name(group).to_owned(),
        unit: ask.share_of(group).to_owned(),
        series: vec![
            series(ask.lang.pick("Faktisk", "Actual"), true, actual),
            series(ask.lang.pick("Forventet", "Expected"), false, expected),
        ],
        breaks: marks(ask, group),
        decimals: 2,
        danish: ask.danish(),
        month_name,
    };
    Ok(Some(Small { title: ask.name(group), svg: chart.svg(), table: chart.table() }))
}

fn smalls(known: &Known, ask: &Ask) -> Result<Vec<Small>, Failure> {
    BenefitGroup::ALL.into_iter().filter_map(|group| small(known, ask, group).transpose()).collect()
}

/// How many similar ones are shown.
const SIMILAR: usize = 8;

fn alike(ask: &Ask, found: &Found) -> Vec<Alike> {
    let Some(own) = found.of(&ask.place.code) else { return Vec::new() };
    let danish = ask.danish();
    let mut near = similar(&found.standings, &ask.place.code, SIMILAR);
    near.sort_by(|a, b| b.sure.gap.total_cmp(&a.sure.gap));
    near.into_iter()
        .map(|s| {
            // Drawn to the others first: among eight the outermost is often chance.
            let far = s.sure.steadied - own.sure.steadied;
            let sure = results::Z95 * s.sure.steadied_sd.hypot(own.sure.steadied_sd);
            let (says, ask_them) = match (far > sure, far < -sure, ask.lang) {
                (true, _, Lang::Da) => ("klart bedre: spørg dem", true),
                (true, _, Lang::En) => ("clearly better: ask them", true),
                (_, true, Lang::Da) => ("klart dårligere", false),
                (_, true, Lang::En) => ("clearly worse", false),
                (_, _, Lang::Da) => ("ingen sikker forskel", false),
                (_, _, Lang::En) => ("no sure difference", false),
            };
            Alike {
                name: s.place.name.clone(),
                href: ask.href(|a| a.place = s.place),
                expected: number(s.expected, 2, danish),
                actual: number(s.actual, 2, danish),
                gap: signed(s.sure.gap, 2, danish),
                interval: format!(
                    "{} {} {}",
                    signed(s.sure.low, 2, danish),
                    ask.lang.pick("til", "to"),
                    signed(s.sure.high, 2, danish)
                ),
                says,
                ask_them,
            }
        })
        .collect()
}

pub(super) fn notes(ask: &Ask, found: &Found) -> Vec<String> {
    let danish = ask.danish();
    let mut notes = Vec::new();
    let mut say = |da: String, en: String| notes.push(if danish { da } else { en });
    let read = publication().read.parse().map_or_else(|_| publication().read.to_owned(), |d| words::date(d, ask.lang));
    match ask.by {
        Expected::Published => say(
            format!("De forventede og faktiske tal er STARs egne (Jobindsats y30r21, hentet {read}). STAR oplyser ingen usikkerhed; vores interval er, hvor meget en kommunes forskel flytter sig fra år til år af sig selv, mere hvor der bor få. At STARs forventning selv kan være forkert, er ikke med i det: se vores egen ved siden af."),
            format!("Expected and actual are STAR's own (Jobindsats y30r21, fetched {read}). STAR gives no uncertainty; our interval is how much a municipality's gap moves from year to year by itself, more where few live. That STAR's expectation may itself be wrong is not in it: see our own beside it."),
        ),
        Expected::Own => say(
            "Forventningen er vores egen: hver kommune er forudsagt ud fra de andre. Intervallet rummer både, hvor meget en forskel flytter sig af sig selv, og hvor langt vores og STARs model typisk ligger fra hinanden. Derfor kan det for de fleste kommuner ikke afgøres.".to_owned(),
            "The expectation is our own: each municipality is predicted from the others. The interval holds both how much a gap moves by itself and how far our model and STAR's typically lie apart. So for most municipalities it cannot be determined.".to_owned(),
        ),
    }
    if let Some((years, less)) = found.old {
        say(
            format!(
                "Vilkårene er fra omkring 2020, altså {years} år gamle. Om en kommunes vilkår har ændret sig siden, kan modellen ikke se. {}",
                if less {
                    "Intervallet er gjort bredere med, hvor meget ringere de forklarer i dag."
                } else {
                    "De forklarer ikke ringere i dag end i de første tolv måneder."
                }
            ),
            format!(
                "The conditions are from about 2020, {years} years old. The model cannot see whether a municipality's conditions have changed since. {}",
                if less {
                    "The interval is wider by how much less they explain today."
                } else {
                    "They do not explain less today than in the first twelve months."
                }
            ),
        );
    }
    if let When::To(to) = ask.when
        && breaks(ask, ask.group, Month::from_number(to.number() - 11), to).is_some()
    {
        say(
            "Serien har et brud den 1. juli 2025, inden for disse tolv måneder. Alle kommuner er målt ens.".to_owned(),
            "The series breaks on 1 July 2025, within these twelve months. All municipalities are measured alike."
                .to_owned(),
        );
    }
    say(
        "Plus er bedre: færre på ydelse end forventet. Jobindsats regner omvendt, faktisk minus forventet. Blandt 98 kommuner ville omkring fem se ud til at afvige ved et tilfælde; vurderingen siger derfor kun bedre eller dårligere, når det også holder, efter at vi har taget højde for, at yderpunkter ofte er tilfældige. Som forventet betyder, at hele intervallet ligger inden for en tyvendedel af det forventede.".to_owned(),
        "Plus is better: fewer on benefit than expected. Jobindsats counts the other way, actual minus expected. Among 98 municipalities about five would seem to differ by chance; the judgement says better or worse only where it also holds once we allow for extremes often being chance. As expected means that the whole interval lies within a twentieth of what was expected.".to_owned(),
    );
    notes
}

fn empty(known: &Known, ask: &Ask) -> Empty {
    let way = |group: BenefitGroup, when: When| {
        let name = match when {
            When::To(_) => results::series_of(group)
                .map_or_else(|| group.name(ask.danish()), |(s, _)| ask.lang.pick(s.name().0, s.name().1)),
            When::Year(_) => group.name(ask.danish()),
        };
        (format!("{name}, {}", when.say(ask.danish())), ask.href(|a| (a.group, a.when) = (group, when)))
    };
    let mut ways = Vec::new();
    if let Some(newest) = known.figures.latest(Series::KontanthjaelpShare) {
        ways.extend([BenefitGroup::ADagpenge, BenefitGroup::Kontanthjaelp].map(|g| way(g, When::To(newest))));
    }
    if let Some(year) = publication().periods().last() {
        ways.push(way(ask.group, When::Year(*year)));
    }
    let text = match ask.lang {
        Lang::Da => {
            "STARs benchmark er offentliggjort for 2020 til 2022, og efter det findes der her kun månedlige serier for dagpenge og kontanthjælp. Derfor er der hverken tal for alle ydelser eller for sygedagpenge. Det, der findes:"
        }
        Lang::En => {
            "STAR's benchmark is published for 2020 to 2022, and after that there are monthly series here for unemployment benefit and cash benefit alone. So there is no figure for all benefits or for sickness benefit. What there is:"
        }
    };
    Empty { text: text.to_owned(), ways }
}

/// The newest month, and the same month of earlier years, that twelve months with figures run up to.
pub(super) fn later_months(known: &Known) -> Vec<Month> {
    let Some(newest) = known.figures.latest(Series::KontanthjaelpShare) else { return Vec::new() };
    let has = |m: &&Month| known.figures.value(Series::KontanthjaelpShare, figures::NATION, **m).is_some();
    let first = known.figures.months().iter().find(has).map_or(0, |m| m.number());
    (0..4).map(|back| Month::from_number(newest.number() - 12 * back)).filter(|m| m.number() - 23 >= first).collect()
}

pub(super) fn page(state: &AppState, reader: &Reader, ask: &Ask) -> Result<Page, Failure> {
    let danish = ask.danish();
    let found = ask.found(&state.known, ask.group)?;
    let own = found.of(&ask.place.code);
    let heading = heading(ask, own);
    let back = back(&state.known, ask)?;
    let lines =
        BenefitGroup::ALL.into_iter().map(|g| line(&state.known, ask, g, back)).collect::<Result<Vec<_>, _>>()?;
    let mut places: Vec<(String, String, bool)> =
        municipalities().iter().map(|m| (m.code.clone(), m.name.clone(), m.code == ask.place.code)).collect();
    places.sort_by_key(|p| sort_key(&p.1));
    let one = |when: When| (when.code(), when.say(danish), when == ask.when);
    let has = !found.standings.is_empty();
    let alike = alike(ask, &found);
    let drawn = |svg: String, table: Table| has.then_some((svg, table));
    let (plot, map, funnel) = (gap_plot(ask, &found), map(ask, &found), funnel(ask, &found));
    let mut hidden = vec![("kilde", if ask.by == Expected::Own { "egen" } else { "star" }.to_owned())];
    let join =
        |words: &std::collections::BTreeSet<String>| words.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    for (name, words) in [("uden", &ask.without), ("med", &ask.with)] {
        if !words.is_empty() {
            hidden.push((name, join(words)));
        }
    }
    let missing = match (found.missing.len(), ask.lang) {
        (0, _) => String::new(),
        (_, lang) => {
            let names: Vec<&str> = found.missing.iter().map(|m| m.name.as_str()).collect();
            format!("{}: {}.", lang.pick("Uden tal i alle måneder", "Without figures in every month"), names.join(", "))
        }
    };
    let source = match (ask.when, results::series_of(ask.group)) {
        (When::To(_), Some((series, _))) => {
            format!(
                "{} ({} {})",
                state.known.figures.provenance.source,
                ask.lang.pick("tabel", "table"),
                series.table()
            )
        }
        _ => publication().source.to_owned(),
    };
    Ok(Page {
        shell: Shell::new(state, reader, "resultater", heading.clone()),
        lang: ask.lang,
        names_own: match (danish, ask.place.name.ends_with(['s', 'x', 'z'])) {
            (true, true) => format!("{}’", ask.place.name),
            (true, false) => format!("{}s", ask.place.name),
            (false, _) => ask.place.name.clone(),
        },
        name: ask.place.name.clone(),
        under: match own {
            Some(s) => under(ask, s, ask.other(&state.known, ask.group)?.as_ref().and_then(|o| o.of(&ask.place.code))),
            None => String::new(),
        },
        since: back.map_or_else(String::new, |when| when.say(danish)),
        heading,
        source,
        query: ask.query(),
        published_href: matches!(ask.when, When::Year(_)).then(|| ask.href(|a| a.by = Expected::Published)),
        report_href: matches!(ask.when, When::Year(_)).then(|| format!("/resultater/rapport?{}", ask.query())),
        own_href: ask.href(|a| a.by = Expected::Own),
        own: ask.by == Expected::Own,
        model_href: format!("/resultater/model?{}", ask.query()),
        places,
        groups: BenefitGroup::ALL.into_iter().map(|g| (g.code(), g.name(danish), g == ask.group)).collect(),
        years: publication().periods().into_iter().rev().map(|y| one(When::Year(y))).collect(),
        months: later_months(&state.known).into_iter().map(|m| one(When::To(m))).collect(),
        price: ask.price.map_or_else(String::new, |p| format!("{p:.0}")),
        hidden,
        lines,
        with_price: ask.price.is_some(),
        group_name: ask.name(ask.group),
        group_phrase: phrase(ask.name(ask.group)),
        nobody_better: !alike.iter().any(|a| a.ask_them),
        plot: drawn(plot.svg(), plot.table()),
        map_unit: map.unit.clone(),
        map: if has { map.svg() } else { String::new() },
        funnel: drawn(funnel.svg(), funnel.table()),
        falls: falls(&state.known, ask)?.map(|f| (f.svg(), f.table())),
        smalls: smalls(&state.known, ask)?,
        alike,
        missing,
        notes: notes(ask, &found),
        empty: (!has).then(|| empty(&state.known, ask)),
    })
}
