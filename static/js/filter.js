// The filter of the list, as the API has it. The socket knows some of its words; whether
// a task is within the others is found out here.

const WATCHED = ["status", "operation", "owner", "search"];
const SAME = ["source", "queue", "priority", "batch"];
const WITHIN = {
  created_after: (task, moment) => Date.parse(task.created_at) >= moment,
  created_before: (task, moment) => Date.parse(task.created_at) < moment,
  finished_after: (task, moment) => Date.parse(task.finished_at ?? 0) >= moment,
  finished_before: (task, moment) => Boolean(task.finished_at) && Date.parse(task.finished_at) < moment,
};

export class Filter {
  constructor(text) {
    this.words = JSON.parse(text);
  }

  // What the socket is asked to watch.
  get watched() {
    return Object.fromEntries(Object.entries(this.words).filter(([name]) => WATCHED.includes(name)));
  }

  // Whether the counts of the socket are those of this filter.
  get isWatched() {
    return Object.keys(this.words).every((name) => WATCHED.includes(name));
  }

  takesStatus(status) {
    return !this.words.status || this.words.status.includes(status);
  }

  // Whether a task that the socket sent is within the words it does not know. How it
  // failed is not told: who failed alike comes with the next fetch.
  takes(task) {
    if (this.words.error_group) return false;
    return Object.entries(this.words).every(([name, wanted]) => {
      if (SAME.includes(name)) return task[name] === wanted;
      return WITHIN[name]?.(task, Date.parse(wanted)) ?? true;
    });
  }

  // The same filter, of these statuses only.
  of(statuses) {
    return { ...this.words, status: statuses.filter((status) => this.takesStatus(status)) };
  }
}
