// The two manifests of the package: pkg/package.json and Cargo.toml.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { Stop } from "../shared/say.mjs";

const NPM = join(ROOT, "pkg/package.json");
const CARGO = join(ROOT, "Cargo.toml");

/** @returns {Promise<{ npm: object, cargo: { version?: string, repository?: string } }>} */
export async function readManifests() {
  const [npm, cargo] = await Promise.all([readFile(NPM, "utf8"), readFile(CARGO, "utf8")]);
  const [, section] = /^\[package\]\n((?:(?!\[).*\n)*)/m.exec(cargo);
  const field = (name) => new RegExp(`^${name} = "([^"]*)"`, "m").exec(section)?.[1];
  return {
    npm: JSON.parse(npm),
    cargo: { version: field("version"), repository: field("repository") },
  };
}

/** Writes the repository's address, and all that follows from it, into both. */
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
  const cargo = await readFile(CARGO, "utf8");
  const without = cargo.replace(/^repository = ".*"\n/m, "");
  await writeFile(CARGO, without.replace(/^readme = /m, `repository = "${url}"\nreadme = `));
  console.log(`Both manifests name ${url}`);
}
