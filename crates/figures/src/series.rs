//! Which series there are, what they count, and where they break.

use crate::month::Month;

/// What a series is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Full-time persons (fuldtidspersoner).
    FullTime,
    /// Persons.
    Persons,
    /// Percent.
    Percent,
}

/// A point where a series changes meaning: lines stop there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The first month of the new meaning.
    pub from: Month,
    /// What happened, in Danish.
    pub da: &'static str,
    /// What happened, in English.
    pub en: &'static str,
}

const REFORM_2025: Break = Break {
    from: Month { year: 2025, month: 7 },
    da: "1. juli 2025 blev uddannelseshjælp og selvforsørgelses- og hjemrejseydelse til kontanthjælp; tallene er regnet tilbage og kan ikke sammenlignes hen over linjen",
    en: "On 1 July 2025 education benefit and self-support and repatriation benefit became cash benefit; earlier figures are back-cast and do not compare across the line",
};

macro_rules! series {
    ($($variant:ident $code:literal, $column:literal, $table:literal, $unit:ident, $breaks:literal, $da:literal, $en:literal, $of_da:literal, $of_en:literal;)+) => {
        /// A published monthly series.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Series { $(#[doc = $en] $variant,)+ }

        impl Series {
            /// Every series.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in addresses.
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// The column in the files of `data/jobindsats`.
            pub const fn column(self) -> &'static str { match self { $(Self::$variant => $column),+ } }
            /// The Jobindsats table it comes from.
            pub const fn table(self) -> &'static str { match self { $(Self::$variant => $table),+ } }
            /// What it is counted in.
            pub const fn unit(self) -> Unit { match self { $(Self::$variant => Unit::$unit),+ } }
            /// Name, Danish and English.
            pub const fn name(self) -> (&'static str, &'static str) { match self { $(Self::$variant => ($da, $en)),+ } }
            /// What a value is of or in, Danish and English.
            pub const fn of(self) -> (&'static str, &'static str) { match self { $(Self::$variant => ($of_da, $of_en)),+ } }
            /// Where it breaks.
            pub const fn breaks(self) -> &'static [Break] {
                match self { $(Self::$variant => if $breaks { &[REFORM_2025] } else { &[] }),+ }
            }
        }
    };
}

series! {
    Unemployment "ledighed", "unemp_pct_workforce", "y25i01", Percent, false, "Ledighed", "Unemployment", "pct. af arbejdsstyrken", "% of the workforce";
    DagpengeShare "dagpenge", "unemp_dagpenge_pct", "y25i01", Percent, false, "Dagpenge", "Unemployment benefit", "pct. af arbejdsstyrken", "% of the workforce";
    KontanthjaelpShare "kontanthjaelp", "kth_pct_population", "y60a02", Percent, true, "Kontanthjælp", "Cash benefit", "pct. af 16–66-årige", "% of those aged 16–66";
    ActivationDegree "aktiveringsgrad", "kth_activation_degree_pct", "y60c07", Percent, true, "Aktiveringsgrad", "Activation degree", "pct., kontanthjælp", "%, cash benefit";
    ActivatedShare "aktiveringsberoert", "kth_activated_share_pct", "y60c07", Percent, true, "Berørt af aktivering", "Touched by activation", "pct. af kontanthjælpsmodtagere", "% of cash benefit recipients";
    OrdinaryHoursShare "ordinaere-timer", "kth_ordinary_hours_share_pct", "y60j01", Percent, true, "Ordinære timer", "Ordinary hours", "pct. af kontanthjælpsmodtagere", "% of cash benefit recipients";
    LongTerm "langtidsledige", "longterm_total", "y25i09", Persons, false, "Langtidsledige", "Long-term unemployed", "personer", "persons";
    Unemployed "ledige", "unemp_total", "y25i01", FullTime, false, "Ledige", "Unemployed", "fuldtidspersoner", "full-time persons";
    UnemployedDagpenge "ledige-dagpenge", "unemp_dagpenge", "y25i01", FullTime, false, "Ledige på dagpenge", "Unemployed on unemployment benefit", "fuldtidspersoner", "full-time persons";
    UnemployedKontanthjaelp "ledige-kontanthjaelp", "unemp_kth", "y25i01", FullTime, false, "Jobparate ledige på kontanthjælp", "Job-ready unemployed on cash benefit", "fuldtidspersoner", "full-time persons";
    KontanthjaelpPersons "kontanthjaelp-personer", "kth_persons", "y60a02", Persons, true, "Personer på kontanthjælp", "Persons on cash benefit", "personer", "persons";
    KontanthjaelpFullTime "kontanthjaelp-fuldtid", "kth_fulltime", "y60a02", FullTime, true, "Fuldtidspersoner på kontanthjælp", "Full-time persons on cash benefit", "fuldtidspersoner", "full-time persons";
    KontanthjaelpWorkforce "kontanthjaelp-arbejdsstyrke", "kth_pct_workforce", "y60a02", Percent, true, "Kontanthjælp, af arbejdsstyrken", "Cash benefit, of the workforce", "pct. af arbejdsstyrken", "% of the workforce";
    OrdinaryHoursPersons "ordinaere-timer-personer", "kth_ordinary_hours_persons", "y60j01", Persons, true, "Personer med ordinære timer", "Persons with ordinary hours", "personer", "persons";
    UnemployedKontanthjaelpShare "ledighed-kontanthjaelp", "unemp_kth_pct", "y25i01", Percent, false, "Jobparate på kontanthjælp", "Job-ready on cash benefit", "pct. af arbejdsstyrken", "% of the workforce";
    LongTermDagpenge "langtidsledige-dagpenge", "longterm_dagpenge", "y25i09", Persons, false, "Langtidsledige på dagpenge", "Long-term unemployed on unemployment benefit", "personer", "persons";
    LongTermKontanthjaelp "langtidsledige-kontanthjaelp", "longterm_kth", "y25i09", Persons, false, "Langtidsledige på kontanthjælp", "Long-term unemployed on cash benefit", "personer", "persons";
}

impl Series {
    /// The series of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.code() == code)
    }

    /// Whether a lower value is the aim. `None` where the figure is a means or a count that says nothing by itself.
    pub const fn lower_is_better(self) -> Option<bool> {
        match self {
            Self::Unemployment
            | Self::DagpengeShare
            | Self::KontanthjaelpShare
            | Self::UnemployedKontanthjaelpShare => Some(true),
            Self::OrdinaryHoursShare => Some(false),
            _ => None,
        }
    }
}
