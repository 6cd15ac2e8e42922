//! The constants of the limiter, as `docs/rate-limit.md` lists them.

use crate::support::ROOT;
use std::fs;
use std::path::Path;

#[test]
fn each_constant_of_the_limiter_is_listed_with_its_scenario() {
    let root = Path::new(ROOT);
    let docs = fs::read_to_string(root.join("docs/rate-limit.md")).unwrap();
    let mut count = 0;
    for file in ["limiter", "refusals", "token_bucket", "tokens", "trial"] {
        let source = fs::read_to_string(root.join(format!("policy/src/jobs/{file}.rs"))).unwrap();
        for line in source.lines() {
            let Some((_, rest)) = line.split_once("const ") else {
                continue;
            };
            let (name, _) = rest.split_once(':').unwrap();
            count += 1;
            assert!(
                docs.contains(&format!("`{name}`")),
                "{name} of {file}.rs is missing in docs/rate-limit.md"
            );
        }
    }
    assert!(count > 20, "{count} constants");
}
