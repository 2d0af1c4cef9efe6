// What was sent and not accepted: the focus goes to what is wrong, so that nobody looks for it by Tab.
// First to a summary of the faults, else to the first field that has one.

/** @param {ParentNode} within */
function seek(within) {
  const summary = within.querySelector("#problems[tabindex], #stale[tabindex]");
  const field = within.querySelector("form:not([data-autosave], [data-example]) :is(.field.invalid, [aria-invalid='true'])");
  const control = field?.matches("input, select, textarea") ? field : field?.querySelector("input, select, textarea");
  const found = summary ?? control;
  if (found instanceof HTMLElement && found.checkVisibility()) found.focus();
}

document.addEventListener("htmx:after:swap", (event) => {
  const swapped = /** @type {Element} */ (event.target);
  const form = swapped instanceof Element ? swapped.closest("form") : null;
  seek(form ?? (swapped instanceof Element ? swapped : document));
});
const main = document.querySelector("main");
if (main && (document.activeElement === document.body || !document.activeElement)) seek(main);
