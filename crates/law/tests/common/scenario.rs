//! Reads a case from Markdown and puts an answer of the rule book on one line.

use law::{Finding, LawBook, Verdict};
use timeline::{
    Channel, CitizenId, Date, Event, Fact, FactId, Fritagelse, GoalState, Holder, Journey, Lang, Maalgruppe, Parathed,
    Period, Person, Source, StepState, TalkState, Tilbud, Ydelse,
};

/// A case as told in one file.
#[derive(Debug)]
pub struct Case {
    /// Path below `scenarios/`.
    pub name: String,
    /// First heading.
    pub title: String,
    /// What stands between the heading and the facts.
    pub background: String,
    /// The experiment laid over the book.
    pub experiment: Option<String>,
    /// The facts.
    pub journey: Journey,
    /// The questions.
    pub rows: Vec<Row>,
}

/// A row of the table: what is asked, and the answer.
#[derive(Debug)]
pub struct Row {
    /// Line in the file.
    pub line: usize,
    /// `2025-07-06`, or `2025-07-06 (kendt 2025-02-01)` for what was known on an earlier day.
    pub day: String,
    /// Code of the rule.
    pub rule: String,
    /// The answer on one line.
    pub expected: String,
}

impl Case {
    /// From the text of a file; the error names file and line.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let mut case = Self {
            name: name.to_owned(),
            title: String::new(),
            background: String::new(),
            experiment: None,
            journey: Journey::new(CitizenId(1)),
            rows: Vec::new(),
        };
        let mut fenced = false;
        for (line, words) in (1..).zip(text.lines().map(str::trim)) {
            let at = |what: String| format!("{name}, line {line}: {what}");
            if words.starts_with("```") {
                fenced = !fenced;
            } else if fenced {
                case.tell(words).map_err(at)?;
            } else if let Some(row) = words.strip_prefix('|') {
                case.ask(line, row).map_err(at)?;
            } else if let Some(title) = words.strip_prefix("# ") {
                title.clone_into(&mut case.title);
            } else if let Some(name) = words.strip_prefix("Forsøg:") {
                case.lay(name.trim()).map_err(at)?;
            } else {
                case.background.push_str(words);
                case.background.push('\n');
            }
        }
        case.journey.check().map_err(|e| format!("{name}: {e}"))?;
        Ok(case)
    }

    fn lay(&mut self, name: &str) -> Result<(), String> {
        if !LawBook::experiments().any(|known| known == name) {
            let known: Vec<&str> = LawBook::experiments().collect();
            return Err(format!("no experiment is called \"{name}\"; there are {}", known.join(", ")));
        }
        if self.experiment.replace(name.to_owned()).is_some() {
            return Err("one experiment a case".to_owned());
        }
        Ok(())
    }

    /// A line about the person, where it is one.
    fn person(&mut self, line: &str) -> Option<Result<(), String>> {
        let (what, said) = line.split_once(' ')?;
        let said = said.trim();
        let person = || Person::named("Borgeren");
        match what {
            "født" => Some(said.parse().map_err(|_| format!("\"{said}\" is not a day")).map(|born| {
                self.journey.person.get_or_insert_with(person).born = Some(born);
            })),
            "kommune" if said.len() == 4 && said.bytes().all(|b| b.is_ascii_digit()) => {
                self.journey.person.get_or_insert_with(person).municipality = Some(said.to_owned());
                Some(Ok(()))
            }
            "kommune" => Some(Err(format!("\"{said}\" is no municipality: four digits, as 0730"))),
            _ => None,
        }
    }

    fn ask(&mut self, line: usize, row: &str) -> Result<(), String> {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let [day, rule, expected] = cells[..] else {
            return Err(format!("a row has three cells (dag, regel, svar), not {}", cells.len()));
        };
        if day == "dag" || day.starts_with("---") {
            return Ok(());
        }
        question_day(day).ok_or_else(|| format!("\"{day}\" is not a day"))?;
        self.rows.push(Row { line, day: day.to_owned(), rule: rule.to_owned(), expected: expected.to_owned() });
        Ok(())
    }

    /// One line of facts: days, a word for what it is, its words, and in brackets when it was learned or what it
    /// corrects.
    fn tell(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(told) = self.person(line) {
            return told;
        }
        let mut rest = line;
        let (mut learned, mut replaces) = (None, None);
        while let Some((before, inner)) = rest.strip_suffix(')').and_then(|r| r.rsplit_once('(')) {
            match inner.split_once(' ') {
                Some(("lært", day)) => learned = Some(day.parse::<Date>().map_err(|e| e.to_string())?),
                Some(("retter", id)) => {
                    replaces = Some(FactId(id.parse().map_err(|_| format!("\"{id}\" is no number"))?));
                }
                _ => return Err(format!("\"({inner})\": write (lært <day>) or (retter <number>)")),
            }
            rest = before.trim_end();
        }
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [days, what, said @ ..] = &words[..] else {
            return Err("a fact is days, a word and what it says".to_owned());
        };
        let holds = if days.contains("..") {
            days.parse().map_err(|e: timeline::PeriodError| e.to_string())?
        } else {
            Period::day(days.parse().map_err(|_| format!("\"{days}\" is not a day"))?)
        };
        let event = event(what, said)?;
        let facts = &mut self.journey.facts;
        let (id, learned) = (FactId(facts.len() as u32 + 1), learned.unwrap_or(holds.from));
        facts.push(Fact { id, holds, learned, source: Source::Synthetic, recorded: None, replaces, event });
        Ok(())
    }
}

