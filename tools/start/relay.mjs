// A relay for the page: it lets through what the page needs, and adds the key, which the page must
// not hold. It stands in until the edge Worker is there.

import { request as send } from "node:http";
import { pipeline } from "node:stream";

const PATH = /^\/v1\/messages\/batches(?:\/([\w.~-]{1,256})(\/cancel)?)?$/;
const QUERY = ["limit", "after_id", "before_id", "beta"];
const PASSED_UP = ["accept", "anthropic-version", "anthropic-beta"];
const PASSED_DOWN =
  /^(content-type|content-length|request-id|x-should-retry|retry-after.*|anthropic-ratelimit-.*)$/;

/**
 * Answers what the page sent to `target`, a path with a query.
 * @param {{ upstream: string, apiKey: string }} api
 */
export function relay(request, response, target, { upstream, apiKey }) {
  const refusal = whyNot(request, target);
  if (refusal) return refuse(response, ...refusal);
  const headers = { "anthropic-version": "2023-06-01", "x-api-key": apiKey };
  for (const name of PASSED_UP) if (request.headers[name]) headers[name] = request.headers[name];

  const { method } = request;
  const call = send(upstream + target, { method, headers }, (answer) => {
    const passed = Object.entries(answer.headers).filter(([name]) => PASSED_DOWN.test(name));
    response.writeHead(answer.statusCode, Object.fromEntries(passed));
    // An answer that breaks off must break off for the page, too.
    pipeline(answer, response, () => {});
  });
  call.once("error", () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, "api_error", "the API can't be reached");
  });
  // The page has aborted, or is gone.
  response.once("close", () => call.destroy());
  call.end();
}

/** Status, error type and message, where the request is none that the page needs. */
function whyNot({ method, headers }, target) {
  if (isForeign(headers)) {
    return [403, "permission_error", "this relay serves its own page only"];
  }
  const [path, query = ""] = target.split(/\?(.*)/s);
  const [found, id, cancel] = PATH.exec(path) ?? [];
  if (!found || (id && /^\.+$/.test(id))) return [404, "not_found_error", "no such route"];
  const methods = cancel ? ["POST"] : id ? ["GET", "DELETE"] : ["GET"];
  if (!methods.includes(method)) {
    return [405, "invalid_request_error", `the methods here: ${methods.join(", ")}`];
  }
  const unknown = [...new URLSearchParams(query).keys()].find((name) => !QUERY.includes(name));
  if (unknown !== undefined) {
    return [400, "invalid_request_error", `no such parameter: ${JSON.stringify(unknown)}`];
  }
  if (headers["transfer-encoding"] || Number(headers["content-length"] ?? 0) > 0) {
    return [400, "invalid_request_error", "none of these requests has a body"];
  }
}

/** Whether a page of another site sent it: browsers say so in one header or the other. */
function isForeign({ host, origin, "sec-fetch-site": site }) {
  if (site && site !== "same-origin" && site !== "none") return true;
  return origin !== undefined && origin !== `http://${host}`;
}

/** Answers in the API's own envelope, and tells the client that trying again is of no use. */
function refuse(response, status, type, message) {
  const headers = { "content-type": "application/json" };
  if (status < 500) headers["x-should-retry"] = "false";
  response.writeHead(status, headers);
  response.end(JSON.stringify({ type: "error", error: { type, message: `relay: ${message}` } }));
}
