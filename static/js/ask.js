// A link to a page that asks first opens the same question as a dialog on this page.

export function askInDialogs() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-asks]");
    const dialog = link && document.getElementById(link.dataset.asks);
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
}
