//! `law impact`: what a change of the law means for the work on a caseload.

use super::{group_of, object, sound};
use crate::args::{Format, Impact as Options};
use crate::commands::journeys::journeys;
use crate::commands::{Context, today};
use crate::failure::Failure;
use crate::output::{bar, put};
use ::law::{Impact, InForce, Prepared, Share, Verdict, Work};
use serde_json::{Value, json};
use timeline::{CitizenId, Date, Holder, Lang, Maalgruppe};

/// A talk by phone or video takes so much less, preparation and notes included.
/// Source: the minister's answer to BEU spm. 558 (2020-21), 26 August 2021.
const REMOTE_SAVES_MINUTES: f64 = 15.0;

/// Ids shown in a text answer; JSON has them all.
const IDS_SHOWN: usize = 4;

pub(super) async fn run(context: &Context, options: Options) -> Result<u8, Failure> {
    let lang = context.lang;
    let book = sound(&options.book)?;
    let only = group_of(context, options.group.as_deref())?;
    let on = options.on.unwrap_or_else(today);
    let journeys =
        journeys(context, options.journeys.as_deref(), options.at.registry.clone(), "law-impact", Date::MAX).await?;
    let pool: Vec<(CitizenId, Prepared<'_>)> = journeys
        .iter()
        .map(|j| (j.citizen, Prepared::new(j)))
        .filter(|(_, j)| only.is_none_or(|g| j.group_on(on) == Some(g)))
        .collect();
    let (first, second) = (book.in_force(options.first), book.in_force(options.second));
    let progress =
        bar(pool.len() as u64, lang.pick("Holder lovene op mod hinanden", "Comparing the laws"), context.quiet);
    let impact = Impact::between(&first, &second, &pool, on, options.months, |n| progress.set_position(n));
    progress.finish_and_clear();
    let shares = second.shares(pool.iter().map(|(_, j)| j), on);
    let told =
        Told { options: &options, on, citizens: pool.len(), first: &first, second: &second, impact: &impact, shares };
    let text = match options.book.format {
        Format::Json => told.json(),
        Format::Text => told.text(lang),
    };
    put(text.as_bytes(), None).map(|()| 0)
}

struct Told<'a, 'b> {
    options: &'a Options,
    on: Date,
    citizens: usize,
    first: &'a InForce<'b>,
    second: &'a InForce<'b>,
    impact: &'a Impact<'b>,
    /// Shares of the pool under the second law on the last day.
    shares: Vec<Share<'b>>,
}

fn holder_word(holder: Option<Holder>, lang: Lang) -> &'static str {
    holder.map_or(lang.pick("borgeren selv", "the citizen"), |h| h.label(lang))
}

