//! `effects rd`: a threshold that decides.

use super::{Answer, begin, load, said};
use crate::answer::{TextTable, coefficient_table, number, shown, shown_p};
use crate::args::{KernelWord, Rd};
use crate::commands::Context;
use crate::data::varies;
use crate::failure::Failure;
use ::effects::discontinuity::{Density, Discontinuity, Kernel, Limit, density, discontinuity};
use serde_json::{Value, json};
use timeline::Lang;

/// So small a share of distinct values, and the running variable is heaped.
const HEAPED: f64 = 0.8;

pub(super) fn rd(context: &Context, options: &Rd) -> Result<u8, Failure> {
    let lang = context.lang;
    let (data, used) = load(&options.data, [options.outcome.as_str(), &options.running])?;
    let frame = &used.frame;
    varies(frame, &options.outcome)?;
    let kernel = match options.kernel {
        KernelWord::Triangular => Kernel::Triangular,
        KernelWord::Uniform => Kernel::Uniform,
        KernelWord::Epanechnikov => Kernel::Epanechnikov,
    };
    let bandwidth = match (options.bandwidth, options.bias_bandwidth) {
        (None, Some(_)) => {
            return Err(Failure::usage("--bias-bandwidth kræver --bandwidth", "--bias-bandwidth needs --bandwidth"));
        }
        (None, None) => None,
        (Some(h), b) => Some((h, b.unwrap_or(h))),
    };
    if bandwidth.is_some_and(|(h, b)| !(h > 0.0 && b > 0.0 && h.is_finite() && b.is_finite())) {
        return Err(Failure::usage("en båndbredde er over 0", "a bandwidth is above 0"));
    }
    let (y, x) = (frame.numbers(&options.outcome)?, frame.numbers(&options.running)?);
    let found = discontinuity(y, x, options.cutoff, bandwidth, kernel)?;
    let heap = density(x, options.cutoff);
    let mut answer = begin("effects-rd", "summary", &data, &used, &options.answer);
    answer.set("cutoff", options.cutoff);
    answer.set("kernel", format!("{kernel:?}").to_lowercase());
    answer.set("bandwidth", json!({"h": found.h, "b": found.b, "chosen": bandwidth.is_none()}));
    let side = |l: &Limit, distinct: usize| json!({"n": l.n, "distinct": distinct, "used": l.used, "used_for_bias": l.used_for_bias, "limit": l.limit});
    answer.set("left", side(&found.left, found.distinct.0));
    answer.set("right", side(&found.right, found.distinct.1));
    let all = [&found.conventional, &found.bias_corrected, &found.robust];
    for t in all {
        answer.set(&t.term, number(t));
    }
    answer.set("summary", crate::answer::coefficients(&all.map(Clone::clone)));
    let told = heap.as_ref().map_or(Value::Null, |d| {
        let mut one = number(&d.jump);
        one["bin"] = json!(d.bin);
        one["bandwidth"] = json!(d.bandwidth);
        one
    });
    answer.set("density", told);
    text(&mut answer, options, &found, heap.as_ref(), lang);
    answer.put(lang, &options.answer)
}

fn text(answer: &mut Answer, options: &Rd, found: &Discontinuity, heap: Option<&Density>, lang: Lang) {
    let (outcome, cutoff) = (&options.outcome, shown(options.cutoff, lang));
    answer.line(match lang {
        Lang::Da => format!("{outcome}: springer {} ved {cutoff}.", said(&found.robust, lang)),
        Lang::En => format!("{outcome}: jumps {} at {cutoff}.", said(&found.robust, lang)),
    });
    answer.line("");
    answer.table(&coefficient_table(
        &[found.conventional.clone(), found.bias_corrected.clone(), found.robust.clone()],
        lang,
    ));
    answer.line("");
    let mut table = TextTable::new(&match lang {
        Lang::Da => ["side", "rækker", "med i estimatet", "med i dets skævhed", "grænseværdi"],
        Lang::En => ["side", "rows", "in the estimate", "in its bias", "limit"],
    });
    for (name, l) in
        [(lang.pick("under", "below"), &found.left), (lang.pick("fra og med", "at and above"), &found.right)]
    {
        table.row(vec![
            name.to_owned(),
            l.n.to_string(),
            l.used.to_string(),
            l.used_for_bias.to_string(),
            shown(l.limit, lang),
        ]);
    }
    answer.table(&table);
    answer.line(match lang {
        Lang::Da => {
            format!("Båndbredde {} for estimatet og {} for dets skævhed.", shown(found.h, lang), shown(found.b, lang))
        }
        Lang::En => {
            format!("Bandwidth {} of the estimate and {} of its bias.", shown(found.h, lang), shown(found.b, lang))
        }
    });
    if let Some(d) = heap {
        let p = shown_p(d.jump.p_value, lang);
        answer.line(match lang {
            Lang::Da => format!(
                "Tætheden af {} ved grænsen: springer {} (logaritme), p {p}.",
                options.running,
                shown(d.jump.estimate, lang)
            ),
            Lang::En => format!(
                "The density of {} at the cutoff: jumps {} (logarithm), p {p}.",
                options.running,
                shown(d.jump.estimate, lang)
            ),
        });
    }
    match heap {
        Some(d) if d.jump.p_value < 0.05 => answer.warn(
            "tætheden springer ved grænsen: nogen kan have flyttet sig over den, og så er de to sider ikke ens",
            "the density jumps at the cutoff: some may have moved across it, and then the two sides are not alike",
        ),
        None => answer.warn(
            "om tætheden springer ved grænsen, kan ikke prøves på disse værdier",
            "whether the density jumps at the cutoff cannot be tested on these values",
        ),
        _ => {}
    }
    let rows = found.left.n + found.right.n;
    if ((found.distinct.0 + found.distinct.1) as f64) < HEAPED * rows as f64 {
        answer.warn(
            format!("»{}« har samme værdi i mange rækker: intervallet kan være for smalt", options.running),
            format!("\"{}\" has the same value in many rows: the interval may be too narrow", options.running),
        );
    }
    if found.left.used.min(found.right.used) < 30 {
        answer.warn(
            "under 30 rækker på en side ligger inden for båndbredden: usikkerheden er selv usikker",
            "fewer than 30 rows on a side lie within the bandwidth: the error is itself uncertain",
        );
    }
}
