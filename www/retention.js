// Retention: the rule, its preview, and the job that deletes, as the Worker's ledger has it. The job
// does not need this page: a page that is opened later shows it as well.

import { reload } from "./batches.js";
import { announce, button, byId, el } from "./dom.js";
import { amount } from "./numbers.js";
import {
  historyOf,
  jobFacts,
  outcomeOf,
  problemList,
  progressOf,
  ruleText,
  selectionFacts,
  whenFacts,
} from "./retention-view.js";
import { ofWorkspace, warning } from "./workspace.js";

/** Until the stream is opened again, when it broke. */
const RECONNECT_MS = 2_000;

let stream;

export async function startRetention() {
  byId("retention").hidden = false;
  await attempt(open);
}

/** Shows the card as the Worker says. */
async function open() {
  const status = await call("GET", "/retention");
  showWorkspaces(status);
  byId("retention-record").href = ofWorkspace("/ledger?format=csv");
  const { rule, problems } = status;
  byId("retention-rule").textContent = problems.length > 0 ? "" : ruleText(rule);
  byId("retention-when").replaceChildren(...(rule ? whenFacts(status) : []));
  if (problems.length > 0) {
    const text = "Nothing is deleted by the rule until this is corrected:";
    show("problems", title(text, "failed"), problemList(problems));
  } else if (!rule) {
    const how =
      "To switch it on, set RETENTION_DAYS in www/worker/wrangler.jsonc to a number of days.";
    show("off", quiet(how));
  } else if (status.job) {
    follow(status.job);
  } else {
    start();
  }
  await showHistory();
}

function showWorkspaces({ workspaces, workspace }) {
  const select = byId("retention-workspace");
  select.hidden = workspaces.length < 2;
  select.replaceChildren(
    ...workspaces.map((name) => el("option", { value: name, selected: name === workspace }, name)),
  );
  select.onchange = () => {
    location.search = `?${new URLSearchParams({ workspace: select.value })}`;
  };
}

async function showHistory() {
  const jobs = await call("GET", "/retention/jobs");
  const history = byId("retention-history");
  history.hidden = jobs.length === 0;
  byId("retention-jobs").replaceChildren(...jobs.map(historyOf));
}

function start() {
  show("start", actions(button("See what would be deleted", preview, "to-danger")));
}

async function preview() {
  await attempt(async () => {
    show("looking", words("Counting…"));
    const found = await call("GET", "/retention/preview");
    const { count, isCapped, cutoff } = found;
    if (count === 0 && !isCapped) {
      announce("Nothing is that old");
      const close = actions(button("Close", start));
      return show("nothing", words("Nothing is that old."), ...selectionFacts(found), close);
    }
    ask(found, isCapped ? `more than ${amount(count)}` : amount(count), {
      cutoff,
      expected: isCapped ? null : count,
    });
  });
}

function ask(found, number, wanted) {
  announce(`${number} would be deleted`);
  const label = found.isCapped ? "Delete all of them for good" : `Delete ${number} for good`;
  show(
    "question",
    words(`Delete ${number} with their results?`),
    warning(),
    ...selectionFacts(found),
    actions(
      button(label, () => run(wanted), "danger"),
      button("Only count", () => run({ ...wanted, dry: true })),
      button("Keep them", start),
    ),
  );
}

async function run(wanted) {
  await attempt(async () => {
    show("starting", words("Starting…"));
    const response = await send("POST", "/retention/jobs", wanted);
    const body = await response.json().catch(() => ({}));
    if (response.status === 409) {
      // More than was confirmed: the new number must be confirmed, too.
      announce(body.message);
      const { cutoff, count, isCapped } = body;
      return ask(body, amount(count), { cutoff, expected: isCapped ? null : count });
    }
    if (!response.ok)
      throw new Error(body.message ?? `The Worker responded with ${response.status}.`);
    announce(body.joined ? "A job is running already: this is it" : "The job has started");
    follow(body.job);
  });
}

/** Shows the progress of a job from the ledger: no request to the API. */
function follow(job) {
  stream?.close();
  const progress = progressOf();
  const stop = button("Stop", () => stopJob(job.id, stop));
  show("running", progress.element, actions(stop));
  progress.update(job);
  const source = new EventSource(ofWorkspace(`/retention/jobs/${job.id}`));
  stream = source;
  source.onmessage = ({ data }) => {
    const changed = JSON.parse(data);
    progress.update(changed);
    if (changed.finishedAt === null) return;
    source.close();
    attempt(() => finish(job.id));
  };
  source.onerror = () => {
    if (source !== stream || source.readyState !== EventSource.CLOSED) return;
    // Signed out, or the Worker is away: looking again says which.
    setTimeout(() => source === stream && attempt(open), RECONNECT_MS);
  };
}

async function stopJob(id, stop) {
  stop.disabled = true;
  stop.textContent = "Stopping…";
  await attempt(() => call("POST", `/retention/jobs/${id}/stop`));
}

async function finish(id) {
  const job = await call("GET", `/retention/jobs/${id}`);
  const { text, isWell } = outcomeOf(job);
  show(
    isWell ? "done" : "failed",
    title(text, isWell ? "done" : "failed"),
    ...jobFacts(job),
    actions(button("Close", () => attempt(open))),
  );
  announce(text);
  await Promise.all([reload(), showHistory()]);
}

async function attempt(step) {
  try {
    await step();
  } catch (error) {
    announce("Retention failed");
    show(
      "failed",
      title("That failed.", "failed"),
      el("p", { className: "message" }, error.message),
      actions(button("Try again", () => attempt(open))),
    );
  }
}

function show(name, ...children) {
  const panel = byId("retention-panel");
  const hadFocus = panel.contains(document.activeElement);
  panel.dataset.phase = name;
  panel.replaceChildren(...children);
  if (hadFocus) panel.focus();
}

const words = (text) => el("p", { className: "question" }, text);
const quiet = (text) => el("p", { className: "quiet" }, text);
const title = (text, kind) => el("p", { className: `outcome-title ${kind}` }, text);
const actions = (...buttons) => el("div", { className: "actions" }, buttons);

const send = (method, path, body) =>
  fetch(ofWorkspace(path), { method, ...(body && { body: JSON.stringify(body) }) });

async function call(method, path) {
  const response = await send(method, path);
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(body.message ?? `The Worker responded with ${response.status}.`);
}
