//! The phone's core for a native shell: what Kotlin, Swift and Python call, through declarations that UniFFI writes.
//!
//! Nothing is decided here. A phone works on one thread, so it gets one, and [`Core`] hands each call over to it and waits for
//! the answer. What is handed over and what is shown are the plain values of [`mobile_sync::shown`], which the browser has
//! as well. See `docs/native.md`.

mod room;

use std::sync::Arc;

use domain::file::MediaType;
use mobile_sync::environment::{Credentials, Environment, Network};
use mobile_sync::phone::{self, Beginning, Keep};
use mobile_sync::shown::{
    AnswerFields, Choices, CoreError, Known, Secret, Settings, Signer, Staging, Statement, Status, Task, VisitDetail,
    VisitSummary, id, read,
};
use mobile_sync::vault::Cost;
use mobile_sync::wire;

use crate::room::{Door, Opening};

uniffi::setup_scaffolding!();

/// Why evidence that was cancelled before it was sent is gone, where the server turns out to have it.
const CANCELLED: &str = "Cancelled by its visitor";

/// Why something was not done. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum Failure {
    /// A code to match on, and words that may be shown.
    #[error("{}", why.message)]
    NotDone { why: CoreError },
}

impl<E: Into<CoreError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::NotDone { why: error.into() }
    }
}

type Answered<T> = Result<T, Failure>;

/// What a phone is connected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Connection {
    Offline,
    /// Paid for by the byte.
    Metered,
    Unmetered,
}

impl From<Connection> for Network {
    fn from(connection: Connection) -> Self {
        match connection {
            Connection::Offline => Self::Offline,
            Connection::Metered => Self::Metered,
            Connection::Unmetered => Self::Unmetered,
        }
    }
}

/// A capture's bytes in clear.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Photo {
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// A phone that is open. It sends by itself.
#[derive(uniffi::Object)]
pub struct Core {
    door: Door,
}

#[uniffi::export]
impl Core {
    /// Opens the phone that is kept in a folder, or makes a new one there, for the server at this address. Sending begins.
    #[uniffi::constructor]
    pub async fn open(folder: String, server: String, connection: Connection, secret: Secret) -> Answered<Arc<Self>> {
        let opening = Opening { folder: folder.into(), server, network: connection.into(), secret };
        Ok(Arc::new(Self { door: Door::open(opening).await? }))
    }

    /// Forgets the key and stops sending. Nothing is lost; the folder can be opened again.
    pub async fn lock(&self) {
        self.door.close().await;
    }

    /// Says what the phone is connected by now.
    pub async fn connected_by(&self, connection: Connection) -> Answered<()> {
        let noting = async move |phone: room::Shared| {
            phone.environment().set_network(connection.into());
            Ok(())
        };
        self.door.ask(noting).await
    }

    /// How the phone stands.
    pub async fn status(&self) -> Answered<Status> {
        self.door.ask(async |phone| Ok(phone.show_status(phone.revision()))).await
    }

    /// Waits until something has changed since this revision, and gives the new one.
    pub async fn observe(&self, since: u64) -> Answered<u64> {
        self.door.ask(async move |phone| Ok(phone.observe(since).await)).await
    }

    /// Signs in, with the authenticator's code where the account has one.
    pub async fn sign_in(&self, email: String, password: String, device: String, code: Option<String>) -> Answered<()> {
        let signing_in = async move |phone: room::Shared| {
            let code = code.as_deref();
            phone.sign_in(Credentials { email: &email, password: &password, device: &device, code }).await
        };
        self.door.ask(async move |phone| Ok(signing_in(phone).await?)).await
    }

    /// Reads the feed to its end, now.
    pub async fn pull(&self) -> Answered<()> {
        self.door.ask(async |phone| Ok(phone.pull().await?)).await
    }

    /// The visits, the earliest first.
    pub async fn visits(&self) -> Answered<Vec<VisitSummary>> {
        self.door.ask(async |phone| Ok(phone.show_visits())).await
    }

    /// One visit.
    pub async fn visit(&self, visit: String) -> Answered<Option<VisitDetail>> {
        self.door.ask(async move |phone| Ok(phone.show_visit(id(&visit)?))).await
    }

    /// What a visit can be begun with that nobody planned.
    pub async fn known(&self) -> Answered<Known> {
        self.door.ask(async |phone| Ok(phone.show_known())).await
    }

    /// Begins a visit that nobody planned, on a day. Gives its id.
    pub async fn begin_visit(
        &self,
        provider: String,
        framework: String,
        purpose: String,
        on: String,
    ) -> Answered<String> {
        let beginning = async move |phone: room::Shared| {
            let (provider, framework, on) = (id(&provider)?, id(&framework)?, read("day", &on)?);
            Ok(phone.begin_visit(Beginning { provider, framework, purpose, on })?.to_string())
        };
        self.door.ask(beginning).await
    }

    /// Answers a standard, or changes the answer. Gives the item that carries it; none where nothing has changed.
    pub async fn answer(&self, visit: String, standard: String, answer: AnswerFields) -> Answered<Option<String>> {
        let answering = async move |phone: room::Shared| {
            let item = phone.answer(id(&visit)?, id(&standard)?, wire::Answer::try_from(&answer)?)?;
            Ok(item.map(|item| item.to_string()))
        };
        self.door.ask(answering).await
    }

