// Live events. One EventSource per browser: the tab that holds the lock listens and tells the
// others through a channel. Events are thin; what they concern is fetched with one's own rights.

const account = document.body.dataset.account ?? "";
const ticketUrl = document.body.dataset.liveTicket ?? "";
const name = `cordillera-live-${account}`;
const SOON = 150;
const LONGEST_WAIT = 30_000;
const channel = new BroadcastChannel(name);
/** What will be fetched soon: by address, the elements that want it. @type {Map<string, Set<string>>} */
const waiting = new Map();
let state = "waiting";

/** @param {string} now live, offline or waiting */
function mark(now) {
  state = now;
  for (const element of document.querySelectorAll("[data-live-mark]")) element.setAttribute("data-state", now);
}

/** @param {{topic: string, thing: string}} event */
function hear(event) {
  document.dispatchEvent(new CustomEvent("cordillera:event", { detail: event }));
  for (const element of document.querySelectorAll("[data-live-refresh][id]")) {
    const wanted = (element.getAttribute("data-live-refresh") ?? "").split(/\s+/);
    const fits = (/** @type {string} */ word) =>
      word === "*" || event.topic === "*" || word === event.topic || event.topic.startsWith(`${word}.`) ||
      (event.thing !== "" && word.endsWith(event.thing));
    if (wanted.some(fits) && element instanceof HTMLElement) refreshSoon(element);
  }
}

/** Where an element's present state is read. @param {HTMLElement} element */
function addressOf(element) {
  const url = new URL(element.dataset.liveUrl || location.href, location.href);
  if (element.dataset.liveUrl) url.searchParams.set("at", location.pathname);
  return url.href;
}

/** Several events at once, and several elements of one address, cost one request.
 * @param {HTMLElement} element */
function refreshSoon(element) {
  const url = addressOf(element);
  const ids = waiting.get(url);
  if (ids) return void ids.add(element.id);
  waiting.set(url, new Set([element.id]));
  setTimeout(() => refresh(url), SOON);
}

/** Fetches the elements' present state and morphs it into the page. @param {string} url */
async function refresh(url) {
  const ids = waiting.get(url) ?? [];
  waiting.delete(url);
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") document.dispatchEvent(new Event("cordillera:expired"));
  if (answer?.status === 404) for (const element of still(ids, url)) takeAway(element);
  if (!answer?.ok) return;
  const text = await answer.text();
  for (const element of still(ids, url)) await morph(element, text);
}

/** The elements that still show what `url` answers. The page may have gone on to the next item,
 * whose bar has the same id: that one is asked for anew. @param {Iterable<string>} ids @param {string} url */
function* still(ids, url) {
  for (const id of ids) {
    const element = document.getElementById(id);
    if (!element) continue;
    if (addressOf(element) === url) yield element;
    else refreshSoon(element);
  }
}

/** What was recalled, or is not released to this officer any more, leaves the open page. @param {HTMLElement} element */
function takeAway(element) {
  const gone = document.getElementById("gone");
  if (gone instanceof HTMLTemplateElement) element.replaceChildren(gone.content.cloneNode(true));
}

/** @param {HTMLElement} element @param {string} text */
async function morph(element, text) {
  const id = element.id;
  const select = `#${CSS.escape(id)}`;
  if (!new DOMParser().parseFromString(text, "text/html").querySelector(select)) return;
  await window.htmx.swap({ text, sourceElement: element, target: element, select, swap: "outerMorph" });
  document.dispatchEvent(new CustomEvent("cordillera:refreshed", { detail: { id } }));
}

/** Tells this tab and all others. @param {object} message */
function tell(message) {
  channel.postMessage(message);
  receive(message);
}

/** @param {any} message */
function receive(message) {
  if (message.state) mark(message.state);
  if (message.event) hear(message.event);
  if (message.ask && leading) channel.postMessage({ state });
}

/** Opens the stream once; resolves when it breaks. The ticket is good for one connection. */
async function listen() {
  const answer = await fetch(ticketUrl, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (answer.type === "opaqueredirect") throw new Error("signed out");
  if (!answer.ok) throw new Error(String(answer.status));
  const { url, ticket } = await answer.json();
  const address = new URL(url, location.href);
  address.searchParams.set("ticket", ticket);
  const last = localStorage.getItem(name);
  if (last) address.searchParams.set("last_event_id", last);
  await new Promise((broken) => {
    const source = new EventSource(address);
    source.onopen = () => {
      failures = 0;
      tell({ state: "live" });
    };
    source.onmessage = (message) => {
      if (message.lastEventId) localStorage.setItem(name, message.lastEventId);
      tell({ event: JSON.parse(message.data) });
    };
    // Reconnecting by itself would send the same, spent ticket: ask for a new one instead.
    source.onerror = () => {
      source.close();
      broken(null);
    };
    window.addEventListener("pagehide", () => source.close(), { once: true });
  });
}

let failures = 0;
let leading = false;

/** @returns {Promise<void>} never, while this tab is open */
async function lead() {
  leading = true;
  for (;;) {
    await listen().catch(() => null);
    tell({ state: "offline" });
    failures += 1;
    const pause = Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2);
    await new Promise((done) => {
      setTimeout(done, pause);
      window.addEventListener("online", done, { once: true });
      document.addEventListener("cordillera:resumed", done, { once: true });
    });
  }
}

if (account && ticketUrl) {
  channel.onmessage = (message) => receive(message.data);
  channel.postMessage({ ask: true });
  window.addEventListener("offline", () => tell({ state: "offline" }));
  navigator.locks.request(name, lead);
}
