//! The lists that users rely on: error codes, beta flags. Written out here a second
//! time, so that a lost or renamed one is noticed.

use policy::base::error::Code;
use policy::options::ANTHROPIC_VERSION;
use policy::options::betas::AnthropicBeta;

#[test]
fn error_codes() {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "invalid_option",
            "missing_credentials",
            "browser_not_allowed",
            "connection",
            "timeout",
            "bad_request",
            "authentication",
            "permission",
            "not_found",
            "conflict",
            "still_processing",
            "rate_limit",
            "server",
            "redirect",
            "http",
            "invalid_response",
            "internal",
        ]
    );
}

#[test]
fn beta_flags_in_the_order_of_the_api_reference() {
    let flags: Vec<&str> = AnthropicBeta::ALL
        .iter()
        .map(AnthropicBeta::as_str)
        .collect();
    assert_eq!(
        flags,
        [
            "message-batches-2024-09-24",
            "prompt-caching-2024-07-31",
            "computer-use-2024-10-22",
            "computer-use-2025-01-24",
            "pdfs-2024-09-25",
            "token-counting-2024-11-01",
            "token-efficient-tools-2025-02-19",
            "output-128k-2025-02-19",
            "files-api-2025-04-14",
            "mcp-client-2025-04-04",
            "mcp-client-2025-11-20",
            "dev-full-thinking-2025-05-14",
            "interleaved-thinking-2025-05-14",
            "code-execution-2025-05-22",
            "extended-cache-ttl-2025-04-11",
            "context-1m-2025-08-07",
            "context-management-2025-06-27",
            "model-context-window-exceeded-2025-08-26",
            "skills-2025-10-02",
            "fast-mode-2026-02-01",
        ]
    );
}

#[test]
fn each_known_flag_has_a_name_of_its_own() {
    for flag in AnthropicBeta::ALL {
        assert_eq!(&AnthropicBeta::from(flag.as_str()), flag);
    }
    let other = AnthropicBeta::from("message-batches-2024-09-25");
    assert_eq!(other.as_str(), "message-batches-2024-09-25");
    assert!(matches!(other, AnthropicBeta::Other(_)));
}

#[test]
fn the_default_version() {
    assert_eq!(ANTHROPIC_VERSION, "2023-06-01");
}
