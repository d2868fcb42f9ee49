//! What a simulated phone talks to: the server's side of [`waymark_mobile_sync::Remote`], each call finished before the next
//! event. The model in `server.rs` is one; the real service layer over a database can be another.

use uuid::Uuid;
use waymark_mobile_sync::RemoteError;
use waymark_mobile_sync::environment::Begun;
use waymark_mobile_sync::wire::{Command, Page, Verdict};

pub trait Service {
    fn sign_in(&mut self, account: Uuid) -> String;
    fn refresh(&mut self, token: &str) -> Result<String, RemoteError>;
    fn pull(&mut self, token: &str, after: Option<&str>) -> Result<Page, RemoteError>;
    fn push(&mut self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError>;
    fn begin(&mut self, token: &str, file: Uuid, size: u64, first: &[u8]) -> Result<Begun, RemoteError>;
    fn offset(&mut self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError>;
    fn send(&mut self, token: &str, upload: &str, offset: u64, bytes: &[u8]) -> Result<u64, RemoteError>;
}
