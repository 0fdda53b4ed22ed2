//! A spreadsheet: a zip archive of XML.
//!
//! Sheets are written first and what names them last, because how many there will be is not known before. Texts stand
//! in their cells, not in a table of their own, so that nothing needs to be kept.

use super::zip::Zip;
use super::{Column, Kind, Refused, is_plain_number};

/// What Excel takes.
const COLUMNS: usize = 16_384;
const CELL: usize = 32_767;
/// Without the head.
const ROWS: u32 = 1_048_575;
/// A sheet that is longer than this is ended before the next row: an entry of 4 GiB cannot be read.
const SHEET_BYTES: u64 = 2 << 30;
/// XML is compressed when there is so much of it.
const PENDING: usize = 32 << 10;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

#[derive(Debug)]
pub(super) struct Xlsx {
    columns: Vec<Column>,
    /// `A`, `B` …
    letters: Vec<String>,
    table: String,
    zip: Zip,
    pending: Vec<u8>,
    sheets: usize,
    /// In the sheet, without its head.
    rows: u32,
    /// Of XML in the sheet.
    bytes: u64,
    limit: u32,
}

impl Xlsx {
    pub(super) fn new(table: &str, columns: Vec<Column>) -> Self {
        // With more columns every row is refused.
        let count = if columns.len() > COLUMNS { 0 } else { columns.len() };
        Self {
            letters: (0..count).map(letters).collect(),
            columns,
            table: table.to_owned(),
            zip: Zip::new(),
            pending: Vec::new(),
            sheets: 0,
            rows: 0,
            bytes: 0,
            limit: ROWS,
        }
    }

    pub(super) fn start(&mut self, out: &mut Vec<u8>) {
        self.sheets += 1;
        self.rows = 0;
        self.bytes = 0;
        self.zip.begin(&format!("xl/worksheets/sheet{}.xml", self.sheets), out);
        let pane = "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>";
        let view = format!("<sheetViews><sheetView workbookViewId=\"0\">{pane}</sheetView></sheetViews>");
        let begin = format!("{XML}<worksheet xmlns=\"{MAIN}\">{view}<sheetData><row r=\"1\">");
        self.pending.extend_from_slice(begin.as_bytes());
        for (letters, column) in self.letters.iter().zip(&self.columns) {
            text(letters, "1", " s=\"1\"", &column.name, &mut self.pending);
        }
        self.pending.extend_from_slice(b"</row>");
    }

    /// `number` counts all rows that were given.
    pub(super) fn row(
        &mut self,
        number: u64,
        values: &[Option<&str>],
        out: &mut Vec<u8>,
    ) -> Result<(), Refused> {
        self.check(number, values)?;
        if self.rows >= self.limit || self.bytes > SHEET_BYTES {
            self.end_sheet(out);
            self.start(out);
        }
        self.rows += 1;
        let row = (self.rows + 1).to_string();
        let before = self.pending.len();
        self.pending.extend_from_slice(b"<row r=\"");
        self.pending.extend_from_slice(row.as_bytes());
        self.pending.extend_from_slice(b"\">");
        for ((letters, column), value) in self.letters.iter().zip(&self.columns).zip(values) {
            let Some(value) = value else {
                continue;
            };
            match (column.kind, *value) {
                (Kind::Number, value) if is_exact(value) => cell(letters, &row, "", value, &mut self.pending),
                (Kind::Boolean, "t") => cell(letters, &row, " t=\"b\"", "1", &mut self.pending),
                (Kind::Boolean, "f") => cell(letters, &row, " t=\"b\"", "0", &mut self.pending),
                (_, value) => text(letters, &row, "", value, &mut self.pending),
            }
        }
        self.pending.extend_from_slice(b"</row>");
        self.bytes += (self.pending.len() - before) as u64;
        if self.pending.len() >= PENDING {
            self.compress(out);
        }
        Ok(())
    }

    fn check(&self, row: u64, values: &[Option<&str>]) -> Result<(), Refused> {
        if self.columns.len() > COLUMNS {
            let columns = self.columns.len();
            let message = format!("A spreadsheet has at most 16,384 columns; row {row} has {columns}.");
            return Err(Refused { row, column: None, message });
        }
        for (column, value) in self.columns.iter().zip(values) {
            // As Excel counts: in units of UTF-16.
            let long = value.filter(|value| value.len() > CELL).map(|value| value.encode_utf16().count());
            if let Some(length) = long.filter(|length| *length > CELL) {
                let column = column.name.clone();
                let message = format!(
                    "A cell of a spreadsheet holds at most 32,767 characters; row {row} has {length} in “{column}”."
                );
                return Err(Refused { row, column: Some(column), message });
            }
        }
        Ok(())
    }

    fn compress(&mut self, out: &mut Vec<u8>) {
        self.zip.write(&self.pending, out);
        self.pending.clear();
    }

    fn end_sheet(&mut self, out: &mut Vec<u8>) {
        self.pending.extend_from_slice(b"</sheetData></worksheet>");
        self.compress(out);
        self.zip.end(out);
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.end_sheet(out);
        for (name, xml) in self.parts() {
            self.zip.begin(name, out);
            self.zip.write(xml.as_bytes(), out);
            self.zip.end(out);
        }
        self.zip.finish(out);
    }

