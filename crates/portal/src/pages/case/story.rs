//! A case in words: the heading, what comes next, what the law says, the list.

use super::ask::Ask;
use crate::words;
use jiff::ToSpan;
use law::{Finding, Mark, Verdict};
use timeline::{CitizenId, Date, Event, Fact, GoalState, Holder, Journey, Lang, Person, Role, StepState, Summary};

pub(super) struct EventLine {
    pub(super) when: String,
    pub(super) what: String,
    pub(super) href: String,
    pub(super) was: Option<String>,
    pub(super) note: Option<String>,
}

/// What the law says, in a line.
pub(super) struct LawLine {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) verdict: String,
    pub(super) due: String,
    pub(super) cite: String,
    pub(super) mark: &'static str,
    pub(super) sure: bool,
}

pub(super) struct Toast {
    pub(super) text: String,
    pub(super) undo: Option<String>,
}

/// The heading answers: where is this citizen now, and what comes?
pub(super) fn heading(name: &str, s: &Summary, today: Date, lang: Lang) -> String {
    use timeline::NextWhat;
    let Some(next) = s.next else {
        return match (s.benefit, s.job_starts) {
            (None, Some(_)) => format!("{name} {}", lang.pick("er i job", "is in a job")),
            _ => format!("{name} {}", lang.pick("har intet aftalt", "has nothing agreed")),
        };
    };
    let when = words::long(next.on, today, lang);
    match (next.what, lang) {
        (NextWhat::Talk(c), Lang::Da) if next.on == today => format!("{name} har samtale i dag ({})", c.da()),
        (NextWhat::Talk(c), Lang::En) if next.on == today => format!("{name} has a talk today ({})", c.en()),
        (NextWhat::Talk(c), Lang::Da) => format!("{name} har samtale {when} ({})", c.da()),
        (NextWhat::Talk(c), Lang::En) => format!("{name} has a talk on {when} ({})", c.en()),
        (NextWhat::OfferStarts(o), Lang::Da) => format!("{name} begynder i {} {when}", o.da().to_lowercase()),
        (NextWhat::OfferStarts(o), Lang::En) => format!("{name} starts {} on {when}", o.en().to_lowercase()),
        (NextWhat::OfferEnds(o), Lang::Da) => format!("{name} er i {} til {when}", o.da().to_lowercase()),
        (NextWhat::OfferEnds(o), Lang::En) => format!("{name} is in {} until {when}", o.en().to_lowercase()),
        (NextWhat::StepDue, Lang::Da) => format!("{name} har et skridt i planen senest {when}"),
        (NextWhat::StepDue, Lang::En) => format!("{name} has a step of the plan due by {when}"),
        (NextWhat::JobStarts, Lang::Da) => format!("{name} begynder i job {when}"),
        (NextWhat::JobStarts, Lang::En) => format!("{name} starts a job on {when}"),
    }
}

pub(super) fn facts_line(journey: &Journey, s: &Summary, person: &Person, today: Date, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(group) = s.group {
        parts.push(group.label(lang).to_lowercase());
    }
    if let Some(benefit) = s.benefit {
        let week = format!("{} {}", lang.pick("uge", "week"), s.weeks);
        parts.push(format!("{}, {week}", benefit.label(lang).to_lowercase()));
    } else {
        parts.push(lang.pick("ingen ydelse nu", "no benefit now").to_owned());
    }
    for fact in journey.current().filter(|f| f.holds.contains(today)) {
        if let Event::Assignment { role, name, .. } = &fact.event {
            let since = words::date(fact.holds.from, lang);
            let label = if *role == Role::Sagsbehandler { lang.pick("rådgiver", "adviser") } else { role.label(lang) };
            parts.push(format!("{label} {name} {} {since}", lang.pick("siden", "since")));
        }
    }
    if let Some(prefers) = &person.prefers {
        parts.push(format!("{} {prefers}", lang.pick("foretrækker", "prefers")));
    }
    parts.join(" · ")
}

