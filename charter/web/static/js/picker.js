// What is typed in the field of units is looked for at once, and shown beneath it; without this file, a button does it.
document.querySelectorAll("[data-finder]").forEach((finder) => {
  const input = finder.querySelector("input");
  const list = document.createElement("div");
  list.className = "finder-list";
  list.hidden = true;
  finder.append(list);
  let waiting = 0;
  let turn = 0;
  const close = () => { list.hidden = true; turn += 1; };
  const show = async () => {
    const mine = ++turn;
    const asked = new URLSearchParams(new FormData(input.form));
    asked.set("q", input.value);
    try {
      const answer = await fetch(`${input.form.action}?${asked}`, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("found");
      if (!found || mine !== turn) return;
      list.replaceChildren(...found.childNodes);
      list.hidden = !list.querySelector("a");
    } catch { /* the server is away: the button asks again */ }
  };
  input.addEventListener("input", () => { window.clearTimeout(waiting); waiting = window.setTimeout(show, 200); });
  input.addEventListener("focus", show);
  // What is typed here is no choice of the form around it.
  input.addEventListener("change", (event) => event.stopPropagation());
  finder.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); input.focus(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = list.hidden ? [] : [...list.querySelectorAll("a")];
    if (!links.length) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (links[at] || (at < 0 ? input : links[links.length - 1])).focus();
  });
  finder.addEventListener("focusout", (event) => { if (!finder.contains(event.relatedTarget)) window.setTimeout(() => { if (!finder.contains(document.activeElement)) close(); }, 150); });
});
