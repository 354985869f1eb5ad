// Builds the style sheet, the script and the icons into
// internal/web/assets/dist, each under a name that carries the digest of its
// content, with gzip and brotli twins, and manifest.json that maps plain names
// to those. Run by `npm run build`; nothing is fetched.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import zlib from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "../internal/web/assets/dist");
// The budget of one first visit, in bytes after brotli; more fails the build.
const budget = { "app.css": 14 * 1024, "app.js": 3 * 1024, "passkey.js": 2 * 1024, "exercise.js": 2 * 1024, "scene.js": 1024, "upload.js": 2 * 1024, "map.js": 46 * 1024, "map.css": 6 * 1024, "street.js": 320 * 1024, "street-worker.js": 180 * 1024, "favicon.svg": 1024 };

async function style() {
  const { css } = sass.compile(path.join(here, "scss/app.scss"), {
    loadPaths: [path.join(here, "node_modules")],
    style: "compressed",
    charset: false,
    quietDeps: true,
  });
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target: ["chrome87", "firefox78", "safari14.1"] });
  return code;
}

// streetStyle is MapLibre's own without its pictures: they are data addresses,
// which the content security policy refuses. Plus and minus are letters.
async function streetStyle() {
  const theirs = (await readFile(path.join(here, "node_modules/maplibre-gl/dist/maplibre-gl.css"), "utf8")).replace(
    /background(-image)?:\s*url\((?:"[^"]*"|'[^']*'|[^)]*)\)[^;}]*;?/g,
    "",
  );
  const ours = ".maplibregl-ctrl-zoom-in::before{content:'+'}.maplibregl-ctrl-zoom-out::before{content:'\u2212'}.maplibregl-ctrl-group button{font-size:20px;line-height:1}.maplibregl-ctrl-group button .maplibregl-ctrl-icon{display:none}";
  const { code } = await esbuild.transform(theirs + ours, { loader: "css", minify: true });
  return code;
}

// mapStyle is Leaflet's own without its pictures, which nothing here uses, and ours.
async function mapStyle() {
  const theirs = (await readFile(path.join(here, "node_modules/leaflet/dist/leaflet.css"), "utf8")).replace(/background-image:\s*url\([^)]*\);?/g, "");
  const ours = await readFile(path.join(here, "src/map.css"), "utf8");
  const { code } = await esbuild.transform(theirs + ours, { loader: "css", minify: true });
  return code;
}

async function bundle(entry) {
  const out = await esbuild.build({
    entryPoints: [path.join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: entry === "src/verify.ts" || entry.startsWith("src/street") || entry.includes("maplibre") ? "es2022" : "es2019",
    legalComments: /leaflet|maplibre|src.(map|street|verify)/.test(entry) ? "eof" : "none", // others' licences travel with their code
  });
  return out.outputFiles[0].contents;
}

const script = (name) => bundle(`src/${name}.ts`);

function hashed(name, body) {
  const digest = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}.${digest}${name.slice(dot)}`;
}

async function clear() {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(dist)) {
    if (name !== ".gitkeep") await rm(path.join(dist, name));
  }
}

const files = new Map([
  ["app.css", Buffer.from(await style())],
  ["app.js", Buffer.from(await script("app"))],
  ["passkey.js", Buffer.from(await script("passkey"))],
  ["upload.js", Buffer.from(await script("upload"))],
  ["exercise.js", Buffer.from(await script("exercise"))],
  ["scene.js", Buffer.from(await script("scene"))],
  ["map.js", Buffer.from(await script("map"))],
  ["map.css", Buffer.from(await mapStyle())],
  ["street.js", Buffer.from(await script("street"))],
  ["street-worker.js", Buffer.from(await bundle("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"))],
  ["street.css", Buffer.from(await streetStyle())],
]);
for (const name of await readdir(path.join(here, "icons"))) {
  files.set(name, await readFile(path.join(here, "icons", name)));
}

await clear();
const manifest = {};
for (const [name, body] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const file = hashed(name, body);
  const gz = zlib.gzipSync(body, { level: 9 });
  const br = zlib.brotliCompressSync(body, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  });
  await writeFile(path.join(dist, file), body);
  await writeFile(path.join(dist, `${file}.gz`), gz);
  await writeFile(path.join(dist, `${file}.br`), br);
  manifest[name] = file;
  console.log(`${file}  ${body.length} bytes, gzip ${gz.length}, brotli ${br.length}`);
  if (budget[name] && br.length > budget[name]) {
    throw new Error(`${name} is ${br.length} bytes compressed, the budget is ${budget[name]}`);
  }
}
await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

// The page in a court bundle is one file: its script is no asset of the server.
await writeFile(path.join(here, "../internal/bundle/page/verify.js"), await bundle("src/verify.ts"));
