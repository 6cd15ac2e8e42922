// createClient: the functions with options set once.

import { assertGone, batch, ended, received, refusal, thrown } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/** The headers of the last request, in lower case: runtimes write some names in capitals. */
async function lastHeaders(t) {
  const { requests } = await t.world.requests();
  const { headers } = requests.at(-1);
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

export const cases = [
  {
    name: "plain functions that need no object, on a plain object",
    run: async (t) => {
      const client = t.api.createClient(t.options);
      t.assert.equal(Object.getPrototypeOf(client), Object.prototype);
      const { deleteBatch, retrieveBatch, cancelBatch } = client;
      const id = await batch(t, "in_progress");
      t.assert.equal((await cancelBatch(id)).processing_status, "canceling");
      t.assert.equal((await retrieveBatch(id)).id, id);
      const other = await batch(t);
      t.assert.deepEqual(await deleteBatch(other), { id: other, type: "message_batch_deleted" });
      await assertGone(t, other);
    },
  },
  {
    name: "./core has its three functions, and everything seven",
    run: async (t) => {
      const three = ["deleteBatch", "retrieveBatch", "cancelBatch"];
      const more = ["deleteBatches", "cancelBatches", "purgeBatches", "listBatches"];
      const names = Object.keys(t.api.createClient());
      t.assert.deepEqual(names, names.length === 3 ? three : [...three, ...more]);
    },
  },
  {
    name: "the many: deleteBatches, cancelBatches, purgeBatches, listBatches",
    run: async (t) => {
      if (!t.api.deleteBatches) return;
      const client = t.api.createClient(t.options);
      const ids = await ended(t, 3);
      t.assert.equal((await client.deleteBatches([ids[0]], { concurrency: 2 })).deleted, 1);
      t.assert.equal((await client.cancelBatches([ids[1]])).total, 1);
      const listed = [];
      for await (const { id } of client.listBatches({ limit: 1 })) listed.push(id);
      t.assert.equal(listed.length, 1);
      t.assert.equal((await client.purgeBatches({ all: true })).deleted, 2);
      const nothing = refusal(t, client.purgeBatches(), { option: "options" });
      t.assert.match((await nothing).message, /must select/);
    },
  },
  {
    name: "an option of a call wins as a whole; undefined does not erase a default",
    run: async (t) => {
      const defaults = {
        ...t.options,
        headers: { "x-a": "1", "x-b": "2" },
        workspaceId: "wrkspc_default",
      };
      const { retrieveBatch } = t.api.createClient(defaults);
      const id = await batch(t);
      await retrieveBatch(id, { headers: undefined, workspaceId: undefined, apiKey: undefined });
      const first = await lastHeaders(t);
      t.assert.deepEqual(
        [first["x-a"], first["x-b"], first["anthropic-workspace-id"]],
        ["1", "2", "wrkspc_default"],
      );
      await retrieveBatch(id, { headers: { "x-a": "3" }, workspaceId: "wrkspc_of_the_call" });
      const second = await lastHeaders(t);
      t.assert.deepEqual(
        [second["x-a"], second["x-b"], second["anthropic-workspace-id"]],
        ["3", undefined, "wrkspc_of_the_call"],
      );
      // The call before has no effect.
      await retrieveBatch(id);
      t.assert.equal((await lastHeaders(t))["x-b"], "2");
      t.assert.deepEqual(Object.keys(defaults.headers), ["x-a", "x-b"]);
    },
  },
  {
    name: "the credential of a call replaces both of the client",
    run: async (t) => {
      const { retrieveBatch } = t.api.createClient({ ...t.options, apiKey: () => "sk-default" });
      const id = await batch(t);
      await retrieveBatch(id, { authToken: "token-of-the-call" });
      const headers = await lastHeaders(t);
      t.assert.equal(headers.authorization, "Bearer token-of-the-call");
      t.assert.equal(headers["x-api-key"], undefined);
      await refusal(t, retrieveBatch(id, { apiKey: null }), { code: "authentication" });
      t.assert.equal((await lastHeaders(t))["x-api-key"], undefined);
      await retrieveBatch(id, { maxRetries: 0 });
      t.assert.equal((await lastHeaders(t))["x-api-key"], "sk-default");
      const both = { apiKey: "a", authToken: "b" };
      await refusal(t, retrieveBatch(id, both), { code: "invalid_option" });
    },
  },
  {
    name: "instances of classes with getters, as defaults and at the call",
    run: async (t) => {
      class Defaults {
        get apiKey() {
          return "sk-of-a-getter";
        }
        get baseURL() {
          return t.options.baseURL;
        }
        get dangerouslyAllowBrowser() {
          return true;
        }
      }
      class Options {
        get workspaceId() {
          return "wrkspc_of_a_getter";
        }
      }
      const defaults = Object.freeze(new Defaults());
      const client = t.api.createClient(defaults);
      await client.retrieveBatch(await batch(t), Object.freeze(new Options()));
      const headers = await lastHeaders(t);
      t.assert.equal(headers["x-api-key"], "sk-of-a-getter");
      t.assert.equal(headers["anthropic-workspace-id"], "wrkspc_of_a_getter");
    },
  },
  {
    name: "defaults that are not valid reject each call, even if the call replaces them",
    run: async (t) => {
      const throwing = {
        get timeout() {
          throw new Error("no");
        },
      };
      for (const [defaults, option] of [
        [5, "options"],
        [null, "options"],
        [{ concurrency: 5 }, "options"],
        [{ timeout: -1 }, "timeout"],
        [throwing, "timeout"],
      ]) {
        const client = t.api.createClient(defaults);
        const call = client.deleteBatch(ID, { ...t.options, timeout: 5_000 });
        await refusal(t, call, { code: "invalid_option", option });
      }
      const { deleteBatch } = t.api.createClient(t.options);
      await refusal(t, deleteBatch(ID, 5), { option: "options" });
      await refusal(t, deleteBatch(ID, { timout: 5 }), { message: /did you mean "timeout"/ });
      t.assert.deepEqual(await received(t), []);
    },
  },
  {
    name: "the signal, fetch and onAttempt of a client and of a call",
    run: async (t) => {
      const aborted = AbortSignal.abort("of the client");
      const seen = [];
      const client = t.api.createClient({
        ...t.options,
        signal: aborted,
        onAttempt: () => seen.push("client"),
        fetch: (url, init) => fetch(url, init),
      });
      const id = await batch(t);
      t.assert.equal(await thrown(t, client.retrieveBatch(id)), "of the client");
      await client.retrieveBatch(id, { signal: null });
      await client.retrieveBatch(id, { signal: null, onAttempt: () => seen.push("call") });
      t.assert.deepEqual(seen, ["client", "call"]);
      const own = client.retrieveBatch(id, { signal: AbortSignal.abort("of the call") });
      t.assert.equal(await thrown(t, own), "of the call");
    },
  },
];
