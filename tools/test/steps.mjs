// The steps of `npm test`. Each resolves with how many tests passed and how many failed.
// tools/test/schedule.mjs has the meaning of `uses` and `isAlone`.

import { join } from "node:path";
import { ensureLitellm } from "../../tests/litellm/install.mjs";
import { ensureNext } from "../../tests/next/install.mjs";
import { ensureEmulator, PACKAGES } from "../../tests/runtimes/emulator.mjs";
import { ROOT } from "../shared/run.mjs";
import { TARGET } from "../shared/rust.mjs";
import { ensureChromium, findChromium } from "./chromium.mjs";
import { checks, nodeTests, nodeTestsTogether, rustTests } from "./counted.mjs";
import { ensureFirefox } from "./firefox.mjs";
import { ensureNodes } from "./node-versions.mjs";
import { ensureWasmTestRunner, wasmTestRunner } from "./wasm-test-runner.mjs";
import { webdriverJson } from "./webdriver.mjs";
import { ensureWebKit } from "./webkit.mjs";

const BIOME = [process.execPath, join(ROOT, "node_modules/@biomejs/biome/bin/biome")];
const CORE = ["--no-default-features"];
const POLICY = ["--package", "delete-message-batch-policy"];
/** All but the two packages that are compiled to wasm. */
const NATIVE = [
  ...["--workspace", "--exclude", "delete-message-batch", "--exclude", "rust-worker-example"],
];
const WITHOUT_JSON = ["--no-default-features", "--features", "jobs,relay"];
const DENY = ["--", "-D", "warnings"];
const BINDGEN = "tools/bindgen/Cargo.toml";
const CLIPPY = ["cargo", "clippy", "--locked"];

/** The wasm tests, run by wasm-bindgen's runner, which must fit the crate's wasm-bindgen. */
const wasmTests = (env, more) =>
  rustTests(["--target", TARGET, "--test", "wasm"], {
    ...env,
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: wasmTestRunner(),
    ...more,
  });

const runtime = (name, title, ...more) => ({
  name,
  title: `the specification in ${title}`,
  ensure: [ensureEmulator],
  // Their cases wait for timers.
  run: () =>
    nodeTestsTogether(2, ...[name, ...more].map((file) => `tests/runtimes/${file}.test.mjs`)),
});

