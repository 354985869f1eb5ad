// Officers at a villa, on a phone at night and without JavaScript: the steps
// one by one, a person handled, a mark on the sketch by pointing.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWeight, checkWidth, laterPageBudget, launch, newPage, serve, shot, signIn } from "./harness.mjs";

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
  await signIn(page, rufaa.url, user);
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
    assert.match(await page.locator("main").innerText(), /say why there is nothing/);
    await page.getByLabel("Nothing is linked: why?").selectOption({ label: "Looked for; there was none" });
    await page.getByRole("button", { name: "This step is done" }).click();
    assert.match(page.url(), /tip-scene-1\/papers$/);
    await page.goto(`${at}/steps/tip-scene-1/money-and-counts`);
    assert.match(await page.locator("main").innerText(), /Nothing is linked: Looked for; there was none/);
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

  // on opens the sketch on the photo that the demonstration drew on.
  async function onPhoto(page) {
    const at = await villa(page);
    await page.goto(`${at}/sketch`);
    const href = await page.locator('main a[href*="/sketch?on="]').first().getAttribute("href");
    await page.goto(rufaa.url + href);
    return at;
  }

  for (const options of [{ width: 360, lang: "sw", js: false }, { width: 360, lang: "en", dark: true }, { width: 1280, lang: "en", js: false }, { width: 1280, lang: "sw" }]) {
    it(`is drawn on a photo at ${options.width} px in ${options.lang}${options.js === false ? " without a script" : ""}`, async () => {
      const page = await enter("barasa.inquiry", options);
      await onPhoto(page);
      assert.equal(await page.locator("img.r-sketch__picture, input.r-sketch__picture").count(), 0, "the photo is shown unasked");
      await whole(page);
      await page.locator('form[action$="/sketch/photo"] button').click();
      const picture = page.locator("input[type=image]");
      const came = await page.request.get(new URL(await picture.getAttribute("src"), rufaa.url).href);
      assert.equal(`${came.status()} ${came.headers()["content-type"]}`, "200 image/jpeg", "the picture does not come");
      await whole(page);
      const press = async (x, y) => {
        const box = await picture.boundingBox();
        await picture.click({ position: { x: box.width * x, y: box.height * y } });
        await page.waitForLoadState();
      };
      await page.locator('select[name="kind"]').selectOption("outer-cordon");
      await press(0.25, 0.5);
      await press(0.75, 0.5);
      const field = page.locator("[data-points=sketch]");
      assert.match(await field.inputValue(), /^(24|25)\S*,(49|50)\S* (74|75)\S*,(49|50)\S*$/);
      assert.equal(await page.locator('select[name="kind"]').inputValue(), "outer-cordon", "what was chosen is lost");
      await field.fill(`${await field.inputValue()} J10`); // without pointing: a square
      const before = await page.locator("#sketch polygon").count();
      await page.locator('form:has([name="points"]) button').click();
      await page.waitForLoadState();
      assert.equal(await page.locator("#sketch polygon").count(), before + 1);
      assert.equal(await field.inputValue(), "");
      const [lines, photo] = [await page.locator("#sketch").boundingBox(), await picture.boundingBox()];
      for (const side of ["x", "y", "width", "height"]) assert.ok(Math.abs(lines[side] - photo[side]) < 1.5, `the lines do not lie on the photo: ${side}`);
      await whole(page);
      await shot(page, `scene-photo-${options.width}-${options.lang}`);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }

  async function whole(page) {
    assert.ok(!(await page.locator("body").innerText()).includes("⟦"), "a text is missing");
    await checkAxe(page);
    await checkWidth(page);
    await checkTargets(page);
  }

  it("is drawn on a photo by keys alone", async () => {
    const page = await enter("barasa.inquiry", { width: 360 });
    await onPhoto(page);
    await page.locator('form[action$="/sketch/photo"] button').press("Enter");
    await page.locator("input[type=image]").press("Enter");
    assert.ok(await page.locator("[data-points=sketch]").evaluate((e) => e === document.activeElement), "the picture keeps the keys");
    await page.keyboard.type("B2");
    await page.locator('select[name="kind"]').selectOption("camera");
    const before = await page.locator("#sketch circle").count();
    await page.getByRole("button", { name: "Put it on the sketch" }).press("Enter");
    await page.waitForLoadState();
    assert.equal(await page.locator("#sketch circle").count(), before + 1);
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
