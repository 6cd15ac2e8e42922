// Writes the page of documentation that compares this package with the official SDK.

import { writeFile } from "node:fs/promises";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { compareAll } from "./compare.mjs";
import { asMarkdown, PAGE, sdkVersion } from "./table.mjs";

const emulator = await startEmulator();
const rows = await compareAll(() => newWorld(emulator.origin));
await writeFile(PAGE, asMarkdown(rows, await sdkVersion()));
await emulator.stop();
