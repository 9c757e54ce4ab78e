// Decides when 3D is worth its bytes: until then a product page has its poster and these few lines.
import { el, megabytes } from "./dom.js";
import { icon } from "./icons.js";
import { canRender, hasGoodLink, savesData, turnPictures } from "./support.js";

const script = document.querySelector("script[data-viewer]");

const UNAVAILABLE = "3D isn’t available in this browser. The picture shows the product as it comes.";

function offer(viewer) {
  const label = savesData() ? `Load 3D (${size(viewer)})` : "View in 3D";
  const button = el("button", { type: "button", class: "pv-start" }, icon("cube"), el("span", {}, label));
  button.addEventListener("click", () => start(viewer));
  const early = () => !savesData() && canRender() && start(viewer);
  button.addEventListener("pointerenter", early);
  button.addEventListener("focus", early);
  viewer.append(button);
  if (savesData()) turnPictures(viewer);
  if (viewer.dataset.start === "now") start(viewer);
  else if (hasGoodLink() && viewer.dataset.start !== "intent") whenIdleAndSeen(viewer, () => start(viewer));
}

/** What pressing the button will cost: the preview, then the standard level. */
function size(viewer) {
  const { preview, standard } = JSON.parse(viewer.dataset.levels);
  const bytes = [preview, standard].map((level) => level?.wire ?? level?.bytes ?? 0);
  return megabytes(bytes[0] + bytes[1]);
}

function whenIdleAndSeen(viewer, act) {
  const idle = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 1200));
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    idle(act, { timeout: 4000 });
  });
  const watch = () => seen.observe(viewer);
  if (document.readyState === "complete") watch();
  else addEventListener("load", watch, { once: true });
}

async function start(viewer) {
  if (viewer.dataset.state) return;
  if (!canRender()) return refuse(viewer, UNAVAILABLE);
  viewer.dataset.state = "loading";
  viewer.querySelector(".pv-start")?.setAttribute("aria-busy", "true");
  try {
    await import(script.dataset.viewer);
    if (script.dataset.plugin) await import(script.dataset.plugin);
    await customElements.whenDefined(viewer.localName);
  } catch {
    return refuse(viewer, "3D didn’t load. The picture shows the product as it comes.");
  }
  viewer.start();
}

function refuse(viewer, why) {
  viewer.dataset.state = "unavailable";
  const button = viewer.querySelector(".pv-start");
  const note = el("p", { class: "pv-note", role: "status", tabindex: "-1" }, why);
  const hadFocus = button === document.activeElement;
  button.replaceWith(note);
  if (hadFocus) note.focus();
  turnPictures(viewer);
}

document.querySelectorAll("[data-levels]").forEach(offer);
