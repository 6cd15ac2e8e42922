//! Refuses the name of an unknown option, and suggests the nearest known one.

use crate::base::error::{Failure, Result};
use crate::base::strings::concat;

/// The name as it is in the list; refuses one that is no option, naming the nearest that is.
pub fn known_name(name: &str, known: &[&[&'static str]]) -> Result<&'static str> {
    let (mut nearest, mut least) = ("", usize::MAX);
    let mut all = String::new();
    for list in known {
        for known in *list {
            if name == *known {
                return Ok(known);
            }
            let distance = edit_distance(name, known);
            if distance < least {
                (nearest, least) = (known, distance);
            }
            let comma = if all.is_empty() { "" } else { ", " };
            all.extend([comma, known]);
        }
    }
    let mut shown = String::new();
    for found in name.chars().take(64) {
        if !found.is_control() {
            shown.push(found);
        }
    }
    let (hint, names, end) = match least {
        0..=3 => ("\": did you mean \"", nearest, "\"?"),
        _ => ("\"; the options are ", all.as_str(), ""),
    };
    let problem = concat(&["has no option \"", &shown, hint, names, end]);
    Err(Failure::invalid_option("options", &problem))
}

/// How many bytes must change to make one name the other (Levenshtein), but for their case. The
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
