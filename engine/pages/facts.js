// What every page says of itself: title, headings, keys, forms, the address it was saved from, the selectors' finds.
const meta = (doc, ...names) => names.map((name) => doc.querySelector(`meta[name="${name}"], meta[property="${name}"]`)).map((each) => each && each.content).find(Boolean) || null;

const text_of = (element) => (element ? squeeze(element.innerText ?? element.textContent) || squeeze(element.textContent) || null : null);

// A browser that saves a page writes down, in a comment in front of it, where it came from.
const saved_from = (doc) => {
  const walker = doc.createTreeWalker(doc, NodeFilter.SHOW_COMMENT);
  for (let i = 0; i < 20 && walker.nextNode(); i += 1) {
    const found = /saved from url=\(\d+\)(\S+)/.exec(walker.currentNode.data);
    if (found) return found[1];
  }
  return null;
};

const own_addresses = (doc) => [
  saved_from(doc),
  ...[...doc.querySelectorAll('link[rel=canonical][href]')].map((link) => link.getAttribute('href')),
  meta(doc, 'og:url'),
].filter(Boolean);

const described_by = (element, names) => {
  const one = names.find((name) => element.hasAttribute(name) && element.getAttribute(name));
  return one ? `${element.localName}[${one}="${element.getAttribute(one)}"]` : element.localName;
};

const form_name = (form) => {
  if (form.id) return `form#${form.id}`;
  const [first] = (form.getAttribute('class') || '').split(/\s+/).filter(Boolean);
  return first ? `form.${first}` : described_by(form, ['action', 'name']);
};

const field_name = (input) => {
  const name = input.getAttribute('name');
  if (input.id && name) return `input#${input.id}[name=${name}]`;
  return name ? `input[name=${name}]` : described_by(input, ['autocomplete', 'type']);
};

// The first of these ways to name an element that finds one, whatever stands earlier on the page.
const first_of = (doc, ...ways) => ways.map((css) => doc.querySelector(css)).find(Boolean) || null;

const password_form = (doc) => {
  const known = first_of(doc, 'form.login__form', 'form[action*="/checkpoint/lg/"]:has(input[type=password])');
  return known || [...doc.querySelectorAll('form')].find((form) => form.querySelector('input[type=password]')) || null;
};

const login_form = (doc) => {
  const form = password_form(doc);
  if (!form) return null;
  const user = form.querySelector('input[name=session_key], input[autocomplete~="username"], input[type=email], input[type=text]');
  const password = form.querySelector('input[type=password]');
  const submit = form.querySelector('button[type=submit], input[type=submit]');
  return {
    selector: form_name(form),
    action: form.getAttribute('action'),
    username: user && field_name(user),
    password: password && field_name(password),
    submit: submit && described_by(submit, ['aria-label', 'id', 'type']),
  };
};

const other_sign_ins = (doc) => {
  const hosts = 'iframe[src*="accounts.google"], [class*="google"], [class*="microsoft"], [class*="apple"]';
  const boxes = outermost([...doc.querySelectorAll(hosts)].filter((box) => !box.closest('[class*="one-tap"], [class*="hidden"]')));
  const named = (control) => control.getAttribute('aria-label') || squeeze([...control.querySelectorAll('span')].map((span) => span.textContent).find((text) => text.trim()) || control.textContent);
  const controls = boxes.flatMap((box) => (box.matches('button, [role=button]') ? [box] : [...box.querySelectorAll('button, [role=button]')]));
  return [...new Set(controls.map(named).filter(Boolean))];
};

const login_facts = (doc) => {
  const remember = doc.querySelector('input[type=checkbox][name*="emember"]');
  return {
    form: login_form(doc),
    remember_me_checked: remember ? remember.checked : null,
    saved_account_chooser: doc.querySelector('#rememberme-div') !== null,
    other_sign_in: other_sign_ins(doc),
  };
};

const wall_facts = (doc) => {
  const join = first_of(doc, 'form.join-form', 'form[action*="createAccount"]');
  const sign_in = first_of(doc, 'form.authwall-sign-in-form__body', 'form:has(input[name=session_password])');
  const google = first_of(doc, 'iframe[src*="accounts.google"]');
  return {
    form: { join: join && form_name(join), sign_in: sign_in && form_name(sign_in), google: google && described_by(google, ['title', 'id']) },
    profile_data_available: top_card_of() !== null,
  };
};

const CHALLENGE_SIGNS = [
  'iframe#captcha-internal[src*="/checkpoint/challenge/captchaInternal"]',
  'iframe#humanThirdPartyIframe[src*="protechts.net"]',
  'iframe[src*="recaptcha/enterprise"]',
  'iframe[src*="arkoselabs"]',
  'iframe[src*="funcaptcha"]',
  'iframe[src*="hcaptcha"]',
  'input[name=captchaSiteKey]',
  'input[name=pin]',
  '#input__email_verification_pin',
  'input[autocomplete~="one-time-code"]',
];

const challenge_facts = (doc) => {
  const form = doc.querySelector('form#captcha-challenge, form[action*="/checkpoint/"]');
  return {
    form: form && { selector: form_name(form), action: form.getAttribute('action') },
    selectors: CHALLENGE_SIGNS.filter((css) => doc.querySelector(css)),
  };
};

const heading_of = (doc) => text_of([...doc.querySelectorAll('h1')].find((heading) => text_of(heading) && !heading.closest('[role=dialog], dialog')) || null);

const active_pill = (doc) => {
  const marked = [...doc.querySelectorAll('[aria-current="true"]')].filter((each) => each.closest('main, [role=main]') && /pill/i.test(each.getAttribute('data-view-name') || '') );
  // Without its name the pill is the innermost choice: the last that is marked before the cards.
  const pill = marked[0] || [...doc.querySelectorAll('main [aria-current="true"], [role=main] [aria-current="true"]')].filter((each) => !each.closest('[role=listitem], [aria-label*="agination"]')).pop();
  return pill ? { data_view_name: pill.getAttribute('data-view-name'), text: text_of(pill) } : null;
};

const short_texts = (doc) => {
  const texts = [];
  for (const element of doc.querySelectorAll('h1, h2, h3, p, span, button')) {
    const text = element.childElementCount < 3 ? squeeze(element.textContent) : '';
    if (text && text.length < 80) texts.push(text);
  }
  return texts;
};

const scope_of = (key) => (/^profile\.(?!top_card)/.test(key) && top_card_of()) || top_window.document;

// Which candidate of each key found what: `elements` by it alone, `good` those that meet the key's contract.
const finds_of = (key) => {
  const within = scope_of(key);
  const { elements, candidates, winner, is_heuristic } = find(key, within);
  const seen = candidates.map(({ kind, value, count, good }) => {
    const all = count ? [...new Set(by_kind[kind](value, within))] : [];
    return { kind, value, elements: count, visible: all.filter(deep.visible).length, good };
  });
  return { matched: winner, is_heuristic, elements: elements.length, visible: elements.filter(deep.visible).length, candidates: seen };
};

const reader = {
  is_for_any_page: true,

  read(options) {
    const doc = top_window.document;
    return {
      h1: heading_of(doc),
      meta_pageKey: meta(doc, 'pageKey', 'como-pk'),
      addresses: own_addresses(doc),
      language: doc.documentElement.getAttribute('lang') ? null : language_by_words(short_texts(doc)),
      login: login_facts(doc),
      wall: wall_facts(doc),
      challenge: challenge_facts(doc),
      active_pill: active_pill(doc),
      selectors: Object.fromEntries(Object.keys(options_of_selectors).map((key) => [key, finds_of(key)])),
    };
  },

  is_ready: () => true,
};
