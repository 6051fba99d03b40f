import assert from "node:assert/strict";
import { test } from "node:test";

import { fetchTicket } from "../../static/js/lib/ticket.js";

// A server that answers every request with `status`.
function answering(status, body = {}) {
  const requests = [];
  const fetch = async (url, options) => {
    requests.push({ url, ...options });
    return new Response(JSON.stringify(body), { status });
  };
  return { requests, fetch };
}

test("a ticket is asked for the socket of tasks, with the CSRF cookie if there is one", async () => {
  const { requests, fetch } = answering(200, { ticket: "abc", expires_in: 30 });

  assert.equal(await fetchTicket("/ticket", fetch, "a=b; csrftoken=xyz"), "abc");
  assert.equal(requests[0].method, "POST");
  assert.deepEqual(JSON.parse(requests[0].body), { path: "/ws/v1/tasks/" });
  assert.equal(requests[0].headers["X-CSRFToken"], "xyz");
});

test("a no is final, trouble is not", async () => {
  for (const status of [401, 403]) {
    assert.equal(await fetchTicket("/ticket", answering(status).fetch), null);
  }
  for (const status of [404, 429, 500, 503]) {
    await assert.rejects(fetchTicket("/ticket", answering(status).fetch), /answered/);
  }
});
