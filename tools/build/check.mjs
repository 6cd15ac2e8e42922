// Checks, before the package is packed, that `pkg/wasm/` is built from the present sources.

import { rustEnvironment, rustVersion } from "../shared/rust.mjs";
import { main, Stop } from "../shared/say.mjs";
import { writeCommonJs } from "./commonjs.mjs";
import { writeDeclarations } from "./declarations.mjs";
import { writeEntries } from "./entries.mjs";
import { changeSinceBuild } from "./main.mjs";

await main(async () => {
  const change = changeSinceBuild(await rustVersion(await rustEnvironment()));
  if (change) throw new Stop(`The package is not built: ${change}. Run: npm run build`);
  await writeEntries();
  await writeCommonJs();
  writeDeclarations();
});
