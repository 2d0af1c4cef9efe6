// node check.js exchange.json: verify and open the vectors as the recipient MX would, then answer
// and send as a node would. Prints one JSON object; any failure ends with an error and exit code 1.

import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { canonical, decode, encode, hash, refuse } from "./strict.js";
import { readKeyset, sign, signSecond, verify } from "./signed.js";
import { open, seal } from "./envelope.js";
import { readCheckpoint } from "./log.js";

const vectors = JSON.parse(await readFile(argv[2], "utf-8"));
const us = await readKeyset(vectors.keysets.US, decode(vectors.keys.US.root.public));
const mx = await readKeyset(vectors.keysets.MX, decode(vectors.keys.MX.root.public));
const checked = ["keysets"];

await same("version", "version", vectors.version, us);
for (const said of Object.values(vectors.statements)) await same("statements", "statement", said, us);
await same("manifest", "manifest", vectors.manifest, us);
if ((await hash(vectors.manifest.jws)) !== vectors.manifest.hash) refuse("another hash");
for (const said of Object.values(vectors.receipts)) await same("receipts", "receipt", said, mx);
for (const note of vectors.receipts.checkpoints.payload.checkpoints) {
  const { origin } = readCheckpoint(note, [...us.log.log, ...mx.log.log]);
  checked.push(`checkpoint of ${origin}`);
}
await same("pull", "pull", vectors.pull, mx);
await same("file", "file", vectors.file, mx);

for (const [suite, vector] of Object.entries(vectors.envelopes)) {
  const opened = await open(decode(vector.envelope), privateOf, us.publicOf);
  if (opened.items.join() !== vector.items.join()) refuse(`${suite}: other items`);
  await flipped(vector);
}
checked.push("envelopes");

await openChunk(vectors.chunk);
checked.push("chunk");

const refused = [];
for (const vector of vectors.refused) {
  const name = vector.typ.match(/^cordillera-(.*)\+jws$/)[1];
  const believed = await verify(vector.jws, name, us.publicOf).then(() => true, () => false);
  if (believed) refuse(`believed: ${vector.what}`);
  refused.push(vector.what);
}

const envelopes = {};
for (const suite of Object.keys(vectors.envelopes)) envelopes[suite] = encode(await sent(suite));
console.log(JSON.stringify({ checked, refused, envelopes, receipt: await answered() }));

async function same(what, name, vector, party) {
  const payload = await verify(vector.jws, name, party.publicOf);
  if (canonical(payload) !== canonical(vector.payload)) refuse(`${what}: another payload`);
  if (!checked.includes(what)) checked.push(what);
}

/** A file's chunk, by WebCrypto: what is bound with it is its file, number and end. */
async function openChunk({ key, file, number, last, chunk, plain }) {
  const place = new DataView(new ArrayBuffer(4));
  place.setUint32(0, number);
  const id = Buffer.from(file.replaceAll("-", ""), "hex");
  const end = Buffer.from([last ? 1 : 0]);
  const additionalData = Buffer.concat([Buffer.from("cordillera-file/1\0"), id, Buffer.from(place.buffer), end]);
  const opener = await crypto.subtle.importKey("raw", decode(key), "AES-GCM", false, ["decrypt"]);
  const bytes = decode(chunk);
  const found = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData }, opener, bytes.slice(12));
  if (encode(new Uint8Array(found)) !== plain) refuse("the chunk holds something else");
}

function privateOf(kid) {
  const found = Object.values(vectors.keys.MX).find((key) => key.kid === kid);
  return found ?? refuse(`unknown sealing key ${kid}`);
}

/** One bit of the header's epoch and one of the ciphertext: neither opens. */
async function flipped(vector) {
  for (const place of [4 + canonical(vector.header).indexOf('"epoch":1') + 8, -1]) {
    const bytes = decode(vector.envelope);
    bytes[place < 0 ? bytes.length - 1 : place] ^= 2;
    const believed = await open(bytes, privateOf, us.publicOf).then(() => true, () => false);
    if (believed) refuse("opened after a bit was flipped");
  }
}

/** The second batch of the channel, as the node of US would send it. */
async function sent(suite) {
  const keys = vectors.keys;
  const item = await sign({ ...vectors.version.payload, number: 2 }, "version", keys.US.signing);
  const about = { sender: "US", recipient: "MX", epoch: 1, first: 4, last: 4 };
  const manifest = {
    ...about,
    format: "cordillera-manifest/1",
    previous: vectors.manifest.hash,
    items: [await hash(item)],
    created_at: "2026-11-21T12:00:01Z",
  };
  const header = { ...about, format: "cordillera-envelope/1", suite, key: keys.MX[suite].kid };
  const inner = {
    manifest: await sign(manifest, "manifest", keys.US.signing),
    second: signSecond(manifest, "manifest", keys.US.second),
    items: [item],
  };
  return seal(header, inner, decode(keys.MX[suite].public));
}

/** The receipt of MX for the batch of the vectors. */
async function answered() {
  const results = [1, 2, 3].map((seq) => ({ seq, outcome: "applied" }));
  const receipt = {
    format: "cordillera-receipt/1",
    from: "MX",
    to: "US",
    at: "2026-11-21T12:00:02Z",
    epoch: 1,
    first: 1,
    last: 3,
    manifest: vectors.manifest.hash,
    applied_through: 3,
    results,
  };
  return sign(receipt, "receipt", vectors.keys.MX.signing);
}
