"""A real identity provider: it has keys, signs with them and tells them over HTTP."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER = "https://login.example/tenant/v2.0"
AUDIENCE = "api://sightline"
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1}


@lru_cache
def private_key(kid: str, algorithm: str = "RS256", bits: int = 2048) -> Any:
    """A key, made once in a run: RSA takes a while."""
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm]())
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_pem(kid: str) -> bytes:
    key = private_key(kid).public_key()
    return bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def jwk(kid: str, algorithm: str = "RS256", **more: Any) -> dict[str, Any]:
    """The public part of a key, as a key set holds it."""
    family = jwt.get_algorithm_by_name(algorithm)
    public = family.to_jwk(private_key(kid, algorithm).public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", **more}


@dataclass
class Provider:
    """Serves `body` at `/keys`; counts who asks. Signs whatever it is told."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause_seconds: float = 0  # between the halves of an answer
    fetches: int = 0
    port: int = 0
    server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        self.publish("one")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, where it did before if it did."""
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler_of(self))
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,)).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def publish(self, *kids: str) -> None:
        """Tell these keys from now on."""
        self.body = json.dumps({"keys": [jwk(kid) for kid in kids]}).encode()

    @property
    def settings(self) -> dict[str, Any]:
        """What a site that trusts this provider sets."""
        return {
            "ISSUER": ISSUER,
            "AUDIENCE": [AUDIENCE],
            "KEYS_URL": f"http://127.0.0.1:{self.port}/keys",
            "ALGORITHMS": ["RS256", "PS256", "ES256"],
            "NEEDS_NBF": True,
            "NAME_CLAIM": "preferred_username",
            "GROUPS_CLAIM": "groups",
            "GROUPS": {},
            "STAFF": [],
            "KEYS_SECONDS": 600.0,
            "AGAIN_SECONDS": 0.0,
            "STALE_SECONDS": 600.0,
        }

    def sign(
        self, *, kid: str | None = "one", method: str = "RS256", **claims: Any
    ) -> str:
        """Return a token of Carol's; claims that are None are left out."""
        now = int(time.time())
        family = method if method in CURVES else "RS256"
        return encode(
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": "carol-1",
                "preferred_username": "carol",
                "iat": now,
                "nbf": now,
                "exp": now + 300,
                **claims,
            },
            key=private_key(kid or "one", family),
            method=method,
            kid=kid,
        )


def encode(claims: dict[str, Any], *, key: Any, method: str, kid: str | None) -> str:
    told = {name: value for name, value in claims.items() if value is not None}
    headers = {"kid": kid} if kid else None
    return jwt.encode(told, key, algorithm=method, headers=headers)


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.fetches += 1
            self.send_response(provider.status)
            self.send_header("Content-Type", "application/json")
            for name, value in provider.headers.items():
                self.send_header(name, value)
            self.end_headers()
            half = len(provider.body) // 2
            self.wfile.write(provider.body[:half])
            time.sleep(provider.pause_seconds)
            self.wfile.write(provider.body[half:])

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler
