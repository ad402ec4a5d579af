// The search box above the connections shows those whose name has the typed word in it.
'use strict';

document.querySelector('main [data-testid="typeahead-input"]').addEventListener('input', async (event) => {
  list.query = event.target.value;
  const answer = await (await fetch(`${source}?${new URLSearchParams({ q: list.query })}`)).json();
  list.shown = answer.count;
  column.innerHTML = answer.html;
  if (answer.has_more && foot) column.append(foot);
  learnTriggers(column);
});
list.arrived = () => learnTriggers(column);
