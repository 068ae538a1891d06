//! A journey as lanes.

use crate::words;
use charts::{Bar, Curve, Item, LaneRow, Lanes, Mark, Shape, Step, Tone};
use law::{Finding, Verdict};
use std::collections::BTreeMap;
use timeline::{
    Answer, AnsweredBy, Channel, Date, Event, Fact, GoalState, Holder, Indicator, Journey, Lane, Lang, StepState,
    TalkState, Ydelse,
};

/// What part of a life is drawn, and how links are made.
pub(crate) struct View<'a> {
    pub from: Date,
    pub to: Date,
    pub today: Date,
    pub known_on: Option<Date>,
    pub lang: Lang,
    /// Room for the picture.
    pub width: f64,
    /// What the law says of the day.
    pub findings: &'a [Finding],
    /// Address that opens a fact.
    pub href: &'a dyn Fn(u32) -> String,
}

/// Draw the current facts of `journey`.
pub(crate) fn lanes(journey: &Journey, view: &View<'_>) -> Lanes {
    let lang = view.lang;
    let facts: Vec<&Fact> = journey.current().collect();
    let shown = [Lane::Benefit, Lane::Work, Lane::Offer, Lane::Talk, Lane::Plan, Lane::Progression, Lane::Other];
    let mut rows: Vec<LaneRow> = shown
        .into_iter()
        .map(|lane| {
            let mut items: Vec<Item> = Vec::new();
            if lane == Lane::Progression {
                items = curves(&facts, view);
            } else {
                let mut of: Vec<&&Fact> = facts.iter().filter(|f| f.event.lane() == lane).collect();
                of.sort_by_key(|f| (f.holds.from, f.id));
                items.extend(of.iter().filter_map(|f| item(f, view)));
            }
            LaneRow { name: lane.label(lang).to_owned(), items, quiet: quiet(lane, lang).to_owned() }
        })
        .collect();
    let law = LaneRow {
        name: lang.pick("Lov", "Law").to_owned(),
        items: view.findings.iter().filter_map(|f| duty(f, view)).collect(),
        quiet: lang.pick("ingen frister nu", "no deadlines now").to_owned(),
    };
    rows.insert(rows.len() - 1, law);
    let today_label = match view.known_on {
        Some(day) => words::short(day, lang),
        None => lang.pick("i dag", "today").to_owned(),
    };
    Lanes {
        title: lang.pick("Tidslinje", "Timeline").to_owned(),
        from: view.from,
        to: view.to,
        today: view.today,
        today_label,
        lanes: rows,
        danish: lang == Lang::Da,
        width: view.width,
    }
}

/// A duty or limit with days, as a bar from the clock's start to the last day.
fn duty(finding: &Finding, view: &View<'_>) -> Option<Item> {
    let due = finding.due.filter(|d| *d >= view.from)?;
    if matches!(finding.verdict, Verdict::Holds | Verdict::Unknown(law::Missing::Clock)) {
        return None;
    }
    let title = view.lang.pick(&finding.title.0, &finding.title.1);
    let counts = finding.counts.map_or_else(String::new, |(done, asked)| format!(" {done}/{asked}"));
    let sign = match finding.verdict {
        Verdict::Met => "✓",
        Verdict::NotMet => "–",
        Verdict::Exempt => "○",
        _ => "…",
    };
    let label = format!("{sign}{counts} {title}");
    let says = format!("{title}: {}", finding.say(view.lang));
    let bar = Bar { from: finding.window.from, to: Some(due), label, tone: Tone::Neutral, planned: false };
    Some(Item::Bar(bar, format!("/love/{}", finding.code), says))
}

const fn quiet(lane: Lane, lang: Lang) -> &'static str {
    let (da, en) = match lane {
        Lane::Benefit => ("ingen ydelse kendt", "no benefit known"),
        Lane::Work => ("hverken job eller timer", "neither job nor hours"),
        Lane::Offer => ("ingen tilbud", "no offers"),
        Lane::Talk => ("ingen samtaler", "no talks"),
        Lane::Plan => ("ingen mål eller skridt", "no goals or steps"),
        Lane::Progression => ("ikke målt", "not measured"),
        Lane::Other => ("intet andet", "nothing else"),
    };
    match lang {
        Lang::Da => da,
        Lang::En => en,
    }
}

const fn tone(benefit: Ydelse) -> Tone {
    match benefit {
        Ydelse::Dagpenge | Ydelse::Feriedagpenge => Tone::Dagpenge,
        Ydelse::Kontanthjaelp | Ydelse::Uddannelseshjaelp | Ydelse::SelvforsoergelsesHjemrejseydelse => {
            Tone::Kontanthjaelp
        }
        Ydelse::Sygedagpenge | Ydelse::Jobafklaring | Ydelse::Ressourceforloeb => Tone::Sygedagpenge,
        _ => Tone::Neutral,
    }
}

