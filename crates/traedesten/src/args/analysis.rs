//! The words of the analyst's commands: what they share, and `results`.

use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// Where the table is.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct DataOptions {
    /// CSV (comma, semicolon or tab; found by looking), Parquet or xlsx; - for standard input
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Sheet of a workbook (default: the first)
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Mark between cells, where looking is not enough
    #[arg(long, value_name = "MARK")]
    pub delimiter: Option<char>,
    /// Decimal mark, where looking is not enough
    #[arg(long, value_name = "MARK")]
    pub decimal: Option<char>,
    /// What to do with rows that lack a value in a column used
    #[arg(long, default_value = "drop")]
    pub missing: MissingRows,
}

/// Rows without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MissingRows {
    /// Leave them out, and say how many
    Drop,
    /// Refuse them
    Error,
}

/// How the answer is given.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct AnswerOptions {
    /// Text for people, JSON with everything, or the main list as a table
    #[arg(long, default_value = "text")]
    pub format: AnswerFormat,
    /// File to write (default: standard output)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Seed of chance: the same seed gives the same bytes, at any number of threads
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads (default: one for each core)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Also draw the usual picture, as SVG
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
}

/// Form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For people
    Text,
    /// Everything, full precision
    Json,
    /// The main list, comma-separated
    Csv,
    /// The main list as a workbook
    Xlsx,
}

/// Columns that explain.
#[derive(clap::Args, Debug, Clone, Default)]
pub(crate) struct TermOptions {
    /// Columns that explain; text becomes indicators with the first level in sorted order as base
    #[arg(long, value_delimiter = ',', value_name = "a,b,c")]
    pub terms: Vec<String>,
    /// Columns of numbers that are categories
    #[arg(long, value_delimiter = ',', value_name = "c")]
    pub categorical: Vec<String>,
    /// Level that others are held against; may be given again
    #[arg(long, value_name = "c=LEVEL")]
    pub base: Vec<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ResultsCommand {
    /// Expected values from framework conditions, and how far each unit is from them
    #[command(
        after_help = "Example:\n  traedesten results benchmark --data data/reference/hsb82.csv --unit school --outcome mAch --terms ses,sx,minrty --higher-is-better"
    )]
    Benchmark(Benchmark),
    /// Who lies outside chance
    #[command(
        after_help = "Example:\n  traedesten results funnel --data data/reference/surgical12.csv --unit hospital --events deaths --trials n"
    )]
    Funnel(Funnel),
    /// Small units steadied
    #[command(
        after_help = "Example:\n  traedesten results shrink --data data/reference/surgical12.csv --unit hospital --events deaths --trials n --model beta-binomial"
    )]
    Shrink(Shrink),
    /// Rank with its uncertainty
    #[command(
        after_help = "Example:\n  traedesten results rank --data data/reference/surgical12.csv --unit hospital --events deaths --trials n --draws 20000"
    )]
    Rank(Rank),
    /// Ordinary regression with honest errors
    #[command(
        after_help = "Example:\n  traedesten results regress --data data/reference/jtpa.csv --outcome earnings --terms assignmt,age,prevearn --cluster site --se CR1"
    )]
    Regress(Regress),
    /// The 98 municipalities against what was expected of them: as the ministry published it, or by our own model
    #[command(
        after_help = "Example:\n  traedesten results municipalities\n  traedesten results municipalities --group sygedagpenge --period 2021QMAT04\n  traedesten results municipalities --source own --group kontanthjaelp --period 2026M07\n  traedesten results municipalities --source own --without helbred,region --with indkomst"
    )]
    Municipalities(Municipalities),
    /// How well our own model explains, on municipalities it never saw, and how far it agrees with the ministry's
    #[command(
        after_help = "Example:\n  traedesten results model\n  traedesten results model --without helbred --format csv"
    )]
    Model(ModelOptions),
    /// Where the difference between two wholes comes from: who people are, and what happens to each kind
    #[command(
        after_help = "Example:\n  traedesten results decompose --data data/examples/ydelsesgrupper.csv --kind group --share share --rate rate --reference-share share_expected --reference-rate rate_expected"
    )]
    Decompose(Decompose),
    /// Indicators from journeys: inflow, exit and what came after, activation, talks, focus goals, progression
    #[command(
        after_help = "Example:\n  traedesten results indicators --registry sqlite:randers.sqlite --from 2026M01 --to 2026M10\n  traedesten results indicators --journeys journeys/ --group kontanthjaelp --indicator afgang-job-6,passive --format csv\n  traedesten results indicators --periods register.parquet --from 2021M01 --to 2025M12 --by-unit --format csv\n  traedesten results indicators --list"
    )]
    Indicators(Box<Indicators>),
    /// The caseload's distance to every threshold of the supervision in force, and what closing it takes
    #[command(
        after_help = "Example:\n  traedesten results supervise --registry sqlite:randers.sqlite\n  traedesten results supervise --registry sqlite:randers.sqlite --on 2025-12-31 --municipality Randers\n  traedesten results supervise --registry sqlite:randers.sqlite --document afstand.pdf"
    )]
    Supervise(Supervise),
    /// The learning map: which teams do better than expected of the people they have, and which municipalities
    #[command(
        after_help = "Example:\n  traedesten results learn --registry sqlite:randers.sqlite\n  traedesten results learn --registry sqlite:randers.sqlite --outcome selvforsoergelse --months 12 --windows 1"
    )]
    Learn(Learn),
    /// A report for a committee: what a municipality achieved, how sure that is, where it arises, whom to learn from
    #[command(
        after_help = "Example:\n  traedesten results report --municipality Randers --out randers.html\n  traedesten results report --municipality Randers --format pdf --out randers.pdf\n  traedesten results report --municipality Gladsaxe --period 2021QMAT04 --price 150000 --lang en --out gladsaxe.html"
    )]
    Report(Report),
    /// The last whole week: what happened, what the law asks, results, whom to ask; shown, or sent as mail
    #[command(
        after_help = "Example:\n  traedesten results digest --registry sqlite:randers.sqlite\n  traedesten results digest --registry sqlite:randers.sqlite --to leder@kommune.dk,chef@kommune.dk --from traedesten@kommune.dk --smtp smtps://user:password@mail.kommune.dk"
    )]
    Digest(Digest),
}

