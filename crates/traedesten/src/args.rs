//! The words of the command line.

mod analysis;
mod effects;

pub(crate) use analysis::*;
pub(crate) use effects::*;

use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use timeline::{Date, Lang};

#[derive(Parser, Debug)]
#[command(
    name = "traedesten",
    version,
    about = "Trædesten: software for the Danish employment service, from process to result",
    after_help = "Example:\n  traedesten demo --municipality Randers",
    propagate_version = true
)]
pub(crate) struct Args {
    /// Language of messages: da or en (default: the environment, else da)
    #[arg(long, global = true, value_parser = parse_lang)]
    lang: Option<Lang>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Settings file (default: traedesten.toml in this folder, if there is one)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

fn parse_lang(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).filter(|_| text.len() == 2).ok_or_else(|| "write da or en".to_owned())
}

impl Args {
    /// `--lang`, else the setting, else what the environment says, else Danish.
    pub(crate) fn language(&self, setting: Option<&str>) -> Lang {
        let env = |name| std::env::var(name).ok().filter(|v: &String| !v.is_empty());
        self.lang
            .or_else(|| setting.and_then(Lang::from_code))
            .or_else(|| env("LC_ALL").or_else(|| env("LANG")).and_then(|v| Lang::from_code(&v)))
            .unwrap_or_default()
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Make, fill and serve a made-up municipality on this machine
    #[command(
        after_help = "Example:\n  traedesten demo --dir traedesten-demo --municipality Randers --citizens 3000 --seed 1"
    )]
    Demo(Demo),
    /// Serve the portal on a registry
    #[command(after_help = "Example:\n  traedesten serve --registry sqlite:traedesten-demo/registry.db --demo")]
    Serve(Serve),
    /// The journal of facts: make, check, back up, restore, bring in, take out
    #[command(
        subcommand,
        after_help = "Example:\n  traedesten registry verify --registry sqlite:traedesten-demo/registry.db"
    )]
    Registry(RegistryCommand),
    /// Make the journeys of a made-up municipality as JSON lines
    #[command(
        after_help = "Example:\n  traedesten synth --municipality Randers --citizens 3000 --seed 1 --out randers.jsonl"
    )]
    Synth(Synth),
    /// Print a published schema
    #[command(after_help = "Example:\n  traedesten schema journey")]
    Schema {
        /// Which
        what: SchemaName,
    },
    /// Published figures of Jobindsats
    #[command(subcommand, after_help = "Example:\n  traedesten figures show --municipality Randers --series ledighed")]
    Figures(FiguresCommand),
    /// The law as data: check, list, show, assess, compare
    #[command(subcommand, after_help = "Example:\n  traedesten law diff 2026-06-30 2026-07-01 --group 6.2")]
    Law(LawCommand),
    /// What was achieved against what could be expected: expected values, funnels, steadied rates, ranks, regression
    #[command(
        subcommand,
        after_help = "Example:\n  traedesten results funnel --data data/reference/surgical12.csv --unit hospital --events deaths --trials n"
    )]
    Results(ResultsCommand),
    /// Durations and effects: curves, hazards, experiments, comparisons, panels
    #[command(
        subcommand,
        after_help = "Example:\n  traedesten effects rct --data data/reference/nsw_dw.csv --outcome re78 --treatment trt --terms age,educ,re74,re75"
    )]
    Effects(EffectsCommand),
    /// Where each setting comes from
    #[command(after_help = "Example:\n  traedesten config show")]
    Config {
        /// What to do
        action: ConfigAction,
    },
    /// The page docs/commands.md, made from these words
    #[command(hide = true)]
    CommandsPage,
    /// Completions for a shell
    #[command(after_help = "Example:\n  traedesten completions bash > /etc/bash_completion.d/traedesten")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(clap::Args, Debug)]
