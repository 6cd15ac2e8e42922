// Reads the lines of a record page by page of its object, so that other requests wait for one page at most.

/** The beginning of a line. A line that was changed by hand is exported unchanged. */
const SEQ = /^\{"seq":(\d+)/;

/**
 * @param {object} record the object
 * @param {object} wanted
 * @param {number} wanted.until the number of the last entry
 * @param {number} [wanted.after] the number before the first entry
 * @param {number} [wanted.limit] at most that many lines
 * @param {number} [wanted.from] in milliseconds since 1970
 * @param {number} [wanted.to] before this time
 * @param {number} [wanted.job]
 * @returns {AsyncGenerator<string[]>} the lines of each page, without line breaks; a page may have none
 */
export async function* pagesOf(record, { after = 0, limit = Number.POSITIVE_INFINITY, ...wanted }) {
  const isMeant = filterOf({ ...wanted, after });
  let left = limit;
  for (let page = { after, isLast: false }; !page.isLast && left > 0; ) {
    page = await record.entries({ ...wanted, after: page.after });
    const lines = page.lines.split("\n").slice(0, -1).filter(isMeant).slice(0, left);
    left -= lines.length;
    yield lines;
  }
}

function filterOf({ from, to, job, after, until }) {
  const isWhole = [from, to, job].every((value) => value === undefined);
  return (line) => {
    const seq = Number(SEQ.exec(line)?.[1]);
    if (seq <= after || seq > until) return false;
    if (isWhole) return true;
    const { time, job: ofEntry } = JSON.parse(line);
    const at = Date.parse(time);
    const isTime = at >= (from ?? at) && at < (to ?? Number.POSITIVE_INFINITY);
    return isTime && (job === undefined || ofEntry === job);
  };
}
