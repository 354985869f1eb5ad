let changed: HTMLFormElement | null = null;

/** After this, leaving the page asks nothing. */
export function forgetChanges(): void {
  changed = null;
}

/** Two guards on forms: a second press of the button within some seconds does
 * nothing (the server's idempotency key is the real guard), and leaving a form
 * marked data-guard with unsaved words asks first. */
export function guardForms(): void {
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form?.hasAttribute("data-guard")) changed = form;
  });

  addEventListener("beforeunload", (event) => {
    if (changed?.isConnected) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    changed = null;
    form.dataset.sent = "1";
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    setTimeout(() => release(form), 8000);
  });

  // A page taken from the browser's cache must accept its form again.
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
}

function release(form: HTMLFormElement): void {
  delete form.dataset.sent;
  form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}
