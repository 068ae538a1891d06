//! The caseload: a line per case, in bands that can be counted, sorted and filtered.

use crate::db::{Engine, Registry, placeholders};
use crate::error::RegistryError;
use crate::journal::{citizen_id, column};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use timeline::{Channel, CitizenId, Date, Holder, Journey, NextWhat, Summary, WeekState};

pub mod bands;
mod facets;

pub use bands::{CaseFlag, Facet};
pub use facets::{FacetCounts, FacetIndex};

/// Lines on a page.
pub const PAGE_SIZE: u64 = 50;

/// Stands for "no date" where dates are sorted: after every real one.
const NEVER: &str = "9999-12-31";

/// What to sort by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Next dated thing first, then the longest silence.
    #[default]
    Next,
    /// Name.
    Name,
    /// Weeks supported.
    Weeks,
    /// Last talk.
    Talk,
    /// Ordinary hours in four weeks.
    Hours,
    /// Adviser.
    Adviser,
}

impl Sort {
    /// Every order, with its word in addresses.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Next, "naeste"),
        (Self::Name, "navn"),
        (Self::Weeks, "uger"),
        (Self::Talk, "samtale"),
        (Self::Hours, "timer"),
        (Self::Adviser, "raadgiver"),
    ];

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Next => &["next_on", "last_talk", "citizen"],
            Self::Name => &["name_key", "citizen"],
            Self::Weeks => &["weeks", "citizen"],
            Self::Talk => &["last_talk", "citizen"],
            Self::Hours => &["hours_tenths", "citizen"],
            Self::Adviser => &["adviser_name", "citizen"],
        }
    }
}

/// Which lines, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// A band of each of some facets; all must fit.
    pub facets: Vec<(Facet, String)>,
    /// All must be set.
    pub flags: Vec<CaseFlag>,
    /// Order.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
    /// Page, counted from 0.
    pub page: u64,
}

/// A line of the caseload.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseRow {
    /// The case.
    pub citizen: CitizenId,
    /// Name.
    pub name: String,
    /// Code of the target group; empty where none.
    pub group: String,
    /// Code of the benefit; empty where none.
    pub benefit: String,
    /// First day of the run of supported days.
    pub since: Option<Date>,
    /// Weeks in it.
    pub weeks: u32,
    /// Last held talk.
    pub last_talk: Option<Date>,
    /// Its form and holder.
    pub last_form: Option<(Channel, Holder)>,
    /// Next dated thing.
    pub next_on: Option<Date>,
    /// What it is, as [`bands::next_code`] writes it.
    pub next_what: String,
    /// Code of the offer now; empty where none.
    pub offer: String,
    /// Its last day.
    pub offer_to: Option<Date>,
    /// Ordinary hours in the last four weeks.
    pub hours: f64,
    /// Band of progression: `op`, `lige`, `ned` or empty.
    pub progress: String,
    /// Caseworker's name; empty where none.
    pub adviser: String,
    /// What the last 26 weeks were spent on.
    pub weeks_26: Vec<WeekState>,
    /// Flags, see [`CaseFlag`].
    pub flags: i64,
}

const COLUMNS: &str = "l.citizen, l.name, l.f_group, l.f_benefit, l.since, l.weeks, l.last_talk, l.last_form, l.next_on, \
     l.next_what, l.f_offer, l.offer_to, l.hours_tenths, l.f_progress, l.adviser_name, l.weeks_26, l.flags";

