// A task in words; `tasks_app/admin/rows.py` and `steering.py` say the same.

export const FINAL = new Set([
  "completed",
  "completed_with_errors",
  "failed",
  "cancelled",
]);

// What a row says before its task has said anything.
const SILENT = {
  pending: "Waiting for a worker.",
  processing: "A worker is on it.",
};

const DONE = {
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
  retry: "retried",
  keep: "kept",
  unkeep: "let go",
  answer: "answered",
};

export function badge(task) {
  if (task.status === "processing" && task.cancel_requested) return "Cancelling";
  if (task.status === "processing" && task.pause_requested) return "Pausing";
  return task.status_label;
}

export function line(task) {
  if (task.question) return `Waits for an answer: ${task.question.text}`;
  const text = (task.error_message || task.progress.message).split("\n")[0];
  return text || SILENT[task.status] || "";
}

export function measure(task) {
  const { percent, current } = task.progress;
  if (percent !== null) return `${percent} %`;
  return current ? current.toLocaleString("en") : "";
}

export function outcome(verb, task) {
  const name = `“${task.title}”`;
  if (task.status === "processing" && (verb === "cancel" || verb === "pause")) {
    return `${name} will be ${DONE[verb]} at its next checkpoint.`;
  }
  return {
    cancel: `${name} is cancelled.`,
    pause: `${name} is paused.`,
    resume: `${name} goes on.`,
    retry: `${name} will run again.`,
    keep: `${name} is kept.`,
    unkeep: `${name} is kept no longer.`,
    answer: `${name} goes on with your answer.`,
  }[verb];
}

export function refusal(verb, title, status) {
  const label = status.replaceAll("_", " ");
  const reason = FINAL.has(status) ? `it is already ${label}` : `it is ${label} just now`;
  return `“${title}” was not ${DONE[verb]}: ${reason}.`;
}

// Why what was asked of the task was not done.
export function complaint(verb, title, problem) {
  if (problem.code === "already_answered" || problem.code === "needs_answer") {
    return `“${title}”: ${problem.detail}`;
  }
  if (verb !== "answer" && problem.status === 409 && problem.current_status) {
    return refusal(verb, title, problem.current_status);
  }
  return `“${title}”: ${problem.detail}`;
}

export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
