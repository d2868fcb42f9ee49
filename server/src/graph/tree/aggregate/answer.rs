//! Writing the groups of an aggregate, into the bytes of the answer.

use domain::disclosure::FEW;

use super::plan::{Aggregate, AnswerField, Figure, KeyPart, Measure};
use super::{Group, Quantity, SUFFIX, Told};
use crate::graph::scalars;
use crate::graph::tree::noun::{Column, Kind};
use crate::graph::tree::value::string;

/// The whole answer.
pub fn write(asked: &Aggregate, told: &Told) -> Vec<u8> {
    let mut writer = Writer { out: Vec::with_capacity(4096), asked };
    writer.object(&asked.fields, |writer, field| match field {
        AnswerField::TypeName => writer.text(&format!("{}{SUFFIX}", asked.noun.name)),
        AnswerField::Exact => writer.plain(if told.exact { "true" } else { "false" }),
        AnswerField::AsAt => writer.text(&scalars::instant(told.as_at)),
        AnswerField::Rows(figures) => writer.list(&told.groups, |writer, group| writer.group(figures, group)),
    });
    writer.out
}

struct Writer<'a> {
    out: Vec<u8>,
    asked: &'a Aggregate,
}

impl Writer<'_> {
    fn group(&mut self, figures: &[(String, Figure)], group: &Group) {
        let asked = self.asked;
        self.object(figures, |writer, figure| match figure {
            Figure::TypeName => writer.text(&format!("{}Group", asked.noun.name)),
            Figure::Key(parts) => writer.key(parts, group),
            Figure::Count => writer.number(group.count),
            Figure::Shown => writer.text(&shown(group)),
            Figure::Distinct(fields) => writer.object(fields, |writer, index| match index {
                None => writer.text(&format!("{}Distinct", asked.noun.name)),
                Some(index) => writer.number(group.distinct[*index]),
            }),
            Figure::Of(measure, fields) => writer.object(fields, |writer, index| match index {
                None => writer.text(&measure.type_name(asked.noun)),
                Some(index) => writer.quantity(*measure, asked.quantities[*index].0, group.quantities[*index]),
            }),
        });
    }

    fn key(&mut self, parts: &[(String, KeyPart)], group: &Group) {
        let asked = self.asked;
        let of: Vec<_> = asked.dimensions.iter().zip(&group.key).collect();
        self.list(&of, |writer, (dimension, part)| {
            writer.object(parts, |writer, field| match field {
                KeyPart::TypeName => writer.text("GroupKey"),
                KeyPart::Dimension => writer.text(&dimension.name),
                KeyPart::Value => writer.optional(part.value.as_deref()),
                KeyPart::Label => writer.optional(part.label.as_deref()),
            });
        });
    }

    fn quantity(&mut self, measure: Measure, column: &Column, quantity: Quantity) {
        let value = match measure {
            Measure::Sum if column.kind == Kind::Money => {
                return self.optional(quantity.sum.map(scalars::pounds).as_deref());
            }
            Measure::Sum => return self.number(quantity.sum),
            Measure::Mean => quantity.sum.map(|sum| sum as f64 / quantity.rows as f64),
            Measure::Median => quantity.median,
        };
        match (value, column.kind) {
            // To the penny.
            (Some(pence), Kind::Money) => self.text(&scalars::pounds(pence.round() as i64)),
            (Some(value), _) => self.plain(&format!("{value:?}")),
            (None, _) => self.plain("null"),
        }
    }

    fn object<T>(&mut self, fields: &[(String, T)], mut write: impl FnMut(&mut Self, &T)) {
        self.out.push(b'{');
        for (index, (key, field)) in fields.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.plain(key);
            write(self, field);
        }
        self.out.push(b'}');
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            write(self, item);
        }
        self.out.push(b']');
    }

    fn number(&mut self, number: Option<i64>) {
        self.plain(&number.map_or_else(|| "null".to_owned(), |number| number.to_string()));
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.plain("null"),
        }
    }

    fn text(&mut self, text: &str) {
        string(&mut self.out, text);
    }

    fn plain(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// The figure as it may be printed: of disturbed ones there is one, and it may be too small.
fn shown(group: &Group) -> String {
    let figure = group.count.or_else(|| group.distinct.iter().copied().flatten().next());
    figure.map_or_else(|| FEW.to_owned(), |figure| figure.to_string())
}
