// Puts what the server said of a form into the form, which keeps what was typed.

// `fresh` is the form as the server would show it now.
export function apply(form, fresh) {
  adopt(form, fresh);
  const now = (selector) => form.querySelector(selector);
  for (const then of fresh.querySelectorAll("[data-about]")) {
    const name = then.dataset.about;
    const about = now(`[data-about="${CSS.escape(name)}"]`);
    if (about && about.innerHTML !== then.innerHTML) about.replaceChildren(...then.childNodes);
    const [control, other] = [form, fresh].map((each) => each.querySelectorAll(`[name="${CSS.escape(name)}"]`));
    for (const each of control) mark(each, other[0]);
  }
  now("[data-told]").replaceChildren(...fresh.querySelector("[data-told]").childNodes);
  if (fresh.querySelector(".options").open) now(".options").open = true;
  const trouble = now("[data-trouble]");
  trouble.replaceChildren(...fresh.querySelector("[data-trouble]").children);
  trouble.firstElementChild?.focus();
}

// The tokens alone: whose the form is, and that it came from here.
export function adopt(form, fresh) {
  renew(fresh);
  const [now, then] = [form, fresh].map((each) => each.querySelector("[name=form]"));
  now.value = then.value;
  now.dataset.who = then.dataset.who;
}

// A new session has a new token for every form of the page.
export function renew(fresh) {
  const { value } = fresh.querySelector("[name=csrfmiddlewaretoken]");
  const fields = document.querySelectorAll("[name=csrfmiddlewaretoken]");
  for (const field of fields) field.value = value;
}

function mark(control, fresh) {
  if (fresh?.hasAttribute("aria-invalid")) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}
