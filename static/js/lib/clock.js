// The clock of the machine. Who needs time takes one like it, so that tests move it on.

export const clock = {
  now: () => Date.now(), // milliseconds
  later: (work, wait) => setTimeout(work, wait),
  cancel: (timer) => clearTimeout(timer),
};
