// What is typed in an answer is kept in this tab until it was sent: an ended sign-in, a lost
// connection or a wrong touch loses nothing. The server says in a cookie which form it received.

/** @param {HTMLFormElement} form */
const keyOf = (form) => `kept:${form.dataset.keep}`;

/** @param {HTMLFormElement} form */
function keep(form) {
  const entries = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  sessionStorage.setItem(keyOf(form), JSON.stringify(entries));
}

/** Adds rows until a kept field has its place. @param {HTMLFormElement} form @param {string} name */
function makeRoom(form, name) {
  for (const repeat of form.querySelectorAll("[data-repeat]")) {
    const stem = `${repeat.getAttribute("data-repeat")}-`;
    if (!name.startsWith(stem)) continue;
    const at = Number.parseInt(name.slice(stem.length), 10);
    const rows = repeat.querySelector(":scope > .repeat-rows");
    const add = /** @type {HTMLButtonElement | null} */ (repeat.querySelector(":scope > .repeat-foot button"));
    while (rows && add && !add.disabled && rows.childElementCount <= at) add.click();
  }
}

/** @param {HTMLFormElement} form @param {[string, string][]} entries */
function putBack(form, entries) {
  for (const [name] of entries) makeRoom(form, name);
  for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    const input = /** @type {HTMLInputElement} */ (box);
    input.checked = entries.some(([name, value]) => name === input.name && value === input.value);
  }
  for (const [name, value] of entries) {
    const fields = form.querySelectorAll(`:is(input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea)[name="${CSS.escape(name)}"]`);
    for (const field of fields) /** @type {HTMLInputElement} */ (field).value = value;
  }
}

/** Forgets the form that the server has received. */
function forgetSent() {
  const sent = document.cookie.match(/(?:^|; )sent=([^;]+)/)?.[1];
  if (!sent) return;
  sessionStorage.removeItem(`kept:${decodeURIComponent(sent).replace(/^"|"$/g, "")}`);
  document.cookie = "sent=; max-age=0; path=/";
}

document.addEventListener("input", (event) => {
  const form = /** @type {Element} */ (event.target).closest?.("form[data-keep]");
  if (form instanceof HTMLFormElement) keep(form);
});
document.addEventListener("cordillera:answered", () => {
  for (const form of document.querySelectorAll("form[data-keep]")) sessionStorage.removeItem(keyOf(/** @type {HTMLFormElement} */ (form)));
});

forgetSent();
for (const form of document.querySelectorAll("form[data-keep]")) {
  if (!(form instanceof HTMLFormElement) || form.querySelector("[role=alert]")) continue;
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept) continue;
  putBack(form, JSON.parse(kept));
  /** @type {HTMLElement} */ (form.querySelector("[data-kept]")).hidden = false;
}
