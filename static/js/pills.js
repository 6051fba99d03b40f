// How many tasks have which status: told by the server, shown on the pills.

const MOST = 10_000; // more is not counted where there is no sum of it

export class Pills {
  constructor(list) {
    this.list = list;
  }

  // `counts` are by status; `exact` is false where there are at least so many.
  show({ counts, exact = true }) {
    const sum = Object.values(counts).reduce((all, each) => all + each, 0);
    for (const pill of this.#pills) {
      const { status } = pill.dataset;
      this.#write(pill, status ? (counts[status] ?? 0) : sum, exact);
    }
    this.showTotal();
  }

  // The same number once more, above the rows.
  showTotal() {
    const { number, exact } = this.total;
    const text = `${said({ number, exact })} task${number === 1 && exact ? "" : "s"}`;
    for (const place of this.list.querySelectorAll("[data-total-said]")) {
      if (place.textContent !== text) place.textContent = text;
    }
  }

  // Of these statuses: how many tasks match, and whether that is all.
  sum(statuses) {
    const pills = this.#pills.filter((pill) => statuses.includes(pill.dataset.status));
    const number = pills.reduce((all, pill) => all + Number(pill.dataset.count), 0);
    return { number, exact: pills.every((pill) => pill.dataset.exact === "yes") };
  }

  // How many tasks the list is of.
  get total() {
    const current = this.#pills.filter((pill) => pill.hasAttribute("aria-current"));
    return this.sum(current.map((pill) => pill.dataset.status));
  }

  get #pills() {
    return [...document.querySelectorAll(".pills [data-status]")];
  }

  #write(pill, number, exact) {
    pill.dataset.count = number;
    pill.dataset.exact = exact ? "yes" : "no";
    const text = said({ number, exact });
    const place = pill.querySelector("b");
    if (place.textContent !== text) place.textContent = text;
  }
}

function said({ number, exact }) {
  if (exact || !number) return number.toLocaleString("en");
  return `${Math.min(number, MOST).toLocaleString("en")}+`;
}
