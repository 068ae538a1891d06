//! A folder of its own, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder that is gone after the test.
pub struct Room(TempDir);

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// That it ended well; gives what it wrote.
    pub fn well(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// That it ended with that code; gives what it said.
    pub fn ended(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        self.err
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("results are UTF-8"),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Room {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A place in the folder.
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn has(&self, name: &str) -> bool {
        self.at(name).exists()
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).expect("a text file")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.at(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        std::fs::write(path, content).expect("the file is written");
    }

    /// The program in the folder, without settings of the surroundings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_traedesten"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("TRAEDESTEN_") || text.starts_with("LC_") || text == "LANG" {
                command.env_remove(name);
            }
        }
        command.current_dir(self.0.path()).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(&[], arguments)
    }

    /// With variables of the environment.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        command.output().expect("the program runs").into()
    }

    /// The made-up journeys of a few citizens, a line each, in `name`.
    pub fn synth(&self, name: &str) {
        self.run(&["synth", "--citizens", "60", "--out", name]).well();
    }

    /// A registry `cases.db` with a few made-up citizens.
    pub fn filled(&self) {
        self.synth("made.jsonl");
        self.run(&["registry", "import", "--registry", "sqlite:cases.db", "--from", "made.jsonl"]).well();
    }

    /// Everything in a registry, as JSON lines.
    pub fn export(&self, registry: &str) -> String {
        // What was never made holds nothing.
        if let Some(path) = registry.strip_prefix("sqlite:").filter(|path| !self.has(path)) {
            let missing = self.run(&["registry", "export", "--registry", registry, "--out", "missing.jsonl"]);
            assert_eq!(missing.code, 5, "{path} is not made by looking");
            return String::new();
        }
        self.run(&["registry", "export", "--registry", registry, "--out", "all.jsonl"]).well();
        self.read("all.jsonl")
    }
}

/// The lines in order.
pub fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}
