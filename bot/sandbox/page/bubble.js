// One message as a bubble, with whatever it carries, what can be done with it, and the buttons under it.

import { attachments } from "./attachments.js";
import { button, disclosure, drawing, el, freshId, iconButton, spoken } from "./dom.js";
import { formatted } from "./formatted.js";
import { inlineKeyboard } from "./inline_keyboard.js";
import { summary } from "./summary.js";
import { clockTime, say } from "./words.js";

/** A turn of the talk. `hands` = {press, command, copy, reply, edit, remove} are what it may ask for. */
export function bubble(entry, personName, hands, pinned) {
  const { message } = entry;
  const side = entry.from_bot ? "theirs" : "mine";
  const heading = freshId("by");
  const said = words(message, hands);
  const props = {
    class: `bubble ${side}${message.has_protected_content ? " protected" : ""}`,
    tabindex: "-1",
    "data-message": message.message_id,
    "aria-labelledby": heading,
    "aria-describedby": said?.id,
  };
  const sender = entry.from_bot ? say("bot") : personName;
  const box = el(
    "article",
    props,
    el("h3", { id: heading, class: "spoken" }, `${sender}, ${clockTime(message.date)}`),
    message.forward_origin && el("p", { class: "origin" }, say("forwarded", originName(message.forward_origin))),
    message.reply_to_message && quote(message.reply_to_message),
    attachments(message),
    said,
    el("footer", {}, footer(entry, pinned)),
    actions(entry, hands),
  );
  const rows = message.reply_markup?.inline_keyboard;
  return el("div", { class: `turn ${side}` }, box, rows && inlineKeyboard(message.message_id, rows, hands));
}

function words({ text, caption, entities, caption_entities }, hands) {
  if (!text && !caption) return null;
  const marked = formatted(text ?? caption, entities ?? caption_entities, hands);
  return el("div", { class: "words", id: freshId("words") }, marked);
}

function quote(quoted) {
  return el(
    "blockquote",
    { class: "quoted" },
    spoken(`${say("quoting")} `),
    el("span", { class: "quoted-name" }, quoted.from?.first_name ?? ""),
    el("span", { class: "quoted-text" }, summary(quoted)),
  );
}

function originName(origin) {
  return origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? "";
}

function footer({ message, phone }, pinned) {
  const sent = new Date(message.date * 1000).toISOString();
  return [
    phone.reaction && reaction(phone.reaction),
    pinned && el("span", {}, say("pinned")),
    message.has_protected_content && lock(),
    phone.edited && el("span", {}, say("edited")),
    el("time", { datetime: sent, "aria-hidden": "true" }, clockTime(message.date)),
  ];
}

function reaction(emoji) {
  return el("span", { class: "reaction", role: "img", "aria-label": say("reaction", emoji) }, emoji);
}

function lock() {
  const note = say("protectedNote");
  return el("span", { class: "lock", title: note }, drawing("lock"), spoken(note));
}

/** Beside the bubble; keys reach it by Enter on the message, so that Tab goes from button to button. */
function actions(entry, hands) {
  const { text, caption, has_protected_content } = entry.message;
  const words = text ?? caption;
  const opener = iconButton("more", say("actions"), () => {}, { class: "round small", tabindex: "-1" });
  const choices = [
    button(say("reply"), () => hands.reply(entry)),
    words && !has_protected_content && button(say("copy"), () => hands.copy(words)),
    words && !entry.from_bot && button(say("edit"), () => hands.edit(entry)),
    button(say("remove"), () => hands.remove(entry)),
  ];
  return disclosure(opener, el("div", { class: "menu" }, choices));
}
