//! The beta flags that the API reference lists, in its order.

use crate::base::encoded::elements;
use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::{concat, number, parts};
use crate::options::checks::text_of;

/// One list yields the Rust enum, the TypeScript union and the exported array.
macro_rules! betas {
    ($first:ident = $first_flag:literal, $($name:ident = $flag:literal),+ $(,)?) => {
        /// A beta flag for the `anthropic-beta` header.
        ///
        /// New flags appear monthly and old ones retire, so any other flag is allowed, too: the
        /// API judges it. Source: <https://platform.claude.com/docs/en/api/beta-headers>.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AnthropicBeta {
            #[doc = concat!("`", $first_flag, "`")]
            $first,
            $(#[doc = concat!("`", $flag, "`")] $name,)+
            /// A flag that this version does not know.
            Other(String),
        }

        impl AnthropicBeta {
            /// The known flags, in the order of the API reference.
            pub const ALL: &[Self] = &[Self::$first, $(Self::$name),+];

            /// The flag, as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::$first => $first_flag,
                    $(Self::$name => $flag,)+
                    Self::Other(flag) => flag,
                }
            }
        }

        impl From<&str> for AnthropicBeta {
            fn from(flag: &str) -> Self {
                match flag {
                    $first_flag => Self::$first,
                    $($flag => Self::$name,)+
                    _ => Self::Other(flag.to_owned()),
                }
            }
        }

        /// The TypeScript of the flags: the union and the array.
        pub const TYPESCRIPT: &str = concat!(
            "\n/**\n",
            " * A beta flag for the `anthropic-beta` header: one of those that the API reference lists, or any\n",
            " * other string, because new ones appear monthly and the API judges them.\n",
            " * @see https://platform.claude.com/docs/en/api/beta-headers\n",
            " */\n",
            "export type AnthropicBeta =",
            "\n  | \"", $first_flag, "\"",
            $("\n  | \"", $flag, "\"",)+
            "\n  | (string & {});\n",
            "\n/** The known beta flags, in the order of the API reference. */\n",
            "export const ANTHROPIC_BETAS: readonly [\"", $first_flag, "\"", $(", \"", $flag, "\"",)+ "];\n",
        );
    };
}

betas! {
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

/// Checks the option `betas` and joins its flags into the header's value: in order, each once.
/// `None` where there is no flag, and so neither a header nor `?beta=true`.
pub fn header_value(value: &Value) -> Result<Option<String>> {
    let flags = match value {
        Value::Undefined => return Ok(None),
        Value::Array(flags) => *flags,
        other => {
            return Err(Failure::wrong("betas", "an array of strings", other));
        }
    };
    let mut joined = String::new();
    for (index, flag) in elements(flags).enumerate() {
        let flag = check_flag(index, &flag)?;
        if !parts(&joined, b',').any(|seen| seen == flag) {
            let comma = if joined.is_empty() { "" } else { "," };
            joined.extend([comma, flag]);
        }
    }
    Ok(Some(joined).filter(|joined| !joined.is_empty()))
}

/// A flag goes into a comma-separated header: visible ASCII without a comma.
fn check_flag<'a>(index: usize, value: &Value<'a>) -> Result<&'a str> {
    text_of(value, |found| !found.is_ascii_graphic() || found == ',').map_err(|found| {
        let rule = "must be a flag of visible ASCII characters without a comma, not ";
        Failure::invalid_option(
            &concat(&["betas[", &number(index as u64), "]"]),
            &concat(&[rule, &found]),
        )
    })
}
