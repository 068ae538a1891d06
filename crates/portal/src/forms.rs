//! A form per kind of fact: which fields, what they hold, and how they become an event.

use std::collections::HashMap;
use timeline::{
    Answer, AnsweredBy, Channel, Company, Contact, Date, Event, Fritagelse, GoalState, Holder, Indicator, Lang,
    Maalgruppe, Period, Role, Scale, StepState, TalkState, Tilbud, Ydelse,
};

/// What was typed, by field.
pub(crate) type Values = HashMap<String, String>;

/// How a field is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    Day,
    Time,
    Number,
    Line,
    Area,
    Choice(Vec<(&'static str, &'static str)>),
    Tick,
}

/// A question of a form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub input: Input,
    pub needed: bool,
}

impl Field {
    /// Whether it is asked for with that kind of control; for templates.
    pub(crate) fn html_type(&self) -> &'static str {
        match self.input {
            Input::Day => "date",
            Input::Time => "time",
            Input::Number => "text",
            Input::Line => "text",
            Input::Area => "area",
            Input::Choice(_) => "choice",
            Input::Tick => "tick",
        }
    }

    pub(crate) fn options(&self) -> &[(&'static str, &'static str)] {
        match &self.input {
            Input::Choice(options) => options,
            _ => &[],
        }
    }
}

/// Kinds that have a form: word in addresses (`Event::kind`), Danish, English.
pub(crate) const KINDS: [(&str, &str, &str); 14] = [
    ("talk", "Samtale", "Talk"),
    ("offer", "Tilbud", "Offer"),
    ("ordinary_hours", "Ordinære timer", "Ordinary hours"),
    ("employment", "Job", "Job"),
    ("education", "Uddannelse", "Education"),
    ("goal", "Mål", "Goal"),
    ("step", "Skridt i planen", "Step of the plan"),
    ("progression", "Progression", "Progression"),
    ("company_contact", "Kontakt til virksomhed", "Contact with a company"),
    ("other_field", "Andet fagområde", "Another field"),
    ("absence", "Fravær", "Absence"),
    ("benefit", "Ydelse", "Benefit"),
    ("assignment", "Rådgiver eller tovholder", "Adviser or coordinator"),
    ("note", "Notat", "Note"),
];

/// What the kind is called.
pub(crate) fn kind_label(kind: &str, lang: Lang) -> Option<&'static str> {
    KINDS.iter().find(|(k, ..)| *k == kind).map(|(_, da, en)| lang.pick(*da, *en))
}

macro_rules! choices {
    ($type:ty, $lang:expr) => {
        Input::Choice(<$type>::ALL.iter().map(|v| (v.code(), v.label($lang))).collect())
    };
}

