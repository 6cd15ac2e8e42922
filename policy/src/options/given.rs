//! The options that every call takes, as a caller gives them.

use crate::base::input_value::Value;
use std::fmt;

macro_rules! request_options {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// The names of the options that every call takes.
        pub const REQUEST_OPTIONS: &[&str] = &[$($name),*];

        /// The options as given, nothing checked yet. Of functions and of `signal`, which stay with
        /// the driver, only the kind of value; `headers` is an array of pairs.
        #[derive(Clone, Copy, Default)]
        pub struct Given<'a> {
            $(
                #[doc = concat!("`", $name, "`")]
                pub $field: Value<'a>,
            )*
        }

        /// Which options are given, without their values: one of them may be a key.
        impl fmt::Debug for Given<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let given = [$(($name, self.$field)),*];
                let given = given.iter().filter(|(_, value)| !value.is_undefined());
                formatter.debug_set().entries(given.map(|(name, _)| name)).finish()
            }
        }

        impl<'a> Given<'a> {
            /// Takes the value of each option by its name.
            pub fn read(mut take: impl FnMut(&'static str) -> Value<'a>) -> Self {
                Self { $($field: take($name)),* }
            }
        }
    };
}

request_options! {
    api_key = "apiKey",
    auth_token = "authToken",
    base_url = "baseURL",
    betas = "betas",
    workspace_id = "workspaceId",
    anthropic_version = "anthropicVersion",
    max_retries = "maxRetries",
    max_retry_delay = "maxRetryDelay",
    timeout = "timeout",
    total_timeout = "totalTimeout",
    signal = "signal",
    headers = "headers",
    fetch = "fetch",
    dangerously_allow_browser = "dangerouslyAllowBrowser",
    on_attempt = "onAttempt",
}
