// What every bundle, worker and entry must show: that the package loads there, one call of each export,
// an abort, an error. The rest of the specification shows what it has to in one bundle of each browser:
// from there on, the code is the same.

/** Beginnings of "group: name", each of at least one case. */
export const SMALL = [
  "wire: no betas",
  "wire: retrieve",
  "wire: cancel",
  "wire: headers as a Headers object",
  "jobs: ids from an array",
  "lists: listBatches: every page",
  "lists: purgeBatches: old batches go",
  "abort: in the middle of the body",
  "responses: 404",
  "responses: 502 with HTML",
  "input: options without a prototype",
  "secrets: bad input next to a key",
];
