//! Option values of chance.

use delete_message_batch::base::input_value::Value;
use proptest::prelude::*;

/// A text that shows where it must not.
pub(crate) const SECRET: &str = "hunter2-SECRET";

pub(crate) fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Undefined),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        (-10_i32..4_000).prop_map(|number| Value::Number(number.into())),
        any::<String>().prop_map(Value::Text),
        "[-a-zA-Z0-9:/._, \u{80}-\u{ff}]{0,20}".prop_map(Value::Text),
        any::<u32>().prop_map(Value::LongText),
        any::<f64>().prop_map(Value::Date),
        Just(Value::Function),
        Just(Value::Object),
        Just(Value::Other("a symbol")),
    ]
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(2, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(Value::Array)
    })
}

/// A value in which each text holds the secret.
pub(crate) fn telling(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(format!("{text}{SECRET}\u{7}")),
        Value::Array(elements) => Value::Array(elements.into_iter().map(telling).collect()),
        other => other,
    }
}
