//! `registry init | verify | backup | restore | export | import`.

use super::{Context, today, zone};
use crate::args::{ExportFormat, Format, RegistryCommand, Where};
use crate::failure::Failure;
use crate::output::{Whole, bar, put};
use ::registry::{ImportReport, Imported, Registry, RegistryError, read_workbook, workbook_sheets};
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;
use tables::{Sheet, read_any, read_csv};
use timeline::{Journey, Lang};

pub(crate) async fn run(context: &Context, command: RegistryCommand) -> Result<u8, Failure> {
    match command {
        RegistryCommand::Init { at } => {
            open(context, at).await?.close().await;
            context.say("Registret er klar.", "The registry is ready.");
            Ok(0)
        }
        RegistryCommand::Verify { at, format } => verify(context, at, format).await,
        RegistryCommand::Backup { at, out } => backup(context, at, &out).await,
        RegistryCommand::Restore { at, from } => restore(context, at, &from).await,
        RegistryCommand::Export { at, format, out } => export(context, at, format, &out).await,
        RegistryCommand::Import { at, from, dry_run, format } => import(context, at, &from, dry_run, format).await,
    }
}

async fn open(context: &Context, at: Where) -> Result<Registry, Failure> {
    Ok(Registry::open(&context.registry_url(at.registry)?, context.vault()?).await?)
}

/// For commands that only read: they make no registry.
async fn existing(context: &Context, at: Where) -> Result<Registry, Failure> {
    Ok(Registry::open_existing(&context.registry_url(at.registry)?, context.vault()?).await?)
}

async fn verify(context: &Context, at: Where, format: Format) -> Result<u8, Failure> {
    let registry = existing(context, at).await?;
    let cases = registry.count().await?;
    let progress = bar(cases, context.lang.pick("Efterprøver sager", "Checking cases"), context.quiet);
    let verified = registry.verify(|n| progress.set_position(n)).await?;
    progress.finish_and_clear();
    let text = match format {
        Format::Json => {
            let faults: Vec<_> = verified
                .faults
                .iter()
                .map(|f| json!({"citizen": f.citizen.to_string(), "fact": f.seq, "what": f.what}))
                .collect();
            let object = json!({
                "schema": "traedesten/verify/1",
                "spec": {"program": env!("CARGO_PKG_VERSION")},
                "warnings": [],
                "cases": verified.cases, "facts": verified.facts, "faults": faults,
            });
            format!("{object:#}\n")
        }
        Format::Text => {
            let mut text = context.lang.pick(
                format!("{} sager, {} oplysninger efterprøvet.\n", verified.cases, verified.facts),
                format!("{} cases, {} facts checked.\n", verified.cases, verified.facts),
            );
            for f in &verified.faults {
                let (da, en) = (
                    format!("Sag {}, oplysning {}: kæden holder ikke ({})\n", f.citizen, f.seq, f.what),
                    format!("Case {}, fact {}: the chain does not hold ({})\n", f.citizen, f.seq, f.what),
                );
                text.push_str(&context.lang.pick(da, en));
            }
            if verified.faults.is_empty() {
                text.push_str(context.lang.pick("Alle kæder holder.\n", "All chains hold.\n"));
            }
            text
        }
    };
    put(text.as_bytes(), None)?;
    Ok(u8::from(!verified.faults.is_empty()))
}

async fn backup(context: &Context, at: Where, out: &Path) -> Result<u8, Failure> {
    let registry = existing(context, at).await?;
    let mut file = Whole::new(out)?;
    let report = registry.backup(&mut file).await?;
    file.finish()?;
    context.say(
        &format!(
            "{} sager, {} oplysninger, {} kig og {} beskrivelser af praksis gemt. CPR-numre er forseglede; gem nøglen et andet sted.",
            report.cases, report.facts, report.looks, report.practices
        ),
        &format!(
            "{} cases, {} facts, {} looks and {} descriptions of practice written. CPR numbers are sealed; keep the key elsewhere.",
            report.cases, report.facts, report.looks, report.practices
        ),
    );
    Ok(0)
}

