//! Days, hours and facts in words.

use charts::number;
use registry::CaseRow;
use timeline::{
    Answer, Channel, Company, Date, Event, Fact, Lang, NextWhat, Period, Source, StepState, TalkState, Tilbud,
};

const DA: [&str; 12] = ["jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."];
const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DA_LONG: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];
const EN_LONG: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn index(day: Date) -> usize {
    usize::try_from(day.month() - 1).unwrap_or(0)
}

/// `24. nov. 2026` or `24 Nov 2026`.
pub(crate) fn date(day: Date, lang: Lang) -> String {
    format!("{} {}", short(day, lang), day.year())
}

/// `24. nov.` or `24 Nov`.
pub(crate) fn short(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Da => format!("{}. {}", day.day(), DA[index(day)]),
        Lang::En => format!("{} {}", day.day(), EN[index(day)]),
    }
}

/// `24. november`, with the year where it is not this one.
pub(crate) fn long(day: Date, today: Date, lang: Lang) -> String {
    let year = if day.year() == today.year() { String::new() } else { format!(" {}", day.year()) };
    match lang {
        Lang::Da => format!("{}. {}{year}", day.day(), DA_LONG[index(day)]),
        Lang::En => format!("{} {}{year}", day.day(), EN_LONG[index(day)]),
    }
}

/// `november 2026`.
pub(crate) fn month(day: Date, lang: Lang) -> String {
    format!("{} {}", lang.pick(DA_LONG, EN_LONG)[index(day)], day.year())
}

/// `2. mar. 2026 – 8. maj 2026`, one day alone, or from a day on.
pub(crate) fn period(p: Period, lang: Lang) -> String {
    match p.to {
        Some(to) if to == p.from => date(p.from, lang),
        Some(to) if to.year() == p.from.year() => format!("{} – {}", short(p.from, lang), date(to, lang)),
        Some(to) => format!("{} – {}", date(p.from, lang), date(to, lang)),
        None => format!("{} {}", lang.pick("fra", "from"), date(p.from, lang)),
    }
}

/// `12,5`, without decimals where there are none.
pub(crate) fn hours(h: f64, lang: Lang) -> String {
    number(h, usize::from((h - h.round()).abs() > 0.04), lang == Lang::Da)
}

/// Whole days from `from` to `to`.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |s| i64::from(s.get_days()))
}

fn at(company: Option<&Company>, lang: Lang) -> String {
    company.map_or_else(String::new, |c| format!(" {} {}", lang.pick("hos", "at"), c.name))
}

