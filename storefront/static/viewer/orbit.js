import { MathUtils, Vector3 } from "three";

const PITCH = [MathUtils.degToRad(-12), MathUtils.degToRad(86)];
const ZOOM = [0.28, 1.5]; // of the distance at home
const EASE = 11; // per second: 90 % of the way in a fifth of a second

/** A camera that orbits a target: where it shall be (goal), and where it is on its way there (now). */
export class Orbit {
  /** home: {position, target, fov}, metres and degrees, fov vertical in a square frame. */
  constructor(camera, home, bounds) {
    this.camera = camera;
    this.fov = home.fov;
    this.calm = false;
    this.room = 1;
    this.first = { ...this.#placeOf(home), bounds: bounds.clone() };
    this.home = copy(this.first);
    this.goal = copy(this.home);
    this.now = copy(this.home);
    this.#enclose(bounds);
    this.place();
  }

  #placeOf({ position, target }) {
    const away = new Vector3(...position).sub(new Vector3(...target));
    const distance = away.length();
    return {
      yaw: Math.atan2(away.x, away.z),
      pitch: Math.asin(away.y / distance),
      distance,
      target: new Vector3(...target),
    };
  }

  #enclose(bounds) {
    this.bounds = bounds;
    this.radius = sizeOf(bounds) / 2;
  }

  /** The product has another size: home moves with it, and so does a camera that stands at home. */
  setBounds(bounds) {
    this.#enclose(bounds);
    this.#moveHome();
  }

  /** How much farther away than the poster home is, to leave room for what is written around. */
  setRoom(room) {
    this.room = room;
    this.#moveHome();
  }

  #moveHome() {
    const atHome = isSame(this.goal, this.home);
    const { distance, target, bounds } = this.first;
    this.home.distance = distance * this.room * Math.max(sizeOf(this.bounds) / sizeOf(bounds), 1);
    const shift = this.bounds.getCenter(new Vector3()).sub(bounds.getCenter(new Vector3()));
    this.home.target.copy(target).add(shift);
    if (atHome) this.reset();
  }

  turn(yaw, pitch) {
    this.goal.yaw += yaw;
    this.goal.pitch = MathUtils.clamp(this.goal.pitch + pitch, ...PITCH);
  }

  zoom(factor) {
    const [near, far] = ZOOM.map((part) => part * this.home.distance);
    this.goal.distance = MathUtils.clamp(this.goal.distance * factor, near, far);
  }

  /** Move the target by a part of the frame's height, kept inside the product's box. */
  pan(across, up) {
    const size = 2 * this.goal.distance * Math.tan(MathUtils.degToRad(this.camera.fov / 2));
    const axis = new Vector3();
    this.goal.target.addScaledVector(axis.setFromMatrixColumn(this.camera.matrix, 0), -across * size);
    this.goal.target.addScaledVector(axis.setFromMatrixColumn(this.camera.matrix, 1), -up * size);
    this.goal.target.clamp(this.bounds.min, this.bounds.max);
  }

  lookFrom({ yaw = this.goal.yaw, pitch = this.goal.pitch, distance = this.goal.distance, target = null }) {
    const turns = Math.round((this.goal.yaw - yaw) / (2 * Math.PI));
    this.goal = { yaw: yaw + turns * 2 * Math.PI, pitch, distance, target: this.goal.target };
    if (target) this.goal.target.copy(target);
  }

  reset() {
    this.lookFrom(this.home);
  }

  /** 1 at home, 2 when twice as near. */
  get magnification() {
    return this.home.distance / this.goal.distance;
  }

  /** Go on for some seconds; false once it has arrived. */
  update(seconds) {
    const part = this.calm ? 1 : 1 - Math.exp(-EASE * seconds);
    const { now, goal } = this;
    const left =
      Math.abs(goal.yaw - now.yaw) +
      Math.abs(goal.pitch - now.pitch) +
      Math.abs(goal.distance / now.distance - 1) +
      goal.target.distanceTo(now.target) / now.distance;
    const arrived = left < 5e-4 || part === 1;
    for (const key of ["yaw", "pitch", "distance"]) now[key] = arrived ? goal[key] : MathUtils.lerp(now[key], goal[key], part);
    now.target.lerp(goal.target, arrived ? 1 : part);
    this.place();
    return !arrived;
  }

  /** Put the camera where `now` says; extra turns it aside for a moment (the hint). */
  place(extra = 0) {
    const { yaw, pitch, distance, target } = this.now;
    this.camera.position.setFromSphericalCoords(distance, Math.PI / 2 - pitch, yaw + extra).add(target);
    this.camera.near = Math.max(distance - 2.5 * this.radius, distance / 100);
    this.camera.far = distance + 4 * this.radius;
    this.camera.lookAt(target);
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
  }

  /**
   * The frame in CSS pixels: the poster's square fits into what is above its foot, as the poster does;
   * the scene goes on behind the foot.
   */
  setFrame(width, height, foot) {
    const above = Math.max(height - foot, 1);
    const half = Math.tan(MathUtils.degToRad(this.fov / 2)) / Math.min(width / above, 1);
    this.camera.fov = MathUtils.radToDeg(2 * Math.atan(half));
    this.camera.setViewOffset(width, above, 0, 0, width, height);
  }
}

function sizeOf({ min, max }) {
  return min.distanceTo(max);
}

function isSame(one, other) {
  return one.yaw === other.yaw && one.pitch === other.pitch && one.distance === other.distance && one.target.equals(other.target);
}

function copy(place) {
  return { yaw: place.yaw, pitch: place.pitch, distance: place.distance, target: place.target.clone() };
}
