//! Files of rows: reads CSV, TSV, JSON and NDJSON ([`read`]), writes these, SQL, Markdown and XLSX ([`mod@write`]).
//!
//! It knows neither PostgreSQL's protocol nor HTTP: bytes go in, records come out, and the other way round. Everything
//! streams; what is held in memory is one record and what the caller pushed at once.

pub mod read;
pub mod write;
