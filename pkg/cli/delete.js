// delete-message-batch delete

import { deletionOptions } from "./connection.js";
import { idSource } from "./ids.js";
import { runJob } from "./job.js";

export function run({ options, positionals }) {
  const library = deletionOptions(options);
  return runJob(idSource("delete", { options, positionals }), { library, options });
}
