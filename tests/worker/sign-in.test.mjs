// Sign-in to the Worker: refused by default.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Response } from "miniflare";
import { requestBytes, sendRaw } from "../relay/raw.mjs";
import { formOf, SECRET, startSite } from "./world.mjs";

const LIST = "/api/v1/messages/batches";
const PATHS = ["/", "/main.js", "/config", "/retention", LIST];

test("without configuration, every sign-in is refused", async (t) => {
  const { send, world } = await startSite(t, { OPERATOR_SECRET: "" });
  for (const headers of [{}, { authorization: "Bearer " }, { authorization: "Bearer undefined" }]) {
    for (const path of PATHS) {
      const { status } = await send(path, { headers });
      assert.equal(status, path === LIST ? 403 : 503, path);
    }
  }
  assert.equal((await send("/sign-in", formOf("", {}))).status, 503);
  assert.deepEqual((await world.requests()).requests, []);
});

test("a shared secret: as a bearer token, or by the form", async (t) => {
  const { send, origin, world } = await startSite(t, {});
  for (const path of PATHS) {
    const { status, headers } = await send(path);
    assert.equal(status, path === LIST ? 403 : 401, path);
    assert.match(headers.get("content-security-policy"), /default-src 'none'/);
  }
  for (const token of ["wrong", SECRET.slice(1), `${SECRET}r`]) {
    const headers = { authorization: `Bearer ${token}`, "cf-connecting-ip": "192.0.2.9" };
    for (const path of [LIST, "/"]) {
      const { status, headers: received } = await send(path, { headers });
      assert.deepEqual([status, received.get("www-authenticate")], [401, "Bearer"], token);
    }
  }
  for (const path of ["/page.css", "/sign-in.js"]) {
    assert.equal((await send(path)).status, 200, "the sign-in page has its styles");
  }
  assert.deepEqual((await world.requests()).requests, []);
  const bearer = { headers: { authorization: `Bearer ${SECRET}` } };
  for (const path of PATHS) assert.equal((await send(path, bearer)).status, 200, path);

  const wrong = await send("/sign-in", formOf("wrong", { origin }));
  assert.deepEqual([wrong.status, wrong.headers.get("set-cookie")], [303, null]);
  const foreign = await send("/sign-in", formOf(SECRET, { origin: "https://evil.example" }));
  assert.deepEqual([foreign.status, foreign.headers.get("set-cookie")], [403, null]);
  const right = await send("/sign-in", formOf(SECRET, { origin }));
  const [, cookie] = /^(__Host-operator=[^;]+); (.*)$/.exec(right.headers.get("set-cookie"));
  assert.match(right.headers.get("set-cookie"), /; Secure; HttpOnly; SameSite=Strict$/);
  assert.ok(!cookie.includes(SECRET));
  for (const path of PATHS) {
    assert.equal((await send(path, { headers: { cookie } })).status, 200, path);
  }

  // The Worker refuses a changed cookie.
  const [, ends, signature] = /=(\d+)\.(.+)$/.exec(cookie);
  for (const value of [
    `${Number(ends) + 1}.${signature}`,
    `${ends}.${signature.slice(1)}`,
    `${ends}.${"0".repeat(64)}`,
    `${Date.now() - 1_000}.${signature}`,
    ends,
    "",
  ]) {
    const headers = { cookie: `__Host-operator=${value}` };
    assert.equal((await send("/config", { headers })).status, 401, value);
  }
});

test("a page of another site gets nothing done with the operator's cookie", async (t) => {
  const { send, origin } = await startSite(t, {});
  const authorization = `Bearer ${SECRET}`;
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    const init = { headers: { authorization, ...headers } };
    assert.equal((await send("/retention/jobs", { ...init, method: "POST" })).status, 403);
    assert.equal((await send("/retention", init)).status, 403);
    assert.equal((await send(LIST, init)).status, 403);
  }
  // The Worker accepts a link to the page from another site.
  const { hostname: host, port } = new URL(origin);
  const link = await sendRaw(
    { host, port },
    requestBytes({
      method: "GET",
      target: "/",
      headers: [
        ["host", `${host}:${port}`],
        ["authorization", authorization],
        ["sec-fetch-site", "cross-site"],
        ["sec-fetch-mode", "navigate"],
      ],
    }),
  );
  assert.equal(link.status, 200);
});

