// Runs in an empty page of headless Chromium: stands a model in the shop's viewer, and takes pictures.
// Everything comes in and goes out by DevTools calls; the page may load what it holds itself, and no more.
document.head.innerHTML = `<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src blob:; connect-src blob: data:; img-src blob: data:">`;

async function held(base64, type) {
  const response = await fetch(`data:${type};base64,${base64}`);
  return URL.createObjectURL(await response.blob());
}

/** Show the model; the name of what draws it. */
async function openStudio({ module, environment, model, bounds, camera }) {
  await import(await held(module, "text/javascript"));
  const viewer = document.createElement("product-viewer");
  const level = { url: await held(model, "model/gltf-binary"), bytes: Math.floor(model.length * 0.75) };
  Object.assign(viewer.dataset, {
    levels: JSON.stringify({ standard: level }),
    environment: await held(environment, "application/octet-stream"),
    camera: JSON.stringify(camera),
    bounds: JSON.stringify(bounds),
  });
  document.body.append(viewer);
  await viewer.start();
  if (viewer.level !== "standard") throw new Error(`the viewer shows nothing: ${viewer.textContent.slice(0, 200)}`);
  Object.assign(globalThis, { viewer, bounds });
  const gl = viewer.three.renderer.getContext();
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}

/** A square PNG in base64, seen by a camera of a manifest. */
function takePicture({ position, target, fov }, side) {
  const { camera, renderer, canvas } = viewer.three;
  renderer.setPixelRatio(1);
  renderer.setSize(side, side, false);
  const reach = Math.hypot(...bounds.max.map((high, axis) => high - bounds.min[axis]));
  const distance = Math.hypot(...position.map((value, axis) => value - (bounds.max[axis] + bounds.min[axis]) / 2));
  camera.clearViewOffset();
  Object.assign(camera, { fov, aspect: 1, near: Math.max(distance - 1.5 * reach, distance / 100), far: distance + 3 * reach });
  camera.position.fromArray(position);
  camera.lookAt(...target);
  camera.updateProjectionMatrix();
  const picture = viewer.snapshot("image/png");
  if (renderer.getContext().isContextLost() || isEmpty(canvas)) throw new Error("the picture is empty");
  return picture.slice(picture.indexOf(",") + 1);
}

function isEmpty(canvas) {
  const small = new OffscreenCanvas(64, 64).getContext("2d");
  small.drawImage(canvas, 0, 0, 64, 64);
  return !small.getImageData(0, 0, 64, 64).data.some((value) => value);
}
