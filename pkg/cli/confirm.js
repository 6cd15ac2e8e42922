// A question on the terminal.

import { createInterface } from "node:readline";
import { EXIT } from "./exit.js";

/** Resolves with whether the response was "y" or "yes". The end of the input is a no. */
export function confirm(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.once("SIGINT", () => {
      process.stderr.write("\n");
      process.exit(EXIT.interrupted);
    });
    terminal.once("close", () => resolve(false));
    terminal.question(`${question} [y/N] `, (response) => {
      resolve(/^y(es)?$/i.test(response.trim()));
      terminal.close();
    });
  });
}
