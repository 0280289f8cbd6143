"""`.env.example` names every setting with its default, and nothing else."""

import pytest

from bot.settings import Settings, variables
from tests.shape.talks import ROOT


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_names_exactly_the_settings() -> None:
    assert list(example()) == variables()


def test_the_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled in as it stands, the example is the same as no setting at all (but for the two that must be set)."""
    must = {"bot_token": "1:made-up", "secret_key": "k" * 32}
    plain = Settings(_env_file=None, **must)  # type: ignore[arg-type, call-arg]
    shown = {name.removeprefix("SAPA_").lower(): value for name, value in example().items()}
    for name, value in {**shown, **must}.items():
        monkeypatch.setenv(f"SAPA_{name.upper()}", value)
    assert Settings(_env_file=None) == plain  # type: ignore[call-arg]
    assert {name for name, field in Settings.model_fields.items() if field.is_required()} == set(must)


def test_every_setting_is_explained_in_one_line_above_it() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        if "=" in line and not line.startswith("#"):
            assert lines[at - 1].startswith("# "), line
