// The other end of a socket: what it was sent, and what it says.

import { LiveSocket } from "../../static/js/lib/socket.js";
import { Clock, settled } from "./clock.mjs";

class Connection {
  static all = [];
  sent = [];
  closed = false;

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    Connection.all.push(this);
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

// Returns {clock, socket, states, connections, last()}; `options` go to the socket.
export async function connected({ greeted = true, ...options } = {}) {
  const connections = (Connection.all = []);
  const clock = new Clock();
  const parts = { WebSocket: Connection, clock, random: () => 0, ...options };
  const socket = new LiveSocket(parts);
  const states = [];
  socket.addEventListener("state", ({ detail }) => states.push(detail));
  socket.start("ws://server/ws/v1/tasks/");
  await settled();
  if (greeted) connections.at(-1).greet();
  return { clock, socket, states, connections, last: () => connections.at(-1) };
}
