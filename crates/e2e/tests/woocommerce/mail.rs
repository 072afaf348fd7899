//! A shop's mail: by the operator's server, or not at all and said so.

use std::net::TcpListener;

use serde_json::{Value, json};
use souk_e2e::mail::{MailServer, PORT};
use souk_e2e::souk::{Images, Setup, Souk};
use souk_e2e::stores::Store;
use souk_shopper::Order;

use crate::{ONE_AT_A_TIME, create, wp};

const SHOPPER: &str = "shopper@example.com";
/// The one sender that the operator's server would take.
const SENDER: &str = "shops@platform.example";

/// The notes that the plugin keeps of an order's mails.
async fn notes(store: &Store, order: &Order) -> Vec<String> {
    let list = wp(store, &["wc", "order_note", "list", &order.id, "--user=owner", "--format=json"]).await;
    let list: Vec<Value> = serde_json::from_str(&list).unwrap();
    let mails =
        list.iter().filter_map(|note| note["note"].as_str()).filter(|note| note.starts_with("Email "));
    mails.map(str::to_owned).collect()
}

/// Of a store that was made without a mail server, and sold something since.
pub async fn none_is_sent_and_that_is_said(store: &Store, order: &Order) {
    let notes = notes(store, order).await;
    assert_eq!(notes.len(), 2, "one to the owner, one to the shopper: {notes:?}");
    for note in &notes {
        assert!(note.contains("failed to send: this shop has no mail server"), "{note}");
    }
    let log = store.shop().await.log().await;
    assert!(log.contains("souk: a mail was not sent, this shop has no mail server; its subject: "), "{log}");
    let sent = wp(store, &["eval", "var_dump( wp_mail( 'a@example.com', 'A subject', 'A text' ) );"]).await;
    assert!(sent.contains("bool(false)"), "whoever sends a mail is told: {sent}");
    let unsent = wp(store, &["option", "get", "souk_mails_not_sent"]).await;
    assert_eq!(unsent, "3", "the admin pages count them");
    let server = MailServer::start().await;
    assert!(!store.shop().await.reaches(&server.host(), PORT).await, "a server that nobody named is reached");
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn an_order_is_mailed_to_its_owner_and_its_shopper_by_the_server_that_souk_was_told_of() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let server = MailServer::start().await;
    let setup = Setup::of(&Images::built())
        .with("SOUK_SMTP_HOST", server.host())
        .with("SOUK_SMTP_PORT", PORT.to_string())
        .with("SOUK_SMTP_TLS", "none")
        .with("SOUK_SMTP_FROM", SENDER);
    Souk::run_as(setup, async |souk| {
        let store = create(souk, "emma", json!({})).await;
        let owner = store.credentials().await.admin_email;
        assert!(server.to(&owner).is_empty(), "what the setup does is no news");

        let order = store.buy(SHOPPER).await;
        let about = format!("#{}", order.number);
        let to_owner = server.wait_for(&owner, &about).await;
        let to_shopper = server.wait_for(SHOPPER, "").await;
        for mail in [&to_owner, &to_shopper] {
            assert_eq!(mail.header("From"), format!("The emma shop <{SENDER}>"), "{mail:?}");
            assert_eq!(mail.header("X-MailFrom"), SENDER, "{mail:?}");
        }
        assert!(to_shopper.header("Reply-To").contains(&owner), "answers reach the shop: {to_shopper:?}");
        let notes = notes(&store, &order).await;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes.iter().all(|note| note.ends_with(" sent.")), "{notes:?}");

        // The way is open to that port alone.
        let beside = TcpListener::bind((server.host(), 0)).unwrap();
        let port = beside.local_addr().unwrap().port();
        let shop = store.shop().await;
        assert!(shop.reaches(&server.host(), PORT).await, "the control: the mail server");
        assert!(!shop.reaches(&server.host(), port).await, "something beside the mail server is reached");

        // One that takes nothing any more: said, too.
        drop(server);
        let order = store.buy(SHOPPER).await;
        let notes = self::notes(&store, &order).await;
        assert!(notes.iter().all(|note| note.contains("failed to send: ")), "{notes:?}");
        store.delete().await;
    })
    .await;
}
