// Requests that a relay must refuse. Each is signed in unless it says otherwise, so that nothing
// but the rule in question refuses it.
//
// `status`: the relay's response. `early`: statuses that the server in front of it may send instead, before the relay
// sees the request; 0 is a closed connection. Dots that lead to a batch are not listed: a runtime's URL parser resolves
// them before the relay can see them, and the relay judges the resolved path.

import { APP, SIGNED_IN } from "./options.mjs";

const LIST = "/api/v1/messages/batches";
const BATCH = `${LIST}/msgbatch_1`;
const NO_ROUTE = { status: 404, early: [400, 500] };

const path = (name, target, more) => ({ name, method: "DELETE", target, ...NO_ROUTE, ...more });
const method = (name, method, target, more) => ({ name, method, target, status: 405, ...more });
const query = (name, query, more) => ({ name, target: `${LIST}?${query}`, status: 400, ...more });
const from = (name, headers, more) => ({ name, target: LIST, headers, status: 403, ...more });
const header = (name, header, status, more) => ({
  name,
  method: "DELETE",
  target: BATCH,
  headers: [header],
  status,
  ...more,
});

export const hostile = [
  path("the messages endpoint", "/api/v1/messages", { method: "POST" }),
  path("the messages endpoint without the mount", "/v1/messages", { method: "POST" }),
  path("batches without the mount", "/v1/messages/batches/msgbatch_1"),
  path("the models", "/api/v1/models", { method: "GET" }),
  path("the files", "/api/v1/files/file_1"),
  path("the organization", "/api/v1/organizations/api_keys", { method: "GET" }),
  path("the root", "/", { method: "GET" }),
  path("the results", `${BATCH}/results`, { method: "GET" }),
  path("a slash at the end", `${BATCH}/`),
  path("a slash at the end of the list", `${LIST}/`, { method: "GET" }),
  path("a doubled slash at the start", `/${BATCH}`),
  path("a doubled slash after the mount", "/api//v1/messages/batches/msgbatch_1"),
  path("a doubled slash in the middle", "/api/v1//messages/batches/msgbatch_1"),
  path("a doubled slash before the id", `${LIST}//msgbatch_1`),
  path("a doubled slash before cancel", `${BATCH}//cancel`, { method: "POST" }),
  path("cancel of nothing", `${LIST}//cancel`, { method: "POST" }),
  path("dots as the id", `${LIST}/..`),
  path("one dot as the id", `${LIST}/.`),
  path("dots that go up to the models", `${LIST}/../../models`, { method: "GET" }),
  path("dots that leave the mount", "/api/../v1/messages/batches/msgbatch_1"),
  path("dots in the id", `${LIST}/..;/msgbatch_1`),
  path("encoded dots", `${LIST}/%2e%2e`),
  path("encoded dots, upper case", `${LIST}/%2E%2E`),
  path("half-encoded dots that go up", `${LIST}/.%2e/%2e./models`),
  path("dots encoded twice", `${LIST}/%252e%252e/models`),
  path("an encoded slash", `${LIST}/..%2fmodels`),
  path("an encoded slash, upper case", `${LIST}/x%2Fcancel`, { method: "POST" }),
  path("an encoded backslash", `${LIST}/..%5cmodels`),
  path("an encoded letter of the id", `${LIST}/%6Dsgbatch_1`),
  path("an encoded letter of the route", "/api/v1/messages/b%61tches/msgbatch_1"),
  path("an encoded mount", "/%61pi/v1/messages/batches/msgbatch_1"),
  path("an encoded NUL", `${BATCH}%00`),
  path("an encoded line break", `${BATCH}%0d%0ax-api-key:%20x`),
  path("an encoded question mark", `${BATCH}%3fbeta=true`),
  path("overlong UTF-8", `${LIST}/%c0%ae%c0%ae/models`),
  path("a backslash that goes up", `${LIST}\\..\\..\\models`),
  path("a backslash in the id", `${LIST}/x\\y`),
  path("a semicolon", `${BATCH};x=y`),
  path("an at sign", `${LIST}/x@evil.example`),
  // workerd removes it.
  path("a fragment", `${BATCH}#/../../../models`, { only: "Node" }),
  path("another case of the mount", "/API/v1/messages/batches/msgbatch_1"),
  path("another case of the route", "/api/v1/Messages/batches/msgbatch_1"),
  path("an id of 257 characters", `${LIST}/${"x".repeat(257)}`),
  path("a byte above ASCII", `${LIST}/\xfc`),
  path("the absolute form, to another host", "http://evil.example/v1/messages"),
  path("the absolute form, to the API", "https://api.anthropic.com/v1/messages"),
  path("the absolute form, of another route", "http://127.0.0.1/api/v1/models", { method: "GET" }),
  path("no path at all", "api/v1/messages/batches"),
  path("an asterisk", "*", { method: "OPTIONS" }),
  method("a tunnel", "CONNECT", "api.anthropic.com:443", { early: [0, 400, 404, 500] }),

  method("a new batch", "POST", LIST),
  method("a batch replaced", "PUT", BATCH),
  method("a batch patched", "PATCH", BATCH),
  method("a batch posted to", "POST", BATCH),
  method("all batches deleted", "DELETE", LIST),
  method("only the head of a batch", "HEAD", BATCH, { bodyless: true }),
  method("a cancelation by GET", "GET", `${BATCH}/cancel`),
  method("a cancelation by DELETE", "DELETE", `${BATCH}/cancel`),
  method("a trace", "TRACE", BATCH, { early: [400, 501] }),
  method("a WebDAV method", "PROPFIND", BATCH),
  method("a method in lower case", "delete", BATCH, { early: [0, 400, 500, 501] }),
  method("OPTIONS that is not a preflight", "OPTIONS", BATCH),
  header("X-HTTP-Method-Override", ["X-HTTP-Method-Override", "GET"], 400),
  header("X-HTTP-Method", ["X-HTTP-Method", "PUT"], 400),
  header("X-Method-Override", ["x-method-override", "POST"], 400),

  query("a method in the query", "_method=DELETE"),
  query("a key in the query", "limit=1&api_key=sk-smuggled"),
  query("an unknown parameter", "workspace_id=wrkspc_1"),
  query("a parameter twice", "limit=1&limit=1000"),
  query("an encoded cursor", "after_id=%2e%2e"),
  query("a cursor with a line break", "after_id=x%0d%0ahost:evil"),
  query("a limit that is not a number", "limit=1e9"),
  query("beta that is not true", "beta=1"),
  query("an encoded name", "%6cimit=1"),
  query("a list's parameter on a deletion", "limit=1", {
    method: "DELETE",
    target: `${BATCH}?limit=1`,
  }),
  query("a second question mark", "limit=1?beta=true"),

  from("a foreign origin", [["origin", "https://evil.example"]]),
  from("a foreign origin's deletion", [["origin", "https://evil.example"]], {
    method: "DELETE",
    target: BATCH,
  }),
  from("the null origin", [["origin", "null"]]),
  // workerd takes an empty header for none.
  from("an empty origin", [["origin", ""]], { only: "Node" }),
  from("the allowed origin as a prefix", [["origin", `${APP}.evil.example`]]),
  from("the allowed origin as a suffix", [["origin", "https://evil-app.example"]]),
  from("a subdomain of the allowed origin", [["origin", "https://x.app.example"]]),
  from("another port", [["origin", `${APP}:8443`]]),
  from("the default port, written out", [["origin", `${APP}:443`]]),
  from("another scheme", [["origin", "http://app.example"]]),
  from("upper case", [["origin", "https://APP.example"]]),
  from("a slash after the origin", [["origin", `${APP}/`]]),
  from("a user before the origin", [["origin", "https://app.example@evil.example"]]),
  from("two origins in one", [["origin", `${APP}, https://evil.example`]]),
  from(
    "two origins",
    [
      ["origin", APP],
      ["origin", "https://evil.example"],
    ],
    { early: [400] },
  ),
  from("the relay's host on another port", [["origin", "http://127.0.0.1:1"]]),
  from("the relay's host by another scheme", [["origin", "https://127.0.0.1"]]),
  from("a cross-site request without an origin", [["sec-fetch-site", "cross-site"]]),
  from("a same-site request without an origin", [["sec-fetch-site", "same-site"]]),
  from("a foreign origin that claims to be the same", [
    ["origin", "https://evil.example"],
    ["sec-fetch-site", "same-origin"],
  ]),
  from(
    "a foreign preflight",
    [
      ["origin", "https://evil.example"],
      ["access-control-request-method", "DELETE"],
    ],
    { method: "OPTIONS", target: BATCH },
  ),
  from(
    "the null origin's preflight",
    [
      ["origin", "null"],
      ["access-control-request-method", "DELETE"],
    ],
    { method: "OPTIONS", target: BATCH },
  ),
  from(
    "an allowed origin's preflight of another route",
    [
      ["origin", APP],
      ["access-control-request-method", "POST"],
    ],
    { method: "OPTIONS", target: "/api/v1/messages", status: 404 },
  ),

  ...[
    ["nobody", []],
    ["a key of one's own", [["x-api-key", "sk-smuggled"]]],
    ["another's token", [["authorization", "Bearer sk-smuggled"]]],
    ["two tokens", [["authorization", "Bearer x"], SIGNED_IN], { early: [400] }],
    ["a cookie", [["cookie", "authorization=Bearer visitor"]]],
    ["X-Forwarded-For: this machine", [["x-forwarded-for", "127.0.0.1"]]],
    ["X-Forwarded-Host", [["x-forwarded-host", "app.example"]]],
    [
      "X-Forwarded-Proto and a path",
      [
        ["x-forwarded-proto", "https"],
        ["x-forwarded-path", "/"],
      ],
    ],
    ["X-Forwarded-Authorization", [["x-forwarded-authorization", "Bearer visitor"]]],
    ["Forwarded", [["forwarded", "for=127.0.0.1;host=app.example"]]],
    [
      "X-Original-URL",
      [
        ["x-original-url", "/v1/messages"],
        ["x-rewrite-url", "/v1/messages"],
      ],
    ],
    ["an allowed origin", [["origin", APP]]],
  ].map(([page, headers, more]) =>
    from(`signed out: ${page}`, headers, {
      method: "DELETE",
      target: BATCH,
      signedIn: false,
      ...more,
    }),
  ),
  from("signed out: another host", [], {
    ...{ method: "DELETE", target: BATCH, signedIn: false, host: "evil.example", early: [400] },
  }),

  header("a tab in the flags", ["anthropic-beta", "a\tb"], 400),
  header("a control character in the flags", ["anthropic-beta", "a\x01b"], 400, { early: [400] }),
  header("NUL in the flags", ["anthropic-beta", "a\x00b"], 400, { early: [0, 400] }),
  header("a folded line in the flags", ["anthropic-beta", "a\r\n x-api-key: x"], 400, {
    early: [400],
  }),
  header("a bare line feed in the flags", ["anthropic-beta", "a\nx-api-key: x"], 400, {
    // A server that splits the value at the line feed reads another header, which has no effect.
    early: [0, 400],
    signedIn: false,
    status: 403,
  }),
  header("a semicolon in the flags", ["anthropic-beta", "a;b"], 400),
  header("quotes in the flags", ["anthropic-beta", '"a"'], 400),
  header("a byte above ASCII in the flags", ["anthropic-beta", "\xe4"], 400),
  header("3 KB of flags", ["anthropic-beta", "a".repeat(3_000)], 400),
  header("a workspace that is not allowed", ["anthropic-workspace-id", "wrkspc_other"], 403),
  header("an empty workspace", ["anthropic-workspace-id", ""], 403),
  header("two workspaces", ["anthropic-workspace-id", "wrkspc_allowed, wrkspc_other"], 403),
  header("a header without a name", ["", "x"], 400, { early: [0, 400], signedIn: false }),
  header("a header with a space in its name", ["x api", "x"], 400, { early: [0, 400] }),

  query("a URL of 3 KB", `after_id=${"x".repeat(3_000)}`, { status: 414 }),
  query("a URL of 100 KB", `after_id=${"x".repeat(100_000)}`, {
    status: 414,
    early: [0, 414, 431],
  }),
  header("a header of 17 KB", ["x-large", "x".repeat(17_000)], 431, { early: [0, 431] }),
  {
    name: "many headers",
    target: LIST,
    headers: Array.from({ length: 300 }, (_, n) => [`x-many-${n}`, "x".repeat(60)]),
    ...{ status: 431, early: [0, 431] },
  },

  header("a body", ["content-length", "2"], 400, { body: "{}" }),
  header("a body with GET", ["content-length", "2"], 400, { method: "GET", body: "{}" }),
  header("a body with a cancelation", ["content-length", "2"], 400, {
    ...{ method: "POST", target: `${BATCH}/cancel`, body: "{}" },
  }),
  header("a body in chunks", ["transfer-encoding", "chunked"], 400, {
    ...{ method: "POST", target: `${BATCH}/cancel`, body: "2\r\n{}\r\n0\r\n\r\n" },
  }),
  header("an empty body in chunks", ["transfer-encoding", "chunked"], 400, {
    ...{ method: "POST", target: `${BATCH}/cancel`, body: "0\r\n\r\n" },
  }),
  header("an unknown transfer encoding", ["transfer-encoding", "xchunked"], 400, {
    ...{ body: "0\r\n\r\n", early: [0, 400, 500, 501] },
  }),
  header("a length that is not a number", ["content-length", "+2"], 400, {
    body: "{}",
    early: [0, 400, 500],
  }),
  // A server that reads the chunks and ignores the length takes the bytes behind them as a request without a sign-in.
  {
    name: "a length and chunks, with a request inside",
    method: "POST",
    target: `${BATCH}/cancel`,
    headers: [
      ["content-length", "4"],
      ["transfer-encoding", "chunked"],
    ],
    body: `0\r\n\r\nGET ${LIST} HTTP/1.1\r\nhost: x\r\n\r\n`,
    ...{ status: 400, early: [0, 400, 500] },
  },
  {
    name: "two lengths",
    method: "DELETE",
    target: BATCH,
    headers: [
      ["content-length", "0"],
      ["content-length", "2"],
    ],
    body: "{}",
    ...{ status: 400, early: [0, 400, 500] },
  },
];
