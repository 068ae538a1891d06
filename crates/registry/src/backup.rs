//! A whole registry in a file, the same for both engines: a backup of one can be restored into the other.
//!
//! JSON lines. The first says what it is; then people, sealed CPR numbers, facts with their hashes, looks, and
//! descriptions of practice; the last counts the lines and carries a SHA-256 over all before it. CPR numbers stay sealed:
//! keep the key elsewhere.

use crate::caseload::write_row;
use crate::db::Registry;
use crate::error::RegistryError;
use crate::journal::{citizen_id, column, genesis, link, load, says};
use crate::practices::{Description, PracticeNote};
use crate::search::write_words;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Any, Row, Transaction};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use timeline::{CitizenId, Date};

const FORMAT: &str = "traedesten/backup/1";

#[derive(Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Start {
        format: String,
    },
    Citizen {
        id: CitizenId,
        name: String,
        born: Option<String>,
        sex: Option<String>,
        municipality: Option<String>,
        prefers: Option<String>,
    },
    Cpr {
        citizen: CitizenId,
        sealed: String,
        lookup: String,
    },
    Fact {
        citizen: CitizenId,
        seq: i64,
        learned: String,
        kind: String,
        replaces: Option<i64>,
        fact: String,
        hash: String,
    },
    Look {
        citizen: CitizenId,
        at_ms: i64,
        who: String,
        what: String,
        reason: Option<String>,
    },
    Practice {
        id: i64,
        at_ms: i64,
        who: String,
        replaces: Option<i64>,
        withdrawn: bool,
        says: Description,
    },
    End {
        lines: u64,
        sha256: String,
    },
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// Cases.
    pub cases: u64,
    /// Facts.
    pub facts: u64,
    /// Looks.
    pub looks: u64,
    /// Descriptions of practice, with those that were replaced.
    pub practices: u64,
}

/// What was restored.
pub type RestoreReport = BackupReport;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let even = text.len().is_multiple_of(2) && text.is_ascii();
    even.then(|| (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect()).flatten()
}

struct Out<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
    lines: u64,
}

impl Out<'_> {
    fn put(&mut self, line: &Line) -> Result<(), RegistryError> {
        let mut text = serde_json::to_string(line).map_err(|e| RegistryError::CannotOpen(e.to_string()))?;
        text.push('\n');
        self.hash.update(text.as_bytes());
        self.lines += 1;
        self.to.write_all(text.as_bytes()).map_err(|e| write_error(&e))
    }
}

fn write_error(error: &std::io::Error) -> RegistryError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => RegistryError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => RegistryError::ReadOnly,
        _ => RegistryError::CannotOpen(error.to_string()),
    }
}

