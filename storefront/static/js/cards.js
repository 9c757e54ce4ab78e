// A card's product turns a little with the mouse: five frames of its turntable lie across the card.
const FRAMES = [2, 1, 0, -1, -3]; // of 24, each 15° further to the right, from the left of the card to its right
const FOCUSED = 1;
const REST = 120; // ms on a card before anything is fetched

const known = new Map(); // product -> addresses of its frames, null where it has none

/** The five addresses in the type that the card's picture has. */
async function framesOf(card) {
  const product = card.querySelector("h3 a").getAttribute("href");
  if (!known.has(product)) known.set(product, ask(product));
  const images = await known.get(product);
  const shown = card.querySelector("picture img").currentSrc.split(".").pop();
  const urls = images?.find(({ type }) => type === `image/${shown}`)?.urls;
  return urls && FRAMES.map((number) => urls.at(number % urls.length));
}

async function ask(product) {
  try {
    const answer = await fetch(`${product}/turntable.json`);
    return answer.status === 200 ? (await answer.json()).images : null;
  } catch {
    return null; // the picture stays
  }
}

/** Lay a frame over the card's picture, once it is here. */
async function turn(card, place) {
  card.dataset.turned = place;
  const url = (await framesOf(card))?.[place];
  if (!url) return;
  const frame = Object.assign(new Image(), { src: url, alt: "", className: "frame" });
  try {
    await frame.decode();
  } catch {
    return;
  }
  if (card.dataset.turned !== String(place)) return;
  card.querySelector(".frame")?.remove();
  card.querySelector(".ground").append(frame);
}

function rest(card) {
  delete card.dataset.turned;
  card.querySelector(".frame")?.remove();
}

function follow(card) {
  let wanted = 0;
  const place = ({ clientX }) => {
    const { left, width } = card.getBoundingClientRect();
    return Math.max(0, Math.min(FRAMES.length - 1, Math.floor(((clientX - left) / width) * FRAMES.length)));
  };
  const move = (event) => {
    clearTimeout(wanted);
    const next = place(event);
    if (card.dataset.turned === undefined) wanted = setTimeout(() => turn(card, next), REST);
    else if (card.dataset.turned !== String(next)) turn(card, next);
  };
  const leave = () => (clearTimeout(wanted), rest(card));
  card.addEventListener("pointermove", move);
  card.addEventListener("pointerleave", leave);
  card.addEventListener("focusin", () => card.matches(":has(:focus-visible)") && turn(card, FOCUSED));
  card.addEventListener("focusout", leave);
}

const followed = new WeakSet();
const meet = (event) => {
  const card = event.target.closest?.(".card:has(.tag-3d)");
  if (!card || followed.has(card)) return;
  followed.add(card);
  follow(card);
  if (event.type === "focusin" && card.matches(":has(:focus-visible)")) turn(card, FOCUSED);
};
document.addEventListener("pointerover", meet);
document.addEventListener("focusin", meet);
