//! The constants of the limiter: `npm run simulate -- --constants` knows a test that fails without each.

use crate::support::ROOT;
use std::fs;
use std::path::Path;

#[test]
fn each_constant_of_the_limiter_has_a_test_that_needs_it() {
    let root = Path::new(ROOT);
    let table = root.join("tools/simulate/constants-table.mjs");
    // A copy of the native tests alone has no tools.
    let Ok(table) = fs::read_to_string(table) else {
        assert!(!root.join("tools").exists());
        return;
    };
    let mut count = 0;
    for file in ["api_bucket", "limiter", "rate_estimator"] {
        let source = fs::read_to_string(root.join(format!("policy/src/jobs/{file}.rs"))).unwrap();
        for line in source.lines() {
            let Some((_, rest)) = line.split_once("const ") else {
                continue;
            };
            let (name, _) = rest.split_once(':').unwrap();
            count += 1;
            let row = format!("name: \"{name}\",");
            assert!(table.contains(&row), "the table has no {name} of {file}.rs");
        }
    }
    assert!(count > 10, "{count} constants");
    assert_eq!(table.matches("name: ").count(), count, "rows of the table");
}
