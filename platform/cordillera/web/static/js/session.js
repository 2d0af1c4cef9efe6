// When the sign-in has ended while a page is open: ask for it in a new tab, keep everything typed.

const FRESH_FOR = 60_000;
const PING = "/navigation/?ping";
const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("expired"));
let known = Date.now();

/** Asks the server whether this browser is still signed in. */
async function alive() {
  const answer = await fetch(PING, { redirect: "manual", headers: { "HX-Request": "true" } });
  if (answer.ok) known = Date.now();
  return answer.ok;
}

/** A new sign-in brings a new token against forgery: every form and htmx get it. */
function renew() {
  const name = `${document.body.dataset.csrfCookie}=`;
  const token = document.cookie.split("; ").find((cookie) => cookie.startsWith(name))?.slice(name.length);
  if (!token) return;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    /** @type {HTMLInputElement} */ (input).value = token;
  }
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  document.dispatchEvent(new Event("cordillera:resumed"));
}

async function resume() {
  if (!dialog?.open) return;
  try {
    if (!(await alive())) return;
  } catch {
    return;
  }
  renew();
  dialog.close();
}

function ask() {
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("cordillera:expired", ask);
window.addEventListener("focus", resume);
document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-resume]")) resume();
});

// htmx follows the redirect to the sign-in page: do not swap that into the open page.
document.addEventListener("htmx:before:swap", (event) => {
  const url = /** @type {CustomEvent} */ (event).detail?.ctx?.response?.raw?.url ?? "";
  if (!new URL(url, location.href).pathname.startsWith("/account/login")) return;
  event.preventDefault();
  ask();
});

// A form that was open for long: look first whether the sign-in still holds, then send it.
document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const ours = form.method === "post" && form.closest("main") && document.body.matches(".frame");
  if (!ours || event.defaultPrevented || Date.now() - known < FRESH_FOR) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (await alive().catch(() => true)) {
    known = Date.now();
    form.requestSubmit(submitter);
  } else ask();
});
