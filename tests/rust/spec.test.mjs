// The specification by the client for Rust programs: each case that is not about JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { report } from "../runtimes/report.mjs";
import { runSpec } from "../runtimes/run-spec.mjs";
import { cases } from "../runtimes/spec/index.js";
import { startClient } from "./api.mjs";
import { compiled } from "./compiled.mjs";

/** The cases that do not apply, by the reason. */
const EXCEPT = {
  "a String, a &str, a u32 or a Duration has no other values": [
    /^input: id: (a lone surrogate|undefined|null|an? (number|array|object|function|symbol|bigint|String object))$/,
    /^input: options: betas /,
    /^input: options: a beta that is (not a string|a hole)$/,
    /^input: options: \w+ (negative|fractional|NaN|infinite|a string|null)$/,
    /^input: options: baseURL a URL object$/,
    /^input: options: (a header value that is a number|headers a string|headers of no pairs)$/,
    /^input: options: (a key that is a number|a version that is not a string|two credentials)$/,
    /^input: options: (signal|fetch|onAttempt|dangerouslyAllowBrowser|ifProcessing|ifMissing) /,
    /^input: options: an option |^input: options: an unknown option/,
    /^input: options: .* instead of an object$/,
    /^input: options: pollInterval (0|above)/,
    /^input: a base URL that is a path/,
    /^secrets: bad input next to a key$/,
    /^input: (a getter that throws|no options at all|null and undefined|options without a prototype)/,
    /^input: retrieve and cancel also check/,
    /^facts: invalid_option names the (option|argument)/,
    /^jobs: (one id's failure does not stop the others|ids and options that are not valid)$/,
    /^drain: a drain must be an AbortSignal$/,
    /^cancelations: options of a deletion alone are refused/,
    /^lists: (listBatches: options that are not valid|purgeBatches: without anything that selects)/,
  ],
  "a function for the credential: the transport adds it": [
    /^credentials: (a|an async) function /,
    /^facts: a function for the key/,
    /^secrets: a key in a header of the caller's, and one from a function$/,
  ],
  "an AbortSignal: a future is dropped, which tests/client/aborts.rs tests": [
    /^abort: /,
    /^jobs: an abort: /,
  ],
  "a fetch of the caller's: tests/client has a transport": [
    /^look-alikes: /,
    /^secrets: a fetch that fails/,
    /^lists: .*: a fetch that resolves without a turn/,
  ],
  "exceptions: a closure, a stream of ids has none": [
    /^retries: an error of onAttempt/,
    /^jobs: (callbacks may call the package|an error of onProgress|an? (async )?iterator that)/,
    /^jobs: (ids are pulled no further ahead|an error by which a framework)/,
    /^lists: purgeBatches: a dry run counts the batches that onProgress has seen, if it throws$/,
  ],
  "a source in another process yields later: a job that stops leaves an id that it has asked for": [
    /^drain: an id that the source yields/,
    /^jobs: .* stops the job, and its source is closed$/,
  ],
  "a debug build reads 10 MB for seconds; 257 characters are refused in the same way": [
    /^input: id: 10 MB$/,
  ],
  "DeletedBatch has the fields that are known": [/^wire: a field that the API adds one day/],
  "reqwest decompresses with a feature of its own": [/^responses: .* compressed$/],
  "the package's client of JavaScript": [/^client: /],
};

test("the client for Rust programs", async (t) => {
  const patterns = Object.values(EXCEPT).flat();
  const names = (pattern, { group, name }) => pattern.test(`${group}: ${name}`);
  for (const pattern of patterns) {
    assert.ok(
      cases.some((one) => names(pattern, one)),
      `there is no case ${pattern}`,
    );
  }
  const filter = (one) => !patterns.some((pattern) => names(pattern, one));
  const path = await compiled();
  const [emulator, client] = await Promise.all([
    startEmulator(),
    startClient(path("examples/client-driver")),
  ]);
  t.after(emulator.stop);
  t.after(client.stop);
  const runtime = { name: "rust", page: false };
  await report(t, await runSpec({ api: client.api, runtime, origin: emulator.origin, filter }));
});