async fn restore(context: &Context, at: Where, from: &Path) -> Result<u8, Failure> {
    let file = File::open(from).map_err(|e| Failure::file(from, &e))?;
    let registry = open(context, at).await?;
    let report = registry.restore(&mut BufReader::new(file), today()).await?;
    context.say(
        &format!("{} sager og {} oplysninger gendannet; alle kæder holder.", report.cases, report.facts),
        &format!("{} cases and {} facts restored; all chains hold.", report.cases, report.facts),
    );
    Ok(0)
}

async fn export(context: &Context, at: Where, format: ExportFormat, out: &Path) -> Result<u8, Failure> {
    let registry = existing(context, at).await?;
    let total = registry.count().await?;
    let progress = bar(total, context.lang.pick("Henter sager", "Taking cases out"), context.quiet);
    let at = jiff::Timestamp::now();
    let mut left_out = 0;
    let cases = match format {
        ExportFormat::Json => {
            let mut file = Whole::new(out)?;
            let write = |journey: Journey| {
                progress.inc(1);
                let line = serde_json::to_string(&journey).map_err(|e| RegistryError::CannotOpen(e.to_string()))?;
                writeln!(file, "{line}").map_err(|e| match e.kind() {
                    std::io::ErrorKind::StorageFull => RegistryError::Full,
                    _ => RegistryError::CannotOpen(e.to_string()),
                })
            };
            let cases = registry.export("command line", at, write).await?;
            file.finish()?;
            cases
        }
        ExportFormat::Xlsx | ExportFormat::Csv => {
            let mut journeys = Vec::new();
            let cases = registry
                .export("command line", at, |j| {
                    progress.inc(1);
                    journeys.push(j);
                    Ok(())
                })
                .await?;
            let (sheets, out_of_book) = workbook_sheets(&journeys);
            left_out = out_of_book;
            write_sheets(&sheets, format, out)?;
            cases
        }
    };
    progress.finish_and_clear();
    context.say(
        &format!("{cases} sager skrevet, uden CPR-numre."),
        &format!("{cases} cases written, without CPR numbers."),
    );
    if left_out > 0 {
        context.say(
            &format!("{left_out} oplysninger har ingen række i et regneark (forsøg, samtykker m.m.); brug --format json for alt."),
            &format!("{left_out} facts have no row in a workbook (experiments, consents and so on); use --format json for everything."),
        );
    }
    Ok(0)
}

