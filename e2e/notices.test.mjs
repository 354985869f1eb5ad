// Being told: notices in the page, how and when one is told, an address proved by
// a code that a real mail server carries, the days with their sheet and a
// calendar's feed that can be revoked; and an outbox whose server is killed in
// the middle of a delivery.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import path from "node:path";
import { checkAxe, checkTargets, checkWidth, launch, newPage, serve, shot, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
const program = path.join(root, "bin", "rufaa");
let browser, folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-notices-"));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function clean(page, name) {
  const text = await page.locator("body").innerText();
  assert.ok(!text.includes("⟦"), `${name}: a text is missing: ${text.match(/⟦[^⟧]*⟧/)}`);
  await checkAxe(page);
  await checkWidth(page);
  await checkTargets(page);
  await shot(page, name);
}

describe("told in the page", { concurrency: 1 }, () => {
  let rufaa;
  before(async () => {
    rufaa = await serve(program, ["demo", "--data", path.join(folder, "demo"), "--addr", "127.0.0.1:0"]);
  });
  after(() => rufaa?.stop());

  const enter = async (page, user) => {
    await page.context().clearCookies({ name: "rufaa" });
    await signIn(page, rufaa.url, user);
  };

  for (const [lang, width, js] of [["en", 1280, true], ["sw", 360, false]]) {
    const at = `${lang}-${width}`;

    it(`notices are grouped by kind and put aside (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "wafula.secretariat");
      await clean(page, `home-secretariat-${at}`);
      const titles = await page.locator(".govuk-notification-banner__title").allInnerTexts();
      assert.equal(new Set(titles.map((t) => t.replace(/[:(].*/s, "").trim())).size, titles.length, `one card for each kind: ${titles}`);
      assert.ok(titles.length <= 6, `${titles.length} cards stand above the list`);
      await page.goto(`${rufaa.url}/notices`);
      await clean(page, `notices-${at}`);
      const rows = page.locator("tbody tr");
      assert.ok((await rows.count()) > 1);
      // Others may come meanwhile: the clock of the demonstration goes on.
      const form = await rows.first().locator("form").getAttribute("action");
      await rows.first().locator("button").click();
      await page.waitForLoadState();
      assert.ok((await rows.count()) > 0);
      assert.equal(await page.locator(`form[action="${form}"]`).count(), 0, "what was put aside is gone");
      await page.context().close();
    });

    it(`how one is told is chosen, and kept (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "wanjiru.case");
      await page.goto(`${rufaa.url}/account/notices`);
      await clean(page, `notice-settings-${at}`);
      await page.locator('input[name="digest"][value="daily"]').check();
      await page.locator('[name="digest_at"]').first().fill("06:45");
      await page.locator('[name="quiet.from"]').first().fill("20:30");
      await page.locator('[name="quiet.until"]').first().fill("05:30");
      await page.locator('form[action$="/account/notices"] button').click();
      await page.goto(`${rufaa.url}/account/notices`);
      const shown = await page.content();
      for (const kept of ["06:45", "20:30", "05:30"]) assert.ok(shown.includes(kept), `${kept} is not kept`);
      await page.goto(`${rufaa.url}/notices/mailbox`);
      await clean(page, `mailbox-${at}`);
      await page.goto(`${rufaa.url}/notices/care`);
      await clean(page, `care-${at}`);
      await page.context().close();
    });

    it(`days, the day sheet, and a feed that can be revoked (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "wanjiru.case");
      for (const [where, name] of [["/calendar", "week"], ["/calendar?view=month", "month"], ["/day", "day"], ["/lists", "lists"], ["/calendar/feed", "feed"]]) {
        await page.goto(`${rufaa.url}${where}`);
        await clean(page, `${name}-${at}`);
      }
      const sheet = await page.request.get(`${rufaa.url}/day.pdf`);
      assert.equal(sheet.status(), 200);
      assert.equal((await sheet.body()).subarray(0, 5).toString(), "%PDF-");
      await page.locator('form[action$="/calendar/feed"] button').click();
      const address = (await page.locator("main").innerText()).match(/\S*\/calendar\/feeds\/\S+\.ics/)?.[0];
      assert.ok(address, "the address is shown once");
      await clean(page, `feed-made-${at}`);
      const feed = new URL(new URL(address, rufaa.url).pathname, rufaa.url).href;
      const open = await fetch(feed);
      const ical = await open.text();
      assert.equal(open.status, 200);
      assert.match(ical, /^BEGIN:VCALENDAR/);
      assert.doesNotMatch(ical, /Fiktivo|RF-|\/cases\//, "a calendar learns of no case");
      await page.goto(`${rufaa.url}/calendar/feed`);
      assert.ok(!(await page.content()).includes(address.split("/").pop()), "shown once");
      await page.locator('form[action$="/calendar/feed/end"] button').click();
      assert.equal((await fetch(feed)).status, 404, "revoked at once");
      await page.context().close();
    });

    it(`what an agency must see to, without the persons (${at})`, async () => {
      const page = await newPage(browser, { lang, width, js });
      await enter(page, "baraka.lead");
      await page.goto(`${rufaa.url}/agency`);
      await clean(page, `agency-${at}`);
      const text = await page.locator("main").innerText();
      assert.match(text, /[A-Z0-9]{2,}-[A-Z0-9]+/, "cases stand by reference");
      assert.doesNotMatch(text, /Fiktivo/);
      assert.equal(await page.locator('main a[href*="/cases/"]').count(), 0, "no case is opened from here");
      await page.context().close();
    });
  }
});

// mailServer is a mail server that speaks enough SMTP; hang holds its answer
// back after it took the nth mail.
async function mailServer() {
  const box = { mails: [], hang: 0, hung: null };
  const server = createServer((socket) => {
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    let to = [], data = null, rest = "";
    const say = (line) => socket.write(`${line}\r\n`);
    say("220 mail.example ready");
    socket.on("data", (chunk) => {
      rest += chunk;
      for (let end; (end = rest.indexOf("\r\n")) >= 0; ) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data !== null) {
          if (line !== ".") {
            data.push(line);
            continue;
          }
          const raw = data.join("\n");
          box.mails.push({ to, raw, id: /^Message-ID:\s*(\S+)/im.exec(raw)?.[1] });
          data = null;
          if (box.hang && box.mails.length === box.hang) {
            box.hung?.();
            continue; // taken, and never told
          }
          say("250 taken");
        } else if (/^(EHLO|HELO)/i.test(line)) socket.write("250-mail.example\r\n250 8BITMIME\r\n");
        else if (/^MAIL/i.test(line)) (to = []), say("250 ok");
        else if (/^RCPT TO:<(.*?)>/i.test(line)) to.push(/<(.*?)>/.exec(line)[1]), say("250 ok");
        else if (/^DATA/i.test(line)) (data = []), say("354 go on");
        else if (/^QUIT/i.test(line)) say("221 bye"), socket.end();
        else say("250 ok");
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  box.address = `127.0.0.1:${server.address().port}`;
  box.stop = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections?.()));
  return box;
}

// totp is what an authenticator app shows.
function totp(secret) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const c of secret.replace(/=+$/, "")) bits += alphabet.indexOf(c).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac("sha1", key).update(at).digest();
  const o = mac[19] & 15;
  return String((mac.readUInt32BE(o) & 0x7fffffff) % 1e6).padStart(6, "0");
}

describe("told by mail, from a realm for real use", { concurrency: 1 }, () => {
  const password = "mlima mrefu sana wa theluji";
  const people = ["neema", "salma", "pili", "zawadi", "chao", "mumbi"]; // who is told, at six addresses
  const data = () => path.join(folder, "live");
  let mail, child, url, token = {};

  // started serves the realm; killed is no goodbye.
  const started = () =>
    new Promise((resolve, reject) => {
      child = spawn(program, ["serve", "--data", data(), "--addr", "127.0.0.1:0", "--smtp", mail.address, "--smtp-from", "rufaa@agency.example", "--smtp-tls", "clear"], { stdio: ["ignore", "pipe", "inherit"], cwd: root });
      child.once("error", reject);
      createInterface({ input: child.stdout }).on("line", (line) => {
        const ready = /^ready (http:\/\/\S+)$/.exec(line);
        if (ready) resolve((url = ready[1]));
      });
    });
  const ended = (signal) => new Promise((resolve) => (child.once("exit", resolve), child.kill(signal)));

  const call = async (method, where, body, as) => {
    const r = await fetch(`${url}/api/v1${where}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...(as ? { Authorization: `Bearer ${as}` } : {}) },
    });
    const text = await r.text();
    assert.ok(r.status < 300, `${method} ${where}: ${r.status} ${text}`);
    return text ? JSON.parse(text) : {};
  };

  // joined takes an invitation to its end: password, second factor, conduct.
  const joined = async (invitation) => {
    let step = await call("POST", "/invitations/accept", { token: invitation, password });
    const { secret } = await call("GET", "/session/enrolment", undefined, step.token);
    step = await call("POST", "/session/enrolment", { code: totp(secret) }, step.token);
    const promise = await call("GET", "/session/conduct", undefined, step.token);
    step = await call("POST", "/session/conduct", { version: promise.version }, step.token);
    assert.equal(step.stage, "full");
    return step.token;
  };

  const until = async (what, seconds, done) => {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      if (await done()) return;
      await new Promise((r) => setTimeout(r, 200));
    }
    assert.fail(`${what}: not within ${seconds} seconds`);
  };

  before(async () => {
    mail = await mailServer();
    const { stdout } = await promisify(execFile)(program, ["init", "--data", data()], { cwd: root });
    await started();
    const admin = await joined(stdout.trim().split("\n").pop().trim());
    await call("POST", "/agencies", { id: "test-care", name: "Test Care (invented)", kind: "ngo" }, admin);
    const invited = async (username, duty) => joined((await call("POST", "/staff/invitations", { name: `${username} (invented)`, username, agency: "test-care", duties: [duty], language: "en" }, admin)).token);
    token.officer = await invited("officer", "first_responder");
    for (const p of people) token[p] = await invited(p, "case_manager");
  });
  after(async () => {
    if (child && child.exitCode === null && child.signalCode === null) await ended("SIGTERM");
    await mail?.stop();
  });

  it("an address is proved by the code that came to it", async () => {
    for (const p of people) {
      await call("PUT", "/notices/addresses/email", { address: `${p}@agency.example` }, token[p]);
      await until(`the code for ${p}`, 30, () => mail.mails.some((m) => m.to.includes(`${p}@agency.example`)));
      const code = /\b\d{6}\b/.exec(mail.mails.find((m) => m.to.includes(`${p}@agency.example`)).raw.split("\n\n").slice(1).join("\n\n"))[0];
      await call("POST", "/notices/addresses/email/code", { code }, token[p]);
      await call("PUT", "/notices/settings", { email: true, sms: false, digest: "at-once", digest_at: "07:30", quiet: { from: "21:00", until: "06:00" }, urgent_in_quiet_hours: true }, token[p]);
    }
  });

  it("killed in mid-delivery, every notice goes out, and at most the one in the gap goes twice", async () => {
    const codes = mail.mails.length;
    mail.hang = codes + 3; // the third is taken by the mail server, and the program never learns it
    const hung = new Promise((resolve) => (mail.hung = resolve));
    const alert = await call("POST", "/alerts", { immediate: true, dangers: ["captive"], holder: "test-care", account: "Canary-Kasa behind the blue door" }, token.officer);
    await Promise.race([hung, new Promise((_, no) => setTimeout(() => no(new Error("no mail went out")), 60_000).unref())]);
    await ended("SIGKILL");
    mail.hang = 0;
    await started();
    const told = () => mail.mails.slice(codes);
    await until("everybody is told", 60, () => people.every((p) => told().some((m) => m.to.includes(`${p}@agency.example`))));
    await new Promise((r) => setTimeout(r, 12_000)); // one more round of the clockwork: nothing goes again
    const ids = told().map((m) => m.id);
    assert.equal(new Set(ids).size, people.length, `one message for each: ${ids}`);
    assert.ok(ids.length <= people.length + 1, `${ids.length - people.length} went twice`);
    for (const m of told()) {
      assert.doesNotMatch(m.raw, /Canary|blue door|captive/i, "nothing of the case leaves");
      assert.ok(!m.raw.includes(alert.id) && !m.raw.includes(alert.reference), "not even its reference");
    }
  });
});
