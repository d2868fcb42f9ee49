use super::*;

fn setting() -> Setting<'static> {
    Setting { premises: "Unit 3", today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap() }
}

#[test]
fn a_photograph_is_upright_clean_and_weighs_what_photographs_weigh() {
    let photo = photograph(Subject::FirePlan, &setting(), 1).unwrap();
    assert!((120_000..400_000).contains(&photo.jpeg.len()), "{} bytes", photo.jpeg.len());
    let large = image::load_from_memory_with_format(&photo.jpeg, image::ImageFormat::Jpeg).unwrap();
    assert_eq!((large.width(), large.height()), (1600, 1200));
    let small = image::load_from_memory_with_format(&photo.small, image::ImageFormat::Jpeg).unwrap();
    assert_eq!((small.width(), small.height()), (photo.small_width, photo.small_height));
    assert!(!photo.jpeg.windows(4).any(|bytes| bytes == b"Exif"));
}
