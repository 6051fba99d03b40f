// Makes nodes of the page like fresh ones, and keeps each that need not change: with
// its focus, its selection of text and its scroll position.
//
// Children are matched by `data-key` or id, those without by kind and order. Whether
// `<details>` are open is the reader's own and is left alone.

const OWN = new Set(["open"]);

export function morph(node, fresh) {
  if (node.isEqualNode(fresh)) return;
  if (node.nodeType !== Node.ELEMENT_NODE) {
    node.data = fresh.data;
    return;
  }
  alike(node, fresh);
  children(node, fresh);
}

function alike(node, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (!OWN.has(name) && node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  for (const { name } of [...node.attributes]) {
    if (!OWN.has(name) && !fresh.hasAttribute(name)) node.removeAttribute(name);
  }
}

function children(node, fresh) {
  const keyed = new Map([...node.children].map((child) => [key(child), child]));
  let next = node.firstChild;
  for (const child of [...fresh.childNodes]) {
    const kept = key(child) ? keyed.get(key(child)) : matches(next, child) && next;
    if (!kept) {
      node.insertBefore(document.importNode(child, true), next);
      continue;
    }
    if (kept === next) next = next.nextSibling;
    else node.insertBefore(kept, next);
    morph(kept, child);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

function matches(node, fresh) {
  return node?.nodeName === fresh.nodeName && !key(node);
}

function key(node) {
  return node.dataset?.key || node.id || "";
}
