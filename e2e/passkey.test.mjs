// Passkeys in a real browser: a virtual authenticator beside Chromium, added on
// the account page, used at the sign-in page; nothing of it without script.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import path from "node:path";
import { checkAxe, checkTargets, checkWidth, launch, newPage, serve, shot, signIn } from "./harness.mjs";

const root = path.join(import.meta.dirname, "..");
let browser, rufaa, folder, named;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rufaa-passkey-"));
  rufaa = await serve(path.join(root, "bin", "rufaa"), ["demo", "--data", folder, "--addr", "127.0.0.1:0", "--cases", "3"]);
  named = rufaa.url.replace("127.0.0.1", "localhost"); // an address cannot have passkeys, a name can
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rufaa?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function authenticator(page, verified = true) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId };
}

async function clean(page, name) {
  const text = await page.locator("body").innerText();
  assert.ok(!text.includes("⟦"), `${name}: a text is missing: ${text.match(/⟦[^⟧]*⟧/)}`);
  await checkAxe(page);
  await checkWidth(page);
  await checkTargets(page);
  assert.deepEqual(page.complaints.filter((c) => !c.includes("the server responded with a status of 4")), [], name);
  await shot(page, name);
}

describe("passkeys", { concurrency: 1 }, () => {
  for (const [lang, width] of [["en", 1280], ["sw", 360]]) {
    it(`is added, used and removed (${lang}, ${width} px)`, async () => {
      const page = await newPage(browser, { lang, width });
      const { cdp, authenticatorId } = await authenticator(page);
      await signIn(page, named, "wanjiru.case");
      await page.goto(`${named}/account`);
      const add = page.locator('form[action$="/account/passkeys/new"]');
      await add.locator('[name="name"]').fill("Blue phone");
      await add.locator("button").click();
      await clean(page, `passkey-new-${lang}`);
      await page.locator('form[data-passkey="create"] button').click();
      await page.waitForURL(`${named}/account`);
      assert.match(await page.locator("main").innerText(), /Blue phone/);
      await clean(page, `passkey-account-${lang}`);
      const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
      assert.equal(credentials.length, 1);
      assert.equal(credentials[0].rpId, "localhost");
      assert.equal(credentials[0].isResidentCredential, true);

      await page.context().clearCookies({ name: "rufaa" });
      await page.goto(`${named}/sign-in?next=/agencies`);
      await clean(page, `passkey-sign-in-${lang}`);
      await page.locator('form[data-passkey="get"] button').click();
      await page.waitForURL(`${named}/agencies`);

      // Declined: told so, and the password way is still there.
      await page.context().clearCookies({ name: "rufaa" });
      await page.goto(`${named}/sign-in`);
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
      await page.locator('form[data-passkey="get"] button').click();
      await page.locator('form[data-passkey="get"] [role=status]:not(:empty)').waitFor();
      await signIn(page, named, "wanjiru.case");

      await page.goto(`${named}/account`);
      await page.locator('form[action*="/account/passkeys/"][action$="/remove"] button').click();
      await page.waitForURL(`${named}/account`);
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
      await page.context().clearCookies({ name: "rufaa" });
      await page.goto(`${named}/sign-in`);
      await page.locator('form[data-passkey="get"] button').click();
      await page.locator(".govuk-error-summary").waitFor();
      await page.context().close();
    });
  }

  it("is not seen without script, nor under an address", async () => {
    const plain = await newPage(browser, { js: false });
    await plain.goto(`${named}/sign-in`);
    assert.equal(await plain.locator('form[data-passkey="get"]').isVisible(), false);
    assert.equal(await plain.locator('[name="password"]').isVisible(), true);
    await plain.context().close();
    const page = await newPage(browser);
    await page.goto(`${rufaa.url}/sign-in`);
    assert.equal(await page.locator('form[data-passkey="get"]').count(), 0);
    await signIn(page, rufaa.url, "wanjiru.case");
    await page.goto(`${rufaa.url}/account`);
    assert.equal(await page.locator(`a[href="${named}/account"]`).count(), 1, "the way to where passkeys work");
    await page.context().close();
  });
});
