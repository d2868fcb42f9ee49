//! `where`: from an argument to a condition.
//!
//! A filter sees what its viewer sees, nothing more: a guarded column is compared as the viewer would read it, and a
//! relation only looks at rows behind the edge that the viewer may see.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value as GraphValue};
use sea_orm::Value;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement};

use super::TreeError;
use super::catalog::Catalog;
use super::noun::{Column, Edge, EdgeKind, Kind, Noun};
use super::value;
use crate::access::scope::{Scope, Sight, Table};

/// Edges that one filter may follow, one behind the other.
const MAX_EDGES: usize = 2;
/// Values that one `in` may list.
const MAX_LISTED: usize = 100;
/// Comparisons and relations in one filter.
const MAX_TERMS: usize = 60;

/// Says what is wrong with a filter, before any statement runs.
pub fn check(
    catalog: &'static Catalog,
    scope: &Scope,
    noun: &'static Noun,
    filter: &GraphValue,
    path: &str,
) -> Result<(), TreeError> {
    condition(catalog, scope, noun, &Table::named("t"), filter, path, Behind::LookedUp).map(drop)
}

/// How rows behind an edge to one are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// Each is looked up for the row before the edge: the best way to a page.
    LookedUp,
    /// All that fit are listed first: the best way where every row is looked at, for a database that does not see it by itself.
    Listed,
}

/// The condition that a filter means for rows of this table.
pub fn condition(
    catalog: &'static Catalog,
    scope: &Scope,
    noun: &'static Noun,
    table: &Table,
    filter: &GraphValue,
    path: &str,
    behind: Behind,
) -> Result<Condition, TreeError> {
    let mut builder = Builder { catalog, scope, path, behind, terms: 0 };
    builder.all_of(noun, table, filter, 0)
}

struct Builder<'a> {
    catalog: &'static Catalog,
    scope: &'a Scope,
    path: &'a str,
    behind: Behind,
    terms: usize,
}

