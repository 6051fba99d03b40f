// Shows a <task-progress> for each task in the address, and for each that is started.

const { sightline } = await (await fetch("settings.json")).json();
await import(`${sightline}/static/js/lib/task-progress.js`);

const [tasks, news, start] = ["tasks", "news", "start"].map((id) => document.getElementById(id));

function follow(id) {
  const element = document.createElement("task-progress");
  element.setAttribute("task-id", id);
  element.setAttribute("ticket-url", "ticket"); // our own server asks Sightline for one
  tasks.prepend(element);
}

tasks.addEventListener("task-done", ({ detail: task }) => {
  news.textContent = `${task.title}: ${task.status_label}.`;
});

start.addEventListener("click", async () => {
  const response = await fetch("start", { method: "POST" });
  const body = await response.json();
  if (response.ok) follow(body.id);
  else news.textContent = body.detail;
});

new URLSearchParams(location.search).getAll("task").forEach(follow);
start.disabled = false;
