//! What every page can reach.

use crate::benchmark::Known;
use crate::counted::Counted;
use figures::Published;
use law::LawBook;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use registry::{FacetIndex, Registry, RegistryError};
use std::sync::{Arc, OnceLock, RwLock};
use timeline::{CitizenId, Date};

/// Where "today" comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The clock, in Denmark.
    System,
    /// Always this day: for teaching and tests.
    Fixed(Date),
}

/// What is chosen when the program starts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The municipality whose registry it is, four digits.
    pub municipality: String,
    /// All people are made up, and nobody signs in.
    pub demo: bool,
    /// Where "today" comes from.
    pub clock: Clock,
}

/// Everything behind the pages.
pub struct AppState {
    pub(crate) registry: Registry,
    pub(crate) known: Known,
    pub(crate) law: LawBook,
    pub(crate) settings: Settings,
    /// The caseload as counted today.
    pub(crate) counted: tokio::sync::Mutex<Option<Arc<Counted>>>,
    facets: RwLock<Arc<FacetIndex>>,
}

/// Who looks and writes while nobody signs in.
pub(crate) const DEMO_USER: &str = "demo";

impl AppState {
    /// Make ready: count the caseload once.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn new(registry: Registry, figures: Published, settings: Settings) -> Result<Arc<Self>, RegistryError> {
        let index = registry.facet_index().await?;
        Ok(Arc::new(Self {
            registry,
            known: Known::new(figures),
            law: LawBook::shipped(),
            settings,
            counted: tokio::sync::Mutex::new(None),
            facets: RwLock::new(Arc::new(index)),
        }))
    }

    pub(crate) fn today(&self) -> Date {
        match self.settings.clock {
            Clock::Fixed(day) => day,
            Clock::System => {
                let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC);
                jiff::Timestamp::now().to_zoned(zone).date()
            }
        }
    }

    pub(crate) fn facets(&self) -> Arc<FacetIndex> {
        match self.facets.read() {
            Ok(index) => index.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    fn put(&self, index: FacetIndex) {
        let index = Arc::new(index);
        match self.facets.write() {
            Ok(mut place) => *place = index,
            Err(poisoned) => *poisoned.into_inner() = index,
        }
    }

    /// Bring the counts up to date with one case that was written to.
    pub(crate) async fn recount(&self, citizen: CitizenId) -> Result<(), RegistryError> {
        if let Some((flags, bands)) = self.registry.facet_row(citizen).await? {
            let mut index = (*self.facets()).clone();
            index.put(citizen, flags, &bands);
            self.put(index);
        }
        Ok(())
    }

    /// Count everything anew: after a new day, or when another program may have written.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn recount_all(&self) -> Result<(), RegistryError> {
        let index = self.registry.facet_index().await?;
        self.put(index);
        Ok(())
    }

    /// Bring lists up to today and count them anew.
    ///
    /// # Errors
    /// What the database may say.
    pub async fn new_day(&self) -> Result<(), RegistryError> {
        if self.registry.refresh(self.today(), |_| {}).await? > 0 {
            self.recount_all().await?;
        }
        Ok(())
    }
}

/// The one recorder of metrics in the program.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Full("http_request_seconds".to_owned()), &buckets)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}
