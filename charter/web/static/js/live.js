// Counts again soon after something was changed, and shows it in place; without this file, a button does.
const form = document.querySelector("form[data-live]");
let waiting = 0;
let turn = 0;
const offered = (field) => [...field.querySelectorAll("option")].map((one) => one.value).filter((one) => one).join("\n");
const follow = (field) => {
  const name = field.dataset.list;
  const here = [...form.querySelectorAll("[data-list]")].find((one) => one.dataset.list === name);
  if (!here || offered(here) === offered(field)) return;
  const chosen = document.getElementById(name).value;
  here.innerHTML = field.innerHTML;
  const control = document.getElementById(name);
  if (control.tagName !== "SELECT" || [...control.options].some((one) => one.value === chosen)) control.value = chosen;
};
const count = async () => {
  const mine = ++turn;
  const asked = new FormData(form);
  asked.set("do", "live");
  try {
    const answer = await fetch(window.location.href, { method: "POST", body: asked, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.dataset.live);
    if (fresh && mine === turn) document.getElementById(form.dataset.live).innerHTML = fresh.innerHTML;
    // Lists of columns follow the source that was chosen; what is chosen in them stays, where it is there.
    if (mine === turn) for (const field of page.querySelectorAll("[data-list]")) follow(field);
  } catch { /* the server is away: the button asks again */ }
};
const soon = () => {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(count, 400);
};
if (form) form.addEventListener("change", soon);
if (form && form.dataset.on === "input") form.addEventListener("input", soon);
// After a refusal the keyboard stands at its summary, whatever the browser made of autofocus.
const refused = document.querySelector("[role=alert][tabindex]");
if (refused) refused.focus();
// Says that a file is being read, from the press of the button until the next page.
const slow = document.querySelector("form[data-busy]");
if (slow) slow.addEventListener("submit", () => { slow.querySelector("[role=status]").textContent = slow.dataset.busy; });
