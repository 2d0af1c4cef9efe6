// Files are sent in parts while one works on. What was interrupted goes on where it stopped: the
// node says which parts are here. Without this script the plain form sends small files.

const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000, 30000, 30000, 30000, 30000];

class Refused extends Error {}

/** @param {number} time */
const pause = (time) => new Promise((resolve) => {
  const timer = setTimeout(done, time);
  function done() { clearTimeout(timer); window.removeEventListener("online", done); resolve(undefined); }
  window.addEventListener("online", done);
});

/** @param {File} file */
const mark = (file) => `${file.name}:${file.size}:${file.lastModified}`;

/** One place on the page where files are added. @param {HTMLElement} drop */
function attach(drop) {
  const words = drop.dataset;
  const listed = /** @type {HTMLElement} */ (drop.querySelector("[data-files]"));
  const uploads = /** @type {HTMLElement} */ (drop.querySelector("[data-uploads]"));
  const form = /** @type {HTMLFormElement} */ (drop.closest("form"));
  const tokens = words.token ? document.getElementById(words.token) : form;
  const token = /** @type {HTMLInputElement} */ (tokens?.querySelector("input[name=csrfmiddlewaretoken]")).value;
  let running = Promise.resolve();
  let underway = 0;

  /** One request; a refusal raises Refused with the node's own words, all else may be tried again.
   * @param {string} url @param {RequestInit} options */
  async function ask(url, options = {}) {
    const headers = { "X-CSRFToken": token, Accept: "application/json", ...options.headers };
    const answer = await fetch(url, { ...options, headers, credentials: "same-origin" });
    if (answer.redirected || answer.status === 401 || answer.status === 403) throw new Refused(words.signedOut);
    if (answer.status >= 500) throw new Error(String(answer.status));
    if (answer.status === 204) return null;
    const json = answer.headers.get("Content-Type")?.startsWith("application/json") ?? false;
    const said = json ? await answer.json() : null;
    if (!answer.ok) throw new Refused(said?.title ?? words.stopped);
    return said;
  }

  /** @param {() => Promise<any>} step @param {(text: string) => void} tell @param {AbortSignal} signal */
  async function persist(step, tell, signal) {
    for (const time of [...PAUSES, -1]) {
      try {
        return await step();
      } catch (error) {
        if (error instanceof Refused || signal.aborted) throw error;
        if (time < 0) throw new Refused(words.stopped);
        tell(words.again ?? "");
        await pause(time);
        if (signal.aborted) throw error;
      }
    }
  }

  /** Where an interrupted upload of the same file stands. @param {File} file */
  function begun(file) {
    for (const row of listed.querySelectorAll("[data-state=uploading]")) {
      const id = row.getAttribute("data-file") ?? "";
      if (localStorage.getItem(`file:${id}`) === mark(file)) return `${row.getAttribute("data-base")}${id}/parts/`;
    }
    return "";
  }

  /** @param {File} file */
  function line(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const said = document.createElement("em");
    const stop = document.createElement("button");
    name.textContent = file.name;
    name.dir = "auto";
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    said.className = "small muted";
    stop.type = "button";
    stop.className = "button small bare";
    stop.textContent = words.cancel ?? "";
    stop.setAttribute("aria-label", `${words.cancel} ${file.name}`);
    row.append(name, said, stop, bar);
    uploads.append(row);
    return { row, bar, said, stop };
  }

  /** @param {File} file */
  async function send(file) {
    const shown = line(file);
    const control = new AbortController();
    shown.stop.addEventListener("click", () => { control.abort(); shown.row.remove(); });
    const tell = (/** @type {string} */ text) => { if (shown.said.textContent !== text) shown.said.textContent = text; };
    try {
      await parts(file, shown.bar, tell, control.signal);
      shown.row.remove();
    } catch (error) {
      if (control.signal.aborted) return;
      shown.bar.remove();
      shown.stop.remove();
      tell(error instanceof Refused ? error.message : words.stopped ?? "");
      shown.said.className = "error";
      shown.said.setAttribute("role", "alert");
    } finally {
      await refresh();
    }
  }

  /** @param {File} file @param {HTMLProgressElement} bar @param {(text: string) => void} tell @param {AbortSignal} signal */
  async function parts(file, bar, tell, signal) {
    if (file.size > Number(words.most)) throw new Refused(words.large);
    const known = begun(file);
    const place = known
      ? await persist(() => ask(known, { signal }), tell, signal)
      : await persist(() => ask(words.url ?? "", { method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: file.name, size: file.size }) }), tell, signal);
    const base = `${place.url}${place.id}/`;
    localStorage.setItem(`file:${place.id}`, mark(file));
    const here = new Set(place.here);
    listed.querySelector(`[data-file="${place.id}"]`)?.remove();
    for (let number = 0; number < place.chunks; number += 1) {
      bar.value = number / place.chunks;
      tell((words.sending ?? "").replace("{share}", String(Math.floor((100 * number) / place.chunks))));
      if (here.has(number)) continue;
      const part = file.slice(number * place.chunk, (number + 1) * place.chunk);
      await persist(() => ask(`${base}parts/${number}/`, { method: "PUT", signal, body: part, headers: { "Content-Type": "application/octet-stream" } }), tell, signal);
    }
    bar.removeAttribute("value");
    tell(words.looking ?? "");
    await persist(() => ask(`${base}finish/`, { method: "POST", signal }), tell, signal);
    localStorage.removeItem(`file:${place.id}`);
  }

  async function refresh() {
    try {
      const answer = await fetch(words.url ?? "", { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) listed.innerHTML = await answer.text();
    } catch {
      // The next one that ends will show the list anew.
    }
  }

  /** @param {FileList | null | undefined} files */
  function take(files) {
    for (const old of uploads.querySelectorAll("li:has(.error)")) old.remove();
    for (const file of files ?? []) {
      underway += 1;
      running = running.then(() => send(file)).finally(() => { underway -= 1; });
    }
  }

  for (const input of drop.querySelectorAll("[data-choose]")) {
    if (!(input instanceof HTMLInputElement)) continue;
    input.addEventListener("input", (event) => event.stopPropagation());
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      take(input.files);
      input.value = "";
    });
  }
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer?.files);
  });

  // An answer waits for its files, and leaves with them; where one was refused, it stays.
  if (!words.token) form.addEventListener("submit", async (event) => {
    if (!underway) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.hasAttribute("data-waiting")) return;
    form.setAttribute("data-waiting", "");
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.textContent = words.waits ?? "";
    uploads.after(said);
    while (underway) await running;
    said.remove();
    form.removeAttribute("data-waiting");
    if (!uploads.querySelector(".error")) form.requestSubmit(event.submitter);
    else drop.scrollIntoView({ block: "center" });
  }, { capture: true });

  window.addEventListener("beforeunload", (event) => {
    if (underway) event.preventDefault();
  });
  drop.classList.add("scripted");
  if (listed.querySelector("[data-state=quarantined]")) setTimeout(refresh, 5000);
}

for (const drop of document.querySelectorAll("[data-drop]")) attach(/** @type {HTMLElement} */ (drop));
