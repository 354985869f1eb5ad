// Every page that each duty can reach by following links, in both languages:
// accessible, no wider than a phone, complete in its language, light, and
// without a complaint of the browser.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWeight, checkWidth, firstPageBudget, laterPageBudget, launch, newPage, nextTab, serve, shared, shot, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder, people;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-pages-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", folder, "--addr", "127.0.0.1:0"]);
  browser = await launch();
  people = await (await fetch(`${rufaa.url}/demo/people.json`)).json();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

// kind names a page whatever case it is about: ids and marks are left out.
const kind = (url) =>
  url.pathname
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")
    .replace(/^\/agencies\/[^/]+$/, "/agencies/{id}")
    .replace(/^\/(map|providers)\/(?!new$|import$|sources$|questions$|export$|pocket$)[^/]+$/, "/$1/{id}") +
  ["list", "of"].map((part) => (url.searchParams.get(part) ? `?${part}=${url.searchParams.get(part)}` : "")).join("");

async function enter(user, options) {
  const page = await newPage(browser, options);
  await signIn(page, rufaa.url, user);
  return page;
}

// links gives where the anchors of a page lead, files to keep left out. The
// pages are the server's own and regular: no browser is needed to read them.
function links(html, at) {
  const found = [];
  for (const [tag] of html.matchAll(/<a\b[^>]*>/g)) {
    const href = tag.match(/\bhref="([^"]*)"/);
    if (href && !/\bdownload\b/.test(tag)) found.push(new URL(href[1].replaceAll("&amp;", "&"), at));
  }
  return found;
}

// walk follows links from the first page and gives one address of each kind.
async function walk(page) {
  const found = new Map([["/", `${rufaa.url}/`]]);
  const queue = [`${rufaa.url}/`];
  const headers = { "Accept-Language": page.twin.lang === "sw" ? "sw-KE" : "en-KE" };
  while (queue.length > 0) {
    const at = queue.shift();
    const answer = await page.request.get(at, { headers });
    assert.equal(answer.status(), 200, `a link leads to ${at}, which answers ${answer.status()}`);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) {
      found.delete(kind(new URL(at))); // a file to keep, not a page
      continue;
    }
    const html = await answer.text();
    assert.ok(!html.includes("⟦"), `${at}: a text is missing: ${html.match(/⟦[^⟧]*⟧/)}`);
    for (const url of links(html, at)) {
      if (url.origin !== rufaa.url || url.pathname.startsWith("/realm/") || url.pathname.startsWith("/assets/")) continue;
      if (/\.(csv|xlsx|geojson|pdf|ics)$|\/letter$/.test(url.pathname)) continue; // files to keep, not pages
      if (found.has(kind(url))) continue;
      found.set(kind(url), url.href.split("#")[0]);
      queue.push(url.href.split("#")[0]);
    }
  }
  return found;
}

// faultsOf gives everything that is wrong with one page: who mends one wants to
// know of all.
async function faultsOf(page, url) {
  const faults = [];
  await page.goto(url);
  for (const check of [checkAxe, checkWidth, checkTargets]) await check(page).catch((fault) => faults.push(fault.message));
  faults.push(...page.complaints.map((complaint) => `${url}: ${complaint}`));
  page.complaints.length = 0;
  return faults;
}

// tabs opens more pages beside one, signed in as it is.
async function tabs(page, count) {
  return [page, ...(await Promise.all(Array.from({ length: count - 1 }, () => nextTab(page))))];
}

describe("every page of every duty", { concurrency: 2 }, () => {
  for (const lang of ["en", "sw"]) {
    it(`in ${lang}`, async () => {
      const duties = new Set();
      const judged = new Set();
      const faults = [];
      for (const person of people) {
        if (duties.has(person.duty)) continue;
        duties.add(person.duty);
        const page = await enter(person.user_name, { width: 360, lang });
        const found = await walk(page);
        assert.ok(found.size > 4, `${person.duty} reaches only ${[...found.keys()]}`);
        const fresh = [...found].filter(([name]) => !judged.has(name));
        for (const [name] of fresh) judged.add(name);
        await shared(await tabs(page, 2), fresh, async (tab, [name, url]) => {
          faults.push(...(await faultsOf(tab, url)).map((fault) => `${person.duty}: ${fault}`));
          await shot(tab, `page-${lang}-${name.replace(/[^a-z0-9-]+/gi, "_")}`);
        });
        await page.context().close();
      }
      assert.ok(duties.size >= 12, `only ${duties.size} duties are demonstrated`);
      assert.equal(faults.length, 0, faults.join("\n\n"));
    });
  }
});

describe("a tablet", () => {
  it("is not too narrow for the nine columns of where help is lacking", async () => {
    for (const width of [700, 900]) {
      const page = await enter("wafula.secretariat", { width, lang: "sw", js: false });
      await page.goto(`${rufaa.url}/providers/gaps`);
      await checkWidth(page);
      await page.context().close();
    }
  });
});

describe("weight on the wire", () => {
  it("the first page and all it loads stays under 100 KB", async () => {
    const page = await newPage(browser, { width: 360 });
    await checkWeight(page, `${rufaa.url}/sign-in`, firstPageBudget);
    await page.context().close();
  });

  it("later pages stay under 25 KB", async () => {
    const manager = people.find((p) => p.user_name === "wanjiru.case");
    const page = await enter(manager.user_name, { width: 360 });
    const found = await walk(page);
    await shared(await tabs(page, 4), found.values(), (tab, url) => checkWeight(tab, url, laterPageBudget));
    await page.context().close();
  });
});