/// At most three things, each with why.
pub(super) fn do_now(
    journey: &Journey,
    s: &Summary,
    findings: &[Finding],
    ask: &Ask,
    id: CitizenId,
    today: Date,
    lang: Lang,
) -> Vec<(String, String)> {
    let mut out: Vec<(Date, String, String)> = Vec::new();
    let soon = today.saturating_add(30.days());
    for fact in journey.current() {
        let href = format!("{}#panel", ask.href(id, &format!("oplysning={}", fact.id)));
        let near = |d: Date| d >= today && d <= soon;
        match &fact.event {
            Event::Talk { purpose, channel, .. } if words::is_planned_talk(&fact.event) && near(fact.holds.from) => {
                let purpose =
                    purpose.as_ref().map_or_else(String::new, |p| format!(" {}: {p}.", lang.pick("Formål", "Purpose")));
                let text = format!(
                    "{} {} ({}).{purpose}",
                    lang.pick("Samtale", "Talk on"),
                    words::long(fact.holds.from, today, lang),
                    channel.label(lang)
                );
                out.push((fact.holds.from, text, href));
            }
            Event::Offer { offer, company, .. } if fact.holds.from > today && near(fact.holds.from) => {
                let at =
                    company.as_ref().map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name));
                let text = format!(
                    "{}{at} {} {}.",
                    offer.label(lang),
                    lang.pick("begynder", "starts on"),
                    words::long(fact.holds.from, today, lang)
                );
                out.push((fact.holds.from, text, href));
            }
            Event::Offer { offer, company, .. } if fact.holds.from <= today => {
                if let Some(to) = fact.holds.to.filter(|d| near(*d)) {
                    let at = company
                        .as_ref()
                        .map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name));
                    let after = company.as_ref().map_or_else(
                        || lang.pick("Aftal, hvad der følger efter.", "Agree on what follows."),
                        |_| lang.pick("Spørg til ordinære timer nu.", "Ask about ordinary hours now."),
                    );
                    let text = format!(
                        "{}{at} {} {}. {after}",
                        offer.label(lang),
                        lang.pick("slutter", "ends on"),
                        words::long(to, today, lang)
                    );
                    out.push((to, text, href));
                }
            }
            Event::Step { text, who, state: StepState::Agreed, due: Some(due) } if near(*due) => {
                let text = format!(
                    "{}: {text} ({who}), {} {}.",
                    lang.pick("Skridt", "Step"),
                    lang.pick("senest", "by"),
                    words::long(*due, today, lang)
                );
                out.push((*due, text, href));
            }
            Event::Employment { company, .. } if near(fact.holds.from) => {
                let at =
                    company.as_ref().map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name));
                let text = format!(
                    "{}{at} {} {}. {}",
                    "Job",
                    lang.pick("begynder", "starts on"),
                    words::long(fact.holds.from, today, lang),
                    lang.pick("Følg op i den første uge.", "Follow up in the first week.")
                );
                out.push((fact.holds.from, text, href));
            }
            _ => {}
        }
    }
    for f in findings.iter().filter(|f| f.verdict == Verdict::Open && f.holder != Some(Holder::AKasse)) {
        if let Some(due) = f.due.filter(|d| *d >= today && *d <= soon) {
            let counts = f
                .counts
                .map_or_else(String::new, |(done, asked)| format!(" {done} {} {asked},", lang.pick("af", "of")));
            let title = lang.pick(&f.title.0, &f.title.1);
            let by = words::long(due, today, lang);
            let text = format!("{title}:{counts} {} {by} ({}).", lang.pick("senest", "by"), f.cite);
            out.push((due, text, format!("/love/{}", f.code)));
        }
    }
    out.sort();
    let mut out: Vec<(String, String)> = out.into_iter().map(|(_, text, href)| (text, href)).collect();
    if s.benefit.is_some() && s.next_talk.is_none() {
        let silence = s.last_talk.map_or_else(
            || lang.pick("Der er ikke holdt nogen endnu.", "None has been held yet.").to_owned(),
            |(day, ..)| match lang {
                Lang::Da => format!("Den seneste var {}.", words::long(day, today, lang)),
                Lang::En => format!("The last was on {}.", words::long(day, today, lang)),
            },
        );
        out.push((
            format!("{} {silence}", lang.pick("Ingen samtale er aftalt.", "No talk is planned.")),
            format!("{}#panel", ask.href(id, "tilfoej=talk&aftal=1")),
        ));
    }
    if s.stalled {
        let text = match lang {
            Lang::Da => format!(
                "Stille i mindst {} uger: hverken tilbud, timer, job eller et skridt, der blev gjort.",
                Summary::STALLED_AFTER_WEEKS
            ),
            Lang::En => {
                format!("Quiet for at least {} weeks: no offer, hours, job or step done.", Summary::STALLED_AFTER_WEEKS)
            }
        };
        out.push((text, format!("{}#panel", ask.href(id, "tilfoej=step"))));
    }
    out.truncate(3);
    out
}

/// Deadlines first, then what holds without one.
pub(super) fn law_lines(findings: &[Finding], lang: Lang) -> Vec<LawLine> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| (f.verdict == Verdict::Holds, f.verdict == Verdict::Met, f.due));
    sorted
        .into_iter()
        .map(|f| {
            let counts = f
                .counts
                .map_or_else(String::new, |(done, asked)| format!(", {done} {} {asked}", lang.pick("af", "of")));
            let why = match f.verdict {
                Verdict::Unknown(missing) => format!(": {}", missing.say(lang)),
                Verdict::Holds => format!(" ({})", f.kind.label(lang)),
                _ => String::new(),
            };
            LawLine {
                title: lang.pick(&f.title.0, &f.title.1).clone(),
                href: format!("/love/{}", f.code),
                verdict: format!("{}{counts}{why}", f.verdict.label(lang)),
                due: f.due.map_or_else(String::new, |d| words::date(d, lang)),
                cite: f.cite.clone(),
                mark: f.mark.label(lang),
                sure: f.mark == Mark::Verified,
            }
        })
        .collect()
}

