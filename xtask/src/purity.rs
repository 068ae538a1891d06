//! A domain room is pure when its manifest says so: no runtime, database, server or client beneath it.

use crate::run::{Outcome, output};

/// Rooms that do no input or output.
const PURE: [&str; 9] =
    ["timeline", "charts", "tables", "figures", "law", "statistics", "results", "effects", "reports"];

/// What a pure room must not stand on.
const BANNED: [&str; 9] = ["tokio", "async-std", "sqlx", "hyper", "axum", "reqwest", "ureq", "mio", "socket2"];

/// What each room may import of the others; an arrow upwards fails.
const ARROWS: [(&str, &[&str]); 13] = [
    ("timeline", &[]),
    ("charts", &[]),
    ("tables", &[]),
    ("law", &["timeline"]),
    ("statistics", &[]),
    ("results", &["figures", "law", "statistics", "timeline"]),
    ("effects", &["statistics", "timeline"]),
    ("figures", &["tables"]),
    ("population", &["figures", "tables", "timeline"]),
    ("registry", &["tables", "timeline"]),
    ("reports", &["charts"]),
    ("portal", &["charts", "figures", "law", "registry", "reports", "results", "statistics", "tables", "timeline"]),
    (
        "traedesten",
        &[
            "charts",
            "effects",
            "figures",
            "law",
            "population",
            "portal",
            "registry",
            "results",
            "statistics",
            "tables",
            "timeline",
        ],
    ),
];

pub(crate) fn check() -> Outcome {
    for room in PURE {
        let tree = output("cargo", &["tree", "--package", room, "--edges", "normal", "--prefix", "none"])?;
        let found = tree.lines().filter_map(|l| l.split(' ').next()).find(|name| BANNED.contains(name));
        if let Some(name) = found {
            return Err(format!("{room} stands on {name}; a domain room does no input or output"));
        }
    }
    for (room, allowed) in ARROWS {
        let words = ["tree", "--package", room, "--edges", "normal", "--prefix", "none", "--depth", "1"];
        let tree = output("cargo", &words)?;
        let rooms: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
        let upwards = tree
            .lines()
            .skip(1)
            .filter_map(|l| l.split(' ').next())
            .find(|name| rooms.contains(name) && !allowed.contains(name));
        if let Some(name) = upwards {
            return Err(format!("{room} imports {name}; see docs/design.md for who may import whom"));
        }
    }
    Ok(())
}
