// Bad input: refused before anything is sent, naming the option and the value's kind.

import { batch, refusal } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/** Each kind of id that is refused: name, value, and a part of the message. */
const IDS = [
  ["empty", "", /id must be .* not an empty string/],
  ["blank", "  ", /not a blank string/],
  ["a dot", ".", /nothing but dots/],
  ["two dots", "..", /nothing but dots/],
  ["encoded dots", "%2e%2e", /"%"/],
  ["an encoded slash", "..%2Fx", /"%"/],
  ["a slash", "a/b", /"\/" at index 1/],
  ["a question mark", "a?b", /"\?" at index 1/],
  ["a hash", "a#b", /"#" at index 1/],
  ["a backslash", "a\\b", /"\\" at index 1/],
  ["a newline", "msgbatch_1\n", /U\+000A at index 10/],
  ["a space", "a b", /U\+0020/],
  ["a zero byte", "a\0b", /U\+0000/],
  ["an umlaut", "msgbätch", /U\+00E4/],
  ["a lone surrogate", "a\ud800b", /U\+FFFD/],
  ["257 characters", "a".repeat(257), /a string of 257 characters/],
  ["10 MB", "a".repeat(10_000_000), /a string of 10000000 characters/],
  ["undefined", undefined, /undefined, and it must be a string/],
  ["null", null, /null, and it must be a string/],
  ["a number", 5, /the number 5, and it must be a string/],
  ["an array", [ID], /an array, and it must be a string/],
  ["an object", { id: ID }, /an object, and it must be a string/],
  ["a function", () => ID, /a function, and it must be a string/],
  ["a symbol", Symbol("id"), /a symbol, and it must be a string/],
  ["a bigint", 5n, /a bigint, and it must be a string/],
  ["a String object", new String(ID), /id must be/],
];

const numbers = (name, extra = []) => [
  [
    `${name} negative`,
    { [name]: -1 },
    new RegExp(`^${name} must be a whole number.* not the number -1$`),
  ],
  [`${name} fractional`, { [name]: 1.5 }, new RegExp(`^${name} .* not a number with a fraction$`)],
  [`${name} NaN`, { [name]: Number.NaN }, new RegExp(`^${name} .* not NaN$`)],
  [`${name} infinite`, { [name]: Infinity }, new RegExp(`^${name} .* not Infinity$`)],
  [
    `${name} above 2^31-1`,
    { [name]: 2 ** 31 },
    new RegExp(`^${name} .* not the number 2147483648$`),
  ],
  [`${name} a string`, { [name]: "1000" }, new RegExp(`^${name} .* not a string of 4 characters$`)],
  [`${name} null`, { [name]: null }, new RegExp(`^${name} .* not null$`)],
  ...extra.map((value) => [`${name} ${value}`, { [name]: value }, new RegExp(`^${name} `)]),
];

