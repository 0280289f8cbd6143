// Making elements without ever reading text as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `el("button", {class: "x", onclick: f, "aria-label": "…"}, "text", child)`. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  // "condition && child" leaves false, null, undefined or an empty text where there is no child.
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** A button that is nothing but a button. */
export function button(label, onclick, props = {}) {
  return el("button", { type: "button", onclick, ...props }, label);
}

/** A button that shows a drawing and has a name. */
export function iconButton(icon, name, onclick, props = {}) {
  const own = { type: "button", class: "round", "aria-label": name, title: name, onclick };
  return el("button", { ...own, ...props }, drawing(icon));
}

/** One of the drawings of the page. */
export function drawing(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Text for ears only. */
export function spoken(text) {
  return el("span", { class: "spoken" }, text);
}

let lastId = 0;
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** A button that opens a panel beside it; Escape, a choice or a click elsewhere closes it. */
export function disclosure(opener, panel) {
  panel.id ||= freshId("panel");
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", panel.id);
  const show = (open) => {
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) panel.querySelector("button, a, input")?.focus();
  };
  opener.addEventListener("click", () => show(panel.hidden));
  const box = el("div", { class: "disclosure" }, opener, panel);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    show(false);
    opener.focus();
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) show(false);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && !box.contains(event.target)) show(false);
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("button") && !event.target.closest("[data-stay]")) show(false);
  });
  return box;
}
