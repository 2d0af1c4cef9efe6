// Drafts save themselves: what is typed goes to the server after a pause, with the ETag of what
// was read, so that nothing of a colleague's is overwritten. What could not be saved is kept in
// this tab until it can.

const PAUSE = 1200;
const RETRY = 8000;

/** @param {HTMLFormElement} form @param {string} state */
function mark(form, state) {
  for (const element of document.querySelectorAll(`.save-state[data-for="${CSS.escape(form.id)}"], #${CSS.escape(form.id)} .save-state`)) {
    element.setAttribute("data-state", state);
  }
  form.dataset.saving = state;
}

/** @param {HTMLFormElement} form */
const keyOf = (form) => `draft:${form.dataset.autosave}`;

/** @param {HTMLFormElement} form */
function keep(form) {
  const entries = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  sessionStorage.setItem(keyOf(form), JSON.stringify(entries));
}

/** @param {HTMLFormElement} form @param {BodyInit} body */
function send(form, body) {
  const token = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=csrfmiddlewaretoken]"))?.value ?? "";
  const headers = { "X-CSRFToken": token, "If-Match": form.dataset.etag ?? "*", Accept: "application/json" };
  return fetch(form.dataset.autosave ?? "", { method: "POST", body, headers, redirect: "manual" });
}

/** @param {HTMLFormElement} form */
async function save(form) {
  if (form.dataset.saving === "saving" || form.dataset.saving === "conflict") return;
  mark(form, "saving");
  const before = JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const answer = await send(form, new FormData(form)).catch(() => null);
  const after = JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  settle(form, answer, before === after);
}

/** @param {HTMLFormElement} form @param {Response | null} answer @param {boolean} same nothing was typed meanwhile */
function settle(form, answer, same) {
  if (answer?.ok) {
    form.dataset.etag = answer.headers.get("ETag") ?? form.dataset.etag;
    mark(form, same ? "saved" : "changed");
    if (same) sessionStorage.removeItem(keyOf(form));
    else later(form, PAUSE);
    form.dispatchEvent(new CustomEvent("cordillera:saved", { bubbles: true, detail: { answer } }));
  } else if (answer?.status === 412 || answer?.status === 409) {
    mark(form, "conflict");
  } else if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) {
    mark(form, "expired");
    document.dispatchEvent(new Event("cordillera:expired"));
  } else {
    mark(form, "failed");
    if (!answer || answer.status >= 500) later(form, RETRY);
  }
}

/** @type {WeakMap<HTMLFormElement, number>} */
const timers = new WeakMap();

/** @param {HTMLFormElement} form @param {number} pause */
function later(form, pause) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), pause));
}

document.addEventListener("input", (event) => {
  const form = /** @type {Element} */ (event.target).closest?.("form[data-autosave]");
  if (!(form instanceof HTMLFormElement)) return;
  keep(form);
  if (form.dataset.saving === "conflict") return;
  if (form.dataset.saving !== "saving") mark(form, "changed");
  later(form, PAUSE);
});
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.matches("[data-autosave]")) clearTimeout(timers.get(form));
});
document.addEventListener("cordillera:resumed", () => {
  for (const form of document.querySelectorAll("form[data-autosave][data-saving=expired]")) save(/** @type {HTMLFormElement} */ (form));
});
window.addEventListener("online", () => {
  for (const form of document.querySelectorAll("form[data-autosave][data-saving=failed]")) save(/** @type {HTMLFormElement} */ (form));
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-autosave]:is([data-saving=expired], [data-saving=failed], [data-saving=conflict])")) event.preventDefault();
});

// What an earlier visit of this tab could not save is offered again.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  const kept = sessionStorage.getItem(keyOf(form));
  const offer = form.querySelector("[data-kept]");
  if (!kept || !(offer instanceof HTMLElement)) continue;
  offer.hidden = false;
  offer.addEventListener("click", async (event) => {
    const verb = /** @type {Element} */ (event.target).closest("[data-kept-verb]")?.getAttribute("data-kept-verb");
    if (verb === "discard") {
      sessionStorage.removeItem(keyOf(form));
      offer.hidden = true;
    }
    if (verb !== "restore") return;
    const answer = await send(form, new URLSearchParams(JSON.parse(kept))).catch(() => null);
    if (answer?.ok) {
      sessionStorage.removeItem(keyOf(form));
      location.reload();
    } else settle(form, answer, true);
  });
}
