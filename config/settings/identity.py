"""A corporate identity provider whose tokens are accepted; none without OIDC_ISSUER."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.env import env

SIZES: Final = ("256", "384", "512")
ASYMMETRIC: Final = {kind + size for kind in ("RS", "PS", "ES") for size in SIZES}
LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


def checked(provider: dict[str, Any]) -> dict[str, Any]:
    """Return the settings; raises ImproperlyConfigured for what would not be safe."""
    if missing := [name for name in ("AUDIENCE", "KEYS_URL") if not provider[name]]:
        raise ImproperlyConfigured(f"OIDC_ISSUER needs OIDC_{missing[0]} as well.")
    if not provider["ALGORITHMS"] or set(provider["ALGORITHMS"]) - ASYMMETRIC:
        known = ", ".join(sorted(ASYMMETRIC))
        raise ImproperlyConfigured(f"OIDC_ALGORITHMS may only hold some of {known}.")
    address = urlsplit(provider["KEYS_URL"])
    is_near = address.scheme == "http" and address.hostname in LOOPBACK
    if not (is_near or (address.scheme == "https" and address.hostname)):
        raise ImproperlyConfigured("OIDC_KEYS_URL must begin with https://.")
    groups = provider["GROUPS"]
    if not isinstance(groups, dict) or not all(
        isinstance(name, str) for name in groups.values()
    ):
        text = 'OIDC_GROUPS must be JSON: {"value of the claim": "name of our group"}.'
        raise ImproperlyConfigured(text)
    return provider


OIDC: dict[str, Any] = {}
if issuer := env.str("OIDC_ISSUER", default=""):
    OIDC = checked(
        {
            "ISSUER": issuer,
            "AUDIENCE": env.list("OIDC_AUDIENCE", default=[]),
            "KEYS_URL": env.str("OIDC_KEYS_URL", default=""),
            "ALGORITHMS": env.list("OIDC_ALGORITHMS", default=["RS256"]),
            "NEEDS_NBF": env.bool("OIDC_NEEDS_NBF", default=True),
            "NAME_CLAIM": env.str("OIDC_NAME_CLAIM", default="preferred_username"),
            "GROUPS_CLAIM": env.str("OIDC_GROUPS_CLAIM", default="groups"),
            "GROUPS": env.json("OIDC_GROUPS", default={}),
            "STAFF": env.list("OIDC_STAFF", default=[]),
            # Seconds: between two looks at the keys, between two tries because of a key
            # that is not known, and for which keys serve while there are no newer ones.
            "KEYS_SECONDS": env.float("OIDC_KEYS_SECONDS", default=600.0),
            "AGAIN_SECONDS": env.float("OIDC_AGAIN_SECONDS", default=10.0),
            "STALE_SECONDS": env.float("OIDC_STALE_SECONDS", default=86_400.0),
        }
    )
