// The numbers that cross the border: Rust declares and documents each, JavaScript imports it from a module that the build
// writes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { Stop } from "../shared/say.mjs";

const DECLARED = /^(?:pub\(crate\) )?const (\w+): u32 = (\d+);$/gm;

/** Returns the module of the numbers that these sources declare, by the sources' names. */
export function numbersModule(sources) {
  const numbers = new Map();
  for (const [file, text] of Object.entries(sources)) {
    for (const [, name, value] of text.matchAll(DECLARED)) {
      const known = numbers.get(name);
      if (known && known.value !== value) {
        throw new Stop(`${name} is ${known.value} in ${known.file}, and ${value} in ${file}`);
      }
      numbers.set(name, { value, file });
    }
  }
  const lines = [...numbers].map(([name, { value }]) => `export const ${name} = ${value};\n`);
  return lines.join("");
}

/** Returns the crate's sources by their paths. */
export function rustSources() {
  const files = readdirSync(join(ROOT, "src")).filter((name) => name.endsWith(".rs"));
  return Object.fromEntries(
    files.map((name) => [`src/${name}`, readFileSync(join(ROOT, "src", name), "utf8")]),
  );
}
