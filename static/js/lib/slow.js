// Slow updates: where the socket fails again and again while HTTP answers.
//
// `change`  whether they are on now
// `due`     everything has to be fetched

import { clock as machine } from "./clock.js";
import { Told } from "./told.js";

const FAILED = 3; // tries to connect
const EVERY_MS = 5_000;
const JITTER_MS = 1_000; // either way

export class SlowUpdates extends EventTarget {
  isOn = false;
  #with;
  #fails = 0;
  #round = 0; // what an earlier one still hears of counts for nothing
  #timer = 0;

  // `ask()` resolves to yes, no or denied: whether the server answers over HTTP.
  // `isIdle()` says that nobody would see what is fetched.
  constructor({ socket, ask, isIdle, clock, random }) {
    super();
    this.#with = {
      socket,
      ask,
      isIdle: isIdle ?? (() => false),
      clock: clock ?? machine,
      random: random ?? Math.random,
    };
    socket.addEventListener("state", ({ detail }) => this.#hear(detail));
  }

  #hear(state) {
    if (state === "reconnecting" && this.#with.socket.due) this.#failed();
    if (["live", "offline", "denied", "closed"].includes(state)) this.#stop();
    // The loss of a connection is not a try that failed.
    if (state === "live" || state === "offline") this.#fails = -1;
  }

  #failed() {
    this.#fails += 1;
    if (this.#fails === FAILED) this.#fetch();
  }

  #stop() {
    this.#round += 1;
    this.#with.clock.cancel(this.#timer);
    this.#turn(false);
  }

  async #fetch() {
    const { ask, clock, isIdle, random, socket } = this.#with;
    const round = this.#round;
    const answer = isIdle() ? "idle" : await ask();
    if (round !== this.#round) return;
    if (answer === "denied") return socket.deny();
    if (answer !== "idle") this.#turn(answer === "yes");
    if (answer === "yes") this.#tell("due", null);
    const wait = EVERY_MS + (2 * random() - 1) * JITTER_MS;
    this.#timer = clock.later(() => this.#fetch(), wait);
  }

  #turn(isOn) {
    if (this.isOn === isOn) return;
    this.isOn = isOn;
    this.#tell("change", isOn);
  }

  #tell(name, detail) {
    this.dispatchEvent(new Told(name, detail));
  }
}