export const steps = [
  {
    name: "lint",
    title: "format and lint of JavaScript, TypeScript and Rust",
    uses: "cargo",
    run: (env) =>
      checks(env, {
        biome: [...BIOME, "check", "--error-on-warnings"],
        rustfmt: ["cargo", "fmt", "--all", "--check"],
        "rustfmt of tools/bindgen": ["cargo", "fmt", "--check", "--manifest-path", BINDGEN],
        // In the profile of the wasm's build, which has compiled the same macros.
        "clippy for wasm": [...CLIPPY, "--release", "--target", TARGET, ...DENY],
        clippy: [...CLIPPY, ...POLICY, "--lib", ...DENY],
        // The builds of the small module and the steps `policy` and `rust` compile the same code.
        ...(process.env.NIGHTLY && {
          "clippy of the client, the emulator and the tests": [
            ...[...CLIPPY, ...NATIVE, "--all-targets", ...DENY],
          ],
          "clippy of the wasm tests": [
            ...[...CLIPPY, "--release", "--all-targets", "--target", TARGET, ...DENY],
          ],
          "clippy of the small module": [...CLIPPY, "--target", TARGET, ...CORE, ...DENY],
          "clippy of the policy for wasm": [
            ...[...CLIPPY, ...POLICY, "--target", TARGET, ...WITHOUT_JSON, ...DENY],
          ],
          "clippy of the policy alone": [...CLIPPY, ...POLICY, "--no-default-features", ...DENY],
          "clippy of the client for Workers": [
            ...[...CLIPPY, ...POLICY, "--target", TARGET, "--features", "worker", ...DENY],
          ],
          "clippy of the example for Workers": [
            ...[...CLIPPY, "--package", "rust-worker-example", "--target", TARGET, ...DENY],
          ],
        }),
      }),
  },
  {
    name: "tools",
    title: "the build: which files it depends on, and how its rewriting fails",
    run: () => nodeTests("tests/tools"),
  },
  {
    name: "policy",
    title: "the policy's decisions and the options' checks, natively, and the policy's examples",
    uses: "cargo",
    run: (env) =>
      rustTests([...POLICY, "--package", "policy-tests", "--package", "options-tests"], env),
  },
  {
    name: "rust",
    title: "the emulator's own tests; the client and the examples for Rust programs, against it",
    uses: "cargo",
    ensure: [ensureEmulator],
    run: async (env) => {
      const client = await rustTests(PACKAGES, env);
      const examples = await nodeTests("tests/rust");
      return {
        passed: client.passed + examples.passed,
        failed: client.failed + examples.failed,
        output: client.output + examples.output,
      };
    },
  },
  {
    name: "wasm-node",
    isNightly: true,
    title: "the crate as wasm, in Node",
    uses: "cargo",
    ensure: [ensureWasmTestRunner],
    run: (env) => wasmTests(env, {}),
  },
  {
    name: "wasm-chromium",
    isNightly: true,
    title: "the crate as wasm, in headless Chromium",
    uses: "cargo",
    ensure: [ensureChromium, ensureWasmTestRunner],
    run: (env) =>
      wasmTests(env, {
        WASM_BINDGEN_USE_BROWSER: "1",
        WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriverJson(),
        CHROMEDRIVER: findChromium().driver,
      }),
  },
  runtime(
    "node",
    "Node, a whole process, hostile moments, traps, a wasm of another build",
    ...["node-process", "moments", "repeated-events", "traps", "hostile-values", "builds"],
  ),
  {
    name: "nodes",
    title: "a few cases in Node 20, 22 and 26",
    ensure: [ensureEmulator, ensureNodes],
    run: () => nodeTests("tests/runtimes/node-versions.test.mjs"),
  },
  {
    name: "fuzz",
    title: "hostile values and responses by chance, in Node",
    ensure: [ensureEmulator],
    run: () => nodeTests("tests/fuzz"),
  },
  runtime("deno", "Deno"),
  runtime("bun", "Bun; the requests that it and Deno send again by themselves", "resend"),
  runtime("workerd", "workerd, the runtime of Cloudflare Workers"),
  {
    name: "relay",
    title: "the relay, in Node and workerd: hostile requests, the official SDK, faults",
    ensure: [ensureEmulator],
    run: () => nodeTests("tests/relay"),
  },
  {
    name: "worker",
    title: "the Worker in workerd: sign-in, configuration, retention by a Durable Object",
    ensure: [ensureEmulator],
    // Its jobs wait for a rate limit, for alarms, for a runtime that starts again.
    run: () => nodeTestsTogether(3, "tests/worker"),
  },
  {
    name: "litellm",
    title: "the relay in front of a real LiteLLM proxy",
    isNightly: true,
    ensure: [ensureEmulator, ensureLitellm],
    run: () => nodeTests("tests/litellm"),
  },
  {
    name: "next",
    title: "the files of docs/next.md in a real Next.js, 15 and 16, the page in Chromium",
    isNightly: true,
    ensure: [ensureEmulator, ensureChromium, ensureNext],
    run: () => nodeTests("tests/next"),
  },
  {
    name: "chromium",
    title: "the specification in Chromium: Vite, webpack, esbuild, no bundler, a worker; the page",
    ensure: [ensureEmulator, ensureChromium],
    // The nightly files measure long tasks, beside which nothing else may run.
    run: () => nodeTestsTogether(process.env.NIGHTLY ? 1 : 2, "tests/browsers"),
  },
  {
    name: "firefox",
    title: "the specification in Firefox: a page, a worker of it; the page",
    ensure: [ensureEmulator, ensureFirefox],
    // The specification's cases wait for timers.
    run: () => nodeTestsTogether(2, "tests/firefox"),
  },
  {
    name: "webkit",
    title: "the specification in WebKit: a page, a worker of it; the page",
    ensure: [ensureEmulator, ensureWebKit],
    run: () => nodeTestsTogether(2, "tests/webkit"),
  },
  {
    name: "cli",
    title: "the command line: exit codes, Ctrl-C, crashes, hostile ids, a terminal",
    ensure: [ensureEmulator],
    // Its jobs wait for a rate limit and for processes.
    run: () => nodeTestsTogether(3, "tests/cli"),
  },
  {
    name: "bulk",
    title: "thousands of batches under faults; nightly: more of them, a rate limit, memory",
    ensure: [ensureEmulator],
    // One of the nightly tests waits for a rate limit for most of its time.
    run: () => nodeTestsTogether(2, "tests/bulk"),
  },
  {
    name: "budgets",
    title: "bytes of each entry, and the work of one delete",
    run: () => nodeTests("tests/budgets"),
  },
  {
    name: "sdk",
    title: "the official SDK against the emulator; nightly: beside this package",
    // In the nightly table, a call that has not ended after 30 s counts as one that never ends.
    get isAlone() {
      return process.env.NIGHTLY !== undefined;
    },
    ensure: [ensureEmulator],
    run: () => nodeTests("tests/sdk"),
  },
  {
    name: "readme",
    title: "the code of the README, the npm page and docs/, as printed; options, errors, links",
    ensure: [ensureEmulator],
    run: () => nodeTests("tests/readme"),
  },
  {
    name: "packaging",
    title: "the packed tarball in empty projects",
    ensure: [ensureEmulator],
    run: () => nodeTests("tests/packaging"),
  },
  {
    name: "types",
    title: "the TypeScript types",
    run: () => nodeTests("tests/types"),
  },
];