/// The questions of a kind, at most six besides the text.
pub(crate) fn fields(kind: &str, lang: Lang) -> Option<Vec<Field>> {
    let field = |name, da, en, input, needed| Field { name, label: lang.pick(da, en), input, needed };
    let on = field("fra", "Dag", "Day", Input::Day, true);
    let from = field("fra", "Fra", "From", Input::Day, true);
    let to = field(
        "til",
        "Til og med (tom, hvis det ikke vides)",
        "To and including (empty if not known)",
        Input::Day,
        false,
    );
    let company = field("virksomhed", "Virksomhed", "Company", Input::Line, false);
    let cvr = field("cvr", "CVR-nummer", "CVR number", Input::Line, false);
    let hours = |needed| field("timer", "Timer om ugen", "Hours a week", Input::Number, needed);
    Some(match kind {
        "talk" => vec![
            on,
            field("klokken", "Klokken", "Time", Input::Time, false),
            field("status", "Status", "State", choices!(TalkState, lang), true),
            field("form", "Form", "Form", choices!(Channel, lang), true),
            field("hvem", "Hvem holder den", "Held by", choices!(Holder, lang), true),
            field("formaal", "Formål", "Purpose", Input::Line, false),
            field(
                "tekst",
                "Det, vi aftalte (borgeren ser det)",
                "What we agreed (the citizen sees it)",
                Input::Area,
                false,
            ),
        ],
        "offer" => vec![
            field("tilbud", "Tilbud", "Offer", choices!(Tilbud, lang), true),
            from,
            to,
            hours(false),
            company,
            cvr,
            field("aftalt", "Aftalt, men ikke sikkert endnu", "Agreed, but not certain yet", Input::Tick, false),
            field("tekst", "Hvad", "What", Input::Line, false),
        ],
        "ordinary_hours" => vec![hours(true), from, to, company, cvr],
        "employment" => vec![
            from,
            to,
            hours(false),
            company,
            cvr,
            field("fleksjob", "Fleksjob", "Flexible job", Input::Tick, false),
        ],
        "education" => vec![field("tekst", "Uddannelse", "Education", Input::Line, true), from, to],
        "goal" => vec![
            field("tekst", "Målet", "The goal", Input::Area, true),
            field("egne", "Borgerens egne ord", "The citizen's own words", Input::Tick, false),
            field("status", "Status", "State", choices!(GoalState, lang), true),
            on,
        ],
        "step" => vec![
            field("tekst", "Skridtet", "The step", Input::Line, true),
            field("hvem", "Hvem gør det", "Who does it", Input::Line, true),
            field("senest", "Senest", "By", Input::Day, false),
            field("status", "Status", "State", choices!(StepState, lang), true),
            on,
        ],
        "progression" => vec![
            field("hvad", "Hvad", "What", choices!(Indicator, lang), true),
            field(
                "svar",
                "Svar fra 1 til 5 (tom = ikke besvaret)",
                "Answer from 1 to 5 (empty = not answered)",
                Input::Number,
                false,
            ),
            field("af", "Hvem svarer", "Who answers", choices!(AnsweredBy, lang), true),
            on,
        ],
        "company_contact" => vec![
            field("virksomhed", "Virksomhed", "Company", Input::Line, true),
            cvr,
            field("hvordan", "Hvordan", "How", choices!(Contact, lang), true),
            on,
            field("tekst", "Hvad kom der ud af det", "What came of it", Input::Area, false),
        ],
        "other_field" => vec![
            field("fagomraade", "Fagområde", "Field", Input::Line, true),
            field("tekst", "Hvad", "What", Input::Line, true),
            from,
            to,
        ],
        "absence" => vec![field("aarsag", "Årsag", "Reason", choices!(Fritagelse, lang), true), from, to],
        "benefit" => vec![field("ydelse", "Ydelse", "Benefit", choices!(Ydelse, lang), true), from, to],
        "target_group" => {
            vec![field("gruppe", "Målgruppe", "Target group", choices!(Maalgruppe, lang), true), from, to]
        }
        "assignment" => vec![
            field("rolle", "Rolle", "Role", choices!(Role, lang), true),
            field("navn", "Navn", "Name", Input::Line, true),
            field("enhed", "Team", "Team", Input::Line, false),
            from,
            to,
        ],
        "note" => vec![
            field("tekst", "Notat", "Note", Input::Area, true),
            field("delt", "Vis det for borgeren", "Show it to the citizen", Input::Tick, false),
            on,
        ],
        _ => return None,
    })
}

/// Reads values and gathers what is wrong, field by field.
struct Reading<'a> {
    values: &'a Values,
    lang: Lang,
    faults: Vec<(String, String)>,
}

