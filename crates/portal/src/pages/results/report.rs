//! The report that a committee reads: what a municipality achieved, against what was expected, how sure that is, where it
//! arises, and whom to learn from.

use super::ask::{Ask, Query};
use super::model::why;
use super::overview::{self, phrase, under};
use crate::benchmark::{Expected, Known, When, publication};
use crate::error::Failure;
use crate::words;
use charts::{Cell, Table, number, signed};
use figures::{BenefitGroup, Published, municipalities};
use reports::{Document, Part, Section};
use results::PARTS;
use timeline::{Date, Lang};

/// So many of the similar municipalities are named for each benefit.
const NAMED: usize = 4;

/// The report of a municipality. `municipality` is a name or code, `period` a year of the benchmark
/// (`2022QMAT04`; the newest where none is given), `price` what a full-time person costs a year in kroner.
///
/// # Errors
/// In words: no such municipality or period, or a model that cannot be fitted.
pub fn municipal_report(
    figures: Published,
    municipality: &str,
    period: Option<&str>,
    price: Option<f64>,
    lang: Lang,
    made: Date,
) -> Result<Document, String> {
    let known = Known::new(figures);
    let query = Query::of(municipality, period, price);
    let ask = Ask::new(municipality, &query, lang).map_err(|e| e.words())?;
    if matches!(ask.when, When::To(_)) {
        return Err(lang
            .pick(
                "rapporten er om et år i STARs benchmark, skrevet som 2022QMAT04; månederne efter er et afsnit i den",
                "the report is of a year of STAR's benchmark, written as 2022QMAT04; the months after are a part of it",
            )
            .to_owned());
    }
    document(&known, ask, made).map_err(|e| e.words())
}

