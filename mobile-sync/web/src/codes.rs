//! Declarations that no Rust type gives: the coded lists as unions of texts, and what carries bytes.

use mobile_sync::phone::Photo;
use wasm_bindgen::prelude::*;

/// The coded lists. A test holds them to the lists themselves.
#[expect(dead_code, reason = "what reads it is not seen: it is made by a macro")]
const CODES: &str = "
export type VisitState = 'planned' | 'in_progress' | 'complete' | 'cancelled';
export type DocumentState = 'submitted' | 'accepted' | 'refused' | 'withdrawn';
export type ActionState = 'open' | 'reported_done' | 'closed';
export type Rag = 'red' | 'amber' | 'green';
export type ContactRole = 'dsl' | 'deputy_dsl' | 'key_contact' | 'head' | 'senco' | 'attendance' | 'finance' | 'first_aider';
export type AnswerKind = 'rating' | 'text' | 'optional_text' | 'date' | 'last_and_next_date';
export type EvidenceKind = 'photo' | 'document' | 'note' | 'signature';
export type Need = 'required' | 'optional' | 'never';
export type MediaType = 'image/jpeg' | 'image/png' | 'application/pdf';
export type Phase = 'empty' | 'locked' | 'open';
export type Network = 'offline' | 'metered' | 'unmetered';
export type LackKind = 'rating' | 'words' | 'date' | 'next_date' | 'evidence';
export type TroubleCode = 'unreachable' | 'server_failed' | 'not_verified' | 'refused' | 'conflict' | 'file' | 'bytes_refused' | 'damaged' | 'receipt_differs' | 'receipt_unverified';
export type ErrorCode =
	| 'another_tab' | 'not_open' | 'bad_input' | 'wrong_secret' | 'damaged' | 'full' | 'newer' | 'storage' | 'unreachable' | 'unavailable'
	| 'signed_out' | 'revoked' | 'restored' | 'refused' | 'sign_in_refused' | 'code_wanted' | 'no_second_factor' | 'somebody_else' | 'not_signed_in' | 'wiped' | 'no_such_visit'
	| 'not_found' | 'too_late' | 'never_captured' | 'size' | 'unreadable';
/** A capture's bytes in clear. */
export interface Photo { mediaType: MediaType; bytes: Uint8Array<ArrayBuffer>; }
";

#[wasm_bindgen(typescript_custom_section)]
const SECTION: &str = CODES;

#[wasm_bindgen]
extern "C" {
    /// A photo as a plain object: a class does not travel out of a worker.
    #[wasm_bindgen(typescript_type = "Photo")]
    pub type PhotoJs;

    #[wasm_bindgen(method, setter, js_name = mediaType)]
    fn set_media_type(this: &PhotoJs, media_type: &str);

    #[wasm_bindgen(method, setter)]
    fn set_bytes(this: &PhotoJs, bytes: js_sys::Uint8Array);

    /// Which of two answers stands.
    #[wasm_bindgen(typescript_type = "'mine' | 'theirs'")]
    pub type Which;
}

impl PhotoJs {
    /// The photo.
    pub fn of(photo: &Photo) -> Self {
        let object: Self = js_sys::Object::new().unchecked_into();
        object.set_media_type(&photo.media_type.to_string());
        object.set_bytes(js_sys::Uint8Array::from(photo.bytes.as_slice()));
        object
    }
}

impl Which {
    /// As text; what is none is no answer's name.
    pub fn text(&self) -> String {
        self.as_string().unwrap_or_default()
    }
}
