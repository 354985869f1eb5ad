// A bundle in a real browser, offline: the page that lies in the bundle finds
// it whole, and names the part of which a single byte was changed. What the page
// says of a zip64 archive, or of another archive around the same parts, is what
// `rufaa verify` says.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, open as openFile, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkAxe, checkWidth, launch, newPage, serve, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder, bundle, parts;

// places reads where each part lies: its head, its bytes, its line in the list.
function places(zip) {
  const found = [];
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const size = zip.readUInt32LE(at + 22);
    const long = zip.readUInt16LE(at + 26);
    const name = zip.toString("latin1", at + 30, at + 30 + long);
    found.push({ name, head: at, data: at + 30 + long, size });
    at += 30 + long + size;
  }
  for (const p of found) {
    p.line = at;
    at += 46 + p.name.length;
  }
  return found;
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-bundle-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "data"), "--addr", "127.0.0.1:0"]);
  browser = await launch();
  const page = await newPage(browser);
  await signIn(page, rufaa.url, "wanjiru.case");
  const cases = await page.locator('a[href*="/cases/"]').evaluateAll((all) => all.map((x) => x.href));
  const link = page.getByRole("link", { name: "Bundle for the court" });
  for (const href of cases) {
    await page.goto(href);
    if ((await link.count()) > 0) break;
  }
  await link.click();
  await checkAxe(page);
  await page.getByLabel("Court").check();
  await page.getByRole("button", { name: "Show what goes" }).click();
  await page.getByText("What stays closed").first().waitFor();
  await checkAxe(page);
  await checkWidth(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Make the bundle" }).click()]);
  bundle = await readFile(await download.path());
  parts = places(bundle);
  const html = parts.find((p) => p.name === "verify.html");
  await writeFile(path.join(folder, "verify.html"), bundle.subarray(html.data, html.data + html.size));
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(width = 1280) {
  const page = await newPage(browser, { width });
  await page.context().setOffline(true);
  return page;
}

// give gives the page a bundle: its bytes, or the name of its file.
async function give(page, zip, timeout = 30_000) {
  await page.locator("#file").setInputFiles([]);
  await page.evaluate(() => (document.getElementById("answer").className = ""));
  await page.locator("#file").setInputFiles(typeof zip === "string" ? zip : { name: "bundle.zip", mimeType: "application/zip", buffer: zip });
  await page.locator("#answer.good, #answer.bad").waitFor({ timeout });
  return page.locator("#answer");
}

// command asks `rufaa verify` about a bundle: "" when all is well, else the part that
// it names.
async function command(zip) {
  let file = zip;
  if (typeof zip !== "string") {
    file = path.join(folder, "asked.zip");
    await writeFile(file, zip);
  }
  return new Promise((done) => execFile(path.join(root, "bin", "rufaa"), ["verify", file], (err, out, said) => done(err ? (/bundle: (.+?): /.exec(said) ?? [, said])[1] : "")));
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});

