"""Settings: the environment is the only source, every fault is named, production refuses what is unsafe (S16)."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from config import ROOT, BadConfig, Config, describe

SAFE = {
    "TQ_ENV": "production",
    "TQ_SECRET_KEY": "h5Zc0b1qk7vV3nR8xW2mLs9yTfJ4uDgQ",
    "TQ_INDEX_KEY": "Qz8rT1wYb5nC7kM3vX9sL2pJ6hF4gDaE",
    "TQ_DATA_KEYS": "k1:" + "A" * 43 + "=",
    "TQ_DATABASE_URL": "postgresql://tiequan:pw@db/tiequan",
    "TQ_REDIS_URL": "redis://:pw@queue:6379/0",
    "TQ_BASE_URL": "https://tiequan.example.cn",
}


def faults(**changed: str) -> list[str]:
    with pytest.raises(BadConfig) as refused:
        Config.from_env(SAFE | changed)
    return refused.value.faults


def test_safe_production_settings_start_and_are_strict() -> None:
    config = Config.from_env(SAFE)
    assert config.SESSION_COOKIE_SECURE
    assert config.SESSION_COOKIE_NAME == "__Host-tiequan"
    assert config.TRUSTED_HOSTS == ["tiequan.example.cn"]
    assert not config.REHEARSAL_ACCOUNTS
    assert {"head", "principal"} <= set(config.TOTP_POSTS)
    assert config.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://tiequan:pw@db/tiequan"
    assert config.SQLALCHEMY_ENGINE_OPTIONS["connect_args"]["prepare_threshold"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TQ_SECRET_KEY", ""),
        ("TQ_SECRET_KEY", "tiequan"),
        ("TQ_SECRET_KEY", "short-but-not-known"),
        ("TQ_SECRET_KEY", "a" * 64),
        ("TQ_SECRET_KEY", "please-change-me-please-change-me-please"),
        ("TQ_INDEX_KEY", ""),
        ("TQ_DATA_KEYS", ""),
        ("TQ_DEBUG", "1"),
        ("TQ_DATABASE_URL", ""),
        ("TQ_DATABASE_URL", "sqlite:////srv/tiequan.db"),
        ("TQ_DATABASE_URL", "postgresql://postgres:pw@db/tiequan"),
        ("TQ_REDIS_URL", ""),
        ("TQ_REDIS_URL", "redis://queue:6379/0"),
        ("TQ_REHEARSAL_ACCOUNTS", "1"),
        ("TQ_BASE_URL", ""),
        ("TQ_BASE_URL", "http://tiequan.example.cn"),
    ],
)
def test_production_refuses(name: str, value: str) -> None:
    found = faults(**{name: value})
    assert [f for f in found if f.startswith(name)] == found, found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TQ_ENV", "prod"),
        ("TQ_SESSION_IDLE", "0"),
        ("TQ_SESSION_IDLE", "half an hour"),
        ("TQ_SESSION_IDLE", "721"),  # longer than the absolute limit
        ("TQ_UPLOAD_CAP", "-5"),
        ("TQ_UPLOAD_CAP", "１００"),
        ("TQ_BIND", "8000"),
        ("TQ_BIND", "localhost:99999"),
        ("TQ_DATABASE_URL", "mysql://db/tiequan"),
        ("TQ_REDIS_URL", "http://queue"),
        ("TQ_DATA_KEYS", "k1:short"),
        ("TQ_DATA_KEYS", "k1:" + "A" * 43 + "=,k1:" + "B" * 43 + "="),
        ("TQ_PASSWORD_PROFILE", "weak"),
        ("TQ_MAIL", "ftp://mail"),
        ("TQ_PROXIES", "many"),
        ("TQ_DEBUG", "perhaps"),
        ("TQ_SESION_IDLE", "30"),  # a typing error must not silently do nothing
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as refused:
        Config.from_env({"TQ_INSTANCE": str(tmp_path), name: value})
    (fault,) = refused.value.faults
    assert fault.startswith(name)


def test_every_fault_is_told_at_once() -> None:
    assert len(faults(TQ_SECRET_KEY="x", TQ_DEBUG="1", TQ_REDIS_URL="", TQ_PROXIES="x")) == 4


def test_values_are_of_their_type(tmp_path: Path) -> None:
    given = {"TQ_INSTANCE": str(tmp_path), "TQ_SESSION_IDLE": "15", "TQ_HOSTS": "a.cn, b.cn", "TQ_LEGAL_OPINION": "yes"}
    config = Config.from_env(given | {"TQ_BIND": "0.0.0.0:80"})
    assert config.SESSION_IDLE == timedelta(minutes=15)
    assert config.LEGAL_OPINION is True
    assert config.TRUSTED_HOSTS[1:3] == ["a.cn", "b.cn"]


def test_a_rehearsal_copy_keeps_the_keys_it_made(tmp_path: Path) -> None:
    first = Config.from_env({"TQ_INSTANCE": str(tmp_path)})
    again = Config.from_env({"TQ_INSTANCE": str(tmp_path)})
    assert (first.SECRET_KEY, first.DATA_KEYS, first.INDEX_KEY) == (again.SECRET_KEY, again.DATA_KEYS, again.INDEX_KEY)
    assert len(first.SECRET_KEY) >= 32
    assert [len(key) for key in first.data_keys().values()] == [32]
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    other = Config.from_env({"TQ_INSTANCE": str(tmp_path / "other")})
    assert other.SECRET_KEY != first.SECRET_KEY


def test_production_makes_no_keys(tmp_path: Path) -> None:
    faults(TQ_INSTANCE=str(tmp_path), TQ_SECRET_KEY="")
    assert list(tmp_path.iterdir()) == []


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    with pytest.raises(BadConfig, match="TQ_INSTANCE is too long"):
        Config.from_env({"TQ_INSTANCE": str(deep)})


def test_damaged_keys_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text('{"SECRET_KEY": ')
    with pytest.raises(BadConfig, match="damaged"):
        Config.from_env({"TQ_INSTANCE": str(tmp_path)})
    assert (tmp_path / "keys.json").read_text() == '{"SECRET_KEY": '


def test_the_page_of_settings_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == describe(), "python -m config > docs/settings.md"
