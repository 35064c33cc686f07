// The customers of the demo; the sign-in page prints their passwords.

const ACCOUNTS = [
  {
    email: 'ada@example.com',
    password: 'larch',
    name: 'Ada Moss',
    street: '12 Alder Lane',
    postcode: '20095',
    city: 'Hamburg',
    savedCart: [],
    history: [{ number: 'LL-104233', cart: [['moka-pot', 1], ['enamel-mug', 2]], delivery: 'standard', coupon: '' }],
  },
  {
    email: 'grace@example.com',
    password: 'larch',
    name: 'Grace Reed',
    street: '4 Mill Row',
    postcode: '1012',
    city: 'Amsterdam',
    // Saved while there still were lanterns.
    savedCart: [['brass-lantern', 1], ['enamel-mug', 1]],
    history: [],
  },
];

export function findAccount(email) {
  return ACCOUNTS.find((account) => account.email === email.trim().toLowerCase());
}

export function signIn(email, password) {
  const account = findAccount(email);
  return account?.password === password ? account : undefined;
}
