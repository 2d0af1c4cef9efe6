// The envelope: 4 bytes of header length, header, HPKE ciphertext (by `hpke` and `@panva/hpke-noble`).

import { CipherSuite } from "hpke";
import * as noble from "@panva/hpke-noble";
import { canonical, decode, hash, readObject, refuse, utf8 } from "./strict.js";
import { verify, verifySecond } from "./signed.js";

const SUITES = {
  "HPKE-XWING-SHAKE256-AES256GCM": () =>
    new CipherSuite(noble.KEM_MLKEM768_X25519, noble.KDF_SHAKE256, noble.AEAD_AES_256_GCM),
  "HPKE-X25519-SHA256-AES256GCM": () =>
    new CipherSuite(noble.KEM_DHKEM_X25519_HKDF_SHA256, noble.KDF_HKDF_SHA256, noble.AEAD_AES_256_GCM),
};
const FIELDS = "epoch,first,format,key,last,recipient,sender,suite";
const SAME = ["sender", "recipient", "epoch", "first", "last"];

const joined = (...parts) => new Uint8Array(Buffer.concat(parts));
const info = (head) => joined(utf8("cordillera-envelope/1\0"), head);

export async function seal(header, inner, publicKey) {
  const suite = SUITES[header.suite]();
  const head = utf8(canonical(header));
  const key = await suite.DeserializePublicKey(publicKey);
  const options = { info: info(head) };
  const sealed = await suite.Seal(key, utf8(canonical(inner)), options);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  return joined(length, head, sealed.encapsulatedSecret, sealed.ciphertext);
}

/** Header, manifest and items of an envelope, all checks of PROTOCOL.md that concern it done. */
export async function open(bytes, privateOf, publicOf) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const head = bytes.slice(4, 4 + length);
  const header = readObject(head);
  if (Object.keys(header).sort().join() !== FIELDS) refuse("another header");
  const inner = readObject(await opened(header, head, bytes.slice(4 + length), privateOf));
  const manifest = await verify(inner.manifest, "manifest", publicOf);
  verifySecond(inner.second, inner.manifest, "manifest", publicOf);
  if (SAME.some((name) => header[name] !== manifest[name])) refuse("header and manifest differ");
  const hashes = await Promise.all(inner.items.map(hash));
  if (hashes.join() !== manifest.items.join()) refuse("other items than the manifest names");
  return { header, manifest, items: inner.items, hash: await hash(inner.manifest) };
}

async function opened(header, head, sealed, privateOf) {
  const suite = (SUITES[header.suite] ?? refuse("unknown suite"))();
  const key = privateOf(header.key);
  if (key.alg !== header.suite) refuse("a key of another suite");
  const recipient = await suite.DeserializePrivateKey(decode(key.private), true);
  const split = suite.KEM.Nenc;
  const options = { info: info(head) };
  return suite.Open(recipient, sealed.slice(0, split), sealed.slice(split), options);
}
