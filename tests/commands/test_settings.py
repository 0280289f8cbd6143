"""The settings: a sentence for each wrong one, and `.env.example` that says the same as the class."""

from pathlib import Path

import pytest

from bot.settings import HOUSE, BadSettings, Settings, nobody_reads, read_settings, settings_and_faults
from tests.commands.terminal import GOOD, forget_settings

WEBHOOK = {"SAPA_WEBHOOK_URL": "https://sapa.example/telegram", "SAPA_WEBHOOK_SECRET": "s3cret-s3cret"}
NOT_SET = "is not set: see .env.example for what it is."
WRONG = [
    ({"SAPA_BOT_TOKEN": ""}, f"SAPA_BOT_TOKEN {NOT_SET}"),
    ({"SAPA_BOT_TOKEN": "9001"}, "SAPA_BOT_TOKEN must look like 123456:ABC-DEF, as @BotFather gives it."),
    ({"SAPA_BOT_TOKEN": "9001:with a space"}, "SAPA_BOT_TOKEN must look like 123456:ABC-DEF, as @BotFather gives it."),
    ({"SAPA_SECRET_KEY": ""}, f"SAPA_SECRET_KEY {NOT_SET}"),
    ({"SAPA_SECRET_KEY": "k" * 31}, "SAPA_SECRET_KEY must be a text of at least 32 characters."),
    ({"SAPA_TELEGRAM_API": "api.telegram.org"}, "SAPA_TELEGRAM_API must begin with https:// or http:// and a host."),
    ({"SAPA_DATABASE_URL": "mysql://office"}, "SAPA_DATABASE_URL must begin with sqlite:// or postgresql://."),
    (
        {"SAPA_DATABASE_URL": "postgresql://sari:sword@fish@[::1/sapa"},
        "SAPA_DATABASE_URL must look like postgresql://user:password@host/name, with %40 for an @ in the password.",
    ),
    (
        {"SAPA_OFFICE_FILE": "kantor.yaml"},
        "SAPA_OFFICE_FILE must be a file called office.yaml, with the folder programmes beside it.",
    ),
    ({"SAPA_SEND_RATE": "fast"}, "SAPA_SEND_RATE must be a number, such as 28."),
    ({"SAPA_SEND_RATE": "inf"}, "SAPA_SEND_RATE must be a number, such as 28."),
    ({"SAPA_SEND_RATE": "-1"}, "SAPA_SEND_RATE must be 0 or more."),
    ({"SAPA_WEBHOOK_URL": "sapa.example"}, "SAPA_WEBHOOK_URL must begin with https:// or http:// and a host."),
    (
        WEBHOOK | {"SAPA_WEBHOOK_URL": "http://sapa.example", "SAPA_LISTEN": "127.0.0.1:8080"},
        "SAPA_WEBHOOK_URL must begin with https://.",
    ),
    (WEBHOOK, "SAPA_WEBHOOK_URL needs SAPA_LISTEN and SAPA_WEBHOOK_SECRET beside it."),
    ({"SAPA_WEBHOOK_SECRET": "with a space"}, "SAPA_WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -."),
    ({"SAPA_LISTEN": "8080"}, "SAPA_LISTEN must look like 127.0.0.1:8080."),
    ({"SAPA_LISTEN": "127.0.0.1:web"}, "SAPA_LISTEN must look like 127.0.0.1:8080."),
    ({"SAPA_LISTEN": "127.0.0.1:99999"}, "SAPA_LISTEN must look like 127.0.0.1:8080."),
    ({"SAPA_LOG_FORMAT": "xml"}, "SAPA_LOG_FORMAT must be text or json."),
]


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_settings(monkeypatch, tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("given", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_wrong_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    set_all(monkeypatch, GOOD | given)
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    assert str(refusal.value) == sentence


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"SAPA_SEND_RATE": "fast"} | WEBHOOK)
    _, wrong = settings_and_faults()
    assert set(wrong) == {"bot_token", "secret_key", "send_rate", "webhook_url"}


def test_no_sentence_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"SAPA_BOT_TOKEN": "swordfish", "SAPA_SECRET_KEY": "swordfish"})
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    assert "swordfish" not in str(refusal.value)


def test_two_settings_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, GOOD)
    assert read_settings().database == "sqlite:///var/sapa.db"


def test_a_file_called_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "SAPA_SEND_RATE=5", "SAPA_DATA_DIR=there"]))
    monkeypatch.setenv("SAPA_SEND_RATE", "7")
    settings = read_settings()
    assert (settings.send_rate, settings.data_dir) == (7, Path("there"))


def test_a_file_called_env_that_is_no_text_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SAPA_BOT_TOKEN=\xff\xfe")
    with pytest.raises(BadSettings, match=r"The file \.env cannot be read"):
        read_settings()


def test_the_lock_lies_beside_the_sqlite_file_that_it_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, GOOD | {"SAPA_DATABASE_URL": "sqlite:////srv/office/people.db"})
    assert read_settings().lock_file == Path("/srv/office/people.lock")


def test_a_slip_of_the_pen_in_a_name_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAPA_SENDRATE", "5")
    (tmp_path / ".env").write_text("SAPA_TOKEN=9001:aa")
    assert nobody_reads() == ["SAPA_SENDRATE", "SAPA_TOKEN"]


def test_the_example_names_every_setting_in_the_order_of_the_class() -> None:
    lines = (HOUSE / ".env.example").read_text().splitlines()
    names = [line.partition("=")[0] for line in lines if line.startswith("SAPA_")]
    assert names == [f"SAPA_{name.upper()}" for name in Settings.model_fields]


def test_a_copy_of_the_example_with_the_two_secrets_filled_in_is_valid(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text((HOUSE / ".env.example").read_text())
    set_all(monkeypatch, GOOD)
    assert read_settings() == Settings.model_validate(Settings(_env_file=None))  # type: ignore[call-arg]
