export interface Addresses {
  find(customer: string): Promise<{ name: string; city: string }>;
}

/** What stands on a parcel. */
export async function label(addresses: Addresses, customer: string): Promise<string> {
  const { name, city } = await addresses.find(customer);
  return `${name}\n${city.toUpperCase()}`;
}

/** A service that knows all customers. */
export function addressesAt(url: string): Addresses {
  return {
    async find(customer) {
      const response = await fetch(`${url}/customers/${customer}`);
      return (await response.json()) as { name: string; city: string };
    },
  };
}
