//! The harness holds what it promises: stores that answer, and that no other test has written to.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use sea_orm::{ConnectionTrait, DbErr};

use crate::support::pair::{Objects, Stores, on_both_pairs};
use crate::support::s3::S3;

on_both_pairs!(one_test_leaves_its_marks, async |stores| leave_marks_where_there_are_none(stores).await);
on_both_pairs!(another_test_finds_none, async |stores| leave_marks_where_there_are_none(stores).await);

/// Fails when another test's table or object is in the way.
async fn leave_marks_where_there_are_none(stores: &Stores) {
    mark_database(stores).await.unwrap();
    match &stores.objects {
        Objects::Directory(path) => {
            assert_eq!(std::fs::read_dir(path).unwrap().count(), 0);
            std::fs::write(path.join("mark"), "here").unwrap();
        }
        Objects::S3(s3) => {
            let client = client(s3, s3.secret_key);
            let listed = client.list_objects_v2().bucket(s3.bucket).send().await.unwrap();
            assert_eq!(listed.key_count(), Some(0));
            client.put_object().bucket(s3.bucket).key("mark").body(b"here".to_vec().into()).send().await.unwrap();
        }
    }
}

async fn mark_database(stores: &Stores) -> Result<(), DbErr> {
    let database = stores.database.connect().await;
    database.execute_unprepared("create table mark (made_by text)").await?;
    database.execute_unprepared("insert into mark values ('a test')").await?;
    database.close().await
}

on_both_pairs!(a_wrong_secret_opens_no_bucket, async |stores| {
    if let Objects::S3(s3) = &stores.objects {
        let outcome = client(s3, "another-secret-key").list_objects_v2().bucket(s3.bucket).send().await;
        assert_eq!(outcome.unwrap_err().raw_response().map(|answer| answer.status().as_u16()), Some(403));
    }
});

fn client(s3: &S3, secret_key: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new(s3.region))
        .endpoint_url(&s3.endpoint)
        .credentials_provider(Credentials::new(s3.access_key, secret_key, None, None, "tests"))
        .force_path_style(true);
    Client::from_conf(config.build())
}