fn cell(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn shown(value: f64, text: String) -> Cell {
    Cell::Number(value, text)
}

/// An interval in words.
fn interval(ask: &Ask, gap: &results::SureGap) -> Cell {
    let (danish, to) = (ask.danish(), ask.lang.pick("til", "to"));
    cell(format!("{} {to} {}", signed(gap.low, 2, danish), signed(gap.high, 2, danish)))
}

/// The answer for each benefit, in a table.
fn spine(known: &Known, ask: &Ask) -> Result<Table, Failure> {
    let (lang, danish) = (ask.lang, ask.danish());
    let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
    let mut rows = Vec::new();
    for group in BenefitGroup::ALL {
        let found = ask.found(known, group)?;
        let Some(s) = found.of(&ask.place.code) else { continue };
        let gap = &s.sure;
        let mut row = vec![
            cell(group.name(danish)),
            shown(s.actual, number(s.actual, 2, danish)),
            shown(s.expected, number(s.expected, 2, danish)),
            shown(gap.gap, signed(gap.gap, 2, danish)),
            interval(ask, gap),
            shown(s.persons_gap, overview::persons(ask, s)),
        ];
        if let Some(price) = ask.price {
            row.push(shown(s.persons_gap * price, signed(s.persons_gap * price / 1e6, 1, danish)));
        }
        row.push(cell(format!("{}–{}", gap.rank_low, gap.rank_high)));
        row.push(cell(overview::says(s.judgement(), lang)));
        rows.push(row);
    }
    let mut columns = vec![
        t("Ydelse", "Benefit"),
        t("Faktisk, pct.", "Actual, %"),
        t("Forventet, pct.", "Expected, %"),
        t("Forskel", "Gap"),
        t("Usikkerhed (95 %)", "Uncertainty (95 %)"),
        t("Personer færre", "Persons fewer"),
    ];
    if ask.price.is_some() {
        columns.push(t("Mio. kr. om året", "Million kroner a year"));
    }
    columns.extend([t("Plads", "Rank"), t("Vurdering", "Judgement")]);
    Ok(Table {
        caption: t("Andel af de 16-66-årige på ydelse", "Share of those aged 16-66 on benefit"), columns, rows
    })
}

fn of_group(ask: &Ask, group: BenefitGroup) -> Ask {
    Ask { group, ..ask.clone() }
}

/// A benefit: the answer, where it stands among the 98, and how it has gone.
fn benefit(known: &Known, ask: &Ask, heading: String) -> Result<Section, Failure> {
    let lang = ask.lang;
    let found = ask.found(known, ask.group)?;
    let own = found.of(&ask.place.code);
    let mut parts = vec![Part::Lead(format!("{}.", overview::heading(ask, own)))];
    if let Some(s) = own {
        let other = ask.other(known, ask.group)?;
        parts.push(Part::Text(under(ask, s, other.as_ref().and_then(|o| o.of(&ask.place.code)))));
        let plot = overview::gap_plot(ask, &found);
        parts.push(Part::Figure {
            svg: plot.svg(),
            small: false,
            caption: lang
                .pick(
                    "En prik er en kommune, stregen dens 95 %-interval. Firkanterne er de kommuner, hvis forventede andel ligger tættest på.",
                    "A dot is a municipality, the line its 95 % interval. The squares are those whose expected share is nearest.",
                )
                .to_owned(),
            table: plot.table(),
        });
    }
    if let Some(small) = overview::small(known, ask, ask.group)? {
        parts.push(Part::Heading(lang.pick("Hvordan er det gået?", "How has it gone?").to_owned()));
        parts.push(Part::Figure {
            svg: small.svg,
            small: true,
            caption: lang
                .pick(
                    "Hvert punkt er tolv måneder, nævnt ved den sidste.",
                    "Each point is twelve months, named by the last.",
                )
                .to_owned(),
            table: small.table,
        });
    }
    Ok(Section { heading, parts })
}

/// How sure it is: what the same gap is by the other expectation, and what chance alone does.
fn how_sure(known: &Known, ask: &Ask) -> Result<Section, Failure> {
    let (lang, danish) = (ask.lang, ask.danish());
    let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
    let found = ask.found(known, ask.group)?;
    let mut rows = Vec::new();
    for group in BenefitGroup::ALL {
        let star = ask.found(known, group)?;
        let ours = ask.other(known, group)?;
        let gap = |f: Option<&results::Standing>| match f {
            Some(s) => [
                shown(s.sure.gap, signed(s.sure.gap, 2, danish)),
                interval(ask, &s.sure),
                cell(overview::says(s.judgement(), lang)),
            ],
            None => [Cell::Missing, Cell::Missing, Cell::Missing],
        };
        let mut row = vec![cell(group.name(danish))];
        row.extend(gap(star.of(&ask.place.code)));
        row.extend(gap(ours.as_ref().and_then(|o| o.of(&ask.place.code))));
        rows.push(row);
    }
    let interval = t("Usikkerhed (95 %)", "Uncertainty (95 %)");
    let table = Table {
        caption: t("Den samme forskel efter to forventninger", "The same gap by two expectations"),
        columns: vec![
            t("Ydelse", "Benefit"),
            t("STARs forventning", "STAR's expectation"),
            interval.clone(),
            t("Vurdering", "Judgement"),
            t("Vores egen", "Our own"),
            interval,
            t("Vurdering", "Judgement"),
        ],
        rows,
    };
    let funnel = overview::funnel(ask, &found);
    let parts = vec![
        Part::Text(t(
            "En forskel kan komme af tre ting: indsatsen, noget ved kommunen, som forventningen ikke kender, og tilfældet. Derfor står der et interval ved hvert tal, og derfor siger rapporten kun bedre eller dårligere, når det også holder, efter at yderpunkter er trukket mod de andre.",
            "A gap can come of three things: the effort, something about the municipality that the expectation does not know, and chance. So each figure has an interval, and so the report says better or worse only where it also holds once extremes are drawn to the others.",
        )),
        Part::Table(table),
        Part::Text(t(
            "STARs model og vores egen bygger på de samme slags vilkår og vælger forskelligt blandt dem. Hvor de er uenige, ved man ikke, hvem der har ret; så er svaret mindre sikkert, end intervallet for den ene viser.",
            "STAR's model and our own rest on the same kind of conditions and choose differently among them. Where they disagree, neither is known to be right; the answer is then less sure than the interval of one of them shows.",
        )),
        Part::Figure {
            svg: funnel.svg(),
            small: false,
            caption: t(
                "Mellem de stiplede linjer kan en forskel være tilfældig. Små kommuner svinger mest.",
                "Between the dashed lines a gap can be chance. Small municipalities vary most.",
            ),
            table: funnel.table(),
        },
    ];
    Ok(Section { heading: t("Hvor sikkert er det?", "How sure is it?"), parts })
}

/// Since the benchmark: our own expectation, carried on.
fn since(known: &Known, ask: &Ask) -> Result<Option<Section>, Failure> {
    let lang = ask.lang;
    let Some(newest) = overview::later_months(known).first().copied() else { return Ok(None) };
    let mut parts = vec![Part::Text(
        lang.pick(
            "STARs benchmark, som vi har den, ender i 2022. For dagpenge og kontanthjælp findes der månedlige tal siden. De holdes her mod vores egen forventning, som bygger på vilkår fra omkring 2020; derfor er intervallet bredere.",
            "STAR's benchmark, as we have it, ends in 2022. For unemployment benefit and cash benefit there are monthly figures since. They are held against our own expectation, which rests on conditions of about 2020; so the interval is wider.",
        )
        .to_owned(),
    )];
    for group in [BenefitGroup::ADagpenge, BenefitGroup::Kontanthjaelp] {
        let ask = Ask { group, when: When::To(newest), by: Expected::Own, ..ask.clone() };
        let found = ask.found(known, group)?;
        let own = found.of(&ask.place.code);
        parts.push(Part::Heading(ask.name(group).to_owned()));
        parts.push(Part::Lead(format!("{}.", overview::heading(&ask, own))));
        if let Some(s) = own {
            parts.push(Part::Text(under(&ask, s, None)));
        }
        if let Some(small) = overview::small(known, &ask, group)? {
            parts.push(Part::Figure {
                svg: small.svg,
                small: true,
                caption: known.figures.provenance.source.clone(),
                table: small.table,
            });
        }
    }
    Ok(Some(Section { heading: lang.pick("Hvad er sket siden?", "What has happened since?").to_owned(), parts }))
}

/// Where the gap arises, and why so much is expected.
fn whence(known: &Known, ask: &Ask) -> Result<Section, Failure> {
    let lang = ask.lang;
    let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
    let mut parts = Vec::new();
    if let Some(falls) = overview::falls(known, ask)? {
        parts.push(Part::Figure {
            svg: falls.svg(),
            small: false,
            caption: t(
                "Alle ydelser er summen af de tre grupper. Et plus er færre på ydelse end forventet.",
                "All benefits is the sum of the three groups. A plus is fewer on benefit than expected.",
            ),
            table: falls.table(),
        });
    }
    let model = known.benchmarks.model(&ask.choice).map_err(|e| super::failed(lang, &e))?;
    let at = municipalities().iter().position(|m| m.code == ask.place.code);
    if let (When::Year(year), Some(at)) = (ask.when, at)
        && let Some(why) = why(ask, &model, year, at)
    {
        parts.push(Part::Heading(why.title.clone()));
        parts.push(Part::Text(t(
            "Vilkår, som kommunen ikke kan ændre på kort sigt, i vores egen model. Et tema, der trækker op, gør forventningen højere.",
            "Conditions that the municipality cannot change in the short run, in our own model. A theme that draws up makes the expectation higher.",
        )));
        parts.push(Part::Figure {
            svg: why.svg(),
            small: false,
            caption: t("Procentpoint af de 16-66-årige.", "Percentage points of those aged 16-66."),
            table: why.table(),
        });
    }
    Ok(Section { heading: t("Hvor opstår forskellen?", "Where does the gap arise?"), parts })
}

/// Whom to learn from, benefit by benefit.
fn learn(known: &Known, ask: &Ask) -> Result<Section, Failure> {
    let (lang, danish) = (ask.lang, ask.danish());
    let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
    let mut parts = vec![Part::Text(t(
        "De mest lignende kommuner er dem, hvis forventede andel ligger tættest på. Begynd i eget hus: læringskortet i Trædesten viser, hvilke teams der klarer sig bedre, end deres borgere lader vente. Spørg så dem her.",
        "The most similar municipalities are those whose expected share is nearest. Begin in your own house: the learning map in Trædesten shows which teams do better than their citizens lead one to expect. Then ask those here.",
    ))];
    let mut rows = Vec::new();
    for group in PARTS {
        let found = ask.found(known, group)?;
        let better = results::learn::better_outside(&found.standings, &ask.place.code, NAMED);
        for s in &better {
            rows.push(vec![
                cell(group.name(danish)),
                cell(s.place.name.clone()),
                shown(s.expected, number(s.expected, 2, danish)),
                shown(s.actual, number(s.actual, 2, danish)),
                shown(s.sure.gap, signed(s.sure.gap, 2, danish)),
                interval(ask, &s.sure),
            ]);
        }
        if better.is_empty() {
            let name = phrase(group.name(danish));
            parts.push(Part::Note(match lang {
                Lang::Da => format!("På {name} klarer ingen af de mest lignende sig sikkert bedre."),
                Lang::En => format!("On {name} none of the most similar surely does better."),
            }));
        }
    }
    if !rows.is_empty() {
        parts.push(Part::Table(Table {
            caption: t(
                "Lignende kommuner, der klarer sig sikkert bedre",
                "Similar municipalities that surely do better",
            ),
            columns: vec![
                t("Ydelse", "Benefit"),
                t("Kommune", "Municipality"),
                t("Forventet, pct.", "Expected, %"),
                t("Faktisk, pct.", "Actual, %"),
                t("Forskel", "Gap"),
                t("Usikkerhed (95 %)", "Uncertainty (95 %)"),
            ],
            rows,
        }));
    }
    parts.push(Part::Heading(t("Spørgsmål til udvalget", "Questions for the committee")));
    parts.push(Part::Points(vec![
        t(
            "Hvor ligger vi bedre, end vilkårene lader vente, og ved vi, hvad vi gør dér?",
            "Where do we do better than our conditions lead one to expect, and do we know what we do there?",
        ),
        t(
            "Hvor ligger vi dårligere, og er det sikkert nok til at handle på?",
            "Where do we do worse, and is it sure enough to act on?",
        ),
        t(
            "Hvem af de lignende har vi talt med, og hvad prøver vi af?",
            "Which of the similar ones have we talked with, and what do we try?",
        ),
        t("Hvornår ser vi på det igen?", "When do we look at it again?"),
    ]));
    Ok(Section { heading: t("Hvem kan vi lære af?", "Whom can we learn from?"), parts })
}

pub(super) fn document(known: &Known, ask: Ask, made: Date) -> Result<Document, Failure> {
    let ask = Ask { group: BenefitGroup::All, by: Expected::Published, linked: false, ..ask };
    let (lang, danish) = (ask.lang, ask.danish());
    let t = |da: &str, en: &str| lang.pick(da, en).to_owned();
    let found = ask.found(known, ask.group)?;
    let own = found.of(&ask.place.code);
    let mut parts = vec![Part::Lead(format!("{}.", overview::heading(&ask, own)))];
    for group in PARTS {
        let ask = of_group(&ask, group);
        let found = ask.found(known, group)?;
        parts.push(Part::Text(format!("{}.", overview::heading(&ask, found.of(&ask.place.code)))));
    }
    parts.push(Part::Table(spine(known, &ask)?));
    parts.push(Part::Note(t(
        "Forskel og interval i procentpoint, plus er bedre; personer er fuldtidspersoner. Pladsen blandt de 98 er et interval, fordi den er usikker.",
        "Gap and interval in percentage points, plus is better; persons are full-time persons. The rank among the 98 is an interval, since it is unsure.",
    )));
    if ask.price.is_some() {
        parts.push(Part::Note(t(
            "Kroner er forskellen i fuldtidspersoner gange den pris, der er oplyst; hvad der reelt spares, afhænger af refusion og indsats.",
            "Kroner is the gap in full-time persons times the price given; what is really saved depends on reimbursement and effort.",
        )));
    }
    let mut sections = vec![Section { heading: t("Det korte af det lange", "In short"), parts }];
    sections.push(benefit(known, &ask, t("Alle ydelser under ét", "All benefits together"))?);
    for group in PARTS {
        sections.push(benefit(known, &of_group(&ask, group), group.name(danish).to_owned())?);
    }
    sections.push(how_sure(known, &ask)?);
    sections.extend(since(known, &ask)?);
    sections.push(whence(known, &ask)?);
    sections.push(learn(known, &ask)?);
    sections.push(Section {
        heading: t(
            "Hvad tallene bygger på, og hvad de ikke kan sige",
            "What the figures rest on, and what they cannot say",
        ),
        parts: vec![Part::Points(overview::notes(&ask, &found))],
    });
    let day = words::date(made, lang);
    Ok(Document {
        lang: if danish { reports::Lang::Da } else { reports::Lang::En },
        title: match lang {
            Lang::Da => format!("{}: resultater mod det forventede", ask.place.name),
            Lang::En => format!("{}: results against what was expected", ask.place.name),
        },
        subtitle: match lang {
            Lang::Da => format!("Beskæftigelsesindsatsen {}. Til udvalget.", ask.when.say(true)),
            Lang::En => format!("The employment effort {}. For the committee.", ask.when.say(false)),
        },
        foot: match lang {
            Lang::Da => format!("Lavet med Trædesten {day}. Kilde: {}.", publication().source),
            Lang::En => format!("Made with Trædesten on {day}. Source: {}.", publication().source),
        },
        sections,
    })
}
