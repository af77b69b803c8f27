// The value of a point beside it, by pointer, finger or arrow keys, read from the table behind the chart; and a chart as
// PNG, drawn from its SVG. Without this file the table and the SVG are there all the same.
const svgNS = "http://www.w3.org/2000/svg";
const placesOf = (svg, rows) => {
  const { first, last } = svg.dataset;
  if (first === undefined) {
    return [...svg.querySelectorAll(".c-dot")].map((ball) => ({ x: ball.cx.baseVal.value, y: ball.cy.baseVal.value }));
  }
  const drawn = [...svg.querySelectorAll("circle")];
  const step = rows.length > 1 ? (last - first) / (rows.length - 1) : 0;
  return rows.map((_, at) => {
    const x = rows.length > 1 ? Number(first) + at * step : Number(last);
    const dot = drawn.find((one) => Math.abs(one.cx.baseVal.value - x) < 0.1);
    return { x, y: dot ? dot.cy.baseVal.value : null };
  });
};
const read = (plot, table) => {
  const svg = plot.querySelector("svg");
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  if (svg.dataset.first !== undefined) rows.reverse();
  const said = rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  const places = placesOf(svg, rows);
  if (!places.length || places.length !== rows.length) return;
  const order = svg.dataset.first !== undefined ? rows.map((_, at) => at)
    : rows.map((_, at) => at).sort((a, b) => places[a].x - places[b].x);
  const line = svg.appendChild(document.createElementNS(svgNS, "path"));
  line.setAttribute("class", "c-here");
  const ring = svg.appendChild(document.createElementNS(svgNS, "circle"));
  ring.setAttribute("class", "c-ring");
  ring.setAttribute("r", "6");
  const box = plot.appendChild(document.createElement("div"));
  box.className = "value-box";
  box.setAttribute("aria-hidden", "true");
  const slider = { role: "slider", tabindex: "0", "aria-label": plot.dataset.label, "aria-valuemin": "1", "aria-valuemax": rows.length };
  Object.entries(slider).forEach(([name, value]) => plot.setAttribute(name, value));
  let now = order.length - 1;
  const hide = () => { plot.classList.remove("is-read"); };
  const tell = (turn) => {
    now = Math.max(0, Math.min(order.length - 1, turn));
    const at = order[now], { x, y } = places[at], [head, ...rest] = said[at];
    plot.setAttribute("aria-valuenow", now + 1);
    plot.setAttribute("aria-valuetext", [head, ...rest.map((text, n) => `${names[n + 1]}${plot.dataset.colon}${text}`)].join(", "));
    const name = document.createElement("strong");
    name.textContent = head;
    box.replaceChildren(name, ...rest.map((text, n) => {
      const one = document.createElement("span");
      one.textContent = `${names[n + 1]}${plot.dataset.colon}${text}`;
      return one;
    }));
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    line.setAttribute("d", svg.dataset.top ? `M${x} ${svg.dataset.top}V${svg.dataset.bottom}` : "");
    ring.setAttribute("cx", x);
    ring.setAttribute("cy", y ?? -20);
    plot.classList.add("is-read");
    const left = x * scale + 12, wide = box.offsetWidth, room = plot.clientWidth;
    box.style.left = `${left + wide <= room ? left : Math.max(0, x * scale - wide - 12)}px`;
    box.style.top = `${Math.max(0, Math.min((y ?? 20) * scale - box.offsetHeight - 12, plot.clientHeight - box.offsetHeight))}px`;
  };
  plot.setAttribute("aria-valuenow", order.length);
  plot.setAttribute("aria-valuetext", said[order[now]].join(", "));
  const nearest = (event) => {
    const area = svg.getBoundingClientRect(), scale = area.width / svg.viewBox.baseVal.width;
    const x = (event.clientX - area.left) / scale, y = (event.clientY - area.top) / scale;
    const far = ({ x: a, y: b }) => (svg.dataset.first !== undefined ? Math.abs(a - x) : Math.hypot(a - x, b - y));
    tell(order.reduce((best, at, turn) => (far(places[at]) < far(places[order[best]]) ? turn : best), 0));
  };
  plot.addEventListener("pointermove", nearest);
  plot.addEventListener("pointerdown", nearest);
  plot.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && document.activeElement !== plot) hide(); });
  plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) tell(now); });
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, Home: 0, End: order.length - 1 }[event.key];
    if (event.key === "Escape") hide();
    if (step === undefined) return;
    event.preventDefault();
    tell(step);
  });
};
document.querySelectorAll("figure[data-read]").forEach((figure) => {
  const table = document.getElementById(figure.dataset.read);
  if (table) figure.querySelectorAll(".plot").forEach((plot) => read(plot, table));
});
const SHARP = 2;
document.querySelectorAll("a[data-png]").forEach((link) => {
  link.hidden = false;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const picture = new Image();
    picture.src = link.href;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth * SHARP;
    canvas.height = picture.naturalHeight * SHARP;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const file = document.createElement("a");
      file.href = URL.createObjectURL(blob);
      file.download = link.dataset.png;
      file.click();
      URL.revokeObjectURL(file.href);
    }, "image/png");
  });
});