function crc32(was, b) {
  let c = ~was;
  for (let i = 0; i < b.length; i++) c = table[(c ^ b[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}

const le = (n, size) => Buffer.from(Array.from({ length: size }, (_, i) => Number((BigInt(n) >> BigInt(8 * i)) & 0xffn)));
const plain = 0xffffffff;
const zip64 = (...numbers) => (numbers.length ? Buffer.concat([le(1, 2), le(8 * numbers.length, 2), ...numbers.map((n) => le(n, 8))]) : Buffer.alloc(0));
const middle = (p, extra) => Buffer.concat([le(extra.length ? 45 : 20, 2), le(0, 6), le(0x21, 2), le(p.crc, 4), le(Math.min(p.size, plain), 4), le(Math.min(p.size, plain), 4), le(p.name.length, 2), le(extra.length, 2)]);
const big = (p) => (p.size >= plain ? [p.size, p.size] : []);
const local = (p) => Buffer.concat([Buffer.from("PK\x03\x04"), middle(p, zip64(...big(p))), Buffer.from(p.name), zip64(...big(p))]);

function central(p, at) {
  const extra = zip64(...big(p), ...(at >= plain ? [at] : []));
  return Buffer.concat([Buffer.from("PK\x01\x02"), le(extra.length ? 45 : 20, 2), middle(p, extra), le(0, 10), le(Math.min(at, plain), 4), Buffer.from(p.name), extra]);
}

// directory is what follows the last part, as APPNOTE 6.3 has it; also always
// has zip64 records.
function directory(list, always) {
  let at = 0;
  const lines = [];
  for (const p of list) {
    lines.push(central(p, at));
    at += local(p).length + p.size;
  }
  const size = lines.reduce((n, b) => n + b.length, 0);
  const n = list.length;
  const long = Buffer.concat([Buffer.from("PK\x06\x06"), le(44, 8), le(45, 2), le(45, 2), le(0, 8), le(n, 8), le(n, 8), le(size, 8), le(at, 8), Buffer.from("PK\x06\x07"), le(0, 4), le(at + size, 8), le(1, 4)]);
  const said = le(Math.min(n, 0xffff), 2);
  const end = Buffer.concat([Buffer.from("PK\x05\x06"), le(0, 4), said, said, le(size, 4), le(Math.min(at, plain), 4), le(0, 2)]);
  return Buffer.concat([...lines, ...(always || n >= 0xffff || at >= plain ? [long] : []), end]);
}

const part = (name, data) => ({ name, data, size: data.length, crc: crc32(0, data), sha256: createHash("sha256").update(data).digest("hex") });
const zip = (list, always) => Buffer.concat([...list.flatMap((p) => [local(p), p.data]), directory(list, always)]);

// resigned is the bundle with more parts, under a key of the test's own.
function resigned(more) {
  const bytes = (name) => {
    const p = parts.find((x) => x.name === name);
    return bundle.subarray(p.data, p.data + p.size);
  };
  const manifest = JSON.parse(bytes("manifest.json"));
  const name = "rufaa/" + manifest.realm;
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = Buffer.concat([Buffer.of(1), publicKey.export({ type: "spki", format: "der" }).subarray(-32)]);
  const hash = createHash("sha256").update(name + "\n").update(key).digest().subarray(0, 4);
  const note = (text) => Buffer.from(text + "\n\u2014 " + name + " " + Buffer.concat([hash, sign(null, Buffer.from(text), privateKey)]).toString("base64") + "\n");
  manifest.verifier = name + "+" + hash.toString("hex") + "+" + key.toString("base64");
  const said = bytes("checkpoint.txt").toString();
  const list = manifest.parts.map((p) => part(p.name, p.name === "checkpoint.txt" ? note(said.slice(0, said.indexOf("\n\n") + 1)) : bytes(p.name)));
  list.push(...more);
  manifest.parts = list.map((p, i) => ({ ...(manifest.parts[i] ?? { kind: "document" }), name: p.name, size: p.size, sha256: p.sha256 }))
    .map((p) => ({ name: p.name, kind: p.kind, ...(p.title ? { title: p.title } : {}), size: p.size, sha256: p.sha256 }));
  const raw = Buffer.from(JSON.stringify(manifest, null, 1) + "\n");
  const seal = note("rufaa-bundle/1\n" + name + "\nsha256 " + createHash("sha256").update(raw).digest("hex") + "\n");
  return [part("manifest.json", raw), part("seal.txt", seal), ...list];
}

const here = () => pathToFileURL(path.join(folder, "verify.html")).href;

describe("the page in the bundle", () => {
  it("finds an untouched bundle whole, on a phone too", async () => {
    for (const width of [1280, 360]) {
      const page = await open(width);
      await page.goto(here());
      const answer = await give(page, bundle);
      assert.equal(await answer.getAttribute("class"), "good", await answer.innerText());
      await checkWidth(page);
      await checkAxe(page);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });

  it("does so without the curve in the browser", async () => {
    const page = await open();
    await page.addInitScript(() => {
      const own = crypto.subtle.importKey.bind(crypto.subtle);
      crypto.subtle.importKey = (format, key, algorithm, ...more) =>
        algorithm === "Ed25519" ? Promise.reject(new DOMException("no such curve", "NotSupportedError")) : own(format, key, algorithm, ...more);
    });
    await page.goto(here());
    const answer = await give(page, bundle);
    assert.equal(await answer.getAttribute("class"), "good", await answer.innerText());
    const seal = parts.find((p) => p.name === "seal.txt");
    const bad = Buffer.from(bundle);
    bad[seal.data + 30] ^= 1;
    assert.equal(await (await give(page, bad)).getAttribute("data-part"), "seal.txt");
    await page.context().close();
  });

  it("names the part of which one byte was changed", async () => {
    const page = await open();
    await page.goto(here());
    const flips = [];
    for (const p of parts) {
      for (const at of [p.head + 6, p.head + 15, p.data, p.data + Math.floor(p.size / 2), p.data + p.size - 1, p.line + 20]) {
        if (p.size > 0) flips.push([at, p.name]);
      }
    }
    flips.push([bundle.length - 5, "end of the archive"]);
    for (const [at, name] of flips) {
      const bad = Buffer.from(bundle);
      bad[at] ^= 1;
      await page.evaluate(() => (document.getElementById("answer").className = ""));
      const answer = await give(page, bad);
      assert.equal(await answer.getAttribute("data-part"), name, `byte ${at}: ${await answer.innerText()}`);
    }
    await page.context().close();
  });

  it("says what the command says of another archive around the same parts", async () => {
    const page = await open();
    await page.goto(here());
    const list = resigned([]);
    const whole = zip(list);
    assert.equal(await command(whole), "");
    assert.equal(await (await give(page, whole)).getAttribute("class"), "good");
    const heads = list.reduce((all, p) => [...all, all.at(-1) + local(p).length + p.size], [0]);
    const last = heads.at(-1);
    const insert = (at, b) => Buffer.concat([whole.subarray(0, at), b, whole.subarray(at)]);
    const extra = part("documents/extra.txt", Buffer.from("an invented text"));
    const gap = Buffer.alloc(7);
    const ways = {
      "zip64 records that are not needed": zip(list, true),
      "a zip64 field in a head": insert(heads[3] + 30 + list[3].name.length, zip64(list[3].size, list[3].size)),
      "a gap between parts": insert(heads[4], gap),
      "a gap before the list": insert(last, gap),
      "a gap before the end": insert(whole.length - 22, gap),
      "bytes at the beginning": insert(0, gap),
      "bytes at the end": insert(whole.length, gap),
      "an entry more": zip([...list.slice(0, 4), extra, ...list.slice(4)]),
      "an entry behind the others": zip([...list, extra]),
      "an entry that no line names": insert(last, Buffer.concat([local(extra), extra.data])),
      "a line for nothing": insert(whole.length - 22, central(extra, 0)),
      "a part twice": zip([...list.slice(0, 5), list[4], ...list.slice(5)]),
      "a part less": zip([...list.slice(0, 5), ...list.slice(6)]),
      "two parts that changed places": zip([...list.slice(0, 4), list[5], list[4], ...list.slice(6)]),
      "cut off": whole.subarray(0, heads[6] + 40),
    };
    for (const [way, bad] of Object.entries(ways)) {
      const named = await command(bad);
      const answer = await give(page, bad);
      assert.notEqual(named, "", way);
      assert.equal(await answer.getAttribute("data-part"), named, `${way}: ${await answer.innerText()}`);
    }
    const twice = zip(resigned([extra, extra]));
    assert.equal(await command(twice), extra.name);
    assert.equal(await (await give(page, twice)).getAttribute("data-part"), extra.name);
    await page.context().close();
  });

  it("reads more parts than a plain zip can count", async () => {
    const page = await open();
    await page.goto(here());
    const many = Array.from({ length: 65_540 }, (_, i) => part(`documents/n${String(i).padStart(6, "0")}.txt`, Buffer.from([i & 0xff])));
    const list = resigned(many);
    const file = path.join(folder, "many.zip");
    const whole = zip(list);
    await writeFile(file, whole);
    assert.equal(await command(file), "");
    const answer = await give(page, file, 120_000);
    assert.equal(await answer.getAttribute("class"), "good", (await answer.innerText()).slice(0, 300));
    for (const back of [22 + 20 + 24, 22 + 12, 12]) {
      const bad = Buffer.from(whole);
      bad[bad.length - back] ^= 1;
      await writeFile(file, bad);
      assert.equal(await command(file), "end of the archive");
      assert.equal(await (await give(page, file, 120_000)).getAttribute("data-part"), "end of the archive", `${back} bytes before the end`);
    }
    await page.context().close();
  });

  // Hashes 4 GiB in a browser: asked for with RUFAA_LARGE=1.
  it("reads a recording of more than 4 GiB that no memory holds", { skip: process.env.RUFAA_LARGE ? false : "it takes minutes: set RUFAA_LARGE=1" }, async () => {
    const size = 2 ** 32 + 9;
    const zeros = Buffer.alloc(1 << 24);
    const digest = createHash("sha256");
    const long = { name: "documents/long.bin", size, crc: 0 };
    for (let at = 0; at < size; at += zeros.length) {
      const piece = zeros.subarray(0, Math.min(zeros.length, size - at));
      digest.update(piece);
      long.crc = crc32(long.crc, piece);
    }
    long.sha256 = digest.digest("hex");
    const list = resigned([long, part("documents/next.txt", Buffer.from("behind the place that a plain zip can say"))]);
    const name = path.join(folder, "long.zip");
    const file = await openFile(name, "w");
    let at = 0;
    for (const p of list) {
      for (const b of [local(p), p.data ?? Buffer.alloc(0)]) await file.write(b, 0, b.length, at), (at += b.length);
      if (!p.data) at += p.size; // the file system keeps no zeros
    }
    const end = directory(list);
    await file.write(end, 0, end.length, at);
    assert.equal(await command(name), "");
    const page = await open();
    await page.goto(here());
    const begun = Date.now();
    const answer = await give(page, name, 900_000);
    assert.equal(await answer.getAttribute("class"), "good", await answer.innerText());
    console.log(`${Math.round(size / 1e6 / ((Date.now() - begun) / 1000))} MB/s in the browser`);
    await file.write(Buffer.of(1), 0, 1, at - 200 - 2 ** 31);
    assert.equal(await (await give(page, name, 900_000)).getAttribute("data-part"), "documents/long.bin");
    await file.close();
    await page.context().close();
  });
});
