//! Both object stores, held to their one contract; S3 over real HTTP.

use server::objects::contract;

use crate::support::pair::on_both_pairs;

on_both_pairs!(the_contract_of_object_stores_holds, async |stores| {
    let objects = stores.object_store().await;
    contract::check(objects.as_ref()).await.unwrap();
});
