//! The program run on a table in a folder of its own, and what must hold of every answer.

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
    what: String,
}

impl Ran {
    /// That it ended well; the answer in JSON.
    pub fn answer(&self) -> Value {
        assert_eq!(self.code, 0, "{}\n{}", self.what, self.err);
        serde_json::from_slice(&self.out).unwrap_or_else(|e| panic!("{}: {e}", self.what))
    }

    /// That it ended with that code, said all of `words`, and gave nothing else.
    #[track_caller]
    pub fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}\n{}", self.what, self.err);
        assert!(self.out.is_empty(), "{}: nothing but the refusal", self.what);
        assert!(!self.err.contains("panicked"), "{}\n{}", self.what, self.err);
        for word in words {
            assert!(self.err.contains(word), "{}\n\"{word}\" is not in: {}", self.what, self.err);
        }
    }

    /// That it was refused with one of the codes of bad input or of no estimate, or gave a sound answer.
    pub fn sound_or_refused(&self) -> Result<(), String> {
        match self.code {
            0 => sound(&self.answer()).map_err(|e| format!("{}: {e}", self.what)),
            2..=4 if !self.err.trim().is_empty() && self.out.is_empty() => Ok(()),
            _ => Err(format!("{} ended with {}:\n{}", self.what, self.code, self.err)),
        }
    }
}

/// A folder that is gone after the test.
pub struct Room(TempDir);

impl Room {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.at(name), content).expect("the file is written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.at(name)).expect("a file")
    }

    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_traedesten"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("TRAEDESTEN_") || text.starts_with("LC_") || text == "LANG" {
                command.env_remove(name);
            }
        }
        command.current_dir(self.0.path()).args(words);
        command
    }

    /// Run with these words, in English unless they say otherwise.
    pub fn run(&self, words: &str) -> Ran {
        self.run_with(words, b"")
    }

    /// The same with something on standard input.
    pub fn run_with(&self, words: &str, input: &[u8]) -> Ran {
        let mut all: Vec<&str> = words.split_whitespace().collect();
        if !all.contains(&"--lang") {
            all.extend(["--lang", "en"]);
        }
        let mut child = self
            .command(&all)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        if let Some(mut stdin) = child.stdin.take() {
            // A program that refuses before it reads closes its end.
            let _ = stdin.write_all(input);
        }
        let out = child.wait_with_output().expect("the program ends");
        Ran {
            code: out.status.code().unwrap_or(-1),
            out: out.stdout,
            err: String::from_utf8_lossy(&out.stderr).into_owned(),
            what: words.to_owned(),
        }
    }
}

/// Run on a table, answering in JSON.
pub fn on(table: &str, words: &str) -> Ran {
    let room = Room::new();
    room.write("t.csv", table);
    room.run(&format!("{words} --data t.csv --format json"))
}

/// No estimate is empty, no error is nothing, and where there is an error there is a p-value.
pub fn sound(answer: &Value) -> Result<(), String> {
    walk("", answer)
}

fn walk(place: &str, value: &Value) -> Result<(), String> {
    match value {
        Value::Array(all) => all.iter().enumerate().try_for_each(|(i, v)| walk(&format!("{place}[{i}]"), v)),
        Value::Object(all) => {
            if let Some(estimate) = all.get("estimate") {
                let Some(estimate) = estimate.as_f64() else { return Err(format!("{place} has no estimate")) };
                if let Some(error) = all.get("std_error").and_then(Value::as_f64) {
                    // Predictions have errors that are not tested.
                    if error <= 1e-12 * estimate.abs() {
                        return Err(format!("{place}: an error of {error}"));
                    }
                    if all.get("p_value").is_some_and(|p| !p.is_number()) {
                        return Err(format!("{place} has an error and no p-value"));
                    }
                }
            }
            all.iter().filter(|(k, _)| *k != "spec").try_for_each(|(k, v)| walk(&format!("{place}.{k}"), v))
        }
        _ => Ok(()),
    }
}

/// The answer without what tells how it was asked.
pub fn body(ran: &Ran) -> Value {
    let mut answer = ran.answer();
    answer.as_object_mut().expect("an object").remove("spec");
    answer
}
