// delete-message-batch cancel

import { cancelBatches } from "../entry/node.js";
import { libraryOptions } from "./connection.js";
import { idSource } from "./ids.js";
import { runJob } from "./job.js";

export async function run({ options, positionals }) {
  const library = libraryOptions(options);
  const source = idSource("cancel", { options, positionals });
  return runJob(source, { library, options, work: cancelBatches, ends: ["canceled", "ended"] });
}
