//! Writing the groups of an aggregate, into the bytes of the answer.

use super::plan::{Aggregate, AnswerField, Figure, KeyPart};
use super::{Group, SUFFIX, Told};
use crate::graph::scalars;
use crate::graph::tree::value::{Cell, string};

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
            Figure::Shown => writer.text(&group.shown()),
            Figure::Distinct(fields) => writer.object(fields, |writer, index| match index {
                None => writer.text(&format!("{}Distinct", asked.noun.name)),
                Some(index) => writer.number(group.distinct[*index]),
            }),
            Figure::Of(measure, fields) => writer.object(fields, |writer, index| match index {
                None => writer.text(&measure.type_name(asked.noun)),
                Some(index) => {
                    writer.cell(&group.quantities[*index].cell(*measure, asked.quantities[*index].0));
                }
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

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Money(pence) => self.text(&scalars::pounds(*pence)),
            Cell::Number(value) => self.plain(&format!("{value:?}")),
            Cell::Whole(number) => self.plain(&number.to_string()),
            _ => self.plain("null"),
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
