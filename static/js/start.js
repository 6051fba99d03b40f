// A form that starts work is sent once.

export function sendOnce() {
  const form = document.querySelector("form[data-start]");
  if (!form) return;
  const button = form.querySelector("[type=submit]");
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    button.lastChild.textContent = "Starting";
  });
  addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    button.lastChild.textContent = "Start";
  });
}
