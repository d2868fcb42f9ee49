//! Providers of alternative provision: one record, shared by all who commission them (S12). Officers and coordinators register them.

pub mod store;
