// How fast a task goes and how long it may still take, from the news about it.
//
// The rate is that of the last seconds, so that it neither jumps nor lags. When nothing
// is heard for a while nothing is said: an old rate is no rate.

const WINDOW_MS = 20_000;
const LEAST_MS = 1_500; // a shorter span says nothing yet
const SILENT_MS = 10_000;

export class Pace {
  #points = []; // {at, current}
  #total = null;
  #attempt = 0;

  // `at` in milliseconds, of a clock that never goes back.
  take({ attempt, progress: { current, total } }, at) {
    const last = this.#points.at(-1);
    if (attempt !== this.#attempt || current < last?.current) this.forget();
    this.#attempt = attempt;
    this.#total = total;
    if (current === this.#points.at(-1)?.current) return;
    this.#points.push({ at, current });
    while (at - this.#points[0].at > WINDOW_MS && this.#points.length > 2) {
      this.#points.shift();
    }
  }

  forget() {
    this.#points = [];
  }

  // In units a second; 0 when it is not known.
  rate(now) {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (!first || last.at - first.at < LEAST_MS || now - last.at > SILENT_MS) return 0;
    return ((last.current - first.current) * 1_000) / (last.at - first.at);
  }

  words(now) {
    const rate = this.rate(now);
    if (!rate) return "";
    const speed = rate < 1 ? `${rounded(rate * 60)} a minute` : `${rounded(rate)} a second`;
    const left = this.#total === null ? 0 : this.#total - this.#points.at(-1).current;
    return left > 0 ? `${speed}, ${about(left / rate)} left` : speed;
  }
}

// A guess; `tasks_app/admin/words.py` agrees.
export function about(seconds) {
  if (seconds < 10) return "a few seconds";
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} s`;
  if (seconds < 5_400) return `about ${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 129_600) return `about ${Math.round(seconds / 3_600)} h`;
  return `about ${Math.round(seconds / 86_400)} d`;
}

// Three digits are as many as a rate has.
function rounded(number) {
  return Number(number.toPrecision(number < 10 ? 2 : 3)).toLocaleString("en");
}