    /// Sets what has to be done about a standard. Gives the item; none where the server has it.
    pub async fn improve(&self, visit: String, standard: String, task: Task) -> Answered<Option<String>> {
        let setting = async move |phone: room::Shared| {
            let item = phone.improve(id(&visit)?, id(&standard)?, task.read()?)?;
            Ok(item.map(|item| item.to_string()))
        };
        self.door.ask(setting).await
    }

    /// Keeps a capture: when it returns, bytes and record are on this device, encrypted. Gives the evidence's id.
    pub async fn stage_evidence(&self, staging: Staging, bytes: Vec<u8>) -> Answered<String> {
        let keeping = async move |phone: room::Shared| {
            let staging = staging.read(phone.environment().now())?;
            Ok(phone.stage(staging, &bytes).await?.to_string())
        };
        self.door.ask(keeping).await
    }

    /// Takes back a capture, an answer or a completion that was not sent yet.
    pub async fn cancel(&self, item: String) -> Answered<()> {
        self.door.ask(async move |phone| Ok(phone.cancel(id(&item)?, CANCELLED)?)).await
    }

    /// Takes back a capture, also one that the server may have.
    pub async fn withdraw(&self, evidence: String, reason: String) -> Answered<()> {
        self.door.ask(async move |phone| Ok(phone.cancel(id(&evidence)?, &reason)?)).await
    }

    /// The words that whoever signs must be shown.
    pub async fn statement(&self, visit: String) -> Answered<Statement> {
        self.door.ask(async move |phone| Ok(phone.statement(id(&visit)?)?.into())).await
    }

    /// Keeps a signature, a PNG picture, under the statement that was shown. Gives the evidence's id.
    pub async fn sign(&self, visit: String, shown: Statement, signer: Signer, picture: Vec<u8>) -> Answered<String> {
        let signing = async move |phone: room::Shared| {
            let signer = phone::Signer { name: &signer.name, role: &signer.role };
            let shown = (&shown).try_into()?;
            Ok(phone.sign(id(&visit)?, shown, signer, MediaType::Png, &picture).await?.to_string())
        };
        self.door.ask(signing).await
    }

    /// Asks that a visit be completed as soon as all of it is with the server, and proposes an outcome, or none. Gives the item;
    /// none where it is complete.
    pub async fn complete(&self, visit: String, proposed: Option<String>) -> Answered<Option<String>> {
        let completing = async move |phone: room::Shared| {
            let proposed = proposed.as_deref().map(id).transpose()?;
            Ok(phone.complete(id(&visit)?, proposed)?.map(|item| item.to_string()))
        };
        self.door.ask(completing).await
    }

    /// Says which of two answers stands, `mine` or `theirs`, where an item shows a conflict.
    pub async fn resolve(&self, item: String, keep: String) -> Answered<()> {
        let deciding = async move |phone: room::Shared| {
            let keep: Keep = read("choice of answers", &keep)?;
            Ok(phone.resolve(id(&item)?, keep)?)
        };
        self.door.ask(deciding).await
    }

    /// Tries an item again that needed attention.
    pub async fn try_again(&self, item: String) -> Answered<()> {
        self.door.ask(async move |phone| Ok(phone.try_again(id(&item)?)?)).await
    }

    /// Sends photos now although they were to wait for Wi-Fi, until the network changes.
    pub async fn send_photos_now(&self) -> Answered<()> {
        let sending = async |phone: room::Shared| {
            phone.send_photos_now();
            Ok(())
        };
        self.door.ask(sending).await
    }

    /// A capture's bytes in clear; none where they are not on this device.
    pub async fn photo(&self, evidence: String) -> Answered<Option<Photo>> {
        let looking = async move |phone: room::Shared| {
            let photo = phone.photo(id(&evidence)?).await?;
            Ok(photo.map(|photo| Photo { media_type: photo.media_type.to_string(), bytes: photo.bytes }))
        };
        self.door.ask(looking).await
    }

    /// Everything unsent as one ZIP, in clear.
    pub async fn export_unsent(&self) -> Answered<Vec<u8>> {
        self.door.ask(async |phone| Ok(phone.export_unsent().await?)).await
    }

    /// What the owner chose, and what follows from it.
    pub async fn settings(&self) -> Answered<Settings> {
        self.door.ask(async |phone| Ok(phone.look(|state| Settings::from(&state.choices)))).await
    }

    /// Sets what the owner chooses.
    pub async fn set_settings(&self, choices: Choices) -> Answered<()> {
        let choosing = async move |phone: room::Shared| {
            let choices = phone.look(|state| choices.read(&state.choices));
            Ok(phone.choose(choices)?)
        };
        self.door.ask(choosing).await
    }

    /// Has another PIN or key open this device from now on.
    pub async fn change_secret(&self, secret: Secret) -> Answered<()> {
        self.door.ask(async move |phone| Ok(phone.change_secret(secret.read()?, Cost::PHONE)?)).await
    }

    /// Removes everything, the key first.
    pub async fn wipe(&self) -> Answered<()> {
        self.door.ask(async |phone| Ok(phone.wipe().await?)).await
    }
}
