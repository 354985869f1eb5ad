// Verifies a bundle in the browser, offline: the page that carries this script
// lies in the bundle itself. It follows internal/bundle/verify.go step by step.
import { verifyAsync } from "@noble/ed25519";

type Listed = { name: string; kind: string; title?: string; size: number; sha256: string };
type Manifest = { format: string; realm: string; verifier: string; reference: string; recipient: string; made: string; checkpoint: number; parts: Listed[]; closed: { what: string; reason: string; count: number }[] };
type Entry = { stream: string; seq: number; leaf: string; path: string[] | null; body?: string; closed?: string };
type Cosignature = { verifier: string; line: string };

class Damage extends Error {
  constructor(readonly part: string, readonly detail: string) {
    super(part + ": " + detail);
  }
}

const utf8 = new TextEncoder();
const words: Record<string, string> = JSON.parse(document.getElementById("words")!.textContent!);
const MARK = "\u2014 ";

function text(b: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(b);
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

// crc32 goes on from what it was; a whole begins with 0.
function crc32(was: number, b: Uint8Array): number {
  let c = ~was;
  for (let i = 0; i < b.length; i++) c = table[(c ^ b[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");

function base64(s: string): Uint8Array<ArrayBuffer> {
  const raw = atob(s);
  if (btoa(raw) !== s) throw new Error("base64");
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

const le = (n: number, size: number): number[] => Array.from({ length: size }, (_, i) => Math.floor(n / 2 ** (8 * i)) & 0xff);

type Part = { name: string; size: number; crc: number; sum: string; data: Uint8Array };

// Stream reads the file from its first byte to its last in windows: a bundle, or
// one part of it, may be larger than the memory.
class Stream {
  at = 0;
  private from = 0;
  private held: Uint8Array<ArrayBuffer> = new Uint8Array();
  constructor(private readonly file: Blob) {}

  get left(): number {
    return this.file.size - this.at;
  }

  // some gives what comes next, up to most bytes, and at least one.
  async some(most: number): Promise<Uint8Array> {
    let skip = this.at - this.from;
    if (skip >= this.held.length) {
      this.held = new Uint8Array(await this.file.slice(this.at, this.at + window_).arrayBuffer());
      this.from = this.at;
      skip = 0;
    }
    const got = this.held.subarray(skip, skip + most);
    if (got.length === 0) throw new Error("cut");
    this.at += got.length;
    return got;
  }

  // take gives the next bytes; fewer where the file ends.
  async take(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(Math.min(size, this.left));
    for (let n = 0; n < out.length; ) {
      const got = await this.some(out.length - n);
      out.set(got, n);
      n += got.length;
    }
    return out;
  }
}

const window_ = 4 << 20; // bytes

// Digest is SHA-256 of what comes in pieces (FIPS 180-4): WebCrypto wants the
// whole at once.
class Digest {
  private readonly state = Int32Array.from(start);
  private readonly block = new Uint8Array(64);
  private readonly words = new Int32Array(64);
  private filled = 0;
  private size = 0;

  add(b: Uint8Array): void {
    this.size += b.length;
    let at = 0;
    if (this.filled > 0) {
      at = Math.min(64 - this.filled, b.length);
      this.block.set(b.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < 64) return;
      this.mix(this.block, 0);
      this.filled = 0;
    }
    for (; at + 64 <= b.length; at += 64) this.mix(b, at);
    this.block.set(b.subarray(at));
    this.filled = b.length - at;
  }

  end(): string {
    const bits = this.size * 8;
    const pad = new Uint8Array(((this.filled < 56 ? 56 : 120) - this.filled) + 8);
    pad[0] = 0x80;
    const view = new DataView(pad.buffer);
    view.setUint32(pad.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(pad.length - 4, bits >>> 0);
    this.add(pad);
    return Array.from(this.state, (x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
  }

  private mix(b: Uint8Array, at: number): void {
    const w = this.words;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      w[i] = (w[i - 16] + ((((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) | 0) + w[i - 7] + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    const s = this.state;
    let [a, c, d, e, f, g, h, k] = [s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]];
    for (let i = 0; i < 64; i++) {
      const one = (k + (((f >>> 6) | (f << 26)) ^ ((f >>> 11) | (f << 21)) ^ ((f >>> 25) | (f << 7))) + ((f & g) ^ (~f & h)) + rounds[i] + w[i]) | 0;
      const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & c) ^ (a & d) ^ (c & d))) | 0;
      k = h;
      h = g;
      g = f;
      f = (e + one) | 0;
      e = d;
      d = c;
      c = a;
      a = (one + two) | 0;
    }
    s[0] += a;
    s[1] += c;
    s[2] += d;
    s[3] += e;
    s[4] += f;
    s[5] += g;
    s[6] += h;
    s[7] += k;
  }
}

// roots gives 32 bits of the fraction of the nth root of the first primes, from
// which the constants of SHA-256 come.
function roots(count: number, n: number): Int32Array {
  const out = new Int32Array(count);
  for (let found = 0, p = 2; found < count; p++) {
    let prime = true;
    for (let d = 2; d * d <= p; d++) if (p % d === 0) prime = false;
    if (prime) out[found++] = ((p ** (1 / n) % 1) * 2 ** 32) | 0;
  }
  return out;
}

const start = roots(8, 2);
const rounds = roots(64, 3);

// plain is the largest size or place that a plain zip can say; from there on the
// zip64 fields do (internal/bundle/archive.go).
const plain = 0xffffffff;

const zip64 = (...numbers: number[]): number[] => (numbers.length ? [...le(1, 2), ...le(8 * numbers.length, 2), ...numbers.flatMap((n) => le(n, 8))] : []);

const sizes = (p: { size: number }): number[] => (p.size >= plain ? [p.size, p.size] : []);

const room = (p: { name: string; size: number }): number => 30 + p.name.length + zip64(...sizes(p)).length;

const version = (long: boolean): number => (long ? 45 : 20);

function middle(p: Part, extra: number[]): number[] {
  const said = le(Math.min(p.size, plain), 4);
  return [...le(version(extra.length > 0), 2), ...le(0, 2), ...le(0, 2), ...le(0, 2), ...le(0x21, 2), ...le(p.crc, 4), ...said, ...said, ...le(p.name.length, 2), ...le(extra.length, 2)];
}

// most is the largest part that is held, in bytes; documents are only passed through.
const most = 256 << 20;

async function next(file: Stream, name: string, hold: boolean, listed?: number): Promise<Part> {
  const long = room({ name, size: listed ?? 0 });
  if (file.left < long) throw new Damage(name, words.cut);
  const head = await file.take(long);
  const size = listed ?? new DataView(head.buffer).getUint32(22, true);
  if (size > file.left || (hold && size > most)) throw new Damage(name, words.cut);
  const digest = new Digest();
  const data = new Uint8Array(hold ? size : 0);
  let crc = 0;
  for (let n = 0; n < size; ) {
    const got = await file.some(size - n);
    crc = crc32(crc, got);
    digest.add(got);
    if (hold) data.set(got, n);
    n += got.length;
  }
  const part = { name, size, crc, sum: digest.end(), data };
  const extra = zip64(...sizes(part));
  if (!same(head, concat(Uint8Array.from([0x50, 0x4b, 3, 4, ...middle(part, extra)]), utf8.encode(name), Uint8Array.from(extra)))) throw new Damage(name, words.changed);
  return part;
}

async function tail(file: Stream, parts: Part[]): Promise<void> {
  let offset = 0;
  let size = 0;
  for (const p of parts) {
    const extra = zip64(...sizes(p), ...(offset >= plain ? [offset] : []));
    const head = [0x50, 0x4b, 1, 2, version(extra.length > 0), 0, ...middle(p, extra), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...le(Math.min(offset, plain), 4)];
    const want = concat(Uint8Array.from(head), utf8.encode(p.name), Uint8Array.from(extra));
    if (!same(await file.take(want.length), want)) throw new Damage(p.name, words.list);
    offset += room(p) + p.size;
    size += want.length;
  }
  const n = parts.length;
  const long = [0x50, 0x4b, 6, 6, ...le(44, 8), 45, 0, 45, 0, ...le(0, 8), ...le(n, 8), ...le(n, 8), ...le(size, 8), ...le(offset, 8), 0x50, 0x4b, 6, 7, ...le(0, 4), ...le(offset + size, 8), ...le(1, 4)];
  const said = le(Math.min(n, 0xffff), 2);
  const needed = n >= 0xffff || size >= plain || offset >= plain;
  const end = Uint8Array.from([...(needed ? long : []), 0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...said, ...said, ...le(Math.min(size, plain), 4), ...le(Math.min(offset, plain), 4), 0, 0]);
  if (!same(await file.take(end.length + 1), end)) throw new Damage(words.end, words.changed);
}

// ed25519 asks WebCrypto, and the plain script where a browser lacks the curve.
async function ed25519(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const k = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", k, signature, message);
  } catch {
    return verifyAsync(signature, message, key);
  }
}

type Key = { name: string; hash: Uint8Array; algorithm: number; bytes: Uint8Array<ArrayBuffer> };

async function readKey(s: string): Promise<Key> {
  const m = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(s);
  if (!m) throw new Error("key");
  const raw = base64(m[3]);
  const hash = await sha256(utf8.encode(m[1] + "\n"), raw);
  if (hex(hash.subarray(0, 4)) !== m[2] || raw.length !== 33) throw new Error("key");
  return { name: m[1], hash: hash.subarray(0, 4), algorithm: raw[0], bytes: raw.subarray(1) as Uint8Array<ArrayBuffer> };
}

// signature finds the bytes of the one signature line, in its one form.
function signature(line: string, key: Key): Uint8Array<ArrayBuffer> {
  const head = MARK + key.name + " ";
  if (!line.startsWith(head)) throw new Error("signature");
  const raw = base64(line.slice(head.length));
  if (!same(raw.subarray(0, 4), key.hash)) throw new Error("signature");
  return raw.subarray(4) as Uint8Array<ArrayBuffer>;
}

async function openNote(raw: Uint8Array, key: Key): Promise<string> {
  const whole = text(raw);
  const cut = whole.indexOf("\n\n");
  if (cut < 0 || !whole.endsWith("\n") || key.algorithm !== 1) throw new Error("note");
  const said = whole.slice(0, cut + 1);
  const line = whole.slice(cut + 2, -1);
  if (line.includes("\n") || !(await ed25519(key.bytes, utf8.encode(said), signature(line, key)))) throw new Error("signature");
  return said;
}

async function witness(c: Cosignature, said: string): Promise<{ name: string; at: Date }> {
  const key = await readKey(c.verifier);
  // A witness may give its plain key; the key of its cosignatures follows from it.
  if (key.algorithm === 1) key.hash = (await sha256(utf8.encode(key.name + "\n"), Uint8Array.from([4]), key.bytes)).subarray(0, 4);
  const raw = signature(c.line, key);
  const seconds = Number(new DataView(raw.buffer, raw.byteOffset).getBigUint64(0));
  const message = utf8.encode("cosignature/v1\ntime " + seconds + "\n" + said) as Uint8Array<ArrayBuffer>;
  if (raw.length !== 72 || !(await ed25519(key.bytes, message, raw.subarray(8) as Uint8Array<ArrayBuffer>))) throw new Error("cosignature");
  return { name: key.name, at: new Date(seconds * 1000) };
}

// stands checks an RFC 6962 audit path.
async function stands(x: Entry, size: number, root: string): Promise<boolean> {
  let index = x.seq;
  let last = size - 1;
  if (index < 0 || index > last) return false;
  let h = base64(x.leaf);
  for (const s of x.path ?? []) {
    const sibling = base64(s);
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      h = (await sha256(Uint8Array.of(1), sibling, h)) as Uint8Array<ArrayBuffer>;
      while (index % 2 === 0 && index !== 0) {
        index = Math.floor(index / 2);
        last = Math.floor(last / 2);
      }
    } else {
      h = (await sha256(Uint8Array.of(1), h, sibling)) as Uint8Array<ArrayBuffer>;
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(h, base64(root));
}

async function named<T>(part: string, detail: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (e) {
    if (e instanceof Damage) throw e;
    throw new Damage(part, detail);
  }
}

type Exhibit = { number?: string; label: string; unbroken?: boolean; findings?: { text: string }[] };
type Found = { manifest: Manifest; witnesses: { name: string; at: Date }[]; whole: number; leaves: number; opened: { field: string; text: string }[]; exhibits: Exhibit[] };

async function verify(blob: Blob): Promise<Found> {
  const file = new Stream(blob);
  const man = await next(file, "manifest.json", true);
  const second = await next(file, "seal.txt", true);
  const manifest = await named("manifest.json", words.changed, async () => {
    const m = JSON.parse(text(man.data)) as Manifest;
    if (m.format !== "rufaa-bundle/1" || !Array.isArray(m.parts)) throw new Error("format");
    return m;
  });
  const key = await named("manifest.json", words.key, () => readKey(manifest.verifier));
  const seal = await named("seal.txt", words.signature, () => openNote(second.data, key));
  if (seal !== "rufaa-bundle/1\nrufaa/" + manifest.realm + "\nsha256 " + man.sum + "\n") throw new Damage("manifest.json", words.signature);
  const parts = [man, second];
  const by = new Map<string, Uint8Array>();
  const names = new Set(["manifest.json", "seal.txt"]);
  for (const want of manifest.parts) {
    if (names.has(want.name)) throw new Damage(want.name, words.twice);
    names.add(want.name);
    // Documents and drawings are only passed through.
    const hold = !want.name.includes("/");
    const p = await next(file, want.name, hold, want.size);
    if (p.sum !== want.sha256) throw new Damage(want.name, words.digest);
    if (hold) by.set(want.name, p.data);
    parts.push({ ...p, data: new Uint8Array() });
  }
  await tail(file, parts);
  const said = await named("checkpoint.txt", words.signature, () => openNote(by.get("checkpoint.txt")!, key));
  const lines = said.split("\n");
  if (lines[0] !== "rufaa/" + manifest.realm || lines[1] !== String(manifest.checkpoint)) throw new Damage("checkpoint.txt", words.changed);
  const witnesses = await named("cosignatures.json", words.signature, () =>
    Promise.all((JSON.parse(text(by.get("cosignatures.json")!)) as Cosignature[]).map((c) => witness(c, said))),
  );
  let whole = 0;
  let leaves = 0;
  await named("events.json", words.proof, async () => {
    for (const x of JSON.parse(text(by.get("events.json")!)) as Entry[]) {
      if (!(await stands(x, manifest.checkpoint, lines[2]))) throw new Error("proof");
      if (!x.body) {
        leaves++;
        continue;
      }
      if (!same(await sha256(Uint8Array.of(0), utf8.encode(x.body)), base64(x.leaf))) throw new Error("leaf");
      whole++;
    }
  });
  return { manifest, witnesses, whole, leaves, opened: JSON.parse(text(by.get("opened.json")!)), exhibits: JSON.parse(text(by.get("exhibits.json")!)) };
}

function line(parent: Element, tag: string, said: string): void {
  const e = document.createElement(tag);
  e.textContent = said;
  parent.append(e);
}

async function show(file: File): Promise<void> {
  const out = document.getElementById("answer")!;
  out.textContent = words.working;
  out.className = "";
  try {
    const r = await verify(file);
    out.textContent = "";
    out.className = "good";
    line(out, "h2", words.good);
    const list = document.createElement("dl");
    out.append(list);
    const fact = (k: string, v: string): void => {
      line(list, "dt", k);
      line(list, "dd", v);
    };
    fact(words.reference, r.manifest.reference);
    fact(words.made, r.manifest.made);
    fact(words.publickey, r.manifest.verifier);
    fact(words.checkpoint, String(r.manifest.checkpoint));
    fact(words.whole, String(r.whole));
    fact(words.leaves, String(r.leaves));
    fact(words.witnesses, r.witnesses.map((w) => w.name + " " + w.at.toISOString()).join(", ") || words.none);
    line(out, "h2", words.parts);
    const ul = document.createElement("ul");
    for (const p of r.manifest.parts) line(ul, "li", p.name + (p.title ? " \u2013 " + p.title : ""));
    out.append(ul);
    if (r.exhibits.length > 0) {
      line(out, "h2", words.exhibits);
      const chains = document.createElement("ul");
      chains.className = "exhibits";
      for (const x of r.exhibits) {
        const state = x.unbroken === undefined ? "" : ": " + (x.unbroken ? words.unbroken : words.broken);
        line(chains, "li", (x.number ? x.number + " " : "") + x.label + state);
        for (const f of x.findings ?? []) line(chains, "li", f.text);
      }
      out.append(chains);
    }
    for (const o of r.opened) {
      line(out, "h3", o.field);
      line(out, "p", o.text);
    }
  } catch (e) {
    out.textContent = "";
    out.className = "bad";
    line(out, "h2", words.bad);
    line(out, "p", e instanceof Damage ? e.part + ": " + e.detail : words.changed);
    if (e instanceof Damage) out.setAttribute("data-part", e.part);
  }
}

const input = document.getElementById("file") as HTMLInputElement;
input.addEventListener("change", () => {
  document.getElementById("answer")!.removeAttribute("data-part");
  if (input.files && input.files[0]) void show(input.files[0]);
});
