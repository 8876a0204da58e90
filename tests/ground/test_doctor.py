"""The doctor names what is missing and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import doctor
from config import Config
from tests.services import Server


def findings(config: Config) -> dict[str, list[doctor.Finding]]:
    found: dict[str, list[doctor.Finding]] = {}
    for finding in doctor.examine(config):
        found.setdefault(finding.about, []).append(finding)
    return found


def settings(folder: Path, **given: object) -> Config:
    return Config.from_env({}, ENV="test", INSTANCE=folder, **given)


def test_a_good_machine_prints_the_rare_characters(tmp_path: Path) -> None:
    (printing,) = findings(settings(tmp_path))["printing"]
    assert printing.good, printing
    assert "浉" in printing.says


def test_fonts_that_were_not_built(tmp_path: Path) -> None:
    (fonts,) = findings(settings(tmp_path, FONTS=tmp_path / "none"))["fonts"]
    assert fonts.good is False
    assert "./run setup" in fonts.mend


def test_a_database_that_is_away_and_one_that_is_empty(tmp_path: Path, postgres_url: str) -> None:
    (away,) = findings(settings(tmp_path, DATABASE_URL="postgresql+psycopg://u@127.0.0.1:1/x"))["database"]
    assert away.good is False
    assert "TQ_DATABASE_URL" in away.mend
    empty = findings(settings(tmp_path, DATABASE_URL=postgres_url))
    assert [f for f in empty["database"] if f.good is True]
    (migrations,) = empty["migrations"]
    assert migrations.good is False
    assert "at nothing" in migrations.says


def test_synchronous_commit_off_is_a_fault(tmp_path: Path, postgres_url: str) -> None:
    # The servers of the tests run without it, for speed; in an office it loses accepted acts (promise R08).
    said = [f.says for f in findings(settings(tmp_path, DATABASE_URL=postgres_url))["database"] if f.good is False]
    assert any("synchronous_commit" in line for line in said)


def test_redis_there_and_away(tmp_path: Path, redis_server: Server) -> None:
    (there,) = findings(settings(tmp_path, REDIS_URL=redis_server.url))["redis"]
    assert there.good
    (away,) = findings(settings(tmp_path, REDIS_URL=f"unix://{tmp_path}/none.sock"))["redis"]
    assert away.good is False


def test_keys_that_others_may_read(tmp_path: Path) -> None:
    config = settings(tmp_path)
    (tmp_path / "keys.json").chmod(0o644)
    (keys,) = findings(config)["keys"]
    assert keys.good is False
    assert "chmod 600" in keys.mend


def test_a_check_that_breaks_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(config: Config) -> list[doctor.Finding]:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(doctor, "folders", broken)
    (fault,) = findings(settings(tmp_path))["broken"]
    assert "no such luck" in fault.says


def test_the_report_ends_with_an_honest_code(tmp_path: Path) -> None:
    lines: list[str] = []
    assert doctor.report(settings(tmp_path, FONTS=tmp_path / "none"), lines.append) == 1
    assert any(line.startswith("BAD") for line in lines)
    assert lines[-1].endswith("to mend.")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file stands in the way")
    (files,) = findings(settings(tmp_path))["files"]
    assert files.good is False
    assert str(tmp_path / "blobs") in files.says
