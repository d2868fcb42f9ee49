//! A bad line: a proxy on a port of its own that throttles, delays, and hangs up in the middle of things.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// How bad a line is.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// Bytes in a second, both directions together.
    pub bytes_a_second: u32,
    /// A connection takes up to so many ticks before it stands, and a stretch of bytes may wait as long.
    pub delay: u32,
    /// A connection that is to be hung up on is so after up to so many bytes. Two in three are; none where this is nothing.
    pub hangs_up_within: Option<u64>,
}

/// A tick of the line's clock.
const TICK: Duration = Duration::from_millis(10);

/// The line. It ends with the runtime that it was started on.
pub struct Proxy {
    pub address: SocketAddr,
    passed: watch::Sender<u64>,
    hung_up: watch::Sender<u32>,
}

/// What the connections of a line share.
#[derive(Clone)]
struct Line {
    weather: Weather,
    /// Bytes that may pass now.
    allowance: Arc<Semaphore>,
    chance: Arc<Mutex<ChaCha8Rng>>,
    passed: watch::Sender<u64>,
    hung_up: watch::Sender<u32>,
}

impl Proxy {
    /// A line of this weather to a server.
    pub async fn to(server: SocketAddr, weather: Weather, seed: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            passed: watch::Sender::new(0),
            hung_up: watch::Sender::new(0),
        };
        let line = Line {
            weather,
            allowance: Arc::new(Semaphore::new(0)),
            chance: Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))),
            passed: proxy.passed.clone(),
            hung_up: proxy.hung_up.clone(),
        };
        tokio::spawn(line.clone().allow());
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                tokio::spawn(line.clone().carry(phone, server));
            }
        });
        proxy
    }

    /// How many bytes have passed, in both directions.
    pub fn passed(&self) -> u64 {
        *self.passed.borrow()
    }

    /// Ends when so many bytes have passed in all.
    pub async fn has_passed(&self, bytes: u64) {
        self.passed.subscribe().wait_for(|passed| *passed >= bytes).await.unwrap();
    }

    /// How often it hung up in the middle of things.
    pub fn hung_up(&self) -> u32 {
        *self.hung_up.borrow()
    }
}

impl Line {
    /// Lets bytes pass, tick by tick. What nobody wants is not saved up for more than a few ticks.
    async fn allow(self) {
        let a_tick = self.weather.bytes_a_second as usize * TICK.as_millis() as usize / 1_000;
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            if self.allowance.available_permits() < 4 * a_tick {
                self.allowance.add_permits(a_tick);
            }
        }
    }

    fn below(&self, bound: u64) -> u64 {
        self.chance.lock().unwrap().random_range(0..=bound)
    }

    async fn wait(&self) {
        let mut ticks = tokio::time::interval(TICK);
        for _ in 0..=self.below(self.weather.delay.into()) {
            ticks.tick().await;
        }
    }

    async fn carry(self, phone: TcpStream, server: SocketAddr) {
        self.wait().await;
        let Ok(server) = TcpStream::connect(server).await else { return };
        let left = self.weather.hangs_up_within.filter(|_| self.below(2) > 0).map(|most| self.below(most));
        let left = Mutex::new(left);
        let ((from_phone, to_phone), (from_server, to_server)) = (phone.into_split(), server.into_split());
        // Where one direction is hung up on, the other goes with it; where it just ends, the other is heard out.
        let there = self.pass(from_phone, to_server, &left);
        let back = self.pass(from_server, to_phone, &left);
        if let Err(Ended::ByTheLine) = futures_util::future::try_join(there, back).await {
            self.hung_up.send_modify(|count| *count += 1);
        }
    }

    /// Carries bytes until there are none, or the line is hung up on.
    async fn pass(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        left: &Mutex<Option<u64>>,
    ) -> Result<(), Ended> {
        let mut stretch = [0; 2_048];
        loop {
            let length = from.read(&mut stretch).await.map_err(|_| Ended::ByOthers)?;
            if length == 0 {
                return to.shutdown().await.map_err(|_| Ended::ByOthers);
            }
            if self.below(20) == 0 {
                self.wait().await;
            }
            self.allowance.acquire_many(length as u32).await.map_err(|_| Ended::ByOthers)?.forget();
            let arrives = spend(left, length);
            to.write_all(&stretch[..arrives]).await.map_err(|_| Ended::ByOthers)?;
            self.passed.send_modify(|passed| *passed += arrives as u64);
            if arrives < length {
                return Err(Ended::ByTheLine);
            }
        }
    }
}

/// Why a connection ended before its time.
enum Ended {
    ByTheLine,
    ByOthers,
}

/// How many of these bytes still arrive.
fn spend(left: &Mutex<Option<u64>>, length: usize) -> usize {
    match left.lock().unwrap().as_mut() {
        None => length,
        Some(left) => {
            let arrives = (*left).min(length as u64);
            *left -= arrives;
            arrives as usize
        }
    }
}
