// A long thread: it opens at its end, and older messages come when it is scrolled to its top.
'use strict';

function prepareThread(root) {
  const list = root.querySelector('.msg-s-message-list');
  if (!list) return;
  const { thread } = list.dataset;
  const items = list.querySelector('ul');
  root.sandboxItems = items;
  list.scrollTop = list.scrollHeight;
  let isLoading = false;
  list.addEventListener('scroll', async () => {
    if (list.scrollTop > 40 || isLoading) return;
    isLoading = true;
    await loadOlder(list, items, thread);
    isLoading = false;
  });
}

// The number of the first message stands at the end of its address.
async function loadOlder(list, items, thread) {
  const first = list.querySelector('[data-event-urn]');
  const before = first ? /-(\d+)\)$/.exec(first.dataset.eventUrn)[1] : '0';
  if (before === '0') return;
  const query = new URLSearchParams({ thread, before });
  const answer = await (await fetch(`/voyager/api/messages?${query}`)).json();
  const height = list.scrollHeight;
  items.insertAdjacentHTML('afterbegin', answer.html);
  list.scrollTop = list.scrollHeight - height;
}
