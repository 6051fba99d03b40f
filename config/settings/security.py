"""Cookies, headers and the content security policy."""

from __future__ import annotations

from csp.constants import NONE, SELF

from config.env import env

from .project import EMBEDDED

HTTPS = env.bool("HTTPS", default=not EMBEDDED)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = env.bool("HTTPS_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}
# The proxy that ends TLS redirects; to be on the list that browsers ship is to be asked
# for by whoever runs the whole domain.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]
LOGIN_URL = "admin:login"
