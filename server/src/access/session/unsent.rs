//! What a phone says that it still holds and the server lacks, in the header `waymark-unsent: answers=2, photos=12`.

/// The header.
pub const HEADER: &str = "waymark-unsent";

/// What a phone still holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Pieces of evidence whose bytes are not all on the server.
    pub photos: i32,
    /// Answers.
    pub answers: i32,
}

impl Unsent {
    /// What a header says; `None` where it cannot be read, or counts more than a phone can hold.
    pub fn parse(header: &str) -> Option<Self> {
        let mut unsent = Self::default();
        for part in header.split(',') {
            let (name, number) = part.trim().split_once('=')?;
            let number = number.parse().ok().filter(|number| (0..=100_000).contains(number))?;
            match name {
                "photos" => unsent.photos = number,
                "answers" => unsent.answers = number,
                _ => return None,
            }
        }
        Some(unsent)
    }
}

#[cfg(test)]
mod tests {
    use super::Unsent;

    #[test]
    fn what_is_unsent_reads_in_either_order_and_nothing_else_does() {
        let held = Unsent { photos: 12, answers: 2 };
        for header in ["answers=2, photos=12", "photos=12,answers=2"] {
            assert_eq!(Unsent::parse(header), Some(held), "{header}");
        }
        for odd in ["", "photos", "photos=-1", "photos=x", "photos=99999999", "photos=1, names=2"] {
            assert_eq!(Unsent::parse(odd), None, "{odd}");
        }
    }
}
