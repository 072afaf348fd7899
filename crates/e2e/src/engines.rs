//! What a test must know of an engine to look into its shops. Everything else in a test is for every engine.

use souk_domain::engine::Engine;

/// A shop's pods, and how to speak to what runs in them.
#[derive(Debug)]
pub(crate) struct Inside {
    /// The component label of the pod that serves the shop.
    pub shop: &'static str,
    pub shop_port: u16,
    /// The component label of its database, which is its service's name, too.
    pub database: &'static str,
    pub database_port: u16,
    /// Speaks to the database as its server's own user, from inside its container; reads statements and answers each
    /// with a line at once.
    pub client: &'static [&'static str],
    /// Locks a row that the setup changes in the middle of its work, and answers `held`; anything else, or nothing,
    /// while there is no shop in the database yet.
    pub hold: &'static str,
    /// Answers `lifted`.
    pub lift: &'static str,
    /// The program that a setup at work is.
    pub program: &'static str,
    /// In the command line of a setup that works, and of one that waits for its turn.
    pub setup: &'static str,
    /// Connects to an address and a port, the two words after these; its exit code says whether it could.
    pub connect: &'static [&'static str],
}

pub(crate) const fn inside(engine: Engine) -> &'static Inside {
    match engine {
        Engine::Medusa => &MEDUSA,
        Engine::Woocommerce => &WOOCOMMERCE,
    }
}

/// Within the time that a test gives a refused connection: a dropped packet is not answered at all.
const MEDUSA: Inside = Inside {
    shop: "medusa",
    shop_port: 9000,
    database: "postgres",
    database_port: 5432,
    client: &[
        "/usr/lib/postgresql/15/bin/psql",
        "-XqAt",
        "-h",
        "/run/postgresql",
        "-U",
        "medusa",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        "-",
    ],
    hold: "BEGIN;\nSELECT 'held' FROM souk.store FOR UPDATE;\n",
    lift: "ROLLBACK;\nSELECT 'lifted';\n",
    program: "node ",
    setup: "/app/souk/setup.mjs",
    connect: &[
        "node",
        "-e",
        "const [h, p] = process.argv.slice(1); \
         const s = require('net').connect({ host: h, port: Number(p) }); \
         s.setTimeout(3000, () => process.exit(1)); \
         s.on('error', () => process.exit(1)); \
         s.on('connect', () => process.exit(0))",
    ],
};

const WOOCOMMERCE: Inside = Inside {
    shop: "woocommerce",
    shop_port: 8080,
    database: "mariadb",
    database_port: 3306,
    client: &["mariadb", "--batch", "--skip-column-names", "--unbuffered", "wordpress"],
    // MariaDB lets nobody wait longer than 50 s for a row, which is less than a slow machine may need here.
    hold: "SET GLOBAL innodb_lock_wait_timeout = 600;\nBEGIN;\n\
           SELECT IF(count(*) = 1, 'held', 'not yet') FROM wp_options WHERE option_name = 'blogname' \
           AND (SELECT state FROM souk_store) = 'restored' FOR UPDATE;\n",
    lift: "ROLLBACK;\nSET GLOBAL innodb_lock_wait_timeout = 50;\nSELECT 'lifted';\n",
    program: "php ",
    setup: "--quiet souk setup",
    connect: &["php", "-n", "-r", "exit(@fsockopen($argv[1], (int) $argv[2], $code, $words, 3) ? 0 : 1);"],
};
