// The page: each module names an element of index.html or of the side panel.

import "./header.js";
import "../list/row.js";
import "../list/table.js";
import "../list/list.js";
import "./banner.js";
import "../delete/delete.js";
import "../delete/deletion.js";
import "./panel.js";
import "../retention/retention.js";
import "../retention/holds.js";
import "../delete/paste.js";
import "../delete/results.js";
import "../ledger/ledger.js";
import "./options-form.js";
import "./log.js";
import { defineAll } from "../ui/element.js";
import { nextTask } from "../ui/schedule.js";
import { readMode } from "./mode.js";

readMode();
addEventListener("recovered", readMode);
await defineAll(nextTask);
