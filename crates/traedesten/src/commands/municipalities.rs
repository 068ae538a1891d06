//! `results municipalities` and `results model`: the municipalities against what was expected of them.

use super::Context;
use crate::answer::{Answer, TextTable};
use crate::args::{ConditionOptions, ExpectedSource, ModelOptions, Municipalities};
use crate::failure::Failure;
use ::figures::{BenefitGroup, Month, Publication, RollingYear};
use ::results::{Choice, Judgement, OwnExpected, Standing, agreement, carried, own, published, series_of};
use serde_json::{Value, json};
use timeline::Lang;

fn choice(options: &ConditionOptions) -> Result<Choice, Failure> {
    Ok(Choice::new(options.without.iter().map(String::as_str), options.with.iter().map(String::as_str))?)
}

fn group(word: &str) -> Result<BenefitGroup, Failure> {
    BenefitGroup::from_code(word).ok_or_else(|| {
        let known = BenefitGroup::ALL.map(BenefitGroup::code).join(", ");
        Failure::usage(
            format!("Ingen ydelsesgruppe hedder »{word}«. Der er {known}."),
            format!("No group is called \"{word}\". There are {known}."),
        )
    })
}

/// A year of the benchmark, or a month that twelve months run up to.
enum Period {
    Year(RollingYear),
    To(Month),
}

fn period(text: Option<&str>, publication: &Publication) -> Result<Period, Failure> {
    let years = publication.periods();
    let Some(text) = text else {
        return years.last().map(|y| Period::Year(*y)).ok_or_else(|| Failure::input("no years"));
    };
    if let Ok(year) = text.parse::<RollingYear>() {
        if years.contains(&year) {
            return Ok(Period::Year(year));
        }
        let known: Vec<String> = years.iter().map(ToString::to_string).collect();
        let known = known.join(", ");
        return Err(Failure::usage(
            format!("{year} er ikke offentliggjort. Der er {known}; senere måneder fås med --source own."),
            format!("{year} is not published. There are {known}; later months come with --source own."),
        ));
    }
    text.parse::<Month>().map(Period::To).map_err(|_| {
        Failure::usage(
            format!("--period »{text}«: skriv fire kvartaler som 2022QMAT04 eller en måned som 2026M07"),
            format!("--period \"{text}\": write four quarters as 2022QMAT04 or a month as 2026M07"),
        )
    })
}

pub(super) const fn word(judgement: Judgement, lang: Lang) -> &'static str {
    match (judgement, lang) {
        (Judgement::Better, Lang::Da) => "bedre",
        (Judgement::Better, Lang::En) => "better",
        (Judgement::Poorer, Lang::Da) => "dårligere",
        (Judgement::Poorer, Lang::En) => "worse",
        (Judgement::AsExpected, Lang::Da) => "som forventet",
        (Judgement::AsExpected, Lang::En) => "as expected",
        (Judgement::Untold, Lang::Da) => "kan ikke afgøres",
        (Judgement::Untold, Lang::En) => "cannot be determined",
    }
}

/// The word in JSON.
pub(super) const fn code(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Better => "better",
        Judgement::Poorer => "worse",
        Judgement::AsExpected => "as_expected",
        Judgement::Untold => "untold",
    }
}

fn unit(s: &Standing, price: Option<f64>) -> Value {
    let judgement = code(s.judgement());
    let mut one = json!({
        "code": s.place.code, "unit": s.place.name, "actual": s.actual, "expected": s.expected, "gap": s.sure.gap,
        "gap_sd": s.sure.std_error, "interval_low": s.sure.low, "interval_high": s.sure.high,
        "gap_steadied": s.sure.steadied, "persons": s.persons, "gap_persons": s.persons_gap,
        "rank_low": s.sure.rank_low, "rank_high": s.sure.rank_high, "p_top_fifth": s.sure.p_top_fifth,
        "p_bottom_fifth": s.sure.p_bottom_fifth, "judgement": judgement,
    });
    if let Some(rank) = s.published_rank {
        one["published_rank"] = json!(rank);
    }
    if let Some(price) = price {
        one["gap_kroner"] = json!(s.persons_gap * price);
    }
    one
}