/** Options that are refused: name, options, and a part of the message. */
const OPTIONS = [
  ["betas a string", { betas: "a" }, /^betas must be an array of strings, not a string of 1 char/],
  ["betas null", { betas: null }, /^betas must be an array of strings, not null/],
  ["betas an object", { betas: {} }, /^betas must be an array of strings, not an object/],
  ["a beta with a comma", { betas: ["a", "b,c"] }, /^betas\[1\] .* U\+002C/],
  ["a beta with a space", { betas: ["a b"] }, /^betas\[0\] .* U\+0020/],
  ["a beta with a newline", { betas: ["a\nb"] }, /^betas\[0\] .* U\+000A/],
  ["a beta that is not ASCII", { betas: ["ä"] }, /^betas\[0\] .* U\+00E4/],
  ["an empty beta", { betas: [""] }, /^betas\[0\] .* an empty string/],
  ["a beta that is not a string", { betas: [1] }, /^betas\[0\] .* the number 1/],
  ["a beta that is a hole", { betas: [undefined] }, /^betas\[0\] .* undefined/],
  ...numbers("timeout", [0]),
  ...numbers("totalTimeout", [0]),
  ...numbers("maxRetries"),
  ...numbers("maxRetryDelay"),
  ...numbers("pollInterval", [0]),
  [
    "baseURL ftp:",
    { baseURL: "ftp://example.com" },
    /^baseURL must be an absolute http or https URL/,
  ],
  ["baseURL without a scheme", { baseURL: "example.com" }, /^baseURL must be an absolute/],
  ["baseURL relative to a scheme", { baseURL: "//example.com" }, /^baseURL must be an absolute/],
  [
    "baseURL with a user name",
    { baseURL: "http://user@example.com" },
    /^baseURL must not have a user name/,
  ],
  [
    "baseURL with a query",
    { baseURL: "http://example.com/?a=b" },
    /^baseURL must not have a query/,
  ],
  [
    "baseURL with a fragment",
    { baseURL: "http://example.com/#a" },
    /^baseURL must not have a fragment/,
  ],
  ["baseURL with a space", { baseURL: " http://example.com" }, /^baseURL must not contain U\+0020/],
  [
    "baseURL with a backslash",
    { baseURL: "http:\\\\example.com" },
    /^baseURL must not contain U\+005C/,
  ],
  ["baseURL without a host", { baseURL: "http://" }, /^baseURL must have a valid host/],
  [
    "baseURL with a bad port",
    { baseURL: "http://example.com:70000" },
    /^baseURL must have a valid host and port/,
  ],
  ["baseURL empty", { baseURL: "" }, /^baseURL must be a URL, not an empty string/],
  [
    "baseURL a URL object",
    { baseURL: new URL("http://example.com") },
    /^baseURL must be a URL as a string, not an object/,
  ],
  [
    "a header name with a space",
    { headers: { "a b": "c" } },
    /^headers has a header name that HTTP forbids/,
  ],
  [
    "an empty header name",
    { headers: { "": "c" } },
    /^headers has a header name that HTTP forbids/,
  ],
  [
    "a header name with a newline",
    { headers: { "a\n": "c" } },
    /^headers has a header name that HTTP forbids/,
  ],
  [
    "a header value with a newline",
    { headers: { a: "b\nc" } },
    /^headers\["a"\] must not contain U\+000A/,
  ],
  [
    "a header value with a zero byte",
    { headers: { a: "b\0" } },
    /^headers\["a"\] must not contain U\+0000/,
  ],
  [
    "a header value beyond Latin-1",
    { headers: { a: "€" } },
    /^headers\["a"\] must not contain U\+20AC/,
  ],
  [
    "a header value that is a number",
    { headers: { a: 1 } },
    /^headers\["a"\] must be a string.* the number 1/,
  ],
  [
    "headers a string",
    { headers: "a: b" },
    /^headers must be an object.* a string of 4 characters/,
  ],
  ["headers of no pairs", { headers: [["a"]] }, /^headers must hold pairs/],
  [
    "a key with a newline",
    { apiKey: "sk-test-SECRET\n" },
    /^apiKey must be .* U\+000A at index 14/,
  ],
  ["a key with an umlaut", { apiKey: "sk-ä" }, /^apiKey must be .* U\+00E4/],
  ["an empty key", { apiKey: "" }, /^apiKey must be .* an empty string/],
  ["a key that is a number", { apiKey: 5 }, /^apiKey must be .* the number 5/],
  [
    "an auth token with a space",
    { apiKey: undefined, authToken: "a b" },
    /^authToken must be .* U\+0020/,
  ],
  ["two credentials", { authToken: "token" }, /^apiKey and authToken are both given/],
  ["a workspace id with a newline", { workspaceId: "a\nb" }, /^workspaceId must be/],
  ["a version that is not a string", { anthropicVersion: 2023 }, /^anthropicVersion must be/],
  ["signal not a signal", { signal: {} }, /^signal must be an AbortSignal, not an object/],
  // A getter: workerd allows no controller outside of a request.
  [
    "signal a controller",
    {
      get signal() {
        return new AbortController();
      },
    },
    /^signal must be an AbortSignal/,
  ],
  ["fetch not a function", { fetch: "fetch" }, /^fetch must be a function, not a string/],
  ["onAttempt not a function", { onAttempt: {} }, /^onAttempt must be a function, not an object/],
  [
    "dangerouslyAllowBrowser a string",
    { dangerouslyAllowBrowser: "yes" },
    /^dangerouslyAllowBrowser must be true or false/,
  ],
  [
    "ifProcessing another string",
    { ifProcessing: "skip" },
    /^ifProcessing must be "reject" or "wait" or "cancel"/,
  ],
  [
    "ifMissing no string",
    { ifMissing: true },
    /^ifMissing must be "reject" or "ignore", not the boolean true/,
  ],
  [
    "an unknown option",
    { apikey: "x" },
    /^options has no option "apikey": did you mean "apiKey"\?/,
  ],
  ["an option of another spelling", { baseUrl: "x" }, /did you mean "baseURL"\?/],
  ["an option of the SDK's that is not ours", { maxRetry: 1 }, /did you mean "maxRetries"\?/],
  [
    "an option far from any",
    { hello: 1 },
    /^options has no option "hello"; the options are apiKey, /,
  ],
];

