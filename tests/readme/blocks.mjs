// The code of a page of the documentation.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

/** The code blocks of a Markdown file in one language, each as it stands. */
export async function blocksOf(path, language = "js") {
  const text = await readFile(join(ROOT, path), "utf8");
  const blocks = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...text.matchAll(blocks)].map(([, code]) => code);
}

/** The blocks that begin with a comment that names their file: `{ path: code }`. */
export async function filesOf(path) {
  const named = (await blocksOf(path)).flatMap((code) => {
    const [, file] = /^\/\/ ([^\s:]+\.\w+)/.exec(code) ?? [];
    return file ? [[file, code]] : [];
  });
  return Object.fromEntries(named);
}
