// The cases of every bundle, worker and entry: the package loads there, one call of each export, an abort, an error.
// The rest of the specification runs in one bundle of each browser, because the code of the others is the same.

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
