// Ctrl-K: one field that jumps anywhere. The server answers with the options of the list box.

const WAIT = 120;
const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("palette"));
const field = /** @type {HTMLInputElement | null} */ (dialog?.querySelector("input") ?? null);
const results = /** @type {HTMLElement | null} */ (document.getElementById("palette-results"));
/** @type {AbortController | null} */
let asking = null;
let timer = 0;

const options = () => /** @type {HTMLElement[]} */ ([...(results?.querySelectorAll("[role=option]") ?? [])]);
const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

/** @param {number} at */
function choose(at) {
  const all = options();
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  field?.setAttribute("aria-activedescendant", all[at]?.id ?? "");
  all[at]?.scrollIntoView({ block: "nearest" });
}

async function ask() {
  if (!dialog || !field || !results) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(field.value)}`, {
      headers: { "HX-Request": "true" }, redirect: "manual", signal: asking.signal,
    });
    if (answer.type === "opaqueredirect") return document.dispatchEvent(new Event("cordillera:expired"));
    if (!answer.ok) return;
    results.innerHTML = await answer.text();
    choose(0);
  } catch (problem) {
    if (!(problem instanceof DOMException)) results.replaceChildren();
  }
}

function open() {
  if (!dialog || !field || dialog.open) return;
  dialog.showModal();
  field.value = "";
  ask();
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    open();
  }
});
document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-palette]")) open();
});
field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});
field?.addEventListener("keydown", (event) => {
  const count = options().length;
  if (event.key === "ArrowDown") choose((chosen() + 1) % count);
  else if (event.key === "ArrowUp") choose((chosen() - 1 + count) % count);
  else if (event.key === "Enter") options()[Math.max(chosen(), 0)]?.click();
  else return;
  event.preventDefault();
});
