// The birthday list loads its next cards when the inner container is scrolled to its end, or on request.
'use strict';

const workspace = document.getElementById('workspace');
const column = document.querySelector('[data-testid="lazy-column"]');
const foot = column.lastElementChild.querySelector('[role=progressbar]')?.parentElement;
const [button, spinner] = foot?.children ?? [];
let isLoading = false;
let shown = column.querySelectorAll('[data-view-name="nurture-card"]').length;

async function loadMore() {
  if (isLoading || !foot?.isConnected) return;
  isLoading = true;
    button.hidden = true;
  spinner.hidden = false;
  const answer = await (await fetch(`/flagship-web/rsc/birthdays?start=${shown}`)).json();
  setTimeout(() => {
    foot.insertAdjacentHTML('beforebegin', answer.html);
    learnTriggers(column);
    shown += answer.count;
    spinner.hidden = true;
    button.hidden = false;
    if (!answer.has_more) foot.remove();
    isLoading = false;
  }, 120);
}

button?.addEventListener('click', loadMore);
workspace.addEventListener('scroll', () => {
  if (workspace.scrollTop + workspace.clientHeight > workspace.scrollHeight - 200) loadMore();
});
