//! The module's name keeps them out of the gate but for two a day.

mod kills;
mod outages;
mod strangers;
