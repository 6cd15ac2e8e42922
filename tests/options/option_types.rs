//! The options of each function are the keys of its interface in `pkg/types/`, in both directions, and
//! the codes of errors are documented there as they are here.

use crate::options::table::{self, BULK, CALL, DELETION, LIST, PURGE, RELAY, Set};
use crate::options::typescript::{BETAS, CODES};
use crate::support::ROOT;
use policy::base::error::Code;
use policy::options::betas::AnthropicBeta;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn declarations(file: &str) -> String {
    let folder = Path::new(ROOT).join("pkg/types");
    fs::read_to_string(folder.join(file)).expect("a file of pkg/types")
}

/// The keys that an interface itself declares: two spaces deep.
fn own_keys(text: &str, interface: &str) -> BTreeSet<String> {
    let begin = format!("export interface {interface}");
    let start = text.find(&begin).expect("the interface");
    let body = text[start..].split("\n}").next().unwrap();
    let body = body.split_once("{\n").unwrap().1;
    let keys: BTreeSet<String> = body
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, _)| key.trim_end_matches('?').to_owned())
        .collect();
    assert!(!keys.is_empty(), "{interface} declares nothing");
    keys
}

fn names(set: Set) -> BTreeSet<String> {
    table::names(set).map(str::to_owned).collect()
}

#[test]
fn each_interface_declares_the_options_that_are_read() {
    let (options, jobs) = (declarations("options.d.ts"), declarations("jobs.d.ts"));
    let selection = LIST & PURGE & !CALL;
    assert_eq!(own_keys(&options, "RequestOptions"), names(CALL));
    let deletion = own_keys(&options, "DeleteBatchOptions");
    assert_eq!(deletion, names(DELETION & !CALL));
    // It declares `ifMissing` again, for its own default.
    let mut job = own_keys(&jobs, "DeleteBatchesOptions");
    assert!(job.remove("ifMissing"));
    assert_eq!(job, names(BULK & !DELETION));
    let mut list = own_keys(&jobs, "ListBatchesOptions");
    list.extend(own_keys(&jobs, "BatchSelection"));
    assert_eq!(list, names(LIST & !CALL));
    let mut purge = own_keys(&jobs, "PurgeBatchesOptions");
    purge.extend(own_keys(&jobs, "BatchSelection"));
    assert_eq!(purge, names(PURGE & !BULK));
    assert!(names(selection).is_superset(&own_keys(&jobs, "BatchSelection")));
}

#[test]
fn the_interface_of_a_relay_declares_or_picks_the_options_that_are_read() {
    let relay = declarations("relay.d.ts");
    let mut declared = own_keys(&relay, "RelayOptions");
    let (head, _) = relay.split_once("authorize:").unwrap();
    let (_, picked) = head
        .split_once("Pick<")
        .expect("RelayOptions picks from RequestOptions");
    let (picked, _) = picked.split_once('>').unwrap();
    declared.extend(picked.split('"').skip(1).step_by(2).map(str::to_owned));
    assert_eq!(declared, names(RELAY));
}

/// Returns the items of the list of codes in a declaration file.
fn listed_codes(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix("* - `"))
        .collect()
}

#[test]
fn each_code_is_documented_where_an_error_has_it() {
    let errors = declarations("errors.d.ts");
    let listed = listed_codes(&errors);
    assert_eq!(listed, listed_codes(CODES));
    assert_eq!(listed.len(), Code::ALL.len());
    let members = CODES.split_once("BatchErrorCode =").unwrap().1;
    assert_eq!(members.matches("/** ").count(), Code::ALL.len());
}

#[test]
fn each_beta_flag_is_in_the_union_and_in_the_array() {
    for flag in AnthropicBeta::ALL {
        let quoted = format!("\"{}\"", flag.as_str());
        assert_eq!(BETAS.matches(&quoted).count(), 2, "{quoted}");
    }
    let (_, array) = BETAS.split_once("readonly [").unwrap();
    let (array, _) = array.split_once(']').unwrap();
    assert_eq!(array.split(", ").count(), AnthropicBeta::ALL.len());
}
