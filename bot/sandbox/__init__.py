"""A Telegram on loopback: the real Bot API over HTTP, and people who are moved by code or on a page.

sandbox = Sandbox(token="9001:sandbox")
async with sandbox.serve() as root:                 # http://127.0.0.1:PORT
    bot = Bot(sandbox.token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot")
    sari = sandbox.add_person(first_name="Sari")
    sari.send("/start")
    message = await sari.answer()
    sari.press(message.id, message.buttons[0]["callback_data"])
"""

from bot.sandbox.chats import Chat, Entry
from bot.sandbox.people import Person
from bot.sandbox.people.identity import BotIsBlockedError
from bot.sandbox.sandbox import Sandbox

__all__ = ["BotIsBlockedError", "Chat", "Entry", "Person", "Sandbox"]