    /// Everything but the sheets.
    fn parts(&self) -> [(&'static str, String); 5] {
        let sheets = || 1..=self.sheets;
        let each = |xml: &dyn Fn(usize) -> String| sheets().map(xml).collect::<String>();
        let overrides = each(&|sheet| {
            let part = format!("/xl/worksheets/sheet{sheet}.xml");
            format!("<Override PartName=\"{part}\" ContentType=\"{TYPE}.worksheet+xml\"/>")
        });
        let types = format!(
            "{XML}<Types xmlns=\"{PACKAGE}/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"{TYPE}.sheet.main+xml\"/>\
             <Override PartName=\"/xl/styles.xml\" ContentType=\"{TYPE}.styles+xml\"/>{overrides}</Types>"
        );
        let relation = |id: &str, kind: &str, target: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
        };
        let relations = |all: &str| {
            format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
        };
        let of_package = relations(&relation("rId1", "officeDocument", "xl/workbook.xml"));
        let of_sheets = each(&|sheet| {
            relation(&format!("rId{sheet}"), "worksheet", &format!("worksheets/sheet{sheet}.xml"))
        });
        let of_styles = relation(&format!("rId{}", self.sheets + 1), "styles", "styles.xml");
        let named = each(&|sheet| {
            let mut name = Vec::new();
            escape(&sheet_name(&self.table, sheet), &mut name);
            let name = String::from_utf8_lossy(&name).replace('"', "&quot;");
            format!("<sheet name=\"{name}\" sheetId=\"{sheet}\" r:id=\"rId{sheet}\"/>")
        });
        let workbook = format!(
            "{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{named}</sheets></workbook>"
        );
        let font = "<sz val=\"11\"/><name val=\"Calibri\"/>";
        let xf = "numFmtId=\"0\" fillId=\"0\" borderId=\"0\"";
        let styles = format!(
            "{XML}<styleSheet xmlns=\"{MAIN}\">\
             <fonts count=\"2\"><font>{font}</font><font><b/>{font}</font></fonts>\
             <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
             <fill><patternFill patternType=\"gray125\"/></fill></fills>\
             <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
             <cellStyleXfs count=\"1\"><xf {xf} fontId=\"0\"/></cellStyleXfs>\
             <cellXfs count=\"2\"><xf {xf} fontId=\"0\" xfId=\"0\"/>\
             <xf {xf} fontId=\"1\" xfId=\"0\" applyFont=\"1\"/></cellXfs>\
             <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
        );
        [
            ("[Content_Types].xml", types),
            ("_rels/.rels", of_package),
            ("xl/workbook.xml", workbook),
            ("xl/_rels/workbook.xml.rels", relations(&format!("{of_sheets}{of_styles}"))),
            ("xl/styles.xml", styles),
        ]
    }
}

/// What a column is called, from 0: `A` … `Z`, `AA` …
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest % 26]));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// At most 31 characters, some of which are forbidden; all sheets have different names.
fn sheet_name(table: &str, sheet: usize) -> String {
    let suffix = if sheet == 1 { String::new() } else { format!(" ({sheet})") };
    let mut room = 31 - suffix.len();
    let allowed = |c: char| !c.is_control() && !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
    let mut name = String::new();
    for c in table.trim_matches('\'').chars().map(|c| if allowed(c) { c } else { '_' }) {
        let Some(less) = room.checked_sub(c.len_utf16()) else {
            break;
        };
        room = less;
        name.push(c);
    }
    let name = name.trim_end_matches('\'');
    // Excel keeps this name for itself.
    let name = if name.is_empty() || name.eq_ignore_ascii_case("history") { "rows" } else { name };
    format!("{name}{suffix}")
}

/// A spreadsheet computes with 15 significant digits; a number that has more would become another one.
fn is_exact(text: &str) -> bool {
    if !is_plain_number(text) {
        return false;
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0');
    let (mut count, mut significant) = (0, 0);
    for digit in digits {
        count += 1;
        if digit != b'0' {
            significant = count;
        }
    }
    match text.parse::<f64>() {
        Ok(number) if significant == 0 => number == 0.0 && !text.starts_with('-'),
        Ok(number) => significant <= 15 && number.is_normal(),
        Err(_) => false,
    }
}

fn cell(letters: &str, row: &str, kind: &str, value: &str, xml: &mut Vec<u8>) {
    for part in ["<c r=\"", letters, row, "\"", kind, "><v>", value, "</v></c>"] {
        xml.extend_from_slice(part.as_bytes());
    }
}

fn text(letters: &str, row: &str, style: &str, value: &str, xml: &mut Vec<u8>) {
    let kind = " t=\"inlineStr\"><is><t xml:space=\"preserve\">";
    for part in ["<c r=\"", letters, row, "\"", style, kind] {
        xml.extend_from_slice(part.as_bytes());
    }
    escape(value, xml);
    xml.extend_from_slice(b"</t></is></c>");
}

/// XML for a text. What XML cannot hold, spreadsheets write as `_x0001_`; so what looks like this needs it as well.
fn escape(text: &str, xml: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let mut length = 1;
        let code;
        let instead: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'\t' | b'\n' => continue,
            0..=0x1f => {
                code = format!("_x{byte:04X}_");
                code.as_bytes()
            }
            b'_' if looks_escaped(&bytes[at..]) => b"_x005F_",
            0xef if matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => {
                length = 3;
                if bytes[at + 2] == 0xbe { b"_xFFFE_" } else { b"_xFFFF_" }
            }
            _ => continue,
        };
        xml.extend_from_slice(&bytes[written..at]);
        xml.extend_from_slice(instead);
        written = at + length;
    }
    xml.extend_from_slice(&bytes[written..]);
}

/// It would look like an escape: the line below the code may come from the escape of what follows.
fn looks_escaped(bytes: &[u8]) -> bool {
    matches!(bytes, [b'_', b'x', code @ ..] if code.iter().take(4).filter(|byte| byte.is_ascii_hexdigit()).count() == 4)
}

#[cfg(test)]
mod tests;
