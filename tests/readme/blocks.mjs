// The JavaScript of a page of the documentation.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

/** The code blocks of a Markdown file, each as it stands. */
export async function blocksOf(path) {
  const text = await readFile(join(ROOT, path), "utf8");
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
}
