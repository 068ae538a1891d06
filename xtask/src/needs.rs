//! What tests need from outside, installed where it is missing: Debian packages as root, else a line that helps.

use crate::run::{Outcome, output, with};
use std::path::Path;

fn there(program: &str) -> bool {
    output("which", &[program]).is_ok()
}

fn debian(packages: &[&str]) -> Outcome {
    let root = output("id", &["-u"]).is_ok_and(|id| id.trim() == "0");
    if !root || !there("apt-get") {
        return Err(format!("install {} and try again", packages.join(" ")));
    }
    let quiet = [("DEBIAN_FRONTEND", "noninteractive".to_owned())];
    with("apt-get", &["update", "-qq"], ".", &quiet)?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(packages);
    with("apt-get", &words, ".", &quiet)
}

/// A PostgreSQL server program.
pub(crate) fn postgres() -> Outcome {
    if Path::new("/usr/lib/postgresql").is_dir() || there("initdb") {
        return Ok(());
    }
    debian(&["postgresql"])
}

/// Chromium, Node and npm.
pub(crate) fn browser() -> Outcome {
    if !there("node") || !there("npm") {
        debian(&["nodejs", "npm"])?;
    }
    if there("chromium") { Ok(()) } else { debian(&["chromium", "chromium-l10n"]) }
}

/// Python that can make an environment of its own.
pub(crate) fn python() -> Outcome {
    if output("python3", &["-c", "import ensurepip, venv"]).is_ok() {
        Ok(())
    } else {
        debian(&["python3", "python3-venv"])
    }
}

/// The dependency gate.
pub(crate) fn cargo_deny() -> Outcome {
    if there("cargo-deny") { Ok(()) } else { with("cargo", &["install", "--locked", "cargo-deny@0.20.2"], ".", &[]) }
}

/// The fuzzer.
pub(crate) fn cargo_fuzz() -> Outcome {
    if there("cargo-fuzz") { Ok(()) } else { with("cargo", &["install", "--locked", "cargo-fuzz@0.13.2"], ".", &[]) }
}
