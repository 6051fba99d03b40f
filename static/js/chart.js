// Lines over time, drawn by uPlot. The server's lines stay where it could not be loaded.
//
// A canvas takes no colours from a style sheet: they are read off the legend, and the
// chart is drawn again whenever the look of the page changes.

import { MAGNITUDES, readable } from "./spans.js";

const HEIGHT = 220;
const WHOLE = [1, 2, 5].flatMap((n) => [1, 10, 100, 1e3, 1e4, 1e5, 1e6].map((m) => n * m)).sort((a, b) => a - b);
const DAY = 86_400;
const FROM_ZERO = { range: (_plot, _low, high) => [0, (high || 4) * 1.1] };
// Milliseconds and hours on one scale: each step is many times the one before.
const LOG = 3;
const BY_MAGNITUDE = {
  distr: LOG,
  range: (_plot, low, high) => [(low || 0.1) / 1.5, (high || 10) * 1.5],
};

// uPlot itself would only name the powers of ten.
const EVERY_MAGNITUDE = {
  splits: (_plot, _axis, low, high) => MAGNITUDES.filter((value) => value >= low && value <= high),
  filter: (_plot, splits) => splits,
};

class TimeChart extends HTMLElement {
  static observedAttributes = ["data-points"];

  #leaving = null;
  #plot = null;
  #size = null;
  #theme = null;

  connectedCallback() {
    if (!globalThis.uPlot) return;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const again = () => this.draw();
    this.#theme = new MutationObserver(again);
    this.#theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
    this.#size = new ResizeObserver(() => this.#fit());
    this.draw();
    this.#size.observe(this);
  }

  disconnectedCallback() {
    this.#leaving?.abort();
    this.#theme?.disconnect();
    this.#size?.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  attributeChangedCallback() {
    this.#plot?.setData(this.#points());
  }

  draw() {
    this.#plot?.destroy();
    this.#plot = new globalThis.uPlot(this.#options(), this.#points(), this);
    this.dataset.drawn = String(Number(this.dataset.drawn ?? 0) + 1);
  }

  get #legend() {
    return [...this.parentElement.querySelectorAll(".legend li")];
  }

  #points() {
    return JSON.parse(this.dataset.points);
  }

  #fit() {
    const width = this.clientWidth;
    if (width && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #options() {
    const { color, borderTopColor: faint } = getComputedStyle(this);
    const font = "12px system-ui, sans-serif";
    const axis = { stroke: color, font, grid: { stroke: faint, width: 1 }, ticks: { show: false } };
    const zone = this.dataset.zone;
    const tasks = this.dataset.unit === "tasks";
    const words = (_plot, splits) => splits.map((value) => this.#words(value));
    return {
      width: this.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      tzDate: (seconds) => globalThis.uPlot.tzDate(new Date(seconds * 1e3), zone),
      scales: { y: tasks ? FROM_ZERO : BY_MAGNITUDE },
      axes: [
        { ...axis, size: 28, space: 64, values: (plot, splits) => times(plot, splits, zone) },
        { ...axis, ...(tasks ? { incrs: WHOLE } : EVERY_MAGNITUDE), size: 56, values: words },
      ],
      series: [{}, ...this.#legend.map((item) => line(item))],
      hooks: { setCursor: [(plot) => this.#tell(plot)] },
    };
  }

  #words(value) {
    return this.dataset.unit === "tasks" ? value.toLocaleString("en") : readable(value);
  }

  // The values under the pointer, in the legend.
  #tell(plot) {
    const { idx } = plot.cursor;
    this.#legend.forEach((item, index) => {
      const value = idx === null || idx === undefined ? null : plot.data[index + 1][idx];
      const text = value === null ? "" : this.#words(value);
      item.querySelector("[data-value]").textContent = text;
    });
  }
}

function line(item) {
  const key = item.querySelector(".key");
  const stroke = getComputedStyle(key).color;
  const isArea = key.classList.contains("line-finished");
  const fill = isArea ? stroke.replace(/^rgb\((.*)\)$/, "rgba($1, .13)") : undefined;
  const dash = key.querySelector("[stroke-dasharray]") ? [6, 4] : undefined;
  return { stroke, fill, dash, width: 2, spanGaps: true, points: { size: 4, fill: stroke } };
}

// Times of day; over several days the day as well, where there is not much else.
function times(plot, splits, zone) {
  const long = plot.scales.x.max - plot.scales.x.min > 2 * DAY;
  const pattern = long
    ? { weekday: "short", day: "numeric" }
    : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const format = new Intl.DateTimeFormat("en-GB", { ...pattern, timeZone: zone });
  return splits.map((seconds) => format.format(new Date(seconds * 1e3)));
}

customElements.define("time-chart", TimeChart);
