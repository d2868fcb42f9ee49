//! Whether a PNG is whole: its chunks, walked up to the end chunk. The decoder checks their sums.

/// What every PNG begins with.
pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Length and type before a chunk's data, sum after it.
const FRAME: usize = 12;

/// Whether the end chunk is there. What follows it is never decoded nor served.
pub fn is_whole(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(SIGNATURE) else { return false };
    loop {
        let Some((length, after)) = rest.split_first_chunk() else { return false };
        let length = u32::from_be_bytes(*length) as usize;
        let end = length.saturating_add(FRAME);
        if end > rest.len() {
            return false;
        }
        if after.starts_with(b"IEND") {
            return true;
        }
        rest = &rest[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURE, is_whole};

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    }

    #[test]
    fn the_end_chunk_is_found_and_nothing_else_will_do() {
        let whole = [SIGNATURE, &chunk(b"IHDR", &[0; 13]), &chunk(b"IDAT", b"..IEND.."), &chunk(b"IEND", b"")].concat();
        assert!(is_whole(&whole));
        assert!(is_whole(&[&whole[..], b"<script>"].concat()));
        for cut in 0..whole.len() {
            assert!(!is_whole(&whole[..cut]), "cut at {cut}");
        }
        assert!(!is_whole(&[SIGNATURE, &[0xff; 64]].concat()));
    }
}
