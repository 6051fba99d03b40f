// A socket that is told of its page: the network came or went, somebody looks again.

import { LiveSocket } from "./socket.js";

export function pageSocket(options = {}) {
  const isOnline = () => navigator.onLine;
  const socket = new LiveSocket({ WebSocket: globalThis.WebSocket, isOnline, ...options });
  addEventListener("online", () => socket.wentOnline());
  addEventListener("offline", () => socket.wentOffline());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) socket.reconnect();
  });
  return socket;
}

// The address of the socket of `server`, which is a URL that ends in a slash.
export function socketUrl(server) {
  const url = new URL("ws/v1/tasks/", server);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
