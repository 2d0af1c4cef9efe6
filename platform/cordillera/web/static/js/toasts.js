// Short messages at the corner. Good news leaves by itself; a problem stays until it is closed.

const SHOWN_FOR = 8000;
const region = document.getElementById("toasts");

/** @param {string} words @param {string} [tone] */
function toast(words, tone = "") {
  if (!region) return;
  const box = document.createElement("div");
  box.className = `toast ${tone}`;
  const text = document.createElement("p");
  text.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", region.dataset.close ?? "");
  close.textContent = "×";
  box.append(text, close);
  region.append(box);
  if (tone !== "red") leave(box);
}

/** Goes after a while, but not while the pointer or the focus is on it. @param {HTMLElement} box */
function leave(box) {
  setTimeout(() => (box.matches(":hover, :focus-within") ? leave(box) : box.remove()), SHOWN_FOR);
}

document.addEventListener("cordillera:toast", (event) => {
  const { words, tone } = /** @type {CustomEvent} */ (event).detail;
  toast(words, tone);
});
document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-dismiss]");
  button?.closest(".toast, .banner")?.remove();
});
