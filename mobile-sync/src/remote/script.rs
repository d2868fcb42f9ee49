//! A transport for tests: gives the answers of a list, and notes what was asked.

use std::cell::RefCell;
use std::collections::VecDeque;

use futures_util::FutureExt;
use serde_json::Value;

use super::transport::{Answer, Request, Transport, Unanswered};

/// What will be answered, and what was asked.
#[derive(Default)]
pub struct Script {
    answers: RefCell<VecDeque<Answer>>,
    pub asked: RefCell<Vec<Request>>,
}

impl Script {
    pub fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
    }

    /// Answers of the graph, each with this data.
    pub fn of_graph(data: impl IntoIterator<Item = Value>) -> Self {
        let named = ("content-type".to_owned(), "application/graphql-response+json".to_owned());
        let answer = |data: Value| Answer {
            status: 200,
            headers: vec![named.clone()],
            body: serde_json::json!({ "data": data }).to_string().into(),
        };
        Self::of(data.into_iter().map(answer))
    }

    /// The variables of the requests that were made to the graph.
    pub fn variables(&self) -> Vec<Value> {
        let asked = self.asked.borrow();
        asked.iter().map(|request| body(request)["variables"].clone()).collect()
    }
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

impl Transport for Script {
    async fn call(&self, request: Request) -> Result<Answer, Unanswered> {
        self.asked.borrow_mut().push(request);
        self.answers.borrow_mut().pop_front().ok_or(Unanswered)
    }
}

/// What comes of a future over a script, which never waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("a script does not wait")
}
