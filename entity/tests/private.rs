//! A row in a log or in a failed assertion names no child.

use waymark_entity::Private;

#[test]
fn nothing_of_it_is_printed() {
    assert_eq!(format!("{:?}", Some(Private("Robin".to_owned()))), "Some(<private>)");
}
