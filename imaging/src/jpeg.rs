//! Whether a JPEG is whole: its markers, walked up to the end-of-image marker.
//!
//! Decoders fill what is missing of a cut photo with grey and say nothing, so the end has to be looked for. What
//! follows it (phones append previews and films) is nobody's business: it is never decoded nor served.

const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// Whether the picture's own end-of-image marker is there.
pub fn is_whole(bytes: &[u8]) -> bool {
    let [0xff, 0xd8, rest @ ..] = bytes else { return false };
    let mut rest = rest;
    loop {
        let Some((marker, after)) = next_marker(rest) else { return false };
        rest = match marker {
            END_OF_IMAGE => return true,
            _ if stands_alone(marker) => after,
            _ => {
                let Some(after) = skip_segment(after) else { return false };
                if marker == START_OF_SCAN { skip_scan(after) } else { after }
            }
        };
    }
}

/// The next marker and what follows it; bytes of 0xff before a marker are fill.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let fill = bytes.strip_prefix(&[0xff])?;
    let at = fill.iter().position(|byte| *byte != 0xff)?;
    Some((fill[at], &fill[at + 1..]))
}

/// Restart markers and TEM carry no length.
fn stands_alone(marker: u8) -> bool {
    matches!(marker, 0x01 | 0xd0..=0xd7)
}

fn skip_segment(bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::from(u16::from_be_bytes(*bytes.first_chunk()?));
    bytes.get(length.max(2)..)
}

/// Skips compressed data, in which 0xff is followed by 0x00 (a stuffed byte) or a restart marker.
fn skip_scan(bytes: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == 0xff) {
        at += found;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            _ => return &bytes[at..],
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len() + 2).expect("short").to_be_bytes();
        [&[0xff, marker], &length[..], payload].concat()
    }

    #[test]
    fn the_end_is_found_behind_scans_restarts_and_fill() {
        let start: &[u8] = &[0xff, 0xd8];
        let comment_with_a_false_end = segment(0xfe, &[0xff, 0xd9, 1, 2]);
        let scan = [segment(0xda, &[0, 0, 0]), vec![1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4]].concat();
        let whole = [start, &comment_with_a_false_end, &scan, &[0xff], &scan, &[0xff, 0xd9], b"trailer"].concat();
        let end = whole.len() - b"trailer".len();
        assert!(is_whole(&whole));
        for cut in 0..end {
            assert!(!is_whole(&whole[..cut]), "cut at {cut} of {end}");
        }
        assert!(is_whole(&whole[..end]));
    }

    #[test]
    fn a_segment_longer_than_the_file_is_not_whole() {
        assert!(!is_whole(&[0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0xff, 0xd9]));
        assert!(!is_whole(&[0xff, 0xd8]));
        assert!(!is_whole(b""));
    }
}