impl Registry {
    /// A page of lines. `total` is how many fit the query, where the caller knows: pages beyond the middle are then
    /// read from the other end.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn caseload(&self, query: &CaseQuery, total: Option<u64>) -> Result<Vec<CaseRow>, RegistryError> {
        self.lines(query, query.page.saturating_mul(PAGE_SIZE), PAGE_SIZE, total).await
    }

    /// The cases before and after place `index` (counted from 0) of a list.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn neighbours(
        &self,
        query: &CaseQuery,
        index: u64,
    ) -> Result<(Option<CitizenId>, Option<CitizenId>), RegistryError> {
        let first = index.saturating_sub(1);
        let rows = self.lines(query, first, index - first + 2, None).await?;
        let at = |place: u64| rows.get(place as usize).map(|r| r.citizen);
        Ok((if index > 0 { at(0) } else { None }, at(index - first + 1)))
    }

    async fn lines(
        &self,
        query: &CaseQuery,
        mut skip: u64,
        mut take: u64,
        total: Option<u64>,
    ) -> Result<Vec<CaseRow>, RegistryError> {
        // What no database counts to is not there.
        if i64::try_from(skip).is_err() {
            return Ok(Vec::new());
        }
        let mut backwards = false;
        if let Some(total) = total {
            take = take.min(total.saturating_sub(skip));
            if take == 0 {
                return Ok(Vec::new());
            }
            if skip > total / 2 {
                backwards = true;
                skip = total - skip - take;
            }
        }
        let order = |table: &str, reverse: bool| -> String {
            let way = if query.descending == reverse { "" } else { " DESC" };
            let columns: Vec<String> = query.sort.columns().iter().map(|c| format!("{table}.{c}{way}")).collect();
            columns.join(", ")
        };
        let mut conditions = Vec::new();
        for (i, (facet, _)) in query.facets.iter().enumerate() {
            conditions.push(format!("k.{} = ${}", facet.column(), i + 1));
        }
        let flags: i64 = query.flags.iter().fold(0, |bits, f| bits | f.bit());
        if flags != 0 {
            conditions.push(format!("(k.flags & {flags}) = {flags}"));
        }
        if query.facets.iter().any(|(_, band)| band.contains('\0')) {
            return Ok(Vec::new());
        }
        let filter = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        // The page is found in a covering index first; whole lines are fetched for its fifty cases only.
        let sql = format!(
            "SELECT {COLUMNS} FROM (SELECT k.citizen FROM caseload k {filter} ORDER BY {} LIMIT {take} OFFSET {skip}) p \
             JOIN caseload l ON l.citizen = p.citizen ORDER BY {}",
            order("k", backwards),
            order("l", false),
        );
        let mut rows = sqlx::query(AssertSqlSafe(sql));
        for (_, band) in &query.facets {
            rows = rows.bind(band.clone());
        }
        rows.fetch_all(&self.read).await?.iter().map(case_row).collect()
    }

    /// One line.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn case_line(&self, citizen: CitizenId) -> Result<Option<CaseRow>, RegistryError> {
        let sql = format!("SELECT {COLUMNS} FROM caseload l WHERE l.citizen = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(column(citizen)).fetch_optional(&self.read).await?;
        row.as_ref().map(case_row).transpose()
    }

    /// The band of each facet for every case, to be counted in memory.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn facet_index(&self) -> Result<FacetIndex, RegistryError> {
        let columns: Vec<&str> = Facet::ALL.iter().map(|f| f.column()).collect();
        let sql = format!("SELECT citizen, flags, {} FROM caseload", columns.join(", "));
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.read).await?;
        let mut index = FacetIndex::default();
        for row in &rows {
            let bands: Vec<String> =
                (0..Facet::ALL.len()).map(|i| row.try_get(i + 2)).collect::<Result<_, sqlx::Error>>()?;
            index.put(citizen_id(row.try_get(0)?), row.try_get(1)?, &bands);
        }
        Ok(index)
    }

    /// The bands of one case, to bring an index up to date with.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn facet_row(&self, citizen: CitizenId) -> Result<Option<(i64, Vec<String>)>, RegistryError> {
        let columns: Vec<&str> = Facet::ALL.iter().map(|f| f.column()).collect();
        let sql = format!("SELECT flags, {} FROM caseload WHERE citizen = $1", columns.join(", "));
        let Some(row) = sqlx::query(AssertSqlSafe(sql)).bind(column(citizen)).fetch_optional(&self.read).await? else {
            return Ok(None);
        };
        let bands = (0..Facet::ALL.len()).map(|i| row.try_get(i + 1)).collect::<Result<_, sqlx::Error>>()?;
        Ok(Some((row.try_get(0)?, bands)))
    }

    /// Tell the planner what the tables look like after a large import.
    pub(crate) async fn analyse(&self) {
        let sql = match self.engine {
            Engine::Sqlite => "ANALYZE",
            Engine::Postgres => "VACUUM ANALYZE caseload",
        };
        // Everything is kept already; a planner without figures is only slower.
        if let Err(error) = sqlx::query(sql).execute(&self.write).await {
            tracing::warn!(%error, "the tables could not be analysed");
        }
    }
}

