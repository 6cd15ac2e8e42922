//! The structure of the two crates: the folders that each folder may use, and the ones that may name JavaScript.

use crate::support::ROOT;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The folders of the policy from the ground up. The folders of one floor do not use each other.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["options"],
    &["http"],
    &["call"],
    &["jobs", "relay"],
    &["client"],
];

/// The folder that waits: it has futures, and clocks natively.
const WAITS: &str = "client::";

/// The names that no folder of the policy may use.
const JAVASCRIPT: &[&str] = &[
    "wasm_bindgen",
    "js_sys",
    "web_sys",
    "gloo_net",
    "JsValue",
    "async fn",
    "async move",
    "impl Future",
    "Waker",
];

/// JavaScript's values, which the policy gets checked and typed.
const VALUES: &[&str] = &["Value<", "Value::", "Encoded"];

/// No machine reads a clock or makes a random number.
const WORLD: &[&str] = &["Instant::now", "SystemTime::now", "rand::"];

pub(crate) type Sources = BTreeMap<String, String>;

/// Returns every module of the policy, such as `call::machine`, and its source.
fn sources() -> Sources {
    let mut found = Sources::new();
    for folder in FLOORS.iter().copied().flatten() {
        found.extend(modules("policy/src", folder));
    }
    assert!(found.len() > 30, "only {} modules were found", found.len());
    found
}

/// The modules of a folder of a crate.
pub(crate) fn modules(root: &str, folder: &str) -> Sources {
    let mut found = Sources::new();
    for entry in fs::read_dir(Path::new(ROOT).join(root).join(folder)).expect("a folder") {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "rs") {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            found.insert(format!("{folder}::{stem}"), text);
        }
    }
    found
}

/// Each folder of the policy must have a floor.
fn folders() -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join("policy/src")).expect("the policy's sources");
    let entries = entries.map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

fn floor(module: &str) -> usize {
    let (folder, _) = module.split_once("::").unwrap_or((module, ""));
    let floor = FLOORS.iter().position(|floor| floor.contains(&folder));
    floor.unwrap_or_else(|| panic!("{module} is in no folder that has a floor"))
}

/// Returns the modules that a source uses by `crate::`, as `folder::module`; `mod` for the folder itself.
pub(crate) fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for part in line.split("crate::").skip(1) {
            let mut names =
                part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
            let path: Vec<_> = names.next().unwrap_or("").split("::").collect();
            let is_module = |name: &&str| {
                !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
            };
            let module = path.get(1).copied().filter(is_module).unwrap_or("mod");
            found.push(format!("{}::{module}", path[0]));
        }
    }
    found
}

fn arrows_up(sources: &Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    for (module, text) in sources {
        for used in uses(text) {
            let same_folder = used.split("::").next() == module.split("::").next();
            if !same_folder && floor(&used) >= floor(module) {
                wrong.push(format!("{module} uses {used}"));
            }
        }
    }
    wrong
}

/// Returns every module without the ones that wait.
fn machines() -> Sources {
    let mut sources = sources();
    sources.retain(|module, _| !module.starts_with(WAITS));
    sources
}

fn forbidden(sources: &Sources, names: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (module, text) in sources {
        for name in names.iter().filter(|name| text.contains(**name)) {
            wrong.push(format!("{module} names {name}"));
        }
    }
    wrong
}

/// Returns a cycle of modules, if there is one.
fn circle(sources: &Sources) -> Option<Vec<String>> {
    fn walk(
        module: &str,
        sources: &Sources,
        path: &mut Vec<String>,
        done: &mut Vec<String>,
    ) -> bool {
        if let Some(start) = path.iter().position(|it| it == module) {
            path.drain(..start);
            return true;
        }
        if done.iter().any(|it| it == module) {
            return false;
        }
        path.push(module.to_owned());
        for used in sources
            .get(module)
            .map(|text| uses(text))
            .unwrap_or_default()
        {
            if used != module && walk(&used, sources, path, done) {
                return true;
            }
        }
        path.pop();
        done.push(module.to_owned());
        false
    }
    let mut done = Vec::new();
    sources.keys().find_map(|module| {
        let mut path = Vec::new();
        walk(module, sources, &mut path, &mut done).then_some(path)
    })
}

/// The name of the type that a line declares, if it declares one. An associated type is indented.
fn declared_type(line: &str) -> Option<&str> {
    let is_indented = line.starts_with(' ');
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let (keyword, rest) = line.split_once(' ')?;
    let declares = match keyword {
        "struct" | "enum" | "trait" | "union" => true,
        "type" => !is_indented,
        _ => false,
    };
    let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    declares.then(|| name.into_iter().next().unwrap_or(rest))
}

/// The names that two modules share, by the given names of each.
fn shared_names<'a>(
    sources: &'a Sources,
    names: impl Fn(&'a str, &'a str) -> Vec<&'a str>,
) -> Vec<String> {
    let mut found = BTreeMap::<&str, Vec<&str>>::new();
    for (module, text) in sources {
        for name in names(module, text) {
            found.entry(name).or_default().push(module);
        }
    }
    found.retain(|_, modules| modules.len() > 1);
    let shown = |(name, modules): (_, Vec<_>)| format!("{name}: {}", modules.join(", "));
    found.into_iter().map(shown).collect()
}

