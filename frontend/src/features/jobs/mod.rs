//! Long work: the list, and one job with its progress and log as they come.

pub mod list;
pub mod log;
pub mod page;
pub mod state_tag;

pub use list::JobsPage;
pub use page::JobPage;
