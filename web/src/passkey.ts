// Passkeys: the one thing on these pages that cannot be done without script.
// A form marked data-passkey asks the browser's authenticator and sends what
// it answered; whoever has no script never sees the form.
type Options = { publicKey: any };

const bytes = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (raw: ArrayBuffer | null | undefined): string | undefined =>
  raw ? btoa(String.fromCharCode(...new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : undefined;

const listed = (list: any[] | undefined) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

async function create({ publicKey: p }: Options): Promise<unknown> {
  const made = (await navigator.credentials.create({
    publicKey: { ...p, challenge: bytes(p.challenge), user: { ...p.user, id: bytes(p.user.id) }, excludeCredentials: listed(p.excludeCredentials) },
  })) as PublicKeyCredential;
  const r = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports ? r.getTransports() : [] },
  };
}

async function get({ publicKey: p }: Options): Promise<unknown> {
  const found = (await navigator.credentials.get({
    publicKey: { ...p, challenge: bytes(p.challenge), allowCredentials: listed(p.allowCredentials) },
  })) as PublicKeyCredential;
  const r = found.response as AuthenticatorAssertionResponse;
  return {
    id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle) },
  };
}

async function ask(form: HTMLFormElement): Promise<void> {
  const words = form.dataset;
  const answer = form.elements.namedItem("response") as HTMLInputElement;
  if (words.passkey === "create") {
    answer.value = JSON.stringify(await create(JSON.parse(words.options!)));
  } else {
    const begun = await fetch(words.begin!, { method: "POST", headers: { Accept: "application/json" } });
    if (!begun.ok) throw new Error(String(begun.status));
    answer.value = JSON.stringify(await get(await begun.json()));
  }
  form.submit();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  const told = form.querySelector<HTMLElement>("[role=status]");
  const can = "PublicKeyCredential" in window;
  if (!can && form.dataset.passkey === "get") continue;
  form.hidden = false;
  form.querySelectorAll("button").forEach((button) => {
    if (!can) {
      button.remove();
      if (told) told.textContent = form.dataset.failed!;
      return;
    }
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      if (told) told.textContent = "";
      try {
        await ask(form);
      } catch {
        // Declined, too late, or no such passkey here: the browser tells which
        // to the person, and nothing to us.
        if (told) told.textContent = form.dataset.failed!;
      }
    });
  });
}
