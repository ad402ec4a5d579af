// The path stands within the button that unfolds it: as a link of its own no keyboard would tell the two apart.
SwaggerUIBundle.presets.apis = [
  SwaggerUIBundle.presets.apis,
  () => ({
    wrapComponents: {
      DeepLink: (_link, { React }) => ({ text }) => React.createElement("span", null, text),
    },
  }),
];

// What unfolds later: a choice is called as its parameter is, and an example can be scrolled from the keyboard.
const page = document.getElementById("swagger-ui");
new MutationObserver(() => {
  for (const choice of page.querySelectorAll("select:not([aria-label])")) {
    choice.setAttribute("aria-label", choice.closest("[data-param-name]")?.dataset.paramName ?? "Example");
  }
  for (const example of page.querySelectorAll("pre.example:not([tabindex])")) example.tabIndex = 0;
}).observe(page, { childList: true, subtree: true });
