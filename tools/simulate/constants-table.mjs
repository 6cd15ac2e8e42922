// Each constant of the limiter: a value that switches its rule off, and a test that must fail then.

/** The folder of the files. */
export const FOLDER = "policy/src/jobs";

/** `seeds` if one is not enough. */
export const CONSTANTS = [
  { file: "limiter.rs", name: "SPELL", off: "1_000", test: "a_job_whose_server_is_down_stops" },
  { file: "limiter.rs", name: "SHORTEST_PAUSE_MS", off: "2_000.0", test: "half_of_the_requests" },
  {
    file: "limiter.rs",
    name: "LONGEST_PAUSE_MS",
    off: "1e6",
    test: "after_a_spell_the_rate_is_back",
  },
  { file: "limiter.rs", name: "LONGEST_SPELL_MS", off: "1e9", test: "refused_for_ever_stops" },
  { file: "api_bucket.rs", name: "RESERVED_MS", off: "1.0", test: "processes_share_a_bucket" },
  { file: "api_bucket.rs", name: "SURPLUS", off: "0.0", test: "what_late_timers_miss" },
  { file: "rate_estimator.rs", name: "DECREASE", off: "1.0", test: "a_limit_that_changes" },
  { file: "rate_estimator.rs", name: "SPAN", off: "1e9", test: "a_limit_that_changes" },
  { file: "rate_estimator.rs", name: "SLOW", off: "0.0", test: "a_wait_of_seconds" },
  { file: "rate_estimator.rs", name: "LOW", off: "0.0", test: "slow_responses_are_no_reason" },
  { file: "rate_estimator.rs", name: "AGAIN", off: "1.0", test: "slow_responses_are_no_reason" },
  { file: "rate_estimator.rs", name: "MARGIN", off: "0.1", test: "slow_responses_are_no_reason" },
  { file: "rate_estimator.rs", name: "ENOUGH", off: "1e9", test: "a_limit_that_changes" },
  { file: "rate_estimator.rs", name: "LATE_MS", off: "0.0", test: "timers_that_are_late" },
];
