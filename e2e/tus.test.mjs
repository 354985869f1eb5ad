// Uploads by a client that is not ours: tus-js-client, as others use it, over a
// line that is cut in the middle.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { Upload } from "tus-js-client";
import { serve } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
const MB = 1 << 20;
let rufaa, folder, token, inquiry;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-tus-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", path.join(folder, "data"), "--addr", "127.0.0.1:0"]);
  token = (await api("POST", "/session", { username: "barasa.inquiry", password: "karibu-rufaa" })).token;
  inquiry = (await api("GET", "/inquiries")).inquiries[0].id;
});

after(async () => {
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function api(method, at, body) {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${rufaa.url}/api/v1${at}`, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${at}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
  return answer.json();
}

// A line to the server that breaks each time when so many bytes went up it.
async function line(...breaks) {
  const target = new URL(rufaa.url);
  let cut = 0;
  const open = new Set();
  const proxy = createServer((near) => {
    const far = connect(target.port, target.hostname);
    for (const s of [near, far]) {
      open.add(s);
      s.on("error", () => {}).on("close", () => open.delete(s));
    }
    let up = 0;
    near.on("data", (chunk) => {
      up += chunk.length;
      if (cut < breaks.length && up > breaks[cut]) {
        cut += 1;
        near.destroy();
        far.destroy();
        return;
      }
      if (!far.write(chunk)) {
        near.pause();
        far.once("drain", () => near.resume());
      }
    });
    near.on("end", () => far.end());
    far.pipe(near);
  });
  await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    cuts: () => cut,
    close: () => {
      for (const s of open) s.destroy();
      proxy.close();
    },
  };
}

// Runs an upload to its end; the answer is the upload, or its error.
function send(content, { at = rufaa.url, sha256, uploadUrl, ...more } = {}) {
  const steps = [];
  return new Promise((done, failed) => {
    const upload = new Upload(content, {
      endpoint: `${at}/api/v1/uploads`,
      uploadUrl,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { inquiry, kind: "video", filename: "corridor (fictional).mp4", ...(sha256 && { sha256 }) },
      retryDelays: [50, 100, 200, 400, 800, 1600, 3200],
      storeFingerprintForResuming: false,
      onChunkComplete: (_size, accepted) => steps.push(accepted),
      onError: failed,
      onSuccess: () => done({ upload, steps }),
      ...more,
    });
    upload.start();
  });
}

const idOf = (upload) => upload.url.split("/").at(-1);
const digest = (content) => createHash("sha256").update(content).digest("hex");

async function kept(id, content) {
  assert.equal((await api("GET", `/files/${id}`)).sha256, digest(content));
  const answer = await fetch(`${rufaa.url}/api/v1/files/${id}/content?purpose=investigation`, { headers: { Authorization: `Bearer ${token}` } });
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content), "what comes back is not what was sent");
}

async function files() {
  return (await api("GET", `/inquiries/${inquiry}/files`)).files.length;
}

describe("tus-js-client", () => {
  it("sends a file in one body and in chunks, with its digest named", async () => {
    const content = randomBytes(9 * MB + 17);
    const whole = await send(content, { sha256: digest(content) });
    await kept(idOf(whole.upload), content);
    const cut = await send(content, { chunkSize: MB });
    assert.ok(cut.steps.length >= 9, `${cut.steps.length} steps`);
    await kept(idOf(cut.upload), content);
  });

  it("goes on where a line was cut, again and again", async () => {
    const content = randomBytes(24 * MB);
    const cable = await line(5 * MB, 3 * MB + 333, 9 * MB);
    const { upload } = await send(content, { at: cable.url });
    cable.close();
    assert.equal(cable.cuts(), 3, "the line was not cut");
    await kept(idOf(upload), content);
  });

  it("goes on in another process, later", async () => {
    const content = randomBytes(12 * MB);
    const cable = await line(7 * MB);
    let url;
    await assert.rejects(send(content, { at: cable.url, retryDelays: null, onAfterResponse: (_asked, answer) => (url ??= answer.getHeader("Location")) }));
    cable.close();
    const again = new URL(url, rufaa.url).pathname;
    let have = 0;
    for (let tries = 0; have === 0 && tries < 100; tries += 1) {
      const head = await fetch(rufaa.url + again, { method: "HEAD", headers: { Authorization: `Bearer ${token}`, "Tus-Resumable": "1.0.0" } });
      have = Number(head.headers.get("Upload-Offset"));
      if (have === 0) await setTimeout(100); // the server is still writing what arrived
    }
    assert.ok(have > 0 && have < content.length, `${have} bytes were kept`);
    const { upload } = await send(content, { uploadUrl: rufaa.url + again });
    await kept(idOf(upload), content);
  });

  it("is told when the digest of the whole is another one, and nothing is kept", async () => {
    const before = await files();
    const content = randomBytes(2 * MB);
    let failure;
    await send(content, { sha256: digest(randomBytes(3)), retryDelays: null }).catch((e) => (failure = e));
    assert.ok(failure, "it was taken");
    assert.match(failure.originalResponse.getBody(), /file\.wrong-digest/);
    assert.equal(await files(), before);
  });

  it("shares one upload with another client: one file, whole", async () => {
    const before = await files();
    const content = randomBytes(16 * MB);
    const begun = await fetch(`${rufaa.url}/api/v1/uploads`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Tus-Resumable": "1.0.0",
        "Upload-Length": String(content.length),
        "Upload-Metadata": `inquiry ${btoa(inquiry)},kind ${btoa("video")},filename ${btoa("two.mp4")}`,
      },
    });
    const uploadUrl = new URL(begun.headers.get("Location"), rufaa.url).href;
    const both = await Promise.allSettled([1, 2].map((n) => send(content, { uploadUrl, chunkSize: n * MB, retryDelays: Array(60).fill(60) })));
    assert.ok(both.some((r) => r.status === "fulfilled"), both.map((r) => r.reason).join("\n"));
    await kept(uploadUrl.split("/").at(-1), content);
    assert.equal(await files(), before + 1);
  });
});
