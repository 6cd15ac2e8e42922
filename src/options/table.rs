//! The table of all options, and the loop that reads and checks the options of one call.

use crate::options::value::{Encoded, UNDEFINED, Value};
use policy::base::error::{Failure, Result};
use policy::call::deletion_options::POLL_INTERVAL;
use policy::internal::checks::{Bounds, VISIBLE};
use policy::internal::strings::{find, number, value_kind};
use policy::internal::suggest::unknown_option;
#[cfg(feature = "jobs")]
use policy::jobs::{concurrency::CONCURRENCY, pager::PAGE_BOUNDS, purge::LIMIT};
use policy::options::{RETRIES, RETRY_DELAY, TIMEOUT};

/// The values that an option takes, besides `undefined`.
#[derive(Clone, Copy)]
enum Kind {
    /// Values with these letters, and the words for them.
    Of(&'static str, &'static str),
    Whole(Bounds),
    /// One of these strings.
    Choice(&'static [&'static str]),
}

const CREDENTIAL: Kind = Kind::Of("\"Fn", VISIBLE);
const HEADER: Kind = Kind::Of("\"", VISIBLE);
const FUNCTION: Kind = Kind::Of("F", "a function");
const BOOLEAN: Kind = Kind::Of("tf", "true or false");
const SIGNAL: Kind = Kind::Of("An", "an AbortSignal");
const STRINGS: Kind = Kind::Of("[", "an array of strings");
#[cfg(feature = "jobs")]
const TIME: Kind = Kind::Of("\"D", policy::options::selection::POINT_IN_TIME);
/// The id of a batch has a check of its own.
#[cfg(feature = "jobs")]
const ANY: Kind = Kind::Of("ntfFAO#D\"L[K", "");

struct Entry {
    name: &'static str,
    kind: Kind,
}

