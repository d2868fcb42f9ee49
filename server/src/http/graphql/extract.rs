//! The answer to a query as data: a file, or the reason why there is none.

use std::sync::Arc;

use async_graphql::{Executor, Request as GraphRequest};
use poem::http::{StatusCode, header};
use poem::{Body, Request, Response};
use sea_orm::DbErr;

use super::reply::Reply;
use super::{Asked, GraphQl, Taken};
use crate::access::session::Living;
use crate::extract::{About, Extract, Form, Made};
use crate::graph::errors::{self, Code};
use crate::graph::request::Signed;
use crate::graph::scalars;
use crate::http::caller::Refusal;
use crate::http::frame::RequestId;

impl<E: Executor> GraphQl<E> {
    /// Executes the query for its rows.
    pub(super) async fn extract(
        &self,
        request: &mut Request,
        form: Form,
        id: &RequestId,
    ) -> Result<Response, Box<Reply>> {
        let refused = |refusal| Box::new(Reply::refused(refusal, id));
        let Asked { living, origin, params, .. } = self.asked(request).await.map_err(refused)?;
        let Some(living) = living else {
            let words = "Sign in first.";
            return Err(refused(Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, words)));
        };
        let Ok(_place) = self.extracts.try_acquire() else {
            let words = "Others are taking out data now. Try again soon.";
            return Err(refused(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, words)));
        };
        let query = params.query.clone();
        let prepared = self.fit(params, Taken { mutations: false, subscriptions: false }, id)?.data(origin);
        let work = self.write(prepared, query, living, form, id);
        match tokio::time::timeout(self.app.config.max_extract_time, work).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let words = "This took too long and was given up. Narrow it by `where`, or try again.";
                Err(refused(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Code::TimedOut, words)))
            }
        }
    }

    async fn write(
        &self,
        prepared: GraphRequest,
        query: String,
        living: Living,
        form: Form,
        id: &RequestId,
    ) -> Result<Response, Box<Reply>> {
        let failed = |error: DbErr| Box::new(Reply::database(&error, id));
        let signed = crate::graph::request::open(&self.app, living, id.as_str());
        if !signed.scope().may_extract() {
            let words = "Officers, coordinators and analysts may take out data.";
            return Err(Box::new(Reply::refused(Refusal::new(StatusCode::FORBIDDEN, Code::Forbidden, words), id)));
        }
        let about = About::new(query, self.app.clock.now(), signed.scope());
        let at = about.at;
        let (most, folder) = (self.app.config.max_extract_rows, self.app.config.data.clone());
        let extract = Arc::new(Extract::new(form, about, most, folder));
        let response = self.executor.execute(signed.attach(prepared).data(Arc::clone(&extract))).await;
        if !response.errors.is_empty() {
            return Err(Box::new(Reply::not_extracted(response.errors, id)));
        }
        let Some(made) = extract.take() else {
            let words = "This query asks for no list whose rows could be given.";
            return Err(Box::new(Reply::unfit(vec![errors::request_error(Code::BadInput, words, None)], id)));
        };
        self.note(signed, &made).await.map_err(failed)?;
        let name = format!("{}-{}.{}", made.noun.plural.unwrap_or(made.noun.name), at.date_naive(), form.ending());
        Ok(Response::builder()
            .content_type(form.media_type())
            .header(header::CONTENT_LENGTH, made.size)
            .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
            .header("waymark-rows", made.rows)
            .header("waymark-extracted-at", scalars::instant(at))
            .body(Body::from_async_read(tokio::fs::File::from_std(made.file))))
    }

    /// What went out, and whose records were in it: both are noted before the first byte goes.
    async fn note(&self, signed: Signed, made: &Made) -> Result<(), DbErr> {
        signed.note_extract(&self.app, made).await?;
        signed.close(&self.app).await
    }
}
