//! Every case, a page at a time, for answers about a whole caseload.

use crate::db::Registry;
use crate::error::RegistryError;
use crate::journal::{citizen_id, parse};
use crate::looks::Look;
use sqlx::Row;
use timeline::Journey;

/// Cases in a page: few enough to hold, many enough that round trips do not matter.
const PAGE: i64 = 500;

impl Registry {
    /// Every case in the order of the database, without CPR numbers. A look is kept for each case of a page before any of
    /// it is shown. `each` hears a journey at a time.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn every_journey(&self, look: &Look, mut each: impl FnMut(Journey)) -> Result<u64, RegistryError> {
        let (mut done, mut after): (u64, Option<i64>) = (0, None);
        loop {
            let page = sqlx::query("SELECT id FROM citizen WHERE id > $1 OR $2 = 1 ORDER BY id LIMIT $3")
                .bind(after.unwrap_or(0))
                .bind(i64::from(after.is_none()))
                .bind(PAGE)
                .fetch_all(&self.read)
                .await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { break };
            let (low, high): (i64, i64) = (first.try_get(0)?, last.try_get(0)?);
            sqlx::query(
                "INSERT INTO look (citizen, at_ms, who, what, reason) \
                 SELECT id, $1, $2, $3, $4 FROM citizen WHERE id >= $5 AND id <= $6",
            )
            .bind(look.at.as_millisecond())
            .bind(look.who.clone())
            .bind(look.what.clone())
            .bind(look.reason.clone())
            .bind(low)
            .bind(high)
            .execute(&self.write)
            .await?;
            let rows = sqlx::query(
                "SELECT c.name, c.born, c.sex, c.municipality, c.prefers, j.seq, j.fact, c.id \
                 FROM citizen c LEFT JOIN journal j ON j.citizen = c.id WHERE c.id >= $1 AND c.id <= $2 \
                 ORDER BY c.id, j.seq",
            )
            .bind(low)
            .bind(high)
            .fetch_all(&self.read)
            .await?;
            let mut journey: Option<Journey> = None;
            for row in &rows {
                let citizen = citizen_id(row.try_get(7)?);
                if journey.as_ref().is_none_or(|j| j.citizen != citizen) {
                    let next = Journey { person: Some(crate::citizens::person(row)?), ..Journey::new(citizen) };
                    if let Some(whole) = journey.replace(next) {
                        each(whole);
                        done += 1;
                    }
                }
                if let (Some(text), Some(journey)) = (row.try_get::<Option<String>, _>(6)?, journey.as_mut()) {
                    journey.facts.push(parse(citizen, row.try_get(5)?, &text)?);
                }
            }
            if let Some(whole) = journey {
                each(whole);
                done += 1;
            }
            after = Some(high);
        }
        Ok(done)
    }
}
