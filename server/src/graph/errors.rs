//! Errors as a client sees them.
pub fn sign_in_first() -> async_graphql::Error {
    use async_graphql::ErrorExtensions;
    async_graphql::Error::new("Sign in first.").extend_with(|_, e| e.set("code", "UNAUTHENTICATED"))
}
