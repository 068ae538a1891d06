//! `effects adjust`: many questions at once.

use super::{Answer, begin, load};
use crate::answer::{TextTable, shown, shown_p};
use crate::args::Adjust;
use crate::commands::Context;
use crate::failure::Failure;
use ::effects::multiple::{Adjusted, adjusted};
use serde_json::{Value, json};
use statistics::said;
use timeline::Lang;

/// A question with its answer.
struct Question {
    label: String,
    family: String,
    found: Adjusted,
}

pub(super) fn adjust(context: &Context, options: &Adjust) -> Result<u8, Failure> {
    if !(options.alpha > 0.0 && options.alpha < 1.0) {
        return Err(Failure::usage("--alpha ligger mellem 0 og 1", "--alpha lies between 0 and 1"));
    }
    let lang = context.lang;
    let columns = [Some(&options.p), options.label.as_ref(), options.family.as_ref()];
    let (data, used) = load(&options.data, columns.into_iter().flatten().map(String::as_str))?;
    let frame = &used.frame;
    let p = frame.numbers(&options.p)?;
    if let Some(row) = p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(statistics::Failure::Value {
            column: options.p.clone(),
            row: frame.row_number(row),
            what: said!(
                "{} er ingen p-værdi; den ligger mellem 0 og 1",
                "{} is no p-value; it lies between 0 and 1",
                p[row]
            ),
        }
        .into());
    }
    let (families, names) = match &options.family {
        Some(column) => frame.column(column)?.groups(),
        None => (vec![0; p.len()], vec![String::new()]),
    };
    let label = options.label.as_ref().map(|column| frame.column(column)).transpose()?;
    let mut questions: Vec<Option<Question>> = (0..p.len()).map(|_| None).collect();
    for (family, name) in names.iter().enumerate() {
        let rows: Vec<usize> = (0..p.len()).filter(|row| families[*row] as usize == family).collect();
        let values: Vec<f64> = rows.iter().map(|row| p[*row]).collect();
        for (row, found) in rows.into_iter().zip(adjusted(&values)) {
            let label = label.map_or_else(|| frame.row_number(row).to_string(), |l| l.label(row));
            questions[row] = Some(Question { label, family: name.clone(), found });
        }
    }
    let questions: Vec<Question> = questions.into_iter().flatten().collect();

    let mut answer = begin("effects-adjust", "questions", &data, &used, &options.answer);
    answer.set("alpha", options.alpha);
    answer.set("families", names.len());
    let found = |of: fn(&Adjusted) -> f64| questions.iter().filter(|q| of(&q.found) <= options.alpha).count();
    answer.set(
        "findings",
        json!({"unadjusted": found(|a| a.p), "bonferroni": found(|a| a.bonferroni), "holm": found(|a| a.holm),
            "hochberg": found(|a| a.hochberg), "benjamini_hochberg": found(|a| a.benjamini_hochberg),
            "benjamini_yekutieli": found(|a| a.benjamini_yekutieli)}),
    );
    let row = |q: &Question| {
        json!({"label": q.label, "family": options.family.as_ref().map(|_| &q.family), "p": q.found.p,
            "bonferroni": q.found.bonferroni, "holm": q.found.holm, "hochberg": q.found.hochberg,
            "benjamini_hochberg": q.found.benjamini_hochberg, "benjamini_yekutieli": q.found.benjamini_yekutieli})
    };
    answer.set("questions", questions.iter().map(row).collect::<Vec<Value>>());
    text(&mut answer, &questions, options, [found(|a| a.p), found(|a| a.holm), found(|a| a.benjamini_hochberg)], lang);
    answer.put(lang, &options.answer)
}

fn text(answer: &mut Answer, questions: &[Question], options: &Adjust, found: [usize; 3], lang: Lang) {
    let (asked, alpha) = (questions.len(), shown(options.alpha, lang));
    let [alone, holm, bh] = found;
    answer.line(match lang {
        Lang::Da => format!(
            "{asked} spørgsmål, {alone} fund hver for sig: {holm} står, når chancen for bare ét falsk fund skal være højst {alpha} (Holm), og {bh}, når højst så stor en del af fundene må være falske (Benjamini-Hochberg)."
        ),
        Lang::En => format!(
            "{asked} questions, {alone} findings each by itself: {holm} stand when the chance of even one false finding is to be at most {alpha} (Holm), and {bh} when at most that share of the findings may be false (Benjamini-Hochberg)."
        ),
    });
    answer.line("");
    let (question, family) = (lang.pick("spørgsmål", "question"), lang.pick("familie", "family"));
    let mut heads = vec![question, "p", "Holm", "Hochberg", "Bonferroni", "BH", "BY"];
    if options.family.is_some() {
        heads.insert(1, family);
    }
    let mut table = TextTable::new(&heads);
    let mut order: Vec<&Question> = questions.iter().collect();
    order.sort_by(|a, b| a.found.p.total_cmp(&b.found.p));
    for q in order {
        let a = &q.found;
        let values = [a.p, a.holm, a.hochberg, a.bonferroni, a.benjamini_hochberg, a.benjamini_yekutieli];
        let mut cells = vec![q.label.clone()];
        cells.extend(options.family.as_ref().map(|_| q.family.clone()));
        cells.extend(values.map(|v| shown_p(v, lang)));
        table.row(cells);
    }
    answer.table(&table);
    answer.line("");
    answer.line(match lang {
        Lang::Da => "Tæl alle de spørgsmål med, der blev stillet, også dem uden fund; ellers retter intet op på det.",
        Lang::En => "Count every question that was asked, those without a finding too; nothing mends it otherwise.",
    });
}
