// All rows, in the order of the table.

import { bundlers } from "./bundlers.mjs";
import { frameworks } from "./frameworks.mjs";
import { next } from "./next.mjs";
import { packageManagers } from "./package-managers.mjs";
import { runtimes } from "./runtimes.mjs";
import { servers } from "./servers.mjs";
import { testRunners } from "./test-runners.mjs";
import { typescript } from "./typescript.mjs";
import { vitePlugin, vitePluginDev, workers, wrangler } from "./workers.mjs";

export const groups = [
  { title: "Runtimes", rows: runtimes },
  { title: "Test runners", rows: [...testRunners, ...workers] },
  { title: "Bundlers", rows: bundlers },
  {
    title: "Frameworks",
    rows: [...next, ...frameworks, ...servers, wrangler, vitePlugin, vitePluginDev],
  },
  { title: "TypeScript", rows: typescript },
  { title: "Package managers", rows: packageManagers },
];
