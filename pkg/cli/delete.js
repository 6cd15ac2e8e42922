// delete-message-batch delete

import { deletionOptions } from "./connection.js";
import { idSource } from "./ids.js";
import { DELETION, journalOf, runJob } from "./job.js";

export async function run({ options, positionals }) {
  const library = deletionOptions(options);
  const source = idSource("delete", { options, positionals });
  const journal = await journalOf(library, options);
  return runJob(source, { library, options, journal, ...DELETION });
}
