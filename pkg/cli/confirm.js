// Asks a question on the terminal.

import { createInterface } from "node:readline";
import { EXIT } from "./exit.js";

/** Resolves with true if the response to the question is `expected`. The end of the input is a no. */
export function confirm(question, expected) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.once("SIGINT", () => {
      process.stderr.write("\n");
      process.exit(EXIT.interrupted);
    });
    terminal.once("close", () => resolve(false));
    terminal.question(question, (response) => {
      resolve(expected.test(response.trim()));
      terminal.close();
    });
  });
}
