// Compares the reports of calls with the state of the emulator.

/**
 * Returns the outcomes that are not true. A batch that is reported as deleted may never have existed: if the
 * response to a first attempt was lost, a 404 for the second one counts as a deletion.
 * @param {object} reported
 * @param {Iterable<string>} reported.sent ids that were handed to a call that deletes
 * @param {Iterable<string>} reported.deleted ids that a call reported as deleted
 * @param {Iterable<string>} reported.missing ids that a call reported as not there
 * @param {{ deleted: string[], batches: { id: string }[] }} server
 * @param {Iterable<string>} kept ids of batches that no call was to delete
 * @returns {string[]}
 */
export function untrue({ sent, deleted, missing }, server, kept) {
  const gone = new Set(server.deleted);
  const there = new Set(server.batches.map(({ id }) => id));
  const permitted = new Set(sent);
  const found = [];
  const check = (ids, isRight, text) => {
    for (const id of ids) if (!isRight(id)) found.push(`${id} ${text}`);
  };
  check(deleted, (id) => !there.has(id), "is reported as deleted, and is there");
  check(missing, (id) => !there.has(id), "is reported as missing, and is there");
  check(gone, (id) => permitted.has(id), "is gone, and no call deleted it");
  check(kept, (id) => there.has(id), "is gone, and was to be kept");
  if (gone.size !== server.deleted.length) found.push("a batch was deleted twice");
  return found;
}
