// The other end of a socket: what it was sent, and what it says.

import { LiveSocket } from "../../static/js/lib/socket.js";
import { Clock, settled } from "./clock.mjs";

let connections = [];

class Connection {
  sent = [];
  closed = false;

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    connections.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  end(code = 1006) {
    this.onclose?.({ code });
  }

  greet() {
    this.say({ type: "hello", protocol: 1, heartbeat_s: 20, cursor: "" });
  }
}

// Returns the list that every connection made from now on is added to.
export function recorded() {
  connections = [];
  return connections;
}

// A socket to this server, whose waits are the shortest there are.
export function socketOn(clock, options = {}) {
  return new LiveSocket({ WebSocket: Connection, clock, random: () => 0, ...options });
}

// Returns {clock, socket, states, connections, last()}; `options` go to the socket.
export async function connected({ greeted = true, ...options } = {}) {
  const made = recorded();
  const clock = new Clock();
  const socket = socketOn(clock, options);
  const states = [];
  socket.addEventListener("state", ({ detail }) => states.push(detail));
  socket.start("ws://server/ws/v1/tasks/");
  await settled();
  if (greeted) made.at(-1).greet();
  return { clock, socket, states, connections: made, last: () => made.at(-1) };
}
