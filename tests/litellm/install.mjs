// LiteLLM's proxy, from PyPI into a folder of the project. Nothing of it leaves this machine.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "../../tools/shared/run.mjs";
import { step } from "../../tools/shared/say.mjs";

const FOLDER = join(ROOT, ".tools/litellm");
export const LITELLM = join(FOLDER, "bin/litellm");

const NO_PYTHON =
  "Python 3 is missing, which LiteLLM's proxy needs. Install it with:\n" +
  "  apt-get install python3 python3-venv";

export async function ensureLitellm() {
  if (existsSync(LITELLM)) return;
  const done = step("installing LiteLLM's proxy into .tools/litellm: some hundred megabytes, once");
  await run("python3", ["-m", "venv", FOLDER], { missing: NO_PYTHON });
  await run(join(FOLDER, "bin/pip"), ["install", "--quiet", "litellm[proxy]"]);
  done();
}
