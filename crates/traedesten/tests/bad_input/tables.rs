//! Tables that every command can use, and the words that use them.

use statistics::chance::Chance;

/// A table in columns of text.
#[derive(Clone, Debug)]
pub struct Table {
    pub names: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(names: &str) -> Self {
        Self { names: names.split(',').map(str::to_owned).collect(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().collect();
        assert_eq!(row.len(), self.names.len(), "a cell for each heading");
        self.rows.push(row);
    }

    fn place(&self, column: &str) -> usize {
        self.names.iter().position(|n| n == column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// With another value in one cell; rows are counted from 1.
    pub fn put(mut self, row: usize, column: &str, value: &str) -> Self {
        let at = self.place(column);
        value.clone_into(&mut self.rows[row - 1][at]);
        self
    }

    /// With every value of a column made from its row, counted from 0.
    pub fn fill(mut self, column: &str, of: impl Fn(usize) -> String) -> Self {
        let at = self.place(column);
        self.rows.iter_mut().enumerate().for_each(|(i, row)| row[at] = of(i));
        self
    }

    pub fn rename(mut self, column: &str, name: &str) -> Self {
        let at = self.place(column);
        name.clone_into(&mut self.names[at]);
        self
    }

    /// The first rows.
    pub fn first(mut self, rows: usize) -> Self {
        self.rows.truncate(rows);
        self
    }

    pub fn without(mut self, keep: impl Fn(&[String]) -> bool) -> Self {
        self.rows.retain(|row| !keep(row));
        self
    }

    pub fn csv(&self) -> String {
        self.joined(",")
    }

    pub fn joined(&self, mark: &str) -> String {
        let lines = std::iter::once(&self.names).chain(&self.rows);
        lines.map(|cells| cells.join(mark) + "\n").collect()
    }
}

/// Persons: outcome `y`, yes or no `b`, treated `d`, drawn `z`, after `p`, covariates `x` and `v`, weight `w`, cluster `c`,
/// group `g`, time `t`, event `e`, cause `k`, start of treatment `a`.
pub fn persons() -> Table {
    let mut chance = Chance::new(11, 0);
    let mut table = Table::new("id,y,b,d,z,p,x,v,w,c,g,t,e,k,a");
    for i in 0..120usize {
        let (x, v) = (chance.normal(), chance.normal());
        let z = f64::from(u8::from(chance.uniform() < 0.5));
        let d = f64::from(u8::from(chance.uniform() < 0.2 + 0.5 * z));
        let y = 1.0 + d + 0.5 * x + chance.normal();
        let b = u8::from(chance.uniform() < 0.3 + 0.3 * d);
        let t = 0.5 - 20.0 * chance.uniform().ln() * (-0.3 * x).exp();
        let k = if chance.uniform() < 0.25 { 0 } else { 1 + u8::from(chance.uniform() < 0.4) };
        let start =
            if chance.uniform() < 0.5 { format!("{:.1}", 0.1 + 10.0 * chance.uniform()) } else { String::new() };
        table.row([
            format!("q{i}"),
            format!("{y:.3}"),
            format!("{b}"),
            format!("{d}"),
            format!("{z}"),
            format!("{}", i % 2),
            format!("{x:.3}"),
            format!("{v:.3}"),
            format!("{:.2}", 0.5 + chance.uniform()),
            format!("s{}", i % 12),
            format!("g{}", i % 3),
            format!("{t:.1}"),
            format!("{}", u8::from(k > 0)),
            format!("{k}"),
            start,
        ]);
    }
    table
}

/// Units with events and trials.
pub fn units() -> Table {
    let mut chance = Chance::new(12, 0);
    let mut table = Table::new("unit,r,n");
    for i in 0..12 {
        let n = 40 + chance.below(200);
        let rate = chance.beta(4.0, 16.0);
        let r = (0..n).filter(|_| chance.uniform() < rate).count();
        table.row([format!("u{i}"), r.to_string(), n.to_string()]);
    }
    table
}

/// A panel: unit, time, outcome, treatment from `s` on, a covariate, weights that are the same for a unit.
pub fn panel() -> Table {
    let mut chance = Chance::new(13, 0);
    let mut table = Table::new("unit,time,y,d,x,s,w");
    for u in 0..14 {
        let (level, start) = (chance.normal(), [0, 4, 5][u % 3]);
        for time in 1..=8 {
            let d = u8::from(start > 0 && time >= start);
            let y = level + 0.2 * f64::from(time) + f64::from(d) + 0.5 * chance.normal();
            table.row([
                format!("u{u}"),
                time.to_string(),
                format!("{y:.3}"),
                d.to_string(),
                format!("{:.3}", chance.normal()),
                start.to_string(),
                format!("{}", 1 + u % 2),
            ]);
        }
    }
    table
}

/// Persons with a state in each of five months.
pub fn states() -> Table {
    let mut chance = Chance::new(14, 0);
    let mut table = Table::new("id,m1,m2,m3,m4,m5");
    for i in 0..20 {
        let state = |_| ["job", "dagpenge", "sygdom"][chance.below(3)].to_owned();
        table.row(std::iter::once(format!("q{i}")).chain((0..5).map(state)));
    }
    table
}

/// A command with its table.
pub struct Use {
    pub words: &'static str,
    pub table: fn() -> Table,
    /// A column of numbers that it uses.
    pub number: &'static str,
    /// Whether a row can be left out without the rest becoming useless.
    pub may_drop: bool,
}

const fn of(words: &'static str, table: fn() -> Table, number: &'static str, may_drop: bool) -> Use {
    Use { words, table, number, may_drop }
}

/// Every command of `results` and `effects` that reads a table.
pub const USES: &[Use] = &[
    of("results benchmark --unit c --outcome y --terms x,v --weights w", persons, "y", true),
    of("results benchmark --unit c --outcome y --terms x --random-intercept --leave-out unit", persons, "x", true),
    of("results benchmark --unit id --outcome b --terms x --link logit", persons, "b", true),
    of("results funnel --unit unit --events r --trials n", units, "r", true),
    of("results shrink --unit unit --events r --trials n --model beta-binomial", units, "r", true),
    of("results shrink --unit unit --events r --trials n --model normal-normal", units, "n", true),
    of("results shrink --unit unit --events r --trials n --model logit-normal", units, "n", true),
    of("results rank --unit unit --events r --trials n --draws 2000", units, "r", true),
    of("results regress --outcome y --terms d,x,g --weights w --se HC3", persons, "x", true),
    of("results regress --outcome y --terms d,x --cluster c", persons, "d", true),
    of("results regress --outcome y --terms d,x --cluster c --cluster g --se CR1", persons, "y", true),
    of("effects km --time t --event e --group g --rmst 5", persons, "t", true),
    of("effects aalen-johansen --time t --event k --group g", persons, "k", true),
    of("effects fine-gray --time t --event k --cause 1 --terms x,g", persons, "x", true),
    of("effects cox --time t --event e --terms x,d --strata g", persons, "t", true),
    of("effects cox --time t --event e --terms x,d --cluster c", persons, "e", true),
    of("effects hazard --time t --event e --terms x --segments 0,10,200", persons, "t", true),
    of(
        "effects hazard --time t --event e --terms x --segments 0,10,200 --rows segment --link exponential",
        persons,
        "e",
        true,
    ),
    of("effects timing --time t --event e --treated-at a --terms x --segments 0,5 --masses 1", persons, "x", true),
    of("effects rct --outcome y --treatment d --terms x,v", persons, "y", true),
    of("effects rct --outcome b --treatment d --terms x --binary", persons, "d", true),
    of("effects late --outcome y --treatment d --instrument z --terms x", persons, "z", false),
    of("effects aipw --outcome y --treatment d --terms x,v --cross-fit 3", persons, "d", true),
    of("effects match --outcome y --treatment d --terms x,v", persons, "x", true),
    of(
        "effects match --outcome y --treatment d --terms x,v --method mahalanobis --replace --bias-adjust",
        persons,
        "v",
        true,
    ),
    of("effects dml --outcome y --treatment d --terms x,v --learner linear", persons, "d", true),
    of("effects dml --outcome y --treatment d --terms x,v --model plr --learner forest --trees 20", persons, "y", true),
    of("effects cate --outcome y --treatment d --terms x,v --trees 100 --groups g", persons, "y", true),
    of("effects cate --outcome y --treatment d --terms x,v --learner t --trees 20 --groups g", persons, "x", true),
    of("effects cate --outcome y --treatment d --terms x,v --learner dr --groups g", persons, "v", true),
    of("effects did --outcome y --treated d --post p --terms x --cluster c", persons, "y", true),
    of("effects sensitivity --outcome y --treatment d --terms x,v", persons, "y", true),
    of("effects panel --outcome y --treatment d --unit unit --time time --terms x --weights w", panel, "y", true),
    of("effects panel --outcome y --treatment d --unit unit --time time --first-difference", panel, "d", true),
    of("effects event-study --outcome y --unit unit --time time --cohort s --control not-yet", panel, "y", false),
    of("effects scm --outcome y --unit unit --time time --treated u1 --from 4 --placebo", panel, "y", false),
    of("effects sdid --outcome y --unit unit --time time --treated u1 --from 4 --placebo", panel, "y", false),
];
