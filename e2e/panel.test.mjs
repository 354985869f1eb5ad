// The identification panel: two members of other agencies find it on their own
// lists, read what lies before it and give each their own voice; the page of the
// case tells what came of it. A supervisor's list beside it. On a telephone and at
// a desk, in both languages, with and without JavaScript.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWidth, launch, newPage, serve, shot, signIn } from "./harness.mjs";

const program = path.join(import.meta.dirname, "..", "bin", "rufaa");
let browser, folder, rufaa;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-panel-"));
  rufaa = await serve(program, ["demo", "--data", folder, "--addr", "127.0.0.1:0"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

const enter = async (page, user) => {
  await page.context().clearCookies({ name: "rufaa" });
  await signIn(page, rufaa.url, user);
};

async function api(page, at, data) {
  const answer = await page.request.post(`${rufaa.url}/api/v1${at}`, { data });
  assert.ok(answer.ok(), `${at}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

// judged gives the words of the page that is open, after it was looked at.
async function judged(page, name) {
  const text = await page.locator("body").innerText();
  assert.ok(!text.includes("⟦"), `${name}: a text is missing: ${text.match(/⟦[^⟧]*⟧/)}`);
  await checkAxe(page);
  await checkWidth(page);
  await checkTargets(page);
  // A form that comes back with what is wrong answers 422, and the browser says so.
  assert.deepEqual(page.complaints.filter((c) => !c.includes("status of 422")), [], name);
  page.complaints.length = 0;
  await shot(page, name);
  return text;
}

async function clean(page, at, name) {
  await page.goto(`${rufaa.url}${at}`);
  return judged(page, name);
}

const spoken = { language: "sw", interpreting: "not-needed" };

// presumed is a case of Tumaini Care whose person is presumed a victim.
async function presumed(page, name) {
  const { id, reference } = await api(page, "/alerts", {
    channel: "hotline", county: "nairobi-city", holder: "x-tumaini", account: "Her passport was kept",
    person: { name, age: 27, minor: "no", sex: "female", language: "sw" },
  });
  await api(page, `/cases/${id}/take`);
  await api(page, `/cases/${id}/screenings`, { questionnaire: "adult-1", answers: { "appears-afraid": "yes" }, ...spoken });
  await api(page, `/cases/${id}/presumption`, { decision: "presumed", track: "trafficking" });
  return { id, reference };
}

describe("the identification panel", { concurrency: 1 }, () => {
  for (const [lang, width, js] of [["en", 360, true], ["sw", 360, false], ["en", 1280, false]]) {
    const at = `${lang}-${width}-${js ? "js" : "plain"}`;
    const says = (en, sw) => (lang === "sw" ? sw : en);

    it(`is decided by the voices of its members (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "kamau.case");
      const { id, reference } = await presumed(page, "Mercy Fiktivo");

      // The case manager calls it, from a page.
      await clean(page, `/cases/${id}/do/panel`, `panel-call-${at}`);
      const [year, month, day] = new Date().toISOString().slice(0, 10).split("-");
      for (const [part, value] of Object.entries({ day, month, year })) await page.fill(`input[name=on-${part}]`, value);
      await page.fill("textarea[name=members]", "fatuma.case\nnobody.here");
      await page.fill("textarea[name=papers]", "Wages ended after a month.");
      await page.locator("main form button").last().click();
      assert.match(await judged(page, `panel-nobody-${at}`), says(/may not sit on a panel/, /hawezi kuwa mjumbe/));
      await page.fill("textarea[name=members]", "fatuma.case\nkibet.legal");
      await page.locator("main form button").last().click();
      await page.waitForURL(`${rufaa.url}/cases/${id}/identification`);
      await page.goto(`${rufaa.url}/cases/${id}/do/panel-proposal`);
      await page.check("input[name=outcome][value=confirmed]");
      await page.fill("textarea[name=reasons]", "You could not leave.");
      await page.locator("main form button").last().click();
      await page.waitForURL(`${rufaa.url}/cases/${id}/identification`);
      assert.match(await judged(page, `panel-proposed-${at}`), says(/0 of 2 have spoken/, /0 kati ya 2 wamesema/));

      // Each member finds it on the own list, reads, and speaks.
      for (const [user, voice] of [["fatuma.case", "dissent"], ["kibet.legal", "agree"]]) {
        await enter(page, user);
        const home = await judged(page, `panel-home-${user}-${at}`);
        assert.match(home, says(/A panel waits for your voice/, /Jopo linasubiri sauti yako/));
        assert.ok(!home.includes("Mercy"));
        assert.ok((await clean(page, "/panels", `panels-${user}-${at}`)).includes(reference));
        await page.getByRole("link", { name: reference }).first().click();
        assert.ok(!(await judged(page, `panel-shut-${user}-${at}`)).includes("Wages ended"));
        await page.getByRole("button", { name: says("Open what lies before the panel", "Fungua yaliyo mbele ya jopo") }).click();
        const read = await judged(page, `panel-read-${user}-${at}`);
        assert.ok(read.includes("Wages ended after a month.") && read.includes("You could not leave.") && !read.includes("Mercy"));
        await page.check(`input[name=voice][value=${voice}]`);
        const speak = () => page.getByRole("button", { name: says("Give my voice", "Toa sauti yangu") }).click();
        if (voice === "dissent") {
          await speak();
          await judged(page, `panel-why-${at}`); // a dissent without its reason is asked for one
          assert.ok(page.url().includes("/panel"));
          await page.fill("textarea[name=reasons]", "The wages were paid late, but paid.");
        }
        await speak();
        await page.waitForURL(`${rufaa.url}/panels`);
        await judged(page, `panels-after-${user}-${at}`);
        assert.equal((await page.request.get(`${rufaa.url}/cases/${id}`)).status(), 404);
      }
      assert.equal((await page.request.get(`${rufaa.url}/cases/${id}/panel`)).status(), 404);

      await enter(page, "kamau.case");
      const told = await clean(page, `/cases/${id}/identification`, `panel-over-${at}`);
      assert.match(told, says(/Not enough members agreed/, /Wajumbe waliokubali hawatoshi/));
      assert.match(told, says(/Fatuma Shee.*dissents/, /Fatuma Shee.*anapinga/));

      // The supervisor of the agency has in sight what waits.
      await api(page, `/cases/${id}/safety`, { level: "high", reasons: "The broker has her number" });
      await enter(page, "baraka.lead");
      assert.ok((await clean(page, "/supervision", `sight-${at}`)).includes(reference));
      await page.context().close();
    });
  }
});
