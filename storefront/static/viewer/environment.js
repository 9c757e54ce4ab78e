import { CubeUVReflectionMapping, DataTexture, LinearFilter, RGBFormat, UnsignedInt5999Type } from "three";

const MAGIC = 0x454e5631; // "ENV1"

/** Fetch the light that scripts/bake_environment.py wrote, as a texture that needs no filtering here. */
export async function fetchEnvironment(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`environment: ${response.status}`);
  return parseEnvironment(await response.arrayBuffer());
}

function parseEnvironment(buffer) {
  const head = new DataView(buffer);
  if (head.getUint32(0) !== MAGIC) throw new Error("environment: not a baked light");
  const [width, height] = [head.getUint16(4, true), head.getUint16(6, true)];
  const words = new Uint32Array(buffer, 8, width * height);
  const texture = new DataTexture(words, width, height, RGBFormat, UnsignedInt5999Type, CubeUVReflectionMapping);
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
