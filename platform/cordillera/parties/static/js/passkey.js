// Passkeys: every button with data-passkey runs one WebAuthn ceremony and sends its form.
//   login   asks data-options-url for the challenge, then gets a credential
//   get     gets a credential with the challenge in the JSON script data-options
//   create  makes a credential; data-passwordless names the box that asks for a resident key
// The credential goes as JSON into the form's field data-into (default "credential").

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const decodeIds = (list) => (list ?? []).map((item) => ({ ...item, id: decode(item.id) }));

function requestOptions({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: decode(publicKey.challenge),
      allowCredentials: decodeIds(publicKey.allowCredentials),
    },
  };
}

function creationOptions({ publicKey }, passwordless) {
  const selection = { ...publicKey.authenticatorSelection };
  selection.residentKey = passwordless ? "required" : "discouraged";
  selection.requireResidentKey = passwordless;
  if (passwordless) selection.userVerification = "required";
  return {
    publicKey: {
      ...publicKey,
      authenticatorSelection: selection,
      challenge: decode(publicKey.challenge),
      user: { ...publicKey.user, id: decode(publicKey.user.id) },
      excludeCredentials: decodeIds(publicKey.excludeCredentials),
    },
  };
}

function asJson(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = encode(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

const inPage = (button) => JSON.parse(document.getElementById(button.dataset.options).textContent);

async function challenge(button) {
  const answer = await fetch(button.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`challenge: ${answer.status}`);
  return (await answer.json()).request_options;
}

const ceremonies = {
  login: async (button) => navigator.credentials.get(requestOptions(await challenge(button))),
  get: (button) => navigator.credentials.get(requestOptions(inPage(button))),
  create: (button) => {
    const box = document.getElementById(button.dataset.passwordless);
    return navigator.credentials.create(creationOptions(inPage(button), Boolean(box?.checked)));
  },
};

function complain(form, reason) {
  const line = form.querySelector("[data-passkey-error]");
  line.textContent = line.dataset[reason];
  line.hidden = false;
}

async function run(button) {
  const { form } = button;
  if (!window.PublicKeyCredential) return complain(form, "unsupported");
  button.disabled = true;
  try {
    const credential = await ceremonies[button.dataset.passkey](button);
    form.elements[button.dataset.into ?? "credential"].value = asJson(credential);
    form.submit();
  } catch (error) {
    const reasons = { NotAllowedError: "cancelled", AbortError: "cancelled", SecurityError: "unsupported" };
    complain(form, reasons[error.name] ?? "failed");
    button.disabled = false;
  }
}

if (!window.cordilleraPasskeys) {
  window.cordilleraPasskeys = true;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-passkey]");
    if (button) run(button);
  });
}
