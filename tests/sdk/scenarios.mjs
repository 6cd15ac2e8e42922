// The scenarios that run through both clients, with the reason if the results differ.

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const DELETED = { id: ID, type: "message_batch_deleted" };
const AT_ONCE = { "retry-after-ms": "1" };
/** Long enough for a response on a slow machine. */
const ATTEMPT_MS = 2_000;
const BELIEVED = "an unchecked success would count as a deletion";

/**
 * @typedef {object} Scenario
 * @property {string} name the server's behavior
 * @property {object[]} [faults] the emulator's script; without one, the emulator has no faults
 * @property {"ended" | "in_progress" | null} [batch] the state of the batch; null: there is none
 * @property {string} [id] the requested id, if it is not the batch's
 * @property {number} [timeout] of one attempt, in milliseconds
 * @property {string} [why] the reason of a difference; absent if the results are the same
 */

/** @type {Scenario[]} */
export const scenarios = [
  { name: "200, the deletion" },
  {
    name: "200, JSON without a content type",
    faults: [{ contentType: null }],
    why: "the body decides, not its label",
  },
  { name: "200, empty body", batch: null, faults: [{ status: 200, body: "" }], why: BELIEVED },
  { name: "204", batch: null, faults: [{ status: 204 }], why: BELIEVED },
  {
    name: "200, HTML (a captive portal)",
    batch: null,
    faults: [{ status: 200, body: "<p>Sign in</p>", contentType: "text/html" }],
    why: BELIEVED,
  },
  { name: "200, `{}`", batch: null, faults: [{ status: 200, json: {} }], why: BELIEVED },
  { name: "200, `null`", batch: null, faults: [{ status: 200, json: null }], why: BELIEVED },
  { name: "200, an array", batch: null, faults: [{ status: 200, json: [] }], why: BELIEVED },
  {
    name: "200, another type",
    batch: null,
    faults: [{ status: 200, json: { id: ID, type: "message_batch" } }],
    why: BELIEVED,
  },
  {
    name: "200, another id",
    batch: null,
    faults: [{ status: 200, json: { ...DELETED, id: "msgbatch_other" } }],
    why: BELIEVED,
  },
  {
    name: "200, an error envelope",
    batch: null,
    faults: [
      { status: 200, json: { type: "error", error: { type: "api_error", message: "Oh no" } } },
    ],
    why: BELIEVED,
  },
  {
    name: "200, broken JSON",
    batch: null,
    faults: [{ status: 200, body: '{"id":' }],
    why: "one class of errors, with the request id",
  },
  {
    name: "200, body above 1 MiB",
    batch: null,
    faults: [{ status: 200, body: "x".repeat(1024), repeatBody: 2048, contentType: "text/plain" }],
    why: "a deletion is 75 bytes: more is not read",
  },
  {
    name: "200, body truncated after the effect",
    faults: [{ truncate: 10 }],
    why: "the response was lost: the retry finds the batch gone",
  },
  {
    name: "200, body stalls",
    batch: null,
    timeout: ATTEMPT_MS,
    faults: [{ stall: true, status: 200, json: DELETED, times: null }],
    why: "`timeout` covers the body",
  },
  { name: "404", batch: null },
  {
    name: "503 after the effect, then 404",
    faults: [{ status: 503, effect: true, headers: AT_ONCE }],
    why: "the first attempt deleted the batch",
  },
  {
    name: "connection reset after the effect, then 404",
    faults: [{ reset: "after" }],
    why: "the first attempt deleted the batch",
  },
  {
    name: "no response after the effect, then 404",
    timeout: ATTEMPT_MS,
    faults: [{ hang: true, effect: true }],
    why: "the first attempt deleted the batch",
  },
  { name: "429, then 404", batch: null, faults: [{ status: 429, headers: AT_ONCE }] },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `${status} to another batch`,
    faults: [{ status, headers: { location: "TARGET" } }],
    why: "a redirect would send the key to its target, whose response is not about this batch",
  })),
  {
    name: "400 because the batch is in progress",
    batch: "in_progress",
    why: "one `GET` distinguishes this refusal from others",
  },
  ...[400, 401, 402, 403, 409, 413, 422, 429, 500, 529].map((status) => ({
    name: `${status} each time`,
    batch: null,
    faults: [{ match: { method: "DELETE" }, status, headers: AT_ONCE, times: null }],
    why: [400, 409].includes(status) ? "one `GET` checks whether the batch has ended" : undefined,
  })),
  {
    name: "502 with HTML each time",
    batch: null,
    faults: [
      {
        status: 502,
        body: "<p>Bad gateway</p>",
        contentType: "text/html",
        headers: AT_ONCE,
        times: null,
      },
    ],
  },
  { name: "503, then the deletion", faults: [{ status: 503, headers: AT_ONCE }] },
  {
    name: "400 with `x-should-retry: true`, then the deletion",
    faults: [{ status: 400, headers: { ...AT_ONCE, "x-should-retry": "true" } }],
  },
  {
    name: "503 with `x-should-retry: false`",
    batch: null,
    faults: [{ status: 503, headers: { "x-should-retry": "false" } }],
  },
  { name: "connection reset each time", batch: null, faults: [{ reset: "before", times: null }] },
  {
    name: "no response each time",
    batch: null,
    timeout: ATTEMPT_MS,
    faults: [{ hang: true, times: null }],
  },
  {
    name: "id `a/b`",
    batch: null,
    id: "a/b",
    why: "proxies decode `%2F`: such an id is refused, not encoded",
  },
  {
    name: "id with a newline",
    batch: null,
    id: "msgbatch_1\n",
    why: "refused before anything is sent",
  },
  { name: "id `..`", batch: null, id: ".." },
  { name: "empty id", batch: null, id: "" },
];

export { DELETED, ID };
