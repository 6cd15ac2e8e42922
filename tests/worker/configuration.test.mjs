// The Worker's variables: (variables, expected workspaces or problem).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { readConfiguration } from "../../www/worker/configuration.js";

const KEY = {
  ANTHROPIC_API_KEY: "sk-ant-secret",
  OPERATOR_SECRET: "operator-operator",
  RETENTION_DAYS: "off",
};
const read = (vars) => readConfiguration({ ...KEY, ...vars });

test("days: a whole number from 1 to 3650, written or not; off", () => {
  for (const days of [1, 14, 3_650, "1", "14", "3650"]) {
    const { workspaces, problems } = read({ RETENTION_DAYS: days });
    assert.deepEqual(problems, []);
    const { credential, ...rule } = workspaces[0];
    assert.deepEqual(rule, { name: "default", days: Number(days), by: "created", dry: false });
    assert.deepEqual(credential, { apiKey: KEY.ANTHROPIC_API_KEY });
  }
  const { workspaces, problems } = read({ RETENTION_DAYS: "off" });
  assert.deepEqual([workspaces, problems], [[], []]);
  for (const empty of ["", undefined, null]) {
    const { workspaces, problems } = read({ RETENTION_DAYS: empty });
    assert.deepEqual(workspaces, []);
    assert.deepEqual(problems, [
      'RETENTION_DAYS is not set: set it to a whole number of days, or to "off"',
    ]);
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

const access = { ACCESS_TEAM: "team", ACCESS_AUDIENCE: "tag" };
const ada = { name: "ada", secret: "SECRET_ADA", role: "read" };
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
  [{ ANTHROPIC_BASE_URL: "foo" }, /^ANTHROPIC_BASE_URL must be an http or https URL$/],
  [{ ANTHROPIC_BASE_URL: "https://a.example/b c" }, /^ANTHROPIC_BASE_URL must be an http/],
  [{ ANTHROPIC_BASE_URL: "https://a.example/?k=1" }, /must not have a query/],
  [{ ANTHROPIC_BASE_URL: "https://u:p@a.example" }, /must not have .* a user name/],
  [{ ANTHROPIC_API_KEY: "a key" }, /^ANTHROPIC_API_KEY must have visible ASCII characters only/],
  [{ ANTHROPIC_API_KEY: "key\n" }, /^ANTHROPIC_API_KEY must have visible/],
  [{ ANTHROPIC_AUTH_TOKEN: "a token" }, /^ANTHROPIC_AUTH_TOKEN must have visible/],
  [{ WORKSPACES: [eu], KEY_EU: "a b" }, /^the secret of WORKSPACES\[0\]\.key must have visible/],
  [{ ANTHROPIC_API_KEY: "" }, /^ANTHROPIC_API_KEY is not set/],
  [{ OPERATOR_SECRET: "" }, /^No operator can sign in: set OPERATOR_SECRET/],
  [{ OPERATOR_SECRET: "short" }, /^OPERATOR_SECRET must have at least 16 characters$/],
  [{ OPERATOR_SECRET: "operator-operator\n" }, /^OPERATOR_SECRET must not begin or end with/],
  [{ ACCESS_TEAM: "team" }, /^ACCESS_TEAM and ACCESS_AUDIENCE must both be set, or neither$/],
  [{ ACCESS_AUDIENCE: "tag" }, /^ACCESS_TEAM and ACCESS_AUDIENCE must both be set/],
  [
    { ACCESS_TEAM: "https://team.cloudflareaccess.com", ACCESS_AUDIENCE: "tag" },
    /^ACCESS_TEAM must be the "team"/,
  ],
  [{ ACCESS_TEAM: "team", ACCESS_AUDIENCE: "a tag" }, /^ACCESS_AUDIENCE must be/],
  [{ HEALTH_TOKEN: "short" }, /^HEALTH_TOKEN must have at least 16 characters$/],
  [{ HEALTH_TOKEN: "operator-operator" }, /^HEALTH_TOKEN must not be the secret of an operator$/],
  [{ HOLD: "msgbatch_1, a/b" }, /^HOLD must be a list of ids/],
  [{ HOLD: "*" }, /^HOLD must be a list of ids/],
  [{ HOLD: "[1]" }, /^HOLD must be a list of ids/],
  [{ HOLD: { id: 1 } }, /^HOLD must be a list of ids/],
  [{ ACCESS_ROLES: [{ email: "a@b.example", role: "read" }] }, /^ACCESS_ROLES needs ACCESS_TEAM/],
  [{ ...access, ACCESS_ROLES: "ada" }, /^ACCESS_ROLES must be a list of \{ email, role \} or/],
  [
    { ...access, ACCESS_ROLES: [{ role: "read" }] },
    /^ACCESS_ROLES\[0\] must be \{ email, role \} or/,
  ],
  [
    { ...access, ACCESS_ROLES: [{ email: "a", group: "b", role: "read" }] },
    /^ACCESS_ROLES\[0\] must/,
  ],
  [{ ...access, ACCESS_ROLES: [{ group: "b", role: "all" }] }, /^ACCESS_ROLES\[0\]\.role must be/],
  [{ OPERATORS: "ada" }, /^OPERATORS must be a list of \{ name, secret, role \}$/],
  [{ OPERATORS: [{ ...ada, name: "a b" }] }, /^OPERATORS\[0\]\.name must be 1 to 64 letters/],
  [
    { OPERATORS: [{ ...ada, secret: "operator-operator" }] },
    /\.secret must be the name of a secret/,
  ],
  [
    { OPERATORS: [{ ...ada, secret: "NONE" }] },
    /^the secret of OPERATORS\[0\]\.secret must have at least/,
  ],
  [{ OPERATORS: [{ ...ada, role: "admin" }] }, /\.role must be "read" or "delete" or "configure"$/],
  [{ OPERATORS: [{ ...ada, email: 1 }] }, /has an unknown field: it takes name, secret and role/],
  [{ OPERATORS: [ada, ada] }, /^two operators have the same name/],
  [{ OPERATORS: [ada, { ...ada, name: "bob" }] }, /^two operators have the same secret/],
  [{ SWEEP_LIMIT: "50000" }, /^SWEEP_LIMIT no longer exists/],
]) {
  test(`a problem: ${JSON.stringify(vars)}`, () => {
    const { problems } = read({ KEY_EU: "a", SECRET_ADA: "secret-of-ada-ada", ...vars });
    assert.match(problems.join("\n"), problem);
    assert.ok(!problems.join().includes("operator-operator"), "no secret");
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
    ["HOLD", { HOLD: value }],
  ]) {
    // The key of a workspace is a secret only of a configuration that names it.
    if (value === KEYS.KEY_EU && !JSON.stringify(vars).includes("KEY_EU")) continue;
    test(`a key that was pasted into ${JSON.stringify(vars)}: the variable is named, not the value`, () => {
      const { problems, workspaces, alertUrl, held } = readConfiguration({ ...KEYS, ...vars });
      assert.ok(
        problems.some((problem) => problem.startsWith(name)),
        problems.join(),
      );
      const shown = JSON.stringify({
        problems,
        alertUrl,
        held,
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

test("a problem closes the relay only if it concerns the relay", () => {
  const concerned = (vars) => read({ KEY_EU: "a", ...vars }).relayProblems.length > 0;
  for (const vars of [
    { ANTHROPIC_API_KEY: "" },
    { ANTHROPIC_API_KEY: "", RETENTION_DAYS: "14" },
    { ANTHROPIC_BASE_URL: "foo" },
    { ANTHROPIC_BASE_URL: "https://a.example/sk-ant-pasted" },
    { WORKSPACES: [{ ...eu, days: "14d" }] },
    { WORKSPACES: "eu" },
    { HOLD: "a/b" },
  ]) {
    assert.ok(concerned(vars), JSON.stringify(vars));
  }
  for (const vars of [{ RETENTION_DAYS: "" }, { RUN_SECONDS: "x" }, { HEALTH_TOKEN: "short" }]) {
    assert.ok(!concerned(vars), JSON.stringify(vars));
  }
});

test("HOLD: ids and beginnings, as a list or as a string; a wrong one holds every batch", () => {
  for (const HOLD of [
    "msgbatch_a, msgbatch_b*",
    ["msgbatch_a", "msgbatch_b*"],
    '["msgbatch_a","msgbatch_b*"]',
  ]) {
    const { hold, problems } = read({ HOLD });
    assert.deepEqual(problems, []);
    const held = ["msgbatch_a", "msgbatch_a1", "msgbatch_b", "msgbatch_b1", "msgbatch_c"].map(hold);
    assert.deepEqual(held, [true, false, true, true, false]);
  }
  assert.equal(read({}).hold("msgbatch_a"), false);
  assert.equal(read({ HOLD: "a/b" }).hold("msgbatch_a"), true);
});

test("wrangler.sample.jsonc has each variable of docs/worker.md", () => {
  const read = (path) => readFileSync(join(ROOT, path), "utf8");
  const rows = read("docs/worker.md").matchAll(
    /^\| (`[A-Z_`, ]+`) \| (?:variables?|R2 binding) \|/gm,
  );
  const names = [...rows].flatMap(([, cell]) => cell.match(/[A-Z_]+/g));
  assert.ok(names.length > 12, `${names.length} variables`);
  const sample = read("www/worker/wrangler.sample.jsonc");
  const absent = names.filter((name) => !sample.includes(`"${name}"`));
  // A gateway's, which few have.
  assert.deepEqual(absent, ["ANTHROPIC_BASE_URL"]);
});
