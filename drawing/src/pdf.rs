//! Pages put into a PDF file: a catalogue, a page tree, the standard faces, one content stream a page.
//!
//! The same pages give the same bytes: the file carries no date and no random identifier.

use std::fmt::Write;

use super::canvas::{Canvas, Gradient};
use super::letters::{Face, literal};

/// Writes the pages as a PDF 1.4 file with the given title.
pub fn file(title: &str, pages: &[Canvas]) -> Vec<u8> {
    let mut objects = Vec::with_capacity(3 + 2 * pages.len());
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 4 + 2 * index)).collect();
    objects.push("<< /Type /Catalog /Pages 2 0 R >>".to_owned());
    objects.push(format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()));
    objects.push(format!("<< /Title {} /Producer (Waymark synthetic county) >>", literal(title)));
    for (index, page) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {:.2} {:.2}] /Contents {} 0 R /Resources {} >>",
            page.width,
            page.height,
            5 + 2 * index,
            resources(page),
        ));
        // A page's own y axis points up, the drawings' points down: turned once, here.
        let content = format!("1 0 0 -1 0 {:.2} cm\n{}", page.height, page.operators);
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    assemble(&objects)
}

/// Numbers the objects and writes the cross-reference table behind them.
fn assemble(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.4\n");
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        put(&mut table, format_args!("{:010} 00000 n \n", out.len()));
        put(&mut out, format_args!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let (size, start) = (objects.len() + 1, out.len());
    put(&mut out, format_args!("xref\n0 {size}\n0000000000 65535 f \n{table}"));
    put(&mut out, format_args!("trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    out.into_bytes()
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

fn resources(page: &Canvas) -> String {
    let mut out = String::from("<< /Font << ");
    for face in Face::ALL {
        put(
            &mut out,
            format_args!(
                "/{} << /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >> ",
                face.resource(),
                face.base_font()
            ),
        );
    }
    out.push_str(">> /ExtGState << ");
    for percent in &page.opacities {
        put(&mut out, format_args!("/A{percent} << /ca {:.2} /CA {:.2} >> ", opacity(*percent), opacity(*percent)));
    }
    out.push_str(">> /Shading << ");
    for (index, gradient) in page.gradients.iter().enumerate() {
        put(&mut out, format_args!("/S{index} {} ", shading(gradient)));
    }
    out.push_str(">> >>");
    out
}

fn opacity(percent: u8) -> f32 {
    f32::from(percent) / 100.0
}

/// An axial shading: one interpolation between each pair of neighbouring colours, stitched together.
fn shading(gradient: &Gradient) -> String {
    let steps: Vec<String> = gradient
        .inks
        .windows(2)
        .map(|pair| format!("<< /FunctionType 2 /Domain [0 1] /N 1 /C0 {} /C1 {} >>", pair[0].array(), pair[1].array()))
        .collect();
    let bounds: String = (1..steps.len()).map(|step| format!("{:.4} ", step as f32 / steps.len() as f32)).collect();
    let function = format!(
        "<< /FunctionType 3 /Domain [0 1] /Functions [{}] /Bounds [{bounds}] /Encode [{}] >>",
        steps.join(" "),
        "0 1 ".repeat(steps.len()),
    );
    let ((x0, y0), (x1, y1)) = (gradient.from, gradient.to);
    format!(
        "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [{x0:.2} {y0:.2} {x1:.2} {y1:.2}] \
         /Extend [true true] /Function {function} >>"
    )
}