/// How far the pool is from each share that the second law asks for.
pub(crate) fn share_lines(shares: &[Share<'_>], on: Date, lang: Lang) -> String {
    if shares.is_empty() {
        return String::new();
    }
    let mut out = lang.pick(
        format!("Andele af gruppen den {on}, af dem, hvis frist udløb inden for et år\n"),
        format!("Shares of the group on {on}, of those whose deadline passed within a year\n"),
    );
    for s in shares {
        let percent = s.percent().map_or_else(|| "–".to_owned(), |p| charts::number(p, 1, lang == Lang::Da));
        let state = match s.verdict() {
            Verdict::Met => lang.pick("nået", "reached").to_owned(),
            Verdict::NotMet => lang.pick(format!("mangler {}", s.lacking()), format!("{} lacking", s.lacking())),
            _ => lang.pick("ingen frist er udløbet", "no deadline has passed").to_owned(),
        };
        out.push_str(&format!(
            "  {:<28}{percent:>8} % {} {} %: {state} · {} {} · {} {} · {} {} [{}]\n",
            s.rule.code,
            lang.pick("af", "of"),
            s.asked_percent(),
            s.met,
            lang.pick("opfyldt", "met"),
            s.exempt,
            lang.pick("undtaget", "exempted"),
            s.open,
            lang.pick("endnu åbne", "still open"),
            s.version.checked.mark.label(lang),
        ));
    }
    out.push('\n');
    out
}

impl Told<'_, '_> {
    /// Deadlines that fall in an average month, by rule.
    fn deadlines(&self, lang: Lang) -> String {
        let months = self.impact.months.len().max(1) as f64;
        let mut out = format!(
            "{:<30}{:>10}{:>8}\n",
            lang.pick("Frister på en måned", "Deadlines in a month"),
            lang.pick("før", "before"),
            lang.pick("nu", "now")
        );
        for (code, (a, b)) in self.impact.average(|p| p.code).iter().filter(|(_, (a, b))| a.deadlines + b.deadlines > 0)
        {
            let number = |n: u32| charts::number(f64::from(n) / months, 1, lang == Lang::Da);
            out.push_str(&format!("  {code:<28}{:>10}{:>8}\n", number(a.deadlines), number(b.deadlines)));
        }
        out.push('\n');
        out
    }

    /// Hours of an average talk.
    fn hours_per_talk(&self) -> f64 {
        let saved = REMOTE_SAVES_MINUTES * f64::from(self.options.remote_percent) / 100.0;
        (f64::from(self.options.minutes_per_talk) - saved).max(0.0) / 60.0
    }

    fn held_per_month(&self, group: Maalgruppe) -> f64 {
        let all: u32 = self.impact.held.iter().filter(|((_, g), _)| *g == group).map(|(_, n)| n).sum();
        f64::from(all) / self.impact.months.len().max(1) as f64
    }

    fn citizens_per_month(&self, group: Maalgruppe) -> f64 {
        let all: u32 = self.impact.citizens.iter().filter(|((_, g), _)| *g == group).map(|(_, n)| n).sum();
        f64::from(all) / self.impact.months.len().max(1) as f64
    }

    fn work_json(&self, work: &Work) -> Value {
        json!({
            "citizens": work.citizens, "exempt": work.exempt, "deadlines": work.deadlines,
            "talks": work.talks, "talks_least": work.talks_least,
            "hours": work.talks * self.hours_per_talk(), "hours_least": work.talks_least * self.hours_per_talk(),
        })
    }

    fn json(&self) -> String {
        let groups: Vec<Value> = self
            .impact
            .average(|p| p.group)
            .iter()
            .map(|(g, (a, b))| {
                json!({
                    "group": g.code(), "citizens_a_month": self.citizens_per_month(*g),
                    "talks_held_a_month": self.held_per_month(*g),
                    "before": {"talks_a_month": a.talks, "talks_least_a_month": a.talks_least, "hours_a_month": a.talks_least * self.hours_per_talk()},
                    "after": {"talks_a_month": b.talks, "talks_least_a_month": b.talks_least, "hours_a_month": b.talks_least * self.hours_per_talk()},
                })
            })
            .collect();
        let holders: Vec<Value> = self
            .impact
            .average(|p| p.holder)
            .iter()
            .map(|(h, (a, b))| {
                json!({
                    "holder": h.map(Holder::code),
                    "before": {"talks_a_month": a.talks, "talks_least_a_month": a.talks_least, "hours_a_month": a.talks_least * self.hours_per_talk()},
                    "after": {"talks_a_month": b.talks, "talks_least_a_month": b.talks_least, "hours_a_month": b.talks_least * self.hours_per_talk()},
                })
            })
            .collect();
        let duties = |side: &std::collections::BTreeMap<::law::Place<'_>, Work>| -> Vec<Value> {
            side.iter()
                .map(|(p, w)| {
                    let mut all = json!({
                        "month": p.month.strftime("%Y-%m").to_string(), "group": p.group.code(), "rule": p.code,
                        "holder": p.holder.map(Holder::code),
                    });
                    if let (Some(all), Value::Object(work)) = (all.as_object_mut(), self.work_json(w)) {
                        all.extend(work);
                    }
                    all
                })
                .collect()
        };
        let ids = |all: &[CitizenId]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let moves: Vec<Value> = self
            .impact
            .moves
            .iter()
            .map(|(code, m)| json!({"rule": code, "out": ids(&m.out), "into": ids(&m.into), "stays": m.stays}))
            .collect();
        let shares: Vec<Value> = self
            .shares
            .iter()
            .map(|s| {
                json!({
                    "rule": s.rule.code, "about": s.about, "groups": s.version.groups.iter().map(|g| g.code()).collect::<Vec<_>>(),
                    "holder": s.version.holder.map(Holder::code), "asked_percent": s.asked_percent(), "percent": s.percent(),
                    "met": s.met, "not_met": s.not_met, "exempt": s.exempt, "open": s.open, "unknown": s.unknown,
                    "lacking": s.lacking(), "exemptions_left": s.exemptions_left(), "verdict": s.verdict().code(),
                    "cite": s.version.cite.say(), "mark": s.version.checked.mark.code(),
                })
            })
            .collect();
        let spec = json!({
            "program": env!("CARGO_PKG_VERSION"), "first": self.first.law_of().to_string(),
            "second": self.second.law_of().to_string(), "on": self.on.to_string(), "months": self.options.months,
            "minutes_per_talk": self.options.minutes_per_talk, "remote_percent": self.options.remote_percent,
            "remote_saves_minutes": REMOTE_SAVES_MINUTES,
        });
        let rest = json!({
            "citizens": self.citizens, "hours_per_talk": self.hours_per_talk(), "groups": groups, "holders": holders,
            "duties_before": duties(&self.impact.before), "duties_after": duties(&self.impact.after), "moves": moves,
            "shares": shares,
        });
        object("law-impact", spec, rest)
    }

    fn text(&self, lang: Lang) -> String {
        let hours = self.hours_per_talk();
        let number = |x: f64| charts::number(x, 1, lang == Lang::Da);
        let (first, last) = (self.impact.months.first(), self.impact.months.last());
        let months = match (first, last) {
            (Some(a), Some(b)) => format!("{}..{}", a.strftime("%Y-%m"), b.strftime("%Y-%m")),
            _ => String::new(),
        };
        let mut out = lang.pick(
            format!(
                "De samme {} borgere og oplysninger under loven {} og loven {}, {months}, som en gennemsnitlig måned.\n\n",
                self.citizens,
                self.first.law_of(),
                self.second.law_of()
            ),
            format!(
                "The same {} citizens and facts under the law of {} and the law of {}, {months}, as an average month.\n\n",
                self.citizens,
                self.first.law_of(),
                self.second.law_of()
            ),
        );
        let mut table = |head: &str, rows: Vec<(String, String, String, Work, Work)>| {
            out.push_str(&format!(
                "{:<30}{:>10}{:>8}{:>9}{:>9}{:>10}{:>11}{:>11}\n",
                head,
                lang.pick("borgere", "citizens"),
                lang.pick("holdt", "held"),
                lang.pick("før", "before"),
                lang.pick("nu", "now"),
                lang.pick("nu, alle", "now, all"),
                lang.pick("timer før", "hours then"),
                lang.pick("timer nu", "hours now"),
            ));
            for (name, citizens, held, a, b) in rows {
                out.push_str(&format!(
                    "{name:<30}{citizens:>10}{held:>8}{:>9}{:>9}{:>10}{:>11}{:>11}\n",
                    number(a.talks_least),
                    number(b.talks_least),
                    number(b.talks),
                    number(a.talks_least * hours),
                    number(b.talks_least * hours),
                ));
            }
            out.push('\n');
        };
        let groups = self.impact.average(|p| p.group);
        let rows = groups
            .iter()
            .map(|(g, (a, b))| {
                let name = format!("{} {}", g.code(), g.label(lang));
                (name, number(self.citizens_per_month(*g)), number(self.held_per_month(*g)), *a, *b)
            })
            .collect();
        table(lang.pick("Samtaler efter målgruppe", "Talks by target group"), rows);
        let holders = self.impact.average(|p| p.holder);
        let rows = holders
            .iter()
            .filter(|(_, (a, b))| a.talks > 0.0 || b.talks > 0.0)
            .map(|(h, (a, b))| (holder_word(*h, lang).to_owned(), String::new(), String::new(), *a, *b))
            .collect();
        table(lang.pick("Hvem holder dem", "Who holds them"), rows);
        out.push_str(&self.deadlines(lang));
        out.push_str(&share_lines(&self.shares, self.on, lang));
        out.push_str(
            lang.pick(
                "Pligter den sidste dag: hvem falder ud og ind\n",
                "Duties on the last day: who falls out and in\n",
            ),
        );
        let some = |ids: &[CitizenId]| {
            let mut shown: Vec<String> = ids.iter().take(IDS_SHOWN).map(ToString::to_string).collect();
            if ids.len() > IDS_SHOWN {
                shown.push("…".to_owned());
            }
            shown.join(" ")
        };
        let mut quiet = true;
        for (code, m) in self.impact.moves.iter().filter(|(_, m)| !(m.out.is_empty() && m.into.is_empty())) {
            quiet = false;
            out.push_str(&format!(
                "  {code:<26}{:>6} {:<4}{:>6} {:<4}{:>6} {}\n",
                m.out.len(),
                lang.pick("ud", "out"),
                m.into.len(),
                lang.pick("ind", "in"),
                m.stays,
                lang.pick("bliver", "stay"),
            ));
            for (word, ids) in [(lang.pick("ud", "out"), &m.out), (lang.pick("ind", "in"), &m.into)] {
                if !ids.is_empty() {
                    out.push_str(&format!("      {word:<4}{}\n", some(ids)));
                }
            }
        }
        if quiet {
            out.push_str(lang.pick("  Ingen.\n", "  Nobody.\n"));
        }
        out.push_str(&lang.pick(
            format!(
                "\nSamtaler i et vindue er fordelt jævnt over det; hvor loven kun kræver en andel af gruppen, er »nu« andelen og »nu, alle« hele gruppen.\nTid: {} minutter ved fremmøde (antagelse), {REMOTE_SAVES_MINUTES:.0} minutter mindre ved telefon og video (svar på BEU spm. 558, 2021), {} procent på telefon og video (STAR for 2023): {} timer pr. samtale.\n",
                self.options.minutes_per_talk,
                self.options.remote_percent,
                charts::number(hours, 2, lang == Lang::Da)
            ),
            format!(
                "\nTalks within a window are spread evenly over it; where the law asks for a share of the group, \"now\" is the share and \"now, all\" the whole group.\nTime: {} minutes in person (an assumption), {REMOTE_SAVES_MINUTES:.0} minutes less by phone and video (answer to BEU spm. 558, 2021), {} per cent by phone and video (STAR for 2023): {} hours a talk.\n",
                self.options.minutes_per_talk,
                self.options.remote_percent,
                charts::number(hours, 2, lang == Lang::Da)
            ),
        ));
        out
    }
}
