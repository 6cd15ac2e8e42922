// The manifests: pkg/package.json and the Cargo.toml of the two crates, which have one version.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { Stop } from "../shared/say.mjs";

const NPM = join(ROOT, "pkg/package.json");

/** The crates, in the order in which they are published. */
export const CRATES = ["delete-message-batch-policy", "delete-message-batch"];
const [POLICY, WASM] = ["policy/Cargo.toml", "Cargo.toml"].map((path) => join(ROOT, path));

/** @returns {Promise<{ npm: object, cargo: { version?: string, repositories: string[] } }>} */
export async function readManifests() {
  const read = (path) => readFile(path, "utf8");
  const [npm, policy, wasm] = await Promise.all([NPM, POLICY, WASM].map(read));
  const field = (text, section, name) => {
    const [, fields] = new RegExp(`^\\[${section}\\]\n((?:(?!\\[).*\n)*)`, "m").exec(text);
    return new RegExp(`^${name} = "([^"]*)"`, "m").exec(fields)?.[1];
  };
  const repositories = [policy, wasm].map((text) => field(text, "package", "repository"));
  return {
    npm: JSON.parse(npm),
    cargo: { version: field(wasm, "workspace.package", "version"), repositories },
  };
}

/** Writes the repository's address, and the addresses that depend on it, into all three. */
export async function writeRepository(address) {
  const url = address.replace(/\.git$/, "").replace(/\/$/, "");
  if (!URL.canParse(url) || new URL(url).protocol !== "https:") {
    throw new Stop(`--repository takes an https URL, but got "${address}"`);
  }
  const npm = JSON.parse(await readFile(NPM, "utf8"));
  npm.repository = { type: "git", url: `git+${url}.git`, directory: "pkg" };
  npm.homepage = `${url}#readme`;
  npm.bugs = { url: `${url}/issues` };
  await writeFile(NPM, `${JSON.stringify(npm, null, 2)}\n`);
  for (const path of [POLICY, WASM]) {
    const without = (await readFile(path, "utf8")).replace(/^repository = ".*"\n/m, "");
    await writeFile(path, without.replace(/^readme = /m, `repository = "${url}"\nreadme = `));
  }
  console.log(`All three manifests name ${url}`);
}
