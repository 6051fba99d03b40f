// What the header says about this page: who is signed in, and where things are.

const chip = document.querySelector("live-connection");

// Null on pages without a header of ours, such as the sign-in page.
export const shell = chip && { ...chip.dataset };
export const person = shell?.user ?? "";
