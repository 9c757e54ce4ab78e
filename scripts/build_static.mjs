// Build storefront/static/vendor: node scripts/build_static.mjs [--force]
//
// Bundles the viewer, copies what comes from npm with its version in the name and its licence beside
// it, and writes manifest.json: name -> {file, bytes, brotli, integrity}. The same inputs give the same
// bytes; when nothing has changed it only hashes the inputs.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, "storefront/static/viewer");
const light = join(root, "storefront/static/environment.bin");
const target = join(root, "storefront/static/vendor");
const modules = join(root, "node_modules");

const read = (...parts) => readFileSync(join(...parts));
const hash = (data, kind = "sha256") => createHash(kind).update(data);

function inputs() {
  const all = hash("1");
  const files = readdirSync(sources).sort().map((name) => join(sources, name));
  for (const path of [...files, light, join(root, "package-lock.json"), fileURLToPath(import.meta.url)]) {
    all.update(path.slice(root.length)).update(readFileSync(path));
  }
  return all.digest("hex");
}

function upToDate(key) {
  const [stamp, manifest] = [join(target, "inputs"), join(target, "manifest.json")];
  if (!existsSync(stamp) || !existsSync(manifest) || readFileSync(stamp, "utf8") !== key) return false;
  const files = Object.values(JSON.parse(readFileSync(manifest, "utf8")));
  return files.every(({ file }) => existsSync(join(target, file)));
}

// three.js from its sources, less what a product page never runs: the headset, and the filtering of
// environments (ours is baked), materials that glTF hasn't. Shader text loses its comments and indentation.
const unused = {
  "WebXRManager.js": `
    import { EventDispatcher } from "three";
    export class WebXRManager extends EventDispatcher {
      enabled = false;
      isPresenting = false;
      getEnvironmentBlendMode() {}
      setAnimationLoop() {}
      dispose() {}
    }`,
  "PMREMGenerator.js": "export class PMREMGenerator {}",
};
const foreign =
  /ShaderLib\/(background|backgroundCube|cube|equirect|distance|linedashed|meshlambert|meshmatcap|meshnormal|meshphong|meshtoon|shadow|sprite|vsm)\.glsl\.js$/;
const lean = {
  name: "lean-three",
  setup(build) {
    build.onResolve({ filter: /^three$/ }, () => ({ path: join(modules, "three/src/Three.js"), sideEffects: false }));
    build.onLoad({ filter: /(WebXRManager|PMREMGenerator)\.js$/ }, ({ path }) => ({ contents: unused[basename(path)] }));
    build.onLoad({ filter: foreign }, () => ({ contents: 'export const vertex = "", fragment = "";' }));
    build.onLoad({ filter: /\.glsl\.js$/ }, ({ path }) => ({ contents: withoutComments(readFileSync(path, "utf8")) }));
  },
};

function withoutComments(shader) {
  return shader.replace(/\/\*(?! glsl)[^]*?\*\//g, "").replace(/\/\/.*$/gm, "").replace(/^\s+/gm, "").replace(/[ \t]+$/gm, "");
}

async function bundle(entry) {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [join(sources, entry)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    plugins: [lean],
    write: false,
    logLevel: "warning",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function version(name) {
  return JSON.parse(read(modules, name, "package.json")).version;
}

async function wanted() {
  const entries = ["main.js", "loader.js", "turntable.js"];
  const [viewer, loader, turntable] = await Promise.all(entries.map(bundle));
  const environment = readFileSync(light);
  const tag = (data) => hash(data).digest("hex").slice(0, 12);
  return {
    "product-viewer.js": [`product-viewer-${tag(viewer)}.js`, viewer],
    "viewer-loader.js": [`viewer-loader-${tag(loader)}.js`, loader],
    "viewer-turntable.js": [`viewer-turntable-${tag(turntable)}.js`, turntable],
    "environment.bin": [`environment-${tag(environment)}.bin`, environment],
    "htmx": [`htmx-${version("htmx.org")}.min.js`, read(modules, "htmx.org/dist/htmx.min.js")],
    "three.LICENSE": ["three.LICENSE.txt", read(modules, "three/LICENSE")],
    "htmx.LICENSE": ["htmx.LICENSE.txt", read(modules, "htmx.org/LICENSE")],
  };
}

function publish(folder, [file, data]) {
  const packed = brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(join(folder, file), data);
  writeFileSync(join(folder, `${file}.br`), packed);
  const integrity = `sha384-${hash(data, "sha384").digest("base64")}`;
  return { file, bytes: data.length, brotli: packed.length, integrity };
}

const key = inputs();
if (!process.argv.includes("--force") && upToDate(key)) {
  utimesSync(join(target, "manifest.json"), new Date(), new Date()); // so that make sees it too
} else {
  const fresh = join(root, "build", `static-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  const files = {};
  for (const [name, file] of Object.entries(await wanted())) files[name] = publish(fresh, file);
  writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(files, null, 2)}\n`);
  writeFileSync(join(fresh, "inputs"), key);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  console.log(`static/vendor: ${Object.values(files).map((made) => `${made.file} ${made.bytes} B`).join(", ")}`);
}
