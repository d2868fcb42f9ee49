//! Invented people, schools, providers, streets and towns: lists of words joined by rule.
//!
//! Nothing here is anybody's. Addresses end in `.example`, telephone numbers are of the range kept for drama
//! (01632 960000 to 960999), and the postcode area FX does not exist. A few names are as awkward as real ones: very
//! long, hyphenated, with apostrophes and accents.

use std::collections::HashSet;

use domain::organisation::ProviderKind;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A person's two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub given: String,
    pub family: String,
}

impl Person {
    pub fn full(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// The first letters of both names, as `R.T.`.
    pub fn initials(&self) -> String {
        let first = |name: &str| name.chars().next().unwrap_or('X');
        format!("{}.{}.", first(&self.given), first(&self.family))
    }

    /// An address under the given organisation's domain.
    pub fn email(&self, domain: &str) -> String {
        format!("{}.{}@{domain}", plain(&self.given), plain(&self.family))
    }
}

/// The second halves of providers' names, by what they offer.
fn offers(kind: ProviderKind) -> &'static [&'static str] {
    match kind {
        ProviderKind::RegisteredSchool => {
            &["Independent School", "Tutorial School", "House School", "School of Crafts"]
        }
        ProviderKind::Unregistered => &["Project", "Youth Workshop", "Community Hub", "Futures", "Boatyard Project"],
        ProviderKind::Construction => {
            &["Building Skills", "Brick and Timber", "Construction Training", "Trades Centre"]
        }
        ProviderKind::AnimalCare => &["Farm", "Stables", "Animal Care", "Smallholding", "Kennels and Learning"],
        ProviderKind::MotorVehicle => &["Motor Workshop", "Garage Skills", "Bike Works", "Vehicle Training"],
        ProviderKind::Music => &["Sound Studio", "Music Rooms", "Recording Project", "Beats and Words"],
        ProviderKind::Tuition => &["Tuition", "Tutors", "One to One Learning", "Study Rooms"],
        ProviderKind::Outdoor => &["Outdoor Learning", "Woodland School", "Sailing Centre", "Boxing and Fitness"],
        ProviderKind::Broker => &["Placements", "Pathways", "Education Brokers"],
    }
}

/// The county's towns, in the order of its five areas.
pub const TOWNS: [&str; 15] = [
    "Ledmarsh",
    "Saltern Cross",
    "Wexcombe",
    "Marrowby",
    "Copperleigh",
    "Otterhay",
    "Northfen",
    "Quillwell",
    "Ferrisby",
    "Tamsin Drove",
    "Oddwell",
    "Brackenholt",
    "Carrowmere",
    "Pykes Staithe",
    "Hollowdyke",
];

const GIVEN: [&str; 60] = [
    "Aaliyah", "Adam", "Aisha", "Alfie", "Amelia", "Amir", "Anya", "Archie", "Ava", "Ben", "Bethany", "Caleb",
    "Callum", "Carys", "Chidi", "Chloe", "Daisy", "Daniel", "Darius", "Deepa", "Eddie", "Elena", "Ellis", "Emeka",
    "Esme", "Farah", "Finn", "Freya", "George", "Grace", "Hana", "Harvey", "Imogen", "Isaac", "Ivy", "Jacob", "Jasmin",
    "Jude", "Kai", "Kieran", "Layla", "Leo", "Lola", "Maisie", "Marcus", "Mei", "Mohammed", "Nadia", "Noah", "Olivia",
    "Oscar", "Priya", "Reuben", "Rosa", "Samir", "Sky", "Tamara", "Toby", "Yusuf", "Zainab",
];

const FAMILY_FIRST: [&str; 24] = [
    "Ash", "Bar", "Brack", "Carr", "Cop", "Dun", "Fen", "Ferr", "Hald", "Holl", "Kel", "Lang", "Marr", "Nor", "Odd",
    "Pen", "Quil", "Red", "Salt", "Tam", "Thorn", "Wal", "Wex", "Yar",
];

