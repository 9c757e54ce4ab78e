let answer;

/** Whether WebGL2 works here; asked once, on a context that is given back at once. */
export function canRender() {
  answer ??= tryContext();
  return answer;
}

function tryContext() {
  const gl = document.createElement("canvas").getContext("webgl2");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null;
}

/** Pictures of a turning product in place of 3D; false where the page or the product has none. */
export async function turnPictures(viewer) {
  const module = document.querySelector("script[data-turntable]")?.dataset.turntable;
  if (!module || !viewer.dataset.turntable) return false;
  try {
    return await (await import(module)).show(viewer);
  } catch (error) {
    console.warn(error); // the poster stays
    return false;
  }
}

export function savesData() {
  return navigator.connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}

/** A link on which 3D may load unasked; where the browser doesn't tell, a mouse stands for a desk. */
export function hasGoodLink() {
  if (savesData()) return false;
  const link = navigator.connection;
  return link?.effectiveType ? link.effectiveType === "4g" : matchMedia("(pointer: fine)").matches;
}
