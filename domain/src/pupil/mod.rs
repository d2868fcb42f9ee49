//! Pupils, as little of them as the work needs.

pub mod record;
pub mod upn;

use crate::codes;

codes! {
    /// SEN provision, by the common basic data set.
    SenProvision {
        /// No special educational need.
        None = "none",
        /// SEN support (K).
        SenSupport = "sen_support",
        /// Education, health and care plan (E).
        Ehcp = "ehcp",
    }
}

codes! {
    /// Primary need, by the common basic data set.
    PrimaryNeed {
        /// Specific learning difficulty.
        Spld = "spld",
        /// Moderate learning difficulty.
        Mld = "mld",
        /// Severe learning difficulty.
        Sld = "sld",
        /// Profound and multiple learning difficulty.
        Pmld = "pmld",
        /// Social, emotional and mental health.
        Semh = "semh",
        /// Speech, language and communication needs.
        Slcn = "slcn",
        /// Hearing impairment.
        Hi = "hi",
        /// Vision impairment.
        Vi = "vi",
        /// Multi-sensory impairment.
        Msi = "msi",
        /// Physical disability.
        Pd = "pd",
        /// Autistic spectrum disorder.
        Asd = "asd",
        /// Other difficulty.
        Oth = "oth",
        /// SEN support without a specialist assessment of type of need.
        Nsa = "nsa",
    }
}

codes! {
    /// An answer that may be missing: a blank is never read as "no" (S178, D25).
    Answer {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Not answered yet.
        Unknown = "unknown",
    }
}