pub(crate) struct Demo {
    /// Folder of the demo; made when it is not there, used again when it is
    #[arg(long, default_value = "traedesten-demo")]
    pub dir: PathBuf,
    /// Address to listen on; only loopback
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Municipality to imitate, by name or code
    #[arg(long)]
    pub municipality: Option<String>,
    /// Citizens on a benefit
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub citizens: u32,
    /// Seed of chance
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day that is "today" (default: the clock); for teaching and tests
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
    /// A registry elsewhere, instead of one in the folder
    #[arg(long, value_name = "URL")]
    pub registry: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Serve {
    /// sqlite:PATH or postgres://user@host/database
    #[arg(long, value_name = "URL")]
    pub registry: Option<String>,
    /// Address to listen on; only loopback until there is sign-in
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Municipality, by name or code
    #[arg(long)]
    pub municipality: Option<String>,
    /// All people in the registry are made up
    #[arg(long)]
    pub demo: bool,
}

#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Where {
    /// sqlite:PATH or postgres://user@host/database
    #[arg(long, value_name = "URL")]
    pub registry: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

#[derive(Subcommand, Debug)]
pub(crate) enum RegistryCommand {
    /// Make an empty registry, or bring an old one up to date
    #[command(after_help = "Example:\n  traedesten registry init --registry sqlite:cases.db")]
    Init {
        #[command(flatten)]
        at: Where,
    },
    /// Check the chain of every case; exit code 1 where one is broken
    #[command(
        after_help = "Example:\n  traedesten registry verify --registry sqlite:traedesten-demo/registry.db --format json"
    )]
    Verify {
        #[command(flatten)]
        at: Where,
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Write everything to a file that either engine can be restored from
    #[command(
        after_help = "Example:\n  traedesten registry backup --registry sqlite:traedesten-demo/registry.db --out backup.jsonl"
    )]
    Backup {
        #[command(flatten)]
        at: Where,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Fill an empty registry from a backup
    #[command(after_help = "Example:\n  traedesten registry restore --registry sqlite:new.db --from backup.jsonl")]
    Restore {
        #[command(flatten)]
        at: Where,
        /// File to read
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Take journeys out, as JSON lines or as a workbook; without CPR numbers
    #[command(
        after_help = "Example:\n  traedesten registry export --registry sqlite:traedesten-demo/registry.db --format xlsx --out cases.xlsx"
    )]
    Export {
        #[command(flatten)]
        at: Where,
        /// Form of the file
        #[arg(long, default_value = "json")]
        format: ExportFormat,
        /// File to write; for csv a folder
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Bring journeys in: JSON lines, an Excel workbook, or a folder with borgere.csv and oplysninger.csv
    #[command(
        after_help = "Example:\n  traedesten registry import --registry sqlite:cases.db --from cases.xlsx --dry-run"
    )]
    Import {
        #[command(flatten)]
        at: Where,
        /// File or folder to read
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// Check everything and keep nothing
        #[arg(long)]
        dry_run: bool,
        #[arg(long, default_value = "text")]
        format: Format,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// JSON lines, a journey a line
    Json,
    /// A workbook with the sheets Borgere and Oplysninger
    Xlsx,
    /// A folder with borgere.csv and oplysninger.csv
    Csv,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Synth {
    /// Municipality to imitate, by name or code (default: the setting, else Randers)
    #[arg(long)]
    pub municipality: Option<String>,
    /// Citizens on a benefit
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    pub citizens: u32,
    /// Seed of chance: the same seed and options give the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day that is "today" in the journeys
    #[arg(long, value_name = "DATE", default_value = "2026-07-31")]
    pub today: Date,
    /// File to write (default: standard output)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// JSON Schema of a single journey
    Journey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigAction {
    /// Print every setting and where it comes from
    Show,
}

#[derive(Subcommand, Debug)]
pub(crate) enum FiguresCommand {
    /// Print a series of a municipality and the nation
    #[command(after_help = "Example:\n  traedesten figures show --municipality Randers --series ledighed --format csv")]
    Show {
        /// Municipality, by name or code (default: the setting, else Randers)
        #[arg(long)]
        municipality: Option<String>,
        /// Series, as in addresses of the portal
        #[arg(long, default_value = "ledighed")]
        series: String,
        #[arg(long, default_value = "text")]
        format: FiguresFormat,
    },
    /// Fetch a table of the Jobindsats API as CSV; the key comes from the settings
    #[command(
        after_help = "Example:\n  traedesten figures fetch --table y25i01 --months 60 --out y25i01.csv   (needs jobindsats_token in the settings)"
    )]
    Fetch {
        /// Table, as Jobindsats writes it
        #[arg(long)]
        table: String,
        /// Number of months up to the last one
        #[arg(long, default_value_t = 14)]
        months: u16,
        /// The last month (default: the month before this one)
        #[arg(long, value_name = "MONTH")]
        until: Option<String>,
        /// A further choice as the API writes it, for example hierarchy._ygrpi09=*
        #[arg(long = "choose", value_name = "KEY=VALUE")]
        choices: Vec<String>,
        /// Version of the API: 3 or 2
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=3))]
        api: u8,
        /// File to write (default: standard output)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FiguresFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// Comma-separated
    Csv,
    /// Excel
    Xlsx,
}

