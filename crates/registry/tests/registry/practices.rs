//! Descriptions of practice: written, changed, taken back and undone, on each engine.

use crate::common::{on_each_engine, open, raw, sql};
use registry::{Description, RegistryError};
use testkit::moment;

fn says(title: &str) -> Description {
    Description {
        unit: "Team Udvikling Syd".into(),
        group: "6.3".into(),
        method: "ordinaere-timer".into(),
        title: title.into(),
        contact: "Mette Krag, lokal 12".into(),
        does: "Timer fra den første uge".into(),
        for_whom: "Borgere, der gerne vil".into(),
        learned: "Små timer er også timer".into(),
        failed: "Lange forløb uden en arbejdsgiver".into(),
    }
}

#[test]
fn a_description_is_found_until_it_is_changed_or_taken_back_and_nothing_is_lost() {
    on_each_engine(async |db| {
        let registry = open(db).await;
        assert_eq!(registry.practices().await.unwrap(), []);
        let first = registry.write_practice(&says("Timer først"), None, "r-01", moment(1)).await.unwrap();
        let other = registry.write_practice(&says("Mentor"), None, "r-02", moment(2)).await.unwrap();
        let titles =
            async || -> Vec<String> { registry.practices().await.unwrap().into_iter().map(|n| n.says.title).collect() };
        assert_eq!(titles().await, ["Mentor", "Timer først"], "the newest first");
        let changed = registry.write_practice(&says("Timer fra dag ét"), Some(first), "r-03", moment(3)).await.unwrap();
        assert_eq!(titles().await, ["Timer fra dag ét", "Mentor"]);
        let raced = registry.write_practice(&says("Samtidig"), Some(first), "r-04", moment(4)).await;
        assert!(matches!(raced, Err(RegistryError::Raced)), "only one may take its place: {raced:?}");
        let taken = registry.withdraw_practice(changed, "r-03", moment(5)).await.unwrap();
        assert_eq!(titles().await, ["Mentor"]);
        let old = registry.practice(taken).await.unwrap().unwrap();
        assert!(old.withdrawn && old.replaces == Some(changed));
        registry.write_practice(&old.says, Some(taken), "r-03", moment(6)).await.unwrap();
        assert_eq!(titles().await, ["Timer fra dag ét", "Mentor"], "undone");
        assert_eq!(
            registry.practice(first).await.unwrap().unwrap().says,
            says("Timer først"),
            "the first is still there"
        );
        assert!(matches!(registry.withdraw_practice(99, "r-01", moment(7)).await, Err(RegistryError::Raced)));
        let mut past = raw(db.url()).await;
        for act in ["UPDATE practice SET title = 'x'".to_owned(), format!("DELETE FROM practice WHERE id = {other}")] {
            assert!(sql(&mut past, &act).await.is_err(), "{act}: descriptions are only added to");
        }
    });
}
