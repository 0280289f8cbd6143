"""Reads the settings; nothing else reads the environment. `.env.example` explains each in one line and mirrors it."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"
LEAST_KEY = 32
PREFIX = "SAPA_"
ENV_FILE = "SAPA_ENV_FILE"
"""Names the file that the settings are read from beside the environment; it stands in the environment alone."""
IN_FILES = ("bot_token", "secret_key", "database_url", "webhook_secret")
"""What is secret: <NAME>_FILE may name a file that holds it, as Docker's own images and systemd's credentials do."""


class BadSettings(Exception):
    """One plain sentence for the operator who starts the bot."""


def long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < LEAST_KEY:
        raise ValueError(f"must be a text of at least {LEAST_KEY} characters")
    return key


def looks_like_a_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token.get_secret_value()):
        raise ValueError("must look like 123456:ABC-DEF, as @BotFather gives it")
    return token


def a_web_root(url: str) -> str:
    if url and not re.match(r"https?://[^/\s]+", url):
        raise ValueError("must begin with https:// or http:// and a host")
    return url.rstrip("/")


def a_database(url: str) -> str:
    if url and not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", url):
        raise ValueError("must begin with sqlite:// or postgresql://")
    if url and not is_whole(url):
        raise ValueError("must look like postgresql://user:password@host/name, with %40 for an @ in the password")
    return url


def is_whole(url: str) -> bool:
    from sqlalchemy.engine import make_url  # loaded only where a URL is given
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
    except (ArgumentError, ValueError):
        return False
    return True


def an_office_file(file: Path) -> Path:
    if file.name != "office.yaml":
        raise ValueError("must be a file called office.yaml, with the folder programmes beside it")
    return file


def a_secret_header(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret.get_secret_value()):
        raise ValueError("must be 1 to 256 letters, digits, _ or -")
    return secret


def a_listen_address(listen: str) -> str:
    host, colon, port = listen.rpartition(":")
    if listen and not (colon and host and port.isdecimal() and 0 < int(port) < 65_536):
        raise ValueError("must look like 127.0.0.1:8080")
    return listen


class Settings(BaseSettings):
    """What an installation decides. Every name here has its line in `.env.example`; an empty one is not set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    bot_token: Annotated[SecretStr, AfterValidator(looks_like_a_token)]
    secret_key: Annotated[SecretStr, AfterValidator(long_enough)]
    telegram_api: Annotated[str, AfterValidator(a_web_root)] = TELEGRAM
    data_dir: Path = Path("var")
    database_url: Annotated[str, AfterValidator(a_database)] = ""
    office_file: Annotated[Path, AfterValidator(an_office_file)] = PROJECT_ROOT / "data" / "office.yaml"
    send_rate: float = Field(default=28, ge=0, allow_inf_nan=False)
    webhook_url: Annotated[str, AfterValidator(a_web_root)] = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(a_secret_header)] = SecretStr("")
    listen: Annotated[str, AfterValidator(a_listen_address)] = ""
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="after")
    def _a_webhook_is_whole(self) -> "Settings":
        if not self.webhook_url:
            return self
        if not self.webhook_url.startswith("https://") and not self._is_own_server_beside_us():
            raise ValueError("SAPA_WEBHOOK_URL must begin with https://")
        if not (self.listen and self.webhook_secret.get_secret_value()):
            raise ValueError("SAPA_WEBHOOK_URL needs SAPA_LISTEN and SAPA_WEBHOOK_SECRET beside it")
        return self

    def _is_own_server_beside_us(self) -> bool:
        """Return whether the webhook's host is this machine: only there may a Bot API server call without TLS."""
        host = urlsplit(self.webhook_url).hostname
        return self.telegram_api != TELEGRAM and host in {"127.0.0.1", "::1", "localhost"}

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'sapa.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """Return the file of an SQLite database; None with PostgreSQL."""
        scheme, _, place = self.database.partition(":///")
        return Path(place.partition("?")[0]) if scheme.startswith("sqlite") else None

    @property
    def lock_file(self) -> Path:
        """Return the lock file: beside the SQLite file that it guards, independent of SAPA_DATA_DIR."""
        return (self.sqlite_file or self.data_dir / "sapa.db").with_suffix(".lock")

    def make_folders(self) -> None:
        """Create the folders in which the bot will write. Raises OSError."""
        for folder in {self.data_dir, self.lock_file.parent}:
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def api_root(self) -> str:
        """Return the root to which a method name is appended."""
        return f"{self.telegram_api}/bot{self.bot_token.get_secret_value()}"


