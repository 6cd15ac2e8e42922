//! The TypeScript of the policy's lists.

macro_rules! codes {
    ($($name:ident = $code:literal: $meaning:literal),+ $(,)?) => {
        /// The union of the codes of errors.
        pub const CODES: &str = concat!(
            "\n/**\n * The kind of failure, as a stable code:\n",
            $(" * - `", $code, "`: ", $meaning, "\n",)+
            " */\nexport type BatchErrorCode =",
            $("\n  /** ", $meaning, " */\n  | \"", $code, "\"",)+
            ";\n",
        );
    };
}

macro_rules! betas {
    ($first:ident = $first_flag:literal, $($name:ident = $flag:literal),+ $(,)?) => {
        /// The union of the beta flags, and the array of them.
        pub const BETAS: &str = concat!(
            "\n/**\n",
            " * A beta flag for the `anthropic-beta` header: one that the API reference lists, or any\n",
            " * other string, because new ones appear monthly and the API judges them.\n",
            " * @see https://platform.claude.com/docs/en/api/beta-headers\n",
            " */\n",
            "export type AnthropicBeta =",
            "\n  | \"", $first_flag, "\"",
            $("\n  | \"", $flag, "\"",)+
            "\n  | (string & {});\n",
            "\n/** The known beta flags, in the order of the API reference. */\n",
            "export const ANTHROPIC_BETAS: readonly [\"", $first_flag, "\"", $(", \"", $flag, "\"",)+ "];\n",
        );
    };
}

policy::for_each_code! { codes }
policy::for_each_beta! { betas }
