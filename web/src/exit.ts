import { forgetChanges } from "./forms";

/** Quick exit: the control, or Escape three times within five seconds, leaves
 * the page so that Back does not return to it. */
export function quickExit(): void {
  const link = document.querySelector<HTMLAnchorElement>("a[data-exit]");
  if (!link) return;

  const leave = (event?: Event): void => {
    event?.preventDefault();
    forgetChanges(); // no "leave this page?" question in between
    document.body.classList.add("r-gone");
    document.title = "";
    location.replace(link.href);
  };
  link.addEventListener("click", leave);

  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = presses.filter((at) => now - at < 5000).concat(now);
    if (presses.length === 3) leave();
  });

  // Returning from the browser's page cache must not show the page either.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
