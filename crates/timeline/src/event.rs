//! What a fact can say. Categories that an act defines keep their Danish names; `docs/glossary.md` pairs each with its
//! paragraph and an English gloss.

use crate::{Cvr, Date, FactId, Lang, PNumber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A type of words: variants, their names in files, and what a Dane and an English reader call them.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $da:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vmeta])* #[doc = $en] #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in files and addresses.
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// The Danish label.
            pub const fn da(self) -> &'static str { match self { $(Self::$variant => $da),+ } }
            /// The English label.
            pub const fn en(self) -> &'static str { match self { $(Self::$variant => $en),+ } }
            /// The label in a language.
            pub const fn label(self, lang: Lang) -> &'static str {
                match lang { Lang::Da => self.da(), Lang::En => self.en() }
            }
            /// The value with that word in files.
            pub fn from_code(code: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.code() == code) }
        }
    };
}

words! {
    /// Public support (ydelse). Each has its own act; see the glossary.
    Ydelse {
        Dagpenge = "dagpenge", "Dagpenge", "Unemployment benefit";
        Kontanthjaelp = "kontanthjaelp", "Kontanthjælp", "Cash benefit";
        Uddannelseshjaelp = "uddannelseshjaelp", "Uddannelseshjælp", "Education benefit (until 30 June 2025)";
        SelvforsoergelsesHjemrejseydelse = "sho", "Selvforsørgelses- og hjemrejseydelse eller overgangsydelse", "Self-support, repatriation or transitional benefit (until 30 June 2025)";
        Sygedagpenge = "sygedagpenge", "Sygedagpenge", "Sickness benefit";
        Jobafklaring = "jobafklaring", "Ressourceforløbsydelse i jobafklaring", "Benefit in a job clarification course";
        Ressourceforloeb = "ressourceforloeb", "Ressourceforløbsydelse", "Benefit in a resource course";
        Ledighedsydelse = "ledighedsydelse", "Ledighedsydelse", "Unemployment benefit between flexible jobs";
        Revalideringsydelse = "revalideringsydelse", "Revalideringsydelse", "Rehabilitation benefit";
        Fleksloentilskud = "fleksloentilskud", "Fleksløntilskud", "Flexible job wage supplement";
        Foertidspension = "foertidspension", "Førtidspension", "Disability pension";
        Seniorpension = "seniorpension", "Seniorpension", "Senior pension";
        Efterloen = "efterloen", "Efterløn", "Early retirement benefit";
        Barselsdagpenge = "barselsdagpenge", "Barselsdagpenge", "Parental benefit";
        Feriedagpenge = "feriedagpenge", "Feriedagpenge", "Holiday benefit";
        Su = "su", "SU", "State education grant";
        Ingen = "ingen", "Ingen offentlig ydelse", "No public support";
    }
}

impl Ydelse {
    /// Whether a day with it counts as supported by the public: all but SU, holiday benefit and none.
    pub const fn is_support(self) -> bool {
        !matches!(self, Self::Su | Self::Feriedagpenge | Self::Ingen)
    }
}

words! {
    /// Target group (målgruppe), LAB § 6, numbered as since 1 January 2020 (lov 548/2019); older numbering belongs to
    /// the rule book.
    Maalgruppe {
        Dagpenge = "6.1", "Dagpengemodtager", "Insured unemployed";
        Jobparat = "6.2", "Jobparat", "Job-ready";
        Aktivitetsparat = "6.3", "Aktivitetsparat", "Activity-ready";
        Uddannelsesparat = "6.4", "Uddannelsesparat", "Education-ready";
        AktivitetsparatUng = "6.5", "Aktivitetsparat under 30", "Activity-ready under 30";
        Sygedagpenge = "6.6", "Sygemeldt", "On sick pay";
        Jobafklaring = "6.7", "Jobafklaring", "Job clarification";
        Ressourceforloeb = "6.8", "Ressourceforløb", "Resource course";
        Fleksjob = "6.9", "Fleksjob og ledighedsydelse", "Flexible job";
        Revalidering = "6.10", "Revalidering", "Rehabilitation";
        Foertidspension = "6.11", "Førtidspensionist", "Disability pensioner";
        Selvforsoergende = "6.12", "Selvforsørgende", "Self-supporting";
        Under18 = "6.13", "Under 18 år", "Under 18";
    }
}

