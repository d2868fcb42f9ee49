//! What visitors wrote: sentences for standards that are met, and pairs of sentence and action for those that are not.

/// How much a visitor found wanting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    pub seen: &'static str,
    pub action: &'static str,
    pub area: &'static str,
}

pub const MET: [&str; 18] = [
    "Seen and in order. Staff could explain it without looking anything up.",
    "Records were complete for the sample of five that was looked at.",
    "In place and used every day; the manager showed the last three entries.",
    "Clear, current and signed by the manager this year.",
    "Two members of staff were asked and gave the same, right answer.",
    "Well organised. Better than at the last visit.",
    "Displayed where pupils and visitors can see it.",
    "Checked against the documents sent in before the visit; no difference found.",
    "The process was followed in the example that we chose.",
    "Good practice: the list is checked every Monday and initialled.",
    "Everything asked for was ready on arrival.",
    "Tidy, labelled and within reach.",
    "Staff know whom to tell and how soon.",
    "The room is calm and well used; displays show finished work.",
    "Pupils' work shows progress over the term.",
    "Training is recorded by person and by date, with reminders set.",
    "Agreed with the school in writing before the first day.",
    "Walked through with the manager; nothing to add.",
];

pub const NOT_MET: [Shortfall; 12] = [
    Shortfall {
        area: "Training records",
        seen: "Two of nine staff have no date for their last training.",
        action: "Book both on the next course and send the certificates.",
    },
    Shortfall {
        area: "Fire safety",
        seen: "The last fire drill on record is fourteen months ago.",
        action: "Hold a drill this month and send the entry of the log.",
    },
    Shortfall {
        area: "Recruitment checks",
        seen: "One reference is not on file for a sessional tutor.",
        action: "Obtain the reference; no unsupervised work until then.",
    },
    Shortfall {
        area: "First aid",
        seen: "Some dressings in the second box are out of date.",
        action: "Replace them and add the box to the monthly check.",
    },
    Shortfall {
        area: "Policies",
        seen: "The policy on the website is last year's.",
        action: "Publish the current version and remove the old one.",
    },
    Shortfall {
        area: "Site security",
        seen: "The side gate was open during the morning session.",
        action: "Fit a self-closing lock and remind staff at briefing.",
    },
    Shortfall {
        area: "Risk assessment",
        seen: "The assessment does not mention the new machine.",
        action: "Assess it before it is used by pupils.",
    },
    Shortfall {
        area: "Attendance",
        seen: "Absences were told to schools within the day, not within half an hour.",
        action: "Make the call part of taking the register.",
    },
    Shortfall {
        area: "Curriculum",
        seen: "Plans name activities but not what will be learned.",
        action: "Add what pupils should know and do by the end of each unit.",
    },
    Shortfall {
        area: "Pupil records",
        seen: "Three learning plans have no review date.",
        action: "Agree dates with the schools and enter them.",
    },
    Shortfall {
        area: "Online safety",
        seen: "Filtering is in place, but nobody looks at its reports.",
        action: "Name a person and a weekly time.",
    },
    Shortfall {
        area: "Equipment",
        seen: "Two extension leads have no test label.",
        action: "Take them out of use until tested.",
    },
];

/// What one judgement's revision changed.
pub const REVISED: &str = "Revised after the manager showed a further record.";

pub const SUMMARIES: [&str; 4] = [
    "A well-run place where young people are known and safe. Records are in good order.",
    "A good offer with committed staff. A few records need attention, and the provider knows which.",
    "Young people speak well of this provider. Its paperwork has not kept up with its growth.",
    "A calm, purposeful site. Practical teaching is strong; written plans are thinner.",
];

/// What providers suggest to change in a draft report, and how it is answered.
pub const AMENDMENTS: [(&str, &str); 4] = [
    ("The missing certificate was sent on the day after the visit; please say so.", "Seen, and correct."),
    ("We have two first aiders, not one.", "The second certificate is now on file."),
    (
        "Please leave out the sentence about the side gate.",
        "It was as we saw it on the day; the repair is noted as an action.",
    ),
    ("The course is called Level 1, not Entry Level.", "Corrected."),
];

pub const PURPOSES: [&str; 3] =
    ["Annual quality assurance visit", "Follow-up of agreed improvements", "Compliance visit before new placements"];
