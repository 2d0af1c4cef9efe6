// JSON without surprises (PROTOCOL.md, "Texts"): what two readers could read differently is refused.

const DEPTH = 32;

export class Refused extends Error {}

export const refuse = (text) => {
  throw new Refused(text);
};

export const encode = (bytes) => Buffer.from(bytes).toString("base64url");

export function decode(text) {
  const bytes = Buffer.from(text, "base64url");
  if (encode(bytes) !== text) refuse("not base64url in its one spelling");
  return new Uint8Array(bytes);
}

export const utf8 = (text) => new TextEncoder().encode(text);

export async function hash(data) {
  const bytes = typeof data === "string" ? utf8(data) : data;
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Sorted keys, no spaces: RFC 8785 for the values that are allowed. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** The object of a JSON text. Only the canonical spelling: so no key can be there twice. */
export function readObject(bytes) {
  let text, value;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    refuse(`not JSON: ${error.message}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("no object");
  check(value, 1);
  if (canonical(value) !== text) refuse("not the canonical spelling");
  return value;
}

function check(value, level) {
  if (typeof value === "number" && !Number.isSafeInteger(value)) refuse("no safe integer");
  if (typeof value === "string" && (!value.isWellFormed() || value.includes("\0"))) {
    refuse("half a surrogate pair, or U+0000");
  }
  if (value === null || typeof value !== "object") return;
  if (level > DEPTH) refuse(`more than ${DEPTH} levels`);
  for (const [name, inner] of Object.entries(value)) {
    check(name, level);
    check(inner, level + 1);
  }
}