const FAMILY_LAST: [&str; 20] = [
    "bridge", "by", "combe", "croft", "den", "dyke", "field", "ford", "grove", "holt", "ison", "land", "ley", "man",
    "mere", "owen", "ridge", "son", "well", "wick",
];

/// Names that forms and columns must survive.
const AWKWARD: [(&str, &str); 5] = [
    ("Zo\u{eb}", "Carrowmere-Thornfield"),
    ("Niamh", "O'Marrow"),
    ("S\u{f8}ren", "\u{c5}kerfen"),
    ("Jos\u{e9} Mar\u{ed}a", "de la Salterna y Wexcombe"),
    ("\u{141}ucja", "Nowofe\u{144}ska"),
];

/// The longest name of a provider: 92 characters.
pub const LONGEST_PROVIDER: &str =
    "The Saltern Cross and Greater Ledmarsh Community Centre for Outdoor Learning, Crafts and Boats";

const SCHOOL_WORDS: [&str; 28] = [
    "Aldergate",
    "Barley Hill",
    "Beacon",
    "Bellfen",
    "Causeway",
    "Cedarholt",
    "Drovers",
    "Elmstaithe",
    "Fallowfield",
    "Gannet",
    "Greensward",
    "Heronsgate",
    "Kingfisher",
    "Lapwing",
    "Larkrise",
    "Limeburner",
    "Millrace",
    "Nightjar",
    "Orchard Fen",
    "Plover",
    "Reedmace",
    "Sallow",
    "Sedgewick",
    "Sluice",
    "Tern",
    "Watermead",
    "Wherry",
    "Willowbank",
];

const SCHOOL_KINDS: [&str; 6] = ["Academy", "School", "High School", "College", "Community College", "Studio School"];

const STREET_WORDS: [&str; 18] = [
    "Anchor", "Barrow", "Chandler", "Dyke", "Eel", "Ferry", "Granary", "Hythe", "Kiln", "Maltings", "Mill", "Osier",
    "Pump", "Quay", "Sluice", "Staithe", "Tannery", "Weir",
];

const STREET_KINDS: [&str; 8] = ["Street", "Lane", "Row", "Road", "Yard", "Drove", "Way", "Close"];

/// Draws names; keeps those of organisations apart from each other.
#[derive(Debug)]
pub struct Names {
    rng: ChaCha8Rng,
    taken: HashSet<String>,
    people: usize,
}

