// Retention over HTTP, in JSON. docs/worker.md describes each route.

import { readBody } from "../body.js";
import { readConfiguration } from "../configuration.js";
import { json, refusal } from "../responses.js";

const MOST_BYTES = 4_096;
const ROUTE = /^\/retention(?:\/(?<part>preview|jobs)(?:\/(?<id>\d{1,15})(?<stop>\/stop)?)?)?$/;
/** The form of an RFC 3339 time. `Date.parse` accepts "1" as a day of 2001. */
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
/** The last millisecond that a Date can hold. */
const LATEST = 8.64e15;
const HOUR_MS = 3_600_000;

/** @returns {Promise<Response | undefined>} `undefined` if the path is not one of these */
export async function retention(request, env, operator) {
  const url = new URL(request.url);
  const route = ROUTE.exec(url.pathname)?.groups;
  if (!route || (route.part === "preview" && route.id)) return undefined;
  const { workspaces, problems } = readConfiguration(env);
  const name = url.searchParams.get("workspace") ?? workspaces[0]?.name ?? "default";
  if (workspaces.length > 0 && !workspaces.some((one) => one.name === name)) {
    return refusal(404, `There is no workspace "${name}".`);
  }
  const object = objectOf(env, name);
  const id = Number(route.id);
  if (!route.part) {
    return only("GET", request, async () =>
      json(200, {
        workspace: name,
        workspaces: workspaces.map((one) => one.name),
        ...(await summary(object, name)),
        problems,
      }),
    );
  }
  if (route.stop) {
    return only("POST", request, async () => found(await object.stop(id, operator)));
  }
  if (route.id) {
    return only("GET", request, async () => {
      const isStream = request.headers.get("accept")?.includes("text/event-stream");
      if (isStream) return object.fetch(`https://object/?job=${id}`);
      return found(await object.job(id));
    });
  }
  if (route.part === "jobs" && request.method === "GET") return json(200, await object.jobs());
  const closed = whyClosed(workspaces, problems);
  if (closed) return refusal(503, closed);
  if (route.part === "preview") {
    return only("GET", request, () =>
      attempt(async () => json(200, shownPreview(await object.preview(name)))),
    );
  }
  return only("POST", request, () => attempt(() => start(request, object, name, operator)));
}

async function start(request, object, name, operator) {
  const body = await readBody(request, MOST_BYTES);
  if (body === undefined) return refusal(413, `The body is longer than ${MOST_BYTES} bytes.`);
  const wanted = parsed(body);
  const { cutoff, expected, dry = false, ...rest } = wanted ?? {};
  if (!wanted || Object.keys(rest).length > 0 || typeof dry !== "boolean") {
    return refusal(400, "The body must be JSON: { cutoff, expected, dry? }.");
  }
  const time = typeof cutoff === "string" && DATE.test(cutoff) ? Date.parse(cutoff) : cutoff;
  if (!Number.isSafeInteger(time) || time < 0 || time > LATEST) {
    const forms = "milliseconds since 1970 as the preview has it, or an RFC 3339 string";
    return refusal(400, `cutoff must be a time: ${forms}.`);
  }
  // `null` must be written: all that are older, however many.
  if (expected !== null && !(Number.isInteger(expected) && expected >= 0)) {
    return refusal(400, "expected must be a number of batches, as the preview has it, or null.");
  }
  const limit = expected ?? undefined;
  const started = await object.start(name, {
    cutoff: time,
    expected: limit,
    dry,
    startedBy: operator,
  });
  if (started.tooYoung !== undefined) {
    const latest = new Date(started.tooYoung).toISOString();
    return refusal(400, `cutoff is younger than the rule allows: at most ${latest}.`);
  }
  if (started.grown) {
    const { count, isCapped } = started.grown;
    const more = isCapped ? `more than ${count}` : `${count}`;
    const message = `${more} batches would be deleted now, not ${expected}.`;
    return json(409, { message, ...shownPreview(started.grown) });
  }
  return json(started.joined ? 200 : 201, started);
}

async function summary(object, name) {
  const { cron, ...status } = await object.status(name);
  return { ...status, nextCronAt: nextCron(cron, Date.now()) };
}

/** The next time of a cron such as "17 * * * *", the form of wrangler.jsonc. */
function nextCron(cron, now) {
  const minute = /^(\d+) \* \* \* \*$/.exec(cron ?? "")?.[1];
  if (minute === undefined) return null;
  const next = Math.floor(now / HOUR_MS) * HOUR_MS + Number(minute) * 60_000;
  return next > now ? next : next + HOUR_MS;
}

const objectOf = (env, name) => env.RETENTION.get(env.RETENTION.idFromName(name));

/** A preview without the cursor. */
const shownPreview = ({ at: _at, isFound: _isFound, cursor: _cursor, ...preview }) => preview;

function whyClosed(workspaces, problems) {
  if (problems.length > 0) return problems.join(" ");
  if (workspaces.length === 0) return 'Retention is off: RETENTION_DAYS is "off".';
  return undefined;
}

/** An error of the API is shown in its own terms, which hold no key. */
async function attempt(step) {
  try {
    return await step();
  } catch (error) {
    return refusal(502, error.message);
  }
}

const only = (method, request, respond) =>
  request.method === method ? respond() : refusal(405, `${method} only.`);

const found = (job) => (job ? json(200, job) : refusal(404, "There is no such job."));

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
