// The search form of the list: `/` goes there, a menu applies at once, URLs stay short.

export function easeSearch() {
  const form = document.querySelector("form[data-search]");
  if (!form) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    form.elements.q.focus();
    form.elements.q.select();
  });
  for (const menu of form.querySelectorAll("select")) {
    menu.addEventListener("change", () => form.requestSubmit());
  }
  const fields = [...form.elements].filter((field) => field.name);
  form.addEventListener("submit", () => {
    for (const field of fields) field.disabled = !field.value.trim();
  });
  addEventListener("pageshow", () => {
    for (const field of fields) field.disabled = false;
  });
}
