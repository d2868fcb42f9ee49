//! What the screens call.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use mobile_sync::bell::Bell;
use mobile_sync::environment::Credentials;
use mobile_sync::phone::{self, Beginning, Keep, Phone};
use mobile_sync::shown::{
    AnswerFields, Choices, Known, Secret, Settings, Signer, Staging, Statement, Status, Task, VisitDetail,
    VisitSummary, id, read,
};
use mobile_sync::vault::Cost;
use mobile_sync::{Environment, wire};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::browser::Browser;
use crate::codes::{PhotoJs, Which};
use crate::media::OpfsMedia;
use crate::refusal::Refusal;
use crate::rows;

type Answered<T> = Result<T, Refusal>;

/// Why evidence that was cancelled before it was sent is gone, where the server turns out to have it.
const CANCELLED: &str = "Cancelled by its visitor";

/// The phone's core: one for a worker.
#[wasm_bindgen]
pub struct Core {
    shared: Rc<Shared>,
}

/// What the screens' calls and the sending share.
struct Shared {
    browser: Browser,
    bell: Bell,
    open: RefCell<Option<Open>>,
}

/// A phone that is open, and what goes on beside the screens' calls.
struct Open {
    phone: Rc<Phone<Browser>>,
    tasks: Vec<AbortHandle>,
}

impl Shared {
    fn phone(&self) -> Answered<Rc<Phone<Browser>>> {
        let open = self.open.borrow();
        open.as_ref().map(|open| Rc::clone(&open.phone)).ok_or_else(Refusal::not_open)
    }

    /// Forgets the key. What is under way is dropped: it is all written down.
    fn close(&self) {
        for task in self.open.take().into_iter().flat_map(|open| open.tasks) {
            task.abort();
        }
        self.bell.ring();
    }
}

#[wasm_bindgen]
impl Core {
    /// Takes this device's storage for this worker. The caller holds the lock that keeps other tabs out.
    pub async fn start() -> Answered<Core> {
        rows::prepare("waymark-rows").await?;
        let media = OpfsMedia::open("waymark-media").await?;
        let browser = Browser::new(rows::open("phone.sqlite")?, media);
        Ok(Self { shared: Rc::new(Shared { browser, bell: Bell::default(), open: RefCell::default() }) })
    }

    /// How this device stands, in every phase.
    pub fn status(&self) -> Answered<Ts<Status>> {
        let revision = self.shared.bell.revision();
        let status = match &*self.shared.open.borrow() {
            Some(open) => open.phone.show_status(revision),
            None => {
                let is_kept = phone::is_kept(self.shared.browser.store())?;
                let phase = if is_kept { "locked" } else { "empty" };
                Status::closed(phase, self.shared.browser.network(), revision)
            }
        };
        typed(&status)
    }

    /// Opens what is kept here, or makes a new phone where there is none. Sending begins.
    pub async fn open(&self, secret: Ts<Secret>) -> Answered<()> {
        if self.shared.open.borrow().is_some() {
            return Ok(());
        }
        let secret: Secret = rust(&secret)?;
        let phone = Phone::open(self.shared.browser.clone(), secret.read()?, Cost::PHONE).await?;
        let phone = Rc::new(phone);
        let sends = {
            let (phone, shared) = (Rc::clone(&phone), Rc::clone(&self.shared));
            // It ends when the phone was wiped.
            spawn(async move {
                phone.run().await;
                shared.close();
            })
        };
        let rings = {
            let (phone, shared) = (Rc::clone(&phone), Rc::clone(&self.shared));
            spawn(async move {
                let mut seen = phone.revision();
                loop {
                    seen = phone.observe(seen).await;
                    shared.bell.ring();
                }
            })
        };
        self.shared.open.replace(Some(Open { phone, tasks: vec![sends, rings] }));
        self.shared.bell.ring();
        Ok(())
    }

    /// Opens what is kept here.
    pub async fn unlock(&self, secret: Ts<Secret>) -> Answered<()> {
        if !phone::is_kept(self.shared.browser.store())? {
            return Err(Refusal::no_phone());
        }
        self.open(secret).await
    }

    /// Forgets the key and stops sending. Nothing is lost.
    pub fn lock(&self) {
        self.shared.close();
    }

