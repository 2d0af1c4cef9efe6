// Rows of a repeating block: added, removed and moved in place. Without this script the same
// buttons submit the form and the server answers with one row more or less.

const INDEX = "__index__";

/** @param {Element} repeat */
const rowsOf = (repeat) => /** @type {HTMLElement[]} */ ([...(repeat.querySelector(":scope > .repeat-rows")?.children ?? [])]);

/** Numbers the rows anew from 0 in every name, id and reference. @param {Element} repeat */
function number(repeat) {
  const stem = repeat.getAttribute("data-repeat") ?? "";
  const most = Number(repeat.getAttribute("data-max") ?? Infinity);
  const rows = rowsOf(repeat);
  rows.forEach((row, at) => renumber(row, stem, String(at)));
  const add = repeat.querySelector(`:scope > .repeat-foot [name="add:${CSS.escape(stem)}"]`);
  if (add instanceof HTMLButtonElement) add.disabled = rows.length >= most;
}

/** @param {Element} row @param {string} stem @param {string} at */
function renumber(row, stem, at) {
  const old = new RegExp(`(^|[ :]|f-)${stem}([-:])(\\d+|${INDEX})(?=[-: ]|$)`, "g");
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of element.attributes) {
      if (!/^(name|id|for|value|list|aria-.*|data-repeat|data-row)$/.test(attribute.name)) continue;
      if (attribute.name === "value" && !element.matches("button")) continue;
      attribute.value = attribute.value.replace(old, `$1${stem}$2${at}`);
    }
    if (element instanceof HTMLTemplateElement) for (const inner of element.content.children) renumber(inner, stem, at);
  }
  const shown = row.querySelector(":scope > .row-head .row-number");
  if (shown) shown.textContent = String(Number(at) + 1);
}

/** @param {Element} repeat */
function add(repeat) {
  const template = /** @type {HTMLTemplateElement} */ (repeat.querySelector(":scope > template"));
  const row = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  row.classList.add("arriving");
  repeat.querySelector(":scope > .repeat-rows")?.append(row);
  number(repeat);
  window.htmx?.process(row);
  /** @type {HTMLElement | null} */ (row.querySelector("input, select, textarea"))?.focus();
}

/** @param {Element} row @param {Element} repeat */
function remove(row, repeat) {
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  number(repeat);
  const next = beside?.querySelector("input, select, textarea") ?? repeat.querySelector(":scope > .repeat-foot button");
  /** @type {HTMLElement | null} */ (next)?.focus();
}

/** @param {Element} row @param {Element} repeat @param {boolean} up */
function shift(row, repeat, up) {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  number(repeat);
}

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("button[name]");
  const [verb] = button?.getAttribute("name")?.split(":") ?? [];
  const repeat = button?.closest("[data-repeat]");
  if (!button || !repeat || !["add", "remove", "up", "down"].includes(verb)) return;
  event.preventDefault();
  const row = button.closest(".repeat-row");
  if (verb === "add") add(repeat);
  else if (row && verb === "remove") remove(row, repeat);
  else if (row) {
    shift(row, repeat, verb === "up");
    /** @type {HTMLElement} */ (button).focus();
  }
  repeat.dispatchEvent(new Event("input", { bubbles: true }));
});
