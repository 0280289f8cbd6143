"""The settings: the only reader of the environment. `.env.example` explains each in one line and mirrors it."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

HOUSE = Path(__file__).resolve().parent.parent
LEAST_KEY = 32


class BadSettings(Exception):
    """One plain sentence for whoever starts the bot."""


def long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < LEAST_KEY:
        raise ValueError(f"must be a text of at least {LEAST_KEY} characters")
    return key


def looks_like_a_token(token: SecretStr) -> SecretStr:
    number, _, rest = token.get_secret_value().partition(":")
    if not (number.isdigit() and rest):
        raise ValueError("must look like 123456:ABC-DEF, as @BotFather gives it")
    return token


def a_web_root(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return url.rstrip("/")


class Settings(BaseSettings):
    """What an installation decides. Every name here has its line in `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="SAPA_", env_file=".env", frozen=True, extra="ignore")

    bot_token: Annotated[SecretStr, AfterValidator(looks_like_a_token)]
    secret_key: Annotated[SecretStr, AfterValidator(long_enough)]
    telegram_api: Annotated[str, AfterValidator(a_web_root)] = "https://api.telegram.org"
    data_dir: Path = Path("var")
    database_url: str = ""
    office_file: Path = HOUSE / "data" / "office.yaml"
    send_rate: float = Field(default=28, ge=0)
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    listen: str = ""
    log_format: str = Field(default="text", pattern="^(text|json)$")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'sapa.db'}"

    @property
    def api_root(self) -> str:
        """The root that a method name is put behind."""
        return f"{self.telegram_api}/bot{self.bot_token.get_secret_value()}"


def read_settings() -> Settings:
    """The settings of this environment; raises BadSettings with a sentence that names each wrong one."""
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        raise BadSettings(" ".join(sentence(problem) for problem in error.errors())) from None


def sentence(problem: object) -> str:
    assert isinstance(problem, dict)
    name = f"SAPA_{str(problem['loc'][0]).upper()}"
    if problem["type"] == "missing":
        return f"{name} is not set: see .env.example for what it is."
    return f"{name} {problem['msg'].removeprefix('Value error, ')}."
