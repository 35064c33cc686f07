"""Says how many percent a cart is reduced by."""
