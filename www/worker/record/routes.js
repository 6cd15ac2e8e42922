// The record over HTTP. docs/audit.md describes it.

import { readConfiguration } from "../configuration.js";
import { json, refusal } from "../responses.js";
import { CSV_HEADER, csvOf } from "./csv.js";
import { pagesOf } from "./lines.js";
import { OWN, recordOf } from "./notes.js";

const HEAD = /^(\d{1,15})\.([0-9a-f]{64})$/;
const KNOWN = ["workspace", "from", "to", "job", "after", "limit", "format"];
const encoder = new TextEncoder();

/** @returns {Promise<Response | undefined>} `undefined` if the path is not one of these */
export async function ledger(request, env) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== "/ledger" && pathname !== "/ledger/verify") return undefined;
  if (request.method !== "GET") return refusal(405, "GET only.");
  const names = [...readConfiguration(env).workspaces.map(({ name }) => name), OWN];
  const name = searchParams.get("workspace") ?? names[0];
  if (!names.includes(name)) return refusal(404, `There is no workspace "${name}".`);
  const record = recordOf(env, name);
  try {
    if (pathname === "/ledger/verify") return await verify(env, record, searchParams);
    return await download(record, name, wantedOf(searchParams, request.headers));
  } catch (error) {
    if (error instanceof Refusal) return refusal(400, error.message);
    throw error;
  }
}

async function verify(env, record, params) {
  checkNames(params, ["workspace", "head"]);
  const text = params.get("head");
  const [, seq, hash] = HEAD.exec(text ?? "") ?? [];
  if (text !== null && hash === undefined) {
    return refusal(400, "head must be a number, a dot and 64 hex digits, as the log has it.");
  }
  const given = text === null ? undefined : { seq: Number(seq), hash };
  let state;
  for (;;) {
    const { state: next, verdict } = await record.verify(state, given);
    if (verdict) {
      const { ledgerDays } = readConfiguration(env);
      return json(verdict.holds ? 200 : 409, { ...verdict, ledgerDays });
    }
    state = next;
  }
}

class Refusal extends Error {}

function wantedOf(params, headers) {
  checkNames(params, KNOWN);
  const format = params.get("format") ?? (/\btext\/csv\b/.test(headers.get("accept")) ? "csv" : "");
  if (!["", "csv", "ndjson"].includes(format)) throw new Refusal("format must be csv or ndjson.");
  return {
    from: timeOf("from", params),
    to: timeOf("to", params),
    job: numberOf("job", params, 1),
    after: numberOf("after", params, 0) ?? 0,
    limit: numberOf("limit", params, 1) ?? Number.POSITIVE_INFINITY,
    isCsv: format === "csv",
  };
}

/** Streams the entries, page by page of the object, up to the head that there is now. */
async function download(record, name, { isCsv, ...wanted }) {
  const head = await record.head();
  const pages = pagesOf(record, { ...wanted, until: Number(head.split(".")[0]) });
  const write = isCsv ? (line) => csvOf(JSON.parse(line)) : (line) => `${line}\n`;
  const body = new ReadableStream(
    {
      start(controller) {
        if (isCsv) controller.enqueue(encoder.encode(CSV_HEADER));
      },
      async pull(controller) {
        let page;
        do page = await pages.next();
        while (page.value?.length === 0);
        if (page.done) controller.close();
        else controller.enqueue(encoder.encode(page.value.map(write).join("")));
      },
    },
    { highWaterMark: 0 },
  );
  const extension = isCsv ? "csv" : "ndjson";
  return new Response(body, {
    headers: {
      "cache-control": "no-store",
      "content-type": isCsv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
      "content-disposition": `attachment; filename="record-${name}.${extension}"`,
      "ledger-head": head,
    },
  });
}

function checkNames(params, known) {
  const names = [...params.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new Refusal(`There is no parameter "${unknown}": use ${known.join(", ")}.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Refusal(`The parameter "${twice}" is given twice.`);
}

function timeOf(name, params) {
  const text = params.get(name);
  if (text === null) return undefined;
  const [, day] = /^(\d{4}-\d\d-\d\d)(T.+(Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const time = day && isDay(day) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new Refusal(`${name} must be a date such as 2026-11-01, or a time with its zone.`);
}

/** Date.parse accepts 2026-02-30, and returns a day of March. */
function isDay(text) {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function numberOf(name, params, least) {
  const text = params.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Refusal(`${name} must be a whole number from ${least}.`);
}
