// Leave: a colleague takes one's place on a case until a day, on a telephone and
// at a desk, in both languages, with and without JavaScript; somebody is kept
// away from it; and a review stands beside the decision it changed, with its letter.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWidth, launch, newPage, serve, shot, signIn } from "./harness.mjs";

const program = path.join(import.meta.dirname, "..", "bin", "rufaa");
let browser, folder, rufaa;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-leave-"));
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

// api sends a command as the person of the page.
async function api(page, at, data) {
  const answer = await page.request.post(`${rufaa.url}/api/v1${at}`, { data });
  assert.ok(answer.ok(), `${at}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

async function clean(page, at, name) {
  await page.goto(`${rufaa.url}${at}`);
  const text = await page.locator("body").innerText();
  assert.ok(!text.includes("⟦"), `${name}: a text is missing: ${text.match(/⟦[^⟧]*⟧/)}`);
  await checkAxe(page);
  await checkWidth(page);
  await checkTargets(page);
  assert.deepEqual(page.complaints, [], name);
  await shot(page, name);
  return text;
}

const inDays = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
const person = { name: "Sidi Fiktivo", age: 27, minor: "no", sex: "female", language: "sw" };
const spoken = { language: "sw", interpreting: "not-needed" };

describe("leave and what stands beside it", { concurrency: 1 }, () => {
  for (const [lang, width, js] of [["en", 360, true], ["sw", 360, false], ["sw", 1280, true]]) {
    const at = `${lang}-${width}`;
    const says = (en, sw) => (lang === "sw" ? sw : en);

    it(`a colleague takes one's place, and somebody is kept away (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "kamau.case");
      const { id } = await api(page, "/alerts", { channel: "hotline", county: "nairobi-city", holder: "x-tumaini", account: "She waits at the gate", person });
      await api(page, `/cases/${id}/take`);
      const { id: kamau } = await (await page.request.get(`${rufaa.url}/api/v1/session`)).json();
      await api(page, `/cases/${id}/tasks`, { kind: "documents", staff: kamau, due_on: inDays(2) });
      await clean(page, `/cases/${id}/do/cover`, `cover-${at}`);
      await page.selectOption("select[name=staff]", { label: "Wanjiru Tama (fictional)" });
      const [year, month, day] = inDays(3).split("-");
      await page.fill("input[name=until-day]", day);
      await page.fill("input[name=until-month]", month);
      await page.fill("input[name=until-year]", year);
      await page.locator("main form button").last().click();
      assert.match(await clean(page, `/cases/${id}/work`, `covered-work-${at}`), says(/covered by Wanjiru Tama/, /nafasi yake imeshikwa na Wanjiru Tama/));
      await clean(page, `/cases/${id}/do/keep-away`, `keep-away-${at}`);
      await api(page, `/cases/${id}/kept-away`, { staff: "demo-mwende-counsel", reason: "conflict" });
      assert.match(await clean(page, `/cases/${id}`, `kept-away-${at}`), says(/Kept away from this case/, /Waliowekwa mbali na kesi hii/));

      await enter(page, "wanjiru.case");
      for (const [where, name] of [["/?list=mine", "list"], [`/calendar?day=${inDays(2)}`, "calendar"], [`/day?on=${inDays(2)}`, "day"], [`/cases/${id}/work`, "work"]]) {
        const text = await clean(page, where, `in-place-${name}-${at}`);
        if (name !== "work") assert.match(text, says(/in place of Kamau Njora/, /kwa niaba ya Kamau Njora/), where);
      }
      await enter(page, "mwende.counsel");
      assert.equal((await page.request.get(`${rufaa.url}/cases/${id}`)).status(), 404);
      await page.context().close();
    });

    it(`a review stands beside "not presumed" (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "kamau.case");
      const { id } = await api(page, "/alerts", { channel: "hotline", county: "nairobi-city", holder: "x-tumaini", account: "A neighbour heard shouting", person });
      await api(page, `/cases/${id}/take`);
      const form = await (await page.request.get(`${rufaa.url}/api/v1/questionnaires/adult-1`)).json();
      await api(page, `/cases/${id}/screenings`, { ...spoken, questionnaire: "adult-1", answers: { [form.groups[0].indicators[0].id]: "yes" } });
      await api(page, `/cases/${id}/presumption`, { decision: "not_presumed", reason: "labour-dispute", note: "Wages", way_back: "May ring" });
      await api(page, `/cases/${id}/status-reviews`, { asked_by: "person", grounds: "Ask again" });
      await api(page, `/cases/${id}/team`, { staff: "demo-wanjiru-case", duty: "case_manager" });
      await enter(page, "wanjiru.case");
      await api(page, `/cases/${id}/status-reviews/answer`, { outcome: "changed", reasons: "The house was locked" });
      const changed = says(/Changed by a review to: Presumed victim/, /Umebadilishwa na mapitio kuwa: Anachukuliwa kuwa mwathiriwa/);
      assert.match(await clean(page, `/cases/${id}`, `changed-case-${at}`), changed);
      assert.match(await clean(page, `/cases/${id}/identification`, `changed-${at}`), changed);
      const letter = await page.locator('a[href*="/letter?review="]').first().getAttribute("href");
      const paper = await page.request.get(new URL(letter, rufaa.url).href);
      assert.equal(paper.headers()["content-type"], "application/pdf");
      await page.context().close();
    });
  }
});