fn case_row(row: &AnyRow) -> Result<CaseRow, RegistryError> {
    let day = |i: usize| -> Result<Option<Date>, RegistryError> {
        let text: Option<String> = row.try_get(i)?;
        Ok(text.filter(|t| t != NEVER && t != "0000-01-01").and_then(|t| t.parse().ok()))
    };
    let form: String = row.try_get(7)?;
    let weeks_26: String = row.try_get(15)?;
    Ok(CaseRow {
        citizen: citizen_id(row.try_get(0)?),
        name: row.try_get(1)?,
        group: row.try_get(2)?,
        benefit: row.try_get(3)?,
        since: day(4)?,
        weeks: row.try_get::<i64, _>(5)? as u32,
        last_talk: day(6)?,
        last_form: form.split_once(' ').and_then(|(c, h)| Some((Channel::from_code(c)?, Holder::from_code(h)?))),
        next_on: day(8)?,
        next_what: row.try_get(9)?,
        offer: row.try_get(10)?,
        offer_to: day(11)?,
        hours: row.try_get::<i64, _>(12)? as f64 / 10.0,
        progress: row.try_get(13)?,
        adviser: row.try_get(14)?,
        weeks_26: weeks_26.chars().map(WeekState::from_letter).collect(),
        flags: row.try_get(16)?,
    })
}

/// Small letters, with æ, ø and å after z as Danes sort them, byte by byte.
fn sort_key(name: &str) -> String {
    name.to_lowercase().replace('æ', "{").replace('ø', "|").replace('å', "}")
}

/// Columns of a line, in the order that [`write_row`] binds them.
const INSERT: &[&str] = &[
    "citizen",
    "as_of",
    "name",
    "name_key",
    "f_group",
    "f_benefit",
    "f_weeks",
    "f_talk",
    "f_due",
    "f_offer",
    "f_hours",
    "f_progress",
    "f_adviser",
    "f_unit",
    "f_shared",
    "flags",
    "since",
    "weeks",
    "last_talk",
    "last_form",
    "next_on",
    "next_what",
    "offer_to",
    "hours_tenths",
    "adviser_name",
    "weeks_26",
];

/// Write the line of a case, inside the change that alters it.
pub(crate) async fn write_row(
    tx: &mut Transaction<'_, Any>,
    journey: &Journey,
    today: Date,
) -> Result<(), RegistryError> {
    let name: String = match &journey.person {
        Some(person) => person.name.clone(),
        None => {
            let row = sqlx::query("SELECT name FROM citizen WHERE id = $1")
                .bind(column(journey.citizen))
                .fetch_one(&mut **tx)
                .await?;
            row.try_get(0)?
        }
    };
    let s = Summary::of(journey, today);
    let b = bands::of(&s);
    let updates: Vec<String> = INSERT[1..].iter().map(|c| format!("{c} = excluded.{c}")).collect();
    let sql = format!(
        "INSERT INTO caseload ({}) VALUES {} ON CONFLICT (citizen) DO UPDATE SET {}",
        INSERT.join(", "),
        placeholders(1, INSERT.len()),
        updates.join(", ")
    );
    let (adviser, adviser_name, unit) = s.adviser.clone().unwrap_or_default();
    let text = |day: Option<Date>| day.map(|d| d.to_string());
    sqlx::query(AssertSqlSafe(sql))
        .bind(column(journey.citizen))
        .bind(today.to_string())
        .bind(name.clone())
        .bind(sort_key(&name))
        .bind(s.group.map_or("", |g| g.code()))
        .bind(s.benefit.map_or("", |y| y.code()))
        .bind(b.weeks)
        .bind(b.talk)
        .bind(b.due)
        .bind(s.offer.map_or("", |(o, _)| o.code()))
        .bind(b.hours)
        .bind(b.progress)
        .bind(adviser)
        .bind(unit.unwrap_or_default())
        .bind(s.shared_with.clone().unwrap_or_default())
        .bind(b.flags)
        .bind(text(s.supported_since))
        .bind(i64::from(s.weeks))
        .bind(s.last_talk.map_or_else(|| "0000-01-01".to_owned(), |(d, ..)| d.to_string()))
        .bind(s.last_talk.map_or_else(String::new, |(_, c, h)| format!("{} {}", c.code(), h.code())))
        .bind(s.next.map_or_else(|| NEVER.to_owned(), |n| n.on.to_string()))
        .bind(s.next.map_or_else(String::new, |n| bands::next_code(n.what)))
        .bind(text(s.offer.and_then(|(_, to)| to)))
        .bind((s.hours_4_weeks * 10.0).round() as i64)
        .bind(adviser_name)
        .bind(s.weeks_26.iter().map(|w| w.letter()).collect::<String>())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What comes next, as stored in a line.
impl CaseRow {
    /// What comes next, read back.
    pub fn next(&self) -> Option<NextWhat> {
        bands::next_from(&self.next_what)
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: CaseFlag) -> bool {
        self.flags & flag.bit() != 0
    }
}