fn shared_types(sources: &Sources) -> Vec<String> {
    shared_names(sources, |_, text| {
        text.lines().filter_map(declared_type).collect()
    })
}

fn shared_files(sources: &Sources) -> Vec<String> {
    shared_names(sources, |module, _| {
        let (_, file) = module.split_once("::").unwrap();
        if file == "mod" { vec![] } else { vec![file] }
    })
}

pub(crate) fn made_up(modules: &[(&str, &str)]) -> Sources {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    modules.iter().map(owned).collect()
}

#[test]
fn each_folder_has_a_floor() {
    let mut folders = folders();
    folders.sort();
    let mut floors: Vec<_> = FLOORS.iter().copied().flatten().copied().collect();
    floors.sort_unstable();
    assert_eq!(folders, floors);
}

#[test]
fn no_module_uses_a_higher_floor() {
    assert_eq!(arrows_up(&sources()), [""; 0]);
    let wrong = made_up(&[
        ("http::retry", "use crate::call::machine::Call;"),
        ("jobs::pager", "let x = crate::relay::rules::Rules;"),
        ("call::machine", "use crate::http::request::Request;"),
    ]);
    assert_eq!(
        arrows_up(&wrong),
        [
            "http::retry uses call::machine",
            "jobs::pager uses relay::rules"
        ]
    );
}

#[test]
fn no_module_of_the_policy_sees_javascript_or_a_future() {
    assert_eq!(forbidden(&machines(), JAVASCRIPT), [""; 0]);
    let wrong = made_up(&[
        ("base::error", "fn f(_: &JsValue) {}"),
        ("call::machine", "fn f(_: &str) {}"),
    ]);
    assert_eq!(forbidden(&wrong, JAVASCRIPT), ["base::error names JsValue"]);
}

#[test]
fn the_options_are_read_without_javascript() {
    let options = modules("src", "options");
    assert!(
        options.len() > 7,
        "only {} modules were found",
        options.len()
    );
    assert_eq!(forbidden(&options, JAVASCRIPT), [""; 0]);
    let wrong = made_up(&[("options::table", "fn read(kept: &JsValue) {}")]);
    assert_eq!(
        forbidden(&wrong, JAVASCRIPT),
        ["options::table names JsValue"]
    );
}

#[test]
fn the_policy_knows_no_value_of_javascript() {
    let mut sources = machines();
    // There it is the value of `serde_json`.
    sources.remove("http::json");
    assert_eq!(forbidden(&sources, VALUES), [""; 0]);
    let wrong = made_up(&[("options::betas", "fn f(_: &Value<'_>) {}")]);
    assert_eq!(forbidden(&wrong, VALUES), ["options::betas names Value<"]);
}

#[test]
fn no_machine_reads_a_clock_or_chance() {
    assert_eq!(forbidden(&machines(), WORLD), [""; 0]);
    let wrong = made_up(&[("call::machine", "let now = Instant::now();")]);
    assert_eq!(
        forbidden(&wrong, WORLD),
        ["call::machine names Instant::now"]
    );
}

#[test]
fn no_modules_form_a_circle() {
    assert_eq!(circle(&sources()), None);
    let wrong = made_up(&[
        ("call::a", "use crate::call::b::B;"),
        ("call::b", "use crate::call::c::C;"),
        ("call::c", "use crate::call::a::A;"),
    ]);
    let found = circle(&wrong).expect("a circle");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn no_two_types_of_the_policy_have_one_name() {
    assert_eq!(shared_types(&sources()), [""; 0]);
    let types: usize = sources()
        .values()
        .map(|text| text.lines().filter_map(declared_type).count())
        .sum();
    assert!(types > 80, "only {types} types were found");
    let wrong = made_up(&[
        ("call::events", "pub enum Action<C> {\npub struct Attempt {"),
        (
            "jobs::job",
            "    pub(crate) struct Scope<'a> {\n    type Err = X;",
        ),
        ("relay::route", "enum Action {\ntype Judged<T> = T;"),
        (
            "relay::rules",
            "pub type Judged = u8;\npub(in crate::relay) trait Scope {",
        ),
        (
            "relay::masking",
            "    type Err = X;\n/// struct Attempt\nlet type_of = 1;",
        ),
    ]);
    assert_eq!(
        shared_types(&wrong),
        [
            "Action: call::events, relay::route",
            "Judged: relay::route, relay::rules",
            "Scope: jobs::job, relay::rules"
        ]
    );
}

#[test]
fn no_two_files_of_the_policy_have_one_name() {
    assert_eq!(shared_files(&sources()), [""; 0]);
    let wrong = made_up(&[
        ("call::machine", ""),
        ("call::mod", ""),
        ("jobs::machine", ""),
        ("jobs::mod", ""),
        ("jobs::pager", ""),
    ]);
    assert_eq!(
        shared_files(&wrong),
        ["machine: call::machine, jobs::machine"]
    );
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let crate_itself = modules("", "src")
        .into_iter()
        .chain(modules("src", "options"));
    for (module, text) in sources().into_iter().chain(crate_itself) {
        assert!(
            text.lines().count() <= 400,
            "{module}: {} lines",
            text.lines().count()
        );
    }
}
