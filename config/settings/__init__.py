"""Settings of the project, from environment variables; `docs/deployment.md` lists them.

With no variable set this is embedded mode: SQLite, a private Redis, all in `var/`.
"""

from .engine import *
from .identity import *
from .logs import *
from .mail import *
from .messages import *
from .project import *
from .rest import *
from .security import *
from .storage import *