fn item(fact: &Fact, view: &View<'_>) -> Option<Item> {
    let lang = view.lang;
    let says = words::with_days(fact, lang);
    let href = (view.href)(fact.id.0);
    let bar = |label: String, tone: Tone, planned: bool| {
        let bar = Bar { from: fact.holds.from, to: fact.holds.to, label, tone, planned };
        Some(Item::Bar(bar, href.clone(), says.clone()))
    };
    let mark = |shape: Shape, label: String| {
        Some(Item::Mark(Mark { on: fact.holds.from, shape, label }, href.clone(), says.clone()))
    };
    match &fact.event {
        Event::Benefit { benefit, .. } => bar(benefit.label(lang).to_owned(), tone(*benefit), false),
        // Placements are told in words above the picture, and in the list.
        Event::TargetGroup { .. } | Event::Registration { .. } | Event::Booking { .. } | Event::Assignment { .. } => {
            None
        }
        Event::Employment { company, fleksjob, .. } => {
            let kind = if *fleksjob { lang.pick("Fleksjob", "Flexible job") } else { "Job" };
            let label = company.as_ref().map_or_else(|| kind.to_owned(), |c| format!("{kind} · {}", c.name));
            bar(label, Tone::Work, fact.holds.from > view.today)
        }
        Event::Education { title } => bar(title.clone(), Tone::Work, fact.holds.from > view.today),
        Event::OrdinaryHours { hours_per_week, .. } => {
            let value = f64::from(*hours_per_week);
            let label = format!("{} {}", words::hours(value, lang), lang.pick("t/uge", "h/week"));
            let step = Step { from: fact.holds.from, to: fact.holds.to, value, label };
            Some(Item::Step(step, href, says))
        }
        Event::Offer { offer, company, title, planned, .. } => {
            let place = company.as_ref().map(|c| c.name.clone()).or_else(|| title.clone());
            let kind = words::short_offer(*offer, lang);
            bar(place.map_or_else(|| kind.to_owned(), |p| format!("{kind} · {p}")), Tone::Offer, *planned)
        }
        Event::Talk { state, holder, channel, .. } => {
            let shape = match (state, holder, channel) {
                (TalkState::Planned, ..) => Shape::Planned,
                (TalkState::Missed | TalkState::Cancelled, ..) => Shape::Cross,
                (_, Holder::AKasse, _) => Shape::Triangle,
                (_, _, Channel::InPerson) => Shape::Disc,
                (_, _, Channel::Phone) => Shape::Ring,
                (_, _, Channel::Video | Channel::Digital) => Shape::Square,
            };
            let label = if *state == TalkState::Planned {
                format!("{} {}", words::short(fact.holds.from, lang), channel.label(lang))
            } else {
                String::new()
            };
            mark(shape, label)
        }
        Event::Goal { text, state, .. } => {
            let shape = if *state == GoalState::Reached { Shape::Tick } else { Shape::Flag };
            mark(shape, text.clone())
        }
        Event::Step { text, state, .. } => {
            mark(if *state == StepState::Done { Shape::Tick } else { Shape::Diamond }, text.clone())
        }
        Event::MethodChoice { method, .. } => mark(Shape::Diamond, method.clone()),
        Event::MethodReflection { .. } | Event::Cv { .. } | Event::Note { .. } | Event::Consent { .. } => {
            mark(Shape::Diamond, words::headline(&fact.event, lang))
        }
        Event::Progression { .. } | Event::Withdrawn { .. } => None,
        _ => {
            let one_day = fact.holds.to == Some(fact.holds.from);
            let label = words::headline(&fact.event, lang);
            if one_day { mark(Shape::Diamond, label) } else { bar(label, Tone::Neutral, fact.holds.from > view.today) }
        }
    }
}

/// The citizen's own answers, a curve per indicator and version of the scale.
fn curves(facts: &[&Fact], view: &View<'_>) -> Vec<Item> {
    let mut answers: BTreeMap<(Indicator, &str), Vec<(Date, u32, f64, (f64, f64))>> = BTreeMap::new();
    for fact in facts {
        if let Event::Progression { indicator, by: AnsweredBy::Citizen, scale, answer: Answer::Value(v) } = &fact.event
        {
            let range = (f64::from(scale.low), f64::from(scale.high));
            let list = answers.entry((*indicator, &scale.version)).or_default();
            list.push((fact.holds.from, fact.id.0, f64::from(*v), range));
        }
    }
    answers
        .into_iter()
        .filter_map(|((indicator, _), mut list)| {
            list.sort_by_key(|a| (a.0, a.1));
            let (first, last) = (*list.first()?, *list.last()?);
            let change = last.2 - first.2;
            // A change of one step of five is within what people answer from one day to the next.
            let way = if list.len() < 2 || change.abs() < 1.5 {
                "→"
            } else if change > 0.0 {
                "↗"
            } else {
                "↘"
            };
            let name = indicator.label(view.lang);
            let points = list.iter().map(|a| (a.0, a.2)).collect();
            let says = format!(
                "{}: {} {}, {} {} ({})",
                words::sentence(name),
                view.lang.pick("først", "first"),
                first.2,
                view.lang.pick("sidst", "last"),
                last.2,
                words::date(last.0, view.lang)
            );
            let curve = Curve { points, range: first.3, label: format!("{name} {way}"), noise: 1.0 };
            Some(Item::Curve(curve, (view.href)(last.1), says))
        })
        .collect()
}
