// How long to wait before the next try to connect.
//
// Equal jitter: half of the span is certain, half is drawn. 1-2, 2-4, 4-8, 8-16, then
// 15-30 seconds. The first try is drawn too: after a restart of the server every open
// page would come back in the same moment otherwise.

const FIRST = 2_000; // milliseconds
const MOST = 30_000;

export function backoff(tries, random = Math.random) {
  const top = Math.min(MOST, FIRST * 2 ** tries);
  return top / 2 + (random() * top) / 2;
}
