// The street map is there only where an operator has put a file of map tiles.
// The file of this test is made here: one tile of one square of land.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { chromium } from "playwright-core";
import { newPage, serve, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, folder;

const varint = (n) => {
  const out = [];
  for (; n > 127; n >>>= 7) out.push((n & 127) | 128);
  return [...out, n];
};
const field = (n, bytes) => [(n << 3) | 2, ...varint(bytes.length), ...bytes];
const text = (s) => [...Buffer.from(s)];
const zigzag = (n) => varint(n < 0 ? -2 * n - 1 : 2 * n);

// tile is a vector tile with a layer "earth" of one square.
function tile() {
  const geometry = [9, ...zigzag(0), ...zigzag(0), 26, ...zigzag(4096), ...zigzag(0), ...zigzag(0), ...zigzag(4096), ...zigzag(-4096), ...zigzag(0), 15];
  const feature = [24, 3, ...field(4, geometry)];
  return Buffer.from(field(3, [...field(1, text("earth")), ...field(2, feature), 40, ...varint(4096), 120, 2]));
}

// archive is a PMTiles file of version 3 with that tile at zoom 0.
function archive() {
  const data = tile();
  const directory = Buffer.from([1, 0, 1, ...varint(data.length), 1]);
  const meta = Buffer.from("{}");
  const head = Buffer.alloc(127);
  head.write("PMTiles", 0);
  head[7] = 3;
  const long = (at, n) => head.writeBigUInt64LE(BigInt(n), at);
  long(8, 127);
  long(16, directory.length);
  long(24, 127 + directory.length);
  long(32, meta.length);
  long(40, 0);
  long(48, 0);
  long(56, 127 + directory.length + meta.length);
  long(64, data.length);
  long(72, 1);
  long(80, 1);
  long(88, 1);
  head.set([1, 1, 1, 1, 0, 0], 96); // clustered, nothing compressed, vector, zoom 0 to 0
  head.writeInt32LE(-1800000000, 102);
  head.writeInt32LE(-850000000, 106);
  head.writeInt32LE(1800000000, 110);
  head.writeInt32LE(850000000, 114);
  return Buffer.concat([head, directory, meta, data]);
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-street-"));
  browser = await chromium.launch({
    executablePath: process.env.RUFAA_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--no-first-run"],
  });
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function manager(url) {
  const page = await newPage(browser, { width: 1280, lang: "en" });
  await signIn(page, url, "wanjiru.case");
  return page;
}

describe("the street map", () => {
  it("draws what the operator's file holds, from this server alone", async () => {
    const file = path.join(folder, "streets.pmtiles");
    await writeFile(file, archive());
    const rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "with"), "--addr", "127.0.0.1:0", "--tiles", file]);
    try {
      const page = await manager(rufaa.url);
      const asked = [];
      page.on("request", (r) => asked.push(r.url()));
      await page.goto(`${rufaa.url}/providers`);
      await page.getByRole("link", { name: "Street map" }).click();
      await page.locator("details.r-movable summary").click();
      await page.locator("[data-drawn]").waitFor({ timeout: 25000 });
      assert.ok((await page.locator(".maplibregl-marker").count()) > 10);
      assert.match(await page.locator(".maplibregl-ctrl-attrib").innerText(), /OpenStreetMap/);
      assert.ok(asked.some((u) => u.endsWith("/tiles/streets.pmtiles")));
      assert.deepEqual(asked.filter((u) => !u.startsWith(rufaa.url) && !u.startsWith("blob:") && !u.startsWith("data:")), []);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    } finally {
      await rufaa.stop();
    }
  });

  it("is not there without a file", async () => {
    const rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "without"), "--addr", "127.0.0.1:0", "--cases", "3"]);
    try {
      const page = await manager(rufaa.url);
      assert.equal((await page.goto(`${rufaa.url}/providers/street`)).status(), 404);
      assert.equal((await page.goto(`${rufaa.url}/tiles/streets.pmtiles`)).status(), 404);
      await page.context().close();
    } finally {
      await rufaa.stop();
    }
  });
});