test("the address that needs no sign-in is one of this machine's", async (t) => {
  for (const OPEN_AT of ["https://batches.example", "http://10.0.0.1", "*", "http://127.0.0.1:1"]) {
    const { send } = await startSite(t, { OPEN_AT, OPERATOR_SECRET: "" });
    assert.equal((await send("/")).status, 421, OPEN_AT);
    assert.equal((await send(LIST)).status, 403, OPEN_AT);
  }
});

test("Cloudflare Access: only a token that it signed for this application", async (t) => {
  const [team, other] = await Promise.all([newKey("k1"), newKey("k2")]);
  const fetched = [];
  const { send } = await startSite(
    t,
    { ACCESS_TEAM: "team", ACCESS_AUDIENCE: "audience", OPERATOR_SECRET: "" },
    {
      // Only the team's keys are fetched, and nothing of the API.
      outboundService: ({ url }) => {
        fetched.push(url);
        return Response.json({ keys: [team.jwk] });
      },
    },
  );
  const now = Math.floor(Date.now() / 1_000);
  const good = { iss: "https://team.cloudflareaccess.com", aud: ["audience"], exp: now + 600 };
  const status = async (token) => {
    const headers = token === undefined ? {} : { "cf-access-jwt-assertion": token };
    return (await send("/config", { headers })).status;
  };
  assert.equal(await status(await team.sign(good)), 200);
  assert.equal(await status(await team.sign({ ...good, aud: "audience" })), 200);
  const valid = await team.sign(good);
  for (const token of [
    undefined,
    "",
    "x",
    "a.b.c",
    valid.slice(0, -8),
    `${valid}.x`,
    await other.sign(good),
    await other.sign(good, { kid: "k1" }),
    await team.sign(good, { alg: "none" }),
    await team.sign(good, { alg: "HS256" }),
    await team.sign({ ...good, exp: now - 120 }),
    await team.sign({ ...good, exp: undefined }),
    await team.sign({ ...good, nbf: now + 600 }),
    await team.sign({ ...good, aud: ["another"] }),
    await team.sign({ ...good, aud: undefined }),
    await team.sign({ ...good, iss: "https://evil.cloudflareaccess.com" }),
  ]) {
    assert.equal(await status(token), 401, token);
  }
  assert.ok(fetched.length <= 3, `keys are kept: fetched ${fetched.length} times`);
  assert.ok(
    fetched.every((url) => url === "https://team.cloudflareaccess.com/cdn-cgi/access/certs"),
  );
});

test("Cloudflare Access: after one bad response of its keys, operators can still sign in, and the address is recorded", async (t) => {
  const team = await newKey("k1");
  let bad = 2;
  const { send } = await startSite(
    t,
    { ACCESS_TEAM: "team", ACCESS_AUDIENCE: "audience", OPERATOR_SECRET: "" },
    {
      outboundService: (request) => {
        if (request.method === "GET" && request.url.includes("/v1/")) {
          return Response.json({ data: [], has_more: false, first_id: null, last_id: null });
        }
        bad -= 1;
        return bad >= 0
          ? new Response("<html>", { status: 502 })
          : Response.json({ keys: [team.jwk] });
      },
    },
  );
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: "https://team.cloudflareaccess.com", aud: "audience", exp: now + 600 };
  const token = await team.sign({ ...claims, email: "ada@example.com" });
  const headers = { "cf-access-jwt-assertion": token };
  const statuses = [];
  for (let look = 0; look < 3; look += 1)
    statuses.push((await send("/config", { headers })).status);
  assert.deepEqual(statuses, [401, 401, 200]);
  const config = await (await send("/config", { headers })).json();
  assert.equal(config.operator, "ada@example.com");
  await send("/api/v1/messages/batches/msgbatch_1", { method: "DELETE", headers });
  const entries = (await (await send("/ledger", { headers })).text()).trim().split("\n");
  const actors = entries.map((line) => JSON.parse(line)).map(({ event, actor }) => [event, actor]);
  assert.deepEqual(actors, Array(2).fill(["delete", "ada@example.com"]));
  const body = JSON.stringify({ cutoff: 0, expected: 0 });
  const started = await send("/retention/jobs", { method: "POST", headers, body });
  assert.equal((await started.json()).job.startedBy, "ada@example.com");
});