impl Registry {
    /// Write everything to `to`, as it stood at one moment.
    ///
    /// # Errors
    /// What the database or the file may say.
    pub async fn backup(&self, to: &mut (dyn Write + Send)) -> Result<BackupReport, RegistryError> {
        let mut report = BackupReport::default();
        let mut out = Out { to, hash: Sha256::new(), lines: 0 };
        out.put(&Line::Start { format: FORMAT.to_owned() })?;
        let mut tx = self.begin().await?;
        if self.engine == crate::Engine::Postgres {
            sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
        }
        let people = sqlx::query("SELECT id, name, born, sex, municipality, prefers FROM citizen ORDER BY id")
            .fetch_all(&mut *tx)
            .await?;
        for row in &people {
            report.cases += 1;
            out.put(&Line::Citizen {
                id: citizen_id(row.try_get(0)?),
                name: row.try_get(1)?,
                born: row.try_get(2)?,
                sex: row.try_get(3)?,
                municipality: row.try_get(4)?,
                prefers: row.try_get(5)?,
            })?;
        }
        for row in sqlx::query("SELECT citizen, sealed, lookup FROM cpr ORDER BY citizen").fetch_all(&mut *tx).await? {
            out.put(&Line::Cpr {
                citizen: citizen_id(row.try_get(0)?),
                sealed: hex(&row.try_get::<Vec<u8>, _>(1)?),
                lookup: hex(&row.try_get::<Vec<u8>, _>(2)?),
            })?;
        }
        for person in &people {
            let id: i64 = person.try_get(0)?;
            let facts = sqlx::query(
                "SELECT seq, learned, kind, replaces, fact, hash FROM journal WHERE citizen = $1 ORDER BY seq",
            )
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
            for row in &facts {
                report.facts += 1;
                out.put(&Line::Fact {
                    citizen: citizen_id(id),
                    seq: row.try_get(0)?,
                    learned: row.try_get(1)?,
                    kind: row.try_get(2)?,
                    replaces: row.try_get(3)?,
                    fact: row.try_get(4)?,
                    hash: hex(&row.try_get::<Vec<u8>, _>(5)?),
                })?;
            }
        }
        for row in sqlx::query("SELECT citizen, at_ms, who, what, reason FROM look ORDER BY at_ms, citizen")
            .fetch_all(&mut *tx)
            .await?
        {
            report.looks += 1;
            out.put(&Line::Look {
                citizen: citizen_id(row.try_get(0)?),
                at_ms: row.try_get(1)?,
                who: row.try_get(2)?,
                what: row.try_get(3)?,
                reason: row.try_get(4)?,
            })?;
        }
        for note in crate::practices::every(&mut tx).await? {
            report.practices += 1;
            let PracticeNote { id, at, who, replaces, withdrawn, says } = note;
            out.put(&Line::Practice { id, at_ms: at.as_millisecond(), who, replaces, withdrawn, says })?;
        }
        tx.rollback().await?;
        let end = Line::End { lines: out.lines, sha256: hex(&out.hash.clone().finalize()) };
        out.put(&end)?;
        out.to.flush().map_err(|e| write_error(&e))?;
        Ok(report)
    }

    /// Fill an empty registry from a backup: all of it, or nothing. Chains and the file's own sum are checked on the way.
    ///
    /// # Errors
    /// [`RegistryError::NotEmpty`], or the line that is wrong.
    pub async fn restore(&self, from: &mut (dyn BufRead + Send), today: Date) -> Result<RestoreReport, RegistryError> {
        let mut tx = self.begin().await?;
        let any = sqlx::query("SELECT id FROM citizen LIMIT 1").fetch_optional(&mut *tx).await?;
        if any.is_some() {
            return Err(RegistryError::NotEmpty);
        }
        let mut state = Restore::default();
        let mut text = String::new();
        let mut number = 0;
        loop {
            text.clear();
            number += 1;
            let wrong = |what: String| RegistryError::File { line: number, what };
            let read = from.read_line(&mut text).map_err(|e| wrong(e.to_string()))?;
            if read == 0 {
                return Err(wrong("the file stops before its last line; the backup is cut off".to_owned()));
            }
            let line: Line = serde_json::from_str(&text).map_err(|e| wrong(format!("not a line of a backup: {e}")))?;
            if number == 1 && !matches!(&line, Line::Start { format } if format == FORMAT) {
                return Err(wrong(format!("the first line should say {FORMAT}")));
            }
            if let Line::End { lines, sha256 } = line {
                if lines != number as u64 - 1 || sha256 != hex(&state.sum.clone().finalize()) {
                    return Err(wrong("the sum does not fit; the file was changed or damaged".to_owned()));
                }
                text.clear();
                if from.read_line(&mut text).is_ok_and(|n| n == 0) {
                    break;
                }
                let what = "something follows the last line; are two backups in one file?".to_owned();
                return Err(RegistryError::File { line: number + 1, what });
            }
            state.sum.update(text.as_bytes());
            state.take(&mut tx, line).await.map_err(|e| match e {
                RegistryError::File { what, .. } => wrong(what),
                RegistryError::Database(db)
                    if db
                        .as_database_error()
                        .is_some_and(|d| d.is_unique_violation() || d.is_foreign_key_violation()) =>
                {
                    wrong("it says something a second time, or of a citizen not named before".to_owned())
                }
                other => other,
            })?;
        }
        for (id, (seq, hash)) in &state.heads {
            sqlx::query("INSERT INTO head (citizen, seq, hash) VALUES ($1, $2, $3)")
                .bind(column(*id))
                .bind(*seq)
                .bind(hash.clone())
                .execute(&mut *tx)
                .await?;
            let journey = load(&mut tx, *id).await?;
            write_row(&mut tx, &journey, today).await?;
        }
        tx.commit().await?;
        self.analyse().await;
        Ok(state.report)
    }
}