    /// Has another PIN or key open this device from now on.
    #[wasm_bindgen(js_name = changeSecret)]
    pub fn change_secret(&self, secret: Ts<Secret>) -> Answered<()> {
        let secret: Secret = rust(&secret)?;
        Ok(self.shared.phone()?.change_secret(secret.read()?, Cost::PHONE)?)
    }

    /// Removes everything, the key first, also where nobody can open it.
    pub async fn wipe(&self) -> Answered<()> {
        let open = self.shared.phone();
        self.shared.close();
        match open {
            Ok(phone) => phone.wipe().await?,
            Err(_) => phone::erase(self.shared.browser.store(), self.shared.browser.media()).await?,
        }
        self.shared.bell.ring();
        Ok(())
    }

    /// Waits until something has changed since this revision, and gives the new one.
    pub async fn observe(&self, since: f64) -> f64 {
        // Whole numbers, far below 2^53.
        self.shared.bell.rung_since(since as u64).await as f64
    }

    /// Signs in, with the authenticator's code where the account has one. What waits here for the same person goes on its way.
    #[wasm_bindgen(js_name = signIn)]
    pub async fn sign_in(&self, email: String, password: String, device: String, code: Option<String>) -> Answered<()> {
        let credentials = Credentials { email: &email, password: &password, device: &device, code: code.as_deref() };
        Ok(self.shared.phone()?.sign_in(credentials).await?)
    }

    /// Reads the feed to its end, now.
    pub async fn pull(&self) -> Answered<()> {
        Ok(self.shared.phone()?.pull().await?)
    }

    /// The visits, the earliest first.
    pub fn visits(&self) -> Answered<Vec<Ts<VisitSummary>>> {
        self.shared.phone()?.show_visits().iter().map(typed).collect()
    }

    /// One visit.
    pub fn visit(&self, visit: &str) -> Answered<Option<Ts<VisitDetail>>> {
        self.shared.phone()?.show_visit(id(visit)?).as_ref().map(typed).transpose()
    }

    /// What a visit can be begun with that nobody planned.
    pub fn known(&self) -> Answered<Ts<Known>> {
        typed(&self.shared.phone()?.show_known())
    }

    /// Begins a visit that nobody planned. Gives its id.
    #[wasm_bindgen(js_name = beginVisit)]
    pub fn begin_visit(&self, provider: &str, framework: &str, purpose: String, on: &str) -> Answered<String> {
        let (provider, framework, on) = (id(provider)?, id(framework)?, read("day", on)?);
        Ok(self.shared.phone()?.begin_visit(Beginning { provider, framework, purpose, on })?.to_string())
    }

    /// Answers a standard, or changes the answer. Gives the item that carries it; none where nothing has changed.
    pub fn answer(&self, visit: &str, standard: &str, answer: Ts<AnswerFields>) -> Answered<Option<String>> {
        let fields: AnswerFields = rust(&answer)?;
        let item = self.shared.phone()?.answer(id(visit)?, id(standard)?, wire::Answer::try_from(&fields)?)?;
        Ok(item.map(|item| item.to_string()))
    }

    /// Sets what has to be done about a standard. Gives the item; none where the server has it.
    pub fn improve(&self, visit: &str, standard: &str, task: Ts<Task>) -> Answered<Option<String>> {
        let task: Task = rust(&task)?;
        let item = self.shared.phone()?.improve(id(visit)?, id(standard)?, task.read()?)?;
        Ok(item.map(|item| item.to_string()))
    }

    /// Keeps a capture: when it resolves, bytes and record are on this device, encrypted. Gives the evidence's id.
    #[wasm_bindgen(js_name = stageEvidence)]
    pub async fn stage_evidence(&self, staging: Ts<Staging>, bytes: Vec<u8>) -> Answered<String> {
        let staging: Staging = rust(&staging)?;
        let staging = staging.read(self.shared.browser.now())?;
        Ok(self.shared.phone()?.stage(staging, &bytes).await?.to_string())
    }

    /// Takes back a capture, an answer or a completion that was not sent yet.
    pub fn cancel(&self, item: &str) -> Answered<()> {
        Ok(self.shared.phone()?.cancel(id(item)?, CANCELLED)?)
    }

