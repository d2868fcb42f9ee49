//! Coded values: closed lists that the field has names for.
//!
//! A code is stored and exported as its `snake_case` text, so a database or a file stays readable without this program.
//! The graph shows the same word in capitals. Every list is declared once, by [`codes!`], with a sentence per value;
//! stores, graph and phone take names and sentences from there.

use std::fmt::Debug;

/// One value of a coded list.
pub trait Code: Copy + Eq + Debug + Send + Sync + 'static {
    /// Name of the list in the graph, e.g. `ProviderKind`.
    const NAME: &'static str;
    /// What the list is.
    const DOC: &'static str;
    /// Every value, in the order a person would read them.
    const ALL: &'static [Self];
    /// The stored text, `snake_case`.
    fn as_str(self) -> &'static str;
    /// What this value means.
    fn doc(self) -> &'static str;
    /// The value with this stored text.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

/// A text that is no value of the list it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {list}")]
pub struct UnknownCode {
    /// Name of the list.
    pub list: &'static str,
    /// What was read.
    pub text: String,
}

/// Declares a coded list: an enum whose values carry their stored text and one sentence each.
#[macro_export]
macro_rules! codes {
    ($(#[doc = $list_doc:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $value:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $list_doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[doc = $doc])+ $value),+ }

        impl $crate::Code for $name {
            const NAME: &'static str = stringify!($name);
            const DOC: &'static str = concat!($($list_doc),+).trim_ascii();
            const ALL: &'static [Self] = &[$(Self::$value),+];
            fn as_str(self) -> &'static str { match self { $(Self::$value => $text),+ } }
            fn doc(self) -> &'static str { match self { $(Self::$value => concat!($($doc),+).trim_ascii()),+ } }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::Code::as_str(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::Code>::parse(text)
                    .ok_or_else(|| $crate::UnknownCode { list: stringify!($name), text: text.to_owned() })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Code::as_str(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// A coded list of the reasons why a mutation refuses. Every list has the one reason that every mutation has.
pub trait RefusalCode: Code {
    /// The idempotency key was used before, for something else.
    const KEY_REUSED: Self;
}

/// Declares the reasons why one mutation refuses: a coded list whose sentences are what a person reads.
#[macro_export]
macro_rules! refusals {
    ($(#[doc = $list_doc:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $value:ident = $text:literal),* $(,)? }) => {
        $crate::codes! {
            $(#[doc = $list_doc])+
            $name {
                $($(#[doc = $doc])+ $value = $text,)*
                /// This idempotency key was used before, for another request. Use a new key.
                KeyReused = "idempotency_key_reused",
            }
        }
        impl $crate::RefusalCode for $name {
            const KEY_REUSED: Self = Self::KeyReused;
        }
    };
}

#[cfg(test)]
mod tests {
    use super::Code;

    crate::codes! {
        /// Days a sample runs on.
        SampleDay {
            /// The first.
            First = "first",
            /// The one after.
            SecondOne = "second_one",
        }
    }

    #[test]
    fn a_code_reads_back_what_it_writes_and_refuses_the_rest() {
        for code in SampleDay::ALL {
            assert_eq!(SampleDay::parse(code.as_str()), Some(*code));
            assert!(!code.doc().is_empty());
        }
        assert_eq!(SampleDay::DOC, "Days a sample runs on.");
        let refused = "third".parse::<SampleDay>().expect_err("not in the list");
        assert_eq!(refused.to_string(), "`third` is not a SampleDay");
        assert_eq!(serde_json::to_string(&SampleDay::SecondOne).expect("text"), "\"second_one\"");
    }
}