macro_rules! options {
    ($($condition:meta { $($id:ident = $name:literal: $kind:expr;)+ })+) => {
        /// An option: its index in the table.
        #[derive(Clone, Copy, Debug)]
        pub enum Id {
            $($(#[cfg($condition)] $id,)+)+
        }

        static TABLE: [Entry; COUNT] = [$($(
            #[cfg($condition)]
            Entry { name: $name, kind: $kind },
        )+)+];

        const COUNT: usize = [$($(#[cfg($condition)] Id::$id,)+)+].len();
    };
}

options! {
    all() {
        ApiKey = "apiKey": CREDENTIAL;
        AuthToken = "authToken": CREDENTIAL;
        BaseUrl = "baseURL": Kind::Of("\"n", "a URL as a string");
        Betas = "betas": STRINGS;
        WorkspaceId = "workspaceId": HEADER;
        AnthropicVersion = "anthropicVersion": HEADER;
        MaxRetries = "maxRetries": Kind::Whole(RETRIES);
        MaxRetryDelay = "maxRetryDelay": Kind::Whole(RETRY_DELAY);
        Timeout = "timeout": Kind::Whole(TIMEOUT);
        TotalTimeout = "totalTimeout": Kind::Whole(TIMEOUT);
        Signal = "signal": SIGNAL;
        Headers = "headers": Kind::Of("[", "an object or a Headers");
        Fetch = "fetch": FUNCTION;
        DangerouslyAllowBrowser = "dangerouslyAllowBrowser": BOOLEAN;
        OnAttempt = "onAttempt": FUNCTION;
        IfProcessing = "ifProcessing": Kind::Choice(&["reject", "wait", "cancel"]);
        IfMissing = "ifMissing": Kind::Choice(&["reject", "ignore"]);
        PollInterval = "pollInterval": Kind::Whole(POLL_INTERVAL);
    }
    feature = "jobs" {
        Concurrency = "concurrency": Kind::Whole(CONCURRENCY);
        OnProgress = "onProgress": FUNCTION;
        Drain = "drain": SIGNAL;
        EndedBefore = "endedBefore": TIME;
        CreatedBefore = "createdBefore": TIME;
        Status = "status": Kind::Choice(&["in_progress", "canceling", "ended"]);
        Filter = "filter": FUNCTION;
        After = "after": ANY;
        Limit = "limit": Kind::Whole(LIMIT);
        DryRun = "dryRun": BOOLEAN;
        All = "all": BOOLEAN;
        PageSize = "pageSize": Kind::Whole(PAGE_BOUNDS);
    }
    feature = "relay" {
        Authorize = "authorize": FUNCTION;
        AllowedOrigins = "allowedOrigins": STRINGS;
        PublicOrigin = "publicOrigin": Kind::Of("\"", policy::relay::rules::ORIGIN);
        BasePath = "basePath": Kind::Of("\"", "a path");
        Allow = "allow": Kind::Of("[", "an array");
        AllowedWorkspaces = "allowedWorkspaces": STRINGS;
        OnError = "onError": FUNCTION;
    }
}

/// The options that a function of JavaScript takes: a bit for each.
pub type Set = u64;

pub const CALL: Set = from_to(Id::ApiKey, Id::OnAttempt);
pub const DELETION: Set = CALL | from_to(Id::IfProcessing, Id::PollInterval);
#[cfg(feature = "jobs")]
pub const BULK: Set = DELETION | from_to(Id::Concurrency, Id::Drain);
#[cfg(feature = "jobs")]
pub const CANCELATION: Set = CALL | one(Id::IfMissing) | from_to(Id::Concurrency, Id::Drain);
#[cfg(feature = "jobs")]
pub const PURGE: Set = BULK | from_to(Id::EndedBefore, Id::All);
#[cfg(feature = "jobs")]
pub const LIST: Set = CALL | from_to(Id::EndedBefore, Id::Limit) | one(Id::PageSize);
#[cfg(feature = "relay")]
pub const RELAY: Set = from_to(Id::ApiKey, Id::BaseUrl)
    | from_to(Id::WorkspaceId, Id::AnthropicVersion)
    | one(Id::Timeout)
    | from_to(Id::Headers, Id::Fetch)
    | from_to(Id::Authorize, Id::OnError);

const fn one(id: Id) -> Set {
    1 << id as u32
}

const fn from_to(first: Id, last: Id) -> Set {
    2 * one(last) - one(first)
}

fn entries(set: Set) -> impl Iterator<Item = (u64, &'static Entry)> {
    let entries = (0_u64..).zip(&TABLE);
    entries.filter(move |(index, _)| set >> index & 1 == 1)
}

/// Returns the names of the options.
pub fn names(set: Set) -> impl Iterator<Item = &'static str> {
    entries(set).map(|(_, entry)| entry.name)
}

/// Returns a line for each option: its index, a colon, its name.
#[must_use]
pub fn lines(set: Set) -> String {
    let mut lines = String::new();
    for (index, entry) in entries(set) {
        lines.extend([&number(index), ":", entry.name, "\n"]);
    }
    lines
}

/// The options of a call, each of the kind that the table says.
#[derive(Debug)]
pub struct Options<'a>([Value<'a>; COUNT]);

impl<'a> Options<'a> {
    /// Reads and checks the options: `{`, then the index and the value of each; at the first name that
    /// is not one of the set, `?` and the name. After a client's defaults, `+` and the options of the call, which
    /// replace them one by one; the two credentials are one option.
    pub fn read(mut rest: Encoded<'a>, set: Set) -> Result<Self> {
        let mut values = [UNDEFINED; COUNT];
        // The first two options.
        let mut credentials = [UNDEFINED; 2];
        loop {
            if rest.skip(b'{') {
                read_layer(&mut rest, &mut values, set)?;
            } else {
                match rest.value() {
                    Some(UNDEFINED) => {}
                    Some(other) => {
                        return Err(Failure::wrong("options", "an object", &other.kind()));
                    }
                    None => return Err(unreadable("the names of the options")),
                }
            }
            let [key, token, ..] = &mut values;
            if !rest.skip(b'+') {
                if (*key, *token) == (UNDEFINED, UNDEFINED) {
                    [*key, *token] = credentials;
                }
                return Ok(Self(values));
            }
            credentials = [key, token].map(|value| std::mem::replace(value, UNDEFINED));
        }
    }

    /// Returns the value of an option.
    #[must_use]
    pub fn get(&self, id: Id) -> Value<'a> {
        self.0.get(id as usize).copied().unwrap_or(UNDEFINED)
    }
}

fn read_layer<'a>(rest: &mut Encoded<'a>, values: &mut [Value<'a>; COUNT], set: Set) -> Result<()> {
    while rest.0.bytes().next().is_some_and(|next| next != b'+') {
        if rest.skip(b'?') {
            let name = rest.string().unwrap_or_default();
            return Err(unknown_option(name, names(set)));
        }
        let index = rest.number().unwrap_or(u32::MAX) as usize;
        let (Some(entry), Some(place)) = (TABLE.get(index), values.get_mut(index)) else {
            return Err(unreadable("options"));
        };
        let value = rest.value().ok_or_else(|| unreadable(entry.name))?;
        if value != UNDEFINED {
            entry.check(value)?;
            *place = value;
        }
    }
    Ok(())
}

fn unreadable(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

impl Entry {
    fn check(&self, value: Value<'_>) -> Result<()> {
        match self.kind {
            Kind::Of(letters, _) if find(letters, value.letter).is_some() => Ok(()),
            Kind::Of(_, expected) => Err(Failure::wrong(self.name, expected, &value.kind())),
            Kind::Whole(bounds) => match value.number() {
                Some(number) if bounds.contains(number) => Ok(()),
                _ => Err(bounds.wrong(self.name, &value.kind())),
            },
            Kind::Choice(choices) => check_choice(self.name, value, choices),
        }
    }
}

/// Checks that the value is one of a few strings.
pub(super) fn check_choice(name: &str, value: Value<'_>, choices: &[&str]) -> Result<()> {
    let mut listed = String::new();
    for choice in choices {
        if value.text() == Some(choice) {
            return Ok(());
        }
        let before = if listed.is_empty() { "\"" } else { " or \"" };
        listed.extend([before, choice, "\""]);
    }
    let found = value.text().map_or_else(|| value.kind(), value_kind);
    Err(Failure::wrong(name, &listed, &found))
}
