//! The builder of settings: Rust's types, Rust's names in errors, no secret in `Debug`.

use crate::support::KEY;
use policy::options::builder::SettingsBuilder;
use policy::{
    Action, AnthropicBeta, Call, Code, DeletionOptions, Event, Goal, MonotonicTime, Scheme, Secret,
    Settings,
};
use std::time::Duration;

fn build(builder: &SettingsBuilder) -> Settings {
    builder.build_with(&|_| None).unwrap()
}

#[test]
fn each_value_reaches_the_settings() {
    let settings = build(
        &Settings::builder()
            .auth_token("token-1")
            .base_url("https://gateway.example/anthropic/")
            .beta(AnthropicBeta::MessageBatches20240924)
            .beta(AnthropicBeta::from("a-later-flag"))
            .workspace_id("wrkspc_1")
            .header("x-trace", "42")
            .without_header("anthropic-version")
            .max_retries(5)
            .max_retry_delay(Duration::from_secs(3))
            .timeout(Duration::from_millis(1_500))
            .total_timeout(Duration::from_secs(60)),
    );
    assert_eq!(
        settings.base_url().as_str(),
        "https://gateway.example/anthropic"
    );
    let found: Vec<_> = settings.headers().iter().collect();
    let expected = [
        ("accept", "application/json"),
        ("anthropic-beta", "message-batches-2024-09-24,a-later-flag"),
        ("anthropic-workspace-id", "wrkspc_1"),
        ("authorization", "Bearer token-1"),
        ("x-trace", "42"),
    ];
    assert_eq!(found, expected);
    let retries = settings.retries();
    assert_eq!((retries.max_retries, retries.max_delay_ms), (5, 3_000));
    assert_eq!(
        (settings.timeout(), settings.total_timeout()),
        (1_500, Some(60_000))
    );
}

#[test]
fn a_driver_supplies_a_credential_for_each_attempt() {
    let settings = build(&Settings::builder().call_for_credential(Scheme::AuthToken));
    let goal = Goal::Delete("msgbatch_1".parse().unwrap(), DeletionOptions::default());
    let now = MonotonicTime::default();
    let mut call = Call::new(settings.into(), goal, now);
    let action = call.handle(Event::<String>::Start, now, 0.5).action;
    assert!(matches!(
        action,
        Action::CallForCredential(Scheme::AuthToken)
    ));
    let credential = Event::<String>::Credential(Ok("token-1".into()));
    let Action::Send(request) = call.handle(credential, now, 0.5).action else {
        panic!("the credential is not sent")
    };
    let sent = request
        .headers
        .iter()
        .find(|(name, _)| *name == "authorization");
    assert_eq!(sent, Some(("authorization", "Bearer token-1")));
}

#[test]
fn an_absent_value_is_a_variable_or_the_default() {
    let variables = |name: &str| match name {
        "ANTHROPIC_API_KEY" => Some(KEY.to_owned()),
        "ANTHROPIC_BASE_URL" => Some("http://127.0.0.1:1".to_owned()),
        _ => None,
    };
    let settings = Settings::builder().build_with(&variables).unwrap();
    assert_eq!(settings.headers().get("x-api-key"), Some(KEY));
    assert_eq!(settings.base_url().as_str(), "http://127.0.0.1:1");
    assert_eq!(
        (settings.timeout(), settings.total_timeout()),
        (60_000, None)
    );
    let none = build(&Settings::builder().no_credential());
    assert!(!none.sends_credential());
}

#[test]
fn an_error_has_the_name_of_the_method() {
    let key = || Settings::builder().api_key(KEY);
    let long = Duration::from_secs(1 << 40);
    let cases = [
        ("api_key", Settings::builder().api_key("two words")),
        ("auth_token", Settings::builder().auth_token("")),
        ("base_url", key().base_url("not a URL")),
        ("betas", key().beta(AnthropicBeta::from("a,b"))),
        ("workspace_id", key().workspace_id("a b")),
        ("anthropic_version", key().anthropic_version("")),
        ("headers", key().header("a b", "c")),
        ("max_retries", key().max_retries(u32::MAX)),
        ("max_retry_delay", key().max_retry_delay(long)),
        ("timeout", key().timeout(Duration::from_micros(900))),
        ("total_timeout", key().total_timeout(Duration::ZERO)),
    ];
    for (name, builder) in cases {
        let failure = builder.build_with(&|_| None).unwrap_err();
        assert_eq!(failure.code, Code::InvalidOption, "{name}");
        assert_eq!(failure.option.as_deref(), Some(name), "{}", failure.message);
        assert!(failure.message.starts_with(name), "{}", failure.message);
    }
    let missing = Settings::builder().build_with(&|_| None).unwrap_err();
    assert_eq!(missing.code, Code::MissingCredentials);
    assert!(!missing.message.contains("apiKey"), "{}", missing.message);
}

#[test]
fn no_debug_shows_a_secret() {
    let builder = Settings::builder()
        .api_key(KEY)
        .header("x-gateway-key", "hidden-1");
    let shown = format!("{builder:?} {:?} {:?}", build(&builder), Secret::from(KEY));
    assert!(
        !shown.contains(KEY) && !shown.contains("hidden-1"),
        "{shown}"
    );
}
