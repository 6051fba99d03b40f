// Fetches a ticket that opens one socket.

const SOCKET = "/ws/v1/tasks/";
const REFUSED = new Set([401, 403]);

// Returns the ticket, or null when the answer is no; rejects when it may be yes later.
export async function fetchTicket(url, fetch = globalThis.fetch, cookies = "") {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const token = /(?:^|;\s*)csrftoken=([^;]+)/.exec(cookies)?.[1];
  if (token) headers["X-CSRFToken"] = token;
  const body = JSON.stringify({ path: SOCKET });
  const response = await fetch(url, { method: "POST", headers, body });
  if (REFUSED.has(response.status)) return null;
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return (await response.json()).ticket ?? null;
}
