//! Content negotiation: what a client sends and what it would like back (RFC 9110, section 12.5.1).

use crate::extract::Form;

/// What an answer at the graph's address can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/graphql-response+json`: the status tells whether the request was fit to be executed.
    GraphQl,
    /// `application/json`: 200 for every well-formed request, for clients that know no better.
    Json,
    /// The page for people.
    Page,
    /// The rows of one list, as a file.
    Data(Form),
    /// Results as events, one after the other.
    Events,
}

impl Format {
    /// The answer's content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Page => "text/html; charset=utf-8",
            Self::Data(form) => form.media_type(),
            Self::Events => "text/event-stream",
        }
    }

    /// The format that `accept` likes best; `None` when it likes none. No header is a wish for JSON. Between equals the
    /// order is: the graph's own, JSON, the page, data, events.
    pub fn wanted(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept else { return Some(Self::Json) };
        let ranges: Vec<_> = accept.split(',').filter_map(range).collect();
        let data = Form::ALL.map(Self::Data);
        let offers = [Self::GraphQl, Self::Json, Self::Page].into_iter().chain(data).chain([Self::Events]);
        let mut best: Option<(u16, Self)> = None;
        for format in offers {
            let essence = format.content_type().split(';').next().unwrap_or_default();
            let (kind, subtype) = essence.split_once('/').unwrap_or_default();
            let by_wildcard = format == Self::Json;
            let quality = ranges
                .iter()
                .filter_map(|range| {
                    let exact = range.kind == kind && range.subtype == subtype;
                    let wild = by_wildcard && range.subtype == "*" && (range.kind == kind || range.kind == "*");
                    let closeness = if exact { 3 } else { u8::from(range.kind == kind) + 1 };
                    (exact || wild).then_some((closeness, range.quality))
                })
                .max_by_key(|(closeness, _)| *closeness)
                .map_or(0, |(_, quality)| quality);
            if quality > 0 && best.is_none_or(|(so_far, _)| quality > so_far) {
                best = Some((quality, format));
            }
        }
        best.map(|(_, format)| format)
    }
}

struct Range {
    kind: String,
    subtype: String,
    /// In thousandths.
    quality: u16,
}

fn range(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next()?.to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/')?;
    let quality = parts
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0));
    Some(Range { kind: kind.to_owned(), subtype: subtype.to_owned(), quality: (quality * 1000.0) as u16 })
}

/// Whether a body's content type is JSON in UTF-8.
pub fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return false };
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_format_is_given() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        let cases = [
            (None, Some(Format::Json)),
            (Some("*/*"), Some(Format::Json)),
            (Some("application/*"), Some(Format::Json)),
            (Some("application/json"), Some(Format::Json)),
            (Some("application/graphql-response+json"), Some(Format::GraphQl)),
            (Some("application/graphql-response+json, application/json"), Some(Format::GraphQl)),
            (Some("application/graphql-response+json;q=0.5, application/json"), Some(Format::Json)),
            (Some("APPLICATION/JSON; charset=utf-8"), Some(Format::Json)),
            (Some(browser), Some(Format::Page)),
            (Some("application/json;q=0, */*"), None),
            (Some("text/plain"), None),
            (Some("text/csv"), Some(Format::Data(Form::Csv))),
            (Some("application/vnd.apache.parquet, */*;q=0.1"), Some(Format::Data(Form::Parquet))),
            (Some("text/event-stream"), Some(Format::Events)),
            (Some("text/*"), None),
            (Some("image/*"), None),
        ];
        for (accept, expected) in cases {
            assert_eq!(Format::wanted(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_json() {
        for fine in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(is_json(Some(fine)), "{fine}");
        }
        let others = [
            "text/plain",
            "application/json; charset=latin1",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=X; charset=application/json",
            "application/jsonp",
        ];
        for other in others {
            assert!(!is_json(Some(other)), "{other}");
        }
        assert!(!is_json(None));
    }
}
