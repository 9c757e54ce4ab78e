const SIDES = ["front", "front right", "right", "back right", "back", "back left", "left", "front left"];

/** What the camera sees, as one would say it; yaw 0 looks at the front, to the right is positive. */
export function viewName({ yaw, pitch }) {
  const eighth = Math.round(yaw / (Math.PI / 4));
  const side = SIDES[((eighth % 8) + 8) % 8];
  if (pitch > 1.2) return "Seen from above";
  return pitch > 0.7 ? `Seen from the ${side}, from above` : `Seen from the ${side}`;
}

export function centimetres(metres) {
  const value = metres * 100;
  return `${value < 30 ? Math.round(value * 10) / 10 : Math.round(value)} cm`;
}

export function inches(metres) {
  return `${(metres / 0.0254).toFixed(1)} in`;
}

export const LEVEL_NAMES = { preview: "3D", standard: "details", high: "finest details" };
