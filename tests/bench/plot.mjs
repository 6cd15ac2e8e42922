// Draws docs/bench.svg from docs/bench.json: `node tests/bench/plot.mjs`. `npm run bench` runs it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { COLOURS, svg } from "../../tools/docs/svg.mjs";
import { ROOT } from "../../tools/shared/run.mjs";

const [WIDTH, LABEL, BAR, GAP] = [760, 220, 16, 6];
const SCALE_WIDTH = WIDTH - LABEL - 90;
const KINDS = { ours: COLOURS.first, sdk: COLOURS.second, bare: COLOURS.third };

/** `{ title, bars: [{ label, kind, value, text }] }` for each figure that was measured. */
function groups({ parts }) {
  const found = [];
  const add = (title, bars) => found.push({ title, bars });
  const { size, cpu, cold, throughput } = parts;
  if (size) {
    const kilobytes = (label, kind, name) => {
      const value = size.data[name] / 1_000;
      return { label, kind, value, text: `${value.toFixed(1)} KB` };
    };
    add("Transfer, brotli (less is better)", [
      kilobytes("url entry", "ours", "url entry"),
      kilobytes("SDK", "sdk", "official SDK"),
      kilobytes("SDK, trimmed by hand", "sdk", "official SDK, trimmed by hand"),
    ]);
  }
  if (cpu) {
    for (const [runtime, { ours, sdk }] of Object.entries(cpu.data)) {
      const bar = (label, kind, { median }) => {
        return { label, kind, value: median, text: `${median.toFixed(1)} µs` };
      };
      add(`CPU over bare fetch, ${runtime} (less is better)`, [
        bar("deleteBatch", "ours", ours),
        bar("SDK", "sdk", sdk),
      ]);
    }
  }
  if (cold) {
    add(
      "Cold start in Node, CPU (less is better)",
      Object.entries(cold.data).map(([name, { ms }]) => ({
        label: name === "bare" ? "bare fetch" : name === "ours" ? "deleteBatch" : name,
        kind: name === "bare" ? "bare" : name === "ours" ? "ours" : "sdk",
        value: ms.median,
        text: `${ms.median.toFixed(0)} ms`,
      })),
    );
  }
  if (throughput) {
    for (const [concurrency, { ours, sdk }] of Object.entries(throughput.data)) {
      const bar = (label, kind, value) => ({
        label,
        kind,
        value,
        text: `${(100 * value).toFixed(0)} %`,
      });
      add(`Deletes a second, ${concurrency} at once, share of bare fetch (more is better)`, [
        bar("bare fetch", "bare", 1),
        bar("deleteBatch", "ours", ours.median),
        bar("SDK", "sdk", sdk.median),
      ]);
    }
  }
  return found;
}

export function draw(bench) {
  const shapes = [];
  let y = 8;
  for (const { title, bars } of groups(bench)) {
    y += 20;
    shapes.push(`<text x="8" y="${y}" class="title">${title}</text>`);
    y += 8;
    const most = Math.max(...bars.map(({ value }) => value));
    for (const { label, kind, value, text } of bars) {
      const width = Math.max(1, (SCALE_WIDTH * value) / most).toFixed(1);
      const line = y + BAR - 4;
      shapes.push(
        `<text x="${LABEL - 8}" y="${line}" text-anchor="end">${label}</text>`,
        `<rect x="${LABEL}" y="${y}" width="${width}" height="${BAR}" fill="${KINDS[kind]}"/>`,
        `<text x="${LABEL + Number(width) + 6}" y="${line}">${text}</text>`,
      );
      y += BAR + GAP;
    }
    y += 6;
  }
  const label = "Figures of npm run bench beside the official SDK and bare fetch";
  return svg({ width: WIDTH, height: y, label, shapes, fontSize: 12 });
}

export function writePicture() {
  const bench = JSON.parse(readFileSync(join(ROOT, "docs/bench.json"), "utf8"));
  writeFileSync(join(ROOT, "docs/bench.svg"), draw(bench));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writePicture();