/// A fact in one line.
pub(crate) fn headline(event: &Event, lang: Lang) -> String {
    let per_week = lang.pick("t/uge", "h/week");
    match event {
        Event::Benefit { benefit, .. } => benefit.label(lang).to_owned(),
        Event::TargetGroup { group, readiness } => match readiness {
            Some(r) if r.label(lang).to_lowercase() != group.label(lang).to_lowercase() => {
                format!("{} {}: {}", lang.pick("Målgruppe", "Target group"), group.label(lang), r.label(lang))
            }
            _ => format!("{}: {}", lang.pick("Målgruppe", "Target group"), group.label(lang).to_lowercase()),
        },
        Event::Registration { with } => match lang {
            Lang::Da => format!("Henvendelse til {}", with.da()),
            Lang::En => format!("First contact with the {}", with.en()),
        },
        Event::Cv { approved } => match (approved, lang) {
            (true, Lang::Da) => "CV godkendt".to_owned(),
            (false, Lang::Da) => "CV lagt ind".to_owned(),
            (true, Lang::En) => "CV approved".to_owned(),
            (false, Lang::En) => "CV made".to_owned(),
        },
        Event::JobSearch { applications } => {
            format!("{applications} {}", lang.pick("jobs søgt", "jobs applied for"))
        }
        Event::Talk { state, channel, holder, .. } => {
            let kind = lang.pick("Samtale", "Talk");
            format!("{kind}, {}, {} ({})", channel.label(lang), state.label(lang), holder.label(lang))
        }
        Event::Booking { self_booked, .. } => match (self_booked, lang) {
            (true, Lang::Da) => "Samtale booket af borgeren".to_owned(),
            (false, Lang::Da) => "Samtale booket".to_owned(),
            (true, Lang::En) => "Talk booked by the citizen".to_owned(),
            (false, Lang::En) => "Talk booked".to_owned(),
        },
        Event::Offer { offer, company, title, .. } => {
            let title = title.as_ref().map_or_else(String::new, |t| format!(": {t}"));
            format!("{}{}{title}", offer.label(lang), at(company.as_ref(), lang))
        }
        Event::OrdinaryHours { hours_per_week, company } => format!(
            "{} {} {per_week}{}",
            lang.pick("Ordinære timer,", "Ordinary hours,"),
            hours(f64::from(*hours_per_week), lang),
            at(company.as_ref(), lang)
        ),
        Event::Employment { company, hours_per_week, fleksjob } => {
            let kind = if *fleksjob { lang.pick("Fleksjob", "Flexible job") } else { lang.pick("Job", "Job") };
            let h = hours_per_week.map_or_else(String::new, |h| format!(", {} {per_week}", hours(f64::from(h), lang)));
            format!("{kind}{}{h}", at(company.as_ref(), lang))
        }
        Event::Education { title } => format!("{}: {title}", lang.pick("Uddannelse", "Education")),
        Event::Absence { reason } => format!("{}: {}", lang.pick("Fravær", "Away"), reason.label(lang)),
        Event::Exemption { reason, .. } => format!("{}: {}", lang.pick("Fritaget", "Exempted"), reason.label(lang)),
        Event::Goal { text, state, .. } => {
            let kind = lang.pick("Mål", "Goal");
            match state {
                timeline::GoalState::Set => format!("{kind}: {text}"),
                other => format!("{kind} {}: {text}", other.label(lang)),
            }
        }
        Event::Step { text, state, .. } => match state {
            StepState::Agreed => format!("{}: {text}", lang.pick("Skridt", "Step")),
            other => format!("{} {}: {text}", lang.pick("Skridt", "Step"), other.label(lang)),
        },
        Event::Progression { indicator, by, answer, scale } => {
            let value = match answer {
                Answer::Value(v) => format!("{v} {} {}", lang.pick("af", "of"), scale.high),
                Answer::NotAnswered => lang.pick("ikke besvaret", "not answered").to_owned(),
            };
            format!("{} ({}): {value}", sentence(indicator.label(lang)), by.label(lang))
        }
        Event::MethodChoice { method, .. } => format!("{}: {method}", lang.pick("Metode valgt", "Method chosen")),
        Event::MethodReflection { .. } => lang.pick("Set tilbage på metoden", "Looked back on the method").to_owned(),
        Event::Assignment { role, name, .. } => format!("{}: {name}", sentence(role.label(lang))),
        Event::OtherField { field, title } => format!("{field}: {title}"),
        Event::CompanyContact { company, how, .. } => match lang {
            Lang::Da => format!("Kontakt til {} ({})", company.name, how.da()),
            Lang::En => format!("Contact with {} ({})", company.name, how.en()),
        },
        Event::Note { .. } => lang.pick("Notat", "Note").to_owned(),
        Event::Consent { scope, given } => match (given, lang) {
            (true, Lang::Da) => format!("Samtykke: {scope}"),
            (false, Lang::Da) => format!("Samtykke trukket tilbage: {scope}"),
            (true, Lang::En) => format!("Consent: {scope}"),
            (false, Lang::En) => format!("Consent withdrawn: {scope}"),
        },
        Event::Experiment { code, .. } => format!("{}: {code}", lang.pick("Deltager i forsøg", "In an experiment")),
        Event::Withdrawn { .. } => lang.pick("Taget tilbage", "Taken back").to_owned(),
    }
}

/// The longer words of a fact: what was agreed, why, and the like.
pub(crate) fn details(event: &Event, lang: Lang) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let mut put = |label: &'static str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            out.push((label, value));
        }
    };
    match event {
        Event::Talk { purpose, summary, time, .. } => {
            put(lang.pick("Klokken", "Time"), time.clone());
            put(lang.pick("Formål", "Purpose"), purpose.clone());
            put(lang.pick("Aftalt", "Agreed"), summary.clone());
        }
        Event::Offer { hours_per_week, company, planned, .. } => {
            put(lang.pick("Timer om ugen", "Hours a week"), hours_per_week.map(|h| hours(f64::from(h), lang)));
            put(lang.pick("Virksomhed", "Company"), company.as_ref().map(|c| c.name.clone()));
            put("CVR", company.as_ref().and_then(|c| c.cvr).map(|c| c.to_string()));
            put(
                lang.pick("Status", "State"),
                planned.then(|| lang.pick("aftalt, ikke sikkert endnu", "agreed, not certain yet").to_owned()),
            );
        }
        Event::OrdinaryHours { company, .. } | Event::Employment { company, .. } => {
            put("CVR", company.as_ref().and_then(|c| c.cvr).map(|c| c.to_string()));
        }
        Event::Goal { own_words, .. } => put(
            lang.pick("Med egne ord", "In own words"),
            Some(
                if *own_words { lang.pick("ja", "yes") } else { lang.pick("nej, rådgiverens", "no, the adviser's") }
                    .to_owned(),
            ),
        ),
        Event::Step { who, due, .. } => {
            put(lang.pick("Hvem", "Who"), Some(who.clone()));
            put(lang.pick("Senest", "By"), due.map(|d| date(d, lang)));
        }
        Event::MethodChoice { because, .. } => put(lang.pick("Fordi", "Because"), Some(because.clone())),
        Event::MethodReflection { text, .. } | Event::Note { text, .. } => {
            put(lang.pick("Tekst", "Text"), Some(text.clone()));
        }
        Event::Assignment { unit, .. } => put(lang.pick("Team", "Team"), unit.clone()),
        Event::CompanyContact { outcome, .. } => put(lang.pick("Udbytte", "Outcome"), outcome.clone()),
        Event::Exemption { because, .. } => put(lang.pick("Fordi", "Because"), because.clone()),
        Event::Withdrawn { because } => put(lang.pick("Fordi", "Because"), because.clone()),
        Event::Progression { scale, .. } => {
            put(lang.pick("Skala", "Scale"), Some(format!("{}–{} (version {})", scale.low, scale.high, scale.version)));
        }
        _ => {}
    }
    out
}

