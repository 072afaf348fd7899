//! A real browser: Debian's Chromium, driven through its own driver.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};
use souk_test_support::until;
use tokio::process::{Child, Command};

const DRIVER: &str = "chromedriver";
const LOOK_EVERY: Duration = Duration::from_millis(100);
const START_LIMIT: Duration = Duration::from_secs(20);
/// How long a page may take to show what it should, on two busy cores.
const PAGE_LIMIT: Duration = Duration::from_mins(1);

/// One window. The driver and the browser end with it.
#[derive(Debug)]
pub struct Browser {
    pub window: Client,
    driver: Child,
}

impl Browser {
    /// # Panics
    /// When Chromium or its driver is missing or does not start.
    pub async fn open() -> Self {
        let port = free_port();
        let driver = Command::new(DRIVER)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("starting {DRIVER} (Debian's chromium-driver): {error}"));
        let options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1440,900",
        ]});
        let capabilities = Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let address = format!("http://127.0.0.1:{port}");
        let mut why = None;
        let window = until(START_LIMIT, LOOK_EVERY, async || {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            builder.connect(&address).await.map_err(|error| why = Some(error)).ok()
        })
        .await;
        let window = window.unwrap_or_else(|| panic!("no browser: {why:?}"));
        Self { window, driver }
    }

    /// Fills a form field.
    ///
    /// # Panics
    /// When the page does not show it in time.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.window.wait().at_most(PAGE_LIMIT).for_element(Locator::Css(css)).await;
        let field = field.unwrap_or_else(|error| panic!("no field {css}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("typing into {css}: {error}"));
    }

    /// # Panics
    /// When the page does not show it in time.
    pub async fn click(&self, css: &str) {
        let button = self.window.wait().at_most(PAGE_LIMIT).for_element(Locator::Css(css)).await;
        let button = button.unwrap_or_else(|error| panic!("nothing at {css}: {error}"));
        button.click().await.unwrap_or_else(|error| panic!("clicking {css}: {error}"));
    }

    /// Waits for an element, by `XPath` since only that can look for text.
    ///
    /// # Panics
    /// When the page does not show it in time; with the page's text.
    pub async fn see(&self, xpath: &str) {
        if let Err(error) = self.window.wait().at_most(PAGE_LIMIT).for_element(Locator::XPath(xpath)).await {
            let body = match self.window.find(Locator::Css("body")).await {
                Ok(body) => body.text().await.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            panic!("the page does not show {xpath}: {error}; it shows: {body}");
        }
    }

    pub async fn close(mut self) {
        let _ = self.window.close().await;
        let _ = self.driver.kill().await;
    }
}

/// # Panics
/// When the machine has no port left.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("no free port: {error}"));
    listener.local_addr().unwrap_or_else(|error| panic!("no free port: {error}")).port()
}
