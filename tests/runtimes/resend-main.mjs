// The calls of resend-calls.mjs in Deno or Bun; prints their outcomes. Arguments: the emulator's origin.

import process from "node:process";
import * as api from "delete-message-batch";
import { resendCalls } from "./resend-calls.mjs";

console.log(JSON.stringify(await resendCalls(api, process.argv[2])));
process.exit(0);
