// Asks before many tasks are changed. Escape and “Go back” are no.

// What the server would ask before it acts on all that match: it counts them anew. Null
// when it does not answer, or not with a question.
export async function questionOf(form, verb) {
  const body = new FormData(form);
  body.set("act", verb);
  const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
  const text = (await response?.text().catch(() => "")) ?? "";
  const page = new DOMParser().parseFromString(text, "text/html");
  const asked = page.querySelector("form.question");
  if (!asked) return null;
  const sentences = [...asked.querySelectorAll(":scope > p:not(.choices)")];
  return {
    title: page.querySelector("h1").textContent,
    text: sentences.map(({ textContent }) => textContent).join(" "),
    yes: asked.querySelector("button[name=act]")?.textContent ?? "",
    grave: verb === "delete",
  };
}

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
