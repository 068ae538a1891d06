//! `law check | list | show | assess | diff | impact`.

pub(crate) mod impact;

use super::{Context, today};
use crate::args::{Book, Format, LawCommand};
use crate::failure::Failure;
use crate::output::put;
use ::law::{
    Assessment, AssessmentForm, Difference, LawBook, LawError, Mark, Rule, RuleForm, Subject, Version, VersionForm,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use timeline::{Date, Journey, Lang, Maalgruppe};

pub(crate) async fn run(context: &Context, command: LawCommand) -> Result<u8, Failure> {
    match command {
        LawCommand::Check { book } => check(context, &book),
        LawCommand::List { book, on, group } => list(context, &book, on.unwrap_or_else(today), group.as_deref()),
        LawCommand::Show { code, book, on } => show(context, &book, &code, on),
        LawCommand::Assess { journey, book, on, known_on, why } => assess(context, &book, &journey, on, known_on, why),
        LawCommand::Impact(options) => impact::run(context, options).await,
        LawCommand::Diff { first, second, book, group } => diff(context, &book, first, second, group.as_deref()),
    }
}

/// Names and texts of the rule files below a folder.
fn files(dir: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut out = Vec::new();
    let mut folders: Vec<PathBuf> = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|e| Failure::file(&folder, &e))?;
        for entry in entries {
            let path = entry.map_err(|e| Failure::file(&folder, &e))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let text = std::fs::read_to_string(&path).map_err(|e| Failure::file(&path, &e))?;
                out.push((path.display().to_string(), text));
            }
        }
    }
    out.sort();
    Ok(out)
}

/// The files of a proposal: a folder, or an experiment that the program carries.
fn overlay_files(overlay: &Path) -> Result<Vec<(String, String)>, Failure> {
    let shipped = overlay.to_str().and_then(LawBook::experiment);
    match shipped {
        Some(shipped) if !overlay.is_dir() => Ok(shipped),
        _ if overlay.is_dir() => files(overlay),
        _ => {
            let known: Vec<&str> = LawBook::experiments().collect();
            let (name, known) = (overlay.display(), known.join(", "));
            Err(Failure::usage(
                format!("Ingen mappe og intet forsøg hedder »{name}«. Forsøg: {known}."),
                format!("No folder and no experiment is called \"{name}\". Experiments: {known}."),
            ))
        }
    }
}

fn read(book: &Book) -> Result<Result<LawBook, Vec<LawError>>, Failure> {
    let base = match &book.law {
        None => Ok(LawBook::shipped()),
        Some(dir) => LawBook::read(files(dir)?),
    };
    let mut book_so_far = base;
    for overlay in &book.overlay {
        let Ok(base) = book_so_far else { break };
        book_so_far = base.with_proposal(overlay_files(overlay)?);
    }
    Ok(book_so_far)
}

fn sound(book: &Book) -> Result<LawBook, Failure> {
    read(book)?.map_err(|faults| Failure::Input(faults.iter().map(ToString::to_string).collect()))
}

fn group_of(context: &Context, text: Option<&str>) -> Result<Option<Maalgruppe>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let lower = text.to_lowercase();
    let found =
        Maalgruppe::ALL.iter().copied().find(|g| g.code() == text || g.label(context.lang).to_lowercase() == lower);
    found.map(Some).ok_or_else(|| {
        let known: Vec<String> =
            Maalgruppe::ALL.iter().map(|g| format!("{} {}", g.code(), g.label(context.lang))).collect();
        let known = known.join(", ");
        Failure::usage(
            format!("Ingen målgruppe hedder »{text}«. Der er {known}."),
            format!("No target group is called \"{text}\". There are {known}."),
        )
    })
}

#[expect(clippy::needless_pass_by_value, reason = "both are made for this call")]
fn object(name: &str, spec: Value, rest: Value) -> String {
    let mut out = json!({"schema": format!("traedesten/{name}/1"), "spec": spec, "warnings": []});
    if let (Some(out), Value::Object(rest)) = (out.as_object_mut(), rest) {
        out.extend(rest);
    }
    format!("{out:#}\n")
}

fn program() -> Value {
    json!({"program": env!("CARGO_PKG_VERSION")})
}

