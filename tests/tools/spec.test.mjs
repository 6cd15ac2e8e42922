// Which cases of the specification a runtime runs, and which points of the page a browser shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsOf } from "../browsers/points/index.mjs";
import { SMALL } from "../browsers/small.mjs";
import { casesFor } from "../runtimes/run-spec.mjs";
import { cases } from "../runtimes/spec/index.js";

const OTHERS = ["deno", "bun", "workerd", "firefox vite", "webkit vite"];
/** Cases of the parts that differ by runtime: `fetch`, streams, aborts, timers, redirects, errors of a connection. */
const DIFFERS = [
  "wire: no betas",
  "responses: 200 with the deletion, compressed",
  "responses: a body that stalls",
  "responses: 307 is not followed",
  "responses: connection refused",
  "responses: reset after the effect",
  "retries: the wait is kept",
  "abort: in the middle of the body",
  "jobs: an abort",
  "drain: requests in flight end",
  "lists: listBatches: every page",
  "look-alikes: a GET is not served from a cache",
];

test("Node and nightly Chromium run every case, each other runtime the cases that differ by runtime", () => {
  for (const name of ["node 24.0.0", "chromium vite nightly"])
    assert.equal(casesFor(name).length, cases.length);
  const pure = cases.filter(({ isPure }) => isPure);
  const left = cases.filter((one) => !casesFor("chromium vite").includes(one));
  const others = pure.filter(({ where }) => where !== "page");
  assert.deepEqual(left, others, "Chromium runs the cases of a page");
  assert.ok(others.length < pure.length);
  assert.ok(pure.length > 100, `${pure.length} of ${cases.length}`);
  for (const name of OTHERS) {
    const names = casesFor(name).map((one) => `${one.group}: ${one.name}`);
    assert.equal(names.length, cases.length - pure.length);
    const lost = DIFFERS.filter((text) => !names.some((one) => one.includes(text)));
    assert.deepEqual(lost, [], name);
  }
});

test("a filter also names pure cases", () => {
  const few = casesFor("deno", SMALL);
  assert.ok(few.some(({ isPure }) => isPure));
  assert.throws(() => casesFor("deno", ["no such case"]), /no case of that name: no such case/);
});

test("Chromium shows every point, Firefox and WebKit the points that differ by browser", () => {
  const [whole, part] = [pointsOf(true), pointsOf(false)];
  for (const text of [
    "signing in",
    "the keyboard",
    "Stop now",
    "retention:",
    "offline",
    "headers and",
  ]) {
    assert.ok(
      part.some((name) => name.startsWith(text)),
      text,
    );
  }
  assert.ok(part.every((name) => whole.includes(name)));
  assert.ok(whole.length - part.length > 10, `${part.length} of ${whole.length}`);
});
