// The Chromium that tests run in: the system's own, which gets its security updates.

import { ensurePackages, isRoot, onPath } from "./debian.mjs";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVERS = ["chromedriver"];

/** Returns the paths of browser and driver: CHROMIUM and CHROMEDRIVER, else the first programs on PATH. */
export function findChromium() {
  return {
    browser: process.env.CHROMIUM ?? onPath(BROWSERS),
    driver: process.env.CHROMEDRIVER ?? onPath(DRIVERS),
  };
}

/** Installs Debian's Chromium and its driver if they are missing and that is possible. */
export const ensureChromium = () =>
  ensurePackages({
    name: "Chromium and chromedriver, in which tests run",
    packages: ["chromium", "chromium-driver"],
    variables: { CHROMIUM: "/path/to/chromium", CHROMEDRIVER: "/path/to/chromedriver" },
    find: findChromium,
  });

/**
 * The arguments for a headless browser of a test. Chromium's sandbox refuses to run as root, and
 * a test's browser calls only the test's server.
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
