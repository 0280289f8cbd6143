// One message as a bubble, with whatever it carries and the buttons under it.

import { button, disclosure, drawing, el, freshId, iconButton, spoken } from "./dom.js";
import { formatted } from "./formatted.js";
import { attachments } from "./attachments.js";
import { summary } from "./summary.js";
import { clockTime, say } from "./words.js";

/** What a bubble may ask for: `hands` = {press, command, copy, reply, edit, remove}. */
export function bubble(entry, personName, hands, pinned) {
  const { message } = entry;
  const mine = !entry.from_bot;
  const heading = freshId("by");
  const said = words(message, hands);
  const box = el(
    "article",
    { class: `bubble ${mine ? "mine" : "theirs"}${message.has_protected_content ? " protected" : ""}`, "data-message": message.message_id, tabindex: "-1", "aria-labelledby": heading, "aria-describedby": said?.id },
    el("h3", { id: heading, class: "spoken" }, `${mine ? personName : say("bot")}, ${clockTime(message.date)}`),
    message.forward_origin && el("p", { class: "origin" }, say("forwarded", originName(message.forward_origin))),
    message.reply_to_message && quote(message.reply_to_message),
    attachments(message),
    said,
    el("footer", {}, footer(entry, pinned)),
    actions(entry, mine, hands),
  );
  const keyboard = message.reply_markup?.inline_keyboard;
  return el("div", { class: `turn ${mine ? "mine" : "theirs"}` }, box, keyboard && inlineKeyboard(message, keyboard, hands));
}

function words(message, hands) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  return el("div", { class: "words", id: freshId("words") }, formatted(text, message.entities ?? message.caption_entities, hands.command));
}

function quote(quoted) {
  return el("blockquote", { class: "quoted" }, spoken(`${say("quoting")} `), el("span", { class: "quoted-name" }, quoted.from?.first_name ?? ""), el("span", { class: "quoted-text" }, summary(quoted)));
}

function originName(origin) {
  return origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? "";
}

function footer({ message, phone }, pinned) {
  return [
    phone.reaction && el("span", { class: "reaction", role: "img", "aria-label": say("reaction", phone.reaction) }, phone.reaction),
    pinned && el("span", {}, say("pinned")),
    message.has_protected_content && el("span", { class: "lock", title: say("protectedNote") }, drawing("lock"), spoken(say("protectedNote"))),
    phone.edited && el("span", {}, say("edited")),
    el("time", { datetime: new Date(message.date * 1000).toISOString(), "aria-hidden": "true" }, clockTime(message.date)),
  ];
}

function actions(entry, mine, hands) {
  const text = entry.message.text ?? entry.message.caption ?? "";
  const opener = iconButton("more", say("actions"), () => {}, { class: "round small", tabindex: "-1" });
  const copyable = text && !entry.message.has_protected_content;
  const panel = el(
    "div",
    { class: "menu" },
    button(say("reply"), () => hands.reply(entry)),
    copyable && button(say("copy"), () => hands.copy(text)),
    mine && text && button(say("edit"), () => hands.edit(entry)),
    button(say("remove"), () => hands.remove(entry)),
  );
  return disclosure(opener, panel);
}

function inlineKeyboard(message, rows, hands) {
  return el("div", { class: "inline-keyboard" }, rows.map((row) => el("div", { class: "key-row" }, row.map((key) => inlineKey(message, key, hands)))));
}

function inlineKey(message, key, hands) {
  if (key.url) {
    const outside = [key.text, drawing("out"), spoken(`, ${say("opensOutside")}`)];
    return el("a", { class: "key", href: key.url, target: "_blank", rel: "noopener noreferrer" }, outside);
  }
  const style = ["primary", "success", "danger"].includes(key.style) ? ` ${key.style}` : "";
  if (key.copy_text) {
    return el("button", { type: "button", class: `key${style}`, onclick: () => hands.copy(key.copy_text.text) }, key.text, drawing("copy"), spoken(`, ${say("copies")}`));
  }
  return el("button", { type: "button", class: `key${style}`, "data-data": key.callback_data ?? "", onclick: () => hands.press(message.message_id, key.callback_data) }, key.text);
}

/** Show or end the waiting sign on a pressed button. */
export function markBusy(log, messageId, data, busy) {
  const turn = log.querySelector(`[data-message="${messageId}"]`)?.parentElement;
  for (const key of turn?.querySelectorAll("[data-data]") ?? []) {
    if (key.dataset.data === data) key.setAttribute("aria-busy", String(busy));
  }
}

