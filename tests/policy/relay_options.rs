//! A relay's options, checked.

use crate::relay::{APP, given};
use crate::support::values::{array, assert_refused, kinds, text, texts};
use policy::base::input_value::Value;
use policy::relay::rules::{GivenRules, Rules};

#[test]
fn options_that_are_not_valid_are_named() {
    let check = |change: &dyn Fn(&mut GivenRules)| {
        let mut given = given();
        change(&mut given);
        Rules::check(&given)
    };
    for (value, kind) in kinds() {
        if value != Value::Function {
            let found = check(&|given| given.authorize = value);
            assert_refused(found, "authorize", &["a function", kind]);
        }
        if value.is_undefined() {
            continue;
        }
        if !matches!(value, Value::Array(_)) {
            let found = check(&|given| given.allowed_origins = value);
            assert_refused(found, "allowedOrigins", &["array of strings", kind]);
            let found = check(&|given| given.allow = value);
            assert_refused(found, "allow", &["an array", kind]);
            let found = check(&|given| given.allowed_workspaces = value);
            assert_refused(found, "allowedWorkspaces", &[kind]);
        }
        let found = check(&|given| given.base_path = value);
        assert_refused(found, "basePath", &[kind]);
    }
    for origin in [
        "*",
        "null",
        "",
        "app.example",
        "https://app.example/",
        "https://App.example",
        "https://app.example:443",
        "https://*.app.example",
        "https://app.example/x",
        "https://u@app.example",
    ] {
        let found = check(&|given| given.allowed_origins = texts(&[APP, origin]));
        assert_refused(found, "allowedOrigins", &["lower case"]);
        let found = check(&|given| given.public_origin = text(origin));
        assert_refused(found, "publicOrigin", &["an origin as browsers write it"]);
    }
    for origin in [
        "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
        "moz-extension://2c5d7a4e-0000-4000-8000-000000000000",
        "capacitor://localhost",
        "tauri://localhost",
        "http://localhost:3000",
    ] {
        check(&|given| given.allowed_origins = texts(&[origin])).unwrap();
    }
    for origin in [
        "chrome-extension://",
        "Chrome-extension://abc",
        "x y://abc",
        "capacitor://a/b",
    ] {
        let found = check(&|given| given.allowed_origins = texts(&[origin]));
        assert_refused(found, "allowedOrigins", &["lower case"]);
    }
    for path in [
        "api",
        "//api",
        "/a//b",
        "/a b",
        "/%61",
        "/..",
        "/a/../b",
        "/a?b",
        "https://x",
    ] {
        let found = check(&|given| given.base_path = text(path));
        assert_refused(found, "basePath", &["such as"]);
    }
    for path in ["", "/", "/api", "/api/", "/a/b.c"] {
        check(&|given| given.base_path = text(path)).unwrap();
    }
    for wrong in [text("create"), Value::Undefined, Value::Null, text("")] {
        let found = check(&|given| given.allow = array(&[wrong]));
        assert_refused(found, "allow", &["\"list\" or \"retrieve\""]);
    }
}
