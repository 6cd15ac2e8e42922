//! Refuses the name of an unknown option, and suggests the nearest known one.

use crate::base::error::{Failure, Result};
use crate::base::strings::{joined, text};

/// The name as it is in the list; refuses one that is no option, naming the nearest that is.
pub fn known_name(name: &str, known: &[&[&'static str]]) -> Result<&'static str> {
    let (mut nearest, mut least) = ("", usize::MAX);
    let mut all = Vec::new();
    for part in known {
        for known in *part {
            if *known == name {
                return Ok(known);
            }
            all.push(*known);
        }
    }
    for known in &all {
        let distance = edit_distance(name, known);
        if distance < least {
            (nearest, least) = (known, distance);
        }
    }
    let mut shown = String::new();
    for found in name.chars().take(64) {
        if !found.is_control() {
            shown.push(found);
        }
    }
    let (hint, names, end) = match least {
        0..=3 => ("\": did you mean \"", nearest.to_owned(), "\"?"),
        _ => ("\"; the options are ", joined(&all, ", "), ""),
    };
    let problem = text(&["has no option \"", &shown, hint, &names, end]);
    Err(Failure::invalid_option("options", &problem))
}

/// How many bytes must change to make one name the other (Levenshtein), but for their case.
fn edit_distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, a) in from.bytes().take(64).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(to.bytes()) {
            let above = *cell;
            *cell = (above + 1)
                .min(left + 1)
                .min(diagonal + usize::from(!a.eq_ignore_ascii_case(&b)));
            diagonal = above;
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
