// The specification's worker with the entry `delete-message-batch/core`.

import * as api from "delete-message-batch/core";
import { worker } from "./workerd-spec.mjs";

export default worker(api);