pub(super) fn goal(journey: &Journey, lang: Lang) -> Option<(String, String)> {
    journey
        .current()
        .filter_map(|f| match &f.event {
            Event::Goal { text, state: GoalState::Set | GoalState::Changed, own_words } => {
                let whose = if *own_words {
                    lang.pick("egne ord", "own words")
                } else {
                    lang.pick("rådgiverens ord", "the adviser's words")
                };
                Some((f.holds.from, f.id, text.clone(), format!("{whose}, {}", words::date(f.holds.from, lang))))
            }
            _ => None,
        })
        .max_by_key(|g| (g.0, g.1))
        .map(|(_, _, text, whose)| (text, whose))
}

pub(super) fn steps(journey: &Journey, lang: Lang) -> Vec<(String, String, String)> {
    let mut open: Vec<(Option<Date>, String, String)> = journey
        .current()
        .filter_map(|f| match &f.event {
            Event::Step { text, who, state: StepState::Agreed, due } => Some((*due, text.clone(), who.clone())),
            _ => None,
        })
        .collect();
    open.sort();
    open.into_iter()
        .map(|(due, text, who)| (text, who, due.map_or_else(String::new, |d| words::short(d, lang))))
        .collect()
}

pub(super) fn event_line(journey: &Journey, fact: &Fact, ask: &Ask, id: CitizenId, lang: Lang) -> EventLine {
    let was = journey.earlier_versions(fact.id).first().map(|f| words::with_days(f, lang));
    let note = match &fact.event {
        Event::Withdrawn { .. } => Some(lang.pick("taget tilbage", "taken back").to_owned()),
        _ if was.is_some() => Some(lang.pick("rettelse", "correction").to_owned()),
        _ => None,
    };
    EventLine {
        when: words::period(fact.holds, lang),
        what: words::headline(&fact.event, lang),
        href: format!("{}#panel", ask.href(id, &format!("oplysning={}", fact.id))),
        was,
        note,
    }
}

/// Every fact that is not replaced, newest first, by month; withdrawals show what was taken back.
pub(super) fn months(journey: &Journey, ask: &Ask, id: CitizenId, lang: Lang) -> Vec<(String, Vec<EventLine>)> {
    let mut facts: Vec<&Fact> = journey.facts.iter().filter(|f| journey.replaced_by(f.id).is_none()).collect();
    facts.sort_by_key(|f| (std::cmp::Reverse(f.holds.from), std::cmp::Reverse(f.id)));
    let mut out: Vec<(String, Vec<EventLine>)> = Vec::new();
    for fact in facts {
        let month = words::month(fact.holds.from, lang);
        let line = event_line(journey, fact, ask, id, lang);
        match out.last_mut() {
            Some((last, lines)) if *last == month => lines.push(line),
            _ => out.push((month, vec![line])),
        }
    }
    out
}

/// The five things learned last.
pub(super) fn latest(journey: &Journey, ask: &Ask, id: CitizenId, lang: Lang) -> Vec<EventLine> {
    let mut facts: Vec<&Fact> = journey.facts.iter().filter(|f| journey.replaced_by(f.id).is_none()).collect();
    facts.sort_by_key(|f| (std::cmp::Reverse(f.learned), std::cmp::Reverse(f.id)));
    facts
        .into_iter()
        .take(5)
        .map(|f| EventLine { when: words::short(f.learned, lang), ..event_line(journey, f, ask, id, lang) })
        .collect()
}

pub(super) fn toast(ask: &Ask, id: CitizenId, lang: Lang) -> Option<Toast> {
    let (fact, what) = ask.saved.as_ref()?;
    let text = match what.as_str() {
        "rettet" => lang.pick(
            "Rettet. Den tidligere oplysning er gemt under den nye.",
            "Corrected. The earlier fact is kept under the new one.",
        ),
        "fortrudt" => lang.pick("Fortrudt.", "Undone."),
        "taget" => lang.pick("Taget tilbage.", "Taken back."),
        _ => lang.pick("Gemt.", "Saved."),
    };
    let undo = matches!(what.as_str(), "ny" | "rettet").then(|| format!("/sager/{id}/oplysninger/{fact}/tag-tilbage"));
    Some(Toast { text: text.to_owned(), undo })
}
