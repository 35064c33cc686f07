module example.com/monorepo/cart

go 1.22
