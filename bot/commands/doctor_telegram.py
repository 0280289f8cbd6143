"""Asks Telegram for `sapa doctor` whether the token is known, updates reach the bot and the clocks agree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.bot_username import same_username
from bot.commands import doctor_storage
from bot.commands.doctor_probes import TIMEOUT, ProbeResponse, ToDo, call_api
from bot.settings import Settings
from bot.telegram_client import NOT_BOT_API

FRESH = timedelta(hours=1)
"""A failure of the webhook older than this no longer counts."""
CONTEST = 8
"""Seconds of asking for updates: longer than the libraries wait before they ask again after a 409."""


class TelegramProbes:
    """Checks beyond this machine; each raises ToDo with what to do."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._me: ProbeResponse | None = None
        self._told_at = now()

    async def token(self, printed_name: str | None) -> str:
        """Check that Telegram knows the token, and that it is that of the bot named in office.yaml."""
        self._me, self._told_at = await self._ask("getMe"), self._now()
        if self._me.status in {401, 404}:
            raise ToDo("Telegram does not know SAPA_BOT_TOKEN: ask @BotFather for the token.")
        name = str(self._me.result.get("username"))
        if printed_name and not same_username(name, printed_name):
            told = f"/resmi tells people to trust @{printed_name}"
            raise ToDo(f"Telegram knows the bot as @{name}, but {told}: mend bot: username in office.yaml.")
        return f"Telegram knows the bot as @{name}."

    async def updates(self, *, may_ask: bool) -> str:
        """Check how updates reach the bot; `may_ask`: poll, to see whether another program polls too."""
        self._known()
        info = (await self._ask("getWebhookInfo")).result
        self._check_address(str(info.get("url") or ""))
        failed_at = datetime.fromtimestamp(info.get("last_error_date", 0), UTC)
        if info.get("url") and self._now() - failed_at < FRESH:
            raise ToDo(f"Telegram could not bring updates: {info.get('last_error_message')}")
        waiting = f"{info.get('pending_update_count', 0)} updates wait"
        if self._settings.webhook_url:
            return f"Telegram brings them to {self._settings.webhook_url}; {waiting}."
        if may_ask:
            await self._contest()
        return f"the bot asks for them, and no webhook is in the way; {waiting}."

    def _check_address(self, stands: str) -> None:
        wanted = self._settings.webhook_url
        if stands == wanted:
            return
        if not wanted:
            raise ToDo(f"a webhook is set ({stands}); sapa run takes it away. Does another program use this token?")
        instead = f"brings updates to {stands}" if stands else "has no webhook"
        raise ToDo(f"Telegram {instead}, not to SAPA_WEBHOOK_URL ({wanted}): sapa run sets it at its start.")

    async def _contest(self) -> None:
        """Poll for as long as another poller needs to come back and be refused, or refuse us (409)."""
        answer = await self._ask("getUpdates", {"timeout": CONTEST, "limit": 1})
        if answer.status == 409:
            raise ToDo("another program asks for this bot's updates: stop it, or take a new token from @BotFather.")

    def clock(self) -> str:
        """Compare the clock of this machine, as it was when Telegram answered, with the date of that answer."""
        date = self._known().date
        if date is None:
            return "Telegram did not say what time it is."
        doctor_storage.compare_clocks(self._told_at, date, "Telegram")
        return "agrees with Telegram's."

    def _known(self) -> ProbeResponse:
        if self._me is None or not self._me.result:
            raise ToDo("not looked at: first mend the token or the way to Telegram.")
        return self._me

    async def _ask(self, method: str, body: dict[str, Any] | None = None) -> ProbeResponse:
        try:
            return await call_api(f"{self._settings.api_root}/{method}", body or {}, seconds=TIMEOUT + CONTEST)
        except ToDo as problem:
            if str(problem).startswith(NOT_BOT_API):
                raise
            raise ToDo(f"{self._settings.telegram_api} cannot be reached ({problem}): is the network up?") from None
