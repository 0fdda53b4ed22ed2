//! Compresses the app's files once, at the best level, so that the server never has to.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::hash::files_below;
use crate::web::parallel::each;

/// What gains nothing is stored as it is.
const COMPRESSIBLE: [&str; 10] =
    ["html", "js", "css", "wasm", "svg", "json", "txt", "map", "webmanifest", "ttf"];

/// Writes `.br` and `.gz` beside every file that gains from it.
pub(crate) fn all(dist: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> =
        files_below(dist, &[])?.into_iter().filter(|file| is_compressible(file)).collect();
    // The largest first, or the last one would run alone.
    files.sort_by_key(|file| std::cmp::Reverse(fs::metadata(file).map_or(0, |data| data.len())));
    each(&files, |file| one(file))
}

fn is_compressible(file: &Path) -> bool {
    file.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| COMPRESSIBLE.contains(&extension))
}

fn one(file: &Path) -> Result<()> {
    let raw = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    let mut br = Vec::new();
    brotli::BrotliCompress(&mut raw.as_slice(), &mut br, &params)
        .with_context(|| format!("compressing {}", file.display()))?;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&raw)?;
    let gz = encoder.finish()?;
    for (extension, bytes) in [("br", br), ("gz", gz)] {
        // A few bytes are not worth a second file.
        if bytes.len() + 64 < raw.len() {
            let path = with_suffix(file, extension);
            File::create(&path)?.write_all(&bytes).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(())
}

/// "app.js" and "br" make "app.js.br".
pub(crate) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
