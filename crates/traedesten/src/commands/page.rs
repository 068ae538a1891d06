//! `docs/commands.md`, made from the parser.

use crate::args::Args;
use crate::failure::Failure;
use crate::output::put;
use clap::{Command, CommandFactory};
use std::fmt::Write;

const OPENING: &str = "# Commands

Made from the program's own help by `cargo xtask generate`; a test keeps it true. The words, options and JSON keys are a
contract: scripts may stand on them.

Everywhere: results go to standard output, progress and messages to standard error. `--lang da|en`, `--quiet` and
`--config FILE` go with every command. Files are written by rename, never half. JSON is one object that begins with
`schema`, `spec` and `warnings`; missing is `null`. Settings come from the option, else `TRAEDESTEN_*` in the
environment, else `traedesten.toml`, else the default.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | the answer is \"no\": `registry verify` found a chain that does not hold |
| 2 | used wrongly |
| 3 | bad input: the message names file, sheet, row and column or line, and what would be right |
| 5 | the surroundings failed: disk, network, database |
";

pub(crate) fn run() -> Result<u8, Failure> {
    let mut page = OPENING.to_owned();
    let mut root = Args::command().term_width(100);
    root.build();
    describe(&root, "traedesten", &mut page);
    put(page.as_bytes(), None).map(|()| 0)
}

fn describe(command: &Command, path: &str, page: &mut String) {
    for sub in command.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help") {
        let path = format!("{path} {}", sub.get_name());
        if sub.get_subcommands().any(|c| c.get_name() != "help") {
            describe(sub, &path, page);
            continue;
        }
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = write!(page, "\n## `{path}`\n\n{about}.\n");
        let own: Vec<_> = sub
            .get_arguments()
            .filter(|a| !a.is_hide_set() && !a.is_global_set() && !["help", "version"].contains(&a.get_id().as_str()))
            .collect();
        if !own.is_empty() {
            page.push_str("\n| option | meaning | default |\n|---|---|---|\n");
        }
        for arg in own {
            let name = match (arg.get_long(), arg.get_value_names()) {
                (Some(long), Some([value, ..])) if arg.get_action().takes_values() => format!("--{long} {value}"),
                (Some(long), _) => format!("--{long}"),
                (None, _) => arg.get_id().as_str().to_uppercase(),
            };
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let choices: Vec<String> = arg
                .get_possible_values()
                .iter()
                .filter(|_| arg.get_action().takes_values())
                .map(|v| v.get_name().to_owned())
                .collect();
            let choices = if choices.is_empty() { String::new() } else { format!(" ({})", choices.join(", ")) };
            let defaults: Vec<String> = arg
                .get_default_values()
                .iter()
                .filter(|_| arg.get_action().takes_values())
                .map(|v| v.to_string_lossy().into_owned())
                .collect();
            let _ = writeln!(page, "| `{name}` | {}{choices} | {} |", help.replace('|', "\\|"), defaults.join(", "));
        }
        if let Some(example) = sub.get_after_help().map(ToString::to_string) {
            let _ = write!(page, "\n```sh\n{}\n```\n", example.trim_start_matches("Example:").trim());
        }
    }
}