impl Builder<'_> {
    fn all_of(
        &mut self,
        noun: &'static Noun,
        table: &Table,
        filter: &GraphValue,
        edges: usize,
    ) -> Result<Condition, TreeError> {
        let mut all = Condition::all();
        let GraphValue::Object(fields) = filter else {
            return Ok(all);
        };
        for (name, given) in fields {
            if matches!(given, GraphValue::Null) {
                continue;
            }
            self.terms += 1;
            if self.terms > MAX_TERMS {
                return Err(self.wrong(&format!("a filter has {MAX_TERMS} terms at most")));
            }
            all = match name.as_str() {
                "and" => all.add(self.each(noun, table, given, edges, Condition::all())?),
                "or" => all.add(self.each(noun, table, given, edges, Condition::any())?),
                "not" => all.add(holds_not(self.all_of(noun, table, given, edges)?)),
                name => match (noun.column_named(name), noun.edge_named(name)) {
                    (Some(column), _) => all.add(self.compare(noun, column, table, given)?),
                    (_, Some(edge)) => all.add(self.relation(edge, table, given, edges + 1)?),
                    _ => return Err(self.wrong("this cannot be filtered by")),
                },
            };
        }
        Ok(all)
    }

    fn each(
        &mut self,
        noun: &'static Noun,
        table: &Table,
        given: &GraphValue,
        edges: usize,
        mut into: Condition,
    ) -> Result<Condition, TreeError> {
        let one = std::slice::from_ref(given);
        let list = if let GraphValue::List(list) = given { list.as_slice() } else { one };
        for filter in list {
            into = into.add(self.all_of(noun, table, filter, edges)?);
        }
        Ok(into)
    }

    fn relation(
        &mut self,
        edge: &'static Edge,
        table: &Table,
        given: &GraphValue,
        edges: usize,
    ) -> Result<Condition, TreeError> {
        if edges > MAX_EDGES {
            return Err(self.wrong(&format!("a filter follows {MAX_EDGES} edges at most")));
        }
        let inner = Table::named(format!("{}_{}", table.alias().inner(), self.terms));
        match &edge.kind {
            EdgeKind::One { target, column } => {
                let (target, key) = (self.catalog.noun(target), edge.read(column, self.scope, table));
                let mut rows = self.behind(target, &inner, given, edges)?;
                Ok(Condition::all().add(if self.behind == Behind::Listed {
                    key.in_subquery(rows.expr(inner.col("id")).take())
                } else {
                    Expr::exists(rows.expr(Expr::val(1)).and_where(inner.col("id").eq(key)).take())
                }))
            }
            EdgeKind::Many { target, column } => {
                let GraphValue::Object(quantified) = given else { return Ok(Condition::all()) };
                let mut all = Condition::all();
                for (quantifier, filter) in quantified {
                    let mut rows = self.behind(self.catalog.noun(target), &inner, filter, edges)?;
                    let link = inner.col(column.clone()).eq(table.col("id"));
                    let exists = Expr::exists(rows.expr(Expr::val(1)).and_where(link).take());
                    all = all.add(if quantifier == "none" { exists.not() } else { exists });
                }
                Ok(all)
            }
            EdgeKind::AnyOf { .. } => Err(self.wrong("this cannot be filtered by")),
        }
    }

    /// The rows behind an edge that may be seen and fit.
    fn behind(
        &mut self,
        target: &'static Noun,
        inner: &Table,
        filter: &GraphValue,
        edges: usize,
    ) -> Result<SelectStatement, TreeError> {
        let seen = (target.may_see)(self.scope, inner);
        if seen.is_nothing() && !(target.may_count)(self.scope, inner).is_nothing() {
            return Err(TreeError::count_only(target, self.path));
        }
        let mut rows = Query::select();
        rows.from_as(target.table, inner.alias());
        match seen {
            Sight::All => {}
            Sight::Nothing => {
                rows.and_where(Expr::cust("1 = 0"));
            }
            Sight::Where(condition) => {
                rows.and_where(condition);
            }
        }
        rows.cond_where(self.all_of(target, inner, filter, edges)?);
        Ok(rows)
    }

    fn compare(
        &self,
        noun: &Noun,
        column: &'static Column,
        table: &Table,
        given: &GraphValue,
    ) -> Result<Condition, TreeError> {
        let GraphValue::Object(operators) = given else {
            return Err(self.wrong("a comparison names an operator, e.g. { eq: ... }"));
        };
        let mut all = Condition::all();
        let is_between = is_between(operators, column.kind);
        for (operator, given) in operators {
            if matches!(given, GraphValue::Null) {
                continue;
            }
            let expr = column.read(self.scope, table);
            let read = |given: &GraphValue| {
                value::from_graph(noun, column.kind, given)
                    .map_err(|wrong| self.wrong(&format!("`{}`: {wrong}", column.name)))
            };
            let bound = |given| read(given).map(if is_between { Expr::Constant } else { Expr::Value });
            all = all.add(match operator.as_str() {
                "eq" => expr.eq(read(given)?),
                "ne" => expr.ne(read(given)?),
                "lt" => expr.lt(bound(given)?),
                "lte" => expr.lte(bound(given)?),
                "gt" => expr.gt(bound(given)?),
                "gte" => expr.gte(bound(given)?),
                "in" => expr.is_in(self.listed(given, read)?),
                "contains" => self.like(expr, given, "%")?,
                "startsWith" => self.like(expr, given, "")?,
                "isNull" if matches!(given, GraphValue::Boolean(true)) => expr.is_null(),
                "isNull" => expr.is_not_null(),
                _ => return Err(self.wrong("there is no such comparison")),
            });
        }
        Ok(all)
    }

    fn listed(
        &self,
        given: &GraphValue,
        read: impl Fn(&GraphValue) -> Result<Value, TreeError>,
    ) -> Result<Vec<Value>, TreeError> {
        let one = std::slice::from_ref(given);
        let list = if let GraphValue::List(list) = given { list.as_slice() } else { one };
        if list.len() > MAX_LISTED {
            return Err(self.wrong(&format!("`in` takes {MAX_LISTED} values at most")));
        }
        list.iter().map(read).collect()
    }

    fn like(&self, expr: Expr, given: &GraphValue, before: &str) -> Result<Expr, TreeError> {
        let GraphValue::String(text) = given else { return Err(self.wrong("expected text")) };
        let mut pattern = before.to_owned();
        for letter in text.to_lowercase().chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        Ok(Expr::from(Func::lower(expr)).like(LikeExpr::new(pattern).escape('\\')))
    }

    fn wrong(&self, message: &str) -> TreeError {
        TreeError::input(self.path, &format!("where: {message}"))
    }
}

/// Rows for which a condition is false or unknown: SQL's own NOT would leave out the unknown ones.
fn holds_not(condition: Condition) -> Expr {
    Expr::from(Func::coalesce([Expr::from(condition), Expr::val(false)])).not()
}

/// Whether a day or a whole number is to lie between two bounds. These stand in the text of the statement: PostgreSQL keeps one plan
/// for all values that do not, and thinks that one row in two hundred lies between two that it does not know. They are few: days,
/// year groups, minutes.
fn is_between(operators: &IndexMap<Name, GraphValue>, kind: Kind) -> bool {
    let given = |names: [&str; 2]| {
        names.iter().any(|name| operators.get(*name).is_some_and(|given| *given != GraphValue::Null))
    };
    matches!(kind, Kind::Date | Kind::Int) && given(["gt", "gte"]) && given(["lt", "lte"])
}
