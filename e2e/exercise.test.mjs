// An exercise as control, an actor and a team see it, in a real browser: the
// board comes alive by itself, taps wait on a phone without network, and
// everything works without JavaScript.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkWidth, launch, newPage, serve, sheetsOf, widths } from "./harness.mjs";

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
        for (const [user, at] of [["control.1", "/exercise/board"], ["control.1", "/exercise"], ["control.1", "/exercise/people"],
          ["control.1", "/exercise/people/ex-dci-1"], ["control.1", "/exercise/attendance"], ["dci.1", "/exercise"], ["actor.c1", "/exercise/card"], ["ngo.1", "/exercise/mailbox"]]) {
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

  for (const [lang, words] of [["en", { add: "Add somebody", day: /Day 1/, left: /Left/ }], ["sw", { add: "Ongeza mtu", day: /Siku ya 1/, left: /Ameondoka/ }]]) {
    it(`keeps people and attendance at 360 px without JavaScript, in ${lang}`, async () => {
      const page = await as("control.1", { width: 360, js: false, lang });
      await page.goto(`${page.at}/exercise/board`);
      await page.locator('a[href$="/exercise/people"]').click(); // the way from the control room
      // A late-comer joins NGO and has a card at once.
      await page.getByText(words.add, { exact: true }).first().click();
      const join = page.locator('form[action$="/exercise/people"]');
      await join.locator('[name=part][value=player]').check();
      await join.locator("button").click();
      assert.ok(await page.locator("[data-errors]").isVisible(), "a player without a team is told so");
      await checkWidth(page);
      await join.locator('[name=team]').selectOption("NGO");
      await join.locator('[name=agency]').fill("Mtoni Hotline (fictional)");
      await join.locator('[name=sex]').selectOption("female");
      await join.locator("button").click();
      const id = new URL(page.url()).pathname.split("/").pop();
      assert.match(id, /^ex-ngo-\d+$/);
      const card = await page.request.post(`${page.at}/exercise/people/${id}/card`, { form: { x: "1" }, headers: { origin: rufaa.url } });
      assert.equal((await card.body()).subarray(0, 5).toString(), "%PDF-");
      // Ticked, it stands; unticked on an older sheet, another's tick stays.
      await page.goto(`${page.at}/exercise/people`);
      const two = await as("control.1", { js: false });
      await two.goto(`${two.at}/exercise/people`);
      await page.locator(`#there-${id}-1`).check();
      await page.locator('form[action$="/exercise/attendance"] button').last().click();
      assert.ok(await page.locator(`#there-${id}-1`).isChecked());
      await two.locator(`#there-${id}-2`).check();
      await two.locator('form[action$="/exercise/attendance"] button').last().click();
      assert.ok(await two.locator(`#there-${id}-1`).isChecked(), "an older sheet took a tick back");
      assert.ok(await two.locator(`#there-${id}-2`).isChecked());
      await two.locator(`#there-${id}-2`).uncheck();
      await two.locator('form[action$="/exercise/attendance"] button').last().click();
      assert.ok(!(await two.locator(`#there-${id}-2`).isChecked()), "not there after all");
      await two.context().close();
      // She goes to MED, then leaves; the day stays.
      await page.goto(`${page.at}/exercise/people/${id}`);
      assert.match(await page.locator("main").innerText(), words.day);
      const move = page.locator('form[action$="/team"]');
      await move.locator('[name=team]').selectOption("MED");
      await move.locator('[name=reason]').fill("Too few there");
      await move.locator("button").click();
      assert.match(await page.locator("main").innerText(), /MED/);
      await page.locator('form[action$="/departure"] button').click();
      assert.match(await page.locator("main").innerText(), words.left);
      await checkWidth(page);
      await page.goto(`${page.at}/exercise/people`);
      assert.ok(await page.locator(`#there-${id}-1`).isChecked());
      assert.doesNotMatch(await page.locator("main").innerText(), /⟦/);
      await page.goto(`${page.at}/exercise/board`);
      await page.locator('a[href$="/exercise/truth"]').click();
      assert.match(await page.locator("main").innerText(), /Zawadi/);
      await page.context().close();
    });
  }

  it("keeps the sheet from everybody else", async () => {
    for (const user of ["dci.1", "mentor.1", "actor.c1"]) {
      const page = await as(user, { js: false });
      for (const at of ["/exercise/people", "/exercise/people/ex-dci-2", "/exercise/attendance", "/exercise/attendance.csv"]) {
        assert.ok([403, 404].includes((await page.request.get(page.at + at)).status()), `${user} ${at}`);
      }
      await page.context().close();
    }
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

// A mentor's sheet without a network, then the end of play and the review of it:
// these tests follow one another, as the day does.
describe("an exercise that ends", () => {
  const shots = process.env.RUFAA_SHOTS;
  const shot = (page, name) => shots && page.screenshot({ path: path.join(shots, `exercise-${name}.png`), fullPage: true });

  it("keeps a mentor's grades while the phone has no network, and sends each once", async () => {
    const page = await as("mentor.1", { width: 360 });
    await page.goto(`${page.at}/exercise/mentor`);
    await checkWidth(page);
    await checkAxe(page);
    await page.waitForFunction(() => document.querySelector("[data-queue] > [role=status]"));
    await page.context().setOffline(true);
    const mark = page.locator('#k-K4 form, section:has(#k-K4) form, form:has([name=criterion][value=K4])').first();
    await mark.locator('[name="grade"][value="S"]').check();
    await mark.locator("button").click();
    await page.getByText(/No network/).waitFor({ timeout: 10_000 });
    const note = page.locator('form[action$="/mentor/notes"]');
    const words = `Waited for the welfare officer ${Date.now()}`;
    await note.locator('[name="note"]').fill(words);
    await note.locator("button").click();
    await shot(page, "mentor-offline-360");
    await page.waitForTimeout(1500); // so that the time of the tap is not that of the sending
    await page.context().setOffline(false);
    await page.getByText("Sent.", { exact: true }).waitFor({ timeout: 15_000 });
    await page.reload();
    assert.equal(await page.getByText(words).count(), 1, "the note stands once");
    await page.reload();
    assert.equal(await page.getByText(words).count(), 1, "coming back sends nothing again");
    assert.match(await page.locator("main").innerText(), /: S/);
    await page.context().close();
  });

  it("tells a mentor when something comes and an observer nothing of it, by page and by stream", async () => {
    for (const [user, all] of [["mentor.1", true], ["observer.1", false]]) {
      for (const js of [true, false]) {
        const page = await as(user, { js, width: 360 });
        await page.goto(`${page.at}/exercise/board`);
        if (js) await page.waitForTimeout(1500); // the board of the stream has come
        const rows = await page.locator("#injects tbody tr").count();
        assert.ok(all ? rows >= 42 : rows > 5 && rows < 30, `${user} sees ${rows} injects`);
        const text = await page.locator("#injects").innerText();
        assert.match(text, /Raid briefing|The tip|Helpline tip/i, "what was sent is named");
        assert.doesNotMatch(text, /Mock hearing|Vulnerable witness|The embassy|Eighteen hours/, "what is to come is named");
        await checkWidth(page);
        if (js) await checkAxe(page);
        await page.context().close();
      }
    }
  });

  it("says that there is no review before the reveal", async () => {
    const page = await as("dci.1");
    await page.goto(`${page.at}/exercise/review`);
    assert.doesNotMatch(await page.locator("main").innerText(), /Zawadi/);
    await page.context().close();
  });

  it("is ended and revealed by control, without JavaScript", async () => {
    const page = await as("control.1", { js: false });
    await page.goto(`${page.at}/exercise/board`);
    await page.locator('form[action$="/exercise/end"] [name="reason"]').evaluate((e) => (e.closest("details").open = true)).catch(() => {});
    const summary = page.locator('details:has(form[action$="/exercise/end"]) summary');
    if (!(await page.locator('form[action$="/exercise/end"] button').isVisible())) await summary.click();
    await page.locator('form[action$="/exercise/end"] [name="reason"]').fill("The day is over");
    await page.locator('form[action$="/exercise/end"] button').click();
    await page.locator('form[action$="/exercise/reveal"] button').click();
    await page.goto(`${page.at}/exercise/review`);
    assert.match(await page.locator("main").innerText(), /Zawadi/);
    await page.context().close();
  });

  for (const width of widths) {
    for (const lang of ["en", "sw"]) {
      it(`is reviewed at ${width} px in ${lang}`, async () => {
        for (const js of [true, false]) {
          const page = await as("dci.1", { width, lang, js });
          for (const [name, at] of [["review", "/exercise/review"], ["replay", "/exercise/review/replay?step=12"], ["runs", "/exercise/review/runs"], ["mailbox", "/exercise/mailbox"]]) {
            await page.goto(page.at + at);
            assert.match(await page.locator(".r-realm").innerText(), lang === "en" ? /EXERCISE/ : /ZOEZI/);
            assert.doesNotMatch(await page.locator("main").innerText(), /\[(review|exercise)\./, "a text is missing");
            await checkWidth(page);
            if (js) {
              await checkAxe(page);
              await shot(page, `${name}-${width}-${lang}`);
            }
          }
          await page.context().close();
        }
        const who = await as("mentor.1", { width, lang });
        await who.goto(`${who.at}/exercise/mentor`);
        await checkWidth(who);
        await checkAxe(who);
        await shot(who, `mentor-${width}-${lang}`);
        await who.context().close();
      });
    }
  }

  // What the tests before did to NGO and MED is in the review: a late-comer who
  // moved and left, and days that were ticked.
  const said = {
    en: { crews: "Players by team", changes: ["Joined", "Moved in", "Moved out", "Left"], day: /Day 1/, done: /done/, strong: "Strengths" },
    sw: { crews: "Wachezaji kwa timu", changes: ["Walijiunga", "Walihamia", "Walihama", "Waliondoka"], day: /Siku ya 1/, done: /imefanyika/, strong: "Uimara" },
  };
  for (const lang of ["en", "sw"]) {
    it(`tells in numbers who was there, at 360 px without JavaScript, in ${lang}`, async () => {
      const page = await as("ngo.1", { width: 360, js: false, lang });
      await page.goto(`${page.at}/exercise/review#attendance`);
      const part = page.locator("section#attendance");
      const text = await part.innerText();
      assert.match(text, said[lang].day);
      assert.doesNotMatch(text, /ex-[a-z]|⟦/, "a person");
      const crews = part.locator("table", { hasText: said[lang].crews });
      assert.equal(await crews.locator("tbody tr").count(), 10, "a row for each team that has players");
      const changes = part.locator("table", { hasText: said[lang].changes[0] }).last();
      for (const word of said[lang].changes) assert.ok((await changes.getByText(word, { exact: true }).count()) > 0, `${word} is not among the changes`);
      await checkWidth(page);
      await checkAxe(page);
      await changes.locator('a[href*="/exercise/review/events/"]').first().click();
      assert.doesNotMatch(await page.locator("main").innerText(), /ex-ngo|Mtoni/);
      await page.context().close();
    });

    it(`takes up an improvement and follows it as a task, at 360 px without JavaScript, in ${lang}`, async () => {
      const page = await as("control.1", { width: 360, js: false, lang });
      await page.goto(`${page.at}/exercise/review`);
      const form = page.locator('form[action$="/exercise/review/plan"]');
      await form.locator("button").click();
      assert.ok(await page.locator("[data-errors]").isVisible(), "a task of nothing, for nobody");
      await checkWidth(page);
      await checkAxe(page);
      const todo = `Agree who calls the interpreter (${lang})`;
      await form.locator('[name="text"]').fill(todo);
      await form.locator('[name="owner"]').selectOption("NGO");
      for (const [part, value] of [["day", "14"], ["month", "3"], ["year", "2031"]]) await form.locator(`[name="due-${part}"]`).fill(value);
      await form.locator("button").click();
      const row = page.locator("#plan tr", { hasText: todo });
      assert.match(await row.innerText(), /NGO/);
      const other = await as("ngo.1", { width: 360, js: false, lang });
      await other.goto(`${other.at}/exercise/review#plan`);
      assert.equal(await other.locator("#plan tr", { hasText: todo }).count(), 1, "whose task it is sees it");
      assert.equal(await other.locator("#plan form").count(), 0, "and marks nothing done");
      await checkAxe(other);
      await other.context().close();
      await row.locator('[name="note"]').fill("In the station's plan");
      await row.locator("button").click();
      assert.match(await row.innerText(), said[lang].done);
      assert.match(await row.innerText(), /In the station's plan/);
      await checkWidth(page);
      await page.goto(`${page.at}/exercise/review/runs`);
      assert.equal(await page.locator("main tbody tr").count(), 1, "this run, beside no other yet");
      await page.locator("main tbody a").click();
      assert.match(await page.locator("#plan").innerText(), new RegExp(said[lang].strong));
      await page.context().close();
    });
  }

  it("shows the event behind a figure, and the figures behind an event", async () => {
    const page = await as("ngo.1", { js: false });
    await page.goto(`${page.at}/exercise/review`);
    await page.locator('a[href*="/exercise/review/events/"]').first().click();
    assert.match(await page.locator("h1").innerText(), /Event #\d+/);
    await checkWidth(page);
    await shot(page, "event-1280-en");
    assert.ok((await page.locator("#rests li, section:has(#rests) li, main li a").count()) > 0);
    await page.context().close();
    const axe = await as("ngo.1", { width: 360 });
    await axe.goto(`${axe.at}/exercise/review`);
    await axe.locator('a[href*="/exercise/review/events/"]').first().click();
    await checkWidth(axe);
    await checkAxe(axe);
    await axe.context().close();
  });

  it("replays by links without JavaScript, and plays with it", async () => {
    const slow = await as("ngo.1", { js: false });
    await slow.goto(`${slow.at}/exercise/review/replay`);
    const first = await slow.locator("h1").innerText();
    await slow.locator("a[rel=next]").click();
    assert.notEqual(await slow.locator("h1").innerText(), first);
    assert.ok(await slow.locator("main svg circle").count());
    await slow.locator("a[rel=prev]").click();
    assert.equal(await slow.locator("h1").innerText(), first);
    await slow.context().close();

    const page = await as("ngo.1");
    await page.goto(`${page.at}/exercise/review/replay`);
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => /step=([3-9]|\d\d)/.test(location.search), null, { timeout: 30_000 });
    await page.getByRole("button", { name: "Pause" }).click();
    const at = await page.locator("h1").innerText();
    await page.waitForTimeout(2000);
    assert.equal(await page.locator("h1").innerText(), at, "it stands when paused");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  it("prints its pages with the mark on every sheet", async () => {
    for (const [user, at, lang, mark] of [["control.1", "/exercise/board", "en", "EXERCISE."], ["dci.1", "/exercise/review", "sw", "ZOEZI."]]) {
      const page = await as(user, { lang });
      await page.goto(page.at + at);
      await page.emulateMedia({ media: "print" });
      assert.ok(await page.locator(".r-realm").getByText(mark).isVisible(), `${at} printed does not say ${mark}`);
      const sheets = sheetsOf(await page.pdf({ format: "A4" }));
      assert.ok(sheets.length > 1, `only ${sheets.length} sheets of ${at}`);
      const [banner] = /<[0-9A-F]{8,}> Tj/.exec(sheets[0]); // the first words, as glyphs
      sheets.forEach((sheet, i) => assert.ok(sheet.includes(banner), `sheet ${i + 1} of ${at} has no mark`));
      await page.context().close();
    }
  });

  it("is printed with the mark in its name", async () => {
    const page = await as("dci.1");
    const answer = await page.request.get(`${page.at}/exercise/review.pdf`);
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()["content-disposition"], /EXERCISE-review\.pdf/);
    assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
    const caught = page.getByRole("heading", { name: "EXERCISE-review.pdf" }).first();
    for (let tries = 0; tries < 40; tries++) { // it is noted once it has left, which may be after its last byte came
      await page.goto(`${page.at}/exercise/mailbox`);
      if (await caught.isVisible()) break;
      await page.waitForTimeout(250);
    }
    assert.ok(await caught.isVisible(), "the file that left is not in the mailbox");
    await page.context().close();
  });
});
