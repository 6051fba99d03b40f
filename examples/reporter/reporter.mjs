// A reporter in Node, without a package: renews its lease while it works, stops when it
// is asked to, and gives the task back when it fails.
//
//   TOKEN=… node reporter.mjs          an API token, or
//   NAME=admin PASSWORD=admin node reporter.mjs
//
// ONCE=1 ends it after one order, or at once when none waits.

import { setTimeout as pause } from "node:timers/promises";

const { SIGHTLINE = "http://127.0.0.1:8000", OPERATION = "orders.process" } = process.env;
const { NAME, PASSWORD, ONCE } = process.env;
const LEASE_SECONDS = 30;
let token = process.env.TOKEN;

class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code;
  }
}

/** Send a request; again when no answer came or the server is busy. */
async function call(method, path, body, tries = 6) {
  const isForm = body instanceof FormData;
  const headers = { Authorization: `Bearer ${token}` };
  if (body && !isForm) headers["Content-Type"] = "application/json";
  const sent = isForm ? body : body && JSON.stringify(body);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const signal = AbortSignal.timeout(20_000);
      const address = `${SIGHTLINE}/api/v1/${path}`;
      const response = await fetch(address, { method, headers, body: sent, signal });
      if (response.ok) return response;
      throw new Refused(response.status, await response.json().catch(() => ({})));
    } catch (error) {
      const { status = 503 } = error; // no answer at all is like a server that is away
      if (attempt === tries || (status < 500 && status !== 429)) throw error;
    }
    await pause(2 ** attempt * 100 * Math.random());
  }
}

/** An access token lasts minutes: sign in again for each task. */
async function signIn() {
  if (!NAME) return;
  const response = await fetch(`${SIGHTLINE}/api/v1/auth/token/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: NAME, password: PASSWORD }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer);
  token = answer.access;
}

/** Raised by a report whose answer asks to stop. */
class Stop extends Error {}

/** One attempt that we hold. */
class Attempt {
  #number = 0;

  constructor(task) {
    this.task = task;
    this.proof = { attempt: task.attempt, lease_token: task.lease_token };
    const renewal = () => this.#renew().catch((error) => (this.lost = error));
    this.timer = setInterval(renewal, (LEASE_SECONDS * 1000) / 3);
  }

  /** Tell how it goes. The number makes it safe to send twice. */
  async tell(told) {
    if (this.lost) throw this.lost;
    this.#number += 1;
    const body = { ...this.proof, number: this.#number, ...told };
    const answer = await (await call("PATCH", `tasks/${this.task.id}/`, body)).json();
    this.#look(answer);
    return answer;
  }

  /** Hand in a file. */
  async attach(name, text) {
    const form = new FormData();
    form.set("file", new Blob([text], { type: "text/plain" }), name);
    for (const [key, value] of Object.entries(this.proof)) form.set(key, value);
    await call("POST", `tasks/${this.task.id}/artifacts/`, form);
  }

  close() {
    clearInterval(this.timer);
  }

  async #renew() {
    await call("POST", `tasks/${this.task.id}/renew/`, this.proof);
  }

  #look(answer) {
    const asked = answer.status === "processing" ? answer : {};
    if (asked.cancel_requested) throw new Stop("cancelled");
    if (asked.pause_requested) throw new Stop("paused");
  }
}

/** The work itself: count the lines of the order. */
async function work(attempt) {
  const { upload } = attempt.task;
  const file = await call("GET", upload.url.replace("/api/v1/", ""));
  const lines = (await file.text()).trimEnd().split("\n");
  await attempt.tell({ step: "counting", message: "Counting the lines" });
  for (let done = 10; done < lines.length; done += 10)
    await attempt.tell({ progress: { current: done, total: lines.length } });
  await attempt.attach("receipt.txt", `Received with thanks: ${lines.length} lines.\n`);
  return attempt.tell({ status: "completed", result: { lines: lines.length } });
}

/** Work on the task to its end, whichever that is. */
async function carryOut(task) {
  const attempt = new Attempt(task);
  try {
    return await work(attempt);
  } catch (error) {
    if (error instanceof Stop) return attempt.tell({ status: error.message });
    if (error.code === "lease_lost") return { ...task, status: "taken away" };
    return attempt.tell({ status: "pending", error_message: String(error.message) });
  } finally {
    attempt.close();
  }
}

/** Claim a task; null when none waits or others were faster. */
async function claim() {
  const query = `claimable=1&operation=${OPERATION}&page_size=5`;
  const { results } = await (await call("GET", `tasks/?${query}`)).json();
  for (const { id } of results) {
    try {
      const body = { worker: "reporter.mjs", lease_seconds: LEASE_SECONDS };
      return await (await call("POST", `tasks/${id}/claim/`, body)).json();
    } catch (error) {
      if (error.status !== 409 && error.status !== 404) throw error;
    }
  }
  return null;
}

do {
  await signIn();
  const task = await claim();
  if (task) {
    const { title, status } = await carryOut(task);
    console.log(`${title}: ${status}`);
  } else if (!ONCE) await pause(2000);
} while (!ONCE);
