// Counts again soon after something was changed, and shows it in place; without this file, a button does.
const form = document.querySelector("form[data-live]");
let waiting = 0;
let turn = 0;
const count = async () => {
  const mine = ++turn;
  const asked = new FormData(form);
  asked.set("do", "live");
  try {
    const answer = await fetch(window.location.href, { method: "POST", body: asked, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.dataset.live);
    if (fresh && mine === turn) document.getElementById(form.dataset.live).innerHTML = fresh.innerHTML;
  } catch { /* the server is away: the button asks again */ }
};
if (form) form.addEventListener("change", () => {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(count, 400);
});
// Says that a file is being read, from the press of the button until the next page.
const slow = document.querySelector("form[data-busy]");
if (slow) slow.addEventListener("submit", () => { slow.querySelector("[role=status]").textContent = slow.dataset.busy; });
