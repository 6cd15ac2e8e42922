// Wrong guesses of a secret: by whom they count, and how long the next one waits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "../../www/worker/address.js";
import { CLOCKED, formOf, SECRET, startSite } from "./world.mjs";

const LIST = "/api/v1/messages/batches";

test("after wrong guesses by form or token, the next ones wait; other networks do not", async (t) => {
  const { send, origin } = await startSite(t, {}, {}, CLOCKED);
  const by = (address) => ({ origin, "cf-connecting-ip": address });
  const guess = (secret, address) => send("/sign-in", formOf(secret, by(address)));
  for (let wrong = 0; wrong < 5; wrong += 1) {
    const { headers } = await guess(`wrong ${wrong}`, "192.0.2.1");
    if (wrong < 3) assert.equal(headers.get("location"), "/?wrong");
    else assert.match(headers.get("location"), /^\/\?wait=\d+$/);
  }
  const right = await guess(SECRET, "192.0.2.1");
  assert.deepEqual([right.headers.get("set-cookie"), right.status], [null, 303]);
  assert.ok(Number(right.headers.get("retry-after")) >= 1);
  const headers = { authorization: `Bearer ${SECRET}`, "cf-connecting-ip": "192.0.2.1" };
  for (const path of ["/config", LIST]) {
    const waiting = await send(path, { headers });
    assert.equal(waiting.status, 429, "the token waits as well");
    assert.equal(waiting.headers.get("retry-after"), "1");
    assert.match((await waiting.json()).error.message, /^Too many wrong secrets/);
  }
  assert.ok((await guess(SECRET, "192.0.2.2")).headers.get("set-cookie"));
  await send("/_clock?offset=999");
  assert.equal((await guess(SECRET, "192.0.2.1")).headers.get("set-cookie"), null);
  await send("/_clock?offset=1000");
  assert.ok((await guess(SECRET, "192.0.2.1")).headers.get("set-cookie"));
});

test("a form of more than 4 KB is refused unread, with its length and without", async (t) => {
  const { send, origin } = await startSite(t, {});
  const large = await send("/sign-in", formOf("x".repeat(100_000), { origin }));
  assert.equal(large.status, 413);
  // A body that would never end: it is given up after its first 4 KB.
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      if (pulled > 2_000) controller.close();
      else controller.enqueue(new Uint8Array(1_024));
    },
  });
  const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
  const streamed = await send("/sign-in", { method: "POST", headers, body, duplex: "half" }).catch(
    (error) => error,
  );
  assert.ok(streamed.status === 413 || streamed instanceof TypeError, `${streamed.status}`);
  assert.ok(pulled < 2_000, `${pulled} KB were read`);
});

test("ten sign-in scripts at once, one of them right: three guesses count, and it gets in", async (t) => {
  const { send } = await startSite(t, {}, {}, CLOCKED);
  const tokens = Array.from({ length: 10 }, (_, i) =>
    i === 7 ? SECRET : `stale-secret-number-${i}`,
  );
  const round = () =>
    Promise.all(
      tokens.map(async (token) => {
        const headers = { authorization: `Bearer ${token}`, "cf-connecting-ip": "192.0.2.1" };
        const { status, headers: received } = await send("/config", { headers });
        return { token, status, waitS: Number(received.get("retry-after") ?? 0) };
      }),
    );
  const rounds = [];
  let offset = 0;
  // Each round, a stale secret at most joins the known ones, so nine rounds are the most.
  for (let count = 0; count < 10; count += 1) {
    const all = await round();
    rounds.push(all);
    const wrong = all.filter(({ token }) => token !== SECRET);
    assert.ok(wrong.every(({ status }) => [401, 429].includes(status)));
    if (count === 0) {
      const refused = wrong.filter(({ status }) => status === 401);
      assert.ok(refused.length <= 3, `${refused.length} guesses were compared at once`);
    }
    if (all.some(({ status }) => status === 200)) break;
    offset += Math.max(...all.map(({ waitS }) => waitS)) * 1_000;
    await send(`/_clock?offset=${offset}`);
  }
  const [{ status }] = rounds.at(-1).filter(({ token }) => token === SECRET);
  assert.equal(status, 200, JSON.stringify(rounds));
});

test("a repeated wrong secret counts once, and the right one ends the count", async (t) => {
  const { send } = await startSite(t, {}, {}, CLOCKED);
  const status = async (token) => {
    const headers = { authorization: `Bearer ${token}`, "cf-connecting-ip": "192.0.2.1" };
    return (await send("/config", { headers })).status;
  };
  for (let minute = 0; minute < 12; minute += 1) {
    assert.equal(await status("the-secret-before"), 401);
    assert.equal(await status(SECRET), 200);
    await send(`/_clock?offset=${minute * 60_000}`);
  }
  // The right secret ends the count of wrong ones: three more are free, then the network waits.
  for (const [secret, expected] of [
    ["wrong 1", 401],
    ["wrong 2", 401],
    [SECRET, 200],
    ["wrong 3", 401],
    ["wrong 4", 401],
    ["wrong 5", 401],
    ["wrong 6", 429],
    ["wrong 1", 401],
    [SECRET, 429],
  ]) {
    assert.equal(await status(secret), expected, secret);
  }
});

test("guesses count for an IPv4 address, or for a /64 of IPv6", async (t) => {
  for (const [address, network] of [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:0201", "192.0.2.1"],
    ["unknown", "unknown"],
    ["a:b", "a:b"],
  ]) {
    assert.equal(networkOf(address), network, address);
  }
  const { send, origin } = await startSite(t, {}, {}, CLOCKED);
  const locations = [];
  for (let host = 1; host <= 12; host += 1) {
    const headers = { origin, "cf-connecting-ip": `2001:db8::${host}` };
    const { headers: received } = await send("/sign-in", formOf(`wrong ${host}`, headers));
    locations.push(received.get("location"));
  }
  assert.equal(locations.filter((location) => location === "/?wrong").length, 3);
});
