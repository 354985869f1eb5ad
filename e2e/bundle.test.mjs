// A bundle in a real browser, offline: the page that lies in the bundle finds
// it whole, and names the part of which a single byte was changed.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkAxe, checkWidth, launch, newPage, serve, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder, bundle, parts;

// places reads where each part lies: its head, its bytes, its line in the list.
function places(zip) {
  const found = [];
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const size = zip.readUInt32LE(at + 22);
    const long = zip.readUInt16LE(at + 26);
    const name = zip.toString("latin1", at + 30, at + 30 + long);
    found.push({ name, head: at, data: at + 30 + long, size });
    at += 30 + long + size;
  }
  for (const p of found) {
    p.line = at;
    at += 46 + p.name.length;
  }
  return found;
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-bundle-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "data"), "--addr", "127.0.0.1:0"]);
  browser = await launch();
  const page = await newPage(browser);
  await signIn(page, rufaa.url, "wanjiru.case");
  const cases = await page.locator('a[href*="/cases/"]').evaluateAll((all) => all.map((x) => x.href));
  const link = page.getByRole("link", { name: "Bundle for the court" });
  for (const href of cases) {
    await page.goto(href);
    if ((await link.count()) > 0) break;
  }
  await link.click();
  await checkAxe(page);
  await page.getByLabel("Court").check();
  await page.getByRole("button", { name: "Show what goes" }).click();
  await page.getByText("What stays closed").first().waitFor();
  await checkAxe(page);
  await checkWidth(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Make the bundle" }).click()]);
  bundle = await readFile(await download.path());
  parts = places(bundle);
  const html = parts.find((p) => p.name === "verify.html");
  await writeFile(path.join(folder, "verify.html"), bundle.subarray(html.data, html.data + html.size));
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(width = 1280) {
  const page = await newPage(browser, { width });
  await page.context().setOffline(true);
  return page;
}

async function give(page, zip) {
  await page.locator("#file").setInputFiles([]);
  await page.locator("#file").setInputFiles({ name: "bundle.zip", mimeType: "application/zip", buffer: zip });
  await page.locator("#answer.good, #answer.bad").waitFor();
  return page.locator("#answer");
}

const here = () => pathToFileURL(path.join(folder, "verify.html")).href;

describe("the page in the bundle", () => {
  it("finds an untouched bundle whole, on a phone too", async () => {
    for (const width of [1280, 360]) {
      const page = await open(width);
      await page.goto(here());
      const answer = await give(page, bundle);
      assert.equal(await answer.getAttribute("class"), "good", await answer.innerText());
      await checkWidth(page);
      await checkAxe(page);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });

  it("does so without the curve in the browser", async () => {
    const page = await open();
    await page.addInitScript(() => {
      const own = crypto.subtle.importKey.bind(crypto.subtle);
      crypto.subtle.importKey = (format, key, algorithm, ...more) =>
        algorithm === "Ed25519" ? Promise.reject(new DOMException("no such curve", "NotSupportedError")) : own(format, key, algorithm, ...more);
    });
    await page.goto(here());
    const answer = await give(page, bundle);
    assert.equal(await answer.getAttribute("class"), "good", await answer.innerText());
    const seal = parts.find((p) => p.name === "seal.txt");
    const bad = Buffer.from(bundle);
    bad[seal.data + 30] ^= 1;
    assert.equal(await (await give(page, bad)).getAttribute("data-part"), "seal.txt");
    await page.context().close();
  });

  it("names the part of which one byte was changed", async () => {
    const page = await open();
    await page.goto(here());
    const flips = [];
    for (const p of parts) {
      for (const at of [p.head + 6, p.head + 15, p.data, p.data + Math.floor(p.size / 2), p.data + p.size - 1, p.line + 20]) {
        if (p.size > 0) flips.push([at, p.name]);
      }
    }
    flips.push([bundle.length - 5, "end of the archive"]);
    for (const [at, name] of flips) {
      const bad = Buffer.from(bundle);
      bad[at] ^= 1;
      await page.evaluate(() => (document.getElementById("answer").className = ""));
      const answer = await give(page, bad);
      assert.equal(await answer.getAttribute("data-part"), name, `byte ${at}: ${await answer.innerText()}`);
    }
    await page.context().close();
  });
});
