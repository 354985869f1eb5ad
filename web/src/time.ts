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
