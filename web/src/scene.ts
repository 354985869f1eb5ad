// On the sketch one may point instead of writing numbers. The form below it is
// whole without this.
const svg = document.querySelector<SVGSVGElement>("#sketch");
const field = document.querySelector<HTMLTextAreaElement>("[data-points=sketch]");

if (svg && field) {
  const trail = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  trail.setAttribute("class", "r-mark r-mark--new");
  svg.append(trail);
  svg.classList.add("r-sketch--live");
  const draw = () => trail.setAttribute("points", /^[\d,\s]*$/.test(field.value) ? field.value.trim().replace(/\s+/g, " ") : "");
  svg.addEventListener("click", (e) => {
    const m = svg.getScreenCTM();
    if (!m) return;
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(m.inverse());
    const on = (n: number) => Math.min(100, Math.max(0, Math.round(n)));
    field.value = `${field.value.trim()} ${on(p.x)},${on(p.y)}`.trim();
    draw();
  });
  field.addEventListener("input", draw);
  draw();
}
