// node judge.js: for each base64url line of standard input, the JSON text that it holds is judged:
// one line of output each, `true` where it is an object in its canonical spelling, else `false`.

import { readFileSync } from "node:fs";
import { decode, readObject } from "./strict.js";

const lines = readFileSync(0, "utf-8").split("\n").slice(0, -1);
for (const line of lines) {
  let believed = true;
  try {
    readObject(decode(line));
  } catch {
    believed = false;
  }
  console.log(believed);
}
