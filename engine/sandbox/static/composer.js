// Opens the composer in the container that the answer names, when a message link or button is clicked.
'use strict';

const OUTLET = document.getElementById('interop-outlet').attachShadow({ mode: 'open' });
const FRAME = document.querySelector('iframe[data-testid="interop-iframe"]');
const LINK = 'a[href*="/messaging/compose/"][href*="interop=msgOverlay"]';
const BUTTON = 'button[data-view-name="nurture-card-primary-button"]';

document.addEventListener('click', (event) => {
  const trigger = event.target.closest(`${LINK}, ${BUTTON}`);
  if (!trigger) return;
  event.preventDefault();
  openComposer(trigger);
});

async function openComposer(trigger) {
  const query = trigger.href
    ? new URL(trigger.href).searchParams
    : new URLSearchParams({ trigger: trigger.getAttribute('componentkey') });
  const answer = await (await fetch(`/flagship-web/composer?${query}`)).json();
  if (answer.container === 'page') location.assign(answer.page);
  else place(answer);
}

function place(answer) {
  const parent = parentOf(answer.container);
  if (answer.container !== 'modal') closeSame(parent, answer.html);
  const root = parent.ownerDocument.createElement('div');
  root.className = answer.container === 'modal' ? '' : 'msg-overlay-container';
  root.innerHTML = answer.html;
  parent.append(root);
  arrange(parent);
  const close = () => { root.remove(); arrange(parent); };
  prepare(root, close, answer.refuses);
  prepareThread(root);
  root.querySelector('header button').addEventListener('click', close);
}

function parentOf(container) {
  if (container === 'shadow') return OUTLET;
  return container === 'iframe' ? FRAME.contentDocument.body : document.body;
}

// One bubble for a conversation, however often it is asked for.
function closeSame(parent, html) {
  const thread = /data-thread="([^"]+)"/.exec(html)[1];
  for (const bubble of parent.querySelectorAll('.msg-overlay-container')) {
    if (bubble.querySelector('[data-thread]').dataset.thread === thread) bubble.remove();
  }
}

// Bubbles stand side by side; the frame is as wide as they need.
function arrange(parent) {
  const bubbles = parent.querySelectorAll('.msg-overlay-conversation-bubble');
  bubbles.forEach((bubble, place) => { bubble.style.right = `${24 + place * 416}px`; });
  FRAME.toggleAttribute('data-open', FRAME.contentDocument.querySelector('.msg-overlay-container') !== null);
  FRAME.style.width = FRAME.hasAttribute('data-open') ? `${32 + bubbles.length * 416}px` : '';
}

(async () => {
  for (const bubble of await (await fetch('/flagship-web/bubbles')).json()) place(bubble);
})();
