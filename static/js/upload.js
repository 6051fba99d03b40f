// Sends a form and its files in one request, and tells how far it is.

// Resolves to {status, page}: `page` is a document where the server answered with part of
// this page, null where something else did, such as the sign-in page. Resolves to
// {lost: true} without an answer and to {stopped: true} when `signal` said so.
export function send(url, body, { progress, signal }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-Fragment", "form");
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded, total));
    request.addEventListener("load", () => resolve(read(request)));
    request.addEventListener("error", () => resolve({ lost: true }));
    request.addEventListener("timeout", () => resolve({ lost: true }));
    request.addEventListener("abort", () => resolve({ stopped: true }));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

// The form as the server would show it now, in the shape of an answer of `send`.
export async function look(url) {
  try {
    const headers = { "X-Fragment": "form" };
    const response = await fetch(url, { headers, credentials: "same-origin" });
    const isOurs = response.headers.get("X-Fragment") === "form";
    return { status: response.status, page: isOurs ? parse(await response.text()) : null };
  } catch {
    return { lost: true };
  }
}

// How many bytes of each file were sent: they go last, and one after the other.
export function share(loaded, total, sizes) {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let rest = Math.max(0, loaded - Math.max(0, total - all));
  return sizes.map((size) => {
    const sent = Math.min(size, rest);
    rest -= sent;
    return sent;
  });
}

function read(request) {
  const isOurs = request.getResponseHeader("X-Fragment") === "form";
  return { status: request.status, page: isOurs ? parse(request.responseText) : null };
}

function parse(text) {
  return new DOMParser().parseFromString(text, "text/html");
}
