//! The census codes of special educational needs, beside the values that Waymark stores.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Mark;
use crate::pupil::{PrimaryNeed, SenProvision};

/// A census code of SEN provision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenProvisionCode {
    /// As the census writes it: `N`, `K`, `E`.
    pub code: String,
    pub value: SenProvision,
    pub label: String,
    pub mark: Mark,
}

/// A census code of a type of need.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedType {
    /// As the census writes it, e.g. `SEMH`.
    pub code: String,
    pub value: PrimaryNeed,
    pub label: String,
    /// The only provision that it may stand beside.
    pub only_with: Option<SenProvision>,
    pub mark: Mark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedsFile {
    #[serde(rename = "sen_provision")]
    provisions: Vec<SenProvisionCode>,
    #[serde(rename = "need_type")]
    needs: Vec<NeedType>,
}

static FILE: LazyLock<NeedsFile> =
    LazyLock::new(|| super::read("need_types.toml", include_str!("../../data/need_types.toml")));

/// Every census code of SEN provision.
pub fn sen_provisions() -> &'static [SenProvisionCode] {
    &FILE.provisions
}

/// Every census code of a type of need.
pub fn need_types() -> &'static [NeedType] {
    &FILE.needs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn every_stored_value_has_one_census_code() {
        let provisions: Vec<_> = sen_provisions().iter().map(|line| line.value).collect();
        assert_eq!(provisions, SenProvision::ALL);
        let needs: Vec<_> = need_types().iter().map(|line| line.value).collect();
        assert_eq!(needs, PrimaryNeed::ALL);
    }

    #[test]
    fn census_codes_are_the_published_ones() {
        let codes = |lines: Vec<&'static str>| lines.join(" ");
        assert_eq!(codes(sen_provisions().iter().map(|line| line.code.as_str()).collect()), "N K E");
        assert_eq!(
            codes(need_types().iter().map(|line| line.code.as_str()).collect()),
            "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD OTH NSA"
        );
    }

    #[test]
    fn a_need_without_assessment_stands_beside_support_only() {
        let only: Vec<_> = need_types().iter().filter(|line| line.only_with.is_some()).collect();
        assert_eq!(only.len(), 1);
        assert_eq!((only[0].value, only[0].only_with), (PrimaryNeed::Nsa, Some(SenProvision::SenSupport)));
    }
}
