//! The views, one folder per area.

pub mod account;
pub mod accounts;
pub mod audit;
pub mod databases;
pub mod debug_console;
pub mod help;
pub mod jobs;
pub mod not_found;
pub mod palette;
pub mod rows;
pub mod signin;
pub mod tables;