/// Conditions that explain.
#[derive(clap::Args, Debug, Clone, Default)]
pub(crate) struct ConditionOptions {
    /// Themes or single conditions to leave out: alder, branche, uddannelse … or the code of an indicator
    #[arg(long, value_delimiter = ',', value_name = "a,b")]
    pub without: Vec<String>,
    /// Themes or single conditions to add: indkomst, or the code of an indicator
    #[arg(long, value_delimiter = ',', value_name = "a,b")]
    pub with: Vec<String>,
}

/// Whose expected values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExpectedSource {
    /// As the ministry published them (Jobindsats, y30r21)
    Published,
    /// By our own model
    Own,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Municipalities {
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub conditions: ConditionOptions,
    /// ialt, adagpenge, sygedagpenge or kontanthjaelp
    #[arg(long, default_value = "ialt", value_name = "GROUP")]
    pub group: String,
    /// Four quarters (2022QMAT04) or, with --source own, twelve months up to one (2026M07); default: the newest published
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Whose expected values
    #[arg(long, default_value = "published")]
    pub source: ExpectedSource,
    /// Kroner that a full-time person costs in a year: shows the gap in kroner too
    #[arg(long, value_name = "KR")]
    pub price: Option<f64>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Indicators {
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub at: super::Where,
    /// Instead of a registry: a folder with journeys as .json, or as .jsonl with one a line
    #[arg(long, value_name = "DIR", conflicts_with = "registry")]
    pub journeys: Option<PathBuf>,
    /// Instead of a registry: a table of periods, one a row: person, what (a benefit, job, uddannelse, tilbud, virksomhed, samtale,
    /// timer), from, and where known to, unit, hours
    #[arg(long, value_name = "FILE", conflicts_with_all = ["registry", "journeys"])]
    pub periods: Option<PathBuf>,
    /// The definitions, and nothing counted
    #[arg(long)]
    pub list: bool,
    /// First month, as 2026M01 (default: the eleventh before the last)
    #[arg(long, value_name = "MONTH")]
    pub from: Option<String>,
    /// Last month (default: the last whole one)
    #[arg(long, value_name = "MONTH")]
    pub to: Option<String>,
    /// What is known on that day counts (default: today)
    #[arg(long, value_name = "DATE")]
    pub on: Option<timeline::Date>,
    /// Only these groups: ialt, dagpenge, kontanthjaelp (and of it kun-kontanthjaelp, uddannelseshjaelp, sho), sygedagpenge,
    /// jobafklaring, ressourceforloeb, ledighedsydelse, revalidering, fleksjob (which is not in ialt)
    #[arg(long, value_delimiter = ',', value_name = "GROUP")]
    pub group: Vec<String>,
    /// Only these indicators; see --list
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    pub indicator: Vec<String>,
    /// Also for each department or team that answers for the case on the month's last day
    #[arg(long)]
    pub by_unit: bool,
    /// Counts from 1 to one below this are held back
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub least: u64,
    /// Municipality whose published figures stand beside, where both exist (default: that of the settings)
    #[arg(long, value_name = "MUNICIPALITY")]
    pub municipality: Option<String>,
}

/// A caseload on a day, and the municipality whose published result stands beside it.
#[derive(clap::Args, Debug)]
pub(crate) struct CaseloadOptions {
    #[command(flatten)]
    pub at: super::Where,
    /// Instead of a registry: a folder with journeys as .json, or as .jsonl with one a line
    #[arg(long, value_name = "DIR", conflicts_with = "registry")]
    pub journeys: Option<PathBuf>,
    /// The last day that is looked at and known of (default: today)
    #[arg(long, value_name = "DATE")]
    pub on: Option<timeline::Date>,
    /// Whose published result counts (default: that of the settings)
    #[arg(long, value_name = "MUNICIPALITY")]
    pub municipality: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Supervise {
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub of: CaseloadOptions,
    /// Counts from 1 to one below this are held back
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub least: u64,
    /// Also write it as a document with the figures, HTML or PDF by its ending
    #[arg(long, value_name = "FILE.pdf|FILE.html", value_parser = document)]
    pub document: Option<PathBuf>,
}

/// The name of a document, whose ending says its form.
fn document(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension().and_then(|e| e.to_str()) {
        Some("pdf" | "html") => Ok(path),
        _ => Err("a document ends with .pdf or .html".to_owned()),
    }
}

#[derive(clap::Args, Debug)]
pub(crate) struct Learn {
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub of: CaseloadOptions,
    /// What counts as having gone well
    #[arg(long, default_value = "job-eller-timer")]
    pub outcome: OutcomeWord,
    /// Months from being found on a benefit to being looked at
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=36))]
    pub months: u16,
    /// So many such windows, one after the other
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=8))]
    pub windows: u16,
    /// Fewest persons for a team and target group to be told
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(5..=1000))]
    pub least: u16,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Report {
    /// Name or code (default: that of the settings)
    #[arg(long, value_name = "MUNICIPALITY")]
    pub municipality: Option<String>,
    /// Year of the benchmark: four quarters up to one (default: the newest)
    #[arg(long, value_name = "YEARQMATnn")]
    pub period: Option<String>,
    /// Kroner a year for a full-time person, to show gaps in kroner as well
    #[arg(long, value_name = "KRONER")]
    pub price: Option<f64>,
    /// One file for screen and A4 paper
    #[arg(long, default_value = "html")]
    pub format: ReportFormat,
    /// File to write (default: standard output)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Digest {
    #[command(flatten)]
    pub of: CaseloadOptions,
    /// Send it to these instead of showing it
    #[arg(long, value_delimiter = ',', value_name = "a@b,c@d")]
    pub to: Vec<String>,
    /// Who sends (default: `mail_from` of the settings)
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// Through what: smtps://user:password@host, or smtp:// to this machine (default: `smtp_url` of the settings)
    #[arg(long, value_name = "URL")]
    pub smtp: Option<String>,
    /// Counts from 1 to one below this are held back
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub least: u64,
    /// The form shown; a mail holds both
    #[arg(long, default_value = "text")]
    pub format: DigestFormat,
    /// File to write (default: standard output)
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    pub out: Option<PathBuf>,
}

