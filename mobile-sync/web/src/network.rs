//! What a browser knows of its line: whether there is one, and, in some browsers, of which kind.

use std::rc::Rc;

use js_sys::Reflect;
use mobile_sync::Network;
use mobile_sync::bell::Bell;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::media::worker;

/// Listens for changes of the line for as long as the worker lives.
pub struct Listener {
    bell: Rc<Bell>,
    /// Kept so that the browser has something to call.
    _heard: Closure<dyn Fn()>,
}

impl Listener {
    /// Begins to listen.
    pub fn new() -> Self {
        let bell = Rc::new(Bell::default());
        let heard = Closure::new({
            let bell = Rc::clone(&bell);
            move || bell.ring()
        });
        let callback: &js_sys::Function = heard.as_ref().unchecked_ref();
        let listened = [(worker().into(), "online"), (worker().into(), "offline")].into_iter().chain(
            // Not every browser says what it is connected by.
            connection().map(|connection| (connection.unchecked_into::<EventTarget>(), "change")),
        );
        for (target, event) in listened {
            // A target refuses only what is no callback.
            let _ = target.add_event_listener_with_callback(event, callback);
        }
        Self { bell, _heard: heard }
    }

    /// Ends when the line has changed.
    pub async fn changed(&self) {
        self.bell.rung_since(self.bell.revision()).await;
    }
}

/// What the browser is connected by, as far as it says. Where it does not, the line may be paid for by the byte.
pub fn network() -> Network {
    if !worker().navigator().on_line() {
        return Network::Offline;
    }
    let kind = connection().and_then(|connection| Reflect::get(&connection, &"type".into()).ok());
    match kind.and_then(|kind| kind.as_string()).as_deref() {
        Some("wifi" | "ethernet") => Network::Unmetered,
        _ => Network::Metered,
    }
}

fn connection() -> Option<JsValue> {
    let connection = Reflect::get(&worker().navigator(), &"connection".into()).ok()?;
    connection.is_object().then_some(connection)
}