impl Reading<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|v| v.trim().replace("\r\n", "\n")).filter(|v| !v.is_empty())
    }

    fn fault(&mut self, name: &str, da: &str, en: &str) {
        self.faults.push((name.to_owned(), self.lang.pick(da, en).to_owned()));
    }

    fn needed(&mut self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.fault(name, "Skriv noget her.", "Write something here.");
            String::new()
        })
    }

    fn day(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        let day = text.parse().ok().filter(|d: &Date| (1900..2200).contains(&d.year()));
        if day.is_none() {
            self.fault(name, "Skriv en dato som 2026-11-24.", "Write a day such as 2026-11-24.");
        }
        day
    }

    fn from(&mut self) -> Date {
        let before = self.faults.len();
        self.day("fra").unwrap_or_else(|| {
            if self.faults.len() == before {
                self.fault("fra", "Vælg en dag.", "Choose a day.");
            }
            Date::MIN
        })
    }

    fn on(&mut self) -> Period {
        Period::day(self.from())
    }

    fn span(&mut self) -> Period {
        let from = self.from();
        let to = self.day("til");
        if to.is_some_and(|t| t < from) {
            self.fault("til", "Den sidste dag ligger før den første.", "The last day lies before the first.");
        }
        Period { from, to }
    }

    fn number(&mut self, name: &str, low: f64, high: f64) -> Option<f64> {
        let text = self.text(name)?;
        let number = text.replace(',', ".").parse::<f64>().ok().filter(|n| (low..=high).contains(n));
        if number.is_none() {
            let (da, en) =
                (format!("Skriv et tal fra {low} til {high}."), format!("Write a number from {low} to {high}."));
            self.fault(name, &da, &en);
        }
        number
    }

    fn choice<T: Copy>(&mut self, name: &str, from: impl Fn(&str) -> Option<T>, otherwise: T) -> T {
        self.text(name).and_then(|t| from(&t)).unwrap_or_else(|| {
            self.fault(name, "Vælg en af mulighederne.", "Choose one of the options.");
            otherwise
        })
    }

    fn tick(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    fn company(&mut self) -> Option<Company> {
        let name = self.text("virksomhed");
        let cvr = self.text("cvr").and_then(|t| match t.parse() {
            Ok(cvr) => Some(cvr),
            Err(_) => {
                self.fault(
                    "cvr",
                    "Et CVR-nummer har otte cifre, og det sidste skal passe til de andre. Se efter byttede cifre.",
                    "A CVR number has eight digits, and the last must fit the others. Look for swapped digits.",
                );
                None
            }
        });
        if name.is_none() && cvr.is_some() {
            self.fault("virksomhed", "Skriv også virksomhedens navn.", "Write the company's name as well.");
        }
        name.map(|name| Company { name, cvr, p_number: None })
    }
}

/// The fact that was typed.
///
/// # Errors
/// Field and what would be right, for every field that is wrong.
pub(crate) fn read(kind: &str, values: &Values, lang: Lang) -> Result<(Period, Event), Vec<(String, String)>> {
    let mut r = Reading { values, lang, faults: Vec::new() };
    let (holds, event) = match kind {
        "talk" => {
            let state = r.choice("status", TalkState::from_code, TalkState::Held);
            let channel = r.choice("form", Channel::from_code, Channel::InPerson);
            let holder = r.choice("hvem", Holder::from_code, Holder::Kommune);
            let (purpose, summary) = (r.text("formaal"), r.text("tekst"));
            let time = r.text("klokken").map(|t| t.chars().take(5).collect());
            (r.on(), Event::Talk { state, holder, channel, purpose, summary, time })
        }
        "offer" => {
            let offer = r.choice("tilbud", Tilbud::from_code, Tilbud::Vejledning);
            let hours_per_week = r.number("timer", 0.0, 60.0).map(|h| h as f32);
            let (planned, title) = (r.tick("aftalt"), r.text("tekst"));
            let company = r.company();
            (r.span(), Event::Offer { offer, planned, hours_per_week, company, title })
        }
        "ordinary_hours" => {
            if r.text("timer").is_none() {
                r.fault("timer", "Skriv timer om ugen.", "Write hours a week.");
            }
            let hours_per_week = r.number("timer", 0.0, 60.0).unwrap_or(0.0) as f32;
            let company = r.company();
            (r.span(), Event::OrdinaryHours { hours_per_week, company })
        }
        "employment" => {
            let hours_per_week = r.number("timer", 0.0, 60.0).map(|h| h as f32);
            let (company, fleksjob) = (r.company(), r.tick("fleksjob"));
            (r.span(), Event::Employment { company, hours_per_week, fleksjob })
        }
        "education" => {
            let title = r.needed("tekst");
            (r.span(), Event::Education { title })
        }
        "goal" => {
            let state = r.choice("status", GoalState::from_code, GoalState::Set);
            let (text, own_words) = (r.needed("tekst"), r.tick("egne"));
            (r.on(), Event::Goal { text, state, own_words })
        }
        "step" => {
            let state = r.choice("status", StepState::from_code, StepState::Agreed);
            let (text, who, due) = (r.needed("tekst"), r.needed("hvem"), r.day("senest"));
            (r.on(), Event::Step { text, who, state, due })
        }
        "progression" => {
            let indicator = r.choice("hvad", Indicator::from_code, Indicator::TroPaaJob);
            let by = r.choice("af", AnsweredBy::from_code, AnsweredBy::Citizen);
            let answer = r.number("svar", 1.0, 5.0).map_or(Answer::NotAnswered, |v| Answer::Value(v.round() as i32));
            let scale = Scale { version: "1".to_owned(), low: 1, high: 5 };
            (r.on(), Event::Progression { indicator, by, scale, answer })
        }
        "company_contact" => {
            let how = r.choice("hvordan", Contact::from_code, Contact::Phone);
            let outcome = r.text("tekst");
            let company = r.company().unwrap_or_else(|| {
                r.fault("virksomhed", "Skriv virksomhedens navn.", "Write the company's name.");
                Company { name: String::new(), cvr: None, p_number: None }
            });
            (r.on(), Event::CompanyContact { company, how, outcome })
        }
        "other_field" => {
            let (field, title) = (r.needed("fagomraade"), r.needed("tekst"));
            (r.span(), Event::OtherField { field, title })
        }
        "absence" => {
            let reason = r.choice("aarsag", Fritagelse::from_code, Fritagelse::Ferie);
            (r.span(), Event::Absence { reason })
        }
        "benefit" => {
            let benefit = r.choice("ydelse", Ydelse::from_code, Ydelse::Ingen);
            (r.span(), Event::Benefit { benefit, share_percent: None })
        }
        "target_group" => {
            let group = r.choice("gruppe", Maalgruppe::from_code, Maalgruppe::Dagpenge);
            (r.span(), Event::TargetGroup { group, readiness: None })
        }
        "assignment" => {
            let role = r.choice("rolle", Role::from_code, Role::Sagsbehandler);
            let (name, unit) = (r.needed("navn"), r.text("enhed"));
            let staff = name.to_lowercase().replace(' ', "-");
            (r.span(), Event::Assignment { role, staff, name, unit })
        }
        "note" => {
            let (text, shared) = (r.needed("tekst"), r.tick("delt"));
            (r.on(), Event::Note { text, shared })
        }
        _ => {
            return Err(vec![(
                "kind".to_owned(),
                lang.pick("Ukendt slags oplysning.", "Unknown kind of fact.").to_owned(),
            )]);
        }
    };
    if r.faults.is_empty() { Ok((holds, event)) } else { Err(r.faults) }
}

