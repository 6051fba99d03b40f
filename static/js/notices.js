// What people are told: toasts for the eye, two regions for the ear, the bell for later.

import { Kept } from "./lib/kept.js";
import { Recent } from "./lib/recent.js";
import { person } from "./shell.js";
import { say, warn } from "./speech.js";

export { count, say, warn } from "./speech.js";

const SHORT_MS = 6_000;
const MOST = 4; // toasts at once

// What the bell shows.
export const recent = new Recent({
  kept: new Kept("sightline.notices", { storage: sessionStorage, person }),
});

// `kind` is success, info, warning or error; an error stays until it is closed. With the
// id of a `task`, or an `href`, it leads there. Returns the notice.
export function toast(text, kind = "success", { task, href } = {}) {
  const box = document.getElementById("toasts");
  const there = href ?? (task ? `${box.dataset.tasks}${task}/change/` : "");
  const notice = build(text, kind, there);
  box.append(notice);
  while (box.children.length > MOST) oldest(box).remove();
  if (kind === "error") warn(text);
  else {
    expire(notice);
    say(text);
  }
  recent.add({ text, kind, href: there });
  return notice;
}

function build(text, kind, href) {
  const notice = document.createElement("div");
  notice.className = "toast";
  notice.dataset.kind = kind;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.textContent = "Close";
  close.addEventListener("click", () => notice.remove());
  notice.append(words, ...(href && href !== location.pathname ? [link(href)] : []), close);
  return notice;
}

function link(href) {
  const open = document.createElement("a");
  open.className = "quiet";
  open.href = href;
  open.textContent = "Open";
  return open;
}

// The first to go is one that would go by itself.
function oldest(box) {
  return box.querySelector(".toast:not([data-kind=error])") ?? box.firstElementChild;
}

// Goes by itself, but not while somebody reads it.
function expire(notice) {
  let timer = setTimeout(() => notice.remove(), SHORT_MS);
  const release = () => {
    clearTimeout(timer);
    if (notice.matches(":hover, :focus-within")) return;
    timer = setTimeout(() => notice.remove(), SHORT_MS);
  };
  for (const name of ["pointerenter", "focusin"]) {
    notice.addEventListener(name, () => clearTimeout(timer));
  }
  notice.addEventListener("pointerleave", release);
  notice.addEventListener("focusout", () => setTimeout(release));
}
