// The capabilities that wasm-bindgen's test runner passes to chromedriver.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { chromiumArgs, findChromium } from "./chromium.mjs";

/** Writes the capabilities and returns the path of the file. */
export function webdriverJson() {
  const path = join(ROOT, ".tools/webdriver.json");
  const options = { args: ["--headless", ...chromiumArgs()], binary: findChromium().browser };
  writeFileSync(path, `${JSON.stringify({ "goog:chromeOptions": options }, null, 2)}\n`);
  return path;
}
