//! Scenarios through the front door.
