//! The words of the synthetic documents. All of them are ours; every name is invented.

pub const INSURERS: [&str; 4] = [
    "Marrowby Mutual Example",
    "Saltern & Pyke Insurance Example",
    "Northfen Underwriting Example",
    "Copperleaf Cover Example",
];

pub const SIGNATURES: [&str; 5] = ["T. Wexcombe", "A. Ferrisby", "R. Tamsin-Oake", "M. Oddwell", "J. Carrowmore"];

pub const STAFF: [&str; 8] = [
    "R.T., lead tutor",
    "M.O., instructor",
    "K.B., mentor",
    "J.A., tutor",
    "S.W., manager",
    "D.P., assistant",
    "L.H., instructor",
    "C.E., safeguarding lead",
];

/// Courses, and for how many months each counts.
pub const COURSES: [(&str, u32); 8] = [
    ("Safeguarding, level 2", 12),
    ("Safeguarding lead, level 3", 24),
    ("Online safety", 12),
    ("Emergency first aid", 36),
    ("Fire marshal", 36),
    ("Manual handling", 36),
    ("Positive handling", 12),
    ("Machine induction", 24),
];

pub const PLACES: [&str; 9] =
    ["Reception", "Workshop", "Classroom 1", "Classroom 2", "Kitchen", "Tool store", "Office", "Corridor", "Yard"];

pub const RESULTS: [(&str, &str); 6] = [
    ("Good", "None"),
    ("Good", "None"),
    ("Good", "None"),
    ("Satisfactory", "None"),
    ("Satisfactory", "Relabel"),
    ("Improve", "Repair within 28 days"),
];

pub const INSURANCE_CONDITIONS: [(&str, &str); 6] = [
    (
        "What is insured",
        "Legal liability for injury to people and damage to property that happens in the course of the business, on its premises and wherever young people are taken in its care.",
    ),
    (
        "Who is insured",
        "The organisation, its employees and its volunteers while they work for it, and the commissioning schools for what the organisation does on their behalf.",
    ),
    (
        "Activities",
        "Teaching, practical training with hand and power tools, care of animals, and visits in the county. Work at heights above five metres is not included.",
    ),
    (
        "Transport",
        "Injury to passengers in vehicles on public roads is a matter for the motor policy and is not insured here.",
    ),
    (
        "Accidents",
        "Every accident that may lead to a claim is reported to the insurer within seven days, with the entry of the accident book.",
    ),
    (
        "Showing this document",
        "A copy may be given to any school, partnership or authority that places young people with the insured.",
    ),
];

pub const POLICY_PROMISES: [(&str, &str); 5] = [
    (
        "Every young person is safe here",
        "We put the safety and welfare of the young people in our care before every other aim. Whoever works here knows what to look for, whom to tell, and that telling is always right.",
    ),
    (
        "We listen",
        "Young people are told on their first day whom they can talk to. What they say is taken seriously and written down in their own words, on the same day.",
    ),
    (
        "We act at once",
        "A concern reaches the safeguarding lead within the hour and the placing school on the same day. Where a child is in danger, we call the emergency services first.",
    ),
    (
        "We work with others",
        "Schools, families and services hear from us what they need to know, and no more than that. Information is shared by secure means only.",
    ),
    (
        "We keep learning",
        "This document is reviewed at least once a year, and after every serious incident, by the manager and the safeguarding lead together.",
    ),
];

pub const POLICY_PRACTICE: [(&str, &str); 6] = [
    (
        "Recruitment",
        "Nobody works with young people here before identity, references, right to work and an enhanced criminal record check have been seen and entered in the central record.",
    ),
    (
        "Visitors",
        "Visitors sign in, wear a badge and are accompanied. The gate is closed during sessions, and the list of who is on site is kept at reception.",
    ),
    (
        "Telephones and pictures",
        "Personal telephones stay in lockers during sessions. No picture of a young person is taken without the written consent of a parent and the young person's own.",
    ),
    (
        "Online",
        "The network filters and records use. Tutors check what is to be shown before it is shown. Attempts to reach blocked material are followed up in private.",
    ),
    (
        "Attendance",
        "A register is taken at the start of each session. An absence without notice is reported to the school within thirty minutes, and we ask after the young person's wellbeing.",
    ),
    (
        "Physical contact",
        "Staff use the least force for the shortest time and only to prevent harm. Every use is recorded, and the school and the parents are told on the day.",
    ),
];

pub const POLICY_PEOPLE: [(&str, &str); 4] = [
    (
        "The safeguarding lead",
        "The lead and the deputy are trained at the level their role demands, every two years. One of them is on site whenever young people are.",
    ),
    (
        "The manager",
        "The manager sees that checks, training and records are in order, and answers for them to the placing schools.",
    ),
    (
        "All staff",
        "All staff have read the current national guidance for their role, have signed that they have, and are trained afresh every year.",
    ),
    (
        "Complaints",
        "A complaint about a member of staff goes to the manager, a complaint about the manager to the authority's designated officer. Nobody is worse off for having made one.",
    ),
];
