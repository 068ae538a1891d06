//! Finding a citizen by the beginning of names.

use crate::db::{Registry, placeholders};
use crate::error::RegistryError;
use crate::journal::{citizen_id, column};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use timeline::CitizenId;

/// A citizen that was searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The case.
    pub citizen: CitizenId,
    /// Name.
    pub name: String,
    /// Day of birth.
    pub born: Option<String>,
    /// Target group, as in [`timeline::Maalgruppe::code`]; empty where none.
    pub group: String,
    /// Caseworker's name; empty where none.
    pub adviser: String,
}

/// Words of a name, small letters, accents on a, e, i, o and u taken off; æ, ø and å stay.
pub(crate) fn words(name: &str) -> Vec<String> {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| match c {
            'á' | 'à' | 'ä' | 'â' => 'a',
            'é' | 'è' | 'ë' | 'ê' => 'e',
            'í' | 'ì' | 'ï' | 'î' => 'i',
            'ó' | 'ò' | 'ö' | 'ô' => 'o',
            'ú' | 'ù' | 'ü' | 'û' => 'u',
            c => c,
        })
        .collect();
    let mut words: Vec<String> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

pub(crate) async fn write_words(
    tx: &mut Transaction<'_, Any>,
    citizen: CitizenId,
    name: &str,
) -> Result<(), RegistryError> {
    let words = words(name);
    if words.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO search_word (word, citizen) VALUES {}", placeholders(words.len(), 2));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for word in words {
        query = query.bind(word).bind(column(citizen));
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

impl Registry {
    /// Citizens whose names have words that begin with each word of `text`, by name; at most `limit`.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn search(&self, text: &str, limit: u32) -> Result<Vec<Found>, RegistryError> {
        let mut wanted = words(text);
        wanted.sort_by_key(|w| std::cmp::Reverse(w.len()));
        wanted.truncate(8);
        let Some(longest) = wanted.iter().max_by_key(|w| w.len()) else { return Ok(Vec::new()) };
        // The longest word picks the candidates from its index; the others are looked up per candidate.
        let mut conditions = String::new();
        for i in 1..wanted.len() {
            let (low, high) = (2 * i + 2, 2 * i + 3);
            conditions.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM search_word w{i} WHERE w{i}.citizen = s.citizen \
                 AND w{i}.word >= ${low} AND w{i}.word < ${high})"
            ));
        }
        let sql = format!(
            "SELECT DISTINCT c.id, c.name, c.born, l.f_group, l.adviser_name, l.name_key \
             FROM search_word s JOIN citizen c ON c.id = s.citizen JOIN caseload l ON l.citizen = c.id \
             WHERE s.word >= $1 AND s.word < $2{conditions} ORDER BY l.name_key, c.id LIMIT $3"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        query = query.bind(longest.clone()).bind(past(longest)).bind(i64::from(limit));
        for word in wanted.iter().filter(|w| *w != longest) {
            query = query.bind(word.clone()).bind(past(word));
        }
        let rows = query.fetch_all(&self.read).await?;
        rows.iter()
            .map(|row| {
                Ok(Found {
                    citizen: citizen_id(row.try_get(0)?),
                    name: row.try_get(1)?,
                    born: row.try_get(2)?,
                    group: row.try_get(3)?,
                    adviser: row.try_get(4)?,
                })
            })
            .collect()
    }
}

/// Above every word that begins with `word`.
fn past(word: &str) -> String {
    format!("{word}\u{10ffff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_hyphens_and_accents() {
        assert_eq!(words("Anne-Sofie André Ærø"), ["andre", "anne", "sofie", "ærø"]);
        assert!(words(" -- ").is_empty());
    }
}
