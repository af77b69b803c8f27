// Looks again at long work until it has ended; without this file, the browser loads the page again.
const look = async () => {
  const part = document.querySelector("[data-again]");
  if (!part) return;
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (answer.redirected) { window.location.replace(answer.url); return; }
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh && !fresh.dataset.again) { window.location.reload(); return; }
      if (fresh) part.innerHTML = fresh.innerHTML;
    }
  } catch { /* the server is away: look again later */ }
  window.setTimeout(look, Number(part.dataset.again));
};
window.setTimeout(look, 2000);
