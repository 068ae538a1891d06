//! Learning: `dml`, `cate`.

use super::causal::{folds, of_effect};
use super::{begin, design, said};
use crate::answer::{TextTable, coefficient_table, coefficients, number, shown};
use crate::args::{Cate, CateWord, Dml, DmlWord, LearnerWord};
use crate::commands::Context;
use crate::failure::Failure;
use crate::output::put;
use ::effects::learning::{CateLearner, DmlModel, Learner, cate as learn, dml as estimate};
use serde_json::{Value, json};
use timeline::Lang;

/// Folds to draw where no column gives them.
const FOLDS: usize = 5;

fn trees(wanted: usize) -> Result<usize, Failure> {
    if (10..=100_000).contains(&wanted) {
        Ok(wanted)
    } else {
        Err(Failure::usage("--trees: fra 10 til 100000", "--trees: from 10 to 100000"))
    }
}

pub(super) fn dml(context: &Context, options: &Dml) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let trees = trees(options.trees)?;
    let (data, used) = of_effect(of, options.folds.as_ref())?;
    let frame = &used.frame;
    let x = design(frame, &of.terms)?;
    let fold = folds(&used, options.folds.as_ref(), Some(FOLDS), of.answer.seed)?;
    let (fold, count) = fold.unwrap_or_default();
    let model = if options.model == DmlWord::Irm { DmlModel::Irm } else { DmlModel::Plr };
    let d = if model == DmlModel::Irm { frame.indicator(&of.treatment)? } else { frame.numbers(&of.treatment)? };
    let learner = if options.learner == LearnerWord::Forest { Learner::Forest } else { Learner::Linear };
    let effect = estimate(
        &x,
        frame.numbers(&of.outcome)?,
        d,
        &of.treatment,
        model,
        learner,
        (&fold, count),
        trees,
        of.answer.seed,
    )?;
    let mut answer = begin("effects-dml", "summary", &data, &used, &of.answer);
    answer.set("folds", count);
    answer.set("effect", number(&effect));
    answer.set("summary", coefficients(std::slice::from_ref(&effect)));
    answer.line(format!("{}: {}.", of.outcome, said(&effect, lang)));
    answer.line("");
    answer.table(&coefficient_table(std::slice::from_ref(&effect), lang));
    answer.put(lang, &of.answer)
}

pub(super) fn cate(context: &Context, options: &Cate) -> Result<u8, Failure> {
    let (lang, of) = (context.lang, &options.of);
    let trees = trees(options.trees)?;
    let more = options.folds.iter().chain(&options.groups);
    let (data, used) = of_effect(of, more)?;
    let frame = &used.frame;
    let x = design(frame, &of.terms)?;
    let (fold, count) = folds(&used, options.folds.as_ref(), Some(FOLDS), of.answer.seed)?.unwrap_or_default();
    let learner = match options.learner {
        CateWord::CausalForest => CateLearner::CausalForest,
        CateWord::T => CateLearner::T,
        CateWord::Dr => CateLearner::Dr,
    };
    let groups = options.groups.as_deref().map(|g| frame.column(g)).transpose()?;
    let found = learn(
        &x,
        frame.numbers(&of.outcome)?,
        frame.indicator(&of.treatment)?,
        &of.treatment,
        learner,
        (&fold, count),
        trees,
        of.answer.seed,
        groups,
    )?;
    let main = if found.groups.is_empty() { "summary" } else { "groups" };
    let mut answer = begin("effects-cate", main, &data, &used, &of.answer);
    answer.set("summary", coefficients(&found.projection));
    answer.set("ate", number(&found.ate));
    answer.set("best_linear_projection", json!({"coefficients": coefficients(&found.projection)}));
    let list: Vec<Value> = found
        .groups
        .iter()
        .map(|(level, t)| {
            let mut one = json!({"level": level});
            if let (Some(one), Value::Object(t)) = (one.as_object_mut(), number(t)) {
                one.extend(t);
            }
            one
        })
        .collect();
    answer.set("groups", list);
    answer.set("calibration", json!({"coefficients": coefficients(&found.calibration)}));
    let mut sorted: Vec<f64> = found.predictions.iter().map(|p| p.0).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
    answer.set("predicted", json!({"lowest_tenth": at(0.1), "median": at(0.5), "highest_tenth": at(0.9)}));
    answer.line(lang.pick(
        format!(
            "{}: {} i gennemsnit; for en tiendedel under {}, for en tiendedel over {}.",
            of.outcome,
            said(&found.ate, lang),
            shown(at(0.1), lang),
            shown(at(0.9), lang)
        ),
        format!(
            "{}: {} on average; below {} for a tenth, above {} for a tenth.",
            of.outcome,
            said(&found.ate, lang),
            shown(at(0.1), lang),
            shown(at(0.9), lang)
        ),
    ));
    answer.line("");
    answer.line(
        lang.pick("Effekten på en ret linje i kolonnerne (HC1)", "The effect on a straight line in the columns (HC1)"),
    );
    answer.table(&coefficient_table(&found.projection, lang));
    if !found.groups.is_empty() {
        answer.line("");
        let head = match lang {
            Lang::Da => ["gruppe", "effekt", "95 % fra", "til"],
            Lang::En => ["group", "effect", "95 % from", "to"],
        };
        let mut table = TextTable::new(&head);
        for (level, t) in &found.groups {
            table.row(vec![level.clone(), shown(t.estimate, lang), shown(t.ci_low, lang), shown(t.ci_high, lang)]);
        }
        answer.table(&table);
    }
    if let Some(t) = found.calibration.get(1).filter(|t| t.ci_low <= 0.0) {
        answer.warn(
            format!(
                "de forudsagte forskelle mellem mennesker kan være tilfældige (hældning {}, 1 hvis de er virkelige)",
                shown(t.estimate, Lang::Da)
            ),
            format!(
                "the predicted differences between people may be chance (slope {}, 1 where they are real)",
                shown(t.estimate, Lang::En)
            ),
        );
    }
    answer.warn(
        "effekten af en enkelt række er usikker og afgør intet om et menneske",
        "the effect of a single row is uncertain and decides nothing about a person",
    );
    if let Some(path) = &options.predictions {
        let head = ["row", "estimate", "std_error"].map(|h| tables::Column::new(h, 12));
        let rows: Vec<Vec<tables::Value>> = found
            .predictions
            .iter()
            .enumerate()
            .map(|(row, (estimate, error))| {
                vec![
                    tables::Value::Number(frame.row_number(row) as f64),
                    tables::Value::Number(*estimate),
                    error.map_or(tables::Value::Missing, tables::Value::Number),
                ]
            })
            .collect();
        let csv = tables::write_csv(&head, &rows);
        put(csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&csv), Some(path))?;
    }
    answer.put(lang, &of.answer)
}
