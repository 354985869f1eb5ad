// Every component, in both languages, at both widths, with and without
// JavaScript, light and dark: accessible, light, tappable, no sideways scroll.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWeight, checkWidth, laterPageBudget, launch, newPage, serve, sheetsOf, shot, widths } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
const paths = ["/", "/case", "/form", "/mended", "/sign-in", "/survivor", "/done", "/parts"];
let browser, gallery, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-gallery-"));
  const binary = path.join(folder, "gallery");
  execFileSync("go", ["build", "-o", binary, "./internal/web/ui/gallery"], { cwd: root, stdio: "inherit" });
  gallery = await serve(binary, ["--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await gallery?.stop();
  await rm(folder, { recursive: true, force: true });
});

const named = (p) => `gallery-${p === "/" ? "worklist" : p.slice(1)}`;

for (const width of widths) {
  for (const js of [true, false]) {
    describe(`${width} pixels, ${js ? "with" : "without"} JavaScript`, { concurrency: 4 }, () => {
      for (const p of paths) {
        it(p, async () => {
          const page = await newPage(browser, { width, js });
          await page.goto(gallery.url + p);
          await checkWidth(page);
          await checkTargets(page);
          await checkAxe(page);
          if (js) await shot(page, `${named(p)}-${width}`);
          assert.deepEqual(page.complaints, []);
          await page.context().close();
        });
      }
    });
  }
}

describe("dark", { concurrency: 4 }, () => {
  for (const p of paths) {
    it(p, async () => {
      const page = await newPage(browser, { width: 360, dark: true });
      await page.goto(gallery.url + p);
      await checkAxe(page);
      await shot(page, `${named(p)}-dark`);
      await page.context().close();
    });
  }
});

describe("Kiswahili", () => {
  it("is chosen by a button and stays", async () => {
    const page = await newPage(browser, { width: 360, js: false, lang: "sw" });
    await page.goto(`${gallery.url}/form`);
    await page.getByRole("button", { name: "Kiswahili" }).click();
    assert.equal(new URL(page.url()).pathname, "/form");
    assert.equal(await page.locator("html").getAttribute("lang"), "sw");
    await page.goto(`${gallery.url}/mended`);
    await checkWidth(page);
    await checkAxe(page);
    await shot(page, "gallery-mended-360-sw");
    await page.context().close();
  });
});

describe("weight", () => {
  it("of a first page and of later ones", async () => {
    const page = await newPage(browser);
    const first = await checkWeight(page, `${gallery.url}/`);
    for (const p of paths) await checkWeight(page, gallery.url + p, laterPageBudget);
    assert.ok(first < 40 * 1024, `the frame alone should stay far under the budget: ${first}`);
    await page.context().close();
  });
});

describe("script", { concurrency: 4 }, () => {
  it("puts the focus on the error summary, and its links into the field", async () => {
    const page = await newPage(browser);
    await page.goto(`${gallery.url}/mended`);
    assert.ok(await page.evaluate(() => document.activeElement.matches("[data-errors]")));
    await page.getByRole("link", { name: "The date of birth is in the future" }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "born");
    await page.context().close();
  });

  it("sends a form once however often the button is pressed", async () => {
    const page = await newPage(browser);
    let sent = 0;
    await page.route("**/sign-in", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return route.fulfill({ contentType: "text/html", body: "<title>in</title>" });
    });
    await page.goto(`${gallery.url}/sign-in`);
    await page.evaluate(() => {
      const button = document.querySelector("main button");
      button.click();
      button.click();
      button.click();
    });
    await page.waitForFunction(() => document.title === "in");
    assert.equal(sent, 1);
    await page.context().close();
  });

  it("asks before unsaved words are lost, never on sending", async () => {
    const page = await newPage(browser);
    let asked = 0;
    page.on("dialog", (dialog) => {
      asked += 1;
      return dialog.dismiss();
    });
    await page.goto(`${gallery.url}/form`);
    await page.getByLabel("What happened?").fill("She says she cannot go out.");
    await page.locator(".r-mark").click();
    await page.waitForTimeout(300);
    assert.equal(asked, 1);
    assert.equal(new URL(page.url()).pathname, "/form");
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      page.getByRole("button", { name: "Send alert" }).click(),
    ]);
    assert.equal(asked, 1);
    await page.context().close();
  });

  for (const way of ["the button", "Escape three times"]) {
    it(`leaves a survivor's page by ${way}, and Back does not return`, async () => {
      const page = await newPage(browser, { width: 360 });
      await page.route("https://www.google.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>elsewhere</title>" }));
      await page.goto(`${gallery.url}/survivor`);
      assert.equal(await page.title(), "Information");
      if (way === "the button") await page.locator("[data-exit]").click();
      else for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
      await page.waitForURL("https://www.google.com/**");
      await page.goBack().catch(() => null);
      assert.ok(!page.url().startsWith(gallery.url), `Back returned to ${page.url()}`);
      await page.context().close();
    });
  }
});

describe("without script", () => {
  it("opens the further question only under the chosen answer", async () => {
    const page = await newPage(browser, { js: false });
    await page.goto(`${gallery.url}/form`);
    assert.ok(await page.getByLabel("What is the danger?").isVisible());
    await page.getByLabel("No", { exact: true }).check();
    assert.ok(!(await page.getByLabel("What is the danger?").isVisible()));
    await page.context().close();
  });

  it("opens and closes the panel of who is signed in", async () => {
    const page = await newPage(browser, { width: 360, js: false });
    await page.goto(`${gallery.url}/`);
    const out = page.getByRole("button", { name: "Sign out" });
    assert.ok(!(await out.isVisible()));
    await page.locator(".r-who summary").click();
    assert.ok(await out.isVisible());
    await checkTargets(page);
    await checkAxe(page);
    await page.context().close();
  });
});

describe("keyboard", () => {
  it("reaches the skip link first, then the content", async () => {
    const page = await newPage(browser, { js: false });
    await page.goto(`${gallery.url}/`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "govuk-skip-link");
    await page.keyboard.press("Enter");
    assert.equal(new URL(page.url()).hash, "#main");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
    await page.context().close();
  });
});

describe("paper", () => {
  it("carries the realm's banner and who printed, without navigation", async () => {
    const page = await newPage(browser);
    await page.goto(`${gallery.url}/case`);
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.getByText("Every person and case here is invented.").isVisible());
    assert.ok(await page.getByText("Printed by Achieng Odhiambo").isVisible());
    assert.ok(!(await page.locator(".r-nav").isVisible()));
    await shot(page, "gallery-case-print");
    await page.context().close();
  });

  it("carries the banner on every sheet", async () => {
    const page = await newPage(browser);
    await page.goto(`${gallery.url}/form`);
    await page.evaluate(() => {
      const main = document.querySelector("main");
      main.innerHTML += main.innerHTML; // long enough for several sheets
    });
    const sheets = sheetsOf(await page.pdf({ format: "A4" }));
    assert.ok(sheets.length > 2, `only ${sheets.length} sheets`);
    const [banner] = /<[0-9A-F]{16,}> Tj/.exec(sheets[0]); // the first words, as glyphs
    sheets.forEach((sheet, i) => assert.ok(sheet.includes(banner), `sheet ${i + 1} has no banner`));
    await page.context().close();
  });
});
