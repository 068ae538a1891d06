//! Columns, design matrices, least squares, generalised linear and mixed models, robust and clustered covariance,
//! distributions and seeded chance. No word of the domain stands here.
//!
//! Matrices are column-major `f64`. Everything is a pure function of its arguments: no files, no clock, and chance only
//! from a seed. Sums over many rows are taken in blocks of a fixed size and added in order, so that an answer has the same
//! bytes at any number of threads.

#![allow(clippy::needless_range_loop, reason = "matrix code reads as its formulas do")]
#![allow(clippy::float_cmp, reason = "0, 1 and points already visited are compared as they are")]

pub mod bayes;
pub mod chance;
mod covariance;
mod design;
pub mod distribution;
mod error;
mod frame;
mod glm;
mod linear;
mod matrix;
mod mixed;
pub mod optimise;
mod ridge;

pub use covariance::{Clusters, Covariance, Robust, Tested, tested};
pub use design::{Base, Design, DesignSpec, rows_with_all};
pub use error::{Failure, Said};
pub use frame::{Column, Frame};
pub use glm::{Family, Glm, GlmFit, Standardised};
pub use linear::{LeastSquares, least_squares};
pub use matrix::{Cholesky, Matrix, symmetric_eigen};
pub use mixed::{RandomIntercept, random_intercept};
pub use ridge::{RidgeBasis, RidgeFit, penalties};
