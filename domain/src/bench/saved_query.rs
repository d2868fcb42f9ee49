//! Saved queries: questions that come again, such as the dashboard's (S73), the termly report's (S74) or a request for data
//! (S77), kept under a name, shared, and readable as they were.
//!
//! A query lends no rights: it answers whoever runs it with what they may see. What it says is read by everybody it is
//! shared with, so it holds no names of children.

use crate::{codes, refusals};

/// Characters of a query's text, and of its variables.
pub const TEXT_LENGTH: std::ops::RangeInclusive<usize> = 1..=20_000;
/// Characters of a name.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=120;
/// Characters of a note.
const NOTE_LENGTH: usize = 2_000;

codes! {
    /// Who reads a saved query beside its owner, for as long as their role holds.
    SharedWith {
        /// Nobody.
        OnlyMe = "only_me",
        /// The coordinators of one partnership.
        Partnership = "partnership",
        /// The authority's officers, coordinators, visitors and analysts.
        Authority = "authority",
    }
}

refusals! {
    /// Why a query was not saved.
    SaveQueryRefusal {
        /// You hold no role in this authority.
        NotAllowed = "not_allowed",
        /// Name the query in 2 to 120 characters.
        NameLength = "name_length",
        /// A query has 1 to 20,000 characters.
        TextLength = "text_length",
        /// Variables are an object of JSON, 20,000 characters at most.
        VariablesUnfit = "variables_unfit",
        /// A note has 2,000 characters at most.
        NoteLength = "note_length",
        /// Only what reads is saved: this changes something.
        NotAQuery = "not_a_query",
        /// The server would not run this query: the problems say why, and where.
        WouldNotRun = "would_not_run",
    }
}

refusals! {
    /// Why a new version of a query was not saved.
    SaveQueryVersionRefusal {
        /// There is no such saved query, or none that you may see.
        NotFound = "not_found",
        /// Only its owner changes a saved query. Save it under a name of your own.
        NotAllowed = "not_allowed",
        /// The query was changed since you read it. Look at it as it is now.
        Stale = "stale",
        /// The query is retired. Save it as a new one.
        Retired = "retired",
        /// A query has 1 to 20,000 characters.
        TextLength = "text_length",
        /// Variables are an object of JSON, 20,000 characters at most.
        VariablesUnfit = "variables_unfit",
        /// A note has 2,000 characters at most.
        NoteLength = "note_length",
        /// Only what reads is saved: this changes something.
        NotAQuery = "not_a_query",
        /// The server would not run this query: the problems say why, and where.
        WouldNotRun = "would_not_run",
    }
}

/// What the server makes of a query, without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitness {
    /// It would run.
    Runs,
    /// It would change something.
    Changes,
    /// It would be refused.
    Refused,
}

/// What is saved.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The query.
    pub text: &'a str,
    /// Its variables, as text; whether that is an object of JSON.
    pub variables: Option<(&'a str, bool)>,
    /// What it is for, or what changed.
    pub note: Option<&'a str>,
}

/// What is wrong with what is to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The text's length.
    Text,
    /// The variables.
    Variables,
    /// The note's length.
    Note,
    /// It is not a query.
    Changes,
    /// The server would refuse it.
    Refused,
}

impl Unfit {
    /// The field of the input that it is about.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Text | Self::Changes | Self::Refused => "text",
            Self::Variables => "variables",
            Self::Note => "note",
        }
    }
}

impl From<Unfit> for SaveQueryRefusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Text => Self::TextLength,
            Unfit::Variables => Self::VariablesUnfit,
            Unfit::Note => Self::NoteLength,
            Unfit::Changes => Self::NotAQuery,
            Unfit::Refused => Self::WouldNotRun,
        }
    }
}

impl From<Unfit> for SaveQueryVersionRefusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Text => Self::TextLength,
            Unfit::Variables => Self::VariablesUnfit,
            Unfit::Note => Self::NoteLength,
            Unfit::Changes => Self::NotAQuery,
            Unfit::Refused => Self::WouldNotRun,
        }
    }
}

/// Whether the words fit what is kept of a query; asked before the server looks at them.
///
/// # Errors
/// What is wrong.
pub fn words(words: &Words<'_>) -> Result<(), Unfit> {
    let fits = |text: &str| TEXT_LENGTH.contains(&text.chars().count());
    let wrong = [
        (!fits(words.text) || words.text.trim().is_empty(), Unfit::Text),
        (words.variables.is_some_and(|(text, is_object)| !is_object || !fits(text)), Unfit::Variables),
        (words.note.is_some_and(|note| note.chars().count() > NOTE_LENGTH), Unfit::Note),
    ];
    wrong.into_iter().find(|(is_wrong, _)| *is_wrong).map_or(Ok(()), |(_, unfit)| Err(unfit))
}

/// Whether a query of this fitness is kept.
///
/// # Errors
/// What is wrong.
pub fn fit(fitness: Fitness) -> Result<(), Unfit> {
    match fitness {
        Fitness::Runs => Ok(()),
        Fitness::Changes => Err(Unfit::Changes),
        Fitness::Refused => Err(Unfit::Refused),
    }
}

/// Whether a name will do.
#[must_use]
pub fn is_name(name: &str) -> bool {
    NAME_LENGTH.contains(&name.trim().chars().count())
}

