// The lock of a journal. The system frees it when the process ends, after a crash as well.

import { constants } from "node:fs";
import { createServer } from "node:net";

/**
 * The flags of `open` that take the lock. macOS and BSD have O_EXLOCK (0x20); with O_NONBLOCK, `open` fails with
 * EAGAIN if another process has the lock.
 */
export const LOCK_FLAGS = ["darwin", "freebsd", "openbsd"].includes(process.platform)
  ? 0x20 | constants.O_NONBLOCK
  : 0;

/**
 * Takes the lock of an open file elsewhere: a socket without a file on Linux, a named pipe on Windows.
 * Its name is that of the file on its device, the same for each of its paths. Resolves with true if
 * the lock was free.
 */
export async function lock({ dev, ino }) {
  if (LOCK_FLAGS !== 0) return true;
  const name = `delete-message-batch-journal-${dev}-${ino}`;
  if (process.platform === "win32") return listen(`\\\\.\\pipe\\${name}`);
  // Before 20.8, Node cuts off the name.
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (process.platform !== "linux" || (major === 20 && minor < 8)) return true;
  return listen(`\0${name}`);
}

function listen(path) {
  const server = createServer().unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if (["EADDRINUSE", "EACCES"].includes(error.code)) resolve(false);
      else reject(error);
    });
    server.listen({ path, exclusive: true }, () => resolve(true));
  });
}
