import { svg } from "./dom.js";

const PATHS = {
  left: ["M4 12a8 3.5 0 1 0 8-3.5H6", "M9 5.5 6 8.5l3 3"],
  right: ["M20 12a8 3.5 0 1 1-8-3.5h6", "M15 5.5l3 3-3 3"],
  in: ["M12 6v12", "M6 12h12"],
  out: ["M6 12h12"],
  reset: ["M5 12a7 7 0 1 0 2.2-5.1", "M7.5 3.2 7 7.2l4 .4"],
  size: ["M3.5 15.5 15.5 3.5l5 5-12 12z", "M7 12l2 2", "M10 9l2.5 2.5", "M13 6l2 2"],
  full: ["M4 9V4h5", "M20 9V4h-5", "M4 15v5h5", "M20 15v5h-5"],
  small: ["M9 4v5H4", "M15 4v5h5", "M9 20v-5H4", "M15 20v-5h5"],
  play: ["M8 5.5v13l10.5-6.5z"],
  pause: ["M8.5 6v12", "M15.5 6v12"],
  cube: ["M12 3l8 4.5v9L12 21l-8-4.5v-9z", "M4 7.5l8 4.5 8-4.5", "M12 12v9"],
};

/** A 24-unit line icon, hidden from assistive technology. */
export function icon(name) {
  const lines = PATHS[name].map((d) => svg("path", { d }));
  return svg("svg", { viewBox: "0 0 24 24", class: "pv-icon", "aria-hidden": "true" }, ...lines);
}
