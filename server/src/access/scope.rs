//! What a viewer may see, and what it may only count.
//!
//! A [`Scope`] is computed once a request from the memberships that hold today. Every noun answers two questions with
//! it: *may see* and *may count*. The answers are SQL predicates over the noun's own table, so a list, a count, a filter,
//! an ordering, a cursor and a single node all equal "filter to visible, then operate".

use chrono::NaiveDate;
use domain::access::Role;
use entity::ids::{AccountId, AuthorityId, PartnershipId, ProviderId, SchoolId};
use sea_orm::Value;
use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query};

/// A table under the name it has in one statement.
#[derive(Debug, Clone)]
pub struct Table(DynIden);

impl Table {
    /// A table under this alias.
    pub fn named(alias: impl IntoIden) -> Self {
        Self(alias.into_iden())
    }

    /// A column of it.
    pub fn col(&self, column: impl IntoIden) -> Expr {
        Expr::col((self.0.clone(), column.into_iden()))
    }

    /// Its alias.
    pub fn alias(&self) -> DynIden {
        self.0.clone()
    }
}

/// The part of a noun's rows that a rule lets through.
#[derive(Debug, Clone)]
pub enum Sight {
    /// Every row.
    All,
    /// No row.
    Nothing,
    /// The rows for which this holds.
    Where(Expr),
}

impl Sight {
    /// Rows whose `column` holds one of these keys.
    pub fn keys<K: Copy + Into<Value>>(column: Expr, keys: &[K]) -> Self {
        match keys {
            [] => Self::Nothing,
            [key] => Self::Where(column.eq(*key)),
            keys => Self::Where(column.is_in(keys.iter().copied())),
        }
    }

    /// Rows that either lets through.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Nothing, sight) | (sight, Self::Nothing) => sight,
            (Self::Where(a), Self::Where(b)) => Self::Where(a.or(b)),
        }
    }

    /// Rows that pass this and the condition as well.
    #[must_use]
    pub fn and(self, condition: Expr) -> Self {
        match self {
            Self::All => Self::Where(condition),
            Self::Nothing => Self::Nothing,
            Self::Where(a) => Self::Where(a.and(condition)),
        }
    }

    /// Rows that the other predicate lets through as well.
    #[must_use]
    pub fn and_sight(self, other: Self) -> Self {
        match other {
            Self::All => self,
            Self::Nothing => Self::Nothing,
            Self::Where(condition) => self.and(condition),
        }
    }

    /// Whether nothing can pass, whatever the rows.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// A noun's predicate.
pub type Rule = fn(&Scope, &Table) -> Sight;

/// Where a viewer's roles reach, today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The viewer.
    pub account_id: AccountId,
    /// The day for which memberships were read.
    pub today: NaiveDate,
    grants: Vec<Grant>,
}

/// One role that holds today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The authority it is held within.
    pub authority_id: AuthorityId,
    /// For a coordinator: the partnership.
    pub partnership_id: Option<PartnershipId>,
    /// For a coordinator: the schools that are members of it today.
    pub school_ids: Vec<SchoolId>,
    /// For a provider's people: the provider.
    pub provider_id: Option<ProviderId>,
}

impl Scope {
    /// A scope from the grants that hold on a day.
    #[must_use]
    pub fn new(account_id: AccountId, today: NaiveDate, grants: Vec<Grant>) -> Self {
        Self { account_id, today, grants }
    }

    /// The grants it was made from.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Authorities in which the viewer holds one of these roles.
    #[must_use]
    pub fn authorities(&self, roles: &[Role]) -> Vec<AuthorityId> {
        self.distinct(|grant| roles.contains(&grant.role).then_some(grant.authority_id))
    }

    /// Authorities in which the viewer holds any role.
    #[must_use]
    pub fn any_authority(&self) -> Vec<AuthorityId> {
        self.authorities(&[Role::Officer, Role::Coordinator, Role::Provider, Role::Visitor, Role::Analyst])
    }

    /// Authorities whose QA team the viewer belongs to.
    #[must_use]
    pub fn qa_team(&self) -> Vec<AuthorityId> {
        self.authorities(&[Role::Officer, Role::Coordinator, Role::Visitor])
    }

    /// Providers that the viewer works for.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderId> {
        self.distinct(|grant| grant.provider_id.filter(|_| grant.role == Role::Provider))
    }

    /// Partnerships that the viewer coordinates.
    #[must_use]
    pub fn partnerships(&self) -> Vec<PartnershipId> {
        self.distinct(|grant| grant.partnership_id.filter(|_| grant.role == Role::Coordinator))
    }

    /// Schools of the partnerships that the viewer coordinates.
    #[must_use]
    pub fn schools(&self) -> Vec<SchoolId> {
        let mut schools: Vec<_> = self
            .grants
            .iter()
            .filter(|grant| grant.role == Role::Coordinator)
            .flat_map(|grant| grant.school_ids.iter().copied())
            .collect();
        schools.sort_unstable();
        schools.dedup();
        schools
    }

    /// Whether the viewer is of the QA team of this authority.
    #[must_use]
    pub fn is_qa_team(&self, authority_id: AuthorityId) -> bool {
        self.qa_team().contains(&authority_id)
    }

    /// Whether the viewer holds this role in this authority.
    #[must_use]
    pub fn holds(&self, role: Role, authority_id: AuthorityId) -> bool {
        self.authorities(&[role]).contains(&authority_id)
    }

    /// Whether any of the viewer's roles may take out as data what it sees.
    #[must_use]
    pub fn may_extract(&self) -> bool {
        self.grants.iter().any(|grant| grant.role.may_extract())
    }

    /// Whether the viewer works for this provider.
    #[must_use]
    pub fn works_for(&self, provider_id: ProviderId) -> bool {
        self.providers().contains(&provider_id)
    }

    fn distinct<T: Ord>(&self, pick: impl Fn(&Grant) -> Option<T>) -> Vec<T> {
        let mut found: Vec<T> = self.grants.iter().filter_map(pick).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Rows whose `id` expression names a row of another table that the other predicate lets through.
#[must_use]
pub fn behind(table: &'static str, row: &Table, id: Expr, sight: Sight) -> Sight {
    let condition = match sight {
        Sight::Nothing => return Sight::Nothing,
        Sight::All => return Sight::Where(id.is_not_null()),
        Sight::Where(condition) => condition,
    };
    let mut rows = Query::select();
    rows.expr(Expr::val(1)).from_as(table, row.alias()).and_where(row.col("id").eq(id)).and_where(condition);
    Sight::Where(Expr::exists(rows))
}
