// Asks before many tasks are changed. Escape and “Go back” are no.

// Resolves to whether the person said yes.
export function ask({ title, text, yes, grave = false }) {
  const dialog = document.querySelector("dialog[data-question]");
  const [no, go] = dialog.querySelectorAll("form button");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = text;
  go.textContent = yes;
  go.hidden = !yes;
  dialog.returnValue = "";
  dialog.showModal();
  (grave || !yes ? no : go).focus(); // what is gone for good is not one Enter away
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
