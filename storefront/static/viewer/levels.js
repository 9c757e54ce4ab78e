import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { Model } from "./model.js";
import { variantsPlugin } from "./variants.js";

export const ORDER = ["preview", "standard", "high"];

/** Bytes of a level on the wire where the page says so; what it counts as otherwise. */
export function wireBytes(level) {
  return level.wire ?? level.bytes;
}

/**
 * Stream a level's file; onProgress(part) runs from 0 to at most 1. The stream is unpacked, so its
 * bytes are counted against `bytes` (unpacked), never against a Content-Length of packed ones.
 */
export async function download(level, { signal, onProgress }) {
  const response = await fetch(level.url, { signal });
  if (!response.ok) throw new Error(`${level.url}: ${response.status}`);
  const chunks = [];
  let received = 0;
  for await (const chunk of pieces(response.body)) {
    chunks.push(chunk);
    received += chunk.length;
    onProgress(Math.min(received / level.bytes, 1));
  }
  return new Blob(chunks).arrayBuffer();
}

/** Not every browser's stream is iterable yet. */
async function* pieces(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

export async function parse(buffer, name) {
  const loader = new GLTFLoader().register(variantsPlugin);
  return new Model(await loader.parseAsync(buffer, ""), name);
}