test("ACCESS_ROLES: a role by address or group, and read for all others", async (t) => {
  const team = await newKey("k1");
  const outboundService = ({ url }) =>
    url.endsWith("/certs")
      ? Response.json({ keys: [team.jwk] })
      : Response.json({ data: [], has_more: false, first_id: null, last_id: null });
  const roles = [
    { email: "Ada@example.com", role: "configure" },
    { group: "deleters", role: "delete" },
  ];
  const vars = { ACCESS_TEAM: "team", ACCESS_AUDIENCE: "audience", OPERATOR_SECRET: "" };
  const site = await startSite(t, { ...vars, ACCESS_ROLES: roles }, { outboundService });
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: "https://team.cloudflareaccess.com", aud: "audience", exp: now + 600 };
  for (const [claim, role] of [
    [{ email: "ada@example.com" }, "configure"],
    [{ email: "bob@example.com", custom: { groups: ["others", "deleters"] } }, "delete"],
    [{ email: "bob@example.com", groups: [{ id: "1", name: "deleters" }] }, "delete"],
    [{ email: "bob@example.com", groups: ["others"] }, "read"],
    [{ sub: "a service" }, "read"],
  ]) {
    const headers = { "cf-access-jwt-assertion": await team.sign({ ...claims, ...claim }) };
    const config = await (await site.send("/config", { headers })).json();
    assert.equal(config.role, role, JSON.stringify(claim));
    const path = "/api/v1/messages/batches/msgbatch_1";
    const deleted = await site.send(path, { method: "DELETE", headers });
    assert.equal(deleted.status === 403, role === "read", JSON.stringify(claim));
    const body = JSON.stringify({ pattern: "msgbatch_9", reason: "a case" });
    const held = await site.send("/holds", { method: "POST", headers, body });
    assert.equal(held.status, role === "configure" ? 201 : 403, JSON.stringify(claim));
  }
});

test("with Access, the sign-in form tells nothing of the secret, and sets no cookie", async (t) => {
  const { send, origin } = await startSite(t, { ACCESS_TEAM: "team", ACCESS_AUDIENCE: "audience" });
  const seen = [];
  for (const secret of [SECRET, "wrong", ""]) {
    const { status, headers } = await send("/sign-in", formOf(secret, { origin }));
    seen.push([status, headers.get("location"), headers.get("set-cookie")]);
  }
  assert.deepEqual(seen, Array(3).fill([303, "/", null]));
  const out = await send("/sign-out", { method: "POST", headers: { origin } });
  assert.deepEqual([out.status, out.headers.get("set-cookie")], [303, null]);
});

test("a key that was pasted into ACCESS_TEAM becomes part of no host", async (t) => {
  const asked = [];
  const outboundService = (request) => {
    asked.push(request.url);
    return new Response();
  };
  for (const ACCESS_TEAM of ["sk-ant-api03-pasted", SECRET, "team.evil.example/", "a_b"]) {
    const { send } = await startSite(t, { ACCESS_TEAM, ACCESS_AUDIENCE: "x" }, { outboundService });
    const headers = { "cf-access-jwt-assertion": "a.b.c" };
    const response = await send("/config", { headers });
    assert.equal(response.status, 503);
    assert.ok(!(await response.text()).includes(ACCESS_TEAM));
  }
  assert.deepEqual(asked, []);
});

test("a secret of fewer than 16 characters is refused, whatever is brought", async (t) => {
  const { send } = await startSite(t, { OPERATOR_SECRET: "x".repeat(15) });
  const headers = { authorization: `Bearer ${"x".repeat(15)}` };
  const response = await send("/", { headers });
  assert.equal(response.status, 503);
  assert.match(await response.text(), /at least 16 characters/);
  assert.equal((await send(LIST, { headers })).status, 403);
});

test("signing out ends the session, and a copy of its cookie; other sessions remain", async (t) => {
  const { send, origin } = await startSite(t, {});
  const enter = async () => {
    const { headers } = await send("/sign-in", formOf(SECRET, { origin }));
    return /^[^;]+/.exec(headers.get("set-cookie"))[0];
  };
  const [cookie, other] = [await enter(), await enter()];
  const status = async (one) => (await send("/config", { headers: { cookie: one } })).status;
  assert.deepEqual([await status(cookie), await status(other)], [200, 200]);
  const foreign = { origin: "https://evil.example", cookie };
  assert.equal((await send("/sign-out", { method: "POST", headers: foreign })).status, 403);
  assert.equal((await send("/sign-out")).status, 401, "a link does not sign an operator out");
  assert.equal(await status(cookie), 200);
  const out = await send("/sign-out", { method: "POST", headers: { origin, cookie } });
  assert.deepEqual([out.status, out.headers.get("location")], [303, "/"]);
  assert.match(out.headers.get("set-cookie"), /^__Host-operator=; Max-Age=0; .*HttpOnly/);
  assert.deepEqual([await status(cookie), await status(other)], [401, 200]);
  assert.equal((await send(LIST, { headers: { cookie } })).status, 403);
});

