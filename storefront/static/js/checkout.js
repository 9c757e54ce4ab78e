// Counts the hold down. Without it, the page says how long it was when it was made.
"use strict";

for (const hold of document.querySelectorAll("[data-hold]")) {
  const text = hold.querySelector("[data-hold-text]");
  const said = hold.querySelector("[data-hold-said]");
  const until = performance.now() + Number(hold.dataset.hold) * 1000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    text.textContent = `Your goods are held for you for ${Math.floor(left / 60)} min ${String(left % 60).padStart(2, "0")} s more`;
    if (left === 120) said.textContent = "Two minutes are left.";
    if (left > 0) return;
    clearInterval(timer);
    location.reload();
  }, 1000);
}

// A page that comes back from the browser's memory tells an old time, and forms that were sent.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
