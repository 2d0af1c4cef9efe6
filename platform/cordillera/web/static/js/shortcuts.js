// Keys: j and k through a list, g and a letter to a page, / to search, ? for help, and each
// button's own key. All but Ctrl-K are off where the officer switched single keys off.

const GO_WITHIN = 1200;
const OPEN_AFTER = 140;
let going = 0;
let opening = 0;

/** Whether this key belongs to what has the focus. @param {KeyboardEvent} event */
function typing(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  return (
    event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented ||
    target.closest("input, textarea, select, [contenteditable], [role=listbox], dialog[open], [popover]:popover-open") !== null ||
    document.body.dataset.singleKeys === "off"
  );
}

/** @param {string} key */
function press(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const page = document.querySelectorAll(`main ${selector}`);
  for (const control of page.length ? page : document.querySelectorAll(selector)) {
    if (control instanceof HTMLElement && !control.matches(":disabled, [aria-disabled=true]") && control.checkVisibility()) {
      control.focus();
      control.click();
      return true;
    }
  }
  return false;
}

/** Moves the selection of the list by one. @param {number} step */
function move(step) {
  const entries = [...document.querySelectorAll("[data-keys=list] .entry")];
  if (!entries.length) return;
  const at = entries.findIndex((entry) => entry === document.activeElement);
  const from = at >= 0 ? at : entries.findIndex((entry) => entry.getAttribute("aria-current") === "true");
  const next = /** @type {HTMLElement} */ (entries[Math.min(Math.max(from + step, 0), entries.length - 1)]);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  const beside = document.getElementById("detail")?.checkVisibility() && next.hasAttribute("hx-get");
  clearTimeout(opening);
  if (beside && next.getAttribute("aria-current") !== "true") opening = setTimeout(() => next.click(), OPEN_AFTER);
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key did something */
function act(event) {
  const key = event.key;
  if (going && event.timeStamp - going < GO_WITHIN) {
    going = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link instanceof HTMLElement) link.click();
    return link !== null;
  }
  if (key === "g") going = event.timeStamp;
  else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "?") /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"))?.showModal();
  else if (key === "/") /** @type {HTMLElement | null} */ (document.querySelector("[data-search]"))?.focus();
  else return press(key.toLowerCase());
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!typing(event) && act(event)) event.preventDefault();
});

// Only the detail is fetched when an entry is opened: the list's mark moves here.
document.addEventListener("click", (event) => {
  const entry = /** @type {Element} */ (event.target).closest(".entry[hx-get]");
  if (!entry) return;
  for (const other of document.querySelectorAll(".entry[aria-current=true]")) other.removeAttribute("aria-current");
  entry.setAttribute("aria-current", "true");
  entry.classList.remove("unread");
  entry.closest("main.split")?.setAttribute("data-shows", "detail");
});