fn check(context: &Context, book: &Book) -> Result<u8, Failure> {
    let lang = context.lang;
    let (sweep, faults) = match read(book)? {
        Ok(law) => (Some(law.sweep(today())), Vec::new()),
        Err(faults) => (None, faults),
    };
    let gaps = sweep.as_ref().map_or(0, |s| s.gaps.len());
    let text = if book.format == Format::Json {
        let found: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let gaps: Vec<Value> = sweep
            .iter()
            .flat_map(|s| &s.gaps)
            .map(|g| json!({"code": g.code, "group": g.group.code(), "from": g.gap.from.to_string(), "to": g.gap.to.map(|d| d.to_string())}))
            .collect();
        let s = sweep.unwrap_or_default();
        let rest = json!({
            "rules": s.rules, "versions": s.versions, "verified": s.marks[0], "unverified": s.marks[1], "draft": s.marks[2],
            "open_ends": s.open_ends, "faults": found, "gaps": gaps,
        });
        object("law-check", program(), rest)
    } else {
        let mut out: String = faults.iter().map(|f| format!("{f}\n")).collect();
        if let Some(s) = &sweep {
            let line = lang.pick(
                format!(
                    "{} regler, {} versioner: {} læst, {} ikke bekræftet, {} forslag; {} uden kendt slutdato.\n",
                    s.rules, s.versions, s.marks[0], s.marks[1], s.marks[2], s.open_ends
                ),
                format!(
                    "{} rules, {} versions: {} read, {} not confirmed, {} proposals; {} without a known end.\n",
                    s.rules, s.versions, s.marks[0], s.marks[1], s.marks[2], s.open_ends
                ),
            );
            out.push_str(&line);
            for g in &s.gaps {
                out.push_str(&lang.pick(
                    format!("Hul: {} gælder ikke for {} {}\n", g.code, g.group.code(), g.gap),
                    format!("Gap: {} does not hold for {} {}\n", g.code, g.group.code(), g.gap),
                ));
            }
            if s.gaps.is_empty() {
                out.push_str(
                    lang.pick("Ingen huller og ingen dage med to svar.\n", "No gaps, and no day with two answers.\n"),
                );
            }
        }
        out
    };
    put(text.as_bytes(), None)?;
    Ok(u8::from(!faults.is_empty() || gaps > 0))
}

fn list(context: &Context, book: &Book, on: Date, group: Option<&str>) -> Result<u8, Failure> {
    let lang = context.lang;
    let law = sound(book)?;
    let group = group_of(context, group)?;
    let holds = |v: &&Version| group.is_none_or(|g| v.is_for(g));
    let rows: Vec<(&Rule, &Version)> =
        law.rules().iter().filter_map(|r| Some((r, r.all_on(on).find(holds)?))).collect();
    let text = if book.format == Format::Json {
        let rules: Vec<Value> = rows.iter().map(|(r, v)| json!({"code": r.code, "kind": r.kind.code(), "subject": r.subject.code(), "title": {"da": r.title.da, "en": r.title.en}, "version": VersionForm::from(*v)})).collect();
        object("law-list", json!({"program": env!("CARGO_PKG_VERSION"), "on": on.to_string()}), json!({"rules": rules}))
    } else {
        let mut out = String::new();
        for subject in Subject::ALL {
            let mut of = rows.iter().filter(|(r, _)| r.subject == subject).peekable();
            if of.peek().is_some() {
                out.push_str(&format!("{}\n", subject.label(lang)));
            }
            for (r, v) in of {
                out.push_str(&format!(
                    "  {:<24} {}  [{}]\n{:26} {}\n",
                    r.code,
                    v.text.say(lang),
                    v.checked.mark.label(lang),
                    "",
                    v.cite.say()
                ));
            }
        }
        out
    };
    put(text.as_bytes(), None).map(|()| 0)
}

fn version_text(v: &Version, lang: Lang) -> String {
    let groups: Vec<&str> = v.groups.iter().map(|g| g.code()).collect();
    let groups =
        if v.groups.len() == Maalgruppe::ALL.len() { lang.pick("alle", "all").to_owned() } else { groups.join(", ") };
    let holder = v.holder.map_or_else(String::new, |h| format!(" · {}", h.label(lang)));
    format!(
        "{}  {}\n    {}: {groups}{holder}\n    {}\n    {}: {}\n    [{}] {}\n",
        timeline::Period { from: v.from, to: v.to },
        v.cite.say(),
        lang.pick("Målgrupper", "Target groups"),
        v.text.say(lang),
        lang.pick("For dagens arbejde", "For the day's work"),
        v.means.say(lang),
        v.checked.mark.label(lang),
        v.checked.how,
    )
}

fn show(context: &Context, book: &Book, code: &str, on: Option<Date>) -> Result<u8, Failure> {
    let lang = context.lang;
    let law = sound(book)?;
    let rule = law.rule(&code.to_uppercase()).ok_or_else(|| {
        let near: Vec<&str> = law
            .rules()
            .iter()
            .map(|r| r.code.as_str())
            .filter(|c| c.starts_with(code.to_uppercase().split('-').next().unwrap_or("")))
            .collect();
        let near = near.join(", ");
        Failure::usage(format!("Ingen regel hedder »{code}«. {near}"), format!("No rule is called \"{code}\". {near}"))
    })?;
    let versions: Vec<&Version> =
        rule.versions.iter().filter(|v| on.is_none_or(|d| v.in_force().contains(d))).collect();
    let text = if book.format == Format::Json {
        let rest = json!(RuleForm::new(rule, versions));
        object("law-rule", program(), rest)
    } else {
        let mut out = format!("{} · {} ({})\n", rule.code, rule.title.say(lang), rule.kind.label(lang));
        for v in &versions {
            out.push_str(&format!("\n  {}", version_text(v, lang)));
        }
        if versions.is_empty() {
            out.push_str(lang.pick("\n  Gælder ikke den dag.\n", "\n  Not in force on that day.\n"));
        }
        out
    };
    put(text.as_bytes(), None).map(|()| 0)
}

