//! The views, one folder per area.

pub mod account;
pub mod accounts;
pub mod audit;
pub mod databases;
pub mod debug_console;
pub mod designer;
pub mod exports;
pub mod help;
pub mod imports;
pub mod jobs;
pub mod not_found;
pub mod objects;
pub mod palette;
pub mod relations;
pub mod rows;
pub mod signin;
pub mod structure;
pub mod sweeps;
pub mod tables;
