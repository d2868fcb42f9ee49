//! Counts the tokens and brackets of a query's text, in one pass and without memory. The grammar is that of the
//! GraphQL specification (September 2025, section 2.1); what is not a token is left for the parser to complain about.

use super::{Excess, Limits};

pub(super) fn check(limits: &Limits, query: &str) -> Result<(), Excess> {
    let mut rest = query.as_bytes();
    let (mut tokens, mut nesting) = (0_usize, 0_usize);
    while let Some(&first) = rest.first() {
        let length = match first {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                rest = &rest[1..];
                continue;
            }
            b'#' => {
                rest = &rest[line(rest)..];
                continue;
            }
            b'"' => string(rest),
            b'{' | b'(' | b'[' => {
                nesting += 1;
                1
            }
            b'}' | b')' | b']' => {
                nesting = nesting.saturating_sub(1);
                1
            }
            byte if is_word(byte) => rest.iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        rest = &rest[length..];
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Excess::Tokens(limits.tokens));
        }
        if nesting > limits.nesting {
            return Err(Excess::Nesting(limits.nesting));
        }
    }
    Ok(())
}

/// Part of a name or a number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.')
}

/// Up to the end of the line.
fn line(text: &[u8]) -> usize {
    text.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count()
}

/// The length of the string that `text` begins with, quotes included; all of the text when the string never ends.
fn string(text: &[u8]) -> usize {
    const BLOCK: &[u8] = b"\"\"\"";
    let block = text.starts_with(BLOCK);
    let mut at = if block { 3 } else { 1 };
    while at < text.len() {
        let rest = &text[at..];
        if block && rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if block && rest.starts_with(BLOCK) {
            return at + 3;
        } else if !block && rest[0] == b'\\' {
            at += 2;
        } else if !block && matches!(rest[0], b'"' | b'\n' | b'\r') {
            return at + 1;
        } else {
            at += 1;
        }
    }
    text.len()
}
