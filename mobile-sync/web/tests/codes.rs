//! The codes that TypeScript is told of are the lists themselves. Read from the source: the crate is compiled for browsers only.

use domain::Code;
use domain::file::MediaType;
use domain::organisation::ContactRole;
use domain::quality::{ActionState, DocumentState, EvidenceKind, Rag, VisitState};
use domain::reference::{AnswerKind, Need};

const DECLARED: &str = include_str!("../src/codes.rs");

fn holds<C: Code>() {
    let texts: Vec<_> = C::ALL.iter().map(|code| format!("'{}'", code.as_str())).collect();
    let declared = format!("export type {} = {};\n", C::NAME, texts.join(" | "));
    assert!(DECLARED.contains(&declared), "{declared}");
}

#[test]
fn the_declared_codes_are_the_lists() {
    holds::<VisitState>();
    holds::<DocumentState>();
    holds::<ActionState>();
    holds::<Rag>();
    holds::<ContactRole>();
    holds::<AnswerKind>();
    holds::<EvidenceKind>();
    holds::<Need>();
    holds::<MediaType>();
}
