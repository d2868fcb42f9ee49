//! Noise: two-sided geometric, drawn from a key.
//!
//! The difference of two geometric numbers is a whole number whose chance falls by the same factor, e^(-1/scale), with
//! every step away from 0 (Ghosh, Roughgarden and Sundararajan 2009: no other noise of the same promise serves counts
//! better). There is nothing to add up over cells: each draws its own, and the totals are cells too.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Cell, SCALE};

/// Disturbs a table. `secret` never leaves the server; `table` says which table it is, of which authority and census.
///
/// The key of the noise covers every count of the table. The same table gives the same answer, also after a restart;
/// where one child moved, all of its noise is another, so that two answers cannot be subtracted.
pub fn disturb(secret: &[u8; 32], table: &str, cells: &mut [Cell]) {
    let mut seed = keyed(secret);
    seed.update(table.as_bytes());
    for cell in &*cells {
        for value in &cell.key {
            seed.update(&[0, u8::from(value.is_some())]);
            seed.update(value.as_deref().unwrap_or_default().as_bytes());
        }
        seed.update(&cell.count.to_be_bytes());
    }
    let seed: [u8; 32] = seed.finalize().into_bytes().into();
    for (place, cell) in cells.iter_mut().enumerate() {
        cell.count += drawn(&seed, place);
    }
}

/// The noise of the cell at this place.
fn drawn(seed: &[u8; 32], place: usize) -> i64 {
    let mut draw = keyed(seed);
    draw.update(&place.to_be_bytes());
    let bytes: [u8; 32] = draw.finalize().into_bytes().into();
    let word = |at: usize| u64::from_be_bytes(std::array::from_fn(|index| bytes[at + index]));
    geometric(word(0)) - geometric(word(8))
}

/// How often in a row something of chance e^(-1/scale) happens, by a number that may be any with the same chance.
fn geometric(word: u64) -> i64 {
    // 53 bits and a half: never 0, never 1.
    let uniform = ((word >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (-f64::from(SCALE) * uniform.ln()).floor() as i64
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(counts: impl IntoIterator<Item = i64>) -> Vec<Cell> {
        counts.into_iter().enumerate().map(|(at, count)| Cell { key: vec![Some(at.to_string())], count }).collect()
    }

    fn disturbed(table: &str, counts: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let mut cells = self::table(counts);
        disturb(&[7; 32], table, &mut cells);
        cells.into_iter().map(|cell| cell.count).collect()
    }

    #[test]
    fn the_same_table_answers_the_same_and_another_wholly_anew() {
        let first = disturbed("a", [40; 50]);
        assert_eq!(first, disturbed("a", [40; 50]));
        for other in [disturbed("b", [40; 50]), disturbed("a", (0..50).map(|at| 40 + i64::from(at == 49)))] {
            let same = first.iter().zip(&other).filter(|(one, two)| one == two).count();
            assert!(same < 15, "{same} of 50 are the same");
        }
    }

    #[test]
    fn every_step_from_the_truth_is_rarer_by_the_same_factor() {
        const CELLS: usize = 400_000;
        let noise = disturbed("a", std::iter::repeat_n(0, CELLS));
        let share = |value: i64| noise.iter().filter(|one| **one == value).count() as f64 / CELLS as f64;
        let factor = (-1.0 / f64::from(SCALE)).exp();
        let most = (1.0 - factor) / (1.0 + factor);
        for value in -12..=12_i64 {
            let expected = most * factor.powi(i32::try_from(value.abs()).unwrap());
            assert!((share(value) / expected - 1.0).abs() < 0.08, "{value}: {} for {expected}", share(value));
        }
        let mean = noise.iter().sum::<i64>() as f64 / CELLS as f64;
        assert!(mean.abs() < 0.05, "{mean}");
    }
}