refusals! {
    /// Why a saved query was not renamed.
    RenameQueryRefusal {
        /// There is no such saved query, or none that you may see.
        NotFound = "not_found",
        /// Only its owner changes a saved query.
        NotAllowed = "not_allowed",
        /// The query was changed since you read it. Look at it as it is now.
        Stale = "stale",
        /// The query is retired.
        Retired = "retired",
        /// Name the query in 2 to 120 characters.
        NameLength = "name_length",
    }
}

refusals! {
    /// Why a saved query was not shared.
    ShareQueryRefusal {
        /// There is no such saved query, or none that you may see.
        NotFound = "not_found",
        /// Only its owner changes a saved query.
        NotAllowed = "not_allowed",
        /// The query was changed since you read it. Look at it as it is now.
        Stale = "stale",
        /// The query is retired.
        Retired = "retired",
        /// Say which partnership, and only where it is shared with one.
        PartnershipUnfit = "partnership_unfit",
        /// Share with a partnership of this authority that you coordinate.
        NotYourPartnership = "not_your_partnership",
        /// Only the authority's officers, coordinators, visitors and analysts share with the authority.
        NotStaff = "not_staff",
    }
}

/// How a person stands to what they would share with.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// Whether a partnership is named and, if one is, whether they coordinate it today.
    pub coordinates: Option<bool>,
    /// Whether they are of the authority's staff today.
    pub is_staff: bool,
}

/// Whether a query may be shared so: with those to whom one belongs today, and with nobody else.
///
/// # Errors
/// What is wrong, and with which field.
pub fn share(with: SharedWith, reach: Reach) -> Result<(), (ShareQueryRefusal, &'static str)> {
    use ShareQueryRefusal as Refusal;
    match (with, reach.coordinates) {
        (SharedWith::Partnership, Some(true)) | (SharedWith::OnlyMe, None) => Ok(()),
        (SharedWith::Partnership, Some(false)) => Err((Refusal::NotYourPartnership, "partnershipId")),
        (SharedWith::Authority, None) if reach.is_staff => Ok(()),
        (SharedWith::Authority, None) => Err((Refusal::NotStaff, "sharedWith")),
        (SharedWith::Partnership, None) | (SharedWith::OnlyMe | SharedWith::Authority, Some(_)) => {
            Err((Refusal::PartnershipUnfit, "partnershipId"))
        }
    }
}

refusals! {
    /// Why a saved query was not retired.
    RetireQueryRefusal {
        /// There is no such saved query, or none that you may see.
        NotFound = "not_found",
        /// A saved query is retired by its owner or by an officer of the authority.
        NotAllowed = "not_allowed",
        /// The query was changed since you read it. Look at it as it is now.
        Stale = "stale",
        /// The query is retired already.
        Retired = "retired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_kept_with_variables_and_a_note_that_fit() {
        let long = "x".repeat(20_001);
        let good = Words { text: "{ providers { totalCount } }", variables: Some(("{}", true)), note: Some("S73") };
        let cases = [
            (good, Ok(())),                                          // S73
            (Words { variables: None, note: None, ..good }, Ok(())), // S77
            (Words { text: " ", ..good }, Err(Unfit::Text)),
            (Words { text: &long, ..good }, Err(Unfit::Text)),
            (Words { variables: Some(("[1]", false)), ..good }, Err(Unfit::Variables)),
            (Words { variables: Some((&long, true)), ..good }, Err(Unfit::Variables)),
            (Words { note: Some(&long), ..good }, Err(Unfit::Note)),
        ];
        for (given, expected) in cases {
            assert_eq!(words(&given), expected, "{:.60}", given.text);
        }
    }

    #[test]
    fn what_the_server_would_not_run_is_not_kept() {
        assert_eq!(fit(Fitness::Runs), Ok(())); // S74
        assert_eq!(fit(Fitness::Changes).map_err(SaveQueryRefusal::from), Err(SaveQueryRefusal::NotAQuery));
        let refused = fit(Fitness::Refused).map_err(SaveQueryVersionRefusal::from);
        assert_eq!(refused, Err(SaveQueryVersionRefusal::WouldNotRun));
    }

    #[test]
    fn a_query_is_shared_with_those_to_whom_its_owner_belongs() {
        use ShareQueryRefusal as Refusal;
        use SharedWith::{Authority, OnlyMe, Partnership};
        let cases = [
            (OnlyMe, None, false, Ok(())),
            (Partnership, Some(true), true, Ok(())), // S73: devolved to partnerships
            (Partnership, Some(false), true, Err((Refusal::NotYourPartnership, "partnershipId"))),
            (Partnership, None, true, Err((Refusal::PartnershipUnfit, "partnershipId"))),
            (Authority, None, true, Ok(())), // S76
            (Authority, None, false, Err((Refusal::NotStaff, "sharedWith"))),
            (Authority, Some(true), true, Err((Refusal::PartnershipUnfit, "partnershipId"))),
            (OnlyMe, Some(true), true, Err((Refusal::PartnershipUnfit, "partnershipId"))),
        ];
        for (with, coordinates, is_staff, expected) in cases {
            assert_eq!(share(with, Reach { coordinates, is_staff }), expected, "{with} {coordinates:?} {is_staff}");
        }
    }

    #[test]
    fn a_name_is_a_name() {
        assert!(is_name("What expires next"));
        for odd in ["", " x ", &"x".repeat(121)] {
            assert!(!is_name(odd), "{odd:.10}");
        }
    }
}
