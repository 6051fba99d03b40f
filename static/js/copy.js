// Buttons that copy the text of what they name.

import { toast } from "./notices.js";

export function copyOnClick() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copies]");
    if (button) copy(document.getElementById(button.dataset.copies));
  });
}

async function copy(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    toast("Copied.");
  } catch {
    // Without a certificate, or without permission, there is no clipboard for pages.
    getSelection().selectAllChildren(node);
    toast("This browser lets no page copy. The text is selected: copy it by keyboard.");
  }
}