    /// Takes back a capture, also one that the server may have.
    pub fn withdraw(&self, evidence: &str, reason: &str) -> Answered<()> {
        Ok(self.shared.phone()?.cancel(id(evidence)?, reason)?)
    }

    /// The words that whoever signs must be shown.
    pub fn statement(&self, visit: &str) -> Answered<Ts<Statement>> {
        typed(&Statement::from(self.shared.phone()?.statement(id(visit)?)?))
    }

    /// Keeps a signature, a PNG picture, under the statement that was shown.
    pub async fn sign(
        &self,
        visit: String,
        shown: Ts<Statement>,
        signer: Ts<Signer>,
        picture: Vec<u8>,
    ) -> Answered<String> {
        let (shown, signer): (Statement, Signer) = (rust(&shown)?, rust(&signer)?);
        let signer = phone::Signer { name: &signer.name, role: &signer.role };
        let media_type = domain::file::MediaType::Png;
        let phone = self.shared.phone()?;
        Ok(phone.sign(id(&visit)?, (&shown).try_into()?, signer, media_type, &picture).await?.to_string())
    }

    /// Asks that a visit be completed as soon as all of it is with the server, and proposes an outcome, or none. Gives the item;
    /// none where it is complete.
    pub fn complete(&self, visit: &str, proposed: Option<String>) -> Answered<Option<String>> {
        let proposed = proposed.as_deref().map(id).transpose()?;
        Ok(self.shared.phone()?.complete(id(visit)?, proposed)?.map(|item| item.to_string()))
    }

    /// Says which of two answers stands, where an item shows a conflict.
    pub fn resolve(&self, item: &str, keep: Which) -> Answered<()> {
        let keep: Keep = read("choice of answers", &keep.text())?;
        Ok(self.shared.phone()?.resolve(id(item)?, keep)?)
    }

    /// Tries an item again that needed attention.
    #[wasm_bindgen(js_name = tryAgain)]
    pub fn try_again(&self, item: &str) -> Answered<()> {
        Ok(self.shared.phone()?.try_again(id(item)?)?)
    }

    /// Sends photos now although they were to wait for Wi-Fi, until the network changes.
    #[wasm_bindgen(js_name = sendPhotosNow)]
    pub fn send_photos_now(&self) -> Answered<()> {
        self.shared.phone()?.send_photos_now();
        Ok(())
    }

    /// A capture's bytes in clear; none where they are not on this device.
    pub async fn photo(&self, evidence: String) -> Answered<Option<PhotoJs>> {
        let photo = self.shared.phone()?.photo(id(&evidence)?).await?;
        Ok(photo.as_ref().map(PhotoJs::of))
    }

    /// Everything unsent as one ZIP, in clear.
    #[wasm_bindgen(js_name = exportUnsent)]
    pub async fn export_unsent(&self) -> Answered<Vec<u8>> {
        Ok(self.shared.phone()?.export_unsent().await?)
    }

    /// What the owner chose, and what follows from it.
    pub fn settings(&self) -> Answered<Ts<Settings>> {
        typed(&self.shared.phone()?.look(|state| Settings::from(&state.choices)))
    }

    /// Sets what the owner chooses.
    #[wasm_bindgen(js_name = setSettings)]
    pub fn set_settings(&self, choices: Ts<Choices>) -> Answered<()> {
        let choices: Choices = rust(&choices)?;
        let phone = self.shared.phone()?;
        let choices = phone.look(|state| choices.read(&state.choices));
        Ok(phone.choose(choices)?)
    }
}

fn typed<T: Tsify + serde::Serialize>(value: &T) -> Answered<Ts<T>> {
    Ts::from_rust(value).map_err(|error| Refusal::unreadable(&error))
}

fn rust<T: Tsify<JsType: Clone> + serde::de::DeserializeOwned>(value: &Ts<T>) -> Answered<T> {
    value.to_rust().map_err(|error| Refusal::unreadable(&error))
}

/// Has something go on beside the screens' calls.
fn spawn(task: impl Future<Output = ()> + 'static) -> AbortHandle {
    let (task, handle) = abortable(task);
    spawn_local(async {
        // Aborted or ended: either way there is nothing more to do.
        let _ = task.await;
    });
    handle
}
