// Sends a file in pieces by the tus protocol and goes on after a broken line.
// Without it the same form sends the file in one go.
const piece = 8 << 20;
const waits = [1, 2, 4, 8, 15, 30]; // seconds before asking again, the last one for good

const form = document.querySelector<HTMLFormElement>("form[data-upload]");
if (form) prepare(form);

function prepare(f: HTMLFormElement): void {
  const input = f.querySelector<HTMLInputElement>("input[type=file]")!;
  const said = f.querySelector<HTMLElement>("[data-progress]")!;
  f.addEventListener("submit", (event) => {
    const file = input.files?.[0];
    if (!file || f.dataset.busy) {
      if (f.dataset.busy) event.preventDefault();
      return; // what is missing is said by the server, with everything typed
    }
    event.preventDefault();
    f.dataset.busy = "1";
    send(f, file, said).catch((problem: Error) => {
      delete f.dataset.busy;
      said.textContent = `${f.dataset.failed} ${problem.message}`;
    });
  });
  drop(f, input, said);
}

/** A file may be dropped anywhere on the form. */
function drop(f: HTMLFormElement, input: HTMLInputElement, said: HTMLElement): void {
  f.addEventListener("dragover", (e) => {
    e.preventDefault();
    f.classList.add("r-drop");
  });
  f.addEventListener("dragleave", () => f.classList.remove("r-drop"));
  f.addEventListener("drop", (e) => {
    e.preventDefault();
    f.classList.remove("r-drop");
    if (!e.dataTransfer?.files.length) return;
    input.files = e.dataTransfer.files;
    said.textContent = e.dataTransfer.files[0].name;
  });
}

class Refused extends Error {}

const head = { "Tus-Resumable": "1.0.0" };

async function send(f: HTMLFormElement, file: File, said: HTMLElement): Promise<void> {
  const print = await printOf(file);
  let at = open(f, print);
  let offset = 0;
  if (at) {
    said.textContent = f.dataset.again!;
    const known = await ask(at);
    if (known === null) at = "";
    else offset = known;
  }
  if (!at) at = await begin(f, file, print);
  let tries = 0;
  for (;;) {
    try {
      while (offset < file.size) {
        const base = offset;
        offset = await patch(at, offset, file.slice(offset, offset + piece), (n) => show(f, said, base + n, file.size));
        tries = 0;
      }
      location.assign(f.dataset.done! + at.slice(at.lastIndexOf("/") + 1));
      return;
    } catch (e) {
      if (e instanceof Refused) throw e;
      said.textContent = f.dataset.paused!;
      await new Promise((next) => setTimeout(next, 1000 * waits[Math.min(tries++, waits.length - 1)]));
      const known = await ask(at).catch(() => undefined);
      if (known === null) throw new Refused("");
      if (known !== undefined) offset = known;
    }
  }
}

function show(f: HTMLFormElement, said: HTMLElement, sent: number, all: number): void {
  let bar = said.querySelector("progress");
  if (!bar) {
    said.textContent = "";
    bar = document.createElement("progress");
    said.append(bar, document.createElement("span"));
  }
  bar.max = all;
  bar.value = sent;
  const words = f.dataset.sending!.replace("{percent}", String(Math.floor((100 * sent) / all)));
  bar.setAttribute("aria-label", words);
  said.lastElementChild!.textContent = ` ${words}`;
}

/** An unfinished upload of the same file, as the page was told. */
function open(f: HTMLFormElement, print: string): string {
  for (const pair of (f.dataset.open || "").split(",")) {
    const [known, id] = pair.split(" ");
    if (known === print && id) return `${f.dataset.endpoint}/${id}`;
  }
  return "";
}

/** Tells this file from others without its name leaving the browser readable. */
async function printOf(file: File): Promise<string> {
  if (!crypto.subtle) return ""; // not over HTTPS: begun anew rather than found again
  return hex(await digest(new TextEncoder().encode(`${file.name}|${file.size}|${file.lastModified}`))).slice(0, 40);
}

const digest = async (b: BufferSource): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest("SHA-256", b));
const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
const base64 = (b: Uint8Array): string => btoa(String.fromCharCode(...b));

async function begin(f: HTMLFormElement, file: File, print: string): Promise<string> {
  const meta: Record<string, string> = { filename: file.name, print, device_time: new Date().toISOString() };
  for (const name of ["case", "inquiry", "scene", "exhibit"]) if (f.dataset[name]) meta[name] = f.dataset[name]!;
  for (const [name, value] of new FormData(f)) if (typeof value === "string" && value && name !== "file") meta[name] = value;
  const pairs = Object.entries(meta).map(([name, value]) => `${name} ${base64(new TextEncoder().encode(value))}`);
  const r = await fetch(f.dataset.endpoint!, { method: "POST", headers: { ...head, "Upload-Length": String(file.size), "Upload-Metadata": pairs.join(",") } });
  if (r.status !== 201) throw await refusal(r);
  return `${f.dataset.endpoint}/${r.headers.get("Location")!.split("/").pop()}`;
}

/** Where the upload stands; null when there is none any more. */
async function ask(at: string): Promise<number | null> {
  const r = await fetch(at, { method: "HEAD", headers: head });
  if (r.status === 404) return null;
  if (!r.ok) throw new Error();
  return Number(r.headers.get("Upload-Offset"));
}

async function patch(at: string, offset: number, body: Blob, progress: (n: number) => void): Promise<number> {
  const headers: Record<string, string> = { ...head, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  if (crypto.subtle) headers["Upload-Checksum"] = `sha256 ${base64(await digest(await body.arrayBuffer()))}`;
  return new Promise((done, failed) => {
    const x = new XMLHttpRequest(); // fetch tells no progress of what it sends
    x.open("PATCH", at);
    for (const [name, value] of Object.entries(headers)) x.setRequestHeader(name, value);
    x.upload.onprogress = (e) => progress(e.loaded);
    x.onerror = () => failed(new Error());
    x.onload = () => {
      if (x.status === 204) done(Number(x.getResponseHeader("Upload-Offset")));
      else if (x.status === 409 || x.status === 423 || x.status === 460 || x.status >= 500) failed(new Error());
      else failed(new Refused(words(x.responseText)));
    };
    x.send(body);
  });
}

async function refusal(r: Response): Promise<Error> {
  return new Refused(words(await r.text()));
}

/** What a problem document says to a person. */
function words(text: string): string {
  try {
    const p = JSON.parse(text);
    const fields = (p.errors || []).map((e: { message: string }) => e.message);
    return [fields.length ? "" : p.detail, ...fields, p.rule?.why, p.rule?.remedy].filter(Boolean).join(" ");
  } catch {
    return "";
  }
}