words! {
    /// Readiness, where the group alone does not tell it.
    Parathed {
        Jobparat = "jobparat", "jobparat", "job-ready";
        Aktivitetsparat = "aktivitetsparat", "aktivitetsparat", "activity-ready";
        Uddannelsesparat = "uddannelsesparat", "uddannelsesparat", "education-ready";
        AabenlystUddannelsesparat = "aabenlyst_uddannelsesparat", "åbenlyst uddannelsesparat", "obviously education-ready";
        UngHosKommunen = "ung_hos_kommunen", "under 25 med hele kontaktforløbet i kommunen (§ 27, stk. 3)", "under 25 with the whole contact course in the municipality (§ 27 stk. 3)";
    }
}

words! {
    /// Whether a talk has been held.
    TalkState {
        Planned = "planned", "aftalt", "planned";
        Held = "held", "holdt", "held";
        Missed = "missed", "udeblevet", "missed";
        Cancelled = "cancelled", "aflyst", "cancelled";
    }
}

words! {
    /// Form of a talk (samtaleform).
    Channel {
        InPerson = "in_person", "fremmøde", "in person";
        Phone = "phone", "telefon", "phone";
        Video = "video", "video", "video";
        Digital = "digital", "digitalt", "digital";
    }
}

words! {
    /// Who holds a talk or answers for a course.
    Holder {
        Kommune = "kommune", "kommunen", "municipality";
        AKasse = "a_kasse", "a-kassen", "unemployment fund";
        AndenAktoer = "anden_aktoer", "anden aktør", "other actor";
        Faelles = "faelles", "kommunen og a-kassen sammen", "municipality and unemployment fund together";
    }
}

words! {
    /// Kinds of offer and support (LAB chapters 10 to 16 a and 26 ff.).
    Tilbud {
        Vejledning = "vejledning", "Vejledning og opkvalificering", "Guidance and upskilling";
        Virksomhedspraktik = "virksomhedspraktik", "Virksomhedspraktik", "Company internship";
        LoentilskudPrivat = "loentilskud_privat", "Privat løntilskud", "Private wage subsidy";
        LoentilskudOffentlig = "loentilskud_offentlig", "Offentligt løntilskud", "Public wage subsidy";
        Nytteindsats = "nytteindsats", "Nytteindsats", "Utility work";
        SaerligtTilrettelagtNytteindsats = "saerlig_nytteindsats", "Særligt tilrettelagt nytteindsats", "Specially arranged utility work";
        Arbejdspligt = "arbejdspligt", "Arbejdspligt", "Work duty";
        Mentor = "mentor", "Mentor", "Mentor";
        Voksenlaerling = "voksenlaerling", "Voksenlærling", "Adult apprentice";
        Jobrotation = "jobrotation", "Jobrotation", "Job rotation";
        Laesekursus = "laesekursus", "Læse-, skrive- og regnekursus", "Reading, writing and arithmetic course";
    }
}

words! {
    /// What an adviser is to a case.
    Role {
        Sagsbehandler = "sagsbehandler", "rådgiver", "caseworker";
        Tovholder = "tovholder", "tovholder", "coordinator";
        PersonligJobformidler = "personlig_jobformidler", "personlig jobformidler", "personal job agent";
    }
}

words! {
    /// Why a duty does not hold for a while (fritagelse) or a citizen is away (fravær).
    Fritagelse {
        Sygdom = "sygdom", "sygdom", "illness";
        Ferie = "ferie", "ferie", "holiday";
        Barsel = "barsel", "barsel", "parental leave";
        MindreIntensiv = "mindre_intensiv", "mindre intensiv indsats", "less intensive effort";
        PersonligBegrundet = "personlig", "personligt begrundet undtagelse", "personal, reasoned exemption";
        KommendeJob = "kommende_job", "job inden for kort tid", "about to start a job";
        Andet = "andet", "andet", "other";
    }
}

words! {
    /// How a goal of the plan stands.
    GoalState {
        Set = "set", "sat", "set";
        Reached = "reached", "nået", "reached";
        Changed = "changed", "ændret", "changed";
        Dropped = "dropped", "opgivet", "dropped";
    }
}

words! {
    /// How a step of the plan stands.
    StepState {
        Agreed = "agreed", "aftalt", "agreed";
        Done = "done", "gjort", "done";
        Dropped = "dropped", "opgivet", "dropped";
    }
}

words! {
    /// How somebody was reached, company or other field.
    Contact {
        Visit = "visit", "besøg", "visit";
        Phone = "phone", "telefon", "phone";
        Message = "message", "besked", "message";
        Meeting = "meeting", "møde", "meeting";
    }
}

