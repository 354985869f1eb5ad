// The browser checks' own tools: a real Chromium, pages at a given width and
// language with or without JavaScript, and three judgements on a page:
// accessible (axe), light (bytes on the wire), no wider than its window.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { inflateSync } from "node:zlib";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const widths = [1280, 360];
// Bytes on the wire, headers included: the first page with all it loads, and
// any later one with a warm cache.
export const firstPageBudget = 100 * 1024;
export const laterPageBudget = 25 * 1024;

// Debian's chromium, without the window's own machinery where that is installed
// too: the same engine in two thirds of the time. Another one by RUFAA_CHROMIUM.
const browsers = [process.env.RUFAA_CHROMIUM, "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

export function launch() {
  return chromium.launch({
    executablePath: browsers.find((file) => file && existsSync(file)),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A page in a context of its own (no cookie shared with any other). Close it
 * with page.context().close(). What the page complains about is kept in
 * page.complaints: script errors and broken content security policy.
 */
export async function newPage(browser, { width = 1280, js = true, lang = "en", dark = false, storageState } = {}) {
  const phone = width < 640;
  const context = await browser.newContext({
    viewport: { width, height: phone ? 740 : 900 },
    deviceScaleFactor: phone ? 2 : 1,
    hasTouch: phone,
    javaScriptEnabled: js,
    locale: lang === "sw" ? "sw-KE" : "en-KE",
    colorScheme: dark ? "dark" : "light",
    timezoneId: "Africa/Nairobi",
    storageState,
  });
  // A busy machine is slow, not wrong: what never comes still fails.
  context.setDefaultTimeout(90_000);
  return nextTab({ context: () => context, twin: { width, lang, dark, browser, js } });
}

/** Signs somebody of the demonstration in, without a password, and waits for their first page. */
export async function signIn(page, url, user) {
  await page.goto(`${url}/demo`);
  await page.locator(`form:has(input[value="${user}"]) button`).click();
  await page.waitForURL(`${url}/`);
}

/** Another page beside this one, in the same context: signed in as it is. */
export async function nextTab(beside) {
  const page = await beside.context().newPage();
  page.complaints = [];
  page.twin = beside.twin;
  page.on("pageerror", (error) => page.complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(`console: ${message.text()}`);
  });
  return page;
}

/**
 * Fails on any axe violation: WCAG 2.2 A and AA and best practice. axe itself
 * needs JavaScript, so a page without it is judged by its twin: the same
 * markup, with the same styles, in a page with JavaScript.
 */
export async function checkAxe(page) {
  if (page.twin.js) return judge(page);
  const twins = twinsOf(page);
  const copy = twins.pop() ?? (await newPage(page.twin.browser, { ...page.twin, js: true }));
  const [url] = page.url().split("#"); // with a mark, going there again would load nothing
  const html = await page.content();
  await copy.route(url, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await copy.goto(url);
  await judge(copy);
  await copy.unroute(url);
  return twins.push(copy);
}

async function judge(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
      preload: false, // fetches every style sheet once more, for a rule that is not among these
    }),
  );
  const told = violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `    ${n.target.join(" ")}  ${n.html.slice(0, 160)}`).join("\n")}`);
  assert.equal(told.length, 0, `axe at ${page.url()}:\n${told.join("\n")}`);
}

// A context costs more than a page in it: twins that are free wait for the next
// page of their width, language and colours.
const free = new WeakMap();

function twinsOf({ twin: { browser, width, lang, dark } }) {
  if (!free.has(browser)) free.set(browser, {});
  return (free.get(browser)[[width, lang, dark]] ??= []);
}

/**
 * Opens url in this page and fails when more than budget bytes crossed the
 * wire for it, page and everything it loads; gives the bytes.
 */
export async function checkWeight(page, url, budget = firstPageBudget) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  const count = (event) => (bytes += event.encodedDataLength);
  session.on("Network.loadingFinished", count);
  await page.goto(url, { waitUntil: "networkidle" });
  session.off("Network.loadingFinished", count);
  await session.detach();
  assert.ok(bytes > 0, `nothing was transferred for ${url}`);
  assert.ok(bytes < budget, `${url} weighs ${bytes} bytes, the budget is ${budget}`);
  return bytes;
}

/**
 * Does work on every item, as many at once as there are pages: each page takes
 * the next item when it is done with one. A page waits more than it computes.
 */
export async function shared(pages, items, work) {
  const left = [...items];
  await Promise.all(
    pages.map(async (page) => {
      while (left.length > 0) await work(page, left.shift());
    }),
  );
}

/** Fails when the page must be scrolled sideways, or a button or a mark breaks within a word. */
export async function checkWidth(page) {
  const broken = await page.evaluate(() => {
    const seen = [];
    for (const e of document.querySelectorAll("button, .r-button, .r-tag")) {
      const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        for (const word of texts.currentNode.data.matchAll(/[^\s/-]+/g)) {
          const range = document.createRange();
          range.setStart(texts.currentNode, word.index);
          range.setEnd(texts.currentNode, word.index + word[0].length);
          if (new Set([...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top))).size > 1) seen.push(word[0]);
        }
      }
    }
    return seen;
  });
  assert.equal(broken.length, 0, `${page.url()} breaks ${broken.join(", ")} within the word`);
  const { wide, window } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, window: innerWidth }));
  assert.ok(wide <= window, `${page.url()} is ${wide} pixels wide in a window of ${window}`);
}

/**
 * Fails when a control is smaller than 44 by 44 pixels, links within a sentence
 * apart, and shapes on a map, which have a list beside them that does the same.
 */
export async function checkTargets(page, { min = 44 } = {}) {
  const small = await page.evaluate((min) => {
    const seen = [];
    for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")) {
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      if (style.visibility === "hidden" || box.width === 0 || e.closest(".govuk-skip-link") || e.closest("svg")) continue;
      if (e.matches("a") && e.closest("p, li:not([class])") && style.display === "inline") continue;
      if (box.height < min - 0.5) seen.push(`${e.outerHTML.slice(0, 100)} is ${Math.round(box.width)} x ${Math.round(box.height)}`);
    }
    return seen;
  }, min);
  assert.equal(small.length, 0, `too small to tap at ${page.url()}:\n${small.join("\n")}`);
}

/**
 * A picture of the whole page in e2e/shots/, which is not committed. Only with
 * RUFAA_SHOTS in the environment: for people to look at, and slow.
 */
export async function shot(page, name) {
  if (!process.env.RUFAA_SHOTS) return;
  await mkdir(path.join(here, "shots"), { recursive: true });
  await page.screenshot({ path: path.join(here, "shots", `${name}.png`), fullPage: true });
}

/**
 * Starts a server that prints `ready http://HOST:PORT` and gives its address
 * and a way to stop it.
 */
export function serve(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], cwd: path.join(here, ".."), ...options });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = /^ready (http:\/\/\S+)$/.exec(line);
      if (ready) resolve({ url: ready[1], stop: () => stop(child) });
    });
  });
}

function stop(child) {
  if (child.exitCode !== null) return undefined;
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

// The drawing of every sheet of a PDF that Chromium wrote, in order.
export function sheetsOf(pdf) {
  const text = pdf.toString("latin1");
  const pages = text.match(/\/Type\s*\/Page\b/g).length;
  const drawings = [...text.matchAll(/FlateDecode[^>]*>>\s*stream\r?\n/g)]
    .map((m) => {
      const start = m.index + m[0].length;
      try {
        return inflateSync(pdf.subarray(start, pdf.indexOf("endstream", start)), { finishFlush: 2 }).toString("latin1");
      } catch {
        return ""; // not one of the drawings: a font, an image
      }
    })
    .filter((drawing) => / Tj\b/.test(drawing));
  assert.equal(drawings.length, pages);
  return drawings;
}