pub(crate) fn municipalities(context: &Context, options: &Municipalities) -> Result<u8, Failure> {
    let lang = context.lang;
    let group = group(&options.group)?;
    let publication = Publication::shipped().last().ok_or_else(|| Failure::input("no publication"))?;
    if options.price.is_some_and(|p| !p.is_finite() || p < 0.0) {
        return Err(Failure::usage("--price: kroner om året, 0 eller mere", "--price: kroner a year, 0 or more"));
    }
    let period = period(options.period.as_deref(), publication)?;
    let code = match &period {
        Period::Year(year) => year.to_string(),
        Period::To(month) => month.to_string(),
    };
    let choice = choice(&options.conditions)?;
    let mut notes: Vec<(String, String)> = Vec::new();
    let (mut of, mut name) = (lang.pick("de 16-66-årige", "those aged 16-66"), group.name(lang == Lang::Da));
    let (mut standings, when, source) = match (options.source, period) {
        (ExpectedSource::Published, Period::Year(year)) => {
            if choice != Choice::default() {
                return Err(Failure::usage(
                    "--without og --with hører til --source own: ministeriets model kan ikke ændres.",
                    "--without and --with belong to --source own: the ministry's model cannot be changed.",
                ));
            }
            let text = format!("{}, {}", publication.source, publication.read);
            (published(publication, group, year), year.say(lang == Lang::Da), text)
        }
        (ExpectedSource::Published, Period::To(month)) => {
            return Err(Failure::usage(
                format!("{month}: ministeriets benchmark findes ikke for måneder; brug --source own."),
                format!("{month}: the ministry's benchmark has no months; use --source own."),
            ));
        }
        (ExpectedSource::Own, Period::Year(year)) => {
            let model = OwnExpected::new(publication, &choice)?;
            let text = format!("{}, {}", publication.source, publication.read);
            (own(publication, &model, group, year), year.say(lang == Lang::Da), text)
        }
        (ExpectedSource::Own, Period::To(month)) => {
            let model = OwnExpected::new(publication, &choice)?;
            let figures = context.figures()?;
            let Some((series, _)) = series_of(group) else {
                return Err(Failure::usage(
                    format!(
                        "For {} er der ingen månedlig serie efter 2022; der er adagpenge og kontanthjaelp.",
                        group.code()
                    ),
                    format!(
                        "For {} there is no monthly series after 2022; there are adagpenge and kontanthjaelp.",
                        group.code()
                    ),
                ));
            };
            let found = carried(&figures, publication, &model, group, month)?.ok_or_else(|| {
                Failure::usage(
                    format!("{month}: der er ikke tolv måneder med tal op til den måned."),
                    format!("{month}: there are not twelve months with figures up to that month."),
                )
            })?;
            if series == ::figures::Series::DagpengeShare {
                of = lang.pick("arbejdsstyrken", "the workforce");
            }
            name = lang.pick(series.name().0, series.name().1);
            notes.push((
                format!(
                    "vilkårene er {} år gamle, og STARs forventning for disse måneder er ikke her; om en kommunes vilkår har ændret sig siden, kan ikke ses{}",
                    found.years,
                    if found.stale > 0.0 { "; intervallet er bredere, fordi de forklarer mindre i dag" } else { "" }
                ),
                format!(
                    "the conditions are {} years old, and STAR's expectation of these months is not here; whether a municipality's conditions have changed since cannot be seen{}",
                    found.years,
                    if found.stale > 0.0 { "; the interval is wider, since they explain less today" } else { "" }
                ),
            ));
            if series.breaks().iter().any(|b| found.from < b.from && b.from <= found.to) {
                notes.push((
                    "serien har et brud inden for de tolv måneder; alle kommuner er målt ens".to_owned(),
                    "the series breaks within the twelve months; all municipalities are measured alike".to_owned(),
                ));
            }
            if !found.missing.is_empty() {
                let names: Vec<&str> = found.missing.iter().map(|m| m.name.as_str()).collect();
                let names = names.join(", ");
                notes.push((
                    format!("uden tal i alle måneder: {names}"),
                    format!("without figures in every month: {names}"),
                ));
            }
            let text = format!("{}, {}, {}", figures.provenance.source, series.table(), figures.provenance.fetched);
            let da = lang == Lang::Da;
            (found.standings, format!("{} – {}", found.from.say(da), found.to.say(da)), text)
        }
    };
    standings.sort_by(|a, b| b.sure.gap.total_cmp(&a.sure.gap));
    let source = (format!("Kilde: {source}."), format!("Source: {source}."));
    let mut answer = Answer::of_shipped("results-municipalities", "units", source, &options.answer);
    for (da, en) in notes {
        answer.warn(da, en);
    }
    answer.set("group", group.code());
    answer.set("period", code);
    answer.set("expected_by", if options.source == ExpectedSource::Own { "own" } else { "published" });
    answer.set("units", standings.iter().map(|s| unit(s, options.price)).collect::<Vec<_>>());
    let count = |j: Judgement| standings.iter().filter(|s| s.judgement() == j).count();
    let (better, poorer) = (count(Judgement::Better), count(Judgement::Poorer));
    let (near, rest) = (count(Judgement::AsExpected), count(Judgement::Untold));
    answer.line(lang.pick(
        format!(
            "{name}, {when}: {better} kommuner ligger bedre end forventet, {poorer} dårligere, {near} som forventet, og for {rest} kan det ikke afgøres (95 %).",
        ),
        format!(
            "{name}, {when}: {better} municipalities do better than expected, {poorer} worse, {near} as expected, and of {rest} it cannot be determined (95 %).",
        ),
    ));
    answer.line("");
    let mut head = match lang {
        Lang::Da => vec!["kommune", "faktisk", "forventet", "forskel", "fra", "til", "personer", "plads", ""],
        Lang::En => vec!["municipality", "actual", "expected", "gap", "from", "to", "persons", "rank", ""],
    };
    if options.price.is_some() {
        head.insert(7, lang.pick("mio. kr.", "DKK m"));
    }
    let mut table = TextTable::new(&head);
    let da = lang == Lang::Da;
    for s in &standings {
        let mut row = vec![
            s.place.name.clone(),
            charts::number(s.actual, 2, da),
            charts::number(s.expected, 2, da),
            charts::signed(s.sure.gap, 2, da),
            charts::signed(s.sure.low, 2, da),
            charts::signed(s.sure.high, 2, da),
            charts::signed(s.persons_gap, 0, da),
            format!("{}–{}", s.sure.rank_low, s.sure.rank_high),
            word(s.judgement(), lang).to_owned(),
        ];
        if let Some(price) = options.price {
            row.insert(7, charts::signed(s.persons_gap * price / 1e6, 1, da));
        }
        table.row(row);
    }
    answer.table(&table);
    answer.line("");
    answer.line(lang.pick(
        format!("Fuldtidspersoner i procent af {of}. Forskel = forventet minus faktisk, procentpoint: plus er bedre. (Jobindsats vender fortegnet om.)"),
        format!("Full-time persons in percent of {of}. Gap = expected minus actual, percentage points: plus is better. (Jobindsats has the opposite sign.)"),
    ));
    answer.put(lang, &options.answer)
}

