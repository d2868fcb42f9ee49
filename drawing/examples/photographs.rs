//! Draws a photograph of each subject as a phone's camera takes it, into the folder that is named: something to measure with.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use waymark_drawing::{Setting, Subject, large_photograph};

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).context("name the folder")?);
    std::fs::create_dir_all(&folder)?;
    let setting = Setting { premises: "Unit 3", today: NaiveDate::default() };
    for (number, subject) in (1..).zip(Subject::ALL) {
        std::fs::write(folder.join(format!("{number}.jpg")), large_photograph(subject, &setting, number)?)?;
    }
    Ok(())
}
