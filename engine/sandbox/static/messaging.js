// The full page of one conversation.
'use strict';

const page = document.querySelector('.msg-thread');
if (page) {
  learnHarm(page);
  prepare(page, () => {}, document.body.dataset.idle === 'true');
  prepareThread(page);
  if (typeof misleadComposer === 'function') misleadComposer(page);
}
