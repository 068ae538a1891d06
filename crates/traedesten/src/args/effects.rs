//! The words of `effects`.

use super::{AnswerFormat, AnswerOptions, DataOptions, TermOptions};
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Subcommand, Debug)]
pub(crate) enum EffectsCommand {
    /// Kaplan-Meier and Nelson-Aalen curves, restricted means and tests of equal curves
    #[command(
        after_help = "Example:\n  traedesten effects km --data data/reference/mgus2.csv --time futime --event death --group sex --times 60,120,240"
    )]
    Km(Km),
    /// Incidence of each of several ways to end, and Gray's test
    #[command(
        after_help = "Example:\n  traedesten effects aalen-johansen --data data/reference/mgus2.csv --time futime --event death --group sex --times 60,120"
    )]
    AalenJohansen(AalenJohansen),
    /// What covariates do to the incidence of one cause among several
    #[command(
        after_help = "Example:\n  traedesten effects fine-gray --data data/reference/mgus2.csv --time futime --event death --cause 1 --terms age,sex"
    )]
    FineGray(FineGray),
    /// Proportional hazards
    #[command(
        after_help = "Example:\n  traedesten effects cox --data data/reference/heart.csv --entry start --time stop --event event --terms age,year,surgery,transplant"
    )]
    Cox(Cox),
    /// Hazards constant in segments, or of whole periods
    #[command(
        after_help = "Example:\n  traedesten effects hazard --data data/reference/mgus2.csv --time futime --event death --terms age,sex --segments 0,60,120,240,424 --rows segment --link exponential"
    )]
    Hazard(Hazard),
    /// A randomised comparison
    #[command(
        after_help = "Example:\n  traedesten effects rct --data data/reference/nsw_dw.csv --outcome re78 --treatment trt --terms age,educ,re74,re75"
    )]
    Rct(Rct),
    /// A draw that decides only in part who is treated
    #[command(
        after_help = "Example:\n  traedesten effects late --data data/reference/jtpa.csv --outcome earnings --treatment training --instrument assignmt --terms age,sex"
    )]
    Late(Late),
    /// Many questions at once: p-values adjusted for how many were asked
    #[command(
        after_help = "Example:\n  traedesten effects adjust --data data/examples/mange-spoergsmaal.csv --p p --label spoergsmaal --family indsats"
    )]
    Adjust(Adjust),
    /// A threshold that decides: the jump at it, with its bias taken out, and whether people moved across it
    #[command(
        after_help = "Example:\n  traedesten effects rd --data data/examples/graense.csv --outcome i_job --running alder_dage --cutoff 0"
    )]
    Rd(Rd),
    /// Propensity, weighting, standardisation, and doubly robust
    #[command(
        after_help = "Example:\n  traedesten effects aipw --data data/reference/twa_sicily.csv --outcome out3 --treatment treat --terms age,male,single,dist"
    )]
    Aipw(Aipw),
    /// Matching, with errors that know it
    #[command(
        after_help = "Example:\n  traedesten effects match --data data/reference/nsw_psid.csv --outcome re78 --treatment trt --terms age,educ,re74,re75 --method mahalanobis --replace"
    )]
    Match(Match),
    /// Double machine learning
    #[command(
        after_help = "Example:\n  traedesten effects dml --data data/reference/cate_sim.csv --outcome y --treatment w --terms x0,x1,x2 --model plr --learner linear"
    )]
    Dml(Dml),
    /// Effects that differ between people
    #[command(
        after_help = "Example:\n  traedesten effects cate --data data/reference/cate_sim.csv --outcome y --treatment w --terms x0,x1,x2,x3,x4,x5 --learner dr --groups x4"
    )]
    Cate(Cate),
    /// Synthetic control
    #[command(
        after_help = "Example:\n  traedesten effects scm --data data/reference/prop99.csv --outcome packs --unit state --time year --treated California --from 1989"
    )]
    Scm(Synthetic),
    /// Synthetic difference in differences
    #[command(
        after_help = "Example:\n  traedesten effects sdid --data data/reference/prop99.csv --outcome packs --unit state --time year --treated California --from 1989"
    )]
    Sdid(Synthetic),
    /// A treatment that begins during the spell, where those who get it differ in ways not seen
    #[command(
        after_help = "Example:\n  traedesten effects timing --data data/reference/toe_sim.csv --time duration --event employed --treated-at treat_time --terms x1,x2 --segments 0,13,26,52 --masses 1 --horizon 104"
    )]
    Timing(Timing),
    /// Power, sample size or smallest detectable effect, for persons and for clusters
    #[command(after_help = "Example:\n  traedesten effects power --n 2000 --sd 12 --cluster-size 25 --icc 0.05")]
    Power(Power),
    /// How strong a hidden cause would have to be to explain the effect away
    #[command(
        after_help = "Example:\n  traedesten effects sensitivity --data data/reference/twa_sicily.csv --outcome out3 --treatment treat --terms age,male,dist"
    )]
    Sensitivity(Sensitivity),
    /// Difference in differences, two by two
    #[command(
        after_help = "Example:\n  traedesten effects did --data data/examples/panel.csv --outcome andel_i_job --treated behandlet --post efter --cluster kommune"
    )]
    Did(Did),
    /// Two-way fixed effects, or first differences
    #[command(
        after_help = "Example:\n  traedesten effects panel --data data/examples/panel.csv --outcome andel_i_job --treatment indsats --unit kommune --time maaned"
    )]
    Panel(Panel),
    /// Staggered starts: an effect for each cohort and time
    #[command(
        after_help = "Example:\n  traedesten effects event-study --data data/reference/mpdta.csv --outcome lemp --unit countyreal --time year --cohort first.treat"
    )]
    EventStudy(EventStudy),
    /// One column a period becomes spells
    #[command(
        after_help = "Example:\n  traedesten effects spells --data data/reference/mvad.csv --id id --states Jul.93..Jun.99"
    )]
    Spells(Spells),
}

