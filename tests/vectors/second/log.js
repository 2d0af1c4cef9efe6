// What travels of the audit log, by node's own crypto: verifier keys and signed checkpoints (C2SP
// signed-note, tlog-checkpoint).

import { createHash, createPublicKey, verify } from "node:crypto";
import { refuse } from "./strict.js";

const LENGTHS = { log: { 1: 32 }, witness: { 4: 32, 6: 1312 } };

/** The keys that a key set announces, by what they are for. */
export async function readLogKeys(announced) {
  if (announced === undefined) return { log: [], witness: [] };
  if (Object.keys(announced).sort().join() !== "log,witness") refuse("another log");
  const found = Object.fromEntries(
    Object.entries(announced).map(([what, vkeys]) => [what, vkeys.map((one) => readKey(what, one))]));
  for (const keys of Object.values(found)) {
    if (new Set(keys.map((key) => key.name)).size > 1) refuse("a log has one name");
  }
  return found;
}

function readKey(what, vkey) {
  const [, name, id, text] = vkey.match(/^([!-*,-~]{1,200})\+([0-9a-f]{8})\+(.+)$/) ?? refuse("no vkey");
  const material = Buffer.from(text, "base64");
  if (material.toString("base64") !== text) refuse("not base64 in its one spelling");
  if (LENGTHS[what][material[0]] !== material.length - 1) refuse(`no key of a ${what}`);
  const hashed = createHash("sha256").update(`${name}\n`).update(material).digest("hex");
  if (hashed.slice(0, 8) !== id) refuse("another key's id");
  return { name, id, public: material.subarray(1) };
}

/** Origin and size of a checkpoint, after the signature by one of these log keys has verified. */
export function readCheckpoint(note, keys) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size] = text.split("\n");
  const key = keys.find((one) => one.name === origin) ?? refuse(`unknown log ${origin}`);
  for (const line of note.slice(end + 2).trimEnd().split("\n")) {
    const [dash, name, value] = line.split(" ");
    const bytes = Buffer.from(value, "base64");
    if (dash !== "\u2014" || name !== origin || bytes.subarray(0, 4).toString("hex") !== key.id) continue;
    const x = Buffer.from(key.public).toString("base64url");
    const jwk = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    if (verify(null, Buffer.from(text), jwk, bytes.subarray(4))) return { origin, size: Number(size) };
  }
  return refuse("the log did not sign this checkpoint");
}
