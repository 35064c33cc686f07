// Serves the storefront on PORT (3000), with the cart service at CART_URL; without one it shows totals before discounts.

import { cartService, noCartService } from './cart.ts';
import { storefront } from './server.ts';

const port = Number(process.env.PORT ?? 3000);
const cartUrl = process.env.CART_URL;

const server = storefront(cartUrl ? cartService(cartUrl) : noCartService);
server.listen(port, () => console.log(`storefront listens on port ${port}`));

// As a container's first process Node ignores signals that nobody handles, and the pod would take its whole grace
// period to go.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
