//! Journeys in and out, as JSON lines.

use crate::db::Registry;
use crate::error::RegistryError;
use crate::journal::citizen_id;
use crate::looks::Look;
use sqlx::Row;
use timeline::{CitizenId, Date, Journey};

/// What an import holds, before or after it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Cases opened.
    pub cases: u64,
    /// Facts in them.
    pub facts: u64,
    /// Facts by kind.
    pub kinds: Vec<(String, u64)>,
    /// CPR numbers whose control digit does not fit: allowed since 2007, but worth a second look. Rows or lines.
    pub control_digit: Vec<usize>,
}

/// Journeys that were read and hold together, with where each stood in its file.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Line or row, and journey.
    pub journeys: Vec<(usize, Journey)>,
}

impl Imported {
    /// From JSON lines; an empty line is passed over.
    ///
    /// # Errors
    /// One per line that is wrong, at most 50.
    pub fn from_json_lines(text: &str) -> Result<Self, Vec<RegistryError>> {
        let (mut out, mut faults) = (Self::default(), Vec::new());
        let mut seen = std::collections::HashMap::new();
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let line_number = i + 1;
            match Journey::from_json(line) {
                Ok(journey) => {
                    if let Some(first) = seen.insert(journey.citizen, line_number) {
                        let what = format!("citizen {} stands on line {first} already", journey.citizen);
                        faults.push(RegistryError::File { line: line_number, what });
                    }
                    out.journeys.push((line_number, journey));
                }
                Err(what) => faults.push(RegistryError::File { line: line_number, what }),
            }
            if faults.len() >= 50 {
                break;
            }
        }
        if faults.is_empty() { Ok(out) } else { Err(faults) }
    }

    /// What it holds.
    pub fn report(&self) -> ImportReport {
        let mut report = ImportReport { cases: self.journeys.len() as u64, ..ImportReport::default() };
        let mut kinds = std::collections::BTreeMap::new();
        for (place, journey) in &self.journeys {
            report.facts += journey.facts.len() as u64;
            for fact in &journey.facts {
                *kinds.entry(fact.event.kind().to_owned()).or_insert(0) += 1;
            }
            let cpr = journey.person.as_ref().and_then(|p| p.cpr);
            if cpr.is_some_and(|c| !c.passes_modulus_11()) {
                report.control_digit.push(*place);
            }
        }
        report.kinds = kinds.into_iter().collect();
        report
    }
}

impl Registry {
    /// Keep all journeys in one transaction, or none. `dry_run` does everything but keep them. `progress` hears how many
    /// are done.
    ///
    /// # Errors
    /// The first that cannot be kept, by line or row.
    pub async fn import(
        &self,
        imported: &Imported,
        today: Date,
        dry_run: bool,
        mut progress: impl FnMut(u64),
    ) -> Result<ImportReport, RegistryError> {
        let mut tx = self.begin().await?;
        for (i, (place, journey)) in imported.journeys.iter().enumerate() {
            self.add_case(&mut tx, journey, today).await.map_err(|e| {
                if e.is_surroundings() { e } else { RegistryError::File { line: *place, what: e.to_string() } }
            })?;
            progress(i as u64 + 1);
        }
        if dry_run {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
            self.analyse().await;
        }
        Ok(imported.report())
    }

    /// Every case in order of id, a page at a time, without CPR numbers; each export is logged as a look.
    ///
    /// # Errors
    /// What the database may say, or what `each` says.
    pub async fn export(
        &self,
        who: &str,
        at: jiff::Timestamp,
        mut each: impl FnMut(Journey) -> Result<(), RegistryError>,
    ) -> Result<u64, RegistryError> {
        let mut done = 0;
        for citizen in self.citizens().await? {
            let look = Look { at, who: who.to_owned(), what: "export".to_owned(), reason: None };
            self.log_look(citizen, &look).await?;
            each(self.journey(citizen).await?)?;
            done += 1;
        }
        Ok(done)
    }

    /// Ids of all cases, in order.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn citizens(&self) -> Result<Vec<CitizenId>, RegistryError> {
        let rows = sqlx::query("SELECT id FROM citizen ORDER BY id").fetch_all(&self.read).await?;
        let mut ids: Vec<CitizenId> =
            rows.iter().map(|r| Ok(citizen_id(r.try_get(0)?))).collect::<Result<_, RegistryError>>()?;
        ids.sort_unstable();
        Ok(ids)
    }
}