/// Where durations stand.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct DurationOptions {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Time of the event, or of being lost from sight
    #[arg(long, value_name = "T")]
    pub time: String,
    /// Whether the event was seen: 0 or 1; with several causes 0, 1, 2 …
    #[arg(long, value_name = "E")]
    pub event: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Km {
    #[command(flatten)]
    pub of: DurationOptions,
    /// When watching begins (delayed entry)
    #[arg(long, value_name = "T0")]
    pub entry: Option<String>,
    /// Column of groups
    #[arg(long, value_name = "G")]
    pub group: Option<String>,
    /// Times to show (default: every event time)
    #[arg(long, value_delimiter = ',')]
    pub times: Vec<f64>,
    /// Horizon of the restricted mean
    #[arg(long, value_name = "TAU")]
    pub rmst: Option<f64>,
    /// Weights of the tests: 0 is log-rank
    #[arg(long, value_delimiter = ',', default_value = "0")]
    pub rho: Vec<f64>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct AalenJohansen {
    #[command(flatten)]
    pub of: DurationOptions,
    /// Column of groups
    #[arg(long, value_name = "G")]
    pub group: Option<String>,
    /// Times to show (default: every event time)
    #[arg(long, value_delimiter = ',')]
    pub times: Vec<f64>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct FineGray {
    #[command(flatten)]
    pub of: DurationOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// The cause
    #[arg(long, default_value_t = 1)]
    pub cause: u32,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Cox {
    #[command(flatten)]
    pub of: DurationOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// When watching begins
    #[arg(long, value_name = "T0")]
    pub entry: Option<String>,
    /// Column of strata, each with its own baseline
    #[arg(long, value_name = "S")]
    pub strata: Option<String>,
    /// Column of clusters for robust errors
    #[arg(long, value_name = "C")]
    pub cluster: Option<String>,
    /// How tied events are taken
    #[arg(long, default_value = "efron")]
    pub ties: TiesWord,
    /// Errors (default: model; with --cluster robust)
    #[arg(long)]
    pub se: Option<CoxErrors>,
    /// With several causes: the one that counts; the others are lost from sight
    #[arg(long)]
    pub cause: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TiesWord {
    /// Efron's average
    Efron,
    /// Breslow's whole risk set
    Breslow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoxErrors {
    /// From the information
    Model,
    /// Sandwich
    Robust,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Hazard {
    #[command(flatten)]
    pub of: DurationOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// Bounds of segments, from the first to the last
    #[arg(long, value_delimiter = ',', required = true)]
    pub segments: Vec<f64>,
    /// A row for each period, or for each segment
    #[arg(long, default_value = "period")]
    pub rows: RowsWord,
    /// Link of the hazard
    #[arg(long, default_value = "cloglog")]
    pub link: HazardWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsWord {
    /// Each whole unit of time
    Period,
    /// Each segment entered
    Segment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HazardWord {
    /// Complementary log-log
    Cloglog,
    /// Logit
    Logit,
    /// Poisson with time at risk
    Exponential,
}

/// Outcome and treatment.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct EffectOptions {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// Treatment, 0 or 1
    #[arg(long, value_name = "D")]
    pub treatment: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Rct {
    #[command(flatten)]
    pub of: EffectOptions,
    /// Errors of the adjusted difference
    #[arg(long, default_value = "HC2")]
    pub se: String,
    /// The outcome is 0 or 1: ratios and a logit as well
    #[arg(long)]
    pub binary: bool,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Late {
    #[command(flatten)]
    pub of: EffectOptions,
    /// The draw, 0 or 1
    #[arg(long, value_name = "Z")]
    pub instrument: String,
    /// Errors
    #[arg(long, default_value = "HC1")]
    pub se: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Adjust {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Column of p-values, one row for each question asked
    #[arg(long, value_name = "P")]
    pub p: String,
    /// What was asked
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Questions of one family are adjusted together, and families apart (default: all together)
    #[arg(long, value_name = "COLUMN")]
    pub family: Option<String>,
    /// A finding has an adjusted p-value of at most this
    #[arg(long, default_value_t = 0.05)]
    pub alpha: f64,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Rd {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// The variable whose threshold decides: treated from it on
    #[arg(long, value_name = "X")]
    pub running: String,
    /// The threshold
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub cutoff: f64,
    /// Bandwidth of the estimate (default: that with the least mean squared error)
    #[arg(long, value_name = "H")]
    pub bandwidth: Option<f64>,
    /// Bandwidth of its bias (default: chosen, or the same as --bandwidth)
    #[arg(long, value_name = "B")]
    pub bias_bandwidth: Option<f64>,
    /// How rows near the threshold count
    #[arg(long, default_value = "triangular")]
    pub kernel: KernelWord,
}

/// Kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KernelWord {
    /// Less the farther away
    Triangular,
    /// All alike
    Uniform,
    /// In between
    Epanechnikov,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Aipw {
    #[command(flatten)]
    pub of: EffectOptions,
    /// Column of folds for cross-fitting
    #[arg(long, value_name = "COL", conflicts_with = "cross_fit")]
    pub folds: Option<String>,
    /// Folds to draw for cross-fitting
    #[arg(long, value_name = "K", value_parser = folds)]
    pub cross_fit: Option<usize>,
    /// Leave out rows with a propensity below or above
    #[arg(long, value_delimiter = ',', value_name = "LOW,HIGH")]
    pub trim: Vec<f64>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Did {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// Group that is treated, 0 or 1
    #[arg(long, value_name = "D")]
    pub treated: String,
    /// Period after, 0 or 1
    #[arg(long, value_name = "P")]
    pub post: String,
    /// Errors (default: HC2; with --cluster CR2)
    #[arg(long)]
    pub se: Option<String>,
    /// Column of clusters
    #[arg(long, value_name = "C")]
    pub cluster: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Panel {
    #[command(flatten)]
    pub of: EffectOptions,
    /// Column of units
    #[arg(long, value_name = "U")]
    pub unit: String,
    /// Column of times
    #[arg(long, value_name = "T")]
    pub time: String,
    /// Weights
    #[arg(long, value_name = "W")]
    pub weights: Option<String>,
    /// Differences from one period to the next instead of fixed effects
    #[arg(long)]
    pub first_difference: bool,
    /// Errors (default: CR1 by unit)
    #[arg(long)]
    pub se: Option<String>,
    /// Column of clusters; may be given twice
    #[arg(long, value_name = "C")]
    pub cluster: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct EventStudy {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// Column of units
    #[arg(long, value_name = "U")]
    pub unit: String,
    /// Column of times
    #[arg(long, value_name = "T")]
    pub time: String,
    /// First treated period; 0 or empty: never
    #[arg(long, value_name = "C")]
    pub cohort: String,
    /// Who stands in
    #[arg(long, default_value = "never")]
    pub control: ControlWord,
    /// Bounds where the groups may move apart after the start, in each period by so many times the most that they did before
    #[arg(long, value_delimiter = ',', default_value = "0.5,1,2", value_name = "M,…")]
    pub violation: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ControlWord {
    /// Those never treated
    Never,
    /// Those not yet treated as well
    NotYet,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Spells {
    #[command(flatten)]
    pub data: DataOptions,
    /// Column that names persons
    #[arg(long, value_name = "ID")]
    pub id: String,
    /// Columns of states in order, or a range as FIRST..LAST
    #[arg(long, value_delimiter = ',', value_name = "A,B,…|FIRST..LAST", required = true)]
    pub states: Vec<String>,
    /// File for the spells, as CSV: id, state, start, end, length, censored
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Text for people, JSON with everything, or the list of states as a table
    #[arg(long, default_value = "text")]
    pub format: AnswerFormat,
    /// Threads (default: one for each core)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Match {
    #[command(flatten)]
    pub of: EffectOptions,
    /// What nearness is measured by
    #[arg(long, default_value = "propensity")]
    pub method: MetricWord,
    /// Neighbours of each treated
    #[arg(long, default_value_t = 1, value_name = "K")]
    pub neighbours: usize,
    /// A control may be used more than once; ties share the weight
    #[arg(long)]
    pub replace: bool,
    /// Adjust for the distance that is left
    #[arg(long)]
    pub bias_adjust: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MetricWord {
    /// The linear predictor of the propensity
    Propensity,
    /// The covariance of the covariates
    Mahalanobis,
    /// Each covariate over its own standard deviation
    InverseVariance,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Dml {
    #[command(flatten)]
    pub of: EffectOptions,
    /// irm where the effect may differ between people, plr for one effect
    #[arg(long, default_value = "irm")]
    pub model: DmlWord,
    /// What predicts
    #[arg(long, default_value = "forest")]
    pub learner: LearnerWord,
    /// Column of folds (default: five are drawn)
    #[arg(long, value_name = "COL")]
    pub folds: Option<String>,
    /// Trees of each forest
    #[arg(long, default_value_t = 300, value_name = "N")]
    pub trees: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DmlWord {
    /// Interactive
    Irm,
    /// Partially linear
    Plr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LearnerWord {
    /// A regression forest
    Forest,
    /// Least squares and a logit
    Linear,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Cate {
    #[command(flatten)]
    pub of: EffectOptions,
    /// How effects are learned
    #[arg(long, default_value = "causal-forest")]
    pub learner: CateWord,
    /// Column of folds (default: five are drawn)
    #[arg(long, value_name = "COL")]
    pub folds: Option<String>,
    /// Trees
    #[arg(long, default_value_t = 500, value_name = "N")]
    pub trees: usize,
    /// Column of groups to give means for
    #[arg(long, value_name = "COL")]
    pub groups: Option<String>,
    /// File for the effect of each row, as CSV: row, estimate, std_error
    #[arg(long, value_name = "FILE")]
    pub predictions: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CateWord {
    /// Honest causal forest
    CausalForest,
    /// A forest in each arm
    T,
    /// Doubly robust scores
    Dr,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Synthetic {
    #[command(flatten)]
    pub data: DataOptions,
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Outcome
    #[arg(long, value_name = "Y")]
    pub outcome: String,
    /// Column of units
    #[arg(long, value_name = "U")]
    pub unit: String,
    /// Column of times
    #[arg(long, value_name = "T")]
    pub time: String,
    /// The treated unit
    #[arg(long, value_name = "NAME")]
    pub treated: String,
    /// First treated time
    #[arg(long, value_name = "PERIOD")]
    pub from: f64,
    /// The same for every other unit, as if it were treated
    #[arg(long)]
    pub placebo: bool,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Timing {
    #[command(flatten)]
    pub of: DurationOptions,
    #[command(flatten)]
    pub terms: TermOptions,
    /// When treatment began; empty: never
    #[arg(long, value_name = "T2")]
    pub treated_at: String,
    /// Starts of segments, the last open
    #[arg(long, value_delimiter = ',', required = true)]
    pub segments: Vec<f64>,
    /// Masses of the unobserved
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub masses: u8,
    /// Watch no longer than this
    #[arg(long)]
    pub horizon: Option<f64>,
}

#[derive(clap::Args, Debug)]
#[allow(clippy::struct_field_names, reason = "the words of the command line")]
pub(crate) struct Power {
    #[command(flatten)]
    pub answer: AnswerOptions,
    /// Persons in all
    #[arg(long, value_name = "N")]
    pub n: Option<f64>,
    /// Smallest difference worth finding, in the units of the outcome
    #[arg(long)]
    pub effect: Option<f64>,
    /// Standard deviation of the outcome
    #[arg(long, default_value_t = 1.0)]
    pub sd: f64,
    /// Share treated
    #[arg(long, default_value_t = 0.5)]
    pub share: f64,
    /// Wanted power
    #[arg(long, default_value_t = 0.8)]
    pub power: f64,
    /// Significance level, two-sided
    #[arg(long, default_value_t = 0.05)]
    pub alpha: f64,
    /// Share of the outcome that covariates tell
    #[arg(long, default_value_t = 0.0)]
    pub r2: f64,
    /// Persons in a cluster, where clusters are drawn
    #[arg(long, default_value_t = 1.0)]
    pub cluster_size: f64,
    /// Likeness within a cluster (intraclass correlation)
    #[arg(long, default_value_t = 0.0)]
    pub icc: f64,
    /// Share of those drawn who take the treatment, less that of the others
    #[arg(long, default_value_t = 1.0)]
    pub take_up: f64,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Sensitivity {
    #[command(flatten)]
    pub of: EffectOptions,
    /// Column of pairs or sets, for bounds by ranks (default: none)
    #[arg(long, value_name = "COL")]
    pub pair: Option<String>,
}

impl EffectsCommand {
    /// Threads asked for.
    pub(crate) fn threads(&self) -> Option<usize> {
        match self {
            Self::Km(o) => o.of.answer.threads,
            Self::AalenJohansen(o) => o.of.answer.threads,
            Self::FineGray(o) => o.of.answer.threads,
            Self::Cox(o) => o.of.answer.threads,
            Self::Hazard(o) => o.of.answer.threads,
            Self::Timing(o) => o.of.answer.threads,
            Self::Rct(o) => o.of.answer.threads,
            Self::Late(o) => o.of.answer.threads,
            Self::Rd(o) => o.answer.threads,
            Self::Adjust(o) => o.answer.threads,
            Self::Aipw(o) => o.of.answer.threads,
            Self::Match(o) => o.of.answer.threads,
            Self::Dml(o) => o.of.answer.threads,
            Self::Cate(o) => o.of.answer.threads,
            Self::Panel(o) => o.of.answer.threads,
            Self::Sensitivity(o) => o.of.answer.threads,
            Self::Scm(o) | Self::Sdid(o) => o.answer.threads,
            Self::Did(o) => o.answer.threads,
            Self::EventStudy(o) => o.answer.threads,
            Self::Power(o) => o.answer.threads,
            Self::Spells(o) => o.threads,
        }
    }
}

/// Two folds or more.
fn folds(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(k) if k > 1 => Ok(k),
        _ => Err("folds are a whole number from 2 on".to_owned()),
    }
}
