"""A bot in sixty lines, without any library: enough of one to talk to the page."""

import asyncio
from typing import Any, Self

import aiohttp

WELCOME = "Selamat datang di <b>Sapa Daya</b> 👋"
CHOICES = {
    "inline_keyboard": [
        [{"text": "Daftar", "callback_data": "daftar"}, {"text": "Status", "callback_data": "status"}],
        [{"text": "Penting", "callback_data": "penting"}, {"text": "Situs", "url": "https://example.go.id/"}],
    ]
}
ASK_NUMBER = {
    "keyboard": [[{"text": "Bagikan nomor", "request_contact": True}], [{"text": "Lewati"}]],
    "resize_keyboard": True,
    "input_field_placeholder": "Ketik nomor telepon",
}


class PageBot:
    """Polls, and answers as scripted until it is left."""

    def __init__(self, root: str, token: str) -> None:
        self.address = f"{root}/bot{token}"
        self.answers: dict[str, dict[str, Any]] = {}

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession()
        await self.call("setMyCommands", commands=[{"command": "status", "description": "Lihat status"}])
        self.listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)
        await self.http.close()

    async def call(self, method: str, **given: Any) -> Any:
        async with self.http.post(f"{self.address}/{method}", json=given) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def _listen(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await self._answer(update)

    async def _answer(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            await self._answer_press(query["id"], query["from"]["id"], query["data"])
        elif message := update.get("message"):
            await self._answer_message(message["chat"]["id"], message)

    async def _answer_press(self, query_id: str, chat: int, data: str) -> None:
        words = {"status": {"text": "Dalam proses"}, "penting": {"text": "Bawa KTP asli", "show_alert": True}}
        await self.call("answerCallbackQuery", callback_query_id=query_id, **words.get(data, {}))
        await self.call("sendMessage", chat_id=chat, text=f"Anda memilih {data}.")

    async def _answer_message(self, chat: int, message: dict[str, Any]) -> None:
        text = message.get("text", "")
        if text.startswith("/start"):
            await self.call("sendMessage", chat_id=chat, text=WELCOME, parse_mode="HTML", reply_markup=CHOICES)
        elif text == "nomor":
            await self.call("sendMessage", chat_id=chat, text="Nomor Anda?", reply_markup=ASK_NUMBER)
        elif "contact" in message:
            gone = {"remove_keyboard": True}
            await self.call("sendMessage", chat_id=chat, text="Nomor tersimpan.", reply_markup=gone)
        elif kind := next((kind for kind in ("photo", "document", "voice") if kind in message), ""):
            await self.call("sendMessage", chat_id=chat, text=f"Berkas diterima: {kind}.")
        else:
            await self.call("sendMessage", chat_id=chat, text=f"Anda menulis: {text}")
