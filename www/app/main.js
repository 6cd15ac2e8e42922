// The page: each import defines an element of index.html or of the side panel.

import "../delete/delete.js";
import "../delete/deletion.js";
import "../delete/paste.js";
import "../delete/results.js";
import "../ledger/ledger.js";
import "../list/list.js";
import "../list/table.js";
import "../retention/retention.js";
import "./banner.js";
import "./header.js";
import "./log.js";
import "./options-form.js";
import "./panel.js";
import { readMode } from "./mode.js";

readMode();
addEventListener("recovered", readMode);
