//! Pupils. Special-category fields need a role and a relation: looked-after status is for officers and coordinators alone.

pub mod store;