pub(crate) fn model(context: &Context, options: &ModelOptions) -> Result<u8, Failure> {
    let lang = context.lang;
    let choice = choice(&options.conditions)?;
    let publication = Publication::shipped().last().ok_or_else(|| Failure::input("no publication"))?;
    let explaining = ::results::Explaining::new(&choice)?;
    let all = agreement(publication, &choice)?;
    let text = format!("{}, {}", publication.source, publication.read);
    let source = (format!("Kilde: {text}."), format!("Source: {text}."));
    let mut answer = Answer::of_shipped("results-model", "agreement", source, &options.answer);
    let conditions: Vec<Value> = explaining
        .conditions
        .iter()
        .map(|c| {
            json!({"theme": c.theme.code(), "indicator": c.indicator, "year": c.year, "neighbours": c.around,
                "name": c.name(lang == Lang::Da)})
        })
        .collect();
    answer.set("conditions", conditions);
    let rows: Vec<Value> = all
        .iter()
        .map(|a| {
            json!({
                "group": a.group.code(), "period": a.period.map_or_else(|| "mean".to_owned(), |p| p.to_string()),
                "r2_own_actual": a.own_actual, "r2_published_actual": a.published_actual,
                "r2_own_published": a.own_published, "r2_refitted_published": a.refitted_published,
                "rmse_own_published": a.apart, "rmse_own_actual": a.error,
            })
        })
        .collect();
    answer.set("agreement", rows);
    let da = lang == Lang::Da;
    let mean = all.iter().find(|a| a.group == BenefitGroup::All && a.period.is_none());
    if let Some(m) = mean {
        let n = |v: f64| charts::number(v, 2, da);
        let pct = |v: f64| charts::number(100.0 * v, 0, da);
        answer.line(lang.pick(
            format!(
                "{} vilkår forklarer {} pct. af forskellene i andelen på ydelse mellem kommuner, som modellen aldrig har set; STARs forventning forklarer {} pct. De to forventninger ligger typisk {} procentpoint fra hinanden.",
                explaining.own(), pct(m.own_actual), pct(m.published_actual), n(m.apart)
            ),
            format!(
                "{} conditions explain {} % of the differences in the share on support between municipalities the model never saw; STAR's expectation explains {} %. The two expectations are typically {} percentage points apart.",
                explaining.own(), pct(m.own_actual), pct(m.published_actual), n(m.apart)
            ),
        ));
        answer.line("");
    }
    let head = match lang {
        Lang::Da => ["gruppe", "år", "vores→faktisk", "STAR→faktisk", "vores→STAR", "genberegnet→STAR", "afstand"],
        Lang::En => ["group", "year", "own→actual", "STAR→actual", "own→STAR", "refitted→STAR", "apart"],
    };
    let mut table = TextTable::new(&head);
    for a in &all {
        let n = |v: f64| charts::number(v, 3, da);
        table.row(vec![
            a.group.name(da).to_owned(),
            a.period.map_or_else(|| lang.pick("alle", "all").to_owned(), |p| p.to_string()),
            n(a.own_actual),
            n(a.published_actual),
            n(a.own_published),
            n(a.refitted_published),
            n(a.apart),
        ]);
    }
    answer.table(&table);
    answer.line("");
    answer.line(lang.pick(
        "R² mellem de 98 kommuner, hver forudsagt af en model uden den selv. »Vores« er fundet på de faktiske andele, »genberegnet« er de samme vilkår tilpasset STARs forventede andel.",
        "R² over the 98 municipalities, each predicted by a model without it. \"Own\" is fitted on actual shares, \"refitted\" is the same conditions fitted on STAR's expected share.",
    ));
    answer.put(lang, &options.answer)
}
