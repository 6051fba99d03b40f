"""The pages of staff, inside Django's admin.

They read through `visible_to`; what they change goes through `lifecycle` and
`operations`, never through Django's forms.
"""

from . import alerts as alerts
from . import api_tokens as api_tokens
from . import others as others
from . import schedules as schedules
from . import site as site
from . import tasks as tasks
