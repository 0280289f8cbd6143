// A message in a few words: for the list, for quotes, for what is being answered.

import { say } from "./words.js";

export function summary({ text, caption, document, photo, contact, voice, location, sticker, poll }) {
  if (text ?? caption) return (text ?? caption).replace(/\s+/g, " ");
  if (document) return document.file_name ?? say("document");
  if (photo) return say("photo");
  if (contact) return say("contact");
  if (voice) return say("voiceNote");
  if (location) return say("place");
  if (sticker) return say("sticker", sticker.emoji);
  return poll ? say("poll") : say("unknownMessage");
}
