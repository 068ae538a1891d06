//! Published figures: municipalities, their map, and the monthly series of Jobindsats.
//!
//! Suppressed is missing, never zero. The nation is read, never summed. A series that breaks says where. The room reads
//! text that it is given; only `api`, with the feature `fetch`, speaks to the network, and only when asked.

#![cfg_attr(
    feature = "fetch",
    allow(clippy::disallowed_methods, reason = "api waits and speaks to the network when it is asked to")
)]

#[cfg(feature = "fetch")]
pub mod api;
mod conditions;
mod expected;
mod map;
mod month;
mod offers;
mod places;
mod series;
mod store;

pub use conditions::{Conditions, Indicator, Role};
pub use expected::{Benchmarked, BenefitGroup, Publication, Recomputed, RollingYear};
pub use map::{MapShape, MunicipalMap};
pub use month::{Month, MonthError};
pub use offers::{OfferMix, ReadinessGroups, offers};
pub use places::{Municipality, NATION, find_municipality, municipalities, municipality};
pub use series::{Break, Series, Unit};
pub use store::{FiguresError, Place, Provenance, Published, Standing};