/// What to fill a form with when a fact is corrected.
pub(crate) fn fill(holds: Period, event: &Event, lang: Lang) -> Values {
    let mut v = Values::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            v.insert(name.to_owned(), value);
        }
    };
    let tick = |on: bool| on.then(|| "ja".to_owned());
    let number = |h: f32| crate::words::hours(f64::from(h), lang);
    put("fra", Some(holds.from.to_string()));
    put("til", holds.to.map(|d| d.to_string()));
    match event {
        Event::Talk { state, holder, channel, purpose, summary, time } => {
            put("status", Some(state.code().to_owned()));
            put("form", Some(channel.code().to_owned()));
            put("hvem", Some(holder.code().to_owned()));
            put("formaal", purpose.clone());
            put("tekst", summary.clone());
            put("klokken", time.clone());
        }
        Event::Offer { offer, planned, hours_per_week, company, title } => {
            put("tilbud", Some(offer.code().to_owned()));
            put("aftalt", tick(*planned));
            put("timer", hours_per_week.map(number));
            put("tekst", title.clone());
            put("virksomhed", company.as_ref().map(|c| c.name.clone()));
            put("cvr", company.as_ref().and_then(|c| c.cvr).map(|c| c.to_string()));
        }
        Event::OrdinaryHours { hours_per_week, company } => {
            put("timer", Some(number(*hours_per_week)));
            put("virksomhed", company.as_ref().map(|c| c.name.clone()));
            put("cvr", company.as_ref().and_then(|c| c.cvr).map(|c| c.to_string()));
        }
        Event::Employment { company, hours_per_week, fleksjob } => {
            put("timer", hours_per_week.map(number));
            put("fleksjob", tick(*fleksjob));
            put("virksomhed", company.as_ref().map(|c| c.name.clone()));
            put("cvr", company.as_ref().and_then(|c| c.cvr).map(|c| c.to_string()));
        }
        Event::Education { title } => put("tekst", Some(title.clone())),
        Event::Goal { text, state, own_words } => {
            put("tekst", Some(text.clone()));
            put("status", Some(state.code().to_owned()));
            put("egne", tick(*own_words));
        }
        Event::Step { text, who, state, due } => {
            put("tekst", Some(text.clone()));
            put("hvem", Some(who.clone()));
            put("status", Some(state.code().to_owned()));
            put("senest", due.map(|d| d.to_string()));
        }
        Event::Progression { indicator, by, answer, .. } => {
            put("hvad", Some(indicator.code().to_owned()));
            put("af", Some(by.code().to_owned()));
            if let Answer::Value(value) = answer {
                put("svar", Some(value.to_string()));
            }
        }
        Event::CompanyContact { company, how, outcome } => {
            put("virksomhed", Some(company.name.clone()));
            put("cvr", company.cvr.map(|c| c.to_string()));
            put("hvordan", Some(how.code().to_owned()));
            put("tekst", outcome.clone());
        }
        Event::OtherField { field, title } => {
            put("fagomraade", Some(field.clone()));
            put("tekst", Some(title.clone()));
        }
        Event::Absence { reason } => put("aarsag", Some(reason.code().to_owned())),
        Event::Benefit { benefit, .. } => put("ydelse", Some(benefit.code().to_owned())),
        Event::TargetGroup { group, .. } => put("gruppe", Some(group.code().to_owned())),
        Event::Assignment { role, name, unit, .. } => {
            put("rolle", Some(role.code().to_owned()));
            put("navn", Some(name.clone()));
            put("enhed", unit.clone());
        }
        Event::Note { text, shared } => {
            put("tekst", Some(text.clone()));
            put("delt", tick(*shared));
        }
        _ => {}
    }
    v
}

