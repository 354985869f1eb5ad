// The street map, where an operator has put a file of map tiles: roads and
// buildings from that file on this server, and the public providers over them.
// Nothing is fetched from anywhere else.
import { addProtocol, Map as StreetMap, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import { Protocol } from "pmtiles";

const paint = (layer: string, type: string, look: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  ({ id: layer + type, source: "streets", "source-layer": layer, type, paint: look, ...more }) as any;

export async function start(box: HTMLElement) {
  const words = box.dataset;
  setWorkerUrl(words.worker!);
  addProtocol("pmtiles", new Protocol().tile);
  let map: StreetMap;
  try {
    map = new StreetMap({
      container: box,
      center: [36.82, -1.29],
      zoom: 6,
      attributionControl: { compact: false, customAttribution: words.attribution },
      style: {
        version: 8,
        sources: { streets: { type: "vector", url: `pmtiles://${new URL(words.tiles!, location.href)}` } },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": "#cfe3ef" } },
          paint("earth", "fill", { "fill-color": "#f4f1ea" }),
          paint("landuse", "fill", { "fill-color": "#dfe9d8" }),
          paint("water", "fill", { "fill-color": "#a9cfe3" }),
          paint("roads", "line", { "line-color": "#b9a98a", "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.4, 12, 1.5, 16, 6] }),
          paint("buildings", "fill", { "fill-color": "#ddd3c4" }, { minzoom: 13 }),
          paint("boundaries", "line", { "line-color": "#6b6b6b", "line-dasharray": [3, 2] }),
        ],
      },
    });
  } catch {
    box.textContent = words.cannot!; // no WebGL: the drawn map and the list say the same
    return;
  }
  map.addControl(new NavigationControl({ showCompass: false }));
  const found = await (await fetch(words.points!)).json();
  for (const [lat, lon, id, name] of found.points) {
    const a = document.createElement("a");
    a.href = words.page + id;
    a.textContent = name;
    const marker = new Marker({ color: "#0b4f4a" }).setLngLat([lon, lat]).setPopup(new Popup().setDOMContent(a)).addTo(map);
    marker.getElement().setAttribute("aria-label", name);
  }
  map.once("load", () => (box.dataset.drawn = "1"));
}
