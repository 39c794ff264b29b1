// Read-out of the nearest mark of the main figure, by pointer or arrow keys, and
// buttons that show and hide arms in every figure. The page is complete without it.
(() => {
  "use strict";
  const figure = document.getElementById("main-figure");
  const tip = document.querySelector(".tip");
  const readout = document.querySelector(".readout");
  const toggles = document.querySelector(".toggles");
  if (!figure || !tip || !readout || !toggles) return;

  const reach = 40; // farthest mark that is still read out, in figure units
  const data = [...figure.querySelectorAll(".datum")].map((node) => ({
    node,
    arm: node.dataset.arm,
    x: Number(node.dataset.x),
    y: Number(node.dataset.y),
    text: node.dataset.tip,
  }));
  const hidden = new Set();
  let current = null;

  const shown = () => data.filter((datum) => !hidden.has(datum.arm));

  function clear() {
    if (current) current.node.classList.remove("near");
    current = null;
    tip.hidden = true;
  }

  function show(datum) {
    if (current !== datum) {
      clear();
      current = datum;
      datum.node.classList.add("near");
    }
    tip.textContent = datum.text;
    tip.hidden = false;
    const box = datum.node.getBoundingClientRect();
    const left = Math.min(box.right + 8, window.innerWidth - tip.offsetWidth - 8);
    const top = Math.max(box.top - tip.offsetHeight - 4, 4);
    tip.style.left = `${Math.max(left, 4)}px`;
    tip.style.top = `${top}px`;
  }

  function nearest(event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      figure.getScreenCTM().inverse(),
    );
    let best = null;
    let least = reach;
    for (const datum of shown()) {
      const distance = Math.hypot(datum.x - place.x, datum.y - place.y);
      if (distance < least) [best, least] = [datum, distance];
    }
    return best;
  }

  function step(key) {
    const order = shown().sort((a, b) =>
      key === "ArrowLeft" || key === "ArrowRight" ? a.x - b.x || a.y - b.y : 0,
    );
    if (!order.length) return;
    const at = order.indexOf(current);
    const move = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    const next = at < 0 ? 0 : (at + move + order.length) % order.length;
    show(order[next]);
    readout.textContent = order[next].text;
  }

  figure.addEventListener("pointermove", (event) => {
    const datum = nearest(event);
    if (datum) show(datum);
    else clear();
  });
  figure.addEventListener("pointerleave", clear);
  figure.setAttribute("tabindex", "0");
  figure.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow")) {
      if (event.key === "Escape") clear();
      return;
    }
    event.preventDefault();
    step(event.key);
  });
  figure.addEventListener("blur", clear);
  window.addEventListener("scroll", clear, { passive: true });

  toggles.hidden = false;
  toggles.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-toggle]");
    if (!button) return;
    const arm = button.dataset.toggle;
    const off = !hidden.delete(arm);
    if (off) hidden.add(arm);
    button.setAttribute("aria-pressed", String(!off));
    for (const node of document.querySelectorAll(`svg [data-arm="${arm}"]`)) {
      node.classList.toggle("off", off);
    }
    clear();
  });
})();
