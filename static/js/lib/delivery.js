// One try to bring an action to the server.

const ANSWER_MS = 30_000; // without an answer by then, the request is given up
const AGAIN = new Set([429, 502, 503, 504]);

// Resolves to {answer}, which is final; {again: ms} where the server could not take it and
// asks for so much time; or {signedOut: true}. Never rejects.
export async function deliver(action, { fetch, url, token, clock }) {
  const late = new AbortController();
  const timer = clock.later(() => late.abort(), ANSWER_MS);
  const request = { ...post(action, token()), signal: late.signal };
  const response = await fetch(url(action.id, action.verb), request)
    .catch(() => null)
    .finally(() => clock.cancel(timer));
  if (!response) return { again: 0 };
  if (AGAIN.has(response.status)) {
    return { again: delay(response.headers.get("Retry-After"), clock.now()) };
  }
  const answer = await read(response, action);
  return isSignedOut(answer) ? { signedOut: true } : { answer };
}

function post({ id, ids, verb, version, choice, key }, token) {
  const one = { choice, expected_version: version }; // JSON leaves out what is undefined
  return {
    method: "POST",
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "Idempotency-Key": key,
      "X-CSRFToken": token,
    },
    body: JSON.stringify(id ? one : { action: verb, ids }),
  };
}

// The answer as {task}, {outcomes} or {problem}; an ended session may answer with a page
// instead.
async function read(response, { id }) {
  const type = response.headers.get("Content-Type") ?? "";
  const body = type.includes("json") ? await response.json().catch(() => null) : null;
  if (response.ok && body) return id ? { task: body } : { outcomes: body.outcomes };
  const { status } = response;
  const detail = `The server answered ${status}.`;
  return { problem: { status, code: "", detail, ...body } };
}

// The token of a page is of its session: after another sign-in it is refused.
function isSignedOut({ problem }) {
  return problem?.status === 401 || problem?.code === "csrf_failed";
}

// `Retry-After` in milliseconds: it is a number of seconds or a date.
function delay(text, now) {
  if (!text) return 0;
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1_000;
  return Math.max(0, wait) || 0;
}
