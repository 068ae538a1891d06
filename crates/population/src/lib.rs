//! Populations: made-up municipalities that look like real ones, and later journey sets and the batch engine.

mod synth;

pub use synth::{GroupTarget, SynthError, SynthOptions, Targets, synth, targets};
