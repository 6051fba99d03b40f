"""Who a person of the identity provider is here, and what they may do."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from tasks_app.credentials import CredentialError, people, read_token
from tasks_app.models import Identity

pytestmark = pytest.mark.django_db

OURS = {"corp-operators": "Operators", "corp-viewers": "Viewers"}


@pytest.fixture
def mapped(provider, settings):
    """A provider whose groups mean something here."""
    settings.OIDC |= {"GROUPS": OURS, "STAFF": ["corp-operators"]}
    for name in ("Operators", "Viewers", "Friends"):
        Group.objects.get_or_create(name=name)
    return provider


def user_of(token):
    return read_token(token).user


def groups_of(user):
    return set(user.groups.values_list("name", flat=True))


# --- Who they are -----------------------------------------------------------------


def test_a_person_is_made_once(provider, django_assert_num_queries):
    token = provider.sign()
    first = user_of(token)

    with django_assert_num_queries(1):
        assert user_of(token) == first
    assert User.objects.count() == 1


def test_who_is_called_like_a_local_user_is_somebody_else(provider, superuser):
    assert superuser.username == "admin"

    for number, called in enumerate(
        ["admin", "Admin", "ADMIN", "\uff41dmin", "ad min"]
    ):
        stranger = user_of(
            provider.sign(sub=f"stranger-{number}", preferred_username=called)
        )

        assert stranger != superuser
        assert stranger.username.lower().startswith("admin-")
        assert not stranger.is_superuser
        assert not stranger.is_staff


def test_the_subject_counts_and_not_the_name(provider):
    carol = user_of(provider.sign())

    renamed = user_of(provider.sign(preferred_username="carol.smith"))
    namesake = user_of(provider.sign(sub="carol-2"))
    other_case = user_of(provider.sign(sub="CAROL-1"))

    assert renamed == carol
    assert len({carol, namesake, other_case}) == 3


def test_another_issuers_subject_is_another_person(provider, settings):
    carol = user_of(provider.sign())
    settings.OIDC["ISSUER"] = "https://login.example/other"

    assert user_of(provider.sign(iss="https://login.example/other")) != carol


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("carol@example.com", "carol@example.com"),
        ("carol\0\n<b>", "carolb"),
        ("c" * 300, "c" * 150),
        ("  ", "user"),
        (None, "user"),
        (["carol"], "user"),
        ("李", "李"),
    ],
    ids=repr,
)
def test_names_are_made_to_fit(provider, called, name):
    user = user_of(provider.sign(preferred_username=called))

    assert user.username == name
    user.full_clean(exclude=["password"])


def test_a_long_name_that_is_taken_still_fits(provider):
    names = {
        user_of(provider.sign(sub=f"s-{n}", preferred_username="c" * 300)).username
        for n in range(3)
    }

    assert len(names) == 3
    assert max(map(len, names)) == 150


def test_which_claim_is_the_name_is_a_setting(provider, settings):
    settings.OIDC["NAME_CLAIM"] = "upn"

    assert user_of(provider.sign(upn="c.smith@example.com")).username == (
        "c.smith@example.com"
    )


def test_who_is_made_inactive_here_is_refused(provider):
    user = user_of(provider.sign())
    User.objects.filter(pk=user.pk).update(is_active=False)

    with pytest.raises(CredentialError) as refused:
        read_token(provider.sign())

    assert refused.value.code == "token_invalid"
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_first_requests_at_once_one_makes_the_user(mapped):
    token = mapped.sign(groups=["corp-viewers"])
    read_token(mapped.sign(sub="somebody else"))  # the keys are here

    def ask(_):
        try:
            return user_of(token).username
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(ask, range(8)))

    assert len(names) == 1
    assert Identity.objects.filter(subject="carol-1").count() == 1
    assert User.objects.count() == 2
    assert groups_of(User.objects.get(username=names.pop())) == {"Viewers"}


# --- What they may do -------------------------------------------------------------


def test_groups_follow_the_claim(mapped):
    now = int(time.time()) - 100
    token = mapped.sign(iat=now, groups=["corp-viewers", "corp-cooks"])
    user = user_of(token)
    assert groups_of(user) == {"Viewers"}
    assert not user.is_staff

    user = user_of(mapped.sign(iat=now + 1, groups=["corp-operators"]))
    assert groups_of(user) == {"Operators"}
    assert user.is_staff
    assert User.objects.get(pk=user.pk).is_staff

    user = user_of(mapped.sign(iat=now + 2, groups=None))
    assert groups_of(user) == set()
    assert not user.is_staff


def test_an_older_token_brings_nothing_back(mapped):
    now = int(time.time()) - 100
    old = mapped.sign(iat=now, groups=["corp-operators"])
    assert groups_of(user_of(old)) == {"Operators"}

    user_of(mapped.sign(iat=now + 50, groups=[]))

    user = user_of(old)
    assert groups_of(user) == set()
    assert not user.is_staff


def test_of_two_tokens_at_once_the_newer_one_decides(mapped):
    now = int(time.time()) - 100
    user_of(mapped.sign(iat=now, groups=[]))
    as_both_saw_it = Identity.objects.select_related("user").get()
    user = user_of(mapped.sign(iat=now + 50, groups=["corp-viewers"]))

    late = {"iat": now + 20, "groups": ["corp-operators"]}
    people._follow(as_both_saw_it, late)

    assert groups_of(user) == {"Viewers"}


def test_groups_that_the_settings_do_not_name_stay(mapped):
    now = int(time.time()) - 100
    user = user_of(mapped.sign(iat=now, groups=["corp-viewers"]))
    user.groups.add(Group.objects.get(name="Friends"))

    user_of(mapped.sign(iat=now + 1, groups=["Friends", "Operators"]))

    assert groups_of(user) == {"Friends"}


def test_without_a_mapping_nobody_is_put_in_a_group_or_among_staff(provider):
    user = user_of(provider.sign(groups=["Operators", "corp-operators"]))
    assert (groups_of(user), user.is_staff) == (set(), False)
    User.objects.filter(pk=user.pk).update(is_staff=True)

    assert user_of(provider.sign(iat=int(time.time()) + 1)).is_staff


@pytest.mark.parametrize(
    "claim", ["corp-viewers", ["corp-viewers"], ["corp-viewers", None, 5, {}, []]]
)
def test_a_claim_is_a_value_or_a_list_of_them(mapped, claim):
    assert groups_of(user_of(mapped.sign(groups=claim))) == {"Viewers"}


@pytest.mark.parametrize(
    "claim", [5, True, {"corp-viewers": 1}, ["", [["corp-viewers"]]]]
)
def test_any_other_claim_gives_nothing(mapped, claim):
    assert groups_of(user_of(mapped.sign(groups=claim))) == set()


def test_a_group_that_does_not_exist_is_named_in_the_log(mapped, settings, caplog):
    settings.OIDC["GROUPS"] = {"corp-viewers": "Viewerz"}

    assert groups_of(user_of(mapped.sign(groups=["corp-viewers"]))) == set()

    assert "Viewerz" in caplog.text


def test_nobody_becomes_superuser_by_a_claim(mapped):
    user = user_of(mapped.sign(is_superuser=True, groups=["corp-operators", "admin"]))

    assert not user.is_superuser


def test_who_was_given_a_password_here_needs_no_new_token(provider):
    user = user_of(provider.sign())
    user.set_password("one of theirs")
    user.save()

    assert user_of(provider.sign()) == user
