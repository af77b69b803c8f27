// A questionnaire on a phone: one promise a screen, and what is ticked and written stays on this device until it is sent.
// Without this file the whole form stands on one page; nothing here leaves the device.
const form = document.querySelector("form[data-asked]");
const SENT = document.querySelector("[data-sent]");
const KEPT = `asked ${window.location.pathname}`;

const keep = (store) => {
  const ticked = {};
  for (const one of form.querySelectorAll("input[type=radio]:checked, textarea")) if (one.value) ticked[one.name] = one.value;
  try { store.setItem(KEPT, JSON.stringify(ticked)); } catch { /* private browsing keeps nothing */ }
};

const bringBack = (store) => {
  try {
    for (const [name, value] of Object.entries(JSON.parse(store.getItem(KEPT) || "{}"))) {
      const named = [...form.querySelectorAll("input[type=radio]")].filter((one) => one.name === name);
      for (const text of form.querySelectorAll("textarea")) if (text.name === name && !text.value) text.value = value;
      if (!named.some((one) => one.checked)) named.filter((one) => one.value === value).forEach((one) => { one.checked = true; });
    }
  } catch { /* what cannot be read is not brought back */ }
};

const oneByOne = () => {
  const screens = [...form.querySelectorAll(".asked")];
  const [back, next] = form.querySelectorAll("[data-turn]");
  const last = form.querySelector("[data-last]");
  let at = Math.max(0, screens.findIndex((one) => one.querySelectorAll("input:checked").length < 2));
  const show = (turn) => {
    at = Math.min(Math.max(at + turn, 0), screens.length - 1);
    screens.forEach((one, place) => { one.hidden = place !== at; });
    back.hidden = at === 0;
    next.hidden = at === screens.length - 1;
    last.hidden = !next.hidden;
    if (turn) { const head = screens[at].querySelector("h2"); head.tabIndex = -1; head.focus(); head.scrollIntoView(); }
  };
  back.addEventListener("click", () => show(-1));
  next.addEventListener("click", () => show(1));
  form.querySelector("[data-turns]").hidden = false;
  show(0);
};

let device = null;
try { device = window.localStorage; } catch { /* closed by the browser */ }
if (SENT && device) try { device.removeItem(KEPT); } catch { /* nothing was kept */ }
if (form && device) {
  bringBack(device);
  for (const told of ["change", "input"]) form.addEventListener(told, () => keep(device));
}
if (form && window.matchMedia("(max-width: 40rem)").matches && !document.querySelector("[role=alert]")) oneByOne();
