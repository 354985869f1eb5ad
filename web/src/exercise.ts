// The live board of an exercise, and an actor's taps on a phone whose network
// comes and goes. Only in a realm of kind exercise: nothing in it is real, so
// that taps may wait in the phone's own store.
export function start(box: HTMLElement) {
  if (box.dataset.live) live(box);
  if (box.dataset.queue !== undefined) queue(box);
  if (box.dataset.replay !== undefined) replay(box);
}

// The replay plays by itself: the links to the next step are followed one after
// the other, until somebody halts it or there is none.
function replay(box: HTMLElement) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  let timer = 0;
  const say = () => (button.textContent = timer ? box.dataset.halt! : box.dataset.play!);
  const next = () => box.querySelector<HTMLAnchorElement>("a[rel=next]");
  const halt = () => {
    clearInterval(timer);
    timer = 0;
    say();
  };
  const step = async () => {
    const to = next();
    if (!to) return halt();
    const answer = await fetch(to.href).catch(() => null);
    if (!answer?.ok) return halt();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-replay]");
    if (!part) return halt();
    box.replaceChildren(...part.childNodes);
    history.replaceState(null, "", to.href);
    if (!next()) halt();
  };
  button.addEventListener("click", () => {
    if (timer) return halt();
    timer = window.setInterval(step, 1200);
    say();
    step();
  });
  say();
  if (next()) box.before(button);
}

// The server sends the same markup that the page has, each time under an id; the
// browser comes again by itself when the line is cut, and says which it had. A
// server that is not back yet may answer with an error: then it is asked again.
function live(box: HTMLElement) {
  let shown = "";
  const open = () => {
    const source = new EventSource(box.dataset.live!);
    source.onmessage = (e) => {
      if (e.lastEventId === shown || box.contains(document.activeElement)) return; // shown already, or somebody is in the middle of it
      shown = e.lastEventId;
      box.innerHTML = e.data;
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 5000);
    };
  };
  open();
}

type Tap = { at: string; body: string };
const kept = "rufaa-exercise-taps";
const read = (): Tap[] => JSON.parse(localStorage.getItem(kept) || "[]");
const write = (taps: Tap[]) => localStorage.setItem(kept, JSON.stringify(taps));

function queue(box: HTMLElement) {
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.className = "r-small";
  box.prepend(told);
  const say = () => {
    const n = read().length;
    told.textContent = n ? box.dataset.waits!.replace("{n}", String(n)) : told.textContent;
  };
  const send = async () => {
    for (let taps = read(); taps.length; taps = read()) {
      const [tap] = taps;
      let answer: Response;
      try {
        answer = await fetch(tap.at, {
          method: "POST",
          body: tap.body,
          headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Rufaa-Queue": "1" },
        });
      } catch {
        return say(); // no network; it stays
      }
      if (answer.status === 401 || answer.status >= 500) return say();
      write(read().slice(1)); // done, or refused for good: its key keeps it from being done twice
    }
    told.textContent = box.dataset.sent!;
  };
  box.addEventListener("submit", (e) => {
    const form = e.target as HTMLFormElement;
    const path = new URL(form.action).pathname;
    if (navigator.onLine || !/\/exercise\/(told|treated|felt|stop|calls|mentor\/marks|mentor\/notes)$/.test(path)) return;
    e.preventDefault();
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    body.set("tapped", new Date().toISOString());
    write([...read(), { at: path, body: body.toString() }]);
    const key = form.querySelector<HTMLInputElement>("[name=_key]");
    if (key) key.value = crypto.randomUUID(); // the next tap is another
    form.reset();
    say();
  });
  addEventListener("online", send);
  say();
  if (navigator.onLine && read().length) send();
}
