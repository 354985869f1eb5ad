// An exhibit in a real browser: recorded on a telephone, its chain drawn and
// its findings told, in both languages and without JavaScript.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, it } from "node:test";
import path from "node:path";
import { shapes, violations } from "./caseuco.mjs";
import { checkAxe, checkWidth, launch, newPage, serve, shot, signIn } from "./harness.mjs";

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
  await signIn(page, rufaa.url, user);
  return page;
}

/** The scene of the search: of the exhibits that the reader has. */
async function toScene(page) {
  await page.goto(`${rufaa.url}/exhibits`);
  const number = await page.locator("#mine a", { hasText: "/006" }).first().innerText();
  await page.locator("#scenes a", { hasText: number.replace("/006", "") }).click();
  await page.waitForURL(/\/scenes\//);
}

for (const options of [{ width: 360, js: false }, { width: 1280 }]) {
  it(`records, shows the chain and tells what is wrong at ${options.width} pixels`, async () => {
    const page = await enter("barasa.inquiry", options);
    await page.goto(`${rufaa.url}/exhibits`);
    await checkAxe(page);
    await checkWidth(page);
    await shot(page, `exhibits-${options.width}`);
    await toScene(page);
    await checkAxe(page);
    await shot(page, `exhibits-scene-${options.width}`);
    const broken = page.locator("tr", { hasText: "/002" }).locator("a").first();
    const href = await broken.getAttribute("href");
    await page.goto(`${page.url()}/new`);
    await checkAxe(page);
    await checkWidth(page);
    await shot(page, `exhibits-new-${options.width}`);
    await page.goto(`${rufaa.url}${href}`);
    await checkAxe(page);
    await checkWidth(page);
    assert.match(await page.locator("#chain").innerText(), /In event 2 the giver saw the seal .* whole, the receiver damaged/);
    assert.equal(await page.locator("#chain svg[role=img]").count(), 1);
    await shot(page, `exhibit-chain-${options.width}`);
    await page.context().close();
  });
}

for (const options of [{ width: 360, js: false, lang: "sw" }, { width: 1280, lang: "en" }]) {
  it(`holds a tool's report against the lists at ${options.width} pixels, in ${options.lang}`, async () => {
    const page = await enter("barasa.inquiry", options);
    await toScene(page);
    await page.locator("tr", { hasText: "/006" }).locator("a").first().click();
    await page.locator("#digests").waitFor();
    const before = await page.locator("#digests tbody tr").count();
    assert.match(await page.locator("#digests").innerText(), /12/);
    await checkAxe(page);
    await checkWidth(page);
    await shot(page, `exhibit-csam-${options.width}`);
    await page.locator('#digests a[href$="/digests"]').click();
    await checkAxe(page);
    await checkWidth(page);
    await page.locator('[name="tool"]').fill("Kipimo (fictional)");
    await page.locator('[name="tool_version"]').fill("4.2");
    await page.locator('[name="pasted"]').fill("0f".repeat(32) + "\nnot a digest\n");
    await page.locator("main form button").click();
    assert.equal(await page.locator('[name="tool"]').inputValue(), "Kipimo (fictional)");
    assert.match(await page.locator("main").innerText(), / 2:/);
    await checkAxe(page);
    await shot(page, `exhibit-digests-wrong-${options.width}`);
    await page.locator('[name="pasted"]').fill("");
    await page.locator('[name="file"]').setInputFiles({ name: "report.csv", mimeType: "text/csv", buffer: Buffer.from("name,md5\na," + "0f".repeat(16) + "\n") });
    await page.locator("main form button").click();
    await page.locator("#digests").waitFor();
    assert.equal(await page.locator("#digests tbody tr").count(), before + 1);
    await shot(page, `exhibit-digests-${options.width}`);
    await page.context().close();
  });
}

it("shows the store's inventory and both sides' rule on a telephone without a script", async () => {
  const page = await enter("chege.store", { width: 360, js: false });
  await page.goto(`${rufaa.url}/stores/store-nairobi`);
  assert.equal(await page.locator("#here tbody tr").count(), 1); // the money; the telephone is at the laboratory
  assert.equal(await page.locator("#away tbody tr").count(), 1);
  await checkAxe(page);
  await checkWidth(page);
  await shot(page, "store-360");
  await page.context().close();
  const lead = await enter("barasa.inquiry", { width: 360, js: false });
  await toScene(lead);
  await lead.goto(`${lead.url()}/new`);
  await lead.locator('[name="description"]').fill("A scarf (fictional)");
  await lead.locator('[name="kind"][value="other"]').check();
  await lead.locator('[name="side"][value="victim"]').check();
  await lead.locator("details", { has: lead.locator('[name="container"]') }).locator("summary").first().click();
  await lead.locator('[name="container"]').fill("Box 1");
  await lead.locator("main form button").last().click();
  assert.match(await lead.locator("main").innerText(), /Not in the same container/);
  assert.equal(await lead.locator('[name="description"]').inputValue(), "A scarf (fictional)");
  await checkAxe(lead);
  await checkWidth(lead);
  await shot(lead, "exhibit-apart-360");
  // Who answers for the scene sets it aside: a reason, and a second person.
  await lead.locator('[name="override_reason"]').fill("No other box; wrapped twice.");
  await lead.locator('[name="override_told"]').selectOption({ index: 1 });
  await lead.locator("main form button").last().click();
  assert.match(await lead.locator("main").innerText(), /is recorded/);
  await lead.context().close();
});

it("exports exhibits and their custody in the published standard", async () => {
  const page = await enter("barasa.inquiry", {});
  await page.goto(`${rufaa.url}/inquiries`);
  const api = page.context().request;
  const links = await page.locator('a[href*="/inquiries/"]').evaluateAll((list) => [...new Set(list.map((a) => a.getAttribute("href").match(/\/inquiries\/([0-9a-f-]{36})$/)?.[1]).filter(Boolean))]);
  let actions = 0;
  for (const id of links) {
    const got = await api.post(`${rufaa.url}/api/v1/inquiries/${id}/case-uco`, { data: {} });
    assert.equal(got.status(), 200, await got.text());
    const doc = JSON.parse(Buffer.from((await got.json()).file, "base64").toString());
    assert.deepEqual(await violations(doc, shapes()), []);
    actions += doc["@graph"].filter((n) => n["@type"] === "case-investigation:InvestigativeAction" && n["uco-action:location"]).length;
  }
  assert.ok(actions >= 10, `only ${actions} actions have a place`);
  await page.context().close();
});
