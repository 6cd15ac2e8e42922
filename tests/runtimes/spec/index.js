// The specification of behaviour: every case, for every runtime unless it is pure.

import { cases as abort } from "./abort.js";
import { cases as cancelations } from "./cancelations.js";
import { cases as client } from "./client.js";
import { cases as credentials } from "./credentials.js";
import { cases as drain } from "./drain.js";
import { cases as facts } from "./facts.js";
import { cases as input } from "./input.js";
import { cases as jobs } from "./jobs.js";
import { cases as lifecycle } from "./lifecycle.js";
import { cases as lists } from "./lists.js";
import { cases as lookAlikes } from "./look-alikes.js";
import { cases as responses } from "./responses.js";
import { cases as retries } from "./retries.js";
import { cases as secrets } from "./secrets.js";
import { pure } from "./support.js";
import { cases as wire } from "./wire.js";

export const cases = Object.entries({
  wire,
  input: pure(input),
  credentials,
  client: pure(client),
  responses,
  facts: pure(facts),
  retries,
  abort,
  lifecycle,
  jobs,
  drain,
  cancelations,
  lists,
  secrets: pure(secrets),
  "look-alikes": pure(lookAlikes),
}).flatMap(([group, list]) => list.map((one) => ({ group, ...one })));