words! {
    /// What is measured towards work. Our own short set; the names follow the themes that the BIP study linked to job
    /// chances, and none of its items is used. See `docs/glossary.md`.
    Indicator {
        TroPaaJob = "tro_paa_job", "tro på job", "belief in getting a job";
        Hverdag = "hverdag", "hverdag", "everyday coping";
        Jobsoegning = "jobsoegning", "jobsøgning", "job search";
        Helbred = "helbred", "helbred i hverdagen", "coping with health";
        Samarbejde = "samarbejde", "samarbejde", "cooperation";
        Viden = "viden", "viden om arbejdsmarkedet", "knowledge of the labour market";
    }
}

words! {
    /// The lanes of a timeline picture, from the top.
    Lane {
        Benefit = "benefit", "Ydelse", "Benefit";
        Work = "work", "Job og timer", "Job and hours";
        Offer = "offer", "Tilbud", "Offers";
        Talk = "talk", "Samtaler", "Talks";
        Plan = "plan", "Plan", "Plan";
        Progression = "progression", "Progression", "Progression";
        Other = "other", "Andet", "Other";
    }
}

/// A company, as much of it as the source told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// The name people use.
    pub name: String,
    /// Company number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvr: Option<Cvr>,
    /// Number of the place of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_number: Option<PNumber>,
}

/// The scale an answer was given on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Version of the question and its anchors; answers to different versions are never joined.
    pub version: String,
    /// Lowest answer.
    pub low: i32,
    /// Highest answer.
    pub high: i32,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A point on the scale.
    Value(i32),
    /// Asked, and not answered.
    NotAnswered,
}

words! {
    /// Who answered a measurement; the two are never averaged.
    AnsweredBy {
        Citizen = "citizen", "borgeren", "the citizen";
        Adviser = "adviser", "rådgiveren", "the adviser";
    }
}

