//! Failures: the error's code, and the data of an error.

use crate::base::headers::Headers;
use crate::base::redact::{redact, redact_headers};
use crate::base::strings::{concat, has};
use std::error::Error;
use std::fmt;

/// A result whose error is a [`Failure`].
pub type Result<T> = std::result::Result<T, Box<Failure>>;

/// Passes the list of codes to a macro: the Rust name, the code and the meaning of each.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_code {
    ($callback:ident) => {
        $callback! {
            InvalidOption = "invalid_option": "an argument or an option is not valid; nothing was sent.",
            MissingCredentials = "missing_credentials": "no API key and no auth token was found; nothing was sent.",
            BrowserNotAllowed = "browser_not_allowed": "a key was given in a browser page without `dangerouslyAllowBrowser`; nothing was sent.",
            Connection = "connection": "no response came: refused, reset, DNS, or the response broke off; `cause` holds a copy of the error of fetch.",
            Timeout = "timeout": "no whole response came within `timeout`, or the call did not end within `totalTimeout`.",
            BadRequest = "bad_request": "the API responded with 400.",
            Authentication = "authentication": "the API responded with 401.",
            Permission = "permission": "the API responded with 403.",
            NotFound = "not_found": "the API responded with 404 in its own error envelope: there is no such batch.",
            Conflict = "conflict": "the API responded with 409.",
            StillProcessing = "still_processing": "the batch has not ended, so it can't be deleted yet; see `ifProcessing`.",
            RateLimit = "rate_limit": "the API responded with 429; `retryAfterMs` says when to try again, if the API did.",
            Server = "server": "the API responded with 500 or above.",
            Redirect = "redirect": "the response was a redirect, which is never followed, because it would take the key to another server.",
            Http = "http": "any other status, among them a 404 that is not the API's own: from an ingress, a proxy, a wrong path.",
            InvalidResponse = "invalid_response": "a success status, but not the response to this call.",
            Internal = "internal": "`message` says why the package's WebAssembly can't be loaded; any other message is a fault in this package: please report it.",
        }
    };
}

macro_rules! codes {
    ($($name:ident = $code:literal: $meaning:literal),+ $(,)?) => {
        /// The kind of failure, as a stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $name,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code, such as `rate_limit`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

for_each_code! { codes }

/// The data of a failed call's error. Every credential is removed from it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[non_exhaustive]
pub struct Failure {
    /// The kind of failure.
    pub code: Code,
    /// The call, the status, the API's own message and the request id, in one sentence.
    pub message: String,
    /// The number of times that the request was sent.
    pub attempts: u32,
    /// The HTTP status, if a response came.
    pub status: Option<u16>,
    /// The API's `error.type`.
    pub api_type: Option<String>,
    /// The API's `error.message`.
    pub api_message: Option<String>,
    /// The API's `error.details.error_code`.
    pub error_code: Option<String>,
    /// The `request-id` header, else the envelope's `request_id`.
    pub request_id: Option<String>,
    /// The `retry-after` of the response, in milliseconds.
    pub retry_after_ms: Option<u32>,
    /// The response's headers, names in lower case.
    pub headers: Option<Headers>,
    /// The response's body.
    pub body: Option<FailureBody>,
    /// The error that the HTTP client, or a function of the caller's, failed with.
    pub cause: Option<Box<Cause>>,
    /// True if the response to an earlier attempt was lost, so that its effect is unknown.
    pub after_lost: bool,
    /// True if the body was larger than the limit, so that its end was not read.
    pub too_large: bool,
    /// The option, argument or environment variable that is not valid, with [`Code::InvalidOption`].
    pub option: Option<String>,
    /// True if the same call may succeed later: after a failure that the call itself retries, or once the batch
    /// has ended.
    pub retryable: bool,
    /// True if a request of this call may have changed the batch. False if no deletion and no cancelation was sent,
    /// or each was refused.
    pub maybe_applied: bool,
    /// True if no connection was made, so that the server has not received the last request.
    pub(crate) never_sent: bool,
}

/// The body of a failed response.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureBody {
    /// The string; only an excerpt if the body is not JSON.
    pub text: String,
    /// True if the string is a whole JSON document.
    pub json: bool,
}

/// A copy of the error of the HTTP client, or of a function of the caller's. A copy, because the original
/// may carry the request, and with it the key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cause {
    /// The error's name, or kind.
    pub name: String,
    /// The error's message.
    pub message: String,
    /// The error's `code`.
    pub code: Option<String>,
    /// The error's own `cause`.
    pub cause: Option<Box<Cause>>,
}

impl Cause {
    /// Creates an error that has only a name and a message.
    #[must_use]
    pub fn new(name: &str, message: String) -> Box<Self> {
        Box::new(Self {
            name: name.into(),
            message,
            code: None,
            cause: None,
        })
    }

