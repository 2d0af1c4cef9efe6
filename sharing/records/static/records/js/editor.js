// The editor's own behaviour around autosave: problems at their fields, the side panel while one
// types, and a colleague who saves the same draft. Without it the whole form is posted instead.

const form = /** @type {HTMLFormElement} */ (document.getElementById("record-form"));
const conflict = /** @type {HTMLDialogElement} */ (document.getElementById("conflict"));
const colleague = /** @type {HTMLElement} */ (document.getElementById("colleague"));
const PREVIEW_AFTER = 700;
const LOOK_AFTER = 900;
const SUBMIT_AFTER = 6000;
let previewing = 0;
let looking = 0;
/** @type {any} */
let overtaken = null;

/** The form carries the ETag for its full POST too. */
function carry() {
  /** @type {HTMLInputElement} */ (form.elements.namedItem("etag")).value = form.dataset.etag ?? "";
}

// --- Problems at their fields ---------------------------------------------------------------------

function clearProblems() {
  for (const note of form.querySelectorAll("[data-live-problem]")) note.remove();
  for (const field of form.querySelectorAll("[data-live-invalid]")) {
    field.classList.remove("invalid");
    field.removeAttribute("data-live-invalid");
    for (const control of field.querySelectorAll("[aria-invalid]")) {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-errormessage");
    }
  }
}

/** @param {{field: string, message: string}[]} problems */
function showProblems(problems) {
  clearProblems();
  for (const { field, message } of problems) {
    const control = document.getElementById(field);
    const box = control?.closest(".field, fieldset");
    if (!control || !box) continue;
    const note = document.createElement("p");
    note.className = "error";
    note.id = `${field}-live`;
    note.dataset.liveProblem = "";
    note.setAttribute("role", "status");
    note.textContent = message;
    for (const old of box.querySelectorAll(":scope > .error:not([data-live-problem])")) old.remove();
    box.append(note);
    box.classList.add("invalid");
    box.setAttribute("data-live-invalid", "");
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-errormessage", note.id);
  }
}

// --- The panel beside the form --------------------------------------------------------------------

/** @param {Element | null} old @param {Element | null} fresh */
function replace(old, fresh) {
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  const focused = document.activeElement instanceof HTMLAnchorElement && old.contains(document.activeElement) ? document.activeElement.hash : "";
  old.innerHTML = fresh.innerHTML;
  old.querySelectorAll("details").forEach((details, at) => (details.open = open[at] ?? false));
  if (focused) /** @type {HTMLElement | null} */ (old.querySelector(`a[href="${CSS.escape(focused)}"]`))?.focus();
}

async function preview() {
  const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken")).value;
  const headers = { "X-CSRFToken": token, "HX-Request": "true" };
  const answer = await fetch(form.dataset.preview ?? "", { method: "POST", body: new FormData(form), headers, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["outline", "panel"]) replace(document.getElementById(id), page.getElementById(id));
}

form.addEventListener("input", () => {
  clearTimeout(previewing);
  previewing = setTimeout(preview, PREVIEW_AFTER);
});

// --- What autosave was answered -------------------------------------------------------------------

form.addEventListener("cordillera:saved", () => {
  carry();
  clearProblems();
  colleague.hidden = true;
});
form.addEventListener("cordillera:refused", async (event) => {
  const { answer } = /** @type {CustomEvent} */ (event).detail;
  const said = await answer.clone().json().catch(() => null);
  carry();
  if (answer.status === 422 && said?.problems) showProblems(said.problems);
  if (answer.status === 412 && said) showConflict(said);
  if ([403, 404, 409].includes(answer.status)) showColleague(colleague.dataset.gone ?? "");
  if (answer.status === 413) showColleague(colleague.dataset.large ?? "");
});

/** A save that is under way is waited for: its answer brings the ETag that this POST must carry. */
form.addEventListener("submit", (event) => {
  if (form.dataset.saving !== "saving") return carry();
  event.preventDefault();
  const submitter = event.submitter;
  const done = new AbortController();
  const again = () => {
    done.abort();
    clearTimeout(patience);
    setTimeout(() => form.requestSubmit(submitter));
  };
  const patience = setTimeout(() => {
    form.dataset.saving = "failed";
    again();
  }, SUBMIT_AFTER);
  for (const name of ["cordillera:saved", "cordillera:refused"]) form.addEventListener(name, again, { signal: done.signal });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- Two officers, one draft ----------------------------------------------------------------------

/** @param {string} words */
function showColleague(words) {
  /** @type {HTMLElement} */ (colleague.querySelector("[data-colleague-words]")).textContent = words;
  colleague.hidden = false;
}

/** @param {{name: string, time: string}} who */
const savedBy = ({ name, time }) => (colleague.dataset.words ?? "").replace("{name}", name).replace("{time}", time);

/** @param {any} said */
function showConflict(said) {
  overtaken = said;
  showColleague(said.title);
  /** @type {HTMLElement} */ (conflict.querySelector("[data-conflict-words]")).textContent = savedBy({ name: said.saved_by, time: said.saved_at_words });
  const rows = said.changes.map((/** @type {any} */ change) => {
    const row = document.createElement("tr");
    for (const words of [change.label, change.theirs || "—", change.mine || "—"]) {
      const cell = document.createElement("td");
      cell.textContent = words;
      row.append(cell);
    }
    return row;
  });
  conflict.querySelector("[data-conflict-rows]")?.replaceChildren(...rows);
  if (!conflict.open) conflict.showModal();
}

conflict.addEventListener("click", (event) => {
  const choice = /** @type {Element} */ (event.target).closest("[data-conflict]")?.getAttribute("data-conflict");
  if (!choice) return;
  conflict.close();
  if (choice === "later") return;
  form.dataset.saving = "";
  form.dataset.etag = overtaken.etag;
  carry();
  if (choice === "mine") return void form.dispatchEvent(new Event("input", { bubbles: true }));
  sessionStorage.removeItem(`draft:${form.dataset.autosave}`);
  location.assign(location.pathname);
});

/** Asks who saved last, once the own save has had time to be answered. */
async function look() {
  if (form.dataset.saving === "saving") return later();
  const answer = await fetch(form.dataset.stateUrl ?? "", { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.state !== "draft") return showColleague(colleague.dataset.gone ?? "");
  if (form.dataset.saving === "saving") return later();
  if (now.etag !== form.dataset.etag) showColleague(savedBy({ name: now.saved_by, time: now.saved_at }));
}

function later() {
  clearTimeout(looking);
  looking = setTimeout(look, LOOK_AFTER);
}

document.addEventListener("cordillera:event", (event) => {
  const { topic, thing } = /** @type {CustomEvent} */ (event).detail;
  if (topic === "record" && thing === form.dataset.record) later();
});
