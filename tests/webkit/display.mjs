// A display for browsers that have no headless mode.

import { findWebKit } from "../../tools/test/webkit.mjs";
import { spawnGroup } from "./group.mjs";

/** Starts an X server without a screen on a free display: `{ name, stop }`. */
export async function startDisplay() {
  const { display } = findWebKit();
  if (!display) throw new Error("Xvfb is missing: apt-get install xvfb");
  // It takes the first display that is free, and writes its number to descriptor 3.
  const args = ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"];
  const { child, stop } = spawnGroup(display, args, {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const number = await new Promise((resolve, reject) => {
    let text = "";
    child.stdio[3].setEncoding("utf8").on("data", (part) => {
      text += part;
      if (text.endsWith("\n")) resolve(text.trim());
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
  });
  return { name: `:${number}`, stop };
}