const refused = (name, args, message, code = "invalid_option", where = undefined) => ({
  name,
  where,
  run: async (t) => {
    const [id, options] = args(t);
    const error = await refusal(t, t.api.deleteBatch(id, options), { code, message, attempts: 0 });
    t.assert.equal(error.status, undefined);
    t.assert.deepEqual((await t.world.requests()).requests, [], "nothing was sent");
  },
});

export const cases = [
  ...IDS.map(([name, id, message]) => refused(`id: ${name}`, (t) => [id, t.options], message)),
  ...OPTIONS.map(([name, options, message]) =>
    refused(`options: ${name}`, (t) => [ID, { ...t.options, ...options }], message),
  ),
  ...[null, 5, "options", [], () => {}].map((options) =>
    refused(
      `options: ${String(options) || "an array"} instead of an object`,
      () => [ID, options],
      /^options must be an object, not /,
    ),
  ),
  refused(
    "a getter that throws",
    (t) => [
      ID,
      {
        ...t.options,
        get betas() {
          throw new Error("no");
        },
      },
    ],
    /^betas can't be read: its getter threw/,
  ),
  refused(
    "a base URL that is a path, outside a page",
    (t) => [ID, { ...t.options, baseURL: "/api" }],
    /^baseURL must be an absolute http or https URL: a path/,
    "invalid_option",
    "server",
  ),
  refused(
    "no credential",
    () => [ID, { baseURL: "http://127.0.0.1:9" }],
    /^no credential: give /,
    "missing_credentials",
  ),
  refused("no options at all", () => [ID], /^no credential: give /, "missing_credentials"),
  refused(
    "a key in a page",
    (t) => [ID, { ...t.options, dangerouslyAllowBrowser: undefined }],
    /^a page shows its key to its users/,
    "browser_not_allowed",
    "page",
  ),
  refused(
    "a key in a header, in a page",
    (t) => [
      ID,
      {
        ...t.options,
        apiKey: undefined,
        headers: { Authorization: "Bearer x" },
        dangerouslyAllowBrowser: false,
      },
    ],
    /^a page shows its key to its users/,
    "browser_not_allowed",
    "page",
  ),
  {
    name: "retrieve and cancel also check their input, and don't take a deletion's options",
    run: async (t) => {
      for (const call of [t.api.retrieveBatch, t.api.cancelBatch]) {
        await refusal(t, call("a/b", t.options), {
          code: "invalid_option",
          message: /^id must be/,
        });
        await refusal(t, call(ID, { ...t.options, ifMissing: "ignore" }), {
          code: "invalid_option",
          message: /has no option "ifMissing"/,
        });
      }
      t.assert.deepEqual((await t.world.requests()).requests, []);
    },
  },
  {
    name: "null and undefined count as absent if the SDK takes them so",
    run: async (t) => {
      const id = await batch(t);
      const options = {
        ...t.options,
        signal: null,
        betas: undefined,
        timeout: undefined,
        authToken: null,
      };
      await t.api.deleteBatch(id, options);
    },
  },
  {
    name: "options without a prototype, and inherited ones",
    run: async (t) => {
      const bare = Object.assign(Object.create(null), t.options);
      await t.api.deleteBatch(await batch(t), bare);
      await t.api.deleteBatch(await batch(t), Object.create(t.options));
    },
  },
];
