// The journey through the pages as people of four agencies walk it: in English
// and in Kiswahili, at both widths, with JavaScript and without.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, shot, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-journey-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", folder, "--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

// as signs one person in, in a browser of their own.
async function as(user, options) {
  const page = await newPage(browser, options);
  await signIn(page, rufaa.url, user);
  return page;
}

const send = (page) => page.locator("main form button").last().click();
const pick = (page, name, value) => page.locator(`[name="${name}"][value="${value}"]`).check();
const today = new Date();

async function day(page, name) {
  await page.fill(`[name="${name}-day"]`, String(today.getUTCDate()));
  await page.fill(`[name="${name}-month"]`, String(today.getUTCMonth() + 1));
  await page.fill(`[name="${name}-year"]`, String(today.getUTCFullYear()));
}

async function talk(page) {
  await page.selectOption('[name="language"]', "sw");
  await pick(page, "interpreting", "not-needed");
}

async function clean(page, name) {
  const text = await page.locator("body").innerText();
  assert.ok(!text.includes("⟦"), `${name}: a text is missing: ${text.match(/⟦[^⟧]*⟧/)}`);
  await checkAxe(page);
  await checkWidth(page);
  // A refused form answers 4xx, which the browser notes; that is no fault.
  assert.deepEqual(page.complaints.filter((c) => !c.includes("the server responded with a status of 4")), [], name);
  await shot(page, name);
}

async function journey(options, name) {
  const officer = await as("amina.officer", options);
  await officer.goto(`${rufaa.url}/alerts/new`);
  await clean(officer, `${name}-alert`);
  await pick(officer, "immediate", "yes");
  await officer.fill('[name="account"]', "A neighbour heard crying for three days.");
  await officer.fill('[name="person.name"]', "Selam Fiktivo");
  await pick(officer, "person.minor", "no");
  await officer.fill('[name="person.age"]', "24");
  await officer.selectOption('[name="holder"]', "x-tumaini");
  await send(officer);
  await officer.waitForURL(/\/cases\//);
  const at = officer.url();
  await clean(officer, `${name}-alerted`);

  const manager = await as("wanjiru.case", options);
  await clean(manager, `${name}-worklist`);
  const step = async (slug, fill) => {
    await manager.goto(`${at}/do/${slug}`);
    if (fill) await fill();
    await send(manager);
    await manager.waitForURL(at);
  };
  await step("take");
  await step("danger", () => pick(manager, "action", "moved-to-safety"));
  await step("screening", async () => {
    await talk(manager);
    await pick(manager, "a.appears-afraid", "yes");
  });
  await step("presumption", async () => {
    await pick(manager, "decision", "presumed");
    await pick(manager, "track", "trafficking");
  });
  await manager.goto(`${at}/do/safety`);
  await send(manager); // nothing filled in: told what is wrong, nothing lost
  assert.equal(await manager.locator("[role=alert], .govuk-error-summary").count() > 0, true, "no error summary");
  await clean(manager, `${name}-refused`);
  await step("safety", async () => {
    await pick(manager, "level", "high");
    await manager.fill('[name="reasons"]', "He knows her cousin.");
  });
  await step("needs", async () => {
    await manager.fill('[name="wishes"]', "To sleep with the light on.");
    await manager.locator('details:has([name="n.shelter"]) summary').click();
    await manager.selectOption('[name="n.shelter"]', "emergency");
  });
  await step("consent", async () => {
    await manager.selectOption('[name="agency"]', "x-nyumba-salama");
    await pick(manager, "purposes", "assistance");
    await pick(manager, "compartments", "identity");
    await pick(manager, "given", "yes");
    await pick(manager, "given_by", "person");
    await pick(manager, "how", "spoken");
    await talk(manager);
  });
  await clean(manager, `${name}-case`);
  await manager.goto(`${at}/referrals/new`);
  await manager.selectOption('[name="to"]', "x-nyumba-salama");
  await manager.locator('[name="needs"]').first().check();
  await pick(manager, "compartments", "identity");
  await send(manager);
  assert.match(await manager.locator("main").innerText(), /Selam Fiktivo/, "the preview shows what is disclosed");
  await clean(manager, `${name}-preview`);
  await send(manager);
  await manager.waitForURL(/\/referrals\//);
  const referral = manager.url();

  const shelter = await as("salome.shelter", options);
  assert.equal((await shelter.goto(at)).status(), 404, "the shelter is not on the team yet");
  await shelter.goto(referral);
  await shelter.locator('form[action$="/read"] button').click();
  assert.match(await shelter.locator("main").innerText(), /Selam Fiktivo/);
  assert.doesNotMatch(await shelter.locator("main").innerText(), /crying/);
  await clean(shelter, `${name}-referral`);
  await shelter.locator('form:has([name="accept"][value="yes"]) button').click();
  await shelter.waitForURL(referral);

  const police = await as("barasa.inquiry", options);
  assert.equal((await police.goto(at)).status(), 404, "another agency's case is not there");
  await clean(police, `${name}-not-there`);

  await step("followup", async () => {
    await pick(manager, "kind", "phone");
    await day(manager, "on");
    await pick(manager, "safe", "yes");
  });
  await manager.goto(`${at}/access`);
  await clean(manager, `${name}-access`);
  for (const page of [officer, manager, shelter, police]) await page.context().close();
}

describe("four agencies, one journey", { concurrency: 3 }, () => {
  for (const lang of ["en", "sw"]) {
    for (const width of [1280, 360]) {
      it(`${lang} at ${width} px without JavaScript`, () => journey({ lang, width, js: false }, `journey-${lang}-${width}`));
    }
  }
  it("en at 1280 px with JavaScript", () => journey({ lang: "en", width: 1280, js: true }, "journey-js"));
});
