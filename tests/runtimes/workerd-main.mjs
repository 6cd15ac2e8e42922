// The specification's worker with the entry `delete-message-batch`.

import * as api from "delete-message-batch";
import { worker } from "./workerd-spec.mjs";

export default worker(api);
