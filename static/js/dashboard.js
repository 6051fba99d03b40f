// The dashboard stays fresh while somebody looks: its parts are fetched, its charts drawn.

import "./chart.js";
import { feed } from "./feed.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";

const LOOK_MS = 1_000; // how often it looks whether a fetch is due

class LiveDashboard extends HTMLElement {
  #timer = 0;
  #due = 0;
  #parts = new Fresh(() => fragment("dashboard"));

  connectedCallback() {
    this.#plan();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #plan() {
    this.#due = Date.now() + Number(this.dataset.every) * 1_000;
  }

  // Nothing moves while the page is paused, or while nobody sees it.
  #look() {
    if (feed.paused || document.hidden || Date.now() < this.#due) return;
    this.#plan();
    this.update();
  }

  async update() {
    const fresh = await this.#parts.get();
    if (!fresh || feed.paused) return;
    for (const part of this.querySelectorAll("[data-part]")) {
      const name = CSS.escape(part.dataset.part);
      const then = fresh.querySelector(`[data-part="${name}"]`);
      if (then && then.innerHTML !== part.innerHTML && !inUse(part)) {
        part.replaceChildren(...then.childNodes);
      }
    }
    for (const chart of this.querySelectorAll("time-chart")) {
      const then = fresh.getElementById(chart.id);
      if (!then || then.dataset.points === chart.dataset.points) continue;
      chart.ariaLabel = then.ariaLabel;
      chart.dataset.points = then.dataset.points;
    }
    this.dataset.updated = String(Date.now());
  }
}

// Nothing is moved away from a pointer, the focus, or a selection.
function inUse(part) {
  const { anchorNode, isCollapsed } = getSelection();
  return (
    part.contains(document.activeElement) ||
    (part.querySelector("a, .scroll") !== null && part.matches(":hover")) ||
    (!isCollapsed && part.contains(anchorNode))
  );
}

customElements.define("live-dashboard", LiveDashboard);
