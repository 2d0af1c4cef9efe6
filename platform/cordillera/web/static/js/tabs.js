// Where not all tabs fit, as on a phone, the one that is open is in sight.

/** @param {ParentNode} within */
function show(within) {
  for (const tab of within.querySelectorAll(".tabs > :is([aria-current], [aria-selected='true'])")) {
    const strip = /** @type {HTMLElement} */ (tab.parentElement);
    const [outer, inner] = [strip.getBoundingClientRect(), tab.getBoundingClientRect()];
    strip.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.target instanceof Element) show(event.target);
});
show(document);