    /// Returns the messages of the chain, outermost first, in one line.
    #[must_use]
    pub fn messages(&self) -> String {
        let mut line = if self.message.is_empty() {
            self.name.clone()
        } else {
            self.message.clone()
        };
        let mut inner = self.cause.as_deref();
        while let Some(cause) = inner {
            let shown = if cause.message.is_empty() {
                cause.code.as_ref()
            } else {
                Some(&cause.message)
            };
            if let Some(shown) = shown {
                line.push_str(": ");
                line.push_str(shown);
            }
            inner = cause.cause.as_deref();
        }
        // A message with a line break would become two entries of a log.
        let visible = |found: char| if found < ' ' { ' ' } else { found };
        line.chars().map(visible).collect()
    }

    /// Returns whether the messages of the chain contain these words.
    pub(crate) fn says(&self, words: &str) -> bool {
        has(&self.messages(), words)
    }

    /// Returns whether the runtime sends no request of this caller: it has no permission for the network (Deno,
    /// Node), or its `fetch` was taken off its object.
    pub(crate) fn is_refused_by_runtime(&self) -> bool {
        matches!(&*self.name, "NotCapable" | "PermissionDenied")
            || self.has_code(&["ERR_ACCESS_DENIED"])
            || self.says("Illegal invocation")
    }

    /// Returns whether a Worker has used up the requests of one invocation; the next invocation may send again:
    /// <https://developers.cloudflare.com/workers/platform/limits/#subrequests>.
    pub(crate) fn is_out_of_subrequests(&self) -> bool {
        self.says("Too many subrequests")
    }

    /// Returns whether the chain holds an error with one of these codes.
    #[must_use]
    pub fn has_code(&self, codes: &[&str]) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| codes.contains(&code))
            || self
                .cause
                .as_ref()
                .is_some_and(|cause| cause.has_code(codes))
    }
}

/// The kind of failure, as its stable code.
impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The message: the call, the status, the API's own message and the request id.
impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &dyn Error)
    }
}

/// The message, or the name if the message is empty.
impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_empty = self.message.is_empty();
        formatter.write_str(if is_empty { &self.name } else { &self.message })
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &dyn Error)
    }
}

impl Failure {
    /// Creates a failure that has only a code and a message.
    #[must_use]
    pub fn new(code: Code, message: String) -> Box<Self> {
        Box::new(Self {
            code,
            message,
            attempts: 0,
            status: None,
            api_type: None,
            api_message: None,
            error_code: None,
            request_id: None,
            retry_after_ms: None,
            headers: None,
            body: None,
            cause: None,
            after_lost: false,
            too_large: false,
            option: None,
            retryable: matches!(
                code,
                Code::Connection | Code::Timeout | Code::StillProcessing
            ),
            maybe_applied: false,
            never_sent: false,
        })
    }

    /// Creates the failure of an argument or option that is not valid; `problem` names the rule and the value
    /// found. `name` may include the wrong part, as `betas[1]` does.
    #[must_use]
    pub fn invalid_option(name: &str, problem: &str) -> Box<Self> {
        let mut failure = Self::new(Code::InvalidOption, concat(&[name, " ", problem]));
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = name.bytes().take_while(is_of_name).count();
        failure.option = name.get(..length).map(str::to_owned);
        failure
    }

    /// Creates the failure of an option that must have another value. `found` describes the value.
    #[must_use]
    pub fn wrong(name: &str, must_be: &str, found: &str) -> Box<Self> {
        Self::invalid_option(name, &concat(&["must be ", must_be, ", not ", found]))
    }

    /// Returns whether another attempt could not be sent either.
    #[cfg(any(feature = "jobs", feature = "relay"))]
    pub(crate) fn is_unsendable(&self) -> bool {
        let cause = self.cause.as_deref();
        cause.is_some_and(|cause| cause.is_out_of_subrequests() || cause.is_refused_by_runtime())
    }

    /// Returns the same failure with its cause.
    #[must_use]
    pub fn caused_by(mut self: Box<Self>, cause: Box<Cause>) -> Box<Self> {
        self.cause = Some(cause);
        self
    }

    /// Removes every occurrence of a secret from every string.
    pub fn redact(&mut self, secrets: &[&[String]]) {
        let clean = |text: &mut String| redact(text, secrets, false);
        clean(&mut self.message);
        let texts = [
            &mut self.api_type,
            &mut self.api_message,
            &mut self.error_code,
            &mut self.request_id,
        ];
        for text in texts.into_iter().flatten() {
            clean(text);
        }
        if let Some(headers) = &mut self.headers {
            redact_headers(headers, secrets);
        }
        let mut cause = self.cause.as_deref_mut();
        while let Some(of) = cause {
            clean(&mut of.name);
            clean(&mut of.message);
            if let Some(code) = &mut of.code {
                clean(code);
            }
            cause = of.cause.as_deref_mut();
        }
        if let Some(body) = &mut self.body {
            redact(&mut body.text, secrets, !body.json);
        }
    }
}