/// Who told.
pub(crate) fn source(source: &Source, lang: Lang) -> String {
    match source {
        Source::Adviser => lang.pick("rådgiver", "adviser").to_owned(),
        Source::Citizen => lang.pick("borgeren", "the citizen").to_owned(),
        Source::Company => lang.pick("virksomhed", "company").to_owned(),
        Source::AKasse => lang.pick("a-kasse", "unemployment fund").to_owned(),
        Source::Register(name) => format!("{} {name}", lang.pick("register:", "register:")),
        Source::Import(kind) => format!("{} {kind}", lang.pick("fil:", "file:")),
        Source::Synthetic => lang.pick("opdigtet til demonstration", "made up for demonstration").to_owned(),
    }
}

/// First letter large.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// What comes next, short.
pub(crate) fn next(row: &CaseRow, lang: Lang) -> String {
    row.next().map_or_else(String::new, |what| next_what(what, lang))
}

/// What comes next, short.
pub(crate) fn next_what(what: NextWhat, lang: Lang) -> String {
    match what {
        NextWhat::Talk(channel) => format!("{}, {}", lang.pick("Samtale", "Talk"), channel.label(lang)),
        NextWhat::OfferStarts(offer) => format!("{} {}", short_offer(offer, lang), lang.pick("starter", "starts")),
        NextWhat::OfferEnds(offer) => format!("{} {}", short_offer(offer, lang), lang.pick("slutter", "ends")),
        NextWhat::StepDue => lang.pick("Skridt i planen", "Step of the plan").to_owned(),
        NextWhat::JobStarts => lang.pick("Job starter", "Job starts").to_owned(),
    }
}

/// An offer in as few letters as a narrow place has.
pub(crate) const fn short_offer(offer: Tilbud, lang: Lang) -> &'static str {
    let (da, en) = match offer {
        Tilbud::Vejledning => ("Vejledning", "Guidance"),
        Tilbud::Virksomhedspraktik => ("Praktik", "Internship"),
        Tilbud::LoentilskudPrivat => ("Privat løntilskud", "Private subsidy"),
        Tilbud::LoentilskudOffentlig => ("Offentligt løntilskud", "Public subsidy"),
        Tilbud::SaerligtTilrettelagtNytteindsats => ("Særlig nytteindsats", "Special utility work"),
        Tilbud::Laesekursus => ("Læsekursus", "Reading course"),
        other => return other.label(lang),
    };
    match lang {
        Lang::Da => da,
        Lang::En => en,
    }
}

/// The sign of a form of talk, the same as in the picture.
pub(crate) const fn talk_sign(channel: Channel, holder: timeline::Holder) -> &'static str {
    match (holder, channel) {
        (timeline::Holder::AKasse, _) => "▲",
        (_, Channel::InPerson) => "●",
        (_, Channel::Phone) => "○",
        (_, Channel::Video) => "■",
        (_, Channel::Digital) => "□",
    }
}

/// What a fact corrected, in one line with its days.
pub(crate) fn with_days(fact: &Fact, lang: Lang) -> String {
    format!("{} · {}", headline(&fact.event, lang), period(fact.holds, lang))
}

/// Whether a talk has been.
pub(crate) const fn is_planned_talk(event: &Event) -> bool {
    matches!(event, Event::Talk { state: TalkState::Planned, .. })
}
