//! Accounts as the graph shows them.

use domain::access::{AccountState, Role};
use entity::account::{Column, Entity};
use entity::ids::{AccountId, Key};
use entity::{membership, session, visit, visit_visitor};
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of an account.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Account",
        AccountId::PREFIX,
        "Someone who can sign in. Everybody sees their own; the QA team sees those of its authority; a provider its colleagues and its visitors.",
    )
    .listed_as("accounts")
    .column("name", Column::Name, "Name.")
    .column("email", Column::Email, "E-mail. For officers, and for oneself.")
    .guarded(officers_or_oneself)
    .code::<AccountState>("state", Column::State, "May it sign in?")
    .stamped()
    .many("memberships", "Membership", membership::Column::AccountId, "Its roles.")
    .many("sessions", "SignInSession", session::Column::AccountId, "Where it is or was signed in.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(may_see)
}

fn oneself(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::Id), &[scope.account_id])
}

fn officers_or_oneself(scope: &Scope, table: &Table) -> Sight {
    let row = Table::named("managed");
    let officers = Sight::keys(row.col(membership::Column::AuthorityId), &scope.authorities(&[Role::Officer]));
    oneself(scope, table).or(with_membership(table.col(Column::Id), &row, officers))
}

/// Oneself, the QA team's accounts, colleagues at a provider, and its visitors.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let row = Table::named("member");
    let team = Sight::keys(row.col(membership::Column::AuthorityId), &scope.qa_team())
        .or(Sight::keys(row.col(membership::Column::ProviderId), &scope.providers()));
    oneself(scope, table).or(with_membership(table.col(Column::Id), &row, team)).or(visitors_of_own(scope, table))
}

/// Rows whose `account` holds or held a role that the sight lets through.
pub(super) fn with_membership(account: Expr, row: &Table, sight: Sight) -> Sight {
    let Sight::Where(condition) = sight else { return Sight::Nothing };
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as("membership", row.alias())
        .and_where(row.col(membership::Column::AccountId).eq(account))
        .and_where(condition);
    Sight::Where(Expr::exists(rows))
}

/// The visitors of visits to the viewer's providers.
fn visitors_of_own(scope: &Scope, table: &Table) -> Sight {
    let (part, row) = (Table::named("part"), Table::named("visited"));
    let Sight::Where(own) = Sight::keys(row.col(visit::Column::ProviderId), &scope.providers()) else {
        return Sight::Nothing;
    };
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as("visit_visitor", part.alias())
        .inner_join(
            (sea_orm::sea_query::TableRef::from("visit")).alias(row.alias()),
            row.col(visit::Column::Id).eq(part.col(visit_visitor::Column::VisitId)),
        )
        .and_where(part.col(visit_visitor::Column::AccountId).eq(table.col(Column::Id)))
        .and_where(own);
    Sight::Where(Expr::exists(rows))
}
