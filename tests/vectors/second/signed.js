// Signed texts: compact JWS with Ed25519 by `jose`, the second signature with ML-DSA-65 by `@noble`.

import { CompactSign, compactVerify, decodeProtectedHeader, importJWK } from "jose";
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { readLogKeys } from "./log.js";
import { canonical, decode, encode, hash, readObject, refuse, utf8 } from "./strict.js";

const FIELDS = {
  keyset: "format party number issued_at root previous keys address names contacts",
  version: "format record reference kind number originator unit about body handling released_at",
  manifest: "format sender recipient epoch first last previous items created_at",
  file: "format from to file chunk at",
  pull: "format from to epoch after receipts keyset at",
};
const ANSWERS = ["results", "expected chain", "refused"].flatMap((one) => [one, `${one} checkpoints`]);
const RECEIPT = "format from to at epoch first last manifest applied_through";
const KEYSET_RECEIPT = "format from to at keyset";
const CONTENTS = {
  withdrawal: "record reference kind about number cause",
  expiry: "record reference number",
  report: "entries",
  readers: "entries",
  "attachment-key": "record number file key",
  checkpoint: "note",
};

export const typ = (name) => `cordillera-${name}+jws`;

/** The payload of a text of this name, after its signature by `publicOf(kid)` (raw) has verified. */
export async function verify(text, name, publicOf) {
  const header = headerOf(text, name, "Ed25519");
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", x: encode(publicOf(header.kid)) }, "Ed25519");
  const { payload } = await compactVerify(text, key, { algorithms: ["Ed25519"] });
  return checked(readObject(payload), name);
}

/** Verify the ML-DSA-65 signature `second` over the payload that `first` carries. */
export function verifySecond(second, first, name, publicOf) {
  const [head, payload, signature] = second.split(".");
  const header = headerOf(second, name, "ML-DSA-65");
  if (payload !== first.split(".")[1]) refuse("the second signature is over another payload");
  if (!ml_dsa65.verify(decode(signature), utf8(`${head}.${payload}`), publicOf(header.kid))) {
    refuse("the second signature does not fit");
  }
}

export async function sign(payload, name, key) {
  const jwk = { kty: "OKP", crv: "Ed25519", x: key.public, d: key.private };
  return new CompactSign(utf8(canonical(payload)))
    .setProtectedHeader({ alg: "Ed25519", kid: key.kid, typ: typ(name) })
    .sign(await importJWK(jwk, "Ed25519"));
}

export function signSecond(payload, name, key) {
  const header = encode(utf8(canonical({ alg: "ML-DSA-65", kid: key.kid, typ: typ(name) })));
  const signed = `${header}.${encode(utf8(canonical(payload)))}`;
  const { secretKey } = ml_dsa65.keygen(decode(key.private));
  return `${signed}.${encode(ml_dsa65.sign(utf8(signed), secretKey))}`;
}

/** A key set, verified by the Party's root key; gives `publicOf` for who signs now. */
export async function readKeyset(text, root) {
  const payload = await verify(text, "keyset", (kid) =>
    kid.includes("-root-") ? root : refuse("a key set is signed by the root key"));
  if (payload.root.public !== encode(root)) refuse("another root key");
  if (payload.contacts.some(({ id }) => partyOf(id) !== payload.party)) refuse("another Party's contact");
  for (const key of [...payload.keys, { ...payload.root, use: "root" }]) await checkId(payload, key);
  const log = await readLogKeys(payload.log);
  const publicOf = (kid) => {
    const key = payload.keys.find((one) => one.kid === kid) ?? refuse(`unknown key ${kid}`);
    if (key.until || key.revoked_at) refuse(`the key ${kid} is not in use`);
    return decode(key.public);
  };
  return { payload, publicOf, log };
}

async function checkId(keyset, key) {
  const letters = { signing: "", sealing: "seal-", "signing-pq": "pq-", root: "root-" }[key.use];
  const hashed = Buffer.from(await hash(decode(key.public)), "base64url").toString("hex");
  if (key.kid !== `${keyset.party}-${letters}${hashed.slice(0, 16)}`) refuse("another key's id");
}

function headerOf(text, name, alg) {
  const parts = text.split(".");
  if (parts.length !== 3) refuse("not three parts");
  parts.forEach(decode);
  const header = decodeProtectedHeader(text);
  if (Object.keys(header).sort().join() !== "alg,kid,typ") refuse("another header");
  if (header.alg !== alg || header.typ !== typ(name)) refuse(`alg ${header.alg}, typ ${header.typ}`);
  if (!/^[A-Z]{2}-((root|seal|pq)-)?[0-9a-f]{16}$/.test(header.kid)) refuse("no key's id");
  return header;
}

/** The fields that the format has, and no others; and what they must say of each other. */
function checked(payload, name) {
  if (payload.format !== `cordillera-${name}/1`) refuse(`format ${payload.format}`);
  const names = Object.keys(payload).sort().join(" ");
  const fits = shapes(payload, name).some((shape) => shape.split(" ").sort().join(" ") === names);
  if (!fits) refuse(`other fields than a ${name} has`);
  if (name === "manifest" && payload.items.length !== payload.last - payload.first + 1) {
    refuse("another number of items than the sequence says");
  }
  if (name === "receipt" && payload.from === payload.to) refuse("a receipt to oneself");
  if (name === "version") checkVersion(payload);
  if (name === "statement" && payload.record) checkStatement(payload);
  if (name === "statement" && payload.type === "readers") checkReaders(payload);
  return payload;
}

function checkVersion({ originator, record, about, handling, attachments = [] }) {
  if (!handling.audience.includes(originator)) refuse("an audience without the originator");
  if ([record, ...attachments.map((file) => file.id)].some((id) => partyOf(id) !== originator)) {
    refuse("an id of another Party");
  }
  if (about !== null && !handling.audience.includes(partyOf(about))) refuse("about: no id of the audience");
}

function checkStatement({ party, record, file = record, reference = party }) {
  if (partyOf(record) !== party || partyOf(file) !== party) refuse("an id of another Party");
  if (!reference.startsWith(party)) refuse("a reference of another Party");
}

/** Who opened records: at most 20 of them, each with at most 50 readers, of whom no more is told. */
function checkReaders({ entries }) {
  if (entries.length > 20) refuse("too many records");
  for (const entry of entries) {
    if (fields(entry) !== "readers record" || entry.readers.length > 50) refuse("no readers of a record");
    for (const reader of entry.readers) {
      const { name, unit } = reader;
      if (fields(reader) !== "at name unit" || !isLine(name, 150) || !isLine(unit, 200) || !name) refuse("no reader");
    }
  }
}

const fields = (object) => Object.keys(object).sort().join(" ");

/** Characters as Unicode counts them; no control characters, no line breaks, no change of direction. */
function isLine(text, most) {
  return [...text].length <= most && !/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/.test(text);
}

/** Whose an id is: its first two bytes, in a UUID of version 8. */
function partyOf(id) {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)) return null;
  const code = Buffer.from(id.slice(0, 4), "hex").toString("latin1");
  return /^[A-Z]{2}$/.test(code) ? code : null;
}

function shapes(payload, name) {
  if (name === "receipt") return [KEYSET_RECEIPT, ...ANSWERS.map((more) => `${RECEIPT} ${more}`)];
  if (name === "statement") return [`format party type at ${CONTENTS[payload.type]}`];
  if (name === "keyset") return [FIELDS.keyset, `${FIELDS.keyset} log`];
  if (name === "version") return [FIELDS.version, `${FIELDS.version} attachments`];
  return [FIELDS[name]];
}
