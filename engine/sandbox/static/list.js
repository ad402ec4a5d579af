// A long list: its next entries come when the inner container is scrolled to its end, or on request.
'use strict';

const workspace = document.getElementById('workspace');
const column = document.querySelector('[data-list]');
const source = column?.dataset.list;
const foot = column?.querySelector('[role=progressbar]')?.parentElement;
const [button, spinner] = foot?.children ?? [];
const list = { shown: column?.querySelectorAll('[role=listitem]').length ?? 0, query: '', arrived: () => {} };
let isLoading = false;
column?.removeAttribute('data-list');

async function loadMore() {
  if (isLoading || !foot?.isConnected) return;
  isLoading = true;
  button.hidden = true;
  spinner.hidden = false;
  const { query, shown } = list;
  const answer = await (await fetch(`${source}?${new URLSearchParams({ start: shown, q: query })}`)).json();
  setTimeout(() => {
    isLoading = false;
    spinner.hidden = true;
    button.hidden = false;
    if (list.query !== query) return;
    foot.insertAdjacentHTML('beforebegin', answer.html);
    list.shown += answer.count;
    if (!answer.has_more) foot.remove();
    list.arrived();
  }, 120);
}

button?.addEventListener('click', loadMore);
workspace?.addEventListener('scroll', () => {
  if (workspace.scrollTop + workspace.clientHeight > workspace.scrollHeight - 200) loadMore();
});
