// delete-message-batch delete

import { libraryOptions } from "./connection.js";
import { idSource } from "./ids.js";
import { DELETION, journalOf, runJob } from "./job.js";

export async function run({ options, positionals }) {
  const library = libraryOptions(options);
  const source = idSource("delete", { options, positionals });
  const journal = await journalOf(library, options);
  return runJob(source, { library, options, journal, ...DELETION });
}
