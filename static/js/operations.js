// The list of operations: searched as one types, and folded once one is chosen. Without
// this it is a list of links.

const FEW = 6; // are seen at a glance

class OperationMenu extends HTMLElement {
  #leaving = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    this.fold = this.querySelector("details");
    this.links = [...this.querySelectorAll("[data-operation]")];
    const find = this.querySelector("[data-find]");
    this.input = find.querySelector("input");
    find.hidden = this.links.length <= FEW;
    on(this.input, "input", () => this.#narrow());
    on(this.input, "keydown", (event) => this.#press(event));
    on(this, "click", (event) => this.#choose(event));
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  // The form of this operation is there now.
  settle(name) {
    for (const link of this.links) {
      if (link.dataset.operation === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const chosen = this.querySelector("[aria-current] b");
    this.querySelector("[data-chosen-operation]").textContent = chosen.textContent;
    this.fold.open = false;
    this.input.value = "";
    this.#narrow();
  }

  #choose(event) {
    const link = event.target.closest("[data-operation]");
    const isOwn = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || isOwn) return; // such as into a new tab
    event.preventDefault();
    const detail = link.dataset.operation;
    this.dispatchEvent(new CustomEvent("operation", { detail }));
  }

  #press(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.links.find((link) => !link.parentElement.hidden)?.click();
  }

  #narrow() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of this.querySelectorAll("section")) {
      const about = group.firstElementChild.textContent;
      const items = [...group.querySelectorAll("li")];
      for (const item of items) {
        const { dataset, textContent } = item.firstElementChild;
        const text = `${about} ${dataset.operation} ${textContent}`.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
      }
      group.hidden = items.every((item) => item.hidden);
    }
    const isNone = this.links.every((link) => link.parentElement.hidden);
    this.querySelector("[data-none]").textContent = isNone ? "No operation has these words." : "";
  }
}

customElements.define("operation-menu", OperationMenu);
