// The movable map: nothing of it is fetched before it is opened; then it shows
// the public providers gathered into circles, and a name leads to its page.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-map-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", folder, "--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function providers(options, query = "") {
  const page = await newPage(browser, options);
  await signIn(page, rufaa.url, "wanjiru.case");
  const fetched = [];
  page.on("request", (r) => fetched.push(new URL(r.url()).pathname));
  await page.goto(`${rufaa.url}/providers${query}`);
  return { page, fetched };
}

describe("the movable map", () => {
  for (const width of [1280, 360]) {
    it(`comes alive when it is opened, at ${width} px`, async () => {
      const { page, fetched } = await providers({ width, lang: "en" });
      assert.ok(!fetched.some((p) => p.includes("map.") || p.endsWith("/points")), "something of the map was fetched unasked");
      await page.locator("details.r-movable summary").click();
      await page.locator(".r-cluster").first().waitFor();
      assert.ok(fetched.some((p) => /\/assets\/map\.[0-9a-f]+\.js/.test(p)));
      assert.match(await page.locator(".leaflet-control-attribution").innerText(), /amCharts/);
      await checkAxe(page);
      await checkWidth(page);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }

  it("leads from a point to the provider", async () => {
    const { page } = await providers({ width: 1280, lang: "en" }, "?county=lamu");
    await page.locator("details.r-movable summary").click();
    await page.locator(".r-cluster, .r-point").first().waitFor();
    for (let i = 0; i < 8 && (await page.locator(".r-point").count()) === 0 && (await page.locator(".leaflet-popup a").count()) === 0; i++) {
      await page.locator(".r-cluster").first().click();
      await page.waitForTimeout(400);
    }
    if ((await page.locator(".leaflet-popup a").count()) === 0) await page.locator(".r-point").first().click();
    await page.waitForTimeout(600); // a point near the edge: the map moves to show it, and it stays
    await page.locator(".leaflet-popup a").first().click();
    await page.waitForURL(/\/providers\/[0-9a-z-]+$/);
    await page.context().close();
  });

  it("is replaced by the drawn map and the list without script", async () => {
    const { page } = await providers({ width: 360, lang: "sw", js: false });
    assert.ok((await page.locator("svg a").count()) >= 47);
    await page.context().close();
  });
});
