// What every page has besides what it shows; without this file, its links and buttons do the same.

// The month and the unit apply as soon as they are chosen.
document.querySelectorAll("form[data-auto]").forEach((form) => {
  let byKeyboard = false;
  form.addEventListener("keydown", () => { byKeyboard = true; });
  form.addEventListener("pointerdown", () => { byKeyboard = false; });
  // Arrow keys walk through a list: only a pointer's choice is a decision, the keyboard keeps its button.
  form.addEventListener("change", () => { if (!byKeyboard) form.requestSubmit(); });
});

// Search: Ctrl K or its link opens it over the page, and what is typed is found at once.
const way = document.querySelector("a[data-search]");
if (way) {
  const box = document.createElement("dialog");
  box.className = "search-box";
  box.setAttribute("aria-label", way.textContent);
  const form = document.createElement("form");
  form.action = way.href;
  form.setAttribute("role", "search");
  const input = document.createElement("input");
  Object.assign(input, { type: "search", name: "q", maxLength: 200, autocomplete: "off" });
  input.setAttribute("aria-label", way.textContent);
  const results = document.createElement("div");
  results.className = "searched";
  results.setAttribute("aria-live", "polite");
  form.append(input);
  box.append(form, results);
  document.body.append(box);
  let waiting = 0;
  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    if (!input.value.trim()) { results.replaceChildren(); return; }
    try {
      const answer = await fetch(`${form.action}?${new URLSearchParams({ q: input.value })}`, { credentials: "same-origin" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
      if (found && mine === turn) results.replaceChildren(...found.childNodes);
    } catch { /* the server is away: Enter asks again */ }
  };
  const open = () => { if (!box.open) box.showModal(); input.focus(); input.select(); };
  input.addEventListener("input", () => { window.clearTimeout(waiting); waiting = window.setTimeout(show, 150); });
  way.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open();
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...results.querySelectorAll("a")];
    if (!links.length) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (links[at] || (at < 0 ? input : links[links.length - 1])).focus();
  });
}

// A term's sentence that a pointer or the keyboard has brought up goes away by Escape.
document.querySelectorAll(".term").forEach((term) => {
  const again = () => term.classList.remove("closed");
  term.addEventListener("mouseleave", again);
  term.addEventListener("focusout", again);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".term:hover, .term:focus-within").forEach((term) => term.classList.add("closed"));
});
