//! A relay's options, checked.

use crate::relay::{APP, given, owned};
use crate::support::values::assert_refused;
use policy::relay::rules::{RelayOptions, Rules};

#[test]
fn options_that_are_not_valid_are_named() {
    let check = |change: &dyn Fn(&mut RelayOptions)| {
        let mut given = given();
        change(&mut given);
        Rules::check(given)
    };
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
        let found = check(&|given| given.allowed_origins = owned(&[APP, origin]));
        assert_refused(found, "allowedOrigins", &["lower case"]);
        let found = check(&|given| given.public_origin = Some(origin.into()));
        assert_refused(found, "publicOrigin", &["an origin as browsers write it"]);
    }
    for origin in [
        "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
        "moz-extension://2c5d7a4e-0000-4000-8000-000000000000",
        "capacitor://localhost",
        "tauri://localhost",
        "http://localhost:3000",
    ] {
        check(&|given| given.allowed_origins = owned(&[origin])).unwrap();
    }
    for origin in [
        "chrome-extension://",
        "Chrome-extension://abc",
        "x y://abc",
        "capacitor://a/b",
    ] {
        let found = check(&|given| given.allowed_origins = owned(&[origin]));
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
        let found = check(&|given| given.base_path = path.into());
        assert_refused(found, "basePath", &["such as"]);
    }
    for path in ["", "/", "/api", "/api/", "/a/b.c"] {
        check(&|given| given.base_path = path.into()).unwrap();
    }
}