STAND_INS: dict[str, Any] = {"bot_token": SecretStr("0:none"), "secret_key": SecretStr("-" * LEAST_KEY)}
ERROR_TEXTS = {
    "missing": "is not set: see .env.example for what it is",
    "float_parsing": "must be a number, such as 28",
    "finite_number": "must be a number, such as 28",
    "greater_than_equal": "must be 0 or more",
    "literal_error": "must be text or json",
}


def read_settings(*needed: str) -> Settings:
    """Read the settings of this environment; raises BadSettings with a sentence for each wrong one.

    `needed`: the only ones that count, where a command does with some; the others have stand-ins where they are wrong.
    """
    settings, found = settings_and_faults()
    wrong = [said for name, said in found.items() if not needed or name in needed]
    if wrong:
        raise BadSettings(" ".join(wrong))
    return settings


def settings_and_faults() -> tuple[Settings, dict[str, str]]:
    """Read the settings, with a stand-in for each wrong one, and a sentence for each; for `sapa doctor`."""
    file = env_file()
    try:
        given = values_of(file)
        from_files, wrong = secrets_in_files(given)
        while True:
            try:
                values = from_files | {name: stand_in(name) for name in wrong}
                return Settings(_env_file=file, **values), wrong  # type: ignore[call-arg]
            except ValidationError as error:
                wrong |= dict(name_and_sentence(problem) for problem in error.errors())
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"The file {file} cannot be read: {reason(error)}.") from None


def env_file() -> Path:
    """Find the file of settings: the one that SAPA_ENV_FILE names, or `.env` in this folder. Raises BadSettings."""
    named = os.environ.get(ENV_FILE, "")
    file = Path(named or ".env")
    try:
        if not file.exists() and named:
            raise BadSettings(f"{ENV_FILE} names {file}, which is not there.")
    except OSError as error:
        raise BadSettings(f"The file {file} cannot be read: {reason(error)}.") from None
    return file


def values_of(file: Path) -> dict[str, str]:
    """Merge the environment and the file of settings; the environment wins, an empty value counts as missing."""
    in_file = dotenv_values(file) if file.exists() else {}
    return {name: value for name, value in (in_file | os.environ).items() if value}


def secrets_in_files(given: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Read the secrets that stand in files of their own, and a sentence for each that cannot be read."""
    values: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name in IN_FILES:
        setting = variable(name)
        if not (file := given.get(f"{setting}_FILE")):
            continue
        try:
            values[name] = secret_in(setting, file, given)
        except ValueError as error:
            wrong[name] = str(error)
    return values, wrong


def secret_in(setting: str, file: str, given: dict[str, str]) -> str:
    """Read a secret's file, without the line's end. Raises ValueError with a sentence."""
    if setting in given:
        raise ValueError(f"{setting} and {setting}_FILE are both set: keep one of them.")
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{setting}_FILE names {file}, which cannot be read: {reason(error)}.") from None
    if not value:
        raise ValueError(f"{setting}_FILE names {file}, which is empty.")
    return value


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Return the reason without the bytes of the file: they may be a secret."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is no UTF-8 text"


def variable(name: str) -> str:
    """Return the name of a setting in the environment."""
    return f"{PREFIX}{name.upper()}"


def variables() -> list[str]:
    """List every name that may stand in the file of settings, in the order of the class."""
    names: list[str] = []
    for name in Settings.model_fields:
        names.append(variable(name))
        names += [f"{variable(name)}_FILE"] * (name in IN_FILES)
    return names


def stand_in(name: str) -> Any:
    return STAND_INS.get(name, Settings.model_fields[name].default)


def name_and_sentence(problem: Any) -> tuple[str, str]:
    said = ERROR_TEXTS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    if not problem["loc"]:  # settings that contradict each other; the sentence names them itself
        return "webhook_url", f"{said}."
    name = str(problem["loc"][0])
    return name, f"{variable(name)} {said}."


def files_with_secrets() -> list[Path]:
    """List the file of settings and the files of single secrets, those that exist."""
    given = values_of(env_file())
    named = [given[f"{variable(name)}_FILE"] for name in IN_FILES if f"{variable(name)}_FILE" in given]
    return [file for file in (env_file(), *map(Path, named)) if file.exists()]


def unknown_names() -> list[str]:
    """List names like ours in the environment that are no setting, perhaps typing errors."""
    ours = {*variables(), ENV_FILE}
    given = {*os.environ, *dotenv_values(env_file())}
    return sorted(name for name in given if name.startswith(PREFIX) and name not in ours)


def has_display() -> bool:
    """Return whether there is a desktop; without one, a text browser would take over this terminal."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
