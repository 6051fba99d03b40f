"""Webhooks go to public hosts by HTTPS, and nowhere else unless a setting says so."""

from __future__ import annotations

import ipaddress

import pytest

from tasks_app.operations.alerts.addresses import is_public, resolve, target_of
from tasks_app.operations.alerts.trouble import SendError

# Nothing of it is about the database.
pytestmark = pytest.mark.embedded_only

PRIVATE = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_inner_address_is_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_outer_address_is_public(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", [t for t in PRIVATE if "%" not in t])
def test_a_url_of_an_inner_address_is_refused_when_it_is_entered(text):
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(SendError, match="not public") as refused:
        target_of(f"https://{host}/")
    assert refused.value.is_final


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "localhost.", "ip6-localhost", "2130706433"),
        *("0x7f000001", "127.1", "0177.0.0.1", "0", "[::ffff:7f00:1]"),
    ],
)
def test_a_name_of_an_inner_address_is_refused_when_it_is_resolved(host):
    with pytest.raises(SendError) as refused:
        resolve(target_of(f"https://{host}/"))
    known = host != "ip6-localhost"  # not on every machine
    assert refused.value.is_final or not known


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks", "//hooks.example.com", "ftp://hooks.example.com/"),
        *("https://", "https:///x", "https://hooks.example.com:x/"),
        *("https://hooks.example.com:99999/", "https://[::1", "file:///etc/passwd"),
        *("https://hooks.example.com/\r\nHost: x", "https://a b.example.com/"),
        *(" https://hooks.example.com/", "https://hööks.example.com/"),
        *("gopher://hooks.example.com/", "javascript:alert(1)"),
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(SendError, match="Enter a whole address"):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://hooks.example.com/", "has to begin with https://"),
        ("https://me:secret@hooks.example.com/", "may not hold a user name"),
        ("https://me@127.0.0.1/", "may not hold a user name"),
    ],
)
def test_what_would_be_unwise_is_refused(url, sentence):
    with pytest.raises(SendError, match=sentence) as refused:
        target_of(url)
    assert "secret" not in str(refused.value)


def test_a_url_is_told_in_its_parts():
    target = target_of("https://Hooks.example.com:8443/a/b?c=d#e")

    assert (target.host, target.port) == ("hooks.example.com", 8443)
    assert (target.path, target.authority) == ("/a/b?c=d", "hooks.example.com:8443")
    assert target_of("https://hooks.example.com").path == "/"
    assert target_of("https://[2606:4700::1111]").authority == "[2606:4700::1111]"


def test_the_settings_let_a_host_with_its_port_alone(alert_settings):
    alert_settings(ALERT_PRIVATE_HOSTS=["127.0.0.1:8080", "Chat.internal"])

    assert resolve(target_of("http://127.0.0.1:8080/")) == ["127.0.0.1"]
    assert target_of("http://chat.internal/").is_allowed
    for url in ("http://127.0.0.1:8081/", "http://127.0.0.1/"):
        with pytest.raises(SendError):
            target_of(url)
