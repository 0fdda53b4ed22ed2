//! Scenarios through the front door: the real binary, a real `PostgreSQL`, HTTP.
mod kit;
