// The way to the cart service.

import { estimate, type Line, type Total } from './price.ts';

/** Adds up a cart. */
export type AddUp = (lines: readonly Line[], coupon: string) => Promise<Total>;

/** A coupon or a cart that the cart service does not take. */
export class Refused extends Error {}

/** The cart service at `url`. */
export function cartService(url: string): AddUp {
  return async (lines, coupon) => {
    const response = await fetch(`${url}/totals`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ lines, coupon }),
      signal: AbortSignal.timeout(2_000),
    });
    const answer = (await response.json()) as Total & { error?: string };
    if (response.status === 422) throw new Refused(answer.error);
    if (!response.ok) throw new Error(`the cart service answered ${response.status}: ${answer.error}`);
    return answer;
  };
}

/** For a storefront that stands alone. */
export const noCartService: AddUp = async (lines) => estimate(lines);
