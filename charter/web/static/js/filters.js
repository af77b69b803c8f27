// The month and the unit apply as soon as they are chosen; without this file, the button does it.
document.querySelectorAll("form[data-auto]").forEach((form) => {
  let byKeyboard = false;
  form.addEventListener("keydown", () => { byKeyboard = true; });
  form.addEventListener("pointerdown", () => { byKeyboard = false; });
  // Arrow keys walk through a list: only a pointer's choice is a decision, the keyboard keeps its button.
  form.addEventListener("change", () => { if (!byKeyboard) form.requestSubmit(); });
});
