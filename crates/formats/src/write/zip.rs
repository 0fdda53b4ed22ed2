//! A zip archive that is written in one go: the sizes of an entry come after it.
//!
//! An entry is shorter than 4 GiB, by its writer's care: spreadsheets do not read longer ones whose sizes come after
//! them. The archive may be longer; where it is, its directory is written in the form for that (zip64).

use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

/// Sizes come after the entry; names are UTF-8.
const FLAGS: u16 = 0x0808;
const DEFLATE: u16 = 8;
/// The first day that zip knows: a file does not tell when it was written, the same rows give the same bytes.
const DATE: u16 = 0x21;
const VERSION: u16 = 20;
const VERSION_64: u16 = 45;

pub(super) struct Zip {
    /// Bytes that were written.
    offset: u64,
    entries: Vec<Entry>,
    compress: Compress,
    hasher: Hasher,
}

struct Entry {
    name: String,
    crc: u32,
    compressed: u32,
    size: u32,
    offset: u64,
}

impl Zip {
    pub(super) fn new() -> Self {
        Self::at(0)
    }

    /// As if so many bytes had been written before.
    fn at(offset: u64) -> Self {
        Self {
            offset,
            entries: Vec::new(),
            compress: Compress::new(Compression::fast(), false),
            hasher: Hasher::new(),
        }
    }

    /// An entry begins.
    pub(super) fn begin(&mut self, name: &str, out: &mut Vec<u8>) {
        let before = out.len();
        put32(out, 0x0403_4b50);
        put16s(out, &[VERSION, FLAGS, DEFLATE, 0, DATE]);
        for _ in 0..3 {
            put32(out, 0);
        }
        put16s(out, &[length(name), 0]);
        out.extend_from_slice(name.as_bytes());
        self.entries.push(Entry {
            name: name.to_owned(),
            crc: 0,
            compressed: 0,
            size: 0,
            offset: self.offset,
        });
        self.offset += (out.len() - before) as u64;
        self.compress.reset();
        self.hasher = Hasher::new();
    }

    /// What is in it.
    pub(super) fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.hasher.update(bytes);
        self.deflate(bytes, FlushCompress::None, out);
    }

    /// The entry ends.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        self.deflate(&[], FlushCompress::Finish, out);
        let crc = std::mem::take(&mut self.hasher).finalize();
        let Some(entry) = self.entries.last_mut() else {
            return;
        };
        entry.crc = crc;
        entry.compressed = u32::try_from(self.compress.total_out()).unwrap_or(u32::MAX);
        entry.size = u32::try_from(self.compress.total_in()).unwrap_or(u32::MAX);
        for number in [0x0807_4b50, crc, entry.compressed, entry.size] {
            put32(out, number);
        }
        self.offset += 16;
    }

    fn deflate(&mut self, bytes: &[u8], flush: FlushCompress, out: &mut Vec<u8>) {
        let before = out.len();
        let mut rest = bytes;
        loop {
            out.reserve(rest.len().clamp(1 << 10, 64 << 10));
            let read = self.compress.total_in();
            let status = self.compress.compress_vec(rest, out, flush);
            let read = usize::try_from(self.compress.total_in() - read).unwrap_or(rest.len());
            rest = rest.get(read..).unwrap_or_default();
            match status {
                Ok(Status::StreamEnd) | Err(_) => break,
                Ok(_) if rest.is_empty() && matches!(flush, FlushCompress::None) => break,
                Ok(_) => {}
            }
        }
        self.offset += (out.len() - before) as u64;
    }

    /// The directory.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        let begin = out.len();
        let directory = self.offset;
        for entry in &self.entries {
            let far = u32::try_from(entry.offset).ok().filter(|offset| *offset < u32::MAX);
            let version = if far.is_none() { VERSION_64 } else { VERSION };
            put32(out, 0x0201_4b50);
            put16s(out, &[version, version, FLAGS, DEFLATE, 0, DATE]);
            for number in [entry.crc, entry.compressed, entry.size] {
                put32(out, number);
            }
            put16s(out, &[length(&entry.name), if far.is_none() { 12 } else { 0 }, 0, 0, 0]);
            put32(out, 0);
            put32(out, far.unwrap_or(u32::MAX));
            out.extend_from_slice(entry.name.as_bytes());
            if far.is_none() {
                put16s(out, &[1, 8]);
                put64(out, entry.offset);
            }
        }
        let size = (out.len() - begin) as u64;
        let count = self.entries.len() as u64;
        let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        if short(directory) == u32::MAX || count >= 0xffff {
            put32(out, 0x0606_4b50);
            put64(out, 44);
            put16s(out, &[VERSION_64, VERSION_64]);
            put64(out, 0);
            for number in [count, count, size, directory] {
                put64(out, number);
            }
            put32(out, 0x0706_4b50);
            put32(out, 0);
            put64(out, directory + size);
            put32(out, 1);
        }
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        put32(out, 0x0605_4b50);
        put16s(out, &[0, 0, count, count]);
        put32(out, short(size));
        put32(out, short(directory));
        put16s(out, &[0]);
    }
}

