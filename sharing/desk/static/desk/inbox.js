// The inbox from the keyboard: x ticks the selected item, Escape unticks all. After a decision the
// next item is brought into sight.

/** Whether this key belongs to what has the focus. @param {KeyboardEvent} event */
function typing(event) {
  const target = /** @type {Element} */ (event.target);
  return (
    event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented ||
    document.body.dataset.singleKeys === "off" ||
    target.closest("input:not(.pick), textarea, select, dialog[open], [popover]:popover-open") !== null
  );
}

function current() {
  const focused = document.activeElement?.closest(".entries > li");
  return focused ?? document.querySelector(".entry[aria-current=true]")?.closest("li");
}

document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  if (event.key === "x") {
    const box = current()?.querySelector(".pick");
    if (box instanceof HTMLInputElement) {
      box.checked = !box.checked;
      event.preventDefault();
    }
  } else if (event.key === "Escape") {
    for (const box of document.querySelectorAll(".pick:checked")) /** @type {HTMLInputElement} */ (box).checked = false;
  }
});

/** Marks the entry whose item stands open: a list that was refreshed meanwhile may not know it. */
function markOpen() {
  for (const entry of document.querySelectorAll(".entry")) {
    const open = new URL(/** @type {HTMLAnchorElement} */ (entry).href).pathname === location.pathname;
    if (!open) entry.removeAttribute("aria-current");
    else if (entry.getAttribute("aria-current") !== "true") entry.setAttribute("aria-current", "true");
  }
}

/** What was recalled while it was open gives way to its gravestone, title and buttons included. */
function bury() {
  const recalled = document.querySelector("#outcome-bar[data-gone]") && !document.querySelector("#detail .gravestone");
  if (recalled) window.htmx.ajax("GET", location.href, { target: "#detail", select: "#detail", swap: "outerHTML", selectOOB: "#marking" });
}

document.addEventListener("cordillera:refreshed", () => {
  markOpen();
  bury();
});
document.addEventListener("htmx:after:history:update", () => {
  markOpen();
  document.querySelector(".entry[aria-current=true]")?.scrollIntoView({ block: "nearest" });
});
