// On the sketch one may point instead of writing numbers, and a photo under it
// takes each press at once instead of by a form. The form is whole without this.
const svg = document.querySelector<SVGSVGElement>("#sketch");
const field = document.querySelector<HTMLTextAreaElement>("[data-points=sketch]");
const photo = document.querySelector<HTMLInputElement>("[data-press=sketch]");

if (svg && field && (photo || !svg.closest(".r-sketch--photo"))) {
  const high = Number(svg.dataset.high);
  const trail = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  trail.setAttribute("class", "r-mark r-mark--new");
  svg.append(trail);
  (photo ? svg.closest("figure")! : svg).classList.add("r-sketch--live");
  const draw = () => {
    const pairs = [...field.value.matchAll(/([\d.]+),([\d.]+)/g)];
    trail.setAttribute("points", pairs.map((p) => `${p[1]},${(Number(p[2]) * high) / 100}`).join(" "));
  };
  const add = (x: number, y: number) => {
    const on = (n: number) => Number(Math.min(100, Math.max(0, n)).toFixed(photo ? 2 : 0));
    field.value = `${field.value.trim()} ${on(x)},${on(y)}`.trim();
    draw();
  };
  svg.addEventListener("click", (e) => {
    const m = svg.getScreenCTM();
    if (!m) return;
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(m.inverse());
    add(p.x, p.y);
  });
  photo?.addEventListener("click", (e) => {
    e.preventDefault();
    if (!e.detail) return field.focus(); // pressed by a key: the place is written
    const box = photo.getBoundingClientRect();
    add(((e.clientX - box.left) / box.width) * 100, ((e.clientY - box.top) / box.height) * 100);
  });
  field.addEventListener("input", draw);
  draw();
}