fn write_sheets(
    sheets: &[(&'static str, Vec<tables::Column>, Vec<Vec<tables::Value>>); 2],
    format: ExportFormat,
    out: &Path,
) -> Result<(), Failure> {
    if format == ExportFormat::Xlsx {
        let pages: Vec<_> = sheets.iter().map(|(n, c, r)| (*n, c.as_slice(), r.as_slice())).collect();
        let book = tables::write_xlsx(&pages).map_err(|e| Failure::surroundings(e.to_string()))?;
        return put(&book, Some(out));
    }
    std::fs::create_dir_all(out).map_err(|e| Failure::file(out, &e))?;
    for (name, columns, rows) in sheets {
        put(&tables::write_csv(columns, rows), Some(&out.join(format!("{}.csv", name.to_lowercase()))))?;
    }
    Ok(())
}

/// Read what there is to import.
fn read(from: &Path, lang: Lang) -> Result<Imported, Failure> {
    let bytes = |path: &Path| std::fs::read(path).map_err(|e| Failure::file(path, &e));
    let sheets: Vec<Sheet> = if from.is_dir() {
        ["borgere.csv", "oplysninger.csv"]
            .into_iter()
            .map(|name| read_csv(name, &bytes(&from.join(name))?).map_err(|e| Failure::input(e.to_string())))
            .collect::<Result<_, _>>()?
    } else {
        let content = bytes(from)?;
        if !content.starts_with(b"PK\x03\x04") {
            let text = String::from_utf8(content).map_err(|_| {
                Failure::input(lang.pick(
                    "Filen er hverken et regneark eller tekst i UTF-8.",
                    "The file is neither a workbook nor text in UTF-8.",
                ))
            })?;
            return Imported::from_json_lines(&text)
                .map_err(|faults| Failure::Input(faults.iter().map(|f| f.say(lang)).collect()));
        }
        let name = from.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        read_any(&name, &content).map_err(|e| Failure::input(e.to_string()))?
    };
    read_workbook(&sheets, today(), lang).map_err(Failure::Input)
}

async fn import(context: &Context, at: Where, from: &Path, dry_run: bool, format: Format) -> Result<u8, Failure> {
    let imported = read(from, context.lang)?;
    let lang = context.lang;
    let progress =
        bar(imported.journeys.len() as u64, lang.pick("Lægger sager ind", "Bringing cases in"), context.quiet);
    let url = context.registry_url(at.registry)?;
    // A dry run makes no registry: where there is none yet, the file alone is checked.
    let registry = match (dry_run, Registry::open_existing(&url, context.vault()?).await) {
        (true, Err(RegistryError::CannotOpen(_))) => None,
        (true, registry) => Some(registry?),
        (false, Ok(registry)) => Some(registry),
        (false, Err(_)) => Some(Registry::open(&url, context.vault()?).await?),
    };
    let report = match registry {
        Some(registry) => registry.import(&imported, today(), dry_run, |n| progress.set_position(n)).await?,
        None => imported.report(),
    };
    progress.finish_and_clear();
    let text = match format {
        Format::Json => {
            let kinds: serde_json::Map<String, serde_json::Value> =
                report.kinds.iter().map(|(k, n)| (k.clone(), json!(n))).collect();
            let at = jiff::Timestamp::now().to_zoned(zone()).to_string();
            let object = json!({
                "schema": "traedesten/import/1",
                "spec": {"program": env!("CARGO_PKG_VERSION"), "at": at, "dry_run": dry_run},
                "warnings": warnings(&report, Lang::En),
                "cases": report.cases, "facts": report.facts, "kinds": kinds,
            });
            format!("{object:#}\n")
        }
        Format::Text => {
            let done = match (dry_run, context.lang) {
                (true, Lang::Da) => "kan lægges ind (prøvekørsel, intet er gemt)",
                (false, Lang::Da) => "lagt ind",
                (true, Lang::En) => "can be brought in (dry run, nothing is kept)",
                (false, Lang::En) => "brought in",
            };
            let mut text = format!(
                "{} {}, {} {} {done}.\n",
                report.cases,
                context.lang.pick("sager", "cases"),
                report.facts,
                context.lang.pick("oplysninger", "facts")
            );
            for (kind, n) in &report.kinds {
                text.push_str(&format!("  {kind:<20} {n:>9}\n"));
            }
            for warning in warnings(&report, context.lang) {
                text.push_str(&format!("{warning}\n"));
            }
            text
        }
    };
    put(text.as_bytes(), None).map(|()| 0)
}

fn warnings(report: &ImportReport, lang: Lang) -> Vec<String> {
    if report.control_digit.is_empty() {
        return Vec::new();
    }
    let some: Vec<String> = report.control_digit.iter().take(10).map(ToString::to_string).collect();
    let n = report.control_digit.len();
    vec![lang.pick(
        format!("{n} CPR-numre har et kontrolciffer, der ikke passer. Det er tilladt siden 2007, men se efter tastefejl, række {}.", some.join(", ")),
        format!("{n} CPR numbers have a control digit that does not fit. That is allowed since 2007, but look for typing errors, row {}.", some.join(", ")),
    )]
}
