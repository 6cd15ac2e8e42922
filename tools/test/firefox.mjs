// The Firefox that tests run in: the system's own. It needs no driver: it speaks WebDriver BiDi.

import { ensurePackages, onPath } from "./debian.mjs";

/** The path of the browser: that of FIREFOX, else found on PATH. */
export const findFirefox = () => ({
  browser: process.env.FIREFOX ?? onPath(["firefox-esr", "firefox"]),
});

/** Installs Debian's Firefox if it is missing and that is possible. */
export const ensureFirefox = () =>
  ensurePackages({
    name: "Firefox, in which tests run",
    packages: ["firefox-esr"],
    variables: { FIREFOX: "/path/to/firefox" },
    find: findFirefox,
  });