/// The value that a word names, by its code or by its Danish label.
fn named<T: Copy + 'static>(
    word: Option<&&str>,
    all: &'static [T],
    names: impl Fn(T) -> [&'static str; 2],
    what: &str,
) -> Result<T, String> {
    let word = word.ok_or_else(|| format!("it lacks {what}"))?;
    all.iter().copied().find(|v| names(*v).contains(word)).ok_or_else(|| format!("\"{word}\" is not {what}"))
}

/// Share of full benefit: `60%`.
fn share(word: Option<&&str>) -> Result<Option<u8>, String> {
    let Some(word) = word else { return Ok(None) };
    let percent = word.strip_suffix('%').and_then(|n| n.parse().ok()).filter(|n| (1..=100).contains(n));
    percent.map(Some).ok_or_else(|| format!("\"{word}\" is no share: write 60%"))
}

fn event(what: &str, said: &[&str]) -> Result<Event, String> {
    let holder = |i| named(said.get(i), Holder::ALL, |h| [h.code(), h.da()], "a holder (kommune, a_kasse …)");
    let reason = || named(said.first(), Fritagelse::ALL, |r| [r.code(), r.da()], "a reason (kommende_job …)");
    let text = || said.join(" ");
    Ok(match what {
        "ydelse" => Event::Benefit {
            benefit: named(said.first(), Ydelse::ALL, |y| [y.code(), y.da()], "a benefit (kontanthjaelp …)")?,
            share_percent: share(said.get(1))?,
        },
        "maalgruppe" => Event::TargetGroup {
            group: named(said.first(), Maalgruppe::ALL, |g| [g.code(), g.da()], "a target group (6.2 …)")?,
            readiness: match said.get(1) {
                None => None,
                word => Some(named(word, Parathed::ALL, |p| [p.code(), p.da()], "a readiness (jobparat …)")?),
            },
        },
        "tilmelding" => Event::Registration { with: holder(0)? },
        "cv" => Event::Cv { approved: true },
        "samtale" => Event::Talk {
            state: named(said.first(), TalkState::ALL, |s| [s.da(), s.code()], "a state (holdt, aftalt …)")?,
            channel: named(said.get(1), Channel::ALL, |c| [c.da(), c.code()], "a form (fremmøde, telefon …)")?,
            holder: holder(2)?,
            purpose: None,
            summary: None,
            time: None,
        },
        "tilbud" => Event::Offer {
            offer: named(said.first(), Tilbud::ALL, |o| [o.code(), o.da()], "an offer (virksomhedspraktik …)")?,
            planned: said.get(1) == Some(&"aftalt"),
            hours_per_week: None,
            company: None,
            title: None,
        },
        "fravær" => Event::Absence { reason: reason()? },
        "fritagelse" => {
            let rules = said[1..].iter().map(|r| (*r).to_owned()).collect();
            Event::Exemption { reason: reason()?, rules, because: None }
        }
        "mål" => Event::Goal { text: text(), state: GoalState::Set, own_words: true },
        "skridt" => Event::Step { text: text(), who: "borgeren".to_owned(), state: StepState::Agreed, due: None },
        "tilbagekaldt" => Event::Withdrawn { because: None },
        other => return Err(format!("\"{other}\" is no kind of fact; see scenarios/README.md")),
    })
}

/// The day asked about, and the day it is asked as known on.
pub fn question_day(text: &str) -> Option<(Date, Option<Date>)> {
    match text.split_once(" (kendt ") {
        Some((day, known)) => Some((day.parse().ok()?, Some(known.strip_suffix(')')?.parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}

/// What the book answers, on one line; `–` where the rule says nothing about the case.
pub fn answer(book: &LawBook, journey: &Journey, day: &str, rule: &str) -> String {
    let (on, known) = question_day(day).expect("checked when the file was read");
    let seen = known.map_or_else(|| journey.clone(), |known| journey.known_on(known));
    let assessment = book.assess(&seen, on);
    let mut found = assessment.findings.iter().filter(|f| f.code == rule);
    match (found.next(), found.next()) {
        (None, _) => "–".to_owned(),
        (Some(finding), None) => line(finding),
        (Some(_), Some(_)) => "to svar".to_owned(),
    }
}

fn line(finding: &Finding) -> String {
    let mut parts = vec![match finding.verdict {
        Verdict::Unknown(missing) => format!("kan ikke afgøres: {}", missing.say(Lang::Da)),
        Verdict::Exempt => format!("fritaget efter {}", finding.lifted_by.as_deref().unwrap_or("?")),
        verdict => verdict.label(Lang::Da).to_owned(),
    }];
    parts.extend(finding.counts.map(|(done, asked)| format!("{done} af {asked}")));
    parts.extend(finding.due.map(|day| format!("senest {day}")));
    parts.push(finding.cite.clone());
    parts.join(" · ")
}
