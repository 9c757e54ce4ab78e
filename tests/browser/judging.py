"""What every page must be: accessible, no wider than its screen, and with targets that a thumb hits."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, ViewportSize

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
THUMB = 44
"""CSS pixels: the least height of what is pressed, and its least width unless it is a word.

Links within a sentence may be as high as its lines.
"""

SMALL = """(least) => {
  const named = (found) => `${found.outerHTML.slice(0, 120)}`;
  const unseen = (found) => found.closest('.hide, .skip, [aria-hidden=true], [hidden]')
    || !found.checkVisibility({ visibilityProperty: true, opacityProperty: false });
  const inText = (found) => getComputedStyle(found).display === 'inline'
    && [...found.parentElement.childNodes].some((n) => n.nodeType === 3 && /[^\\s,.;:·/]/.test(n.data));
  const hits = (found, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (found.contains(hit) || [...(found.labels ?? [])].some((label) => label.contains(hit)));
  };
  // How far the finger may be off, from the middle, to both sides of it together.
  const reach = (found, x, y, across, down) => {
    let least = 0, most = 0;
    while (most < 50 && hits(found, x + across * (most + 1), y + down * (most + 1))) most++;
    while (least < 50 && hits(found, x - across * (least + 1), y - down * (least + 1))) least++;
    return least + most + 1;
  };
  const small = [], pressed = 'a[href], button, select, summary, input:not([type=hidden])';
  for (const found of document.querySelectorAll(pressed)) {
    if (unseen(found) || inText(found)) continue;
    found.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const { left, right, top, bottom } = found.getBoundingClientRect();
    const x = (left + right) / 2, y = (top + bottom) / 2;
    const wide = found.matches('a:not(.button, .icon)') || reach(found, x, y, 1, 0) >= least - 1;
    if (!wide || reach(found, x, y, 0, 1) < least - 1) {
      small.push(`${Math.round(right - left)}×${Math.round(bottom - top)}: ${named(found)}`);
    }
  }
  return small;
}"""


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands now, a sentence each: on a phone, then on a dark desk."""
    page.evaluate(AXE)
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    found = [f"on a phone, {fault}" for fault in (*_faults(page), *_small(page))]
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    found += [f"on a desk, {fault}" for fault in _faults(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before or PHONE)
    return found


def _faults(page: Page) -> list[str]:
    found = page.evaluate("axe.run()")["violations"]
    told = [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*told, f"{wide} px wider than the screen"] if wide > 0 else told


def _small(page: Page) -> list[str]:
    return [f"small target {text}" for text in page.evaluate(SMALL, THUMB)]
