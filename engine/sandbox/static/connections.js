// The search box above the connections shows those whose name has the typed word in it.
'use strict';

document.querySelector('main [data-testid="typeahead-input"]').addEventListener('input', async (event) => {
  const query = event.target.value;
  list.query = query;
  const answer = await (await fetch(`${source}?${new URLSearchParams({ q: query })}`)).json();
  // The answers to fast keys may overtake one another; only the last question's counts.
  if (list.query !== query) return;
  list.shown = answer.count;
  column.innerHTML = answer.html;
  if (answer.has_more && foot) column.append(foot);
  learnTriggers(column);
});
list.arrived = () => learnTriggers(column);