/// What a corrected fact keeps of the earlier one, where the form does not ask for it.
pub(crate) fn carry_over(old: &Event, new: &mut Event) {
    match (old, new) {
        (Event::TargetGroup { readiness: old, .. }, Event::TargetGroup { readiness, .. }) => *readiness = *old,
        (Event::Benefit { share_percent: old, .. }, Event::Benefit { share_percent, .. }) => *share_percent = *old,
        (Event::Assignment { staff: old, name: a, .. }, Event::Assignment { staff, name: b, .. }) if a == b => {
            staff.clone_from(old);
        }
        (Event::Progression { scale: old, .. }, Event::Progression { scale, .. }) => scale.clone_from(old),
        (
            Event::Offer { company: old, .. }
            | Event::OrdinaryHours { company: old, .. }
            | Event::Employment { company: old, .. },
            Event::Offer { company, .. } | Event::OrdinaryHours { company, .. } | Event::Employment { company, .. },
        ) => {
            if let (Some(old), Some(new)) = (old, company)
                && old.name == new.name
            {
                new.p_number = old.p_number;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_back_the_fact_it_was_filled_with() {
        for (holds, event) in timeline::sample::events() {
            let Some(fields) = fields(event.kind(), Lang::Da) else { continue };
            let values = fill(holds, &event, Lang::Da);
            for field in fields.iter().filter(|f| f.needed) {
                assert!(values.contains_key(field.name), "{}: {} is needed and not filled", event.kind(), field.name);
            }
            let (read_holds, mut read_event) = read(event.kind(), &values, Lang::Da).unwrap();
            carry_over(&event, &mut read_event);
            if let (Event::CompanyContact { company: a, .. }, Event::CompanyContact { company: b, .. }) =
                (&event, &mut read_event)
            {
                b.p_number = a.p_number;
            }
            assert_eq!((read_holds, read_event), (holds, event));
        }
    }

    #[test]
    fn what_is_wrong_is_said_field_by_field() {
        let values = Values::from([
            ("timer".to_owned(), "mange".to_owned()),
            ("fra".to_owned(), "i går".to_owned()),
            ("virksomhed".to_owned(), "Bilka".to_owned()),
            ("cvr".to_owned(), "10158017".to_owned()),
        ]);
        let faults = read("ordinary_hours", &values, Lang::Da).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|f| f.0.as_str()).collect();
        assert_eq!(fields, ["timer", "cvr", "fra"]);
        assert_eq!(faults[0].1, "Skriv et tal fra 0 til 60.");
    }

    #[test]
    fn a_form_asks_at_most_seven_things_besides_the_text() {
        for (kind, ..) in KINDS {
            let asked = fields(kind, Lang::Da).unwrap().iter().filter(|f| f.name != "tekst").count();
            assert!(asked <= 7, "{kind} asks {asked}");
        }
    }
}
