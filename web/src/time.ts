/** Where this device keeps another time than the page, a moment also shows the
 * device's clock on hover, so that a colleague abroad does not miss a deadline. */
export function hereTime(): void {
  const page = document.documentElement.dataset;
  const zone = Number(page.zone); // minutes east of UTC
  if (!page.zone || !page.here || -new Date().getTimezoneOffset() === zone) return;
  document.querySelectorAll<HTMLTimeElement>("time[datetime*=T]").forEach((element) => {
    const at = new Date(element.dateTime);
    if (isNaN(at.getTime())) return;
    const there = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" } as Intl.DateTimeFormatOptions);
    element.title = `${page.here} ${there}`;
  });
}

/** What this device's clock shows goes along with a form that asks for it, to
 * be kept beside the server's time. Sent twice, it is the time of the first. */
export function deviceTime(): void {
  document.addEventListener("submit", (e) => {
    const field = (e.target as HTMLFormElement).elements.namedItem("device_at");
    if (field instanceof HTMLInputElement && !field.value) field.value = new Date().toISOString();
  });
}
