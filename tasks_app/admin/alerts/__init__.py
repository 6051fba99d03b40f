"""The pages of alerts: when who is told of what, and whether it arrived."""

from . import channels as channels
from . import deliveries as deliveries
from . import incidents as incidents
from . import rules as rules
