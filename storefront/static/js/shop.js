// What HTML alone can't do on the shop's pages. Everything works without it.
"use strict";

document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.matches("input[type=range][data-for]")) {
    const number = document.getElementById(target.dataset.for);
    number.value = target.value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (target.matches("input[type=number].typed")) {
    const range = document.querySelector(`input[data-for="${CSS.escape(target.id)}"]`);
    if (range) range.value = target.value;
  } else if (target.matches("[data-count]")) {
    const count = document.querySelector(`output[for="${CSS.escape(target.id)}"]`);
    if (count) count.textContent = `${target.value.length}/${target.maxLength}`;
  }
});

// Phones that can stand a product in the room are marked; the stylesheet shows them the way there.
const { classList } = document.documentElement;
if (document.createElement("a").relList.supports?.("ar")) classList.add("quick-look");
else if (/android/i.test(navigator.userAgent) && !/firefox|oculus/i.test(navigator.userAgent)) classList.add("scene-viewer");

// With a mouse, and for who doesn't mind motion or bytes, the products of lists turn a little.
const able = "(hover: hover) and (pointer: fine) and (prefers-reduced-motion: no-preference)";
if (matchMedia(able).matches && !navigator.connection?.saveData) import(document.currentScript.dataset.cards);

// The second click of a double click means no second piece.
document.addEventListener("click", (event) => {
  if (event.detail < 2 || !event.target.closest("#add")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

let goingBack = false;
let focusNext = "";

// A morph changes attributes; a field that was touched keeps its own state, so it is set here.
function settle(root) {
  for (const input of root.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    input.checked = input.defaultChecked;
  }
  for (const input of root.querySelectorAll("input[type=range], input.typed")) {
    if (goingBack || input !== document.activeElement) input.value = input.defaultValue;
  }
}

// A morph would also close what the shopper has opened.
let unfolded = new Map();

document.addEventListener("htmx:before:swap", () => {
  unfolded = new Map([...document.querySelectorAll("main details[id]")].map(({ id, open }) => [id, open]));
});

document.addEventListener("click", (event) => {
  focusNext = event.target.closest("[data-focus]")?.dataset.focus ?? "";
});

document.addEventListener("htmx:after:swap", (event) => {
  const swapped = event.detail.ctx.target?.id;
  const form = { configuration: "configuration", listing: "filters" }[swapped];
  if (form) settle(document.getElementById(form));
  for (const [id, open] of unfolded) document.getElementById(id)?.toggleAttribute("open", open);
  if (swapped === "cart") document.body.dispatchEvent(new Event("cart-changed"));
  if (swapped === "configuration" && focusNext) {
    document.getElementById(focusNext)?.focus();
    focusNext = "";
  }
});

// Back and forward between configurations of one product repaint it; they don't load it anew.
document.addEventListener("htmx:before:history:restore", (event) => {
  const form = document.getElementById("configuration");
  if (!form || form.getAttribute("action") !== location.pathname) return;
  event.preventDefault();
  goingBack = true;
  htmx.ajax("GET", form.getAttribute("hx-get") + location.search, {
    target: "#configuration",
    swap: "outerMorph",
    headers: { "HX-History-Restore-Request": "true" },
  });
});

// A field that loses the focus while the page goes back must not ask for what was just left.
document.addEventListener("change", (event) => goingBack && event.stopImmediatePropagation(), true);
document.addEventListener("htmx:finally:request", () => { goingBack = false; });
