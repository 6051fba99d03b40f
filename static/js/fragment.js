// Fetches the parts of this very page that may have changed in structure.

// Returns a document; null when the server sent something else, such as the sign-in page.
export async function fragment(name) {
  const response = await fetch(location.href, {
    headers: { "X-Fragment": name },
    credentials: "same-origin",
  });
  if (!response.ok || response.headers.get("X-Fragment") !== name) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