impl Names {
    pub fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), taken: HashSet::new(), people: 0 }
    }

    /// A person. Every ninetieth bears an awkward name.
    pub fn person(&mut self) -> Person {
        self.people += 1;
        if self.people % 90 == 7 {
            let (given, family) = AWKWARD[self.people / 90 % AWKWARD.len()];
            return Person { given: given.to_owned(), family: family.to_owned() };
        }
        let given = self.one(&GIVEN).to_owned();
        let family = format!("{}{}", self.one(&FAMILY_FIRST), self.one(&FAMILY_LAST));
        Person { given, family }
    }

    pub fn school(&mut self) -> String {
        self.fresh(|names| {
            let kind = names.one(&SCHOOL_KINDS);
            match names.rng.random_range(0..4) {
                0 => format!("{} {kind}", names.one(&TOWNS)),
                1 => format!("The {} School", names.one(&SCHOOL_WORDS)),
                _ => format!("{} {kind}", names.one(&SCHOOL_WORDS)),
            }
        })
    }

    /// A provider of the kind. The first unregistered one bears the longest name.
    pub fn provider(&mut self, kind: ProviderKind) -> String {
        if kind == ProviderKind::Unregistered && self.taken.insert(LONGEST_PROVIDER.to_owned()) {
            return LONGEST_PROVIDER.to_owned();
        }
        self.fresh(|names| {
            let kind = names.one(offers(kind));
            match names.rng.random_range(0..3) {
                0 => format!("{} {kind}", names.one(&TOWNS)),
                1 => format!("{}{} {kind}", names.one(&FAMILY_FIRST), names.one(&FAMILY_LAST)),
                _ => format!("{} {kind}", names.one(&SCHOOL_WORDS)),
            }
        })
    }

    pub fn street(&mut self) -> String {
        let number = self.rng.random_range(1..190);
        format!("{number} {} {}", self.one(&STREET_WORDS), self.one(&STREET_KINDS))
    }

    pub fn town(&mut self) -> &'static str {
        self.one(&TOWNS)
    }

    /// A postcode of an area that does not exist.
    pub fn postcode(&mut self) -> String {
        const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
        let mut letter = || char::from(*LETTERS.choose(&mut self.rng).unwrap_or(&b'A'));
        let (first, second) = (letter(), letter());
        format!("FX{} {}{first}{second}", self.rng.random_range(1..20), self.rng.random_range(0..10))
    }

    pub fn phone(&mut self) -> String {
        format!("01632 960{:03}", self.rng.random_range(0..1000))
    }

    fn one(&mut self, words: &'static [&'static str]) -> &'static str {
        words.choose(&mut self.rng).copied().unwrap_or_default()
    }

    /// A name not given before; numbered when the words have run out.
    fn fresh(&mut self, mut make: impl FnMut(&mut Self) -> String) -> String {
        let mut name = make(self);
        for attempt in 2.. {
            if self.taken.insert(name.clone()) {
                break;
            }
            name = if attempt < 30 { make(self) } else { format!("{} {attempt}", make(self)) };
        }
        name
    }
}

/// The domain of an organisation: its name in lower case, joined by hyphens, under `.example`.
pub fn domain(organisation: &str) -> String {
    let words: Vec<String> = organisation.split([' ', '-']).map(plain).filter(|word| !word.is_empty()).collect();
    let mut host = words.join("-");
    host.truncate(48);
    format!("{}.example", host.trim_end_matches('-'))
}

/// Small letters and digits only; accents are dropped.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'a'..='z' | '0'..='9' => Some(letter),
            '\u{e0}'..='\u{e5}' => Some('a'),
            '\u{e8}'..='\u{eb}' => Some('e'),
            '\u{ec}'..='\u{ef}' => Some('i'),
            '\u{f2}'..='\u{f8}' => Some('o'),
            '\u{142}' => Some('l'),
            '\u{144}' => Some('n'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_never_share_a_name() {
        let mut names = Names::new(1);
        let all: HashSet<String> = (0..400).map(|_| names.school()).collect();
        assert_eq!(all.len(), 400);
        let farms: HashSet<String> = (0..400).map(|_| names.provider(ProviderKind::AnimalCare)).collect();
        assert_eq!(farms.len(), 400);
    }

    #[test]
    fn the_same_seed_gives_the_same_names() {
        let draw = || {
            let mut names = Names::new(7);
            (names.person(), names.school(), names.street(), names.postcode(), names.phone())
        };
        assert_eq!(draw(), draw());
    }

    #[test]
    fn addresses_are_plain_and_reserved() {
        let person = Person { given: "Jos\u{e9} Mar\u{ed}a".to_owned(), family: "O'Marrow-\u{c5}kerfen".to_owned() };
        assert_eq!(person.email(&domain("The Quay School")), "josemaria.omarrowakerfen@the-quay-school.example");
        assert!(domain(LONGEST_PROVIDER).len() < 60);
        assert!(Names::new(2).phone().starts_with("01632 960"));
    }

    #[test]
    fn awkward_names_occur() {
        let mut names = Names::new(3);
        let people: Vec<Person> = (0..500).map(|_| names.person()).collect();
        for (_, family) in AWKWARD {
            assert!(people.iter().any(|person| person.family == family), "{family}");
        }
        assert!((85..=100).contains(&LONGEST_PROVIDER.chars().count()));
    }
}