#[derive(Default)]
struct Restore {
    sum: Sha256,
    report: RestoreReport,
    heads: BTreeMap<CitizenId, (i64, Vec<u8>)>,
}

impl Restore {
    async fn take(&mut self, tx: &mut Transaction<'_, Any>, line: Line) -> Result<(), RegistryError> {
        let wrong = |what: &str| RegistryError::File { line: 0, what: what.to_owned() };
        match line {
            Line::Start { .. } | Line::End { .. } => {}
            Line::Citizen { id, name, born, sex, municipality, prefers } => {
                self.report.cases += 1;
                sqlx::query(
                    "INSERT INTO citizen (id, name, born, sex, municipality, prefers) VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(column(id))
                .bind(name.clone())
                .bind(born)
                .bind(sex)
                .bind(municipality)
                .bind(prefers)
                .execute(&mut **tx)
                .await?;
                write_words(tx, id, &name).await?;
                self.heads.insert(id, (0, genesis(id)));
            }
            Line::Cpr { citizen, sealed, lookup } => {
                let (Some(sealed), Some(lookup)) = (unhex(&sealed), unhex(&lookup)) else {
                    return Err(wrong("sealed and lookup should be hexadecimal digits"));
                };
                sqlx::query("INSERT INTO cpr (citizen, sealed, lookup) VALUES ($1, $2, $3)")
                    .bind(column(citizen))
                    .bind(sealed)
                    .bind(lookup)
                    .execute(&mut **tx)
                    .await?;
            }
            Line::Fact { citizen, seq, learned, kind, replaces, fact, hash } => {
                self.report.facts += 1;
                let head = self.heads.get_mut(&citizen).ok_or_else(|| wrong("a fact of a citizen not named before"))?;
                let next = link(&head.1, &fact);
                if seq != head.0 + 1 || unhex(&hash).as_ref() != Some(&next) {
                    return Err(wrong("the chain of the case breaks at this fact"));
                }
                if !says(citizen, seq, &fact, &learned, &kind, replaces) {
                    return Err(wrong("the columns beside the fact do not say what it says"));
                }
                sqlx::query(
                    "INSERT INTO journal (citizen, seq, learned, kind, replaces, fact, hash) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(column(citizen))
                .bind(seq)
                .bind(learned)
                .bind(kind)
                .bind(replaces)
                .bind(fact)
                .bind(next.clone())
                .execute(&mut **tx)
                .await?;
                *head = (seq, next);
            }
            Line::Practice { id, at_ms, who, replaces, withdrawn, says } => {
                self.report.practices += 1;
                let at = jiff::Timestamp::from_millisecond(at_ms).map_err(|_| wrong("at_ms is no moment"))?;
                let note = PracticeNote { id, at, who, replaces, withdrawn, says };
                crate::practices::write_row(tx, &note).await?;
            }
            Line::Look { citizen, at_ms, who, what, reason } => {
                self.report.looks += 1;
                sqlx::query("INSERT INTO look (citizen, at_ms, who, what, reason) VALUES ($1, $2, $3, $4, $5)")
                    .bind(column(citizen))
                    .bind(at_ms)
                    .bind(who)
                    .bind(what)
                    .bind(reason)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(())
    }
}
