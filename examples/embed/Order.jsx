// An order and its task, in React 19. No build of Sightline's: the element is fetched from
// the server it belongs to, which a bundler has to leave alone.

import { useState } from "react";

const MODULE = "http://127.0.0.1:8000/static/js/lib/task-progress.js";
import(/* webpackIgnore: true */ /* @vite-ignore */ MODULE);

export function Order({ number, taskId }) {
  const [task, setTask] = useState(null);
  return (
    <article>
      <h2>Order {number}</h2>
      <task-progress
        task-id={taskId}
        ticket-url="/ticket"
        ontask-done={(event) => setTask(event.detail)}
      />
      {task?.artifacts?.length > 0 && <p>{task.artifacts.length} files are ready.</p>}
    </article>
  );
}
