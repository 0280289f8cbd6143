"""Simulates Telegram on loopback: the real Bot API over HTTP, and people who are moved by code or on a page.

    person (code, HTTP or page) ──acts──▶ world ──updates──▶ getUpdates / webhook ──▶ the bot
                                            ▲                                           │
                                            └────────── sendMessage … over HTTP ◀───────┘

In process:

    sandbox = Sandbox(token="9001:sandbox")        # now=…, state_dir=…, flood_limits=True
    async with sandbox.serve() as root:            # "http://127.0.0.1:PORT"; the page is at "/"
        bot = Bot(sandbox.token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot")
        sari = sandbox.add_person(first_name="Sari", phone="+6281255500001")
        sari.start("undangan")                     # /start undangan
        message = await sari.answer()              # the next message of the bot, waiting for it
        sari.press(message.id, message.buttons[0]["callback_data"])
        sari.tap("Kembali")                        # the button that has that label
        sari.received, sari.last, sari.messages    # what stands in the chat; Entry: id, text, buttons, labels

- ``Person``: send, start, edit, delete, forward, press (data may be forged), tap, tap_key, share_contact,
  send_contact, send_photo, send_document, send_voice, send_sticker, send_location, send_poll, send_album,
  react, block, unblock, deactivate. All plain calls.
- ``sandbox.add_group``, ``add_channel``, ``upgrade``, ``post_in_channel``, ``inject_raw_update``.
- ``sandbox.faults.add("send*", "reset_after", count=1)``, ``.seed(7)``, ``.latency_ms``, ``.clear()``.
- ``sandbox.flood.on``; ``sandbox.calls.of("sendMessage")``, ``sandbox.calls.counts["sendmessage 429"]``.
- ``sandbox.world.answer_within`` (seconds a press can be answered), ``sandbox.world.webhook.first_pause``.

As a process: ``python -m bot.sandbox --port 8081 --token 9001:x [--latency-ms 50] [--state-dir DIR]`` prints
``sandbox ready at http://127.0.0.1:8081``; then the same acts over HTTP under ``/sandbox/`` (people/actions.py,
people/routes.py).

What it does not do: other parse modes than HTML, inline queries, payments, topics. Message ids count in each
chat by itself, as in supergroups, so that no bot learns to rely on more.
"""

from bot.sandbox.chats import Chat, Entry
from bot.sandbox.people import Person
from bot.sandbox.people.account import BotIsBlockedError
from bot.sandbox.sandbox import Sandbox

__all__ = ["BotIsBlockedError", "Chat", "Entry", "Person", "Sandbox"]
