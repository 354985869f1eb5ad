// A file goes up in pieces with the page's script, and in one go without: both
// end on the file's own page, and what comes back is what was sent.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder, sent;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-upload-"));
  sent = path.join(folder, "statement (fictional).txt");
  await writeFile(sent, "What was said, invented for this check.\n".repeat(300_000)); // more than one piece
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "data"), "--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a file of an inquiry", () => {
  for (const [js, width] of [[true, 1280], [false, 360]]) {
    it(js ? "in pieces, with JavaScript" : "in one go, without JavaScript", async () => {
      const page = await newPage(browser, { js, width });
      await signIn(page, rufaa.url, "barasa.inquiry");
      await page.goto(`${rufaa.url}/inquiries`);
      const inquiries = await page.locator('a[href^="/inquiries/"]').evaluateAll((all) => all.map((a) => a.getAttribute("href")));
      await page.goto(rufaa.url + inquiries.find((h) => /[0-9a-f-]{36}$/.test(h)) + "/files");
      await checkAxe(page);
      await checkWidth(page);
      await page.locator('input[name="kind"][value="document"]').check();
      await page.setInputFiles('input[type="file"]', sent);
      await page.locator('form:has(input[type="file"]) button').last().click();
      await page.waitForURL(/\/files\/[0-9a-f-]{36}$/);
      await checkWidth(page);
      const digest = createHash("sha256").update(await readFile(sent)).digest("hex");
      assert.ok((await page.content()).includes(digest), "the page does not show the digest of what was sent");
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }
});
