// The parts of examples/cron/ that run without GitHub, a cluster or AWS: the workflow's steps, the image's command with
// the arguments of the CronJob, the Lambda function's handler.

import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { parse, parseDocument } from "yaml";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { makeProject, packedBesideEmulator } from "./projects.mjs";

const FOLDER = join(ROOT, "examples/cron");
const KEY = "sk-test-SECRET";
const DAY_S = 86_400;

const given = packedBesideEmulator();

const read = (path) => readFile(join(FOLDER, path), "utf8");

/** A server with three old batches and two young ones. */
async function startWorld() {
  const world = newWorld(given.emulator.origin);
  const old = await world.create({ count: 3, ageSeconds: 31 * DAY_S });
  await world.create({ count: 2, ageSeconds: 29 * DAY_S });
  return { world, old: old.batches.map(({ id }) => id).sort() };
}

async function assertOldAreGone({ world, old }, outcomes) {
  assert.deepEqual((await world.batches()).deleted.sort(), old);
  assert.deepEqual(outcomes.map(({ id }) => id).sort(), old);
}

const lines = (text) => text.trim().split("\n").map(JSON.parse);

test("each file installs the version of the package", async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, "pkg/package.json"), "utf8"));
  for (const path of ["github-actions.yml", "kubernetes/Dockerfile", "lambda/template.yaml"]) {
    const [, found] = (await read(path)).match(/delete-message-batch@([\d.]+)/) ?? [];
    assert.equal(found, version, path);
  }
  assert.match(
    await read("kubernetes/cronjob.yaml"),
    new RegExp(`/delete-message-batch:${version}\\n`),
  );
});

test("the workflow's steps delete old batches, and keep the report", async () => {
  const { jobs } = parse(await read("github-actions.yml"));
  const [install, purge] = jobs.purge.steps.filter(({ run }) => run);
  const project = await makeProject(given.packed, "workflow");
  const shell = (script, env) =>
    execute("bash", ["-e", "-c", script], { cwd: project, env: { ...plainEnvironment(), ...env } });
  const offline = install.run.replace(
    /delete-message-batch@\S+/,
    `--offline ${given.packed.tarball}`,
  );
  const installed = await shell(offline);
  assert.equal(installed.code, 0, installed.output);

  const started = await startWorld();
  assert.deepEqual(Object.keys(purge.env), ["ANTHROPIC_API_KEY"]);
  const env = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: started.world.url };
  const { code, output } = await shell(purge.run, env);
  assert.equal(code, 0, output);
  const upload = jobs.purge.steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  const report = lines(await readFile(join(project, upload.with.path), "utf8"));
  await assertOldAreGone(started, report.slice(0, -1));
  assert.equal(report.at(-1).deleted, 3);

  // A failure fails the step.
  const refused = await shell(purge.run, { ...env, ANTHROPIC_API_KEY: "" });
  assert.equal(refused.code, 2, refused.output);
});

test("the image's command deletes old batches with the CronJob's arguments", async () => {
  const { spec } = parse(await read("kubernetes/cronjob.yaml")).spec.jobTemplate.spec.template;
  const [{ args, volumeMounts }] = spec.containers;
  const dockerfile = await read("kubernetes/Dockerfile");
  const [command] = JSON.parse(dockerfile.match(/^ENTRYPOINT (.*)$/m)[1]);
  const project = await makeProject(given.packed, "image", { "secrets/key": `${KEY}\n` });
  // The volume of the secret.
  const own = args.map((arg) => arg.replace(volumeMounts[0].mountPath, join(project, "secrets")));
  const started = await startWorld();
  const env = { ...plainEnvironment(), ANTHROPIC_BASE_URL: started.world.url };
  const bin = join(project, "node_modules/.bin", command);
  const { code, stdout, output } = await execute(bin, own, { cwd: project, env });
  assert.equal(code, 0, output);
  await assertOldAreGone(started, lines(stdout).slice(0, -1));
});

test("the Lambda function deletes old batches, and fails if one is left", async (t) => {
  const secrets = createServer(({ url, headers }, response) => {
    const isOurs = headers["x-aws-parameters-secrets-token"] === "session";
    response.statusCode = isOurs && url === "/secretsmanager/get?secretId=arn%3Akey" ? 200 : 400;
    response.end(JSON.stringify({ SecretString: KEY }));
  });
  await new Promise((resolve) => secrets.listen(0, "127.0.0.1", resolve));
  t.after(() => secrets.close());
  const { Resources } = parseDocument(await read("lambda/template.yaml"), {
    logLevel: "silent",
  }).toJS();
  const { Handler, Environment } = Resources.DeleteOldMessageBatches.Properties;
  const [file, name] = Handler.split(".");
  const project = await makeProject(given.packed, "lambda");
  await cp(join(FOLDER, "lambda", `${file}.mjs`), join(project, `${file}.mjs`));
  await writeFile(
    join(project, "invoke.mjs"),
    `import * as module from "./${file}.mjs";
     const context = { getRemainingTimeInMillis: () => 900_000 };
     await module[${JSON.stringify(name)}]({}, context);`,
  );
  const started = await startWorld();
  const env = {
    ...plainEnvironment(),
    ...Environment.Variables,
    ANTHROPIC_BASE_URL: started.world.url,
    AWS_SESSION_TOKEN: "session",
    KEY_SECRET_ID: "arn:key",
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(secrets.address().port),
  };
  const invoke = (more) =>
    execute(process.execPath, ["invoke.mjs"], { cwd: project, env: { ...env, ...more } });

  const match = { method: "DELETE", path: started.old[0] };
  await started.world.faults([{ match, times: 1, status: 403, json: {} }]);
  const failed = await invoke();
  assert.equal(failed.code, 1, failed.output);
  assert.match(failed.output, /1 not deleted: /);
  const { code, stdout, output } = await invoke();
  assert.equal(code, 0, output);
  assert.deepEqual((await started.world.batches()).deleted.sort(), started.old);
  const counts = { deleted: 1, missing: 0, failed: 0, unsent: 0, drained: false };
  assert.deepEqual(lines(stdout).at(-1), counts);
  assert.ok(!`${failed.output}${output}`.includes(KEY));

  // Nothing is sent without a rule, or without the key.
  await started.world.clearRequests();
  const badRule = await invoke({ RETENTION_DAYS: "" });
  assert.match(badRule.output, /createdBefore/);
  const noKey = await invoke({ AWS_SESSION_TOKEN: "" });
  assert.match(noKey.output, /the secret can't be read: status 400/);
  assert.deepEqual((await started.world.requests()).requests, []);
});
