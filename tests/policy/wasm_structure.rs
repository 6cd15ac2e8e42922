//! The structure of the wasm crate: four floors, and every arrow points down.

use crate::structure::{Sources, made_up, modules, uses};

/// The modules of the wasm crate from the ground up. The modules of one floor do not use each other.
const WASM_FLOORS: &[&[&str]] = &[
    &["options", "report", "masking"],
    &["environment", "request", "response", "types"],
    &["border"],
    &["calls", "jobs", "lists", "relay"],
];

/// The arrows of the wasm crate that do not point down, and the modules without a floor.
fn wrong_in_the_wasm_crate(sources: &Sources) -> Vec<String> {
    let floor = |module: &str| WASM_FLOORS.iter().position(|floor| floor.contains(&module));
    let mut wrong = Vec::new();
    for (module, text) in sources {
        let module = module.trim_start_matches("src::");
        for used in uses(text) {
            let used = used.split("::").next().unwrap_or_default().to_owned();
            let points_down = match (floor(module), floor(&used)) {
                (Some(from), Some(to)) => from > to || module == used,
                _ => false,
            };
            if !points_down {
                wrong.push(format!("{module} uses {used}"));
            }
        }
    }
    wrong
}

#[test]
fn each_arrow_of_the_wasm_crate_points_down_four_floors_at_the_most() {
    let mut found = modules("", "src");
    found.remove("src::lib");
    for (name, text) in modules("src", "options") {
        found.insert(name.replacen("options::", "src::options", 1), text);
    }
    let found: Sources = found
        .into_iter()
        .map(|(name, text)| {
            let is_option = name.starts_with("src::options");
            (
                if is_option {
                    "src::options".to_owned()
                } else {
                    name
                },
                text,
            )
        })
        .fold(Sources::new(), |mut all, (name, text)| {
            all.entry(name).or_default().push_str(&text);
            all
        });
    assert!(found.len() > 9, "only {} modules were found", found.len());
    assert_eq!(wrong_in_the_wasm_crate(&found), [""; 0]);
    let wrong = made_up(&[
        ("src::request", "use crate::border::action;"),
        (
            "src::calls",
            "use crate::jobs::stop; use crate::border::action;",
        ),
        ("src::stray", "use crate::report::set;"),
    ]);
    assert_eq!(
        wrong_in_the_wasm_crate(&wrong),
        [
            "calls uses jobs",
            "request uses border",
            "stray uses report"
        ]
    );
}
