from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken

from customer_admin.second_factor import encryption
from customer_admin.second_factor.errors import SecondFactorRefused


def test_what_was_encrypted_is_read_again():
    assert encryption.decrypt(encryption.encrypt(b"secret")) == b"secret"


def test_the_encrypted_form_shows_nothing_and_differs_each_time():
    first, second = encryption.encrypt(b"a secret of some length"), encryption.encrypt(b"a secret of some length")
    assert "secret" not in first
    assert first != second


def test_a_fallback_key_still_reads_what_it_encrypted(settings: Any):
    settings.SECRET_KEY = "old"
    encrypted = encryption.encrypt(b"secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["older", "old"]
    assert encryption.decrypt(encrypted) == b"secret"


def test_without_its_key_a_secret_is_refused_by_name(settings: Any):
    settings.SECRET_KEY = "old"
    encrypted = encryption.encrypt(b"secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", []
    with pytest.raises(SecondFactorRefused, match="Ask a manager"):
        encryption.decrypt(encrypted)


def test_a_renewed_secret_no_longer_needs_the_fallback(settings: Any):
    settings.SECRET_KEY = "old"
    encrypted = encryption.encrypt(b"secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    renewed = encryption.renewed(encrypted)
    settings.SECRET_KEY_FALLBACKS = []
    assert encryption.decrypt(renewed) == b"secret"


def test_the_secret_key_itself_opens_nothing(settings: Any):
    settings.SECRET_KEY = Fernet.generate_key().decode()
    encrypted = encryption.encrypt(b"secret")
    with pytest.raises(InvalidToken):
        Fernet(settings.SECRET_KEY).decrypt(encrypted)


def test_a_digest_matches_under_a_fallback_key_and_not_without_it(settings: Any):
    settings.SECRET_KEY = "old"
    stored = encryption.digest("code", purpose="test")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert encryption.matches("code", stored, purpose="test")
    assert not encryption.matches("cod", stored, purpose="test")
    settings.SECRET_KEY_FALLBACKS = []
    assert not encryption.matches("code", stored, purpose="test")


def test_a_digest_for_one_purpose_does_not_match_another():
    stored = encryption.digest("code", purpose="of one user")
    assert not encryption.matches("code", stored, purpose="of another")
