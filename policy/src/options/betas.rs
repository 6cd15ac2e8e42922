//! The beta flags that the API reference lists, in its order.

use crate::base::error::{Failure, Result};
use crate::base::strings::{concat, number, parts};
use crate::options::checks::visible;

/// Passes the list of flags to a macro: the Rust name and the flag of each.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_beta {
    ($callback:ident) => {
        $callback! {
            MessageBatches20240924 = "message-batches-2024-09-24",
            PromptCaching20240731 = "prompt-caching-2024-07-31",
            ComputerUse20241022 = "computer-use-2024-10-22",
            ComputerUse20250124 = "computer-use-2025-01-24",
            Pdfs20240925 = "pdfs-2024-09-25",
            TokenCounting20241101 = "token-counting-2024-11-01",
            TokenEfficientTools20250219 = "token-efficient-tools-2025-02-19",
            Output128k20250219 = "output-128k-2025-02-19",
            FilesApi20250414 = "files-api-2025-04-14",
            McpClient20250404 = "mcp-client-2025-04-04",
            McpClient20251120 = "mcp-client-2025-11-20",
            DevFullThinking20250514 = "dev-full-thinking-2025-05-14",
            InterleavedThinking20250514 = "interleaved-thinking-2025-05-14",
            CodeExecution20250522 = "code-execution-2025-05-22",
            ExtendedCacheTtl20250411 = "extended-cache-ttl-2025-04-11",
            Context1m20250807 = "context-1m-2025-08-07",
            ContextManagement20250627 = "context-management-2025-06-27",
            ModelContextWindowExceeded20250826 = "model-context-window-exceeded-2025-08-26",
            Skills20251002 = "skills-2025-10-02",
            FastMode20260201 = "fast-mode-2026-02-01",
        }
    };
}

macro_rules! betas {
    ($($name:ident = $flag:literal),+ $(,)?) => {
        /// A beta flag for the `anthropic-beta` header.
        ///
        /// New flags appear monthly and old ones retire, so any other flag is also allowed: the
        /// API judges it. Source: <https://platform.claude.com/docs/en/api/beta-headers>.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AnthropicBeta {
            $(#[doc = concat!("`", $flag, "`")] $name,)+
            /// A flag that this version does not know.
            Other(String),
        }

        impl AnthropicBeta {
            /// The known flags, in the order of the API reference.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns the flag, as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $flag,)+
                    Self::Other(flag) => flag,
                }
            }
        }

        impl From<&str> for AnthropicBeta {
            fn from(flag: &str) -> Self {
                match flag {
                    $($flag => Self::$name,)+
                    _ => Self::Other(flag.to_owned()),
                }
            }
        }
    };
}

for_each_beta! { betas }

/// The checked beta flags of a call.
///
/// ```
/// use delete_message_batch_policy::{AnthropicBeta, Betas};
///
/// let betas = Betas::check([AnthropicBeta::MessageBatches20240924.as_str(), "a-later-flag"])?;
/// # Ok::<(), Box<delete_message_batch_policy::Failure>>(())
/// ```
#[doc(hidden)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Betas(String);

impl Betas {
    /// Checks the flags.
    pub fn check<'a>(flags: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut betas = Self::default();
        for (index, flag) in flags.into_iter().enumerate() {
            betas.add(index, flag)?;
        }
        Ok(betas)
    }

    /// Adds a flag, unless it is there. An error names its index.
    #[doc(hidden)]
    pub fn add(&mut self, index: usize, flag: &str) -> Result<()> {
        // A flag goes into a comma-separated header.
        let is_allowed = |byte: u8| byte.is_ascii_graphic() && byte != b',';
        let flag = visible(flag, is_allowed).map_err(|found| Self::wrong(index, &found))?;
        if !parts(&self.0, b',').any(|seen| seen == flag) {
            let comma = if self.0.is_empty() { "" } else { "," };
            self.0.extend([comma, flag]);
        }
        Ok(())
    }

    /// Returns the failure of a flag. `found` describes it.
    #[doc(hidden)]
    #[must_use]
    pub fn wrong(index: usize, found: &str) -> Box<Failure> {
        let name = concat(&["betas[", &number(index as u64), "]"]);
        let expected = "a flag of visible ASCII characters without a comma";
        Failure::wrong(&name, expected, found)
    }

    /// Returns the value of the header: the flags in their order. `None` if there is no flag: then neither
    /// the header nor `?beta=true` is sent.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(&self.0)
    }
}
