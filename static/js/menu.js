// A menu closes when the focus, the pointer or Escape goes elsewhere.

export function closeMenus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  const leave = (event) => {
    for (const menu of open()) if (!event.composedPath().includes(menu)) menu.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
