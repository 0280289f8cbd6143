"""The settings: a sentence for each wrong one, and `.env.example` that says the same as the class."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import (
    IN_FILES,
    PROJECT_ROOT,
    BadSettings,
    Settings,
    read_settings,
    settings_and_faults,
    unknown_names,
    variable,
    variables,
)
from tests.commands.terminal import SECRETS, forget_settings

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
    set_all(monkeypatch, SECRETS | given)
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
    set_all(monkeypatch, SECRETS)
    assert read_settings().database == "sqlite:///var/sapa.db"


def test_a_file_called_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in SECRETS.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "SAPA_SEND_RATE=5", "SAPA_DATA_DIR=there"]))
    monkeypatch.setenv("SAPA_SEND_RATE", "7")
    settings = read_settings()
    assert (settings.send_rate, settings.data_dir) == (7, Path("there"))


IN_A_FILE = {
    "bot_token": "9001:from_a_file",
    "secret_key": "a key from a file, of forty characters!!",
    "database_url": "postgresql://sari:swordfish@db/sapa",
    "webhook_secret": "s3cret-from-a-file",
}


def plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def lay_secrets(folder: Path) -> dict[str, str]:
    """A file for each secret, as `echo` writes it; returns the settings that name them."""
    for name, value in IN_A_FILE.items():
        (folder / name).write_text(f"{value}\n")
    return {f"{variable(name)}_FILE": str(folder / name) for name in IN_A_FILE}


def test_every_secret_may_stand_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, lay_secrets(tmp_path))
    settings = read_settings()
    assert {name: plain(getattr(settings, name)) for name in IN_A_FILE} == IN_A_FILE
    assert set(IN_A_FILE) == set(IN_FILES)


def test_what_is_secret_by_its_type_may_stand_in_a_file() -> None:
    secret = {name for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
    assert secret and secret <= set(IN_FILES)


def test_the_file_of_settings_names_files_of_secrets_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in lay_secrets(tmp_path).items()]
    (tmp_path / "office.env").write_text("\n".join(lines))
    monkeypatch.setenv("SAPA_ENV_FILE", str(tmp_path / "office.env"))
    assert read_settings().bot_token.get_secret_value() == IN_A_FILE["bot_token"]
    assert unknown_names() == []


@pytest.mark.parametrize("name", IN_FILES)
def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    set_all(monkeypatch, lay_secrets(tmp_path))
    monkeypatch.setenv(variable(name), IN_A_FILE[name])
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    setting = variable(name)
    assert str(refusal.value) == f"{setting} and {setting}_FILE are both set: keep one of them."


def no_file(file: Path) -> str:
    file.unlink()
    return "which cannot be read: No such file or directory."


def no_text(file: Path) -> str:
    file.write_bytes(b"\xff\xfeswordfish")
    return "which cannot be read: it is no UTF-8 text."


def no_word(file: Path) -> str:
    file.write_text(" \n")
    return "which is empty."


@pytest.mark.parametrize("spoil", [no_file, no_text, no_word])
def test_a_secret_that_cannot_be_had_from_its_file_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoil: Callable[[Path], str]
) -> None:
    set_all(monkeypatch, SECRETS | {"SAPA_SECRET_KEY": ""} | {"SAPA_SECRET_KEY_FILE": str(tmp_path / "key")})
    (tmp_path / "key").write_text("k" * 40)
    why = spoil(tmp_path / "key")
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    assert str(refusal.value) == f"SAPA_SECRET_KEY_FILE names {tmp_path / 'key'}, {why}"


def test_the_named_file_of_settings_is_read_instead_of_the_one_in_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_all(monkeypatch, SECRETS | {"SAPA_ENV_FILE": str(tmp_path / "office.env")})
    (tmp_path / "office.env").write_text("SAPA_SEND_RATE=5")
    (tmp_path / ".env").write_text("SAPA_SEND_RATE=9\nSAPA_LOG_FORMAT=json")
    settings = read_settings()
    assert (settings.send_rate, settings.log_format) == (5, "text")


def test_a_named_file_of_settings_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_all(monkeypatch, SECRETS | {"SAPA_ENV_FILE": "/nowhere/office.env"})
    with pytest.raises(BadSettings, match=r"^SAPA_ENV_FILE names /nowhere/office.env, which is not there\.$"):
        read_settings()


def test_a_file_called_env_that_is_no_text_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SAPA_BOT_TOKEN=\xff\xfe")
    with pytest.raises(BadSettings, match=r"The file \.env cannot be read"):
        read_settings()


def test_the_lock_lies_beside_the_sqlite_file_that_it_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, SECRETS | {"SAPA_DATABASE_URL": "sqlite:////srv/office/people.db"})
    assert read_settings().lock_file == Path("/srv/office/people.lock")


def test_a_slip_of_the_pen_in_a_name_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAPA_SENDRATE", "5")
    (tmp_path / ".env").write_text("SAPA_TOKEN=9001:aa")
    assert unknown_names() == ["SAPA_SENDRATE", "SAPA_TOKEN"]


def test_the_example_names_every_setting_in_the_order_of_the_class() -> None:
    lines = (PROJECT_ROOT / ".env.example").read_text().splitlines()
    names = [line.partition("=")[0] for line in lines if line.startswith("SAPA_")]
    assert names == variables()


def test_a_copy_of_the_example_with_the_two_secrets_filled_in_is_valid(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text((PROJECT_ROOT / ".env.example").read_text())
    set_all(monkeypatch, SECRETS)
    assert read_settings() == Settings.model_validate(Settings(_env_file=None))  # type: ignore[call-arg]
