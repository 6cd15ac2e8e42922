// The Chromium that tests run in: the system's own, which gets its security updates.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./run.mjs";
import { Stop, step } from "./say.mjs";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVERS = ["chromedriver"];

export const isRoot = () => process.getuid?.() === 0;

/** The paths of browser and driver: those of CHROMIUM and CHROMEDRIVER, else found on PATH. */
export function findChromium() {
  return {
    browser: process.env.CHROMIUM ?? onPath(BROWSERS),
    driver: process.env.CHROMEDRIVER ?? onPath(DRIVERS),
  };
}

/** Installs Debian's Chromium and its driver if they are missing and that is possible. */
export async function ensureChromium() {
  if (isComplete()) return;
  const wanted = "Chromium and chromedriver, in which the browser tests run";
  if (!onPath(["apt-get"])) {
    throw new Stop(
      `Missing: ${wanted}. Install them, or name them: CHROMIUM=/path/to/chromium ` +
        "CHROMEDRIVER=/path/to/chromedriver npm test",
    );
  }
  if (!isRoot()) {
    throw new Stop(
      `Missing: ${wanted}. Install them with:\n  sudo apt-get install chromium chromium-driver`,
    );
  }
  const done = step(`installing ${wanted}: they are missing`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env });
  const args = ["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"];
  await run("apt-get", args, { env });
  if (!isComplete()) throw new Stop("apt-get installed them, but they are not on PATH");
  done();
}

function isComplete() {
  const { browser, driver } = findChromium();
  return Boolean(browser && driver);
}

function onPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/**
 * The arguments for a headless browser of a test. Chromium's sandbox refuses to run as root, and
 * a test's browser calls nobody but the test's server.
 */
export function chromiumArgs() {
  return [
    ...(isRoot() ? ["--no-sandbox"] : []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
  ];
}
