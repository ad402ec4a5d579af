// What django-unfold's pages say to Alpine, in expressions that need no eval.
//
// The policy of this site (settings.py) forbids eval, so Alpine comes in its build for such policies
// (unfold/js/alpine/alpine.js). It reads single expressions, without globals: what unfold writes beyond that is put
// into other words here, before Alpine reads it. What is missing here is an error in the console, and a failing test.
"use strict";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false; // an inline style

const SAME_PAGE_ACTION = "activeTab && activeTab !== 'general' ? window.location.pathname";
const OPEN_SIDEBAR = "sidebarDesktopOpen = !sidebarDesktopOpen";

const inOtherWords = [
  ["x-on:click", `${OPEN_SIDEBAR}; `, () => OPEN_SIDEBAR],
  ["x-on:click.prevent", "window.location.href = $el.href", () => "followWithTab($el)"],
  ["x-bind:action", SAME_PAGE_ACTION, () => "samePage(activeTab)"],
  ["x-bind:style", "'width: ' + changeListWidth", () => "{width: changeListWidth + 'px'}"],
  ["x-on:keydown.enter.prevent", "if (!$event.metaKey", (was) => was.replace(/^if \((.*?)\) /, "$1 && ")],
  ["x-on:focus", "openSearchResults = true; ", () => "[openSearchResults = true, currentIndex = 0]"],
  ["x-on:keydown", "openSearchResults = true;", () => "openSearchResults = true"],
  ["x-on:keydown.escape.prevent", "openSearchResults = false; ", () => "leave($refs.searchInput)"],
];

// The state of the whole page, which unfold declares on its body with what it finds in the browser's storage.
function shell(firstTab) {
  return {
    activeTab: getCurrentTab() || firstTab,
    sidebarMobileOpen: false,
    sidebarDesktopOpen: (localStorage.getItem("sidebarDesktopOpen") ?? "1") === "1",
    init() {
      this.$watch("sidebarDesktopOpen", (open) => localStorage.setItem("sidebarDesktopOpen", open ? "1" : "0"));
    },
    samePage(tab) {
      const page = window.location.pathname + window.location.search;
      return tab && tab !== "general" ? `${page}#${tab}` : page;
    },
    followWithTab(link) {
      window.location.href = link.href + window.location.hash;
    },
  };
}

function searchDropdownWithEscape() {
  return {
    ...searchDropdown(),
    leave(input) {
      this.openSearchResults = false;
      if (input.value === "") {
        input.blur();
      } else {
        input.value = "";
      }
    },
  };
}

document.addEventListener("alpine:init", () => {
  Alpine.data("shell", shell);
  Alpine.data("theme", theme);
  Alpine.data("searchForm", searchForm);
  Alpine.data("searchCommand", searchCommand);
  Alpine.data("searchDropdown", searchDropdownWithEscape);
  Alpine.interceptInit((element) => {
    if (element === document.body) {
      const [, firstTab = ""] = element.getAttribute("x-data").match(/activeTab: '([\w-]*)'/) || [];
      element.removeAttribute("x-init");
      element.setAttribute("x-data", `shell('${firstTab}')`);
      return;
    }
    for (const [name, start, reword] of inOtherWords) {
      const was = element.getAttribute(name)?.trim();
      if (was?.startsWith(start)) {
        element.setAttribute(name, reword(was));
      }
    }
  });
});
