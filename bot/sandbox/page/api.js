// What the page asks of the sandbox.

import { say } from "./words.js";

async function ask(path, given) {
  const options = given === undefined ? {} : { method: "POST", ...body(given) };
  const response = await fetch(`/sandbox/${path}`, options).catch(() => {
    throw new Error(say("away"));
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description ?? response.statusText);
  return answer;
}

function body(given) {
  if (given instanceof FormData) return { body: given };
  return { body: JSON.stringify(given), headers: { "Content-Type": "application/json" } };
}

export const loadState = () => ask("state");
export const loadEarlier = (chatId, before) => ask(`chats/${chatId}?before=${before}`);
export const addPerson = (person) => ask("people", person);

/** Let a person do something, perhaps with a file: `act(7000001, "send", {text: "Halo"})`. */
export function act(personId, name, given = {}, file = null) {
  return ask(`people/${personId}/${name}`, file ? formOf(given, file) : given);
}

function formOf(given, file) {
  const form = new FormData();
  for (const [key, value] of Object.entries(given)) form.append(key, value);
  form.append("content", file);
  return form;
}

export const fileAddress = (fileId) => `/sandbox/files/${encodeURIComponent(fileId)}`;

/** Listen to what happens; `onOpen` comes at every (re)connection. */
export function listen({ onEvent, onOpen, onLost }) {
  const stream = new EventSource("/sandbox/events");
  stream.onopen = onOpen;
  stream.onmessage = (message) => onEvent(JSON.parse(message.data));
  stream.onerror = onLost;
}
