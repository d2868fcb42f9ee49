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

/// The sign of a fire plan is green across its top; an upright reading of a phone's picture finds it there.
#[test]
fn a_phone_picture_lies_on_its_side_and_says_so() {
    let jpeg = phone_jpeg(1).unwrap();
    assert!(jpeg[..400].windows(6).any(|bytes| bytes == b"Exif\0\0"));
    // Tag 0x0112, a short, once: 6.
    assert!(jpeg[..400].windows(10).any(|bytes| bytes == [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]));
    let mut picture = image::load_from_memory_with_format(&jpeg, image::ImageFormat::Jpeg).unwrap();
    assert_eq!(picture.width() * picture.height(), 4032 * 3024);
    picture.apply_orientation(image::metadata::Orientation::Rotate90);
    let rgb = picture.thumbnail(300, 400).into_rgb8();
    let is_green = |x: u32, y: u32| {
        let [red, green, blue] = rgb.get_pixel(x, y).0.map(i32::from);
        green > red + 40 && green > blue + 20
    };
    let rows: Vec<u32> = (0..rgb.height()).filter(|y| (60..240).filter(|x| is_green(*x, *y)).count() > 80).collect();
    let middle = rows.iter().sum::<u32>() / rows.len().max(1) as u32;
    assert!(!rows.is_empty() && middle < rgb.height() / 2, "{rows:?}");
}
