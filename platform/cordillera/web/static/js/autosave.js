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
  } else if (answer?.status === 422) {
    // What is right was saved: the answer then carries the new ETag. The rest stays kept here.
    form.dataset.etag = answer.headers.get("ETag") ?? form.dataset.etag;
    mark(form, same ? "wrong" : "changed");
    if (!same) later(form, PAUSE);
    refused(form, answer);
  } else if (answer?.status === 412 || answer?.status === 409) {
    mark(form, "conflict");
    refused(form, answer);
  } else if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) {
    mark(form, "expired");
    document.dispatchEvent(new Event("cordillera:expired"));
  } else if (answer && answer.status < 500) {
    mark(form, "wrong");
    refused(form, answer);
  } else {
    mark(form, "failed");
    later(form, RETRY);
  }
}

/** Tells the page why, so that it can show it. @param {HTMLFormElement} form @param {Response} answer */
function refused(form, answer) {
  form.dispatchEvent(new CustomEvent("cordillera:refused", { bubbles: true, detail: { answer } }));
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

/** Whether the page already shows all that was kept. @param {HTMLFormElement} form @param {[string, string][]} kept */
function shows(form, kept) {
  const there = [...new FormData(form)].map(([, value]) => value);
  return kept.every(([name, value]) => name === "etag" || value.trim() === "" || there.includes(value));
}

/** Posts what was kept as the whole form: the server puts every row and value back in its place,
 * or saves it, and notices when a colleague saved since. @param {HTMLFormElement} form @param {[string, string][]} kept */
function restore(form, kept) {
  const again = document.createElement("form");
  again.method = "post";
  again.action = form.action;
  again.hidden = true;
  const token = /** @type {HTMLInputElement} */ (form.querySelector("input[name=csrfmiddlewaretoken]")).value;
  for (const [name, value] of /** @type {[string, string][]} */ ([["csrfmiddlewaretoken", token], ...kept])) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    again.append(field);
  }
  form.after(again);
  again.requestSubmit();
}

// What an earlier visit of this tab could not save is offered again.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  /** @type {[string, string][]} */
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "[]");
  const offer = form.querySelector("[data-kept]");
  if (kept.length === 0 || !(offer instanceof HTMLElement)) continue;
  if (shows(form, kept)) {
    sessionStorage.removeItem(keyOf(form));
    continue;
  }
  offer.hidden = false;
  offer.addEventListener("click", (event) => {
    const verb = /** @type {Element} */ (event.target).closest("[data-kept-verb]")?.getAttribute("data-kept-verb");
    if (verb === "restore") restore(form, kept);
    if (verb !== "discard") return;
    sessionStorage.removeItem(keyOf(form));
    offer.hidden = true;
  });
}
