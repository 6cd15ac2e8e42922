//! The text in which a driver hands values over.

use super::values::value;
use crate::support::cases;
use crate::support::values::array;
use policy::base::encoded::{Encoded, elements};
use policy::base::input_value::Value;
use proptest::prelude::*;

/// Writes a value as the driver does, but for numbers: whole ones only.
fn write(value: &Value, text: &mut String) {
    let counted = |letter: char, count: usize| format!("{letter}{count}:");
    let number = |letter: char, number: f64| {
        if number.is_nan() {
            format!("{letter}NaN:")
        } else if number.is_infinite() {
            format!("{letter}{}Infinity:", if number < 0.0 { "-" } else { "" })
        } else {
            format!("{letter}{}:", number.trunc() as i64)
        }
    };
    match value {
        Value::Undefined => text.push('u'),
        Value::Null => text.push('n'),
        Value::Bool(true) => text.push('t'),
        Value::Bool(false) => text.push('f'),
        Value::Other(_) => text.push('S'),
        Value::Function => text.push('F'),
        Value::Signal => text.push('A'),
        Value::Object => text.push('O'),
        Value::Number(found) => text.push_str(&number('#', *found)),
        Value::Date(found) => text.push_str(&number('D', *found)),
        Value::Text(found) => {
            text.push_str(&counted('"', found.encode_utf16().count()));
            text.push_str(found);
        }
        Value::LongText(length) => text.push_str(&counted('L', *length as usize)),
        Value::Array(elements) => {
            text.push_str(&counted('[', elements.count as usize));
            for element in self::elements(*elements) {
                write(&element, text);
            }
        }
    }
}

/// With whole numbers only, and those that a double holds exactly.
fn rounded(value: Value<'static>) -> Value<'static> {
    let round = |number: f64| match number {
        number if number.is_nan() || number.is_infinite() => number,
        number => number.clamp(-9e15, 9e15).trunc() + 0.0,
    };
    match value {
        Value::Number(number) => Value::Number(round(number)),
        Value::Date(ms) => Value::Date(round(ms)),
        Value::Array(given) => array(&elements(given).map(rounded).collect::<Vec<_>>()),
        other => other,
    }
}

/// A value as a text, without the text that its elements are a part of.
fn shown(value: Value<'_>) -> String {
    match value {
        Value::Array(given) => format!("{:?}", elements(given).map(shown).collect::<Vec<_>>()),
        other => format!("{other:?}"),
    }
}

fn handles(value: &Value) -> u32 {
    match value {
        Value::Function | Value::Object => 1,
        Value::Array(given) => elements(*given).map(|value| handles(&value)).sum(),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn values_are_read_back(values in prop::collection::vec(value().prop_map(rounded), 0..6)) {
        let mut text = String::new();
        for value in &values {
            write(value, &mut text);
        }
        let mut encoded = Encoded::new(&text);
        for value in &values {
            // NaN is not equal to itself.
            prop_assert_eq!(encoded.value().map(shown), Some(shown(*value)), "{}", &text);
        }
        prop_assert!(encoded.is_empty());
        prop_assert_eq!(encoded.handle(), values.iter().map(handles).sum::<u32>());
        prop_assert_eq!(encoded.value(), None);
    }

    #[test]
    fn whatever_the_text_is_reading_ends(text in prop_oneof![any::<String>(), "([unFOX*]|[#D\"L\\[][0-9.e+-]{0,10}:|[a-z\u{80}-\u{10000}])*"]) {
        let mut encoded = Encoded::new(&text);
        for _ in 0..=text.len() {
            encoded.value();
        }
        Encoded::new(&text).text();
        Encoded::new(&text).string();
        Encoded::new(&text).number();
        prop_assert!(text.ends_with(encoded.rest()));
    }

    #[test]
    fn a_kind_says_nothing_of_a_text(value in value().prop_map(super::values::telling), from in any::<u32>(), to in any::<u32>()) {
        prop_assert!(!value.kind().contains(super::values::SECRET));
        prop_assert!(value.kind().len() < 64);
        if let Some(found) = value.whole(from, to) {
            prop_assert!(from <= found && found <= to);
            prop_assert_eq!(value, Value::Number(f64::from(found)));
        }
    }
}
