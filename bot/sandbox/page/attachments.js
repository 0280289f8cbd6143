// What a message carries besides words: pictures, papers, voices, contacts, places.

import { fileAddress } from "./api.js";
import { drawing, el } from "./dom.js";
import { fileSize, say } from "./words.js";

/** The elements for everything attached to a message. */
export function attachments(message) {
  return [
    message.photo && photo(message),
    message.document && paper(message.document),
    message.voice && voice(message.voice),
    message.sticker && sticker(message.sticker),
    message.contact && contact(message.contact),
    message.location && place(message.location),
    message.poll && poll(message.poll),
  ];
}

function photo({ photo: sizes, caption }) {
  const shown = sizes.at(-1);
  const address = fileAddress(shown.file_id);
  const image = el("img", { src: address, alt: caption ?? say("photoAlt"), width: shown.width, height: shown.height });
  return el("a", { class: "photo", href: address, target: "_blank" }, image);
}

function paper({ file_id, file_name, file_size, mime_type }) {
  const name = file_name ?? mime_type;
  const label = say("download", `${name}, ${fileSize(file_size)}`);
  return el(
    "a",
    { class: "card", href: fileAddress(file_id), download: name, "aria-label": label },
    el("span", { class: "card-sign" }, drawing("file")),
    el("span", { class: "card-text" }, el("strong", {}, name), el("span", { class: "note" }, fileSize(file_size))),
    drawing("down"),
  );
}

function voice({ file_id, duration }) {
  const src = fileAddress(file_id);
  const name = say("voiceNote");
  const player = el("audio", { controls: true, preload: "none", src, "aria-label": name });
  const note = el("span", { class: "note" }, `${name}, ${duration} s · `);
  const fetched = el("a", { href: src, download: "suara.ogg" }, say("download", name.toLowerCase()));
  return el("div", { class: "voice" }, player, el("span", {}, note, fetched));
}

function sticker({ emoji }) {
  return el("p", { class: "sticker", role: "img", "aria-label": say("sticker", emoji) }, emoji);
}

function contact({ first_name, last_name, phone_number }) {
  const name = [first_name, last_name].filter(Boolean).join(" ");
  return card("person", `${say("contact")}: ${name}`, phone_number);
}

function place({ latitude, longitude }) {
  return card("pin", say("place"), `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`);
}

function poll({ question, options }) {
  const choices = options.map((option) => el("li", {}, option.text));
  return el("div", { class: "poll" }, el("strong", {}, `${say("poll")}: ${question}`), el("ul", {}, choices));
}

function card(sign, title, note) {
  return el(
    "div",
    { class: "card" },
    el("span", { class: "card-sign" }, drawing(sign)),
    el("span", { class: "card-text" }, el("strong", {}, title), el("span", { class: "note" }, note)),
  );
}
