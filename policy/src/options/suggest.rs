//! The suggestion for a name that is not an option.

use crate::base::error::Failure;
use crate::base::strings::concat;

/// Options of the official SDK, of its client and of its calls, and the ones that do the same here. `httpAgent` is an
/// option of its older versions. The npm entry `./core` does without, because they are 170 bytes after brotli.
static SDK: &[(&str, &str)] = if cfg!(feature = "jobs") {
    &[
        ("credentials", "authToken"),
        ("config", "authToken"),
        ("profile", "authToken"),
        ("defaultHeaders", "headers"),
        ("fetchOptions", "fetch"),
        ("middleware", "fetch"),
        ("defaultQuery", "fetch"),
        ("query", "fetch"),
        ("httpAgent", "fetch"),
        ("logger", "onAttempt"),
        ("logLevel", "onAttempt"),
        ("openTelemetry", "onAttempt"),
    ]
} else {
    &[]
};

/// Returns the failure of a name that is not an option. It names the option that does the same as one of the
/// official SDK, else the nearest of the known names.
pub fn unknown_option<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Box<Failure> {
    let (mut nearest, mut least) = ("", usize::MAX);
    let (mut hint, mut end) = ("\": did you mean \"", "\"?");
    let mut all = String::new();
    for known in known {
        let mut distance = edit_distance(name, known);
        if SDK.contains(&(name, known)) {
            distance = 0;
            (hint, end) = ("\": use \"", "\" instead");
        }
        if distance < least {
            (nearest, least) = (known, distance);
        }
        let comma = if all.is_empty() { "" } else { ", " };
        all.extend([comma, known]);
    }
    let mut shown = String::new();
    for found in name.chars().take(64) {
        if !found.is_control() {
            shown.push(found);
        }
    }
    let (hint, names, end) = match least {
        0..=3 => (hint, nearest, end),
        _ => ("\"; the options are ", all.as_str(), ""),
    };
    let problem = concat(&["has no option \"", &shown, hint, names, end]);
    Failure::invalid_option("options", &problem)
}

/// Returns the number of bytes that must change to make one name the other (Levenshtein), ignoring case. The
/// longest name of an option has 23.
fn edit_distance(from: &str, to: &str) -> usize {
    let mut row: [usize; 32] = std::array::from_fn(|index| index);
    let mut last = to.len();
    for (index, a) in from.bytes().take(64).enumerate() {
        let mut diagonal = index;
        last = index + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(to.bytes()) {
            let above = *cell;
            last = (above + 1)
                .min(last + 1)
                .min(diagonal + usize::from(!a.eq_ignore_ascii_case(&b)));
            diagonal = above;
            *cell = last;
        }
    }
    last
}