fn assess(
    context: &Context,
    book: &Book,
    path: &Path,
    on: Date,
    known_on: Option<Date>,
    why: bool,
) -> Result<u8, Failure> {
    let law = sound(book)?;
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin()).map_err(|e| Failure::surroundings(e.to_string()))?
    } else {
        std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?
    };
    let journey = Journey::from_json(&text).map_err(|e| Failure::input(format!("{}: {e}", path.display())))?;
    let journey = known_on.map_or_else(|| journey.clone(), |day| journey.known_on(day));
    let assessment = law.assess(&journey, on);
    let out = match book.format {
        Format::Json => assessment_json(&assessment, known_on),
        Format::Text => assessment_text(context.lang, &assessment, why),
    };
    put(out.as_bytes(), None).map(|()| 0)
}

fn assessment_json(a: &Assessment, known_on: Option<Date>) -> String {
    let spec = json!({"program": env!("CARGO_PKG_VERSION"), "on": a.on.to_string(), "known_on": known_on.map(|d| d.to_string())});
    object("law-assessment", spec, json!(AssessmentForm::from(a)))
}

fn assessment_text(lang: Lang, a: &Assessment, why: bool) -> String {
    let Some(group) = a.group else {
        return lang
            .pick(
                "Ikke i en målgruppe den dag, så ingen regler kan afgøres.\n",
                "In no target group on that day, so no rule can be told.\n",
            )
            .to_owned();
    };
    let mut out = format!("{}: {} ({})\n\n", lang.pick("Målgruppe", "Target group"), group.label(lang), group.code());
    for f in &a.findings {
        let mark = if f.mark == Mark::Verified { String::new() } else { format!("  [{}]", f.mark.label(lang)) };
        out.push_str(&format!("{:<24} {}{mark}\n", f.code, f.say(lang)));
        if why {
            let facts: Vec<String> = f.used.iter().map(ToString::to_string).collect();
            let facts = if facts.is_empty() { "–".to_owned() } else { facts.join(", ") };
            let checked = &f.checked;
            out.push_str(&format!(
                "{:25}{}\n{:25}{}: {facts} · {}: {checked}\n",
                "",
                lang.pick(&f.text.0, &f.text.1),
                "",
                lang.pick("oplysninger", "facts"),
                f.mark.label(lang)
            ));
        }
    }
    out
}

fn diff(context: &Context, book: &Book, first: Date, second: Date, group: Option<&str>) -> Result<u8, Failure> {
    let lang = context.lang;
    let law = sound(book)?;
    let group = group_of(context, group)?;
    let differences = law.differences(first, second, group);
    let text = if book.format == Format::Json {
        let spec = json!({"program": env!("CARGO_PKG_VERSION"), "first": first.to_string(), "second": second.to_string(), "group": group.map(Maalgruppe::code)});
        let all: Vec<Value> = differences.iter().map(|d| json!({
            "code": d.rule.code, "change": d.change.code(), "title": {"da": d.rule.title.da, "en": d.rule.title.en},
            "before": d.before.iter().map(|v| VersionForm::from(*v)).collect::<Vec<_>>(),
            "after": d.after.iter().map(|v| VersionForm::from(*v)).collect::<Vec<_>>(),
        })).collect();
        object("law-diff", spec, json!({"differences": all}))
    } else if differences.is_empty() {
        lang.pick("Ingen forskel.\n", "No difference.\n").to_owned()
    } else {
        differences.iter().map(|d| difference_text(d, lang)).collect()
    };
    put(text.as_bytes(), None).map(|()| 0)
}

fn difference_text(d: &Difference<'_>, lang: Lang) -> String {
    let mut out = format!("{}: {} · {}\n", d.change.label(lang).to_uppercase(), d.rule.title.say(lang), d.rule.code);
    for (label, versions) in [(lang.pick("før ", "old "), &d.before), (lang.pick("nu  ", "new "), &d.after)] {
        for v in versions {
            let mark = if v.checked.mark == Mark::Verified {
                String::new()
            } else {
                format!(" [{}]", v.checked.mark.label(lang))
            };
            out.push_str(&format!("  {label} {}  {}{mark}\n", v.text.say(lang), v.cite.say()));
        }
    }
    let means = d.after.first().or(d.before.first()).map_or("", |v| v.means.say(lang));
    let label = if d.after.is_empty() { lang.pick("bortfalder", "lapses") } else { lang.pick("dagen", "the day") };
    out.push_str(&format!("  {label}: {means}\n\n"));
    out
}
