"""`manage.py run`: Sightline on one machine, with nothing installed beforehand."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tasks_app.management.embedded import claims, demo
from tasks_app.management.embedded.supervisor import StopRequestedError, Supervisor


class Command(BaseCommand):
    """Supervises the whole product as children of one terminal."""

    help = "Start everything on this machine: Redis, site, worker, beat and keeper."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until Ctrl-C; raise CommandError when something needed is not free."""
        if not settings.EMBEDDED:
            raise CommandError(
                "DATABASE_URL is set, and `run` is only for trying Sightline out "
                "without any server. Start the processes of the Procfile instead; "
                "docs/deployment.md says how."
            )
        with claims.claim_folder(settings.DATA_DIR):
            claims.check_port(settings.PORT)
            self._run(Supervisor(say=self._say))

    def _run(self, supervisor: Supervisor) -> None:
        supervisor.listen()
        try:
            self._start(supervisor)
            supervisor.watch()
        except StopRequestedError:
            pass
        finally:
            self._say("Stopping ...")
            supervisor.stop()
            self._say("Stopped.")

    def _start(self, supervisor: Supervisor) -> None:
        self._say(f"Starting; everything is kept in {settings.DATA_DIR}")
        supervisor.start_redis()
        call_command("migrate", verbosity=0, interactive=False)
        demo.make_accounts()
        supervisor.start_others()
        demo.submit_samples()
        site = f"http://127.0.0.1:{settings.PORT}/admin/"
        self._say(f"Sightline is ready: {site} (admin / admin)")

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone by now
            self.stdout.write(line)
            self.stdout.flush()
