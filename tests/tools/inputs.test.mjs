// Every file that the build depends on makes it build again when it changes.

import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { FOLDERS, fingerprintInputs } from "../../tools/build/inputs.mjs";
import { difference } from "../../tools/build/stamp.mjs";
import { ROOT } from "../../tools/shared/run.mjs";

// Written out here, so that a name that is lost in inputs.mjs fails.
const WANTED_FOLDERS = ["src", "policy/src", "tools/bindgen/src", "tools/build", "tools/shared"];
const WANTED_FILES = [
  "Cargo.toml",
  "policy/Cargo.toml",
  "Cargo.lock",
  "tools/bindgen/Cargo.toml",
  "tools/bindgen/Cargo.lock",
  "LICENSE-MIT",
  "LICENSE-APACHE",
];

const copy = mkdtempSync(join(tmpdir(), "delete-message-batch-inputs-"));
after(() => rmSync(copy, { recursive: true, force: true }));
for (const name of [...WANTED_FOLDERS, ...WANTED_FILES]) {
  cpSync(join(ROOT, name), join(copy, name), { recursive: true });
}

function filesIn(folder) {
  const names = readdirSync(join(copy, folder), { recursive: true });
  return names
    .map((name) => `${folder}/${name}`.replaceAll("\\", "/"))
    .filter((path) => statSync(join(copy, path)).isFile());
}

const FILES = [...WANTED_FILES, ...WANTED_FOLDERS.flatMap(filesIn)];

test("a changed byte in any file is a difference", () => {
  const before = fingerprintInputs(copy);
  for (const file of FILES) appendFileSync(join(copy, file), "\n");
  const now = fingerprintInputs(copy);
  const unseen = FILES.filter(
    (file) => difference({ [file]: before[file] }, { [file]: now[file] }) === undefined,
  );
  assert.deepEqual(unseen, []);
});

test("a new file and a lost file are a difference", () => {
  for (const folder of WANTED_FOLDERS) {
    const before = fingerprintInputs(copy);
    const added = `${folder}/added.txt`;
    appendFileSync(join(copy, added), "");
    const now = fingerprintInputs(copy);
    assert.equal(difference(before, now), `${added} is new`);
    assert.equal(difference(now, before), `${added} is gone`);
  }
});

test("without changes, there is no difference", () => {
  assert.equal(difference(fingerprintInputs(copy), fingerprintInputs(copy)), undefined);
});

test("the build imports no file of the project from elsewhere", () => {
  const modules = FILES.filter((file) => /^tools\/.*\.mjs$/.test(file));
  const imported = modules.flatMap((file) =>
    [
      ...readFileSync(join(ROOT, file), "utf8").matchAll(/(?:from |import\(|import )"(\.[^"]+)"/g),
    ].map(([, path]) => join(dirname(file), path).replaceAll("\\", "/")),
  );
  assert.ok(imported.length > 0);
  const outside = imported.filter(
    (path) => !FOLDERS.some((folder) => path.startsWith(`${folder}/`)),
  );
  assert.deepEqual(outside, []);
});