/// Forms of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DigestFormat {
    /// Plain text
    Text,
    /// One file of HTML
    Html,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// With everything in it: pictures, style and the numbers behind
    Html,
    /// A4 pages, tagged for screen readers (PDF/UA-1)
    Pdf,
}

/// Outcomes of the learning map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutcomeWord {
    /// In a job or ordinary hours in the last 28 days
    JobEllerTimer,
    /// Without public support on the last day
    Selvforsoergelse,
}

#[derive(clap::Args, Debug)]
pub(crate) struct ModelOptions {
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub conditions: ConditionOptions,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Decompose {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Column that names kinds of people
    #[arg(long, value_name = "K")]
    pub kind: String,
    /// Column of how many or how large a part each kind is
    #[arg(long, value_name = "P")]
    pub share: String,
    /// Column of each kind's rate
    #[arg(long, value_name = "M")]
    pub rate: String,
    /// The same for what it is held against
    #[arg(long, value_name = "P0")]
    pub reference_share: String,
    /// The same for what it is held against
    #[arg(long, value_name = "M0")]
    pub reference_rate: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Benchmark {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// Column that names units: municipalities, departments, schools
    #[arg(long, value_name = "U")]
    pub unit: String,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// Weights
    #[arg(long, value_name = "W")]
    pub weights: Option<String>,
    /// Errors of the coefficients: classical, HC0, HC1, HC2, HC3
    #[arg(long, default_value = "classical")]
    pub se: String,
    /// identity for a straight line, logit for a share from 0 to 1
    #[arg(long, default_value = "identity")]
    pub link: LinkWord,
    /// What a left-out prediction leaves out
    #[arg(long, default_value = "row")]
    pub leave_out: LeaveOutWord,
    /// Also a random intercept for each unit
    #[arg(long)]
    pub random_intercept: bool,
    /// A high outcome is good: gaps are observed minus expected
    #[arg(long)]
    pub higher_is_better: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkWord {
    /// A straight line
    Identity,
    /// A share
    Logit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LeaveOutWord {
    /// Its own row
    Row,
    /// All rows of its unit
    Unit,
}

/// Counts of units.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct CountOptions {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Column that names units
    #[arg(long, value_name = "U")]
    pub unit: String,
    /// Events
    #[arg(long, value_name = "R")]
    pub events: String,
    /// Trials
    #[arg(long, value_name = "N")]
    pub trials: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Funnel {
    #[command(flatten)]
    pub counts: CountOptions,
    /// Shares of chance within the limits
    #[arg(long, value_delimiter = ',', default_value = "0.95,0.998")]
    pub levels: Vec<f64>,
    /// Binomial quantiles, or the normal curve
    #[arg(long, default_value = "exact")]
    pub limits: LimitsWord,
    /// Share of z at each end that is drawn in
    #[arg(long, default_value_t = 0.1)]
    pub winsorise: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LimitsWord {
    /// Binomial quantiles
    Exact,
    /// The normal curve
    Normal,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Shrink {
    #[command(flatten)]
    pub counts: CountOptions,
    /// Which model steadies
    #[arg(long, default_value = "beta-binomial")]
    pub model: ShrinkWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShrinkWord {
    /// Rates from one beta
    BetaBinomial,
    /// Logits from one normal, their errors normal
    NormalNormal,
    /// Logits from one normal, counts binomial
    LogitNormal,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Rank {
    #[command(flatten)]
    pub counts: CountOptions,
    /// Draws
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1000..=100_000_000))]
    pub draws: u32,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Regress {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// Weights
    #[arg(long, value_name = "W")]
    pub weights: Option<String>,
    /// classical, HC0 to HC3, CR0, CR1, CR1S, CR2, CR3 (default: classical, with --cluster CR2)
    #[arg(long)]
    pub se: Option<String>,
    /// Column of clusters; may be given twice
    #[arg(long, value_name = "C")]
    pub cluster: Vec<String>,
}

impl ResultsCommand {
    /// Threads asked for.
    pub(crate) fn threads(&self) -> Option<usize> {
        match self {
            Self::Benchmark(o) => o.answer.threads,
            Self::Funnel(o) => o.counts.answer.threads,
            Self::Shrink(o) => o.counts.answer.threads,
            Self::Rank(o) => o.counts.answer.threads,
            Self::Regress(o) => o.answer.threads,
            Self::Municipalities(o) => o.answer.threads,
            Self::Model(o) => o.answer.threads,
            Self::Decompose(o) => o.answer.threads,
            Self::Indicators(o) => o.answer.threads,
            Self::Supervise(o) => o.answer.threads,
            Self::Learn(o) => o.answer.threads,
            Self::Report(_) | Self::Digest(_) => None,
        }
    }
}
