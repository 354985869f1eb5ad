// An exercise as control, an actor and a team see it, in a real browser: the
// board comes alive by itself, taps wait on a phone without network, and
// everything works without JavaScript.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, widths } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder;

before(async () => {
  if (process.env.RUFAA_AT) {
    rufaa = { url: process.env.RUFAA_AT, stop() {} };
  } else {
    folder = await mkdtemp(path.join(tmpdir(), "rufaa-exercise-"));
    rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", folder, "--addr", "127.0.0.1:0"]);
  }
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function as(user, options) {
  const page = await newPage(browser, options);
  page.at = `${rufaa.url}/realm/exercise`;
  await page.goto(`${page.at}/sign-in`);
  await page.fill("#username", user);
  await page.fill("#password", "karibu-rufaa");
  await page.locator("main form button").first().click();
  return page;
}

describe("an exercise", () => {
  for (const width of widths) {
    for (const js of [true, false]) {
      it(`is readable at ${width} px, ${js ? "with" : "without"} JavaScript`, async () => {
        for (const [user, at] of [["control.1", "/exercise/board"], ["control.1", "/exercise"], ["actor.c1", "/exercise/card"], ["ngo.1", "/exercise/mailbox"]]) {
          const page = await as(user, { width, js, lang: js ? "en" : "sw" });
          await page.goto(page.at + at);
          assert.match(await page.locator(".r-realm").innerText(), js ? /EXERCISE/ : /ZOEZI/);
          await checkWidth(page);
          if (js) await checkAxe(page);
          await page.context().close();
        }
      });
    }
  }

  it("shows on the board what another controller did, without a reload", async () => {
    const one = await as("control.1");
    const two = await as("control.1", { js: false });
    await one.goto(`${one.at}/exercise/board`);
    await two.goto(`${two.at}/exercise/board`);
    await two.locator('summary:has-text("Free inject")').click();
    const form = two.locator('form[action$="/exercise/free"]');
    const title = `Rain ${Date.now()}`;
    await form.locator('[name="title"]').fill(title);
    await form.locator('[name="content"]').fill("The road is flooded.");
    await form.locator('[name="teams"][value="DCI"]').check();
    await form.locator('[name="reason"]').fill("To see who adapts");
    await form.locator("button").click();
    await one.getByText(title).waitFor({ timeout: 3000 });
    await one.context().close();
    await two.context().close();
  });

  it("keeps an actor's taps while the phone has no network", async () => {
    const page = await as("actor.c1", { width: 360 });
    await page.goto(`${page.at}/exercise/card`);
    await page.context().setOffline(true);
    await page.locator('form[action$="/treated"] [name="how"][value="photographed"]').check();
    await page.locator('form[action$="/treated"] button').click();
    await page.getByText(/No network/).waitFor({ timeout: 3000 });
    await page.context().setOffline(false);
    await page.getByText("Sent.", { exact: true }).waitFor({ timeout: 5000 });
    await page.goto(`${page.at}/exercise/card`);
    assert.match(await page.locator("#log, [id=log] ~ *").first().innerText().catch(() => page.innerText()), /Photographed/);
    await page.context().close();
  });
});
