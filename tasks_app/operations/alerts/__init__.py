"""Notices what is wrong, and tells people: once when it begins, once when it is over.

The keeper calls `watch` in each of its turns. Others that notice something themselves
call `raise_incident` as long as it is so, and `resolve_incident` when it is well again.
"""

from .channels import give_secret as give_secret
from .channels import place_of as place_of
from .channels import trouble_of as trouble_of
from .channels import trouble_of_secret as trouble_of_secret
from .courier import send_again as send_again
from .incidents import raise_incident as raise_incident
from .incidents import resolve_incident as resolve_incident
from .telling import send_test as send_test
from .watching import watch as watch
