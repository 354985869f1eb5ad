// An island is a part of a page that comes alive only when it is opened: its
// script and style are fetched then, so that nobody pays for what is not used.
export function islands() {
  for (const d of document.querySelectorAll<HTMLDetailsElement>("details[data-island]")) {
    d.addEventListener("toggle", async () => {
      const box = d.querySelector<HTMLElement>("[data-box]");
      if (!d.open || !box || box.dataset.alive) return;
      box.dataset.alive = "1";
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = d.dataset.style!;
      document.head.append(style);
      const here = d.dataset.island!;
      (await import(here)).start(box);
    });
  }
}

// A part of a page that has a script of its own from the start.
export function scripts() {
  for (const e of document.querySelectorAll<HTMLElement>("[data-script]")) {
    import(e.dataset.script!).then((m) => m.start(e)).catch(() => {}); // without it the page works by reload
  }
}
