// The search form of the list: `/` goes there, menus apply at once, URLs stay short.

export function easeSearch() {
  const form = document.querySelector("form[data-search]");
  if (!form) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    form.elements.search.focus();
    form.elements.search.select();
  });
  // Behind “More” there is a button: who fills in several fields is not sent off by one.
  for (const menu of form.querySelectorAll("select")) {
    if (menu.closest(".menu-panel")) continue;
    menu.addEventListener("change", () => form.requestSubmit());
  }
  // A name that is picked from the list applies at once, one that is typed with Enter.
  form.elements.owner?.addEventListener("input", ({ inputType }) => {
    if (!inputType || inputType === "insertReplacementText") form.requestSubmit();
  });
  const fields = [...form.elements].filter((field) => field.name);
  form.addEventListener("submit", () => {
    for (const field of fields) field.disabled = !field.value.trim();
  });
  addEventListener("pageshow", () => {
    for (const field of fields) field.disabled = false;
  });
}