test("with Access, the page of a request that is not signed leads to Access, and asks for no secret", async (t) => {
  const { send } = await startSite(t, { ACCESS_TEAM: "team", ACCESS_AUDIENCE: "audience" });
  const page = await send("/");
  assert.equal(page.status, 401);
  const html = await page.text();
  assert.match(html, /href="\/sign-in"/);
  assert.doesNotMatch(html, /<form|secret/i);
  const { status, headers } = await send("/sign-in");
  assert.deepEqual([status, headers.get("location")], [303, "https://team.cloudflareaccess.com/"]);
});

for (const vars of [
  { ACCESS_TEAM: "team" },
  { ACCESS_AUDIENCE: "tag" },
  { ACCESS_TEAM: "https://team.cloudflareaccess.com", ACCESS_AUDIENCE: "tag" },
]) {
  test(`half of Access (${Object.keys(vars)}) opens nothing, and health says so`, async (t) => {
    const { send } = await startSite(t, vars);
    const headers = { authorization: `Bearer ${SECRET}` };
    const page = await send("/", { headers });
    assert.equal(page.status, 503);
    assert.match(await page.text(), /^ACCESS_TEAM /);
    assert.equal((await send("/health")).status, 503);
  });
}

test("operators by name: each has a secret and a role, and read deletes nothing", async (t) => {
  const OPERATORS = [
    { name: "ada", secret: "SECRET_ADA", role: "delete" },
    { name: "bob", secret: "SECRET_BOB", role: "read" },
  ];
  const secrets = { SECRET_ADA: "secret-of-ada-ada", SECRET_BOB: "secret-of-bob-bob" };
  const vars = { OPERATOR_SECRET: "", OPERATORS: JSON.stringify(OPERATORS), ...secrets };
  const { send, origin, world } = await startSite(t, vars);
  const { batches } = await world.create({ count: 2 });
  const as = (secret, method = "GET", more) => ({
    method,
    headers: { authorization: `Bearer ${secret}` },
    ...more,
  });
  for (const [name, secret] of [
    ["ada", secrets.SECRET_ADA],
    ["bob", secrets.SECRET_BOB],
  ]) {
    const config = await (await send("/config", as(secret))).json();
    assert.equal(config.operator, name);
    assert.equal((await send(LIST, as(secret))).status, 200);
    const { headers } = await send("/sign-in", formOf(secret, { origin }));
    const [cookie] = /^[^;]+/.exec(headers.get("set-cookie"));
    const again = await (await send("/config", { headers: { cookie } })).json();
    assert.equal(again.operator, name);
    // The name is signed.
    const renamed = cookie.replace(`.${name}.`, name === "ada" ? ".bob." : ".ada.");
    assert.equal((await send("/config", { headers: { cookie: renamed } })).status, 401);
  }
  assert.equal((await send("/config", as(SECRET))).status, 401);
  const path = `${LIST}/${batches[0].id}`;
  const job = { body: JSON.stringify({ cutoff: 0, expected: 0 }) };
  const { SECRET_ADA, SECRET_BOB } = secrets;
  const refused = await send(path, as(SECRET_BOB, "DELETE"));
  assert.equal(refused.status, 403);
  assert.match((await refused.json()).error.message, /^Your role is read/);
  assert.equal((await send(`${path}/cancel`, as(SECRET_BOB, "POST"))).status, 403);
  assert.equal((await send("/retention/jobs", as(SECRET_BOB, "POST", job))).status, 403);
  assert.equal((await send("/retention/jobs/1/stop", as(SECRET_BOB, "POST"))).status, 403);
  assert.equal((await world.stats()).deleted, 0);
  assert.equal((await send(path, as(SECRET_ADA, "DELETE"))).status, 200);
  assert.equal((await world.stats()).deleted, 1);
});

/** A signing key, as Access has one. */
async function newKey(kid) {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(
    { ...algorithm, modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  const encode = (value) => Buffer.from(value).toString("base64url");
  return {
    jwk: { ...(await crypto.subtle.exportKey("jwk", publicKey)), kid },
    async sign(payload, header) {
      const parts = [{ alg: "RS256", kid, ...header }, payload];
      const signed = parts.map((part) => encode(JSON.stringify(part))).join(".");
      const signature = await crypto.subtle.sign(algorithm, privateKey, Buffer.from(signed));
      return `${signed}.${encode(signature)}`;
    },
  };
}