impl std::fmt::Debug for Zip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let entries = self.entries.len();
        f.debug_struct("Zip").field("offset", &self.offset).field("entries", &entries).finish_non_exhaustive()
    }
}

fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

fn put16s(out: &mut Vec<u8>, numbers: &[u16]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
        bytes[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Reads an archive by its directory, as everybody does, whose first byte is said to be at `base`: names and texts.
    pub(in crate::write) fn unzip(archive: &[u8], base: u64) -> Vec<(String, String)> {
        let index = |offset: u64| usize::try_from(offset - base).unwrap();
        let end = archive.len() - 22;
        assert_eq!(number(archive, end, 4), 0x0605_4b50);
        let (mut count, mut size, mut at) =
            (number(archive, end + 10, 2), number(archive, end + 12, 4), number(archive, end + 16, 4));
        if at == u64::from(u32::MAX) {
            assert_eq!(number(archive, end - 20, 4), 0x0706_4b50);
            let record = index(number(archive, end - 12, 8));
            assert_eq!(number(archive, record, 4), 0x0606_4b50);
            (count, size, at) = (
                number(archive, record + 32, 8),
                number(archive, record + 40, 8),
                number(archive, record + 48, 8),
            );
            assert_eq!(record, index(at + size));
        } else {
            assert_eq!(index(at + size), end);
        }
        let mut at = index(at);
        let mut entries = Vec::new();
        for _ in 0..count {
            assert_eq!(number(archive, at, 4), 0x0201_4b50);
            let field = |offset, length| number(archive, at + offset, length);
            let name_length = usize::try_from(field(28, 2)).unwrap();
            let extra = usize::try_from(field(30, 2)).unwrap();
            let name = String::from_utf8(archive[at + 46..at + 46 + name_length].to_vec()).unwrap();
            let mut offset = field(42, 4);
            if offset == u64::from(u32::MAX) {
                assert_eq!((field(46 + name_length, 2), field(48 + name_length, 2), field(6, 2)), (1, 8, 45));
                offset = field(50 + name_length, 8);
            }
            let local = index(offset);
            assert_eq!(number(archive, local, 4), 0x0403_4b50);
            assert_eq!(&archive[local + 30..local + 30 + name_length], name.as_bytes());
            let data = local + 30 + name_length + usize::try_from(number(archive, local + 28, 2)).unwrap();
            let compressed = usize::try_from(field(20, 4)).unwrap();
            let mut text = Vec::with_capacity(usize::try_from(field(24, 4)).unwrap() + 1);
            let mut inflate = flate2::Decompress::new(false);
            let input = &archive[data..data + compressed];
            let status = inflate.decompress_vec(input, &mut text, flate2::FlushDecompress::Finish);
            assert_eq!(status.unwrap(), Status::StreamEnd);
            assert_eq!(inflate.total_in(), compressed as u64);
            assert_eq!(text.len() as u64, field(24, 4));
            assert_eq!(u64::from(crc32fast::hash(&text)), field(16, 4));
            let after = data + compressed;
            assert_eq!(number(archive, after, 4), 0x0807_4b50);
            for (offset, there) in [(4, 16), (8, 20), (12, 24)] {
                assert_eq!(number(archive, after + offset, 4), field(there, 4));
            }
            entries.push((name, String::from_utf8(text).unwrap()));
            at += 46 + name_length + extra;
        }
        entries
    }

    #[test]
    fn archives_are_read_back_also_far_behind() {
        let long = "line of text, ".repeat(50_000);
        for base in [0, 5 << 30] {
            let mut zip = Zip::at(base);
            let mut out = Vec::new();
            for (name, text) in [("a.xml", "<a/>"), ("b/ä.xml", long.as_str()), ("empty", "")] {
                zip.begin(name, &mut out);
                for piece in text.as_bytes().chunks(7001) {
                    zip.write(piece, &mut out);
                }
                zip.end(&mut out);
            }
            zip.finish(&mut out);
            assert!(out.len() < long.len() / 10);
            let entries = unzip(&out, base);
            assert_eq!(entries.len(), 3);
            assert_eq!(entries[0], ("a.xml".to_owned(), "<a/>".to_owned()));
            assert_eq!(entries[1], ("b/ä.xml".to_owned(), long.clone()));
            assert_eq!(entries[2], ("empty".to_owned(), String::new()));
        }
    }
}
