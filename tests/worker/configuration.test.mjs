// The Worker's variables: (variables, expected workspaces or problem).

import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../../www/worker/configuration.js";

const KEY = { ANTHROPIC_API_KEY: "sk-ant-secret" };
const read = (vars) => readConfiguration({ ...KEY, ...vars });

test("days: a whole number from 1 to 3650, written or not; empty is off", () => {
  for (const days of [1, 14, 3_650, "1", "14", "3650"]) {
    const { workspaces, problems } = read({ RETENTION_DAYS: days });
    assert.deepEqual(problems, []);
    const { credential, ...rule } = workspaces[0];
    assert.deepEqual(rule, { name: "default", days: Number(days), by: "created", dry: false });
    assert.deepEqual(credential, { apiKey: KEY.ANTHROPIC_API_KEY });
  }
  for (const off of ["", undefined, null]) {
    const { workspaces, problems } = read({ RETENTION_DAYS: off });
    assert.deepEqual([workspaces, problems], [[], []]);
  }
});

const odd = ["14d", "0", "-1", "3651", "1.5", " 14", "1e1", "0x10", "NaN", "true"];
for (const days of [...odd, true, false, 0, -1, 1.5, 3_651, Number.NaN, [14], { days: 14 }]) {
  test(`no rule: RETENTION_DAYS ${JSON.stringify(days)} (${typeof days})`, () => {
    const { workspaces, problems } = read({ RETENTION_DAYS: days });
    assert.deepEqual(workspaces, []);
    assert.deepEqual(problems, ["RETENTION_DAYS must be a whole number of days from 1 to 3650"]);
  });
}

test("several workspaces, as a list or as its JSON", () => {
  const list = [
    { name: "eu", key: "KEY_EU", days: 14 },
    { name: "us", key: "KEY_US", days: "30", by: "ended", dry: true },
  ];
  const keys = { KEY_EU: "a", KEY_US: "b" };
  for (const WORKSPACES of [list, JSON.stringify(list)]) {
    const { workspaces, problems } = read({ WORKSPACES, ...keys });
    assert.deepEqual(problems, []);
    assert.deepEqual(workspaces, [
      { name: "eu", days: 14, by: "created", dry: false, credential: { apiKey: "a" } },
      { name: "us", days: 30, by: "ended", dry: true, credential: { apiKey: "b" } },
    ]);
  }
});

const eu = { name: "eu", key: "KEY_EU", days: 14 };
for (const [vars, problem] of [
  [{ WORKSPACES: "eu" }, /^WORKSPACES must be a list of \{ name, key, days, by \}$/],
  [{ WORKSPACES: "[]" }, /^WORKSPACES must be a list/],
  [{ WORKSPACES: "[null]" }, /^WORKSPACES\[0\] must be \{ name, key, days, by \}$/],
  [{ WORKSPACES: [{ ...eu, name: "a/b" }] }, /^WORKSPACES\[0\]\.name must be 1 to 64 letters/],
  [{ WORKSPACES: [{ ...eu, key: "sk-ant-secret" }] }, /\.key must be the name of a secret/],
  [{ WORKSPACES: [{ ...eu, key: "KEY_XX" }] }, /\.key: there is no secret of that name/],
  [
    { WORKSPACES: [{ ...eu, days: "14d" }] },
    /^WORKSPACES\[0\]\.days must be a whole number of days/,
  ],
  [{ WORKSPACES: [{ ...eu, days: undefined }] }, /\.days must be a whole number/],
  [{ WORKSPACES: [{ ...eu, by: "age" }] }, /\.by must be "created" or "ended"$/],
  [{ WORKSPACES: [{ ...eu, dryRun: true }] }, /has an unknown field: it takes/],
  [{ WORKSPACES: [eu, eu] }, /has a name twice/],
  [{ WORKSPACES: [eu], RETENTION_DAYS: "14" }, /RETENTION_DAYS and WORKSPACES are both set/],
  [{ RETENTION_DAYS: "14", RETENTION_BY: "age" }, /^RETENTION_BY must be "created" or "ended"/],
  [
    { RETENTION_DAYS: "14", RETENTION_DRY_RUN: "yes" },
    /^RETENTION_DRY_RUN must be "true" or "false"/,
  ],
  [{ RETENTION_DAYS: "14", ANTHROPIC_API_KEY: "" }, /^ANTHROPIC_API_KEY is not set/],
  [{ RUN_SECONDS: "0" }, /^RUN_SECONDS must be a whole number from 1 to 600$/],
  [{ RUN_REQUESTS: "9" }, /^RUN_REQUESTS must be a whole number from 10 to 9000/],
  [{ ALERT_URL: "http://example.com/secret" }, /^ALERT_URL must be an https URL$/],
  [{ SWEEP_LIMIT: "50000" }, /^SWEEP_LIMIT is no variable any more/],
]) {
  test(`a problem: ${JSON.stringify(vars)}`, () => {
    const { problems } = read({ KEY_EU: "a", ...vars });
    assert.match(problems.join("\n"), problem);
    assert.ok(!problems.join().includes("sk-ant-secret"), "no key");
  });
}

