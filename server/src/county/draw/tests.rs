use super::*;
use std::time::Instant;

fn setting() -> Setting<'static> {
    Setting { premises: "Ledmarsh Motor Workshop", today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap() }
}

/// Where a person can look at the drawings: every subject twice, and the phone's picture.
#[test]
#[ignore = "writes pictures for a person to look at"]
fn look() {
    let out = std::env::temp_dir().join("fenshire");
    std::fs::create_dir_all(&out).unwrap();
    let keep = |name: String, jpeg: &[u8]| {
        let image = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap();
        image.thumbnail(1000, 1000).save(out.join(name + ".png")).unwrap();
    };
    for subject in Subject::ALL {
        for seed in 0..2 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let t = Instant::now();
            let page = scenes::draw(subject, &setting(), &mut rng);
            let draw = t.elapsed();
            let t = Instant::now();
            let scene = camera::rendered(page, 2.0).unwrap();
            let render = t.elapsed();
            let stance = Stance::draw(&mut rng);
            let t = Instant::now();
            let pixels = camera::photograph(&scene, &stance, &Shot::EVIDENCE, &mut rng);
            let shoot = t.elapsed();
            let t = Instant::now();
            let jpeg = camera::jpeg(&pixels, 74).unwrap();
            eprintln!(
                "{subject:?} {seed}: {} B draw {draw:?} render {render:?} shoot {shoot:?} jpeg {:?}",
                jpeg.len(),
                t.elapsed()
            );
            keep(format!("{subject:?}-{seed}"), &jpeg);
        }
    }
    keep("phone".to_owned(), &phone_jpeg(1).unwrap());
}
