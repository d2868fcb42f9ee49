//! Organisations of the field: authorities, partnerships, schools, providers, and who answers for them.

pub mod contact;
pub mod partnership;
pub mod provider;
pub mod school;
pub mod site;

use crate::codes;

codes! {
    /// What a provider mainly offers. Registration as a school is a flag of its own.
    ProviderKind {
        /// A registered independent school, PRU or AP academy.
        RegisteredSchool = "registered_school",
        /// General unregistered provision (non-school AP).
        Unregistered = "unregistered",
        /// Construction trades.
        Construction = "construction",
        /// Animal care and land-based work.
        AnimalCare = "animal_care",
        /// Motor vehicle workshop.
        MotorVehicle = "motor_vehicle",
        /// Music and media.
        Music = "music",
        /// One-to-one or small-group tuition.
        Tuition = "tuition",
        /// Outdoor learning and sport.
        Outdoor = "outdoor",
        /// A broker that arranges placements with others (S145).
        Broker = "broker",
    }
}

codes! {
    /// What a named person does for an organisation. One role for the safeguarding lead, whatever it is called locally (D17).
    ContactRole {
        /// Designated safeguarding lead.
        Dsl = "dsl",
        /// Deputy designated safeguarding lead.
        DeputyDsl = "deputy_dsl",
        /// Key contact for placements (S2).
        KeyContact = "key_contact",
        /// Head or proprietor.
        Head = "head",
        /// SEN co-ordinator.
        Senco = "senco",
        /// Attendance contact.
        Attendance = "attendance",
        /// Invoices and payments.
        Finance = "finance",
        /// Qualified first aider.
        FirstAider = "first_aider",
    }
}

codes! {
    /// Phase of education of a school.
    SchoolPhase {
        /// Primary.
        Primary = "primary",
        /// Secondary.
        Secondary = "secondary",
        /// All-through.
        AllThrough = "all_through",
        /// Special school.
        Special = "special",
        /// Pupil referral unit or AP academy.
        AlternativeProvision = "alternative_provision",
    }
}
