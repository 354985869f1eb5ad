/** The panel of who is signed in closes on Escape and on a press elsewhere. */
export function band(): void {
  const who = document.querySelector<HTMLDetailsElement>(".r-who");
  if (!who) return;
  document.addEventListener("click", (event) => {
    if (!who.contains(event.target as Node)) who.open = false;
  });
  who.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && who.open) {
      who.open = false;
      who.querySelector("summary")?.focus();
    }
  });
}