const PASTED = ["sk-ant-api03-pasted", "a-key-of-a-gateway"];
const KEYS = { ANTHROPIC_API_KEY: PASTED[1], KEY_EU: "the-key-of-the-eu" };
for (const value of [...PASTED, KEYS.KEY_EU]) {
  for (const [name, vars] of [
    ["RETENTION_DAYS", { RETENTION_DAYS: value }],
    ["RETENTION_BY", { RETENTION_DAYS: "14", RETENTION_BY: value }],
    ["RETENTION_DRY_RUN", { RETENTION_DAYS: "14", RETENTION_DRY_RUN: value }],
    ["WORKSPACES", { WORKSPACES: value }],
    ["WORKSPACES", { WORKSPACES: [{ ...eu, name: value }] }],
    ["WORKSPACES", { WORKSPACES: JSON.stringify([{ ...eu, key: value }, eu]) }],
    ["WORKSPACES", { WORKSPACES: [{ ...eu, days: value }] }],
    ["WORKSPACES", { WORKSPACES: [{ ...eu, [value]: 1 }] }],
    ["RUN_SECONDS", { RUN_SECONDS: value }],
    ["RUN_REQUESTS", { RUN_REQUESTS: value }],
    ["ALERT_URL", { ALERT_URL: `https://${value}` }],
    ["ANTHROPIC_BASE_URL", { ANTHROPIC_BASE_URL: value }],
    ["ANTHROPIC_BASE_URL", { ANTHROPIC_BASE_URL: `https://gateway.example/${value}` }],
    ["ACCESS_TEAM", { ACCESS_TEAM: value }],
  ]) {
    // The key of a workspace is a secret only of a configuration that names it.
    if (value === KEYS.KEY_EU && !JSON.stringify(vars).includes("KEY_EU")) continue;
    test(`a key that was pasted into ${JSON.stringify(vars)}: the variable is named, not the value`, () => {
      const { problems, workspaces, alertUrl } = readConfiguration({ ...KEYS, ...vars });
      assert.ok(
        problems.some((problem) => problem.startsWith(name)),
        problems.join(),
      );
      const shown = JSON.stringify({
        problems,
        alertUrl,
        names: workspaces.map((one) => one.name),
      });
      assert.ok(!shown.includes(value), shown);
    });
  }
}

test("no problem shows the value of any variable", () => {
  for (const name of ["RETENTION_DAYS", "WORKSPACES", "RUN_SECONDS", "RUN_REQUESTS", "ALERT_URL"]) {
    const { problems } = read({ [name]: "whatever-it-is" });
    assert.ok(problems.length > 0, name);
    assert.ok(!problems.join().includes("whatever"), problems.join());
  }
});
