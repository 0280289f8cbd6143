"""Tells Telegram how updates reach the bot, and its menus: repeats each call, with back-off, until it is accepted.

    setWebhook or deleteWebhook ──taken──▶ menus ──taken──▶ with a webhook: looks every minute whether it still stands

The first thing that the leader does; only the first getUpdates waits for it, which would be refused
while an earlier webhook is set.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import structlog

from bot.settings import Settings
from bot.telegram_client import NOT_BOT_API, AnswerLost, NotBotApi, NotSent, TelegramClient
from bot.telegram_errors import BAD_TOKEN, TelegramFailure, call_or_failure
from bot.trouble import Kind, troubles
from bot.update_receiver import ALLOWED

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
WEBHOOK_CHECK_SECONDS = 60.0
"""Seconds between looks at the webhook, which any program with the token may change."""
WEBHOOK = "webhook"


class SetupCall(NamedTuple):
    """One call that tells Telegram a setting of the bot."""

    kind: Kind
    method: str
    body: dict[str, Any]


class TelegramSetup:
    """Runs until everything is accepted; then it checks the webhook. `heard`: called after each successful response."""

    def __init__(
        self,
        settings: Settings,
        client: TelegramClient,
        menus: Iterable[tuple[str, dict[str, Any]]],
        heard: Callable[[], None],
    ) -> None:
        """`menus`: the calls, as method and body, that tell Telegram the commands."""
        self._settings, self._client, self._menus, self._heard = settings, client, menus, heard
        self.has_tried = asyncio.Event()
        """Set after the first call that tells Telegram how updates reach the bot, accepted or not."""

    async def run(self) -> None:
        await self._apply([self._webhook_call()])
        await self._apply(SetupCall(Kind.MENUS, method, body) for method, body in self._menus)
        while self._settings.webhook_url:
            await asyncio.sleep(WEBHOOK_CHECK_SECONDS)
            await self._check_webhook()

    def _webhook_call(self) -> SetupCall:
        url = self._settings.webhook_url
        if not url:
            return SetupCall(Kind.WEBHOOK, "deleteWebhook", {})
        secret = self._settings.webhook_secret.get_secret_value()
        return SetupCall(Kind.WEBHOOK, "setWebhook", {"url": url, "secret_token": secret, "allowed_updates": ALLOWED})

    async def _apply(self, settings: Iterable[SetupCall]) -> None:
        """Tell Telegram some settings; repeat those that it refuses, with back-off."""
        pause, left = FIRST_PAUSE, list(settings)
        while left := [one for one in left if not await self._is_accepted(one)]:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _is_accepted(self, setting: SetupCall) -> bool:
        about = f"{setting.method} {setting.body.get('scope', '')} {setting.body.get('language_code', '')}"
        reason = await self._refusal(setting)
        self.has_tried.set()
        if reason is None:
            troubles().over(setting.kind, about)
            return True
        troubles().begun(
            setting.kind, f"Telegram did not take {setting.method}; it is told again.", about, reason=reason
        )
        return False

    async def _refusal(self, setting: SetupCall) -> str | None:
        """Return why Telegram refused a setting; None where it accepted."""
        try:
            answer = await self._client.call(setting.method, setting.body)
        except (NotSent, AnswerLost) as error:
            return NOT_BOT_API if isinstance(error, NotBotApi) else f"it cannot be reached ({error})"
        if answer.ok:
            return None
        return BAD_TOKEN if answer.status in {401, 404} else answer.description

    async def _check_webhook(self) -> None:
        """Set the webhook again if it is no longer the one of the settings."""
        answer = await call_or_failure(self._client.call("getWebhookInfo", {}), WEBHOOK)
        if isinstance(answer, TelegramFailure):
            return
        self._heard()
        if answer.result["url"] != self._settings.webhook_url:
            log.warning("Another program changed the webhook; it is set again.")
            await self._apply([self._webhook_call()])
