//! Starts the web app in the page.

fn main() {
    howdah_frontend::start();
}
