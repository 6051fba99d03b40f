// Mends what Django's own scripts leave behind for those who cannot see it.

export function mendOthers() {
  addEventListener("load", () => {
    for (const icon of document.querySelectorAll(".search-label-icon[aria-label]")) {
      icon.setAttribute("role", "img"); // else nothing may have a label there
    }
  });
}
