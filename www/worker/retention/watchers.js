// Streams of server-sent events, one for each client that watches a job.

const encoder = new TextEncoder();
/** Disconnects a watcher that does not read: its next connection begins with the current job. */
const MOST_WAITING = 32;

export class Watchers {
  #all = new Set();

  /** @returns {Response} the job now, then each change, until it has ended */
  open(job) {
    let watcher;
    const body = new ReadableStream({
      start: (controller) => {
        watcher = { job: job.id, controller };
        this.#all.add(watcher);
        this.#sendTo(watcher, job);
      },
      cancel: () => {
        this.#all.delete(watcher);
      },
    });
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    return new Response(body, { headers });
  }

  send(job) {
    for (const watcher of this.#all) {
      if (watcher.job === job.id) this.#sendTo(watcher, job);
    }
  }

  #sendTo(watcher, job) {
    const { controller } = watcher;
    try {
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(job)}\n\n`));
      const isFull = controller.desiredSize < -MOST_WAITING;
      if (job.finishedAt === null && !isFull) return;
      controller.close();
    } catch {
      // The connection is gone.
    }
    this.#all.delete(watcher);
  }
}
