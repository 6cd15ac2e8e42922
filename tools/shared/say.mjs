// The output of the tools: each step, and the reason for each wait.

/** A failure that the user can act on: printed as it is, without a stack. */
export class Stop extends Error {}

/** Starts a step that may take a while; call the result when it is done. */
export function step(title) {
  const started = performance.now();
  console.log(`• ${title}`);
  return (outcome = "done") => {
    const seconds = (performance.now() - started) / 1000;
    console.log(`  ${outcome} (${seconds.toFixed(1)} s)`);
  };
}

/** Runs a tool's main function; a Stop ends the process with its message alone. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof Stop ? `\n✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
