// The movable map of providers: counties as shapes, providers as points that
// gather into circles. It is loaded when somebody opens it; the drawn map and
// the list say the same without it. No tile server, no internet.
import L from "leaflet";
import Supercluster from "supercluster";

type Found = { total: number; points: [number, number, string, string][]; cells: [number, number, number][] };

export async function start(box: HTMLElement) {
  const words = box.dataset;
  const map = L.map(box, { minZoom: 5, maxZoom: 12, zoomSnap: 0.5, attributionControl: true });
  map.attributionControl.setPrefix(false);
  const shapes = await (await fetch(words.shapes!)).json();
  const land = L.geoJSON(shapes, { style: { weight: 1, color: "#0b4f4a", fillColor: "#dfeeea", fillOpacity: 1 }, interactive: false, attribution: words.attribution });
  land.addTo(map);
  map.fitBounds([[-4.8, 33.8], [5.1, 42]]);
  const layer = L.layerGroup().addTo(map);
  const gather = new Supercluster<{ id: string; name: string }>({ radius: 90, maxZoom: 12 });
  const ask = async (cells: number): Promise<Found> => (await fetch(`${words.points}${words.points!.includes("?") ? "&" : "?"}cells=${cells}`)).json();
  let found = await ask(0.5);
  const all = found.points.length > 0;
  if (all) {
    gather.load(found.points.map(([lat, lon, id, name]) => ({ type: "Feature", properties: { id, name }, geometry: { type: "Point", coordinates: [lon, lat] } })));
  }
  const circle = (lat: number, lon: number, n: number, go: () => void) => {
    const size = 26 + Math.min(12, 5 * Math.log10(n));
    const text = document.createElement("span");
    text.textContent = String(n);
    const icon = L.divIcon({ html: text, className: "r-cluster", iconSize: [size, size] });
    L.marker([lat, lon], { icon, title: `${n} ${words.many}`, alt: `${n} ${words.many}` }).on("click", go).addTo(layer);
  };
  const link = (id: string, name: string) => {
    const a = document.createElement("a");
    a.href = words.page + id;
    a.textContent = name;
    return a;
  };
  // Of the map and not of its point: near an edge the map moves to show it, and is
  // drawn anew, which takes every point away.
  const tell = (lat: number, lon: number, what: HTMLElement) => void L.popup().setLatLng([lat, lon]).setContent(what).openOn(map);
  const one = (lat: number, lon: number, id: string, name: string) => {
    const icon = L.divIcon({ html: "", className: "r-point", iconSize: [18, 18] });
    L.marker([lat, lon], { icon, title: name, alt: name }).on("click", () => tell(lat, lon, link(id, name))).addTo(layer);
  };
  const draw = async () => {
    layer.clearLayers();
    if (!all) {
      for (const [lat, lon, n] of found.cells) circle(lat, lon, n, () => map.setView([lat, lon], map.getZoom() + 2));
      return;
    }
    const b = map.getBounds();
    for (const f of gather.getClusters([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], Math.floor(map.getZoom()))) {
      const [lon, lat] = f.geometry.coordinates;
      const p = f.properties as any;
      if (p.cluster) circle(lat, lon, p.point_count, () => {
        const zoom = gather.getClusterExpansionZoom(p.cluster_id);
        if (zoom <= 12) return void map.setView([lat, lon], zoom);
        const list = document.createElement("ul"); // several at one door
        for (const leaf of gather.getLeaves(p.cluster_id, 20)) {
          list.appendChild(document.createElement("li")).append(link(leaf.properties.id, leaf.properties.name));
        }
        tell(lat, lon, list);
      });
      else one(lat, lon, p.id, p.name);
    }
  };
  map.on("moveend", draw);
  map.on("zoomend", async () => {
    if (!all) {
      found = await ask(Math.max(0.02, 16 / 2 ** map.getZoom()));
      draw();
    }
  });
  draw();
}
