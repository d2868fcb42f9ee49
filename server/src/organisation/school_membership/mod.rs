//! A school's membership of a partnership. It is dated: "which partnership was this school in on 3 March" has an answer (D9).

pub mod store;
