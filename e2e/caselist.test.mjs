// An agency's own list of cases, taken in on a phone without JavaScript: tried,
// a word explained, taken, the row that was not taken fetched.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder;

const list = (n) =>
  `Case No,Full name,Gender,Date opened\n${n}-1,Zawadi Mwakaribu,Mke,15/01/2024\n${n}-2,Almaz Bekelemu,Chakechake,2/2/2024\n${n}-3,Bad Tarehemba,F,31/31/2024\n`;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-caselist-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "data"), "--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a list of cases", { concurrency: 1 }, () => {
  for (const [lang, width, user] of [["en", 1280, "fatuma.case"], ["sw", 360, "achieng.case"]]) {
    it(`${lang} at ${width} px without JavaScript`, async () => {
      const page = await newPage(browser, { lang, width, js: false });
      const clean = async () => {
        await checkAxe(page);
        await checkWidth(page);
        assert.doesNotMatch(await page.locator("main").innerText(), /⟦/, "a text is missing");
      };
      await signIn(page, rufaa.url, user);
      await page.goto(`${rufaa.url}/cases/list`);
      await clean();
      await page.setInputFiles('input[type="file"]', { name: "clients.csv", mimeType: "text/csv", buffer: Buffer.from(list(lang)) });
      await page.locator('form[enctype] button').click();
      await clean();
      await page.locator('input[name="list"]').fill(`clients-${lang}`);
      await page.locator('form[action$="/try"] button').click();
      await clean();
      assert.match(await page.locator("#words").innerText(), /chakechake/);
      await page.locator('select[name="w.0"]').selectOption("female");
      await page.locator('form[action$="/try"] button').click();
      await page.locator('form[action$="/take"] button').click();
      await clean();
      const [download] = await Promise.all([page.waitForEvent("download"), page.locator('a[href$="not-taken.csv"]').click()]);
      assert.match(await readFile(await download.path(), "utf8"), /Bad Tarehemba/);
      await page.locator('form[action$="/drop"] button').click();
      await clean();
      await page.context().close();
    });
  }
});
