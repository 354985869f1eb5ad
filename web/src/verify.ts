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

function crc32(b: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < b.length; i++) c = table[(c ^ b[i]) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
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

type Part = { name: string; size: number; crc: number; data: Uint8Array };

// bytes reads a piece of the file: it need not fit into memory as a whole.
async function bytes(file: Blob, at: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.slice(at, at + size).arrayBuffer());
}

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

async function next(file: Blob, at: number, name: string, listed?: number): Promise<{ part: Part; at: number }> {
  const from = at + room({ name, size: listed ?? 0 });
  if (file.size < from) throw new Damage(name, words.cut);
  const head = await bytes(file, at, from - at);
  const size = listed ?? new DataView(head.buffer).getUint32(22, true);
  if (from + size > file.size) throw new Damage(name, words.cut);
  const data = await bytes(file, from, size);
  const part = { name, size, crc: crc32(data), data };
  const extra = zip64(...sizes(part));
  if (!same(head, concat(Uint8Array.from([0x50, 0x4b, 3, 4, ...middle(part, extra)]), utf8.encode(name), Uint8Array.from(extra)))) throw new Damage(name, words.changed);
  return { part, at: from + size };
}

async function tail(file: Blob, from: number, parts: Part[]): Promise<void> {
  let at = from;
  let offset = 0;
  let size = 0;
  for (const p of parts) {
    const extra = zip64(...sizes(p), ...(offset >= plain ? [offset] : []));
    const head = [0x50, 0x4b, 1, 2, version(extra.length > 0), 0, ...middle(p, extra), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...le(Math.min(offset, plain), 4)];
    const want = concat(Uint8Array.from(head), utf8.encode(p.name), Uint8Array.from(extra));
    if (!same(await bytes(file, at, want.length), want)) throw new Damage(p.name, words.list);
    at += want.length;
    offset += room(p) + p.size;
    size += want.length;
  }
  const n = parts.length;
  const long = [0x50, 0x4b, 6, 6, ...le(44, 8), 45, 0, 45, 0, ...le(0, 8), ...le(n, 8), ...le(n, 8), ...le(size, 8), ...le(offset, 8), 0x50, 0x4b, 6, 7, ...le(0, 4), ...le(offset + size, 8), ...le(1, 4)];
  const end = Uint8Array.from([...(offset >= plain ? long : []), 0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...le(n, 2), ...le(n, 2), ...le(size, 4), ...le(Math.min(offset, plain), 4), 0, 0]);
  if (!same(await bytes(file, at, end.length + 1), end)) throw new Damage(words.end, words.changed);
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

async function verify(file: Blob): Promise<Found> {
  const first = await next(file, 0, "manifest.json");
  const man = first.part;
  const second = await next(file, first.at, "seal.txt");
  let at = first.at;
  at = second.at;
  const manifest = await named("manifest.json", words.changed, async () => {
    const m = JSON.parse(text(man.data)) as Manifest;
    if (m.format !== "rufaa-bundle/1" || !Array.isArray(m.parts)) throw new Error("format");
    return m;
  });
  const key = await named("manifest.json", words.key, () => readKey(manifest.verifier));
  const seal = await named("seal.txt", words.signature, () => openNote(second.part.data, key));
  if (seal !== "rufaa-bundle/1\nrufaa/" + manifest.realm + "\nsha256 " + hex(await sha256(man.data)) + "\n") throw new Damage("manifest.json", words.signature);
  const parts = [man, second.part];
  const by = new Map<string, Uint8Array>();
  for (const want of manifest.parts) {
    const p = await next(file, at, want.name, want.size);
    at = p.at;
    if (p.part.size !== want.size || hex(await sha256(p.part.data)) !== want.sha256) throw new Damage(want.name, words.digest);
    // Documents and drawings are only passed through.
    if (!want.name.includes("/")) by.set(want.name, p.part.data);
    parts.push({ ...p.part, data: new Uint8Array() });
  }
  await tail(file, at, parts);
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
