// Builds the boundaries that internal/atlas carries from two packages of the
// lock file: Kenya's counties from amCharts, the countries from Natural Earth
// (world-atlas). The result is committed, because it changes only when one of
// the packages does; run by hand with `npm run atlas`. Nothing is fetched.
//
// Lines shared by two counties are cut into arcs first and simplified once, so
// that neighbours still meet without a gap.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import path from "node:path";
import zlib from "node:zlib";
import { feature, merge, neighbors } from "topojson-client";
import polylabel from "polylabel";
import { topology } from "topojson-server";
import { presimplify, simplify, sphericalTriangleArea } from "topojson-simplify";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "../../internal/atlas/data");
const at = createRequire(import.meta.url);

// Smallest triangle that a bend must make to stay, in square kilometres.
const countyDetail = 1.6;
const countryDetail = 12;
// Three decimals are 111 m, less than the simplification moves a line.
const decimals = 3;
const earthKm2 = 6371.0088 ** 2;

// The countries by their ISO 3166-1 numbers. Natural Earth shows Somaliland
// apart and without a number; Rufaa's list of countries has Somalia only, so
// the two are drawn as one. No position on any disputed line is meant.
const countries = {
  404: "ke", 231: "et", 706: "so", 728: "ss", 834: "tz", 800: "ug",
  646: "rw", 108: "bi", 729: "sd", 262: "dj", 232: "er",
};

async function json(name) {
  return JSON.parse(await readFile(at.resolve(name), "utf8"));
}

function simpler(topo, km2) {
  return simplify(presimplify(topo, sphericalTriangleArea), km2 / earthKm2);
}

function rounded(coordinates) {
  if (typeof coordinates[0] === "number") return coordinates.map((c) => Number(c.toFixed(decimals)));
  const out = coordinates.map(rounded);
  if (typeof out[0][0] !== "number") return out;
  return out.filter((p, i) => i === 0 || p[0] !== out[i - 1][0] || p[1] !== out[i - 1][1]);
}

// One shape: every geometry as MultiPolygon, rings that rounding has flattened
// dropped, the largest part first.
function shape(geometry) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const kept = rounded(parts).map((rings) => rings.filter((r) => r.length > 3)).filter((rings) => rings.length);
  kept.sort((a, b) => b[0].length - a[0].length);
  return { type: "MultiPolygon", coordinates: kept };
}

function area(ring) {
  return Math.abs(ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length];
    return sum + x * ny - nx * y;
  }, 0));
}

// The point farthest from every edge of the largest part: a label stands there.
function label(geometry) {
  const largest = geometry.coordinates.reduce((a, b) => (area(b[0]) > area(a[0]) ? b : a));
  const [x, y] = polylabel(largest, 0.002);
  return [Number(x.toFixed(decimals)), Number(y.toFixed(decimals))];
}

async function counties() {
  const source = await json("@amcharts/amcharts5-geodata/json/kenyaHigh.json");
  const topo = simpler(topology({ counties: source }), countyDetail);
  const shapes = topo.objects.counties.geometries;
  const near = neighbors(shapes);
  return shapes
    .map((s, i) => {
      const geometry = shape(feature(topo, s).geometry);
      const properties = { iso: s.id, label: label(geometry), near: near[i].filter((n) => n !== i).map((n) => shapes[n].id).sort() };
      return { type: "Feature", id: s.id, properties, geometry };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function outlines() {
  const world = simpler(await json("world-atlas/countries-50m.json"), countryDetail);
  const all = world.objects.countries.geometries;
  return Object.entries(countries)
    .map(([number, code]) => {
      const parts = all.filter((g) => Number(g.id) === Number(number) || (code === "so" && g.properties.name === "Somaliland"));
      if (parts.length === 0) throw new Error(`no outline of ${code}`);
      const geometry = shape(merge(world, parts));
      return { type: "Feature", id: code, properties: { label: label(geometry) }, geometry };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function leave(name, features, notice) {
  // One feature a line, so that a change of the source reads as a change.
  const lines = features.map((f) => JSON.stringify(f)).join(",\n");
  const body = `{"type":"FeatureCollection","notice":${JSON.stringify(notice)},"features":[\n${lines}\n]}\n`;
  await writeFile(path.join(target, name), body);
  const points = body.match(/\[-?[\d.]+,-?[\d.]+\]/g).length;
  console.log(`${name}  ${features.length} shapes, ${points} points, ${body.length} bytes, gzip ${zlib.gzipSync(body, { level: 9 }).length}`);
}

async function licence(from, to) {
  await writeFile(path.join(target, to), await readFile(path.join(here, "../node_modules", from, "LICENSE")));
}

await leave("counties.json", await counties(), "Map data (c) amCharts, www.amcharts.com; simplified. Terms in LICENSE-amcharts.md beside this file.");
await leave("countries.json", await outlines(), "Made with Natural Earth, through world-atlas (c) Michael Bostock; simplified. Terms in LICENSE-world-atlas.txt beside this file.");
await licence("@amcharts/amcharts5-geodata", "LICENSE-amcharts.md");
await licence("world-atlas", "LICENSE-world-atlas.txt");
