// docs/consumers.md.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

const INTRODUCTION = `# In which tools it works

\`npm run test:consumers\` packs the package, makes a project for each row, deletes a batch in it from the
emulator, and checks the requests that the emulator received. It writes this page. \`npm run test:consumers -- jest\` runs
only the rows whose names contain "jest". Next.js has a page of its own: [next.md](next.md).
`;

export function writeTable(groups) {
  const text = [INTRODUCTION, ...groups.map(section)].join("\n");
  writeFileSync(join(ROOT, "docs/consumers.md"), text);
}

const section = ({ title, rows }) => `## ${title}

| tool | versions | result | |
|---|---|---|---|
${rows.map(line).join("\n")}
`;

function line({ name, versions, failure, limitation, remark }) {
  const result = failure ? "**failed**" : limitation ? "known limitation" : "passed";
  return `| ${[name, versions, result, limitation?.reason ?? remark ?? ""].join(" | ")} |`;
}
