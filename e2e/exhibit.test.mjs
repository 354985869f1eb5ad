// An exhibit in a real browser: recorded on a telephone, its chain drawn and
// its findings told, in both languages and without JavaScript.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, shot } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-exhibit-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", folder, "--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function enter(user, options) {
  const page = await newPage(browser, options);
  await page.goto(`${rufaa.url}/demo`);
  await page.locator(`form:has(input[value="${user}"]) button`).click();
  await page.waitForURL(`${rufaa.url}/`);
  return page;
}

// openSceneWith opens the scene of theirs on whose list something stands; the
// demonstration has others where nothing is recorded yet.
async function openSceneWith(page, thing) {
  for (const link of await page.locator("#scenes a").all()) {
    const href = await link.getAttribute("href");
    const list = await (await page.request.get(`${rufaa.url}${href}`)).text();
    if (!list.includes("/002")) continue;
    await page.goto(`${rufaa.url}${href}`);
    await thing.waitFor();
    return;
  }
  assert.fail("no scene has a second exhibit");
}

for (const options of [{ width: 360, js: false }, { width: 1280 }]) {
  it(`records, shows the chain and tells what is wrong at ${options.width} pixels`, async () => {
    const page = await enter("barasa.inquiry", options);
    await page.goto(`${rufaa.url}/exhibits`);
    await checkAxe(page);
    await checkWidth(page);
    await shot(page, `exhibits-${options.width}`);
    const broken = page.locator("tr", { hasText: "/002" }).locator("a").first();
    await openSceneWith(page, broken);
    await checkAxe(page);
    await shot(page, `exhibits-scene-${options.width}`);
    const href = await broken.getAttribute("href");
    await page.goto(`${page.url()}/new`);
    await checkAxe(page);
    await checkWidth(page);
    await shot(page, `exhibits-new-${options.width}`);
    await page.goto(`${rufaa.url}${href}`);
    await checkAxe(page);
    await checkWidth(page);
    assert.match(await page.locator("#chain").innerText(), /was whole in event 2 and damaged in event 2/);
    assert.equal(await page.locator("#chain svg[role=img]").count(), 1);
    await shot(page, `exhibit-chain-${options.width}`);
    await page.context().close();
  });
}
