// Officers at a villa, on a phone at night and without JavaScript: the steps
// one by one, a person handled, a mark on the sketch by pointing.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWeight, checkWidth, launch, laterPageBudget, newPage, serve, shot } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-scene-"));
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

// villa opens the first scene of the demonstration's inquiry.
async function villa(page) {
  await page.goto(`${rufaa.url}/inquiries`);
  const href = await page.locator('a[href^="/scenes/"]', { hasText: "/S1" }).first().getAttribute("href");
  await page.goto(rufaa.url + href);
  return rufaa.url + href;
}

describe("a scene in progress", () => {
  for (const options of [{ width: 360, lang: "sw", dark: true }, { width: 1280, lang: "en", js: false }]) {
    it(`is whole at ${options.width} px in ${options.lang}${options.js === false ? " without a script" : ""}`, async () => {
      const page = await enter("barasa.inquiry", options);
      const at = await villa(page);
      for (const part of ["", "/steps", "/steps/tip-scene-1/photographs", "/persons", "/log", "/sketch", "/do/enter", "/report"]) {
        await page.goto(at + part);
        assert.ok(!(await page.locator("body").innerText()).includes("⟦"), `${part}: a text is missing`);
        await checkAxe(page);
        await checkWidth(page);
        await checkTargets(page);
      }
      await shot(page, `scene-${options.width}`);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }

  it("goes on step by step without a script", async () => {
    const page = await enter("barasa.inquiry", { width: 360, js: false });
    const at = await villa(page);
    await page.goto(`${at}/steps/tip-scene-1/cordon`);
    await page.goto(`${at}/steps/tip-scene-1/money-and-counts`);
    await page.getByRole("button", { name: "This step is done" }).click();
    assert.match(await page.locator("main").innerText(), /Answer what was looked for/);
    for (let n = 0; n < 3; n++) {
      const form = page.locator('form:has(input[name="prompt"])').nth(n);
      await form.getByLabel("Looked for, not found").check();
      await form.getByRole("button").click();
    }
    await page.getByRole("button", { name: "This step is done" }).click();
    assert.match(page.url(), /tip-scene-1\/papers$/);
    await page.context().close();
  });

  it("keeps the suspect out of the victim's car", async () => {
    const page = await enter("barasa.inquiry", { width: 360 });
    const at = await villa(page);
    const handle = async (who, pick) => {
      await page.goto(`${at}/persons`);
      await page.getByText(`Hand over or move ${who}`, { exact: true }).click();
      for (const [label, value] of Object.entries(pick)) await page.getByLabel(label, { exact: true }).selectOption({ label: value });
      await page.getByRole("button", { name: "Save" }).click();
    };
    await handle("P1", { Vehicle: "V1" });
    assert.match(page.url(), /\/persons$/);
    await handle("P3", { Vehicle: "V1" });
    assert.match(await page.locator("main").innerText(), /Not the same vehicle/);
    assert.equal(await page.getByLabel("Vehicle", { exact: true }).locator("option:checked").innerText(), "V1", "what was chosen is lost");
    await page.context().close();
  });

  it("takes a mark by pointing, and tells the device's time", async () => {
    const page = await enter("barasa.inquiry", { width: 360 });
    const at = await villa(page);
    await checkWeight(page, `${at}/sketch`, laterPageBudget + 20 * 1024);
    const box = await page.locator("#sketch").boundingBox();
    await page.locator("#sketch").click({ position: { x: box.width / 2, y: box.height / 2 } });
    assert.match(await page.locator("[data-points=sketch]").inputValue(), /^(49|50|51),(49|50|51)$/);
    await page.locator('select[name="kind"]').selectOption("lock");
    const sent = page.waitForRequest((r) => r.method() === "POST");
    await page.getByRole("button", { name: "Put it on the sketch" }).click();
    assert.match(new URLSearchParams((await sent).postData()).get("device_at"), /^\d{4}-\d\d-\d\dT/);
    await page.waitForLoadState();
    assert.match(await page.locator("main").innerText(), /Lock/);
    await page.context().close();
  });

  it("is not there for a colleague outside the team", async () => {
    const lead = await enter("barasa.inquiry", { width: 360 });
    const at = await villa(lead);
    const page = await enter("kamau.case", { width: 360 });
    assert.equal((await page.goto(at)).status(), 404);
    assert.equal((await page.goto(`${rufaa.url}/scenes/00000000-0000-7000-8000-000000000000`)).status(), 404);
    await page.context().close();
    await lead.context().close();
  });
});
