// Opens and closes dialogs named by data-opens and data-closes; a click beside a dialog closes it.
// One that comes with data-shown, because what it sent was not accepted, is open at once.

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.getAttribute("data-opens") ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  else if (target instanceof HTMLDialogElement && !target.hasAttribute("data-stays")) target.close();
});

function show() {
  for (const dialog of document.querySelectorAll("dialog[data-shown]")) {
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    dialog.removeAttribute("data-shown");
  }
}

document.addEventListener("htmx:after:swap", show);
show();