/// What a fact says. In files the kind stands in `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A benefit is received over the period.
    Benefit {
        /// Which benefit.
        benefit: Ydelse,
        /// Share of full time in percent, where it is less than full.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 100))]
        share_percent: Option<u8>,
    },
    /// Placed in a target group (visitation).
    TargetGroup {
        /// LAB § 6, number.
        group: Maalgruppe,
        /// Readiness, where the group alone does not tell it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        readiness: Option<Parathed>,
    },
    /// Registered as a jobseeker, or first approached the municipality or a-kasse: the start of a clock.
    Registration {
        /// Where.
        with: Holder,
    },
    /// CV on the national site made or approved.
    Cv {
        /// Approved by somebody, or by the citizen alone.
        approved: bool,
    },
    /// Jobs applied for, as the log says.
    JobSearch {
        /// Number in the period.
        applications: u16,
    },
    /// A talk (samtale).
    Talk {
        /// Planned, held, missed or cancelled.
        state: TalkState,
        /// Who holds it.
        holder: Holder,
        /// In person, by phone or by video.
        channel: Channel,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<String>,
        /// What was agreed, in words the citizen sees.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<String>,
        /// Hour of the day as `10:30`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time: Option<String>,
    },
    /// A slot booked by the citizen or for the citizen.
    Booking {
        /// The talk it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        talk: Option<FactId>,
        /// Whether the citizen booked it (selvbooking).
        self_booked: bool,
    },
    /// An offer or support over the period.
    Offer {
        /// Which.
        offer: Tilbud,
        /// Agreed but not certain yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        planned: bool,
        /// Hours a week.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0, max = 60))]
        hours_per_week: Option<f32>,
        /// Where, when it is at a company.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        company: Option<Company>,
        /// What, in a few words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
    /// Ordinary paid hours beside a benefit.
    OrdinaryHours {
        /// Hours a week, on average over the period.
        #[schemars(range(min = 0, max = 60))]
        hours_per_week: f32,
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        company: Option<Company>,
    },
    /// A job without benefit, or a flexible job.
    Employment {
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        company: Option<Company>,
        /// Hours a week.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0, max = 60))]
        hours_per_week: Option<f32>,
        /// A flexible job (fleksjob).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fleksjob: bool,
    },
    /// Ordinary education.
    Education {
        /// What.
        title: String,
    },
    /// Away, known and accepted.
    Absence {
        /// Why.
        reason: Fritagelse,
    },
    /// Exempted from one or more duties.
    Exemption {
        /// Why.
        reason: Fritagelse,
        /// Codes of the rules it lifts; empty means those that the reason lifts by law.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rules: Vec<String>,
        /// The reason in words, where one must be given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
    /// A goal of the plan (Min Plan).
    Goal {
        /// In the citizen's or the adviser's words.
        text: String,
        /// How it stands from this day.
        state: GoalState,
        /// Whether the citizen set it.
        own_words: bool,
    },
    /// A step of the plan.
    Step {
        /// What.
        text: String,
        /// Who does it.
        who: String,
        /// How it stands from this day.
        state: StepState,
        /// By when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        due: Option<Date>,
    },
    /// A measurement of progression.
    Progression {
        /// What was measured.
        indicator: Indicator,
        /// Who answered.
        by: AnsweredBy,
        /// On which scale.
        scale: Scale,
        /// What.
        answer: Answer,
    },
    /// A method was chosen for this citizen, and why.
    MethodChoice {
        /// Name of the method.
        method: String,
        /// Why it was chosen.
        because: String,
    },
    /// Looking back on a chosen method.
    MethodReflection {
        /// The choice it looks back on.
        choice: FactId,
        /// What was learned.
        text: String,
        /// Would it be chosen again for somebody alike?
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<bool>,
    },
    /// Somebody answers for the case over the period.
    Assignment {
        /// As what.
        role: Role,
        /// Opaque staff id.
        staff: String,
        /// Name as screens show it.
        name: String,
        /// Department or team.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
    /// Contact with, or an effort in, another field (health, social, family), shared by consent.
    OtherField {
        /// Which field.
        field: String,
        /// What, in a few words.
        title: String,
    },
    /// A company was contacted for this citizen.
    CompanyContact {
        /// Which.
        company: Company,
        /// How.
        how: Contact,
        /// What came of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
    },
    /// A free note.
    Note {
        /// The words.
        text: String,
        /// Shown to the citizen.
        shared: bool,
    },
    /// The citizen's consent, or its withdrawal.
    Consent {
        /// To what.
        scope: String,
        /// Given, or taken back.
        given: bool,
    },
    /// Drawn into an arm of an experiment.
    Experiment {
        /// Code of the experiment.
        code: String,
        /// The arm.
        arm: String,
    },
    /// The fact it replaces does not hold and never did.
    Withdrawn {
        /// Why it was taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
}

impl Event {
    /// A wage subsidy (løntilskud) that is running or ran, private or public.
    pub const fn is_wage_subsidy(&self) -> bool {
        matches!(
            self,
            Self::Offer { offer: Tilbud::LoentilskudPrivat | Tilbud::LoentilskudOffentlig, planned: false, .. }
        )
    }

    /// The lane of the timeline picture it is drawn in.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Benefit { .. } | Self::TargetGroup { .. } | Self::Registration { .. } => Lane::Benefit,
            Self::OrdinaryHours { .. } | Self::Employment { .. } | Self::Education { .. } => Lane::Work,
            Self::Offer { .. } => Lane::Offer,
            Self::Talk { .. } | Self::Booking { .. } => Lane::Talk,
            Self::Goal { .. } | Self::Step { .. } | Self::MethodChoice { .. } | Self::MethodReflection { .. } => {
                Lane::Plan
            }
            Self::Progression { .. } => Lane::Progression,
            _ => Lane::Other,
        }
    }

    /// The word in `type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Benefit { .. } => "benefit",
            Self::TargetGroup { .. } => "target_group",
            Self::Registration { .. } => "registration",
            Self::Cv { .. } => "cv",
            Self::JobSearch { .. } => "job_search",
            Self::Talk { .. } => "talk",
            Self::Booking { .. } => "booking",
            Self::Offer { .. } => "offer",
            Self::OrdinaryHours { .. } => "ordinary_hours",
            Self::Employment { .. } => "employment",
            Self::Education { .. } => "education",
            Self::Absence { .. } => "absence",
            Self::Exemption { .. } => "exemption",
            Self::Goal { .. } => "goal",
            Self::Step { .. } => "step",
            Self::Progression { .. } => "progression",
            Self::MethodChoice { .. } => "method_choice",
            Self::MethodReflection { .. } => "method_reflection",
            Self::Assignment { .. } => "assignment",
            Self::OtherField { .. } => "other_field",
            Self::CompanyContact { .. } => "company_contact",
            Self::Note { .. } => "note",
            Self::Consent { .. } => "consent",
            Self::Experiment { .. } => "experiment",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}
