//! Odd and broken requests made from the API's own description: none may be answered with a fault of ours.

use crate::run::{Outcome, with};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const TOOLS: &str = "target/api-tools";

/// A small demo is started, asked and stopped.
pub(crate) fn test() -> Outcome {
    if !Path::new(TOOLS).join("bin/st").exists() {
        with("python3", &["-m", "venv", TOOLS], ".", &[])?;
        let pip = format!("{TOOLS}/bin/pip");
        with(&pip, &["install", "--quiet", "--requirement", "tests/api/requirements.txt"], ".", &[])?;
    }
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut server = Command::new("target/debug/traedesten")
        .args(["demo", "--quiet", "--citizens", "20", "--listen", "127.0.0.1:0", "--dir"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut line = String::new();
    let asked = server
        .stdout
        .take()
        .ok_or_else(|| "no output".to_owned())
        .and_then(|out| BufReader::new(out).read_line(&mut line).map_err(|e| e.to_string()))
        .and_then(|_| {
            let description = format!("{}/api/v1/openapi.json", line.trim().trim_end_matches('/'));
            // Left out: that all a schema allows is accepted. What facts owe each other cannot be said in a schema.
            let words = [
                "run",
                &description,
                "--exclude-checks",
                "positive_data_acceptance",
                "--max-examples",
                "60",
                "--seed",
                "1",
                "--no-color",
            ];
            with(&format!("{TOOLS}/bin/st"), &words, ".", &[])
        });
    drop(server.kill());
    drop(server.wait());
    asked
}
