// Clicks that no careful visitor makes are told to the server; nothing in the page says which they would be.
'use strict';

// What is harmful is remembered on the nodes themselves: the attribute that says it never stays in the page.
function learnHarm(root) {
  for (const node of root.querySelectorAll('[data-harm]')) {
    node.sandboxHarm = node.dataset.harm;
    node.removeAttribute('data-harm');
  }
}

function watchClicks(node) {
  node.addEventListener('click', (event) => {
    const harmed = event.composedPath().find((one) => one.sandboxHarm);
    if (harmed) tellHarm(harmed);
  }, true);
}

function tellHarm(node) {
  const label = (node.getAttribute?.('aria-label') || node.textContent || '').trim().slice(0, 80);
  const body = JSON.stringify({ what: node.sandboxHarm, label, path: location.pathname });
  fetch('/flagship-web/clicked', { method: 'POST', body, keepalive: true });
}

watchClicks(document);
learnHarm(document);