#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Book {
    /// Folder with a rule book (default: the one the program carries)
    #[arg(long, value_name = "DIR")]
    pub law: Option<PathBuf>,
    /// Folder with a proposal to lay over it, or an experiment by name: a-kasser-2020, frikommuner-1, frikommuner-2;
    /// may be given again
    #[arg(long, value_name = "DIR|NAME")]
    pub overlay: Vec<PathBuf>,
    #[arg(long, default_value = "text")]
    pub format: Format,
}

#[derive(Subcommand, Debug)]
pub(crate) enum LawCommand {
    /// Read every rule and sweep every day: faults, gaps, open ends, unverified versions; exit code 1 where there are faults
    #[command(after_help = "Example:\n  traedesten law check")]
    Check {
        #[command(flatten)]
        book: Book,
    },
    /// Rules by subject, as of a day
    #[command(after_help = "Example:\n  traedesten law list --on 2026-11-24")]
    List {
        #[command(flatten)]
        book: Book,
        /// The day (default: today)
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// Only rules for this target group, for example 6.2
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
    },
    /// A rule with its versions, citations and checks
    #[command(after_help = "Example:\n  traedesten law show TALKS-FIRST-6M")]
    Show {
        /// Code of the rule
        code: String,
        #[command(flatten)]
        book: Book,
        /// Only versions in force on this day
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
    },
    /// Target group, duties, rights, limits and deadlines of a journey on a day
    #[command(after_help = "Example:\n  traedesten law assess data/examples/anna.json --on 2026-03-01 --why")]
    Assess {
        /// A journey as JSON; - for standard input
        journey: PathBuf,
        #[command(flatten)]
        book: Book,
        /// The day
        #[arg(long, value_name = "DATE")]
        on: Date,
        /// As the journey was known at the end of this day
        #[arg(long, value_name = "DATE")]
        known_on: Option<Date>,
        /// Say the rule in words, how it was checked, and the facts used
        #[arg(long)]
        why: bool,
    },
    /// What the difference between two days means for the work on a caseload: duties, talks, hours, and who they fall on
    #[command(
        after_help = "Example:\n  traedesten law impact 2026-06-30 2026-07-01 --journeys data/examples --on 2026-07-31"
    )]
    Impact(Impact),
    /// What differs between two days, and what it means for the day's work
    #[command(after_help = "Example:\n  traedesten law diff 2026-06-30 2026-07-01 --group 6.2")]
    Diff {
        /// The first day
        first: Date,
        /// The second day
        second: Date,
        #[command(flatten)]
        book: Book,
        /// Only for this target group, for example 6.2
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
    },
}

#[derive(clap::Args, Debug)]
pub(crate) struct Impact {
    /// A day of the first law
    pub first: Date,
    /// A day of the second law
    pub second: Date,
    #[command(flatten)]
    pub book: Book,
    #[command(flatten)]
    pub at: Where,
    /// Instead of a registry: a folder with journeys as .json, or as .jsonl with one a line
    #[arg(long, value_name = "DIR", conflicts_with = "registry")]
    pub journeys: Option<PathBuf>,
    /// The last day looked at (default: today)
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// Calendar months looked at, up to the one with that day
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=120))]
    pub months: u16,
    /// Only this target group, for example 6.2
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// Minutes of a talk in person with preparation and notes. No published figure was found: 60 is an assumption
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub minutes_per_talk: u16,
    /// Share of talks by phone or video, in percent; 44 is STAR's figure for 2023
    #[arg(long, default_value_t = 44, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub remote_percent: u8,
}
