//! Option values of chance.

use crate::support::values::array;
use policy::base::encoded::elements;
use policy::base::input_value::Value;
use proptest::prelude::*;

/// A text that shows where it must not.
pub(crate) const SECRET: &str = "hunter2-SECRET";

/// A value's text is a part of another text: those of a test live as long as its process.
pub(crate) fn leaked(text: String) -> Value<'static> {
    Value::Text(text.leak())
}

pub(crate) fn scalar() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Undefined),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        (-10_i32..4_000).prop_map(|number| Value::Number(number.into())),
        any::<String>().prop_map(leaked),
        "[-a-zA-Z0-9:/._, \u{80}-\u{ff}]{0,20}".prop_map(leaked),
        any::<u32>().prop_map(Value::LongText),
        any::<f64>().prop_map(Value::Date),
        Just(Value::Function),
        Just(Value::Object),
        Just(Value::Other("a symbol")),
    ]
}

pub(crate) fn value() -> impl Strategy<Value = Value<'static>> {
    scalar().prop_recursive(2, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|elements| array(&elements))
    })
}

/// A value in which each text holds the secret.
pub(crate) fn telling(value: Value<'static>) -> Value<'static> {
    match value {
        Value::Text(text) => leaked(format!("{text}{SECRET}\u{7}")),
        Value::Array(given) => array(&elements(given).map(telling).collect::<Vec<_>>()),
        other => other,
    }
}
