// A browser of WebKitGTK for a test, over W3C WebDriver.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findWebKit } from "../../tools/test/webkit.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { spawnGroup } from "./group.mjs";

/** One call runs all the cases of a page. Less than the five minutes that `fetch` waits. */
const SCRIPT_LIMIT_MS = 240_000;
/** A machine may be slow. */
const START_LIMIT_MS = 120_000;
/** As WebDriver names them. */
const KEYS = {
  Backspace: "\ue003",
  Tab: "\ue004",
  Enter: "\ue007",
  Shift: "\ue008",
  Escape: "\ue00c",
  ArrowRight: "\ue014",
  ArrowDown: "\ue015",
  Delete: "\ue017",
};

/**
 * Starts a browser on this display, with a driver of its own, as a driver has one browser.
 * @param {string} display
 */
export async function startBrowser(display) {
  const { browser, driver } = findWebKit();
  if (!browser || !driver) throw new Error("WebKit is missing: apt-get install webkit2gtk-driver");
  const home = await mkdtemp(join(tmpdir(), "delete-message-batch-webkit-"));
  const port = await freePort();
  const { child, stop } = spawnGroup(driver, [`--port=${port}`, "--host=127.0.0.1"], {
    stdio: "ignore",
    env: environment(display, home),
  });
  const end = async () => {
    await stop();
    // Processes that were killed may take a moment to let go of their files.
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    await untilReady(port, child);
    const sessionId = await newSession(port, browser);
    const session = (path, body) => send(port, "POST", `/session/${sessionId}/${path}`, body);
    return {
      goto: (url) => session("url", { url }),
      /** Calls a function in the page, and resolves with its result. */
      evaluate: async (run, ...args) => {
        const { error, value } = await session("execute/async", {
          script: `const done = arguments[arguments.length - 1];
            (${run})(...[...arguments].slice(0, -1)).then(
              (value) => done({ value }),
              (error) => done({ error: String(error) }),
            );`,
          args,
        });
        if (error) throw new Error(`in the page: ${error}`);
        return value;
      },
      click: (x, y, isShifted) => session("actions", { actions: clickAt(x, y, isShifted) }),
      type: (text) => session("actions", { actions: [keyboard([...text].flatMap(stroke))] }),
      press: (keys) => session("actions", { actions: [keyboard(pressed(keys))] }),
      resize: (width, height) => session("window/rect", { width, height }),
      stop: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const stroke = (value) => ["keyDown", "keyUp"].map((type) => ({ type, value }));

/** A key, between the actions of its modifier if it has one. */
function pressed(keys) {
  const [key, modifier] = keys.split("+").reverse();
  const [down, up] = modifier ? stroke(KEYS[modifier]) : [];
  return [down, ...stroke(KEYS[key] ?? key), up].filter(Boolean);
}

const keyboard = (actions) => ({ type: "key", id: "keyboard", actions });

/** The actions of keyboard and mouse run in step. */
function clickAt(x, y, isShifted) {
  const [down, up] = stroke(KEYS.Shift);
  const pause = { type: "pause" };
  const mouse = [
    { type: "pointerMove", x, y, duration: 0 },
    { type: "pointerDown", button: 0 },
    { type: "pointerUp", button: 0 },
  ];
  return [
    ...(isShifted ? [keyboard([down, pause, pause, up])] : []),
    { type: "pointer", id: "mouse", actions: mouse },
  ];
}

/** No settings of this machine's user, no desktop, no graphics card. */
function environment(display, home) {
  return {
    ...process.env,
    DISPLAY: display,
    HOME: home,
    XDG_CACHE_HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    XDG_RUNTIME_DIR: home,
    GDK_BACKEND: "x11",
    GSETTINGS_BACKEND: "memory",
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
  };
}

async function newSession(port, browser) {
  const wanted = {
    timeouts: { script: SCRIPT_LIMIT_MS },
    "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] },
  };
  const body = { capabilities: { alwaysMatch: wanted } };
  // The driver waits for ever for a browser that does not start.
  const signal = AbortSignal.timeout(START_LIMIT_MS);
  try {
    return (await send(port, "POST", "/session", body, signal)).sessionId;
  } catch (cause) {
    throw new Error(`WebKitWebDriver started no browser: ${cause.message}`, { cause });
  }
}

async function untilReady(port, child) {
  const limit = Date.now() + START_LIMIT_MS;
  let failure;
  child.once("error", (error) => {
    failure = error;
  });
  child.once("exit", (code) => {
    failure = new Error(`WebKitWebDriver ended with exit code ${code}`);
  });
  for (;;) {
    if (failure) throw failure;
    const { ready } = await send(port, "GET", "/status").catch(() => ({}));
    if (ready) return;
    if (Date.now() > limit) throw new Error("WebKitWebDriver did not start");
    await sleep(50);
  }
}

/** A command of WebDriver. */
async function send(port, method, path, body, signal) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    body: body && JSON.stringify(body),
    signal,
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebDriver: ${path}: ${value.error}: ${value.message}`);
  return value;
}
