// The WebKit that tests run in: the system's WebKitGTK, which has Safari's engine. It has no
// headless mode, so it also needs a display.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePackages, onPath } from "./debian.mjs";

/** Returns the paths: WEBKIT, WEBKIT_DRIVER and XVFB, else the places where Debian installs the programs. */
export function findWebKit() {
  return {
    browser: process.env.WEBKIT ?? miniBrowser(),
    driver: process.env.WEBKIT_DRIVER ?? onPath(["WebKitWebDriver"]),
    display: process.env.XVFB ?? onPath(["Xvfb"]),
  };
}

/** Installs Debian's WebKitGTK, its driver and Xvfb if they are missing and that is possible. */
export const ensureWebKit = () =>
  ensurePackages({
    name: "WebKitGTK's browser and driver and Xvfb, in which tests run",
    packages: ["webkit2gtk-driver", "xvfb"],
    variables: {
      WEBKIT: "/path/to/MiniBrowser",
      WEBKIT_DRIVER: "/path/to/WebKitWebDriver",
      XVFB: "/path/to/Xvfb",
    },
    find: findWebKit,
  });

/** WebKitGTK's own browser is in a folder of its libraries, which has the architecture's name. */
function miniBrowser() {
  const roots = ["/usr/lib", "/usr/libexec"].filter(existsSync);
  return roots
    .flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))])
    .flatMap((folder) => [
      join(folder, "webkit2gtk-4.1/MiniBrowser"),
      join(folder, "webkitgtk-6.0/MiniBrowser"),
    ])
    .find(existsSync);
}
