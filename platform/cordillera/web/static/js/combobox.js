// Choosing from a long code list (ARIA 1.2 combobox with a list box). The field holds the code
// itself, so that without this script, or offline, the code is simply typed.

const WAIT = 150;
/** @type {WeakMap<Element, {timer: number, asking: AbortController | null}>} */
const states = new WeakMap();

/** @param {Element} box */
const inputOf = (box) => /** @type {HTMLInputElement} */ (box.querySelector("input[data-typed]") ?? box.querySelector("input"));
/** @param {Element} box */
const listOf = (box) => /** @type {HTMLElement | null} */ (box.querySelector(".options"));
/** @param {Element} box */
const optionsOf = (box) => /** @type {HTMLElement[]} */ ([...(listOf(box)?.querySelectorAll("[role=option]") ?? [])]);

/** Gives the field its roles and its list, the first time it is used. @param {Element} box */
function prepare(box) {
  if (states.has(box)) return;
  states.set(box, { timer: 0, asking: null });
  const input = inputOf(box);
  const list = document.createElement("div");
  list.className = "options";
  list.id = `${input.id}-options`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent?.trim() ?? "");
  box.append(list);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    input.setAttribute(key, value);
  }
}

/** @param {Element} box @param {boolean} open */
function show(box, open) {
  const list = listOf(box);
  if (list) list.hidden = !open || list.childElementCount === 0;
  inputOf(box).setAttribute("aria-expanded", String(Boolean(list && !list.hidden)));
  if (!open) inputOf(box).removeAttribute("aria-activedescendant");
}

/** @param {Element} box @param {number} at */
function choose(box, at) {
  optionsOf(box).forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === at));
    if (index !== at) return;
    option.scrollIntoView({ block: "nearest" });
    inputOf(box).setAttribute("aria-activedescendant", option.id);
  });
}

/** @param {Element} box */
async function ask(box) {
  const state = states.get(box);
  const list = listOf(box);
  if (!state || !list) return;
  state.asking?.abort();
  state.asking = new AbortController();
  const url = `${box.getAttribute("data-combobox")}?q=${encodeURIComponent(inputOf(box).value)}`;
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual", signal: state.asking.signal });
    if (!answer.ok) return show(box, false);
    list.innerHTML = await answer.text();
    optionsOf(box).forEach((option, at) => (option.id = `${list.id}-${at}`));
    recognise(box);
    show(box, document.activeElement === inputOf(box));
  } catch {
    // Offline or asked again meanwhile: the code can still be typed.
  }
}

/** A code that was typed whole shows its words without being chosen. @param {Element} box */
function recognise(box) {
  const bare = (/** @type {string} */ text) => text.replace(/[\s.]/g, "").toUpperCase();
  const typed = bare(inputOf(box).value);
  const option = optionsOf(box).find((one) => bare(one.dataset.value ?? "") === typed);
  const shown = box.parentElement?.querySelector(":scope > .chosen");
  if (option && shown && !box.querySelector(":scope > .picked")) shown.textContent = option.dataset.label ?? "";
}

/** The words of one option, typed whole and left, are that option: Chine is CN. @param {Element} box */
function understand(box) {
  const bare = (/** @type {string} */ text) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
  const typed = bare(inputOf(box).value);
  const same = optionsOf(box).filter((one) => typed && bare(one.dataset.label ?? "") === typed);
  if (same.length === 1) take(box, same[0]);
}

/** @param {Element} box @param {HTMLElement} option */
function take(box, option) {
  const input = inputOf(box);
  const code = option.dataset.value ?? "";
  const label = option.dataset.label ?? option.textContent?.trim() ?? "";
  const several = box.querySelector(":scope > .picked");
  const template = box.querySelector("template");
  if (several && template) pick(several, template, code, label);
  input.value = several ? "" : code;
  const shown = box.parentElement?.querySelector(":scope > .chosen");
  if (shown && !several) shown.textContent = label;
  show(box, false);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  show(box, false);
}

/** Adds one more chosen code. @param {Element} picked @param {HTMLTemplateElement} template @param {string} code @param {string} label */
function pick(picked, template, code, label) {
  const there = [...picked.querySelectorAll("input")].find((input) => input.value === code);
  if (there) return void (there.checked = true);
  const choice = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const input = /** @type {HTMLInputElement} */ (choice.querySelector("input"));
  input.value = code;
  input.checked = true;
  /** @type {HTMLElement} */ (choice.querySelector("[data-words]")).textContent = label;
  picked.append(choice);
}

/** @param {KeyboardEvent} event @param {Element} box */
function steer(event, box) {
  const options = optionsOf(box);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const open = listOf(box)?.hidden === false;
  if (event.key === "Escape" && open) show(box, false);
  else if (event.key === "ArrowDown" && !open) ask(box);
  else if (event.key === "ArrowDown") choose(box, (at + 1) % options.length);
  else if (event.key === "ArrowUp" && open) choose(box, (at - 1 + options.length) % options.length);
  else if (event.key === "Enter") {
    // Never sends the form: options may be on their way, and a half-typed word is not a code.
    if (open && at >= 0) take(box, options[at]);
  }
  else return;
  event.preventDefault();
}

/** @param {Event} event */
const boxOf = (event) => /** @type {Element} */ (event.target).closest?.("[data-combobox]") ?? null;

document.addEventListener("focusin", (event) => {
  const box = boxOf(event);
  if (box) prepare(box);
});
document.addEventListener("input", (event) => {
  const box = boxOf(event);
  const state = box && states.get(box);
  if (!box || !state || !event.isTrusted || event.target !== inputOf(box)) return;
  const shown = box.parentElement?.querySelector(":scope > .chosen");
  if (shown) shown.textContent = "";
  clearTimeout(state.timer);
  state.timer = setTimeout(() => ask(box), WAIT);
});
document.addEventListener("keydown", (event) => {
  const box = boxOf(event);
  if (box && states.has(box) && event.target === inputOf(box)) steer(event, box);
});
document.addEventListener("pointerdown", (event) => {
  const box = boxOf(event);
  const option = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[role=option]"));
  if (!box || !option || !states.has(box)) return;
  event.preventDefault();
  take(box, option);
});
document.addEventListener("focusout", (event) => {
  const box = boxOf(event);
  if (!box || !states.has(box)) return;
  show(box, false);
  understand(box);
});
