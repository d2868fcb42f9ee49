//! Shapes of the rows, and nothing else: one file per table, typed keys, coded columns.

mod coded;
pub mod ids;

pub mod account;
pub mod action_update;
pub mod amendment;
pub mod approval;
pub mod attendance_mark;
pub mod audit;
pub mod audit_seal;
pub mod change;
pub mod contact;
pub mod document;
pub mod document_proof;
pub mod document_requirement;
pub mod document_type;
pub mod evidence;
pub mod finding;
pub mod framework;
pub mod framework_version;
pub mod idempotency;
pub mod improvement_action;
pub mod job;
pub mod judgement;
pub mod judgement_revision;
pub mod local_authority;
pub mod membership;
pub mod one_time_link;
pub mod partnership;
pub mod placement;
pub mod placement_session;
pub mod provider;
pub mod pupil;
pub mod rating;
pub mod school;
pub mod school_membership;
pub mod section;
pub mod session;
pub mod site;
pub mod standard;
pub mod visit;
pub mod visit_outcome;
pub mod visit_visitor;

pub use coded::Coded;
